"""`@cors` on a function, an async view, a `View`, a `MethodView`, and one method of it.

It stands above or below `@app.get`: it only tags what it decorates.

    flask --app examples/views run          (the async view needs `flask-strictcors[async]`)
    curl -i -H "Origin: https://app.example.com" http://127.0.0.1:5000/notes
    curl -i -X DELETE -H "Origin: https://app.example.com" http://127.0.0.1:5000/notes
"""

from flask import Flask
from flask.views import MethodView, View

from flask_strictcors import StrictCORS, cors

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"

app = Flask(__name__)
StrictCORS(app)


@app.get("/prices")
@cors(origins="*")
def prices():
    return {"tea": 3}


@cors(origins=[APP])
@app.get("/weather")
async def weather():
    return {"sky": "clear"}


@cors(origins=[APP])
class Report(View):
    """A tag on the class is the view's."""

    def dispatch_request(self):
        """Answer like any other view."""
        return {"pages": 12}


@cors(origins=[APP], credentials=True)
class Notes(MethodView):
    """A method's own tag decides before the class's, and without its credentials."""

    def get(self):
        """Fall to the class's tag."""
        return {"notes": []}

    @cors(origins=[ADMIN])
    def delete(self):
        """Let the admin's origin alone."""
        return "", 204


app.add_url_rule("/report", view_func=Report.as_view("report"))
app.add_url_rule("/notes", view_func=Notes.as_view("notes"))
