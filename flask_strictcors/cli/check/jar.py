"""The cookies that say who somebody is, as an app's configuration has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from flask_strictcors.cli.check.subject import config_of


class Cookie(NamedTuple):
    """One kind of cookie: its SameSite, None where unset, and the prefix of its keys.

    `has_token` means that its extension asks each unsafe request for a token beside it.
    """

    name: str
    prefix: str
    same_site: str | None
    is_secure: bool
    has_token: bool = False


def cookies_of(app: Flask) -> list[Cookie]:
    """Return the cookies that the app has for certain, or was given options for."""
    return [*_session(app), *_remember(app), *_jwt(app)]


def has_jwt_in(app: Flask, location: str) -> bool:
    """Report whether Flask-JWT-Extended looks for tokens there: "cookies", "headers", ..."""
    locations: Any = config_of(app).get("JWT_TOKEN_LOCATION", ())
    if isinstance(locations, str):
        locations = (locations,)
    return "flask-jwt-extended" in app.extensions and location in locations


def _session(app: Flask) -> Iterator[Cookie]:
    same_site, is_secure = _options(app, "SESSION_COOKIE_")
    is_ready = app.secret_key is not None
    if has_jwt_in(app, "cookies"):
        # The secret key may be there for the tokens alone.
        is_ready = False
    is_own = type(app.session_interface) is not SecureCookieSessionInterface
    if is_own or is_ready or same_site is not None or is_secure:
        yield Cookie("session cookie", "SESSION_COOKIE_", same_site, is_secure)


def _remember(app: Flask) -> Iterator[Cookie]:
    if getattr(app, "login_manager", None) is not None:
        options = _options(app, "REMEMBER_COOKIE_")
        if options != (None, False):
            yield Cookie("remember cookie of Flask-Login", "REMEMBER_COOKIE_", *options)


def _jwt(app: Flask) -> Iterator[Cookie]:
    if has_jwt_in(app, "cookies"):
        has_token = bool(config_of(app)["JWT_COOKIE_CSRF_PROTECT"])
        name = "cookie of Flask-JWT-Extended"
        yield Cookie(name, "JWT_COOKIE_", *_options(app, "JWT_COOKIE_"), has_token)


def _options(app: Flask, prefix: str) -> tuple[str | None, bool]:
    same_site: Any = config_of(app).get(f"{prefix}SAMESITE")
    # Werkzeug takes it in any case, and sends it like this.
    return same_site and str(same_site).title(), bool(config_of(app).get(f"{prefix}SECURE"))
