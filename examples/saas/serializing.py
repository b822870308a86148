"""What the cache holds is JSON: a pickle would run what somebody else may have put into Redis."""

import json

from cachelib.serializers import BaseSerializer


class JSONSerializer(BaseSerializer):
    """Write and read JSON; what is none is an error, and so a refusal."""

    def dumps(self, value: object, *_: object) -> bytes:
        """Return what is to be kept."""
        return json.dumps(value).encode()

    def loads(self, kept: bytes | None) -> object:
        """Return what was kept; None where nothing was."""
        return None if kept is None else json.loads(kept)
