"""The log of callables that fail: an outage fills no disk, and nothing goes uncounted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from extension.wire import APP, actual, preflight
from flask import Flask

from flask_strictcors import DynamicOrigins, StrictCORS
from flask_strictcors.asking import MOST_A_MINUTE, Failures
from flask_strictcors.core.decision import Reason
from flask_strictcors.wsgi import StrictCORSMiddleware


def lost(origin: str) -> bool:
    raise LookupError("the database has gone")


ORIGINS = DynamicOrigins(lost, allowlist=[APP])


def test_so_many_a_minute_are_logged_and_the_others_counted() -> None:
    now = [1000.0]
    failures = Failures(lambda: now[0])
    assert [failures.line("It.") for _ in range(MOST_A_MINUTE)] == ["It."] * MOST_A_MINUTE
    assert [failures.line("It.") for _ in range(5)] == [None] * 5
    now[0] += 59.9
    assert failures.line("Too early.") is None
    now[0] += 0.1
    assert failures.line("Next.") == "Next. Not logged before it: 6 more failures."
    assert failures.line("After it.") == "After it."


def test_threads_lose_no_count() -> None:
    now = [1000.0]
    failures = Failures(lambda: now[0])
    with ThreadPoolExecutor(8) as pool:
        lines = list(pool.map(lambda _: failures.line("It."), range(400)))
    assert lines.count("It.") == MOST_A_MINUTE
    now[0] += 60
    withheld = 400 - MOST_A_MINUTE
    assert failures.line("It.") == f"It. Not logged before it: {withheld} more failures."


def test_each_refusal_is_one_all_the_same_behind_the_middleware_and_in_an_app(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = Flask(__name__, static_folder=None)
    ext = StrictCORS(app, origins=ORIGINS)
    middleware = StrictCORSMiddleware(Flask("inner").wsgi_app, origins=ORIGINS, methods=["GET"])
    for governed in (app, middleware):
        caplog.clear()
        for _ in range(MOST_A_MINUTE):
            assert "Access-Control-Allow-Origin" not in actual(governed).headers
            assert "Access-Control-Allow-Origin" not in preflight(governed, method="GET").headers
        tracebacks = [record for record in caplog.records if record.exc_info]
        assert len(tracebacks) == MOST_A_MINUTE
    with app.test_request_context(headers={"Origin": APP}) as context:
        assert ext.decide(context.request).reason is Reason.CALLABLE_FAILED


def test_contexts_that_do_not_open_are_counted_with_them(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(environ: object) -> None:
        raise OSError("no store")

    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=ORIGINS)
    app.request_context = refuse  # type: ignore[assignment,method-assign]
    for _ in range(2 * MOST_A_MINUTE):
        preflight(app)
    opened = [record for record in caplog.messages if record.startswith("Opening a context")]
    assert len(opened) == MOST_A_MINUTE
