"""The app that gunicorn serves behind nginx: nothing is wrong with it."""

from flask import Flask

from flask_strictcors import StrictCORS, cors

app = Flask(__name__)
StrictCORS(
    app,
    origins=["https://app.example.com"],
    allow_headers=["Authorization", "Content-Type"],
    credentials=True,
)


@app.route("/users", methods=["GET", "PUT"])
def users() -> dict[str, list[str]]:
    return {"users": ["ada"]}


@app.route("/silent/", methods=["GET", "PUT"])
@cors.exempt
def silent() -> str:
    return "knows nothing of CORS"
