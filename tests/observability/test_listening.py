"""Listening: whom one hears, how often one may ask to, for how long, and with what installed."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from weakref import ref

import pytest
from flask import Flask, current_app
from prometheus_client import CollectorRegistry
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from flask_strictcors import StrictCORS, observability, origin_rejected, preflight_rejected
from flask_strictcors.observability import count_rejections, log_rejections, trace_rejections
from flask_strictcors.observability.listening import Listening
from flask_strictcors.wsgi import StrictCORSMiddleware

from .refusing import EVIL, SHOP, ask, get, shop

SIGNALS = (origin_rejected, preflight_rejected)

Observe = Callable[..., Listening]

EACH = pytest.mark.parametrize(
    "observe", [log_rejections, count_rejections, trace_rejections], ids=lambda f: f.__name__
)


class Ears:
    """Tell how many receivers each signal has gained since, whatever becomes of older ones."""

    def __init__(self) -> None:
        self._known = [{*signal.receivers} for signal in SIGNALS]

    @property
    def new(self) -> list[int]:
        return [
            len(signal.receivers.keys() - known)
            for signal, known in zip(SIGNALS, self._known, strict=True)
        ]


@pytest.fixture
def ears() -> Ears:
    return Ears()


def test_the_public_names_are_those_of_the_design() -> None:
    assert observability.__all__ == ["count_rejections", "log_rejections", "trace_rejections"]


@EACH
def test_it_listens_until_stopped_though_nobody_keeps_what_was_returned(
    observe: Observe, ears: Ears
) -> None:
    app = shop()
    observe(app)
    assert ears.new == [1, 1]
    listening = observe(other := shop())
    assert ears.new == [2, 2]
    listening.stop()
    listening.stop()
    assert ears.new == [1, 1]
    del app, other
    gc.collect()
    assert ears.new == [0, 0]


@EACH
def test_nothing_is_left_of_an_app_that_is_gone(observe: Observe, ears: Ears) -> None:
    app = shop()
    gone = ref(app)
    listening = observe(app)
    get(app, EVIL)
    del app
    gc.collect()
    assert ears.new == [0, 0]
    assert gone() is None
    listening.stop()


@EACH
def test_a_second_call_for_one_app_is_refused_until_the_first_is_stopped(
    observe: Observe, ears: Ears
) -> None:
    app = shop()
    first = observe(app)
    with app.app_context(), pytest.raises(RuntimeError, match=r"for this app already.* \.stop\(\)"):
        observe(current_app)
    assert ears.new == [1, 1]
    first.stop()
    second = observe(app)
    first.stop()
    with pytest.raises(RuntimeError, match=observe.__name__):
        observe(app)
    assert ears.new == [1, 1]
    second.stop()


def test_all_three_may_listen_to_one_app(ears: Ears) -> None:
    app = shop()
    started = [observe(app) for observe in (log_rejections, count_rejections, trace_rejections)]
    assert ears.new == [3, 3]
    for listening in started:
        listening.stop()
    assert ears.new == [0, 0]


OTHERS: list[Any] = [None, "shop", Flask, ProxyFix(shop()), StrictCORS(None)]


@EACH
@pytest.mark.parametrize("other", OTHERS, ids=lambda other: type(other).__name__)
def test_whatever_sends_no_signals_is_refused(observe: Observe, other: Any, ears: Ears) -> None:
    with pytest.raises(TypeError, match=f"^{observe.__name__} takes the Flask app, or the"):
        observe(other)
    assert ears.new == [0, 0]


def test_a_middleware_is_heard_and_let_go(ears: Ears) -> None:
    registry = CollectorRegistry()
    middleware = StrictCORSMiddleware(shop(), origins=[SHOP], methods=["GET"])
    count_rejections(middleware, registry=registry)
    Client(middleware).get("/", headers={"Origin": EVIL})
    labels = {"reason": "not-allowed", "rule": "app", "endpoint": ""}
    assert registry.get_sample_value("flask_strictcors_rejections_total", labels) == 1
    del middleware
    gc.collect()
    assert ears.new == [0, 0]


def test_it_can_come_before_the_extension_and_from_inside_of_the_app() -> None:
    registry = CollectorRegistry()
    app = Flask(__name__)
    with app.app_context():
        count_rejections(current_app, registry=registry)
    StrictCORS(app, origins=[SHOP], methods=["GET"])
    get(app, EVIL, "/")
    ask(app, SHOP)
    assert (
        sum(
            sample.value
            for metric in registry.collect()
            for sample in metric.samples
            if sample.name.endswith("_total")
        )
        == 2
    )


@pytest.mark.parametrize(
    ("observe", "module", "package", "extra"),
    [
        (count_rejections, "prometheus_client", "prometheus-client", "prometheus"),
        (trace_rejections, "opentelemetry", "opentelemetry-api", "opentelemetry"),
    ],
)
def test_without_its_package_the_error_says_what_to_type(
    observe: Observe,
    module: str,
    package: str,
    extra: str,
    ears: Ears,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError) as raised:
        observe(shop())
    assert str(raised.value) == (
        f"{observe.__name__} needs {package}, which is not installed: "
        f'pip install "flask-strictcors[{extra}]"'
    )
    assert ears.new == [0, 0]


LOG_ALONE = """
import sys
sys.modules["prometheus_client"] = sys.modules["opentelemetry"] = None
from flask import Flask
app = Flask("shop")
class Replaced(Flask): ...
import flask
flask.Flask = Replaced
from flask_strictcors.observability import *
log_rejections(app)
print(*sorted(set(dir()) & {"log_rejections", "count_rejections", "trace_rejections"}))
"""


def test_the_log_needs_neither_package_nor_that_flask_is_what_it_was() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOG_ALONE], text=True, capture_output=True, check=True
    )
    assert done.stdout.split() == ["count_rejections", "log_rejections", "trace_rejections"]
