"""Objects that answers have in common."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask

from flask_strictcors import Policy, StrictCORS
from flask_strictcors.wsgi import StrictCORSMiddleware

from .doors import APP, EVIL, METHODS, Answer, Install, get, preflight, send
from .test_matching import only


class TestJub0bs14_SharedHeaderObjects:
    """Handlers could write to the lists that every answer was made of."""

    def test_naively_one_handler_writes_for_all(self) -> None:
        compiled = [("Vary", "Origin")]

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
            start_response("204 No Content", compiled)
            return []

        greedy = self.writing_to_what_it_gets(app)
        send(greedy, get())
        assert ("Access-Control-Allow-Origin", "*") in send(app, get()).lines

    def writing_to_what_it_gets(self, app: Any) -> Any:
        """Put somebody around an app who keeps and changes the list of headers."""

        def outer(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                headers.append(("Access-Control-Allow-Origin", "*"))
                headers[:] = [h for h in headers if h[0] != "Vary"]
                return start_response(status, headers, *rest)

            return app(environ, start)

        return outer

    @pytest.mark.parametrize("origin", [APP, EVIL, "null"])
    @pytest.mark.parametrize("enforce", [True, False])
    def test_no_answer_is_made_of_what_another_was_given(self, origin: str, enforce: bool) -> None:
        flask = Flask(__name__, static_folder=None)
        StrictCORS(flask, origins=[APP], enforce=enforce)
        apps: list[Any] = [flask, StrictCORSMiddleware(nothing, **only(APP), enforce=enforce)]
        for app in apps:
            for environ in (get("/", origin), preflight("/", "PUT", origin), get("/", None)):
                before = self.whole(send(app, environ))
                send(self.writing_to_what_it_gets(app), environ)
                assert self.whole(send(app, environ)) == before

    def whole(self, answer: Answer) -> tuple[object, ...]:
        return answer.status, answer.lines, answer.body

    def test_what_a_policy_was_made_from_may_change_later(self, guarded: Install) -> None:
        origins, headers = [APP], ["X-A"]
        rules: dict[str, Any] = {"/x": only(APP)}
        policy = Policy(origins=origins, allow_headers=headers, methods=METHODS)
        door = guarded(origins=origins, methods=METHODS, rules=rules)
        origins.append(EVIL)
        headers.append("X-Evil")
        rules["/x"]["origins"] = "*"
        rules["/*"] = {"origins": "*"}
        assert policy.allow_headers == ("X-A",)
        assert not any(door(get(path, EVIL)).cors for path in ("/", "/x", "/y"))

    @pytest.mark.parametrize("name", ["origins", "credentials", "methods", "anything"])
    def test_a_policy_cannot_be_written_to(self, name: str) -> None:
        policy = Policy(origins=[APP])
        with pytest.raises((AttributeError, TypeError, FrozenInstanceError)):
            setattr(policy, name, "*")
        assert policy == Policy(origins=[APP])


def nothing(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [])
    return []
