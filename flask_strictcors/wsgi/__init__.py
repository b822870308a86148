"""Environ → facts; verdict → header list; StrictCORSMiddleware for any WSGI app."""

from typing import TYPE_CHECKING

from flask_strictcors.wsgi.facts import EnvironRequest, decoded_path
from flask_strictcors.wsgi.headers import BARRED_BODY, BARRED_HEADERS, answer, debug_header, rewrite

if TYPE_CHECKING:
    from flask_strictcors.wsgi.middleware import StrictCORSMiddleware
else:
    from flask_strictcors.lazy import exports

    # The extension, which stands on this package, has no use for it.
    __getattr__, __dir__ = exports(__name__, ["StrictCORSMiddleware"], "middleware")

__all__ = [
    "BARRED_BODY",
    "BARRED_HEADERS",
    "EnvironRequest",
    "StrictCORSMiddleware",
    "answer",
    "debug_header",
    "decoded_path",
    "rewrite",
]
