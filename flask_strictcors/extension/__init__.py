"""StrictCORS: hooks, config, which rule governs."""

from flask_strictcors.extension.strictcors import StrictCORS

__all__ = ["StrictCORS"]
