"""How the database and the cache are reached, and how long they may take to answer.

Each timeout is short: a request that waits for a server that is down keeps a thread from others.
"""

from .serializing import JSONSerializer

SECOND = 1
MILLISECONDS = 1000

# For how long a worker may go by what it was told of a tenant's origins.
KEPT_SECONDS = 30


def database(url: str) -> dict[str, object]:
    """Return the configuration of Flask-SQLAlchemy."""
    options: dict[str, object] = {"connect_args": {"timeout": SECOND}}
    if url.startswith("postgresql"):
        options = {
            # A connection that died while nobody used it is replaced before it is used.
            "pool_pre_ping": True,
            # For a connection of the pool, when each is in use.
            "pool_timeout": SECOND,
            "connect_args": {
                "connect_timeout": 2 * SECOND,
                "tcp_user_timeout": 2 * SECOND * MILLISECONDS,
                "options": f"-c statement_timeout={SECOND * MILLISECONDS // 2}",
            },
        }
    return {"SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_ENGINE_OPTIONS": options}


def cache(url: str) -> dict[str, object]:
    """Return the configuration of Flask-Caching: Redis, or without one this process's memory."""
    both = {"CACHE_DEFAULT_TIMEOUT": KEPT_SECONDS, "CACHE_SERIALIZER": JSONSerializer}
    if not url:
        return {"CACHE_TYPE": "SimpleCache", **both}
    return {
        "CACHE_TYPE": "RedisCache",
        "CACHE_REDIS_URL": url,
        "CACHE_KEY_PREFIX": "saas:",
        "CACHE_OPTIONS": {"socket_connect_timeout": SECOND / 2, "socket_timeout": SECOND / 2},
        **both,
    }
