"""Where rejections go: the log, Prometheus and OpenTelemetry, each a receiver of the signals."""

from flask_strictcors.observability.log import log_rejections

__all__ = ["log_rejections"]
