r"""Rejections, as JSON in the log and as sums for Prometheus, from every process of a server.

Refuse something a few times, and look at the log and at the sums. The folder is for the sums of
all processes; empty it before each start.

    pip install "flask-strictcors[prometheus]" gunicorn
    export PROMETHEUS_MULTIPROC_DIR=$(mktemp -d)
    gunicorn --chdir examples --workers 4 observed:app
    curl -s -H "Origin: https://elsewhere.example" http://127.0.0.1:8000/orders
    curl -s http://127.0.0.1:8000/metrics
"""

import json
import logging
import os

from flask import Flask, Response
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from flask_strictcors import StrictCORS
from flask_strictcors.observability import count_rejections, log_rejections


class AsJSON(logging.Formatter):
    """Write what a record has of the rejection, one object a line."""

    def format(self, record):
        """Return the line."""
        said = {name: value for name, value in vars(record).items() if name.startswith("cors_")}
        return json.dumps({"time": record.created, "level": record.levelname} | said)


to_stderr = logging.StreamHandler()
to_stderr.setFormatter(AsJSON())
logging.getLogger("flask_strictcors.rejections").addHandler(to_stderr)

app = Flask(__name__)
StrictCORS(app, origins=["https://app.example.com"])
log_rejections(app, every=60)
count_rejections(app)


@app.get("/orders")
def orders():
    return {"orders": [17, 18]}


# For Prometheus alone: let the proxy in front keep everybody else out.
@app.get("/metrics")
def metrics():
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry := CollectorRegistry())
    return Response(generate_latest(registry), mimetype="text/plain; version=0.0.4")
