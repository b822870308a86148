"""Environ → facts; verdict → header list; StrictCORSMiddleware for any WSGI app."""

from flask_strictcors.wsgi.facts import EnvironRequest, decoded_path
from flask_strictcors.wsgi.headers import BARRED_BODY, BARRED_HEADERS, answer, debug_header, rewrite
from flask_strictcors.wsgi.middleware import StrictCORSMiddleware

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
