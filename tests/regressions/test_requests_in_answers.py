"""What of a request came back, into a log or into an answer."""

from __future__ import annotations

import html
import logging
from typing import Any

import pytest
from flask import Flask

from flask_strictcors import StrictCORS, origin_rejected, preflight_rejected

from .doors import APP, EVIL, Install, door_of, get, preflight
from .test_matching import only

FORGING = (
    "x\r\nINFO:forged:admin logged in",
    "x\nINFO:forged:admin logged in",
    "x\rINFO:forged",
    "x\x0bINFO",
    "x\x0cINFO",
    "x\x1b[2J\x1b[31mred",
    "x\x00y",
    "x\x85INFO",
    "x\u2028INFO:forged".encode().decode("latin-1"),
    "x\u202eINFO:degrof".encode().decode("latin-1"),
    "x\x7f\x08\x08",
    "x" * 100_000,
    "%(levelname)s %s {0} {origin}",
    "\\x0aINFO:forged",
    "\xff\xfe",
)


class TestCVE_2024_1681_ForgedLogLines:
    """The path of a request was written to the log as it came, line breaks and all."""

    @pytest.mark.parametrize("text", FORGING[:3])
    def test_naively_there_are_two_lines(self, text: str) -> None:
        assert len(f"CORS refused GET /{text}".splitlines()) == 2

    @pytest.mark.parametrize("text", FORGING)
    @pytest.mark.parametrize("debug", [True, False])
    def test_the_log_has_one_short_line_of_printable_ascii_for_each_refusal(
        self, text: str, debug: bool, caplog: pytest.LogCaptureFixture
    ) -> None:
        for environ in self.requests(text):
            app = Flask(__name__, static_folder=None)
            app.debug = debug
            app.config["PROPAGATE_EXCEPTIONS"] = False
            StrictCORS(app, origins=[APP])
            caplog.clear()
            answer = door_of(app)(environ)
            records = [r for r in caplog.records if r.name == "flask_strictcors"]
            assert len(records) == 1
            assert is_safe(records[0].getMessage(), 1500)
            shown = answer.get("StrictCORS-Decision")
            assert shown is None or is_safe(shown, 300)

    @pytest.mark.parametrize("text", FORGING)
    def test_a_receiver_gets_what_is_safe_to_log(self, guarded: Install, text: str) -> None:
        door = guarded(**only(APP))
        for environ in self.requests(text):
            told: list[Any] = []

            def note(sender: object, rejection: Any, told: list[Any] = told) -> None:
                told.append(rejection)

            with origin_rejected.connected_to(note), preflight_rejected.connected_to(note):
                door(environ)
            assert len(told) == 1
            fields = (told[0].origin, told[0].method, told[0].path, *told[0].headers)
            assert all(is_safe(field, 200) for field in fields)

    def requests(self, text: str) -> list[dict[str, Any]]:
        """Return requests that are refused, with the text wherever a client writes."""
        return [
            get(f"/{text}", EVIL),
            get("/", f"https://{text}"),
            preflight("/", text),
            preflight("/", "PUT", APP, text),
            preflight(f"/{text}", "PUT", EVIL),
        ]


def is_safe(text: str, longest: int) -> bool:
    return text.isascii() and (text.isprintable() or not text) and len(text) <= longest


class TestNelmio_2_1_1_HeaderNamesInTheBody:
    """The name of a refused header was written into the body of the refusal, markup and all."""

    SENT = (
        "<script>alert(1)</script>",
        "x-<img/src=x onerror=alert(1)>",
        "'\"><svg/onload=alert(1)>",
        "{{7*7}}",
        "x\r\n\r\n<script>",
    )

    @pytest.mark.parametrize("sent", SENT[:3])
    def test_naively_it_is_markup(self, sent: str) -> None:
        assert html.escape(f"Unauthorized header {sent}") != f"Unauthorized header {sent}"

    @pytest.mark.parametrize("sent", SENT)
    @pytest.mark.parametrize("enforce", [True, False])
    def test_the_answer_to_a_refusal_is_always_the_same(
        self, guarded: Install, sent: str, enforce: bool
    ) -> None:
        door = guarded(**only(APP), enforce=enforce)
        plain, strange = (
            [
                door(preflight("/", "PUT", APP, text)),
                door(preflight("/", "PUT", f"https://{text}")),
                door(get("/", f"https://{text}")),
            ]
            for text in ("X-Plain", sent)
        )
        assert [(a.status, a.lines, a.body) for a in plain] == [
            (a.status, a.lines, a.body) for a in strange
        ]
        strange += [door(preflight("/", sent, origin)) for origin in (APP, EVIL)]
        assert not any(sent in value for a in strange for _, value in a.lines)
        assert {a.body for a in strange} <= {
            b"",
            b"root",
            b"any",
            b"Cross-origin request refused.\n",
        }

    @pytest.mark.parametrize("sent", SENT)
    def test_in_debug_too(self, sent: str, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.CRITICAL)
        app = Flask(__name__, static_folder=None)
        app.debug = True
        StrictCORS(app, origins=[APP], enforce=True)
        for environ in (preflight("/", "PUT", APP, sent), preflight("/", sent, EVIL)):
            answer = door_of(app)(environ)
            assert answer.body in (b"", b"Cross-origin request refused.\n")
            assert not any("<" in value for _, value in answer.lines)
