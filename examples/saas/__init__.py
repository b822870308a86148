"""Shipping rates for many shops: each shop is a tenant, and names the origins of its own pages."""

import os

from flask import Flask, Response
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from flask_strictcors import StrictCORS
from flask_strictcors.observability import count_rejections, log_rejections

from . import commands, errors, models, origins, own, rates, servers


def create_app(**configuration: object) -> Flask:
    """Make the app: on SQLite and a cache of its own, or on the servers that are named.

    SAAS_DATABASE_URL and SAAS_REDIS_URL in the environment name them; `configuration` wins.
    """
    app = Flask(__name__)
    app.config.from_mapping(DATABASE_URL="sqlite:///saas.sqlite", REDIS_URL="")
    app.config.from_prefixed_env("SAAS")
    app.config.from_mapping(configuration)
    # No tenant sends us more than an origin or a weight.
    app.config["MAX_CONTENT_LENGTH"] = 4096
    app.config.update(servers.database(app.config["DATABASE_URL"]))
    app.config.update(servers.cache(app.config["REDIS_URL"]))
    models.db.init_app(app)
    origins.cache.init_app(app)

    # No policy of the app's own: where no blueprint has one, nobody is let in.
    StrictCORS(app)
    log_rejections(app)
    count_rejections(app)

    app.register_blueprint(rates.blueprint)
    app.register_blueprint(own.blueprint)
    app.add_url_rule("/metrics", view_func=metrics)
    errors.register(app)
    commands.register(app)
    return app


def metrics() -> Response:
    """Return the sums of all workers, for Prometheus alone: nginx lets nobody else ask."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry := CollectorRegistry())
    return Response(generate_latest(registry), mimetype="text/plain; version=0.0.4")
