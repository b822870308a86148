"""WebSockets, which CORS does not cover, and server-sent events, which it does."""

from typing import Any

from flask import Flask, Response, request
from flask_sock import Sock

from flask_strictcors import Reason, StrictCORS

from .browser import Browser
from .rejections import Listen
from .scripts import OPEN_SOCKET, READ_EVENT
from .servers import Serve, Server
from .site import APP, ELSEWHERE, PARTNER, Site, Visit


def chat(origin: str, **options: Any) -> Flask:
    """Return an app that says back what it hears, to whom it takes the other side for."""
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[origin], credentials=True, **options)
    sock = Sock(app)

    @sock.route("/chat")
    def say_back(socket: Any) -> None:
        while True:
            socket.send(f"{socket.receive()}, {request.cookies.get('user', 'stranger')}")

    @app.get("/login")
    def login() -> Response:
        answer = Response("welcome")
        answer.set_cookie("user", "ada", secure=True, samesite="Lax")
        return answer

    @app.get("/events")
    def events() -> Response:
        name = request.cookies.get("user", "stranger")
        return Response(f"data: hello, {name}\n\n", mimetype="text/event-stream")

    return app


def address(api: Server) -> str:
    return api.url("/chat").replace("http", "ws", 1)


def test_a_page_of_an_admitted_origin_talks_to_a_socket_and_others_get_403(
    browser: Browser, visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    app = chat(site.origin(APP), enforce=True)
    api, heard = serve(app), listen(app)
    assert visit().run(OPEN_SOCKET, address(api)) == "hello, stranger"
    assert heard.is_silent
    # As docs/websockets.md has it: a handshake of the app's own pages is told by Origin alone.
    (handshake,) = api.wire.exchanges
    assert ("sec-fetch-site" in handshake.request) is (browser.name == "firefox")
    for page in (visit(PARTNER), visit(ELSEWHERE), visit(sandboxed=True)):
        assert page.run(OPEN_SOCKET, address(api)) == "closed"
        refused = api.wire.exchanges[-1]
        assert (refused.origin, refused.status) == (page.origin, 403)
        signal, rejection = heard.one()
        reason = Reason.NULL_ORIGIN if page.origin == "null" else Reason.NOT_ALLOWED
        assert (signal, rejection.reason) == ("origin_rejected", reason)
        assert (rejection.origin, rejection.endpoint) == (page.origin, "say_back")


def test_without_a_check_any_page_of_the_site_talks_as_the_person(
    visit: Visit, serve: Serve, site: Site
) -> None:
    api = serve(chat(site.origin(APP)))
    visit().fetch(api.url("/login"), credentials="include")
    assert visit(PARTNER).run(OPEN_SOCKET, address(api)) == "hello, ada"
    assert visit(ELSEWHERE).run(OPEN_SOCKET, address(api)) == "hello, stranger"


def test_server_sent_events_are_read_by_an_admitted_origin_only(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    app = chat(site.origin(APP))
    api, heard = serve(app), listen(app)
    page, other = visit(), visit(PARTNER)
    page.fetch(api.url("/login"), credentials="include")
    for with_cookies, said in ((False, "hello, stranger"), (True, "hello, ada")):
        assert page.run(READ_EVENT, api.url("/events"), with_cookies) == said
        assert heard.is_silent
        assert other.run(READ_EVENT, api.url("/events"), with_cookies) == "error"
        assert heard.one().rejection.reason is Reason.NOT_ALLOWED
