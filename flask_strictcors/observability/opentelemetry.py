"""trace_rejections: an event on the current span, and two counters, by OpenTelemetry's API."""

from __future__ import annotations

import os
from time import time_ns
from typing import TYPE_CHECKING, Final

from flask import Response, after_this_request, current_app, has_request_context, request

from flask_strictcors.core.decision import Rejection
from flask_strictcors.observability.listening import (
    Listening,
    Sender,
    missing_extra,
    sender_of,
)
from flask_strictcors.wsgi import StrictCORSMiddleware

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter, MeterProvider

Attributes = dict[str, str | bool | list[str]]

_CALLED: Final = "trace_rejections"
_EVENT: Final = "flask_strictcors.rejection"

# https://opentelemetry.io/docs/specs/semconv/registry/attributes/http/: all others are _OTHER.
_KNOWN_METHODS: Final = "CONNECT,DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT,QUERY,TRACE"


def trace_rejections(app: Sender, *, meter_provider: MeterProvider | None = None) -> Listening:
    """Tell OpenTelemetry what an app refuses: as an event on the current span, and as a metric.

    `app` is the Flask app or the `StrictCORSMiddleware`; `meter_provider` is the global one unless
    another is given. Where no span is recording there is the metric only. What comes back has
    `stop()`. Raises `ImportError` without opentelemetry-api, `TypeError` and, where it was called
    for the app already, `RuntimeError`.
    """
    sender = sender_of(_CALLED, app)
    return Listening(_CALLED, sender, _Tracing(meter_provider).hear)


class _Tracing:
    """Turn rejections into events and counts."""

    def __init__(self, meter_provider: MeterProvider | None) -> None:
        try:
            from opentelemetry import metrics, trace
        except ModuleNotFoundError as error:
            raise missing_extra(_CALLED, "opentelemetry-api", "opentelemetry") from error
        self._current_span = trace.get_current_span
        methods = os.environ.get("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS", _KNOWN_METHODS)
        self._known_methods = frozenset(method.strip() for method in methods.split(","))
        meter = metrics.get_meter("flask_strictcors", meter_provider=meter_provider)
        self._refused: Counter = meter.create_counter(
            "flask_strictcors.rejections",
            "{rejection}",
            "Cross-origin requests whose origin, method or headers were refused.",
        )
        self._reported: Counter = meter.create_counter(
            "flask_strictcors.report_only_rejections",
            "{rejection}",
            "Cross-origin requests that the policy under report would have refused.",
        )

    def hear(self, app: Sender, rejection: Rejection) -> None:
        bounded = _bounded(app, rejection)
        counter = self._reported if rejection.report_only else self._refused
        counter.add(1, bounded)
        event = bounded | self._event(rejection)
        is_recorded = self._record(event, None)
        if not is_recorded and not rejection.preflight and _is_inside_of(app):
            self._record_late(event)

    def _record(self, event: Attributes, when: int | None) -> bool:
        """Add the event to the span, and report whether there is one that records."""
        span = self._current_span()
        if span.is_recording():
            span.add_event(_EVENT, event, when)
            return True
        return False

    def _record_late(self, event: Attributes) -> None:
        """Wait for a span that a later hook may open, as that of an instrumentation does."""
        when = time_ns()

        @after_this_request
        def record(response: Response) -> Response:
            self._record(event, when)
            return response

    def _event(self, rejection: Rejection) -> Attributes:
        """Return what describes this one request; a preflight's own method is OPTIONS."""
        sent = "OPTIONS" if rejection.preflight else rejection.method
        event: Attributes = {
            "http.request.method": sent if sent in self._known_methods else "_OTHER",
            "http.request.header.origin": [rejection.origin],
            "url.path": rejection.path,
            "flask_strictcors.preflight": rejection.preflight,
            "flask_strictcors.report_only": rejection.report_only,
            "flask_strictcors.headers": [*rejection.headers],
            "flask_strictcors.detail": rejection.detail,
        }
        if event["http.request.method"] != sent:
            event["http.request.method_original"] = sent
        if rejection.preflight:
            event["http.request.header.access-control-request-method"] = [rejection.method]
        return event


def _bounded(app: Sender, rejection: Rejection) -> Attributes:
    """Return the attributes whose values come from the configuration, and from no request."""
    bounded: Attributes = {
        "flask_strictcors.reason": str(rejection.reason),
        "flask_strictcors.rule": rejection.rule,
    }
    if rejection.endpoint is not None:
        bounded["flask_strictcors.endpoint"] = rejection.endpoint
    route = _route(app, rejection)
    if route is not None:
        bounded["http.route"] = route
    return bounded


def _route(app: Sender, rejection: Rejection) -> str | None:
    """Return the template of the route; None where it is not known which of several matched."""
    if rejection.endpoint is None or isinstance(app, StrictCORSMiddleware):
        return None
    if not rejection.preflight and _is_inside_of(app) and request.url_rule is not None:
        return request.url_rule.rule
    routes = {rule.rule for rule in app.url_map.iter_rules(rejection.endpoint)}
    return routes.pop() if len(routes) == 1 else None


def _is_inside_of(app: Sender) -> bool:
    """Report whether the request at hand is one of the app's."""
    # The proxy compares as the app that it stands for.
    return has_request_context() and current_app == app
