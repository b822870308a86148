r"""Routes that speak CORS themselves are left alone; the rest is governed.

An authorization server answers its token endpoint's preflights on its own, for each
registered client. `cors.exempt` takes its blueprint out: no header is added or removed.

    flask --app examples/auth_routes run
    curl -i -H "Origin: https://app.example.com" http://127.0.0.1:5000/profile
    curl -i -X POST -H "Origin: https://client.example.net" http://127.0.0.1:5000/auth/token
    curl -i -X OPTIONS -H "Origin: https://client.example.net" \
         -H "Access-Control-Request-Method: POST" http://127.0.0.1:5000/auth/token
"""

from flask import Blueprint, Flask, request

from flask_strictcors import StrictCORS, cors

CLIENTS = {"https://client.example.net"}

auth = Blueprint("auth", __name__, url_prefix="/auth")
cors.exempt(auth)

app = Flask(__name__)
StrictCORS(app, origins=["https://app.example.com"], credentials=True, enforce=True)


@auth.route("/token", methods=["POST", "OPTIONS"])
def token():
    return ("", 204) if request.method == "OPTIONS" else {"access_token": "abc"}


@auth.after_request
def speak_for_itself(response):
    response.vary.add("Origin")
    if request.origin in CLIENTS:
        response.access_control_allow_origin = request.origin
    return response


@app.get("/profile")
def profile():
    return {"name": "Ada"}


app.register_blueprint(auth)
