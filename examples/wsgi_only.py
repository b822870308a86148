r"""The same policies in front of any WSGI app, without Flask.

The middleware knows no routes, so the methods must be named.

    python examples/wsgi_only.py
    curl -i -H "Origin: https://app.example.com" http://127.0.0.1:5000/legacy
    curl -i -X OPTIONS -H "Origin: https://app.example.com" \
         -H "Access-Control-Request-Method: PUT" http://127.0.0.1:5000/legacy
"""

from werkzeug.serving import run_simple

from flask_strictcors.wsgi import StrictCORSMiddleware


def legacy(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['PATH_INFO']} is older than Flask\n".encode()]


app = StrictCORSMiddleware(
    legacy,
    origins=["https://app.example.com"],
    methods=["GET", "PUT"],
)

if __name__ == "__main__":
    run_simple("127.0.0.1", 5000, app)
