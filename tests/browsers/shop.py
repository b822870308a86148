"""The application that most tests serve: one governed URL that answers every method."""

from typing import Any

from flask import Flask, request

from flask_strictcors import Policy, StrictCORS

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
JSON = {"Content-Type": "application/json"}


def shop(*policies: Policy, **options: Any) -> Flask:
    """Return an application whose ``/items`` tells what it was asked, under the given policy."""
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, *policies, **options)

    @app.route("/items", methods=METHODS)
    def items() -> dict[str, str]:
        return {"method": request.method, "body": request.get_data(as_text=True)}

    return app
