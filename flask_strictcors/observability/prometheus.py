"""count_rejections: counters for Prometheus, with labels that no request can multiply."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from flask_strictcors.core.decision import Rejection
from flask_strictcors.observability.listening import (
    Listening,
    Sender,
    missing_extra,
    sender_of,
)

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter

_CALLED: Final = "count_rejections"

# Never the origin: everybody can make up as many as they like.
_LABELS: Final = ("reason", "rule", "endpoint")

_counting: Final[WeakKeyDictionary[CollectorRegistry, _Counting]] = WeakKeyDictionary()


def count_rejections(app: Sender, *, registry: CollectorRegistry | None = None) -> Listening:
    """Count what an app refuses, by reason, rule and endpoint, for Prometheus.

    `app` is the Flask app or the `StrictCORSMiddleware`; `registry` is prometheus-client's own
    unless another is given. Apps of one registry share `flask_strictcors_rejections_total`; where
    no route matched, `endpoint` is empty. What is only reported on is
    `flask_strictcors_report_only_rejections_total`. What comes back has `stop()`. Raises
    `ImportError` without prometheus-client, `TypeError`, `ValueError` for a second registry where
    processes share files and, where it was called for the app already, `RuntimeError`.
    """
    sender = sender_of(_CALLED, app)
    return Listening(_CALLED, sender, _counting_in(registry).hear)


class _Counting:
    """Hold the two counters of one registry."""

    def __init__(self, refused: Counter, reported: Counter) -> None:
        self._refused = refused
        self._reported = reported

    def hear(self, _: Sender, rejection: Rejection) -> None:
        # Two metrics, not a label: a sum of what was refused and what was not means nothing.
        counter = self._reported if rejection.report_only else self._refused
        counter.labels(str(rejection.reason), rejection.rule, rejection.endpoint or "").inc()


def _counting_in(registry: object) -> _Counting:
    try:
        from prometheus_client import REGISTRY, CollectorRegistry, Counter
    except ModuleNotFoundError as error:
        raise missing_extra(_CALLED, "prometheus-client", "prometheus") from error
    place = REGISTRY if registry is None else registry
    if not isinstance(place, CollectorRegistry):
        raise TypeError(f"registry: {place!r} is no prometheus_client.CollectorRegistry.")
    if place not in _counting:
        _refuse_second_registry()
        refused = "Cross-origin requests whose origin, method or headers were refused."
        reported = "Cross-origin requests that the policy under report would have refused."
        _counting[place] = _Counting(
            Counter("flask_strictcors_rejections", refused, _LABELS, registry=place),
            Counter("flask_strictcors_report_only_rejections", reported, _LABELS, registry=place),
        )
    return _counting[place]


def _refuse_second_registry() -> None:
    if _counting and "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        raise ValueError(
            "registry: with PROMETHEUS_MULTIPROC_DIR all registries of a process write the same "
            "files, and overwrite each other's counts. Instead: the same registry for each app"
        )
