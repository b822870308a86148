"""trace_rejections: events and counts, by the real SDK and its instrumentations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import time_ns
from typing import Any, NamedTuple

import pytest
from docs.pages import DOCS, table
from flask import Flask
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import Event, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from werkzeug.test import Client

from flask_strictcors import StrictCORS
from flask_strictcors.observability import trace_rejections
from flask_strictcors.wsgi import StrictCORSMiddleware

from .refusing import EVIL, SHOP, ask, get, send, send_reported, shop

REFUSED = "flask_strictcors.rejections"
REPORTED = "flask_strictcors.report_only_rejections"
EVENT = "flask_strictcors.rejection"
BOUNDED = {
    "flask_strictcors.reason": "not-allowed",
    "flask_strictcors.rule": "app",
    "flask_strictcors.endpoint": "items",
    "http.route": "/items/<int:item>",
}


class Telemetry(NamedTuple):
    """Providers of the real SDK, and what they were given."""

    tracers: TracerProvider
    spans: InMemorySpanExporter
    meters: MeterProvider
    reader: InMemoryMetricReader

    def within_span(self, job: Callable[[], object]) -> list[Event]:
        """Return the events of a span that is current while something is done."""
        with self.tracers.get_tracer("test").start_as_current_span("test"):
            job()
        (*_, span) = self.spans.get_finished_spans()
        return [*span.events]

    def events(self) -> dict[str, list[str]]:
        """Return the names of all spans, and the paths of the events in each."""
        return {
            span.name: [str((event.attributes or {})["url.path"]) for event in span.events]
            for span in self.spans.get_finished_spans()
        }

    def counted(self, name: str = REFUSED) -> list[tuple[dict[str, Any], float]]:
        """Return each combination of attributes of a metric, and its sum."""
        found = self.reader.get_metrics_data()
        return [
            (dict(point.attributes or {}), point.value)
            for resource in (found.resource_metrics if found else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers = TracerProvider(shutdown_on_exit=False)
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    meters = MeterProvider([reader], shutdown_on_exit=False)
    yield Telemetry(tracers, spans, meters, reader)
    meters.shutdown()
    tracers.shutdown()


def traced(telemetry: Telemetry, app: Flask | None = None) -> Flask:
    app = app or shop()
    trace_rejections(app, meter_provider=telemetry.meters)
    return app


# --- an event ----------------------------------------------------------------------------------


def test_a_refused_request_is_an_event_of_the_current_span(telemetry: Telemetry) -> None:
    app = traced(telemetry)
    (event,) = telemetry.within_span(lambda: get(app, EVIL))
    assert event.name == EVENT
    assert event.attributes == BOUNDED | {
        "http.request.method": "GET",
        "http.request.header.origin": (EVIL,),
        "url.path": "/items/1",
        "flask_strictcors.preflight": False,
        "flask_strictcors.report_only": False,
        "flask_strictcors.headers": (),
        "flask_strictcors.detail": (
            "The origin is not among the origins of rule 'app': add it there."
        ),
    }


def test_a_preflight_is_an_options_request_that_asks_for_a_method(telemetry: Telemetry) -> None:
    app = traced(telemetry)
    (event,) = telemetry.within_span(lambda: ask(app, SHOP, "PUT", "x-a"))
    said = dict(event.attributes or {})
    assert said.pop("flask_strictcors.detail")
    assert said == BOUNDED | {
        "flask_strictcors.reason": "header-not-allowed",
        "http.request.method": "OPTIONS",
        "http.request.header.origin": (SHOP,),
        "http.request.header.access-control-request-method": ("PUT",),
        "url.path": "/items/1",
        "flask_strictcors.preflight": True,
        "flask_strictcors.report_only": False,
        "flask_strictcors.headers": ("x-a",),
    }


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (None, {"http.request.method": "_OTHER", "http.request.method_original": "BREW"}),
        ("GET, BREW", {"http.request.method": "BREW"}),
    ],
)
def test_a_method_that_is_not_known_is_told_apart(
    telemetry: Telemetry,
    monkeypatch: pytest.MonkeyPatch,
    known: str | None,
    told: dict[str, str],
) -> None:
    if known:
        monkeypatch.setenv("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS", known)
    app = traced(telemetry)
    (event,) = telemetry.within_span(lambda: send(app, "BREW", "/items/1", {"Origin": EVIL}))
    said = event.attributes or {}
    assert {name: said[name] for name in said if name.startswith("http.request.method")} == told


def test_a_path_that_no_route_has_has_no_route(telemetry: Telemetry) -> None:
    app = traced(telemetry)
    (event,) = telemetry.within_span(lambda: get(app, EVIL, "/nowhere/1"))
    assert {*(event.attributes or {})} & {"http.route", "flask_strictcors.endpoint"} == set()


def test_of_several_routes_of_one_view_the_matched_one_is_told(telemetry: Telemetry) -> None:
    app = traced(telemetry)
    app.add_url_rule("/things/<thing>", "items", methods=["GET", "PUT"])
    actual, preflight = telemetry.within_span(lambda: (get(app, EVIL, "/things/1"), ask(app, EVIL)))
    assert (actual.attributes or {})["http.route"] == "/things/<thing>"
    # Of a preflight only the view is known.
    assert "http.route" not in (preflight.attributes or {})


def test_what_a_redirect_leads_to_is_the_route(telemetry: Telemetry) -> None:
    app = traced(telemetry)
    app.add_url_rule("/orders/", "orders", lambda: "")
    (event,) = telemetry.within_span(lambda: get(app, EVIL, "/orders"))
    assert (event.attributes or {})["http.route"] == "/orders/"


def test_a_middleware_has_paths_and_no_routes(telemetry: Telemetry) -> None:
    middleware = StrictCORSMiddleware(shop(), origins=[SHOP], methods=["GET"])
    trace_rejections(middleware, meter_provider=telemetry.meters)
    client = Client(middleware)
    (event,) = telemetry.within_span(lambda: client.get("/items/1", headers={"Origin": EVIL}))
    assert (event.attributes or {})["url.path"] == "/items/1"
    assert telemetry.counted() == [
        ({"flask_strictcors.reason": "not-allowed", "flask_strictcors.rule": "app"}, 1)
    ]


# --- a metric ----------------------------------------------------------------------------------


def test_both_signals_are_counted_and_no_request_can_make_up_attributes(
    telemetry: Telemetry,
) -> None:
    app = traced(telemetry)
    for number in range(20):
        get(app, f"https://{number}.example", f"/items/{number}")
        ask(app, SHOP, f"M{number}")
    assert telemetry.counted() == [
        (BOUNDED, 20),
        ({"flask_strictcors.reason": "method-not-allowed", "flask_strictcors.rule": "app"}, 20),
    ]
    assert telemetry.counted(REPORTED) == []


def test_apps_share_the_metric(telemetry: Telemetry) -> None:
    for app in (shop(), shop()):
        get(traced(telemetry, app), EVIL)
    assert telemetry.counted() == [(BOUNDED, 2)]


def test_a_report_only_rejection_is_told_apart(telemetry: Telemetry) -> None:
    app = traced(telemetry)
    (event,) = telemetry.within_span(lambda: send_reported(app))
    assert (event.attributes or {})["flask_strictcors.report_only"] is True
    reported = BOUNDED | {"flask_strictcors.reason": "method-not-allowed"}
    assert telemetry.counted() == []
    assert telemetry.counted(REPORTED) == [(reported, 1)]


def test_without_a_span_that_records_there_is_the_metric_only(telemetry: Telemetry) -> None:
    app = traced(telemetry)
    get(app, EVIL)
    ask(app, EVIL)
    silent = TracerProvider(ALWAYS_OFF, shutdown_on_exit=False).get_tracer("silent")
    with silent.start_as_current_span("silent"):
        get(app, EVIL)
    assert telemetry.counted() == [(BOUNDED, 3)]
    assert telemetry.spans.get_finished_spans() == ()


def test_without_an_sdk_nothing_happens() -> None:
    app = shop()
    trace_rejections(app)
    assert get(app, EVIL) == 200
    assert ask(app, EVIL) == 204


# --- beside the instrumentations ---------------------------------------------------------------

WAYS: dict[str, Callable[[Flask, Telemetry, bool], None]] = {}


def way(function: Callable[[Flask, Telemetry, bool], None]) -> None:
    WAYS[function.__name__.replace("_", " ")] = function


def cors_of(app: Flask, telemetry: Telemetry, enforce: bool) -> None:
    StrictCORS(app, origins=[SHOP], enforce=enforce)
    traced(telemetry, app)


def instrument(app: Flask, telemetry: Telemetry) -> None:
    FlaskInstrumentor().instrument_app(
        app, tracer_provider=telemetry.tracers, meter_provider=telemetry.meters
    )


def wrap(app: Flask, telemetry: Telemetry) -> None:
    wrapped = OpenTelemetryMiddleware(
        app.wsgi_app, tracer_provider=telemetry.tracers, meter_provider=telemetry.meters
    )
    app.wsgi_app = wrapped  # type: ignore[method-assign]


@way
def flask_after_cors(app: Flask, telemetry: Telemetry, enforce: bool) -> None:
    cors_of(app, telemetry, enforce)
    instrument(app, telemetry)


@way
def flask_before_cors(app: Flask, telemetry: Telemetry, enforce: bool) -> None:
    instrument(app, telemetry)
    with pytest.warns(UserWarning, match="wrap app.wsgi_app after StrictCORS"):
        cors_of(app, telemetry, enforce)


@way
def wsgi_around_cors(app: Flask, telemetry: Telemetry, enforce: bool) -> None:
    cors_of(app, telemetry, enforce)
    wrap(app, telemetry)


@way
def wsgi_inside_of_cors(app: Flask, telemetry: Telemetry, enforce: bool) -> None:
    wrap(app, telemetry)
    with pytest.warns(UserWarning, match="wrap app.wsgi_app after StrictCORS"):
        cors_of(app, telemetry, enforce)


ACTUAL, PREFLIGHT = "actual", "preflight"
# In the order in which the document has them.
ORDER = ["wsgi around cors", "flask after cors", "flask before cors", "wsgi inside of cors"]


def documented(name: str, enforce: bool) -> set[str]:
    """Return what is an event with one of the instrumentations, as the document says."""
    rows = table(DOCS / "rejections.md", "### Whether there is a span")
    assert len(rows) == len(ORDER) == len(WAYS)
    _, refused, turned_away, preflights = rows[ORDER.index(name)]
    told = {ACTUAL: turned_away if enforce else refused, PREFLIGHT: preflights}
    assert {*told.values()} <= {"event", "metric only"}
    return {kind for kind, said in told.items() if said == "event"}


@pytest.mark.parametrize("enforce", [False, True], ids=["", "enforce"])
@pytest.mark.parametrize("name", WAYS)
def test_the_events_are_in_the_spans_that_the_instrumentation_opens(
    telemetry: Telemetry, name: str, enforce: bool
) -> None:
    app = Flask(__name__)
    app.add_url_rule("/items/<int:item>", "items", lambda item: "", methods=["GET", "PUT"])
    WAYS[name](app, telemetry, enforce)
    sent: dict[str, Callable[[], object]] = {
        ACTUAL: lambda: (get(app, EVIL), get(app, EVIL, "/nowhere")),
        PREFLIGHT: lambda: ask(app, EVIL),
    }
    heard = set()
    for kind, job in sent.items():
        telemetry.spans.clear()
        job()
        events = [path for paths in telemetry.events().values() for path in paths]
        if events:
            assert sorted(events) == ["/items/1", "/nowhere"][: len(events)]
            heard.add(kind)
    assert heard == documented(name, enforce)
    assert sum(value for _, value in telemetry.counted()) == 3


def test_an_event_that_waited_for_its_span_has_its_own_time(telemetry: Telemetry) -> None:
    app = shop()
    traced(telemetry, app)
    instrument(app, telemetry)
    opened: list[int] = []
    app.before_request(lambda: opened.append(time_ns()))
    get(app, EVIL)
    (span,) = telemetry.spans.get_finished_spans()
    (event,) = span.events
    assert span.start_time is not None
    assert span.start_time <= event.timestamp <= opened[0]


def refuse_preflight(app: Flask, telemetry: Telemetry) -> None:
    ask(app, EVIL)


def refuse_in_front_of_another(app: Flask, telemetry: Telemetry) -> None:
    middleware = StrictCORSMiddleware(shop(), origins=[SHOP], methods=["GET"])
    trace_rejections(middleware, meter_provider=telemetry.meters)
    Client(middleware).get("/items/1", headers={"Origin": EVIL}).close()


@pytest.mark.parametrize("refuse", [refuse_preflight, refuse_in_front_of_another])
def test_what_another_request_was_refused_is_no_event_of_the_request_around_it(
    telemetry: Telemetry, refuse: Callable[[Flask, Telemetry], None]
) -> None:
    app = traced(telemetry)
    span = telemetry.tracers.get_tracer("test").start_as_current_span("opened later")

    @app.get("/around")
    def view() -> str:
        refuse(app, telemetry)
        span.__enter__()
        return "around"

    app.teardown_request(lambda error: span.__exit__(None, None, None))
    assert get(app, SHOP, "/around") == 200
    assert sum(value for _, value in telemetry.counted()) == 1
    assert telemetry.events() == {"opened later": []}
