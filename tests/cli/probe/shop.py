"""The app that gunicorn serves behind nginx: it has nothing wrong."""

from flask import Flask

from flask_strictcors import StrictCORS

app = Flask(__name__)
StrictCORS(
    app, origins=["https://app.example.com"], allow_headers=["Content-Type"], credentials=True
)


@app.route("/users", methods=["GET", "PUT"])
def users() -> dict[str, list[str]]:
    return {"users": ["ada"]}


@app.get("/plain")
def plain() -> str:
    return "plain"
