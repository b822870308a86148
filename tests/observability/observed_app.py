"""An app for gunicorn that counts and logs what it refuses, and says who answered."""

import logging
import os

from flask import Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from flask_strictcors.observability import count_rejections, log_rejections
from observability.refusing import shop

logging.basicConfig(filename=os.environ["LOG"], format="%(process)d %(cors_repeats)d")

app = shop()
log_rejections(app, every=3600)
count_rejections(app)


@app.get("/metrics")
def metrics() -> Response:
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return Response(generate_latest(registry), mimetype="text/plain")


@app.after_request
def name_process(response: Response) -> Response:
    response.headers["X-Process"] = str(os.getpid())
    return response
