"""A browser in a test: what a script on another origin would see of an app's answers."""

from typing import TYPE_CHECKING

__all__ = [
    "Browser",
    "CORSError",
    "Page",
    "assert_allows",
    "assert_refuses",
    "hostile_origins",
]

# Lazy for the same reason as the facade: pytest imports this package to find the plugin.
if TYPE_CHECKING:
    from flask_strictcors.testing.browser import Browser, Page
    from flask_strictcors.testing.errors import CORSError
    from flask_strictcors.testing.expectations import assert_allows, assert_refuses
    from flask_strictcors.testing.hostile import hostile_origins
else:
    from flask_strictcors.lazy import exports

    __getattr__, __dir__ = exports(
        __name__, __all__, "hostile", "errors", "browser", "expectations"
    )
