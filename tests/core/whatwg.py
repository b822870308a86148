"""What an implementation of the URL Standard, which browsers and Node share, makes of a text."""

import ada_url


def serialized(text: str) -> str | None:
    """Return the serialized origin of a URL, or None where the text is no URL."""
    try:
        return ada_url.URL(text).origin
    except ValueError:
        return None


def is_read_as(text: str, scheme: str, authority: str) -> bool:
    """Report whether a URL parser finds this scheme in the text, and then this host and port."""
    try:
        url = ada_url.URL(text)
    except ValueError:
        return False
    return (url.protocol, url.host) == (f"{scheme}:", authority)
