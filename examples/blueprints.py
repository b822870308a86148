"""A policy for a blueprint, another for the one nested in it, and none for the rest.

The innermost blueprint with a policy decides, alone: `admin` adds nothing to `api`.

    flask --app examples/blueprints run
    curl -i -H "Origin: https://app.example.com" http://127.0.0.1:5000/api/orders
    curl -i -H "Origin: https://app.example.com" http://127.0.0.1:5000/api/admin/refunds
    curl -i -H "Origin: https://admin.example.com" http://127.0.0.1:5000/api/admin/refunds
"""

from flask import Blueprint, Flask

from flask_strictcors import StrictCORS, cors

api = Blueprint("api", __name__, url_prefix="/api")
cors(origins=["https://app.example.com"])(api)

admin = Blueprint("admin", __name__, url_prefix="/admin")
cors(origins=["https://admin.example.com"], credentials=True)(admin)


@api.get("/orders")
def orders():
    return {"orders": [17, 18]}


@admin.get("/refunds")
def refunds():
    return {"refunds": [17]}


api.register_blueprint(admin)


def create_app() -> Flask:
    app = Flask(__name__)
    StrictCORS(app)
    app.register_blueprint(api)

    @app.get("/")
    def home():
        return "No rule reaches this page, so no other origin may read it."

    return app
