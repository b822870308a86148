"""What docs/rejections.md says of lines, attributes, metrics and spans."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask import Flask
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry, generate_latest

from flask_strictcors import Reason, StrictCORS, observability
from flask_strictcors.observability import count_rejections, log_rejections, trace_rejections
from flask_strictcors.observability.folding import MOST_TOPICS

from .pages import DOCS, blocks, code, prose, table

PAGE = DOCS / "rejections.md"
APP = "https://app.example.com"
ELSEWHERE = "https://elsewhere.example"
TEXTS = [block.text for block in blocks(PAGE) if block.language == "text"]


# Another test's app may log what waits as soon as it is gone, but not here.
LOGGER = logging.getLogger(__name__)


def of(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == LOGGER.name]


@pytest.fixture
def shop() -> Flask:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP], methods=["GET", "PUT"])
    app.add_url_rule("/orders", "orders", lambda: "")
    app.add_url_rule("/orders/<int:order>", "order", lambda order: "")
    app.add_url_rule("/prices", "prices", lambda: "")
    return app


def refuse(app: Flask, path: str, times: int = 1) -> None:
    client = app.test_client()
    for _ in range(times):
        client.get(path, headers={"Origin": ELSEWHERE}).close()


def test_each_public_name_is_on_the_page() -> None:
    assert [name for name in observability.__all__ if f"`{name}(app)`" not in prose(PAGE)] == []


def test_the_reasons_that_matter_are_reasons() -> None:
    known = {str(reason) for reason in Reason}
    cells = [row[0] for row in table(PAGE, "## Which ones matter")]
    assert {word for cell in cells for word in cell.split("`")[1::2]} == known - {
        "malformed-request-headers"
    }


def test_the_lines_are_logged_as_they_are_shown(
    shop: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    log = log_rejections(shop, LOGGER, clock=lambda: now[0])
    refuse(shop, "/orders", times=212)
    now[0] += 60
    refuse(shop, "/orders/7")
    log.stop()
    format_ = logging.Formatter("%(levelname)s %(message)s").format
    assert [format_(record) for record in of(caplog)] == TEXTS[0].splitlines()


def test_the_attributes_of_a_record_are_those_of_the_table(
    shop: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    log = log_rejections(shop, LOGGER)
    refuse(shop, "/orders")
    log.stop()
    (record,) = of(caplog)
    told = {name for name in vars(record) if name.startswith("cors_")}
    assert {code(row[0]) for row in table(PAGE, "## In the log")} == told


def test_the_budget_is_told_as_it_is() -> None:
    assert f"at most {MOST_TOPICS} of" in prose(PAGE)


def test_the_metric_is_exposed_as_it_is_shown(shop: Flask) -> None:
    registry = CollectorRegistry()
    count_rejections(shop, registry=registry)
    refuse(shop, "/orders", times=212)
    exposed = generate_latest(registry).decode().splitlines()
    assert exposed[:3] == TEXTS[1].splitlines()
    reported = "flask_strictcors_report_only_rejections_total"
    assert f"`{reported}`" in prose(PAGE)
    assert any(reported in line for line in exposed)


def test_what_a_stricter_policy_would_refuse_is_told_as_it_is_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    (block,) = [b for b in blocks(PAGE) if b.language == "python" and "report_only=" in b.text]
    names: dict[str, Any] = {"__name__": "shop"}
    exec(block.text, names)
    client = names["app"].test_client()
    for origin in ("https://old.example.com", APP):
        answer = client.get("/orders", headers={"Origin": origin})
        assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert caplog.messages == TEXTS[-1].splitlines()


def test_the_attributes_of_events_and_metrics_are_those_of_the_table(shop: Flask) -> None:
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers = TracerProvider(shutdown_on_exit=False)
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    meters = MeterProvider([reader], shutdown_on_exit=False)
    trace_rejections(shop, meter_provider=meters)
    asking = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "GET"}
    with tracers.get_tracer("test").start_as_current_span("test"):
        shop.test_client().options("/prices", headers=asking)
        shop.test_client().open("/prices", method="BREW", headers={"Origin": ELSEWHERE})
    found: Any = reader.get_metrics_data()
    (metric,) = found.resource_metrics[0].scope_metrics[0].metrics
    (span,) = spans.get_finished_spans()
    rows = table(PAGE, "### What is told")
    documented = {code(row[0]): row[1] for row in rows}
    events = {name for event in span.events for name in event.attributes or {}}
    counted = {name for point in metric.data.data_points for name in point.attributes}
    assert documented == {name: "both" if name in counted else "event" for name in events}
    assert counted <= events
    for name in (metric.name, span.events[0].name):
        assert f"`{name}`" in prose(PAGE)
    meters.shutdown()
    tracers.shutdown()
