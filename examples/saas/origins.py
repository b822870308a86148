"""Which origins a tenant's pages have: asked by StrictCORS, through the cache.

One key a tenant, with all of its origins: a flood of foreign origins finds its refusal in the list
that is kept, so that it neither reaches the database nor adds a key. What nobody could read, from
the cache or from the database, is an exception, and that is a refusal: `callable-failed`.
"""

from flask import current_app, request
from flask_caching import Cache
from redis import RedisError
from sqlalchemy import select

from flask_strictcors import DynamicOrigins, Policy

from .models import AllowedOrigin, Tenant, db, is_name
from .servers import KEPT_SECONDS

cache = Cache(with_jinja2_ext=False)


def origins_of_the_tenant(_: str) -> list[str]:
    """Return the origins of the tenant whose URL is asked for; StrictCORS compares."""
    return origins_of((request.view_args or {})["tenant"])


# Tenants have domains of their own, so nothing bounds their origins: that goes without credentials
# only. What identifies a caller is a token, which no browser attaches by itself.
policy = Policy(
    origins=DynamicOrigins(origins_of_the_tenant, allowlist="*"),
    allow_headers=["Content-Type", "Authorization"],
    # A browser keeps an answer no longer than we do.
    max_age=KEPT_SECONDS,
)


def origins_of(tenant: str) -> list[str]:
    """Return a tenant's origins; of a tenant that nobody knows, none."""
    if not is_name(tenant):
        return []
    kept = cache.get(_key(tenant))
    if kept is None:
        kept = _read(tenant)
        if kept is None:
            # Not kept: made-up names would fill the cache.
            return []
        cache.set(_key(tenant), kept)
    return kept


def forget(tenant: str) -> None:
    """Let all workers read a tenant's origins anew, once they are committed.

    Where the cache is down, nobody is let in; a list that it still has when it is back ends with
    its time.
    """
    try:
        cache.delete(_key(tenant))
    except RedisError as error:
        current_app.logger.warning("The origins of %s are kept for their time: %s", tenant, error)


def _key(tenant: str) -> str:
    return f"origins:{tenant}"


def _read(tenant: str) -> list[str] | None:
    rows = select(AllowedOrigin.origin).select_from(Tenant).outerjoin(Tenant.origins)
    # A connection of its own: when it fails, the session of the view is none the worse.
    with db.engine.connect() as connection:
        found = connection.scalars(rows.where(Tenant.name == tenant)).all()
    return [origin for origin in found if origin is not None] if found else None
