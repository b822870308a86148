"""Where rejections go: the log, Prometheus and OpenTelemetry, each a receiver of the signals.

Of the last two, the package that each needs is imported when it is called, and not before.
"""

from flask_strictcors.observability.log import log_rejections
from flask_strictcors.observability.opentelemetry import trace_rejections
from flask_strictcors.observability.prometheus import count_rejections

__all__ = ["count_rejections", "log_rejections", "trace_rejections"]
