"""An API on one origin, and on another a page that calls it from your browser.

Run it with `make demo`, or `python examples/quickstart.py --help`. This file is the API;
`serving.py` puts it and the page on two ports, and prints what to try.
"""

import sys

from flask import Blueprint, Flask, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from flask_strictcors import StrictCORS, cors, origin_rejected, preflight_rejected
from serving import PlannedError, serve

BOOKS = {1: "Emma", 2: "Middlemarch", 3: "Walden"}

library = Blueprint("library", __name__)


def create_api(page: str) -> tuple[Flask, StrictCORS]:
    api = Flask(__name__)
    strict = StrictCORS(
        api,
        origins=[page],
        credentials=True,
        allow_headers=["Content-Type", "X-Edition"],
        expose_headers=["X-Total-Count"],
    )

    origin_rejected.connect(say_why, api)
    preflight_rejected.connect(say_why, api)
    api.register_blueprint(library)
    return api, strict


def say_why(api, rejection, **_):
    asked = f"{rejection.origin}, {rejection.method} {rejection.path}"
    api.logger.warning("%s: %s", asked, rejection.detail)


@library.get("/books")
def books():
    headers = {"X-Total-Count": len(BOOKS), "X-Shelf": "B7"}
    return list(BOOKS.values()), headers


@library.post("/books")
def add_book():
    return {"added": request.get_json()["title"]}, 201


@library.get("/books/<int:number>")
def book(number):
    edition = request.headers.get("X-Edition", "first")
    return {"title": BOOKS[number], "edition": edition}


@library.put("/books/<int:number>")
def rename_book(number):
    title = request.get_json()["title"]
    return {"was": BOOKS[number], "is": title}


@library.get("/visits")
def visits():
    count = request.cookies.get("visits", 0, type=int) + 1
    response = jsonify(visits=count)
    response.set_cookie("visits", str(count), samesite="Lax")
    return response


@library.get("/loans/mine")
def my_loans():
    abort(401)


@library.get("/broken")
def broken():
    raise PlannedError("this view always fails")


@library.get("/prices")
@cors(origins=["https://partner.example"])
def prices():
    return {"Emma": 12, "Walden": 9}


@library.route("/loans", methods=["GET", "DELETE"])
@cors(origins=["http://localhost:*"], methods=["GET"])
def loans():
    return {"loans": []}


@library.get("/catalogue")
@cors(origins="*")
def catalogue():
    return list(BOOKS.values())


@library.app_errorhandler(HTTPException)
def as_json(error):
    return {"error": error.name}, error.code


if __name__ == "__main__":
    sys.exit(serve(create_api))
