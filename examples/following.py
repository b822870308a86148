"""Origins that change without a restart: every process follows one list in Redis.

pip install gunicorn redis
export REDIS_URL=redis://127.0.0.1:6379/0
gunicorn --chdir examples --workers 4 "following:create_app()"
flask --app examples/following set-origins https://app.example.com https://new.example.com
curl -si -H "Origin: https://new.example.com" http://127.0.0.1:8000/orders
"""

import json
import os
import threading
import time

import click
from flask import Flask
from redis import Redis, RedisError

from flask_strictcors import Policy, PolicyError, StrictCORS

# The list, and the channel that says that it has changed.
KEY = "cors:origins"
SECONDS_BETWEEN_TRIES = 1

store = Redis.from_url(
    os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"),
    # Else a connection that nobody closed would be waited at for ever.
    health_check_interval=30,
)


def options(origins):
    """Return the whole configuration; only the origins change."""
    return {"origins": origins, "credentials": True}


cors = StrictCORS(**options(["https://app.example.com"]))


def take_over(app):
    """Judge by the list as it is now; where it is wrong, by what there was."""
    listed = store.get(KEY)
    if listed is not None:
        try:
            cors.reconfigure(app, **options(json.loads(listed)))
        except ValueError:
            app.logger.exception("The origins stay as they are.")


def follow(app):
    """Take over each change, for ever."""
    while True:
        try:
            with store.pubsub() as subscription:
                subscription.subscribe(KEY)
                while True:
                    # The first message says that the subscription stands, also where the
                    # connection was lost: what was changed meanwhile is read now.
                    if subscription.get_message(timeout=10) is not None:
                        take_over(app)
        except RedisError as error:
            app.logger.warning("Redis is away, and the origins stay as they are: %s", error)
            time.sleep(SECONDS_BETWEEN_TRIES)


@click.command("set-origins")
@click.argument("origins", nargs=-1, required=True)
def set_origins(origins):
    """Let these origins read, in every process, and no others."""
    try:
        Policy(**options(origins))
        store.set(KEY, json.dumps(origins))
        store.publish(KEY, "changed")
    except (PolicyError, RedisError) as error:
        raise click.ClickException(str(error)) from error


def create_app():
    app = Flask(__name__)
    cors.init_app(app)
    app.cli.add_command(set_origins)

    @app.get("/orders")
    def orders():
        return {"orders": [17, 18], "process": os.getpid()}

    def start():
        threading.Thread(target=follow, args=[app], daemon=True).start()

    start()
    # Where the server loads the app before it forks: threads do not live through a fork.
    os.register_at_fork(after_in_child=start)
    return app
