"""Apps with Flask-CORS that differ in whom they let in, and with what."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask

from .cases import APP, PARTNER, case, shop
from .moving import Author


@case()
def everybody(author: Author) -> Flask:
    app = shop()
    author.on(app)
    return app


@case(APP, PARTNER)
def two_origins_with_credentials(author: Author) -> Flask:
    app = shop()
    author.on(
        app,
        origins=[APP, "HTTPS://Partner.example.org"],
        supports_credentials=True,
        allow_headers=["Content-Type", "X-Trace"],
        expose_headers=["X-Total"],
        max_age=timedelta(hours=1),
    )
    return app


@case(decisions="credentials-any-header")
def one_origin_with_credentials(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=[APP], supports_credentials=True)
    return app


@case(decisions="credentials-any-header credentials-any-origin")
def everybody_with_credentials(author: Author) -> Flask:
    app = shop()
    author.on(app, supports_credentials=True)
    return app


@case(APP, PARTNER, decisions="credentials-any-origin header-dropped")
def everybody_beside_one_with_credentials(author: Author) -> Flask:
    app = shop()
    author.on(
        app,
        origins=[APP, "*"],
        supports_credentials=True,
        allow_headers="Content-Type",
        expose_headers="*",
    )
    return app


@case(APP, "http://app.example.com", "http://localhost:3000", decisions="credentials-refused")
def plain_http_with_credentials(author: Author) -> Flask:
    app = shop()
    origins = [APP, "http://app.example.com", "http://localhost:3000"]
    author.on(app, origins=origins, supports_credentials=True, allow_headers=["X-Trace"])
    return app


@case("https://you.github.io", decisions="credentials-refused credentials-any-header")
def a_public_suffix_with_credentials(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=r"https://.*\.github\.io$", supports_credentials=True)
    return app


@case(
    "https://pr-7.example.com",
    "https://shop-7.github.io",
    "https://app.example.com",
    decisions="credentials-refused",
)
def functions_with_and_without_credentials(author: Author) -> Flask:
    app = shop()
    origins = [r"https://pr-\d+\.example\.com$", r"https://shop-\d+\.github\.io$"]
    author.on(app, origins=origins, supports_credentials=True, allow_headers=["X-Trace"])
    return app


@case("https://a.example.com", "https://a.b.example.com")
def a_pattern_of_subdomains(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=r"https://.*\.example\.com$")
    return app


@case("https://a.example.com", decisions="regex-unanchored")
def an_open_end(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=[r"https://.*\.example\.com"])
    return app


@case("https://a.example.com", decisions="regex-dot")
def a_bare_dot(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=[re.compile(r"^https://.*.example\.com$")])
    return app


@case("https://example.com", "https://a.example.com", decisions="regex-label regex-scheme")
def half_a_name(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=[r".*example\.com$"])
    return app


@case("http://localhost:3000", "http://localhost", "https://localhost:8443")
def this_machine(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=r"https?://localhost:\d+")
    return app


@case("http://localhost:3000", "http://localhost", decisions="regex-unanchored")
def this_machine_as_a_glob(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=["http://localhost:*"])
    return app


@case("https://a.example.com", "https://xexample.com", decisions="nobody-left origin-glob")
def subdomains_as_a_glob(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=["https://*.example.com"])
    return app


@case("https://pr-12.example.com", "https://pr-x.example.com", APP)
def previews(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=[APP, r"^https://pr-\d+\.example\.com$"])
    return app


@case(APP, "https://www.example.com:8443", "https://example.com")
def a_choice_of_names(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=r"^https://(?:(www|app)\.)?example\.com(:\d+)?$")
    return app


@case(APP, "https://evil.example.com", decisions="regex-unread")
def what_nobody_can_read(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=[APP, r"https://(?!evil)\w+\.example\.com$"])
    return app


@case(APP, decisions="origin-never origin-null")
def what_no_browser_sends(author: Author) -> Flask:
    app = shop()
    origins = [APP, f"{APP}/", "app.example.com", "https://a.example.com:443", "null", r"^a\.b$"]
    author.on(app, origins=origins)
    return app


@case(decisions="nobody-left origin-never")
def nobody(author: Author) -> Flask:
    app = shop()
    author.on(app, resources={"/api/*": {"origins": f"{APP}/"}, "/*": {"origins": APP}})
    return app
