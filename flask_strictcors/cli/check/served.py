"""Where an app is served, as far as anybody says so."""

from __future__ import annotations

from flask_strictcors.browser.urls import URL
from flask_strictcors.cli.check.subject import config_of
from flask_strictcors.core.fetch import DEFAULT_PORTS
from flask_strictcors.core.origins import is_loopback
from flask_strictcors.extension.guard import Guard


def places_of(guard: Guard) -> tuple[URL, ...]:
    """Return the places that the configuration names: `own_origins`, else `SERVER_NAME`.

    Of loopback nothing follows: that is where somebody tries the app out.
    """
    texts = guard.judging.configuration.own_origins or _by_server_name(guard)
    urls = [URL.parse(text) for text in sorted(texts)]
    return tuple(url for url in urls if url is not None and not is_loopback(url.host))


def _by_server_name(guard: Guard) -> set[str]:
    name = config_of(guard.app).get("SERVER_NAME")
    # It has no scheme, so that it may be either.
    return {f"{scheme}://{name}" for scheme in DEFAULT_PORTS} if name else set()
