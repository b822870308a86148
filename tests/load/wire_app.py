"""What gunicorn serves in the soak on the wire: all apps, of which each request names one."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from .cases import Load
from .memory import mark
from .planted import planted
from .serving import finish, start, told
from .wire import ONE_IN, PLANT

logging.root.handlers[:] = [logging.NullHandler()]
_load = Load(int(os.environ.get(ONE_IN, "1")))
# Whatever is made on a first request is made once, before the workers are forked.
for _case in _load.cases:
    finish(start(_load.apps[_case.app].wsgi, _case))
# It ends with the process: whoever let it go would take the fault away again.
_planted = planted(_load, os.environ[PLANT]) if os.environ.get(PLANT) else nullcontext()
_planted.__enter__()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Serve one request by the app of its case, and say what only the server can know."""
    number = environ.pop("HTTP_X_SOAK_CASE")
    if number.startswith("mark"):
        is_wanted = str(os.getpid()) in number.split()
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps([os.getpid(), mark(0) if is_wanted else None]).encode()]
    told.reasons = []

    def begin(status: str, lines: list[tuple[str, str]], *rest: Any) -> Any:
        # wrk keeps one line of each name, so it is told how many there were.
        ours = [name for name, _ in lines if name.lower().startswith(("access-control-", "vary"))]
        reasons = ", ".join(told.reasons)
        said = [("X-Soak-Case", number), ("X-Soak-Told", f"{len(ours)} {reasons}".strip())]
        return start_response(status, lines + said, *rest)

    return _load.apps[_load.cases[int(number) - 1].app].wsgi(environ, begin)
