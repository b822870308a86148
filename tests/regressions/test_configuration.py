"""Options that meant something else than they said, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Response, request

from flask_strictcors import Policy, StrictCORS, cors, origin_rejected, preflight_rejected
from flask_strictcors.wsgi import StrictCORSMiddleware

from .doors import (
    APP,
    EVIL,
    METHODS,
    Door,
    Install,
    bare,
    codes,
    door_of,
    fixes,
    flask_cors_6,
    get,
    lets_in,
    preflight,
    through_flask,
    through_flask_cors,
    through_middleware,
)
from .test_matching import only


class TestFlaskCors6_UnknownOptions:
    """An option that nobody knew was logged, and the default that lets everybody in stayed."""

    NEAREST = (
        ("origin", "origins"),
        ("orgins", "origins"),
        ("allow_origins", "origins"),
        ("supports_credentials", "credentials"),
        ("credential", "credentials"),
        ("allow_header", "allow_headers"),
        ("expose_header", "expose_headers"),
        ("method", "methods"),
        ("maxage", "max_age"),
        ("max_ages", "max_age"),
    )

    @flask_cors_6
    @pytest.mark.parametrize("option", ["origin", "orgins", "allow_origins"])
    def test_naively_a_typo_opens_the_api(self, option: str) -> None:
        assert lets_in(through_flask_cors(**{option: [APP]}), EVIL)

    @pytest.mark.parametrize(("option", "meant"), NEAREST)
    def test_a_typo_is_told_what_it_meant(self, option: str, meant: str) -> None:
        given: dict[str, Any] = {option: [APP]}
        assert meant in fixes(StrictCORS, None, **given)
        assert meant in fixes(Policy, **given)
        assert meant in fixes(cors, **given)
        assert meant in fixes(StrictCORSMiddleware, bare, **given)
        assert meant in " ".join(fixes(through_flask, rules={"/api/*": given}))
        assert "option-unknown" in codes(Policy(origins=[APP]).replace, **given)

    @pytest.mark.parametrize(("option", "meant"), NEAREST)
    def test_in_the_config_too(self, option: str, meant: str) -> None:
        app = Flask(__name__)
        app.config[f"STRICTCORS_{option.upper()}"] = [APP]
        assert f"STRICTCORS_{meant.upper()}" in fixes(StrictCORS, app)


class TestFlaskCors6_MethodsInAString:
    """The methods were one string, and any part of it was a method."""

    PARTS = ("ELET", "DEL", "GET, PUT", "GET,", ", ", "E", "T", "UT", "delete", "Delete", "")

    @flask_cors_6
    @pytest.mark.parametrize("part", ["ELET", "E", ", "])
    def test_naively_a_part_passes(self, part: str) -> None:
        door = through_flask_cors(methods=["DELETE", "GET", "PUT"])
        # Only for a method that passes is there a list.
        assert door(preflight("/", part)).get("Access-Control-Allow-Methods")
        assert not door(preflight("/", "BREW")).get("Access-Control-Allow-Methods")

    @pytest.mark.parametrize("part", PARTS)
    def test_a_part_of_a_method_is_another_or_none(self, guarded: Install, part: str) -> None:
        options = {"origins": [APP], "methods": ["DELETE", "GET", "PUT"]}
        enforced = guarded(**options, enforce=True)
        assert enforced(preflight("/", part)).status == 403
        assert enforced(preflight("/", "DELETE")).status == 204
        reasons: list[str] = []

        def note(sender: object, rejection: Any) -> None:
            reasons.append(str(rejection.reason))

        with preflight_rejected.connected_to(note):
            listed = guarded(**options)(preflight("/", part)).get("Access-Control-Allow-Methods")
        assert reasons == ["method-not-allowed"]
        assert listed is None or part not in listed.split(", ")

    @pytest.mark.parametrize("methods", ["GET PUT", "GET,PUT", "get", ["GET, PUT"], "TRACE"])
    def test_one_string_is_one_method(self, methods: Any) -> None:
        assert codes(Policy, origins=[APP], methods=methods)
        assert Policy(origins=[APP], methods="PUT").methods == ("PUT",)


class TestCVE_2024_6221_PrivateNetworkAccess:
    """Every preflight was told that any site may reach into the private network."""

    ASKED = (
        {"HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK": "true"},
        {"HTTP_ACCESS_CONTROL_REQUEST_LOCAL_NETWORK": "true"},
        {"HTTP_SEC_PRIVATE_STATE_TOKEN": "true", "HTTP_PRIVATE_NETWORK_ACCESS_ID": "01:23"},
    )
    NAMES = (
        "Access-Control-Allow-Private-Network",
        "access-control-allow-private-network",
        "ACCESS-CONTROL-ALLOW-LOCAL-NETWORK",
    )

    def answering_all(self) -> Flask:
        app = Flask(__name__, static_folder=None)
        app.add_url_rule("/", "root", lambda: "root", methods=METHODS)

        @app.after_request
        def allow(response: Response) -> Response:
            for name in self.NAMES if request.headers.get("Origin") else ():
                response.headers.add(name, "true")
            return response

        return app

    def test_naively_it_is_on_for_all(self) -> None:
        answer = door_of(self.answering_all())(preflight("/", origin=EVIL))
        assert answer.get(self.NAMES[0]) is not None

    @pytest.mark.parametrize("asked", ASKED)
    @pytest.mark.parametrize("origin", [APP, EVIL])
    def test_the_header_is_never_there(
        self, guarded: Install, asked: dict[str, str], origin: str
    ) -> None:
        for options in (only(APP), {"origins": "*", "methods": METHODS}, {}):
            for environ in (preflight("/", origin=origin, **asked), get("/", origin, **asked)):
                check_silence(guarded(**options), environ)

    @pytest.mark.parametrize("options", [{}, {"origins": [APP]}, {"origins": "*"}])
    def test_nor_if_the_app_sets_it(self, options: dict[str, Any]) -> None:
        app = self.answering_all()
        StrictCORS(app, **options)
        for environ in (preflight("/", origin=EVIL), get("/", EVIL), get("/", APP)):
            check_silence(door_of(app), environ)

    @pytest.mark.parametrize("option", ["allow_private_network", "private_network"])
    def test_there_is_no_option_for_it(self, option: str) -> None:
        assert codes(Policy, origins=[APP], **{option: True}) == ["option-unknown"]


def check_silence(door: Door, environ: dict[str, Any]) -> None:
    names = [name.lower() for name, _ in door(environ).lines]
    assert not [name for name in names if "network" in name]


class TestStarlette801_StringsDictsAndStars:
    """A regex had no end, a string was searched, and one dict was written to by every request."""

    def test_naively_a_shared_dict_keeps_the_last_origin(self) -> None:
        shared: dict[str, str] = {"Vary": "Origin"}
        for origin in (APP, EVIL):
            if origin == APP:
                shared["Access-Control-Allow-Origin"] = origin
        assert shared["Access-Control-Allow-Origin"] == APP

    def test_no_answer_remembers_another(self, guarded: Install) -> None:
        tiers = [Policy(**only(APP), credentials=True), Policy(origins="*", methods=METHODS)]
        door = guarded(rules={"/x": only(APP), "/tiers": tiers})
        asked = [
            make(path, origin=origin)
            for make in (get, preflight)
            for path in ("/", "/x", "/tiers")
            for origin in (APP, EVIL, "null", "")
        ]
        first = [door(environ) for environ in asked]
        again = [door(environ) for environ in reversed(asked)]
        assert first == again[::-1]

    def test_a_bare_string_is_one_origin(self, guarded: Install) -> None:
        door = guarded(origins=APP, methods=METHODS)
        assert lets_in(door, APP)
        assert not any(lets_in(door, APP[:end]) for end in range(len(APP)))

    def test_who_is_refused_hears_nothing_of_credentials(self, guarded: Install) -> None:
        door = guarded(**only(APP, credentials=True))
        assert door(get("/", EVIL)).cors == door(preflight("/", origin=EVIL)).cors == {}

    @pytest.mark.parametrize("cookie", ["", "session=1"])
    def test_a_star_reflects_nobody(self, guarded: Install, cookie: str) -> None:
        answer = guarded(origins="*", methods=METHODS)(get("/", EVIL, HTTP_COOKIE=cookie))
        assert answer.cors == {"Access-Control-Allow-Origin": "*"}

    @pytest.mark.parametrize("origin", [APP, EVIL])
    def test_a_500_is_as_readable_as_any_answer(self, origin: str) -> None:
        app = Flask(__name__, static_folder=None)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        StrictCORS(app, origins=[APP])
        app.add_url_rule("/", "fails", lambda: 1 / 0)
        answer = door_of(app)(get("/", origin))
        assert answer.status == 500
        assert answer.is_readable(origin) == (origin == APP)
        assert answer.vary == {"origin"}

    def test_everybody_who_is_refused_is_heard(self) -> None:
        heard: list[str] = []

        def note(sender: object, rejection: Any) -> None:
            heard.append(rejection.origin)

        with origin_rejected.connected_to(note):
            assert not lets_in(through_middleware(**only(APP)), EVIL)
        assert heard == [EVIL, EVIL]
