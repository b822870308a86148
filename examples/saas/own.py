"""The tenant's own endpoints: its origins, for who has its API key.

They have no policy, so that no page reads them: an API key belongs on a server.
"""

from flask import Blueprint, abort, g, request
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from .entering import is_shared, refusal_of
from .models import AllowedOrigin, Tenant, db
from .origins import forget
from .servers import KEPT_SECONDS

MOST = 20

blueprint = Blueprint("own", __name__, url_prefix="/v1/<tenant>/origins")


@blueprint.before_request
def ask_for_the_key() -> None:
    given = request.authorization
    key = given.token if given is not None and given.type == "bearer" else None
    g.tenant = Tenant.named((request.view_args or {})["tenant"])
    if g.tenant is None or not g.tenant.has_key(key or ""):
        # The same for a tenant that there is not.
        raise Unauthorized("No API key of this tenant.", www_authenticate=WWWAuthenticate("bearer"))


@blueprint.get("")
def show(tenant: str):
    return {"tenant": tenant, "origins": [row.origin for row in g.tenant.origins]}


@blueprint.post("")
def add(tenant: str):
    body = request.get_json()
    origin = body.get("origin") if isinstance(body, dict) else None
    refusal = refusal_of(origin)
    if refusal is not None:
        return refusal._asdict(), 422
    # Until the commit: two requests of one tenant count its origins one after the other.
    db.session.refresh(g.tenant, with_for_update=True)
    if origin in show(tenant)["origins"]:
        return changed(tenant)
    if len(g.tenant.origins) >= MOST:
        abort(409, f"There are {MOST} origins, and more are not to be had: remove one first.")
    g.tenant.origins.append(AllowedOrigin(origin=origin, is_shared=is_shared(origin)))
    try:
        return changed(tenant), 201
    except IntegrityError:
        abort(409, f"{origin} belongs to another tenant. If it is yours, write to us.")


@blueprint.delete("")
def remove(tenant: str):
    gone = [row for row in g.tenant.origins if row.origin == request.args.get("origin")]
    if not gone:
        abort(404, "This is none of your origins.")
    db.session.delete(gone[0])
    return changed(tenant)


def changed(tenant: str) -> dict[str, object]:
    """Commit, and only then forget what is kept: before, it would be read and kept once more."""
    db.session.commit()
    forget(tenant)
    return show(tenant) | {"in_force_within_seconds": KEPT_SECONDS}
