"""An app as it is being written: a view raises, and Flask is run with its debugger."""

from flask import Flask

from flask_strictcors import StrictCORS

APP = "https://app.example.com"

app = Flask(__name__, static_folder=None)
StrictCORS(app, origins=[APP])


@app.get("/x")
def failing() -> str:
    raise KeyError("no such user")
