"""What the pages of the tenants' shops ask for: shipping rates, the same for every shop."""

from flask import Blueprint, abort, request

from flask_strictcors import cors

from .origins import policy

HEAVIEST = 30_000
PARCEL, KILOGRAM = 300, 120

# The tenant is in the path. A preflight carries no token, no cookie and no body to tell it by.
blueprint = Blueprint("rates", __name__, url_prefix="/v1/<tenant>")
cors(policy)(blueprint)


@blueprint.get("/rates")
def show(tenant: str):
    return {"tenant": tenant, "cents": {"parcel": PARCEL, "kilogram": KILOGRAM}}


@blueprint.post("/quotes")
def quote(tenant: str):
    body = request.get_json()
    grams = body.get("grams") if isinstance(body, dict) else None
    if type(grams) is not int or not 0 < grams <= HEAVIEST:
        abort(422, f"grams: a whole number from 1 to {HEAVIEST}.")
    return {"tenant": tenant, "cents": PARCEL + KILOGRAM * grams // 1000}
