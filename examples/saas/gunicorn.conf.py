"""Gunicorn's configuration, behind nginx."""  # noqa: N999

import gc
import os

wsgi_app = "saas:create_app()"
bind = "127.0.0.1:8000"
# More than one needs a cache that they share: SAAS_REDIS_URL.
workers = int(os.environ.get("WEB_CONCURRENCY", "4"))
worker_class = "gthread"
threads = 4

# Loaded once, before the workers: a configuration that StrictCORS refuses stops the start, and not
# one worker after the other.
preload_app = True

# Signals and systemd do. Older releases have no such socket, and read over this.
control_socket_disable = True

# The access log has the preflights, too, which no hook of Flask's sees.
accesslog = "-"
access_log_format = '%(t)s %(p)s "%(r)s" %(s)s %({origin}i)s'


def when_ready(server):  # noqa: ARG001
    """Leave what is loaded by now out of garbage collection, so that all workers share it."""
    gc.freeze()


def post_fork(server, worker):  # noqa: ARG001
    """Leave the connections that were opened before the fork to the process that opened them.

    Two processes that write into one connection read each other's answers. The Redis client sees
    to the same by itself.
    """
    from saas.models import db

    app = worker.app.wsgi()
    with app.app_context():
        db.engine.dispose(close=False)
