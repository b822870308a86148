"""Origins from the environment, so that each deployment names its own.

A list is split at commas or blanks, or written as JSON. A value that cannot be right
stops the app at start-up, with all that is wrong with it.

    export FLASK_STRICTCORS_ORIGINS="https://app.example.com, https://admin.example.com"
    export FLASK_STRICTCORS_CREDENTIALS=true
    flask --app examples/env_config run
    curl -i -H "Origin: https://admin.example.com" http://127.0.0.1:5000/orders
"""

from flask import Flask

from flask_strictcors import StrictCORS


def create_app() -> Flask:
    app = Flask(__name__)
    app.config.from_prefixed_env()
    StrictCORS(app)

    @app.get("/orders")
    def orders():
        return {"orders": [17, 18]}

    return app
