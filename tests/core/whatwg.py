"""What an implementation of the URL Standard, which browsers and Node share, makes of a text."""

import ada_url


def serialized(text: str) -> str | None:
    """Return the serialized origin of a URL, or None where the text is no URL."""
    try:
        return ada_url.URL(text).origin
    except ValueError:
        return None
