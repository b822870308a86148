"""Every error is JSON, and a database that is down is a 503: it says when to try again."""

import json

from flask import Flask, current_app
from sqlalchemy import exc
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response


def register(app: Flask) -> None:
    """Answer HTTP's errors, and what a database that is down, slow or used up raises."""
    app.register_error_handler(HTTPException, as_json)
    for fault in (exc.InterfaceError, exc.OperationalError, exc.TimeoutError):
        app.register_error_handler(fault, try_later)


def as_json(error: HTTPException) -> Response:
    """Return the error's own answer, its headers included, with JSON instead of a page."""
    response = error.get_response()
    response.set_data(json.dumps({"message": error.description}))
    response.content_type = "application/json"
    return response


def try_later(fault: Exception) -> tuple[dict[str, str], int, dict[str, str]]:
    """Return a 503, and leave the fault to the log."""
    current_app.logger.error("The database: %s", fault)
    return {"message": "The database does not answer."}, 503, {"Retry-After": "5"}
