"""`flask_strictcors.observability` as people write it: read by mypy and pyright, and never run."""

import logging
from datetime import timedelta
from typing import assert_type

from flask import Flask, current_app
from opentelemetry.metrics import NoOpMeterProvider
from prometheus_client import CollectorRegistry

from flask_strictcors import StrictCORS
from flask_strictcors.observability import count_rejections, log_rejections, trace_rejections
from flask_strictcors.wsgi import StrictCORSMiddleware

app = Flask(__name__)
wrapped = StrictCORSMiddleware(app, origins="*", methods=["GET"])


# --- what users write ---


def observe() -> None:
    log = log_rejections(app)
    assert_type(log.flush(), None)
    assert_type(log.stop(), None)
    log_rejections(app, logging.getLogger("shop"), "INFO", 2.5)
    log_rejections(wrapped, level=logging.ERROR, every=timedelta(minutes=1))
    assert_type(count_rejections(app).stop(), None)
    count_rejections(wrapped, registry=CollectorRegistry())
    trace_rejections(current_app)
    assert_type(trace_rejections(app, meter_provider=NoOpMeterProvider()).stop(), None)


# --- what they must not ---


def mistakes() -> None:
    log_rejections()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    log_rejections(StrictCORS(app))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    log_rejections(app, "shop")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    log_rejections(app, every="60")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    count_rejections(app, CollectorRegistry())  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    count_rejections(app, registry="x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
