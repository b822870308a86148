"""An API on one origin, and on another a page that calls it from your browser.

Run it with `make demo`, or `python examples/quickstart.py --help`. `create_api` is
the example; `serving.py` puts it and its page on two ports, and prints what to try.
"""

import sys

from flask import Flask, abort, jsonify, request
from flask_strictcors import StrictCORS, cors, origin_rejected, preflight_rejected
from serving import serve
from werkzeug.exceptions import HTTPException

BOOKS = {1: "Emma", 2: "Middlemarch", 3: "Walden"}


def create_api(page: str) -> tuple[Flask, StrictCORS]:
    api = Flask(__name__)
    strict = StrictCORS(
        api,
        origins=[page],
        credentials=True,
        allow_headers=["Content-Type", "X-Edition"],
        expose_headers=["X-Total-Count"],
    )

    @api.get("/books")
    def books():
        headers = {"X-Total-Count": len(BOOKS), "X-Shelf": "B7"}
        return list(BOOKS.values()), headers

    @api.post("/books")
    def add_book():
        return {"added": request.get_json()["title"]}, 201

    @api.get("/books/<int:number>")
    def book(number):
        edition = request.headers.get("X-Edition", "first")
        return {"title": BOOKS[number], "edition": edition}

    @api.put("/books/<int:number>")
    def rename_book(number):
        title = request.get_json()["title"]
        return {"was": BOOKS[number], "is": title}

    @api.get("/visits")
    def visits():
        count = request.cookies.get("visits", 0, type=int) + 1
        response = jsonify(visits=count)
        response.set_cookie("visits", str(count), samesite="Lax")
        return response

    @api.get("/loans/mine")
    def my_loans():
        abort(401)

    @api.get("/broken")
    def broken():
        raise RuntimeError("this route fails on purpose")

    @api.get("/prices")
    @cors(origins=["https://partner.example"])
    def prices():
        return {"Emma": 12, "Walden": 9}

    @api.route("/loans", methods=["GET", "DELETE"])
    @cors(origins=[page], methods=["GET"])
    def loans():
        return {"loans": []}

    @api.get("/catalogue")
    @cors(origins="*")
    def catalogue():
        return list(BOOKS.values())

    @api.errorhandler(HTTPException)
    def as_json(error):
        return {"error": error.name}, error.code

    @origin_rejected.connect_via(api)
    @preflight_rejected.connect_via(api)
    def say_why(sender, rejection, **extra):
        api.logger.warning("%s %s: %s", rejection.method, rejection.path, rejection.detail)

    return api, strict


if __name__ == "__main__":
    sys.exit(serve(create_api))
