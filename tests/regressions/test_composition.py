"""Several authors of one answer: what they added up to, lost, or lent each other."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask, Response, abort, request, session
from flask_cors import CORS, cross_origin

from flask_strictcors import StrictCORS, cors

from .doors import (
    APP,
    EVIL,
    METHODS,
    PARTNER,
    Install,
    door_of,
    flask_cors_6,
    get,
    preflight,
    send,
)
from .test_matching import only


class TestFlaskCors6_SeveralHooks:
    """Each of several hooks filled in what the others had left out, so that the loosest decided."""

    def layered(self, *, strictly: bool) -> Flask:
        """Make an app that is open to all, with a strict blueprint and a strict view that fails."""
        app, blueprint = Flask(__name__, static_folder=None), Blueprint("strict", __name__)
        blueprint.add_url_rule("/strict", "strict", lambda: "strict", methods=METHODS)
        pin = cors if strictly else cross_origin

        @app.get("/fails")
        @pin(origins=[APP])
        def fails() -> None:
            abort(401)

        if strictly:
            cors(origins=[APP])(blueprint)
            StrictCORS(app, origins="*")
        else:
            CORS(blueprint, origins=[APP])
        app.register_blueprint(blueprint)
        if not strictly:
            CORS(app)
        return app

    @flask_cors_6
    @pytest.mark.parametrize("path", ["/strict", "/fails"])
    def test_naively_the_wide_one_fills_the_gap(self, path: str) -> None:
        assert door_of(self.layered(strictly=False))(get(path, EVIL)).is_readable(EVIL)

    @pytest.mark.parametrize("path", ["/strict", "/fails"])
    def test_one_rule_decides_and_nothing_adds_to_it(self, path: str) -> None:
        door = door_of(self.layered(strictly=True))
        assert door(get(path, EVIL)).cors == {}
        assert door(preflight(path, "GET", EVIL)).cors == {}
        assert door(get(path, APP)).is_readable(APP)
        assert door(get("/elsewhere", EVIL)).is_readable(EVIL)

    def test_the_view_the_blueprints_and_the_paths_decide_in_this_order(self) -> None:
        app = Flask(__name__, static_folder=None)
        outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
        for target, name in ((app, "app"), (outer, "outer"), (inner, "inner")):
            target.add_url_rule(f"/{name}", name, lambda: "plain")
        inner.add_url_rule("/view", "view", cors(origins=["https://view.example"])(lambda: "view"))
        cors(origins=["https://inner.example"])(inner)
        cors(origins=["https://outer.example"])(outer)
        outer.register_blueprint(inner)
        app.register_blueprint(outer)
        StrictCORS(app, origins=["https://app.example"], rules={"/*": only(PARTNER)})
        deciding = {"/view": "view", "/inner": "inner", "/outer": "outer"}
        origins = [f"https://{name}.example" for name in ("view", "inner", "outer", "app")]
        for path in ("/view", "/inner", "/outer", "/app"):
            let_in = [o for o in (*origins, PARTNER) if door_of(app)(get(path, o)).is_readable(o)]
            name = deciding.get(path)
            assert let_in == [PARTNER if name is None else f"https://{name}.example"]

    @pytest.mark.parametrize("is_first", [True, False])
    def test_two_extensions_on_one_app_are_an_error(self, is_first: bool) -> None:
        app = Flask(__name__)
        StrictCORS(app, origins="*" if is_first else [APP])
        with pytest.raises(ValueError, match="strictcors-twice"):
            StrictCORS(app, origins=[APP] if is_first else "*")

    def test_what_hooks_of_others_add_is_dropped(self) -> None:
        app = self.layered(strictly=True)

        @app.after_request
        def open_up(response: Response) -> Response:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers.add("access-control-allow-credentials", "true")
            return response

        assert door_of(app)(get("/strict", EVIL)).cors == {}
        assert door_of(app)(get("/strict", APP)).cors == {"Access-Control-Allow-Origin": APP}


BEFORE: tuple[tuple[str, ...], ...] = (
    (),
    ("Cookie",),
    ("Accept-Encoding, Cookie",),
    ("Accept-Encoding", "Cookie", "X-Tenant"),
    ("origin",),
    ("ORIGIN, Cookie",),
    ("*",),
    ("Cookie", "*"),
    (" Cookie ,, X-A,",),
)


class TestCVE_2026_27205_VaryLost:
    """`Vary: Cookie` was missing, so that a cache gave one person's page to others."""

    def varying(self, lines: tuple[str, ...]) -> Flask:
        app = Flask(__name__, static_folder=None)
        app.secret_key = "k"

        @app.get("/")
        def view() -> Response:
            session["name"] = "somebody"
            response = Response("a page of somebody's")
            for line in lines:
                response.headers.add("Vary", line)
            return response

        return app

    def test_naively_the_last_author_overwrites_it(self) -> None:
        app = self.varying(("X-Tenant",))

        @app.after_request
        def overwrite(response: Response) -> Response:
            response.headers["Vary"] = "Origin"
            return response

        assert "x-tenant" in door_of(self.varying(("X-Tenant",)))(get("/")).vary
        assert "x-tenant" not in door_of(app)(get("/")).vary

    @pytest.mark.parametrize("lines", BEFORE)
    @pytest.mark.parametrize("origin", [None, APP, EVIL])
    def test_no_member_is_lost_and_origin_is_there(
        self, lines: tuple[str, ...], origin: str | None
    ) -> None:
        guarded, bare = self.varying(lines), self.varying(lines)
        StrictCORS(guarded, origins=[APP])
        answer, before = (send(app, get("/", origin)) for app in (guarded, bare))
        assert answer.vary == ({"*"} if "*" in before.vary else before.vary | {"origin"})

    @pytest.mark.parametrize("lines", BEFORE)
    def test_nothing_is_touched_where_nothing_depends_on_the_origin(
        self, lines: tuple[str, ...]
    ) -> None:
        guarded, bare = self.varying(lines), self.varying(lines)
        StrictCORS(guarded, origins="*")
        answers = [send(app, get("/", EVIL)) for app in (guarded, bare)]
        found = [[v for n, v in answer.lines if n.lower() == "vary"] for answer in answers]
        assert found[0] == found[1]


class TestCVE_2025_71381_VaryOfTheRequest:
    """The Vary of the request was copied to the answer."""

    SENT = ("X-Evil", "*", "Cookie, X-Evil", "X-Evil\r\nSet-Cookie: a=b", "<script>")

    def test_naively_the_client_writes_it(self) -> None:
        app = Flask(__name__, static_folder=None)

        @app.after_request
        def copy(response: Response) -> Response:
            response.headers.add("Vary", request.headers.get("Vary", ""))
            return response

        assert "x-evil" in door_of(app)(get("/", HTTP_VARY="X-Evil")).vary

    @pytest.mark.parametrize("sent", SENT)
    @pytest.mark.parametrize("name", ["HTTP_VARY", "HTTP_ACCESS_CONTROL_ALLOW_ORIGIN"])
    @pytest.mark.parametrize("origin", [APP, EVIL, None])
    def test_no_line_of_the_answer_comes_from_the_request(
        self, guarded: Install, sent: str, name: str, origin: str | None
    ) -> None:
        for options in (
            only(APP),
            only(APP, credentials=True),
            {"origins": "*", "methods": METHODS},
        ):
            door = guarded(**options)
            assert door(get("/", origin, **{name: sent})) == door(get("/", origin))
            if origin is not None:
                asked = preflight("/", "PUT", origin)
                assert door(asked | {name: sent}) == door(asked)
