"""Debugging: what is shown of decisions, and what a script may read in place of the debugger."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from inspect import currentframe
from typing import TYPE_CHECKING, Any, Final

from flask_strictcors.core import fetch
from flask_strictcors.core.decision import Header, Verdict
from flask_strictcors.core.errors import PolicyError
from flask_strictcors.core.policy import Policy
from flask_strictcors.wsgi.facts import EnvironRequest
from flask_strictcors.wsgi.headers import debug_header

if TYPE_CHECKING:
    from types import FrameType

    from _typeshed.wsgi import StartResponse

_STATUS: Final = "500 INTERNAL SERVER ERROR"
_DEBUGGER: Final = "werkzeug.debug"
_RESPONSE: Final = "werkzeug.wrappers.response", "__call__"

WITHHELD: Final = (
    b"An exception left the app. Its traceback is in the server's log only: the policy lets in "
    b"origins that are not named, or that could be anybody's.\n"
)
"""What whoever might be anybody reads in place of the traceback."""

# Whom an exception comes to, on its way out: the debugger, or a request around this one. By name:
# it costs no import, and a debugger may come in without evalex, and so leave no trace in the
# environ.
_CATCHERS: Final[Mapping[tuple[object, str], bool]] = {
    (_DEBUGGER, "debug_application"): True,
    ("werkzeug.test", "run_wsgi_app"): False,
    ("flask.app", "wsgi_app"): False,
}


def readable(
    error: Exception,
    verdict: Verdict | None,
    request: EnvironRequest[Any],
    start: StartResponse,
) -> Iterable[bytes] | None:
    """Answer for an exception that has left the app, so that the script which asked can read it.

    None where it is to go on as it came: where there is no debugger around to catch it, and where
    nobody but a person or a page of the app's own origin could read the answer. `start` writes
    the headers of CORS.
    """
    policy = verdict and verdict.policy
    if not policy or not _is_of_script(request) or not _is_debugger_next():
        return None
    text = "".join(traceback.format_exception(error))
    body = text.encode(errors="backslashreplace") if _has_trusted(policy) else WITHHELD
    headers = [
        ("Cache-Control", "no-store"),
        ("Content-Length", str(len(body))),
        ("Content-Type", "text/plain; charset=utf-8"),
    ]
    if request.is_begun:
        # Replaced, as PEP 3333 has it; once some of it is out, this raises the exception anew.
        start(_STATUS, headers, sys.exc_info())
    else:
        start(_STATUS, headers)
    # Where the debugger would have written it.
    request.environ["wsgi.errors"].write(text)
    return () if request.method == "HEAD" else (body,)


def in_debug(headers: Sequence[Header], verdict: Verdict) -> list[Header]:
    """Return the lines of an answer that is being started, with what was decided.

    Without those of CORS where it is the debugger's own answer, from inside of us: with the secret
    that is in it, a script could run code.
    """
    shown = debug_header(verdict)
    lines = [line for line in headers if line[0] != shown[0]]
    if _is_by_debugger():
        lines = [line for line in lines if not line[0].lower().startswith(fetch.CORS_PREFIX)]
    return [*lines, shown]


def _is_of_script(request: EnvironRequest[Any]) -> bool:
    # https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-mode-header: a form that is sent to
    # another origin opens the page for a person, and has an Origin, too.
    if request.origin is None or request.environ.get("HTTP_SEC_FETCH_MODE", "cors") != "cors":
        return False
    return not request.is_same_origin()


def _has_trusted(policy: Policy) -> bool:
    """Report whether the policy names who is let in, as well as it would have to for credentials.

    A traceback shows paths, code and values of a developer's machine, which any site could ask. Who
    takes a danger for credentials has not taken it for these.
    """
    try:
        policy.replace(
            credentials=True,
            allow_headers=(),
            expose_headers=(),
            dangerously_allow_insecure_origins=False,
            dangerously_allow_public_suffixes=False,
            dangerously_allow_unbounded_callable=False,
        )
    except PolicyError:
        return False
    return True


def _is_debugger_next() -> bool:
    """Report whether an exception that goes on from here comes to the debugger."""
    frame = currentframe()
    while frame is not None:
        found = _CATCHERS.get(_place(frame))
        if found is not None:
            return found
        frame = frame.f_back
    return False


def _is_by_debugger() -> bool:
    """Report whether the answer that is being started is a response that the debugger made.

    That it stands around is not enough: it may be reading from an app that only now starts.
    """
    frame = currentframe()
    while frame is not None and _place(frame) != _RESPONSE:
        frame = frame.f_back
    caller = frame and frame.f_back
    return caller is not None and caller.f_globals.get("__name__") == _DEBUGGER


def _place(frame: FrameType) -> tuple[object, str]:
    return frame.f_globals.get("__name__"), frame.f_code.co_name
