"""A session cookie across origins: the policy, the cookie and the script must agree.

`credentials=True` lets a script read answers to requests that carried cookies, and
`fetch(..., {credentials: "include"})` sends them. Whether they travel is the cookie's
affair: `SameSite=Lax` is enough between app.example.com and api.example.com; another
site needs `SameSite=None; Secure`, and every POST then protection against forgery,
for CORS stops nobody from sending one. `enforce=True` turns strangers away.

    flask --app examples/cookies run
    curl -i -X POST -H "Origin: https://app.example.com" http://127.0.0.1:5000/login
    curl -i -X POST -H "Origin: https://elsewhere.example" http://127.0.0.1:5000/login
"""

from flask import Flask, abort, session

from flask_strictcors import StrictCORS

app = Flask(__name__)
app.secret_key = "for this example only"
app.config.update(
    SESSION_COOKIE_SAMESITE="None",
    SESSION_COOKIE_SECURE=True,
    SESSION_COOKIE_HTTPONLY=True,
)
StrictCORS(app, origins=["https://app.example.com"], credentials=True, enforce=True)


@app.post("/login")
def login():
    session["user"] = "ada"
    return {"user": "ada"}


@app.get("/me")
def me():
    return {"user": session["user"]} if "user" in session else abort(401)
