"""Every example, driven: these CORS headers and no others."""

import argparse
import shlex
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

Load = Callable[[str], ModuleType]

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"
ELSEWHERE = "https://elsewhere.example"
PREFLIGHT_VARY = "Access-Control-Request-Headers, Access-Control-Request-Method, Origin"


def ask(example: Any, path: str, origin: str, method: str = "GET", **sent: str) -> TestResponse:
    client = example.test_client() if isinstance(example, Flask) else Client(example)
    return client.open(path, method=method, headers={"Origin": origin, **sent})


def preflight(example: Any, path: str, origin: str, method: str, *names: str) -> TestResponse:
    sent = {"Access-Control-Request-Method": method}
    if names:
        sent["Access-Control-Request-Headers"] = ",".join(sorted(names))
    return ask(example, path, origin, "OPTIONS", **sent)


def said(response: TestResponse) -> dict[str, str]:
    """Return the CORS headers, Vary among them; each comes once, lists in alphabetical order."""
    lines = [
        (name, ", ".join(sorted(value.split(", "))))
        for name, value in response.headers
        if name == "Vary" or name.startswith("Access-Control-")
    ]
    assert len(dict(lines)) == len(lines)
    return dict(lines)


def allow(origin: str, **more: str) -> dict[str, str]:
    vary = {} if origin == "*" else {"Vary": "Origin"}
    return {"Access-Control-Allow-Origin": origin, **vary, **more}


CREDENTIALS = {"Access-Control-Allow-Credentials": "true"}
REFUSED = {"Vary": "Origin"}


class TestBlueprints:
    @pytest.fixture
    def example(self, load: Load) -> Flask:
        return load("blueprints").create_app()

    def test_the_outer_blueprint_admits_its_own_origin(self, example: Flask) -> None:
        response = ask(example, "/api/orders", APP)
        assert response.json == {"orders": [17, 18]}
        assert said(response) == allow(APP)

    def test_the_outer_blueprint_refuses_the_inner_ones_origin(self, example: Flask) -> None:
        assert said(ask(example, "/api/orders", ADMIN)) == REFUSED

    def test_the_inner_blueprint_decides_alone(self, example: Flask) -> None:
        assert said(ask(example, "/api/admin/refunds", ADMIN)) == allow(ADMIN, **CREDENTIALS)
        assert said(ask(example, "/api/admin/refunds", APP)) == REFUSED

    def test_outside_of_the_blueprints_nobody_is_admitted(self, example: Flask) -> None:
        response = ask(example, "/", APP)
        assert response.status_code == 200
        assert "Access-Control-Allow-Origin" not in response.headers

    def test_the_factory_makes_a_second_app(self, load: Load) -> None:
        module = load("blueprints")
        module.create_app()
        assert said(ask(module.create_app(), "/api/orders", APP)) == allow(APP)


class TestViews:
    @pytest.fixture
    def example(self, load: Load) -> Flask:
        return load("views").app

    def test_everybody_reads_the_prices(self, example: Flask) -> None:
        response = ask(example, "/prices", ELSEWHERE)
        assert response.json == {"tea": 3}
        assert said(response) == allow("*")

    @pytest.mark.parametrize("path", ["/weather", "/report"])
    def test_an_async_view_and_a_view_class_carry_a_tag(self, example: Flask, path: str) -> None:
        response = ask(example, path, APP)
        assert response.status_code == 200
        assert said(response) == allow(APP)
        assert said(ask(example, path, ADMIN)) == REFUSED

    def test_a_method_without_a_tag_falls_to_its_class(self, example: Flask) -> None:
        assert said(ask(example, "/notes", APP)) == allow(APP, **CREDENTIALS)
        assert said(ask(example, "/notes", APP, "HEAD")) == allow(APP, **CREDENTIALS)
        assert said(ask(example, "/notes", ADMIN)) == REFUSED

    def test_a_method_with_a_tag_is_judged_by_it_alone(self, example: Flask) -> None:
        assert said(ask(example, "/notes", ADMIN, "DELETE")) == allow(ADMIN)
        assert said(ask(example, "/notes", APP, "DELETE")) == REFUSED

    def test_a_preflight_is_judged_by_the_method_that_it_asks_for(self, example: Flask) -> None:
        response = preflight(example, "/notes", ADMIN, "DELETE")
        assert response.status_code == 204
        assert said(response) == {
            "Access-Control-Allow-Origin": ADMIN,
            "Access-Control-Allow-Methods": "DELETE",
            "Access-Control-Allow-Headers": "Content-Type",
            "Access-Control-Max-Age": "600",
            "Vary": PREFLIGHT_VARY,
        }
        assert said(preflight(example, "/notes", APP, "DELETE")) == {"Vary": PREFLIGHT_VARY}


class TestAuthRoutes:
    CLIENT = "https://client.example.net"

    @pytest.fixture
    def example(self, load: Load) -> Flask:
        return load("auth_routes").app

    def test_the_data_are_governed(self, example: Flask) -> None:
        assert said(ask(example, "/profile", APP)) == allow(APP, **CREDENTIALS)

    def test_a_stranger_does_not_reach_the_data(self, example: Flask) -> None:
        response = ask(example, "/profile", self.CLIENT)
        assert response.status_code == 403
        assert said(response) == REFUSED

    def test_the_auth_routes_speak_for_themselves(self, example: Flask) -> None:
        response = ask(example, "/auth/token", self.CLIENT, "POST")
        assert response.json == {"access_token": "abc"}
        assert said(response) == allow(self.CLIENT)

    def test_their_preflights_reach_the_view(self, example: Flask) -> None:
        response = preflight(example, "/auth/token", self.CLIENT, "POST")
        assert response.status_code == 204
        assert said(response) == allow(self.CLIENT)

    def test_nothing_is_added_for_the_apps_own_origin(self, example: Flask) -> None:
        response = ask(example, "/auth/token", APP, "POST")
        assert response.status_code == 200
        assert said(response) == REFUSED


class TestCookies:
    @pytest.fixture
    def example(self, load: Load) -> Flask:
        return load("cookies").app

    def test_a_log_in_sets_a_cookie_that_travels_across_sites(self, example: Flask) -> None:
        response = ask(example, "/login", APP, "POST")
        cookie = response.headers["Set-Cookie"]
        assert {"Secure", "HttpOnly", "SameSite=None"} <= set(cookie.split("; "))
        assert said(response)["Access-Control-Allow-Origin"] == APP
        assert said(response)["Access-Control-Allow-Credentials"] == "true"

    def test_the_cookie_comes_back(self, example: Flask) -> None:
        client = example.test_client()
        asked = {"base_url": "https://localhost", "headers": {"Origin": APP}}
        client.post("/login", **asked)
        assert client.get("/me", **asked).json == {"user": "ada"}

    def test_without_a_cookie_the_script_reads_a_401(self, example: Flask) -> None:
        response = ask(example, "/me", APP)
        assert response.status_code == 401
        assert said(response)["Access-Control-Allow-Origin"] == APP

    def test_a_stranger_is_turned_away_before_the_log_in(self, example: Flask) -> None:
        response = ask(example, "/login", ELSEWHERE, "POST")
        assert response.status_code == 403
        assert "Set-Cookie" not in response.headers
        assert said(response) == REFUSED


class TestTenants:
    NORTH = "https://north.shops.example.com"
    SOUTH = "https://south.shops.example.com"

    @pytest.fixture
    def example(self, load: Load) -> Flask:
        return load("tenants").app

    def test_a_tenants_own_origin_is_admitted(self, example: Flask) -> None:
        response = ask(example, "/north/stock", self.NORTH)
        assert response.json == {"tenant": "north", "tea": 40}
        assert said(response) == allow(self.NORTH, **CREDENTIALS)

    @pytest.mark.parametrize("path", ["/north/stock", "/nowhere/stock", "/no-such-route"])
    def test_another_tenants_origin_is_refused(self, example: Flask, path: str) -> None:
        assert said(ask(example, path, self.SOUTH)) == REFUSED

    def test_a_row_beyond_the_allowlist_opens_nothing(self, example: Flask) -> None:
        assert said(ask(example, "/south/stock", "https://elsewhere.example.net")) == REFUSED

    def test_a_preflight_asks_about_the_tenant_of_its_url(self, example: Flask) -> None:
        assert said(preflight(example, "/north/stock", self.NORTH, "GET", "content-type")) == {
            "Access-Control-Allow-Origin": self.NORTH,
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Methods": "GET, HEAD",
            "Access-Control-Allow-Headers": "Content-Type",
            "Access-Control-Max-Age": "600",
            "Vary": PREFLIGHT_VARY,
        }
        refused = preflight(example, "/north/stock", self.SOUTH, "GET", "content-type")
        assert said(refused) == {"Vary": PREFLIGHT_VARY}


class TestEnvConfig:
    def test_the_environment_names_the_origins(
        self, load: Load, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FLASK_STRICTCORS_ORIGINS", f"{APP}, {ADMIN}")
        monkeypatch.setenv("FLASK_STRICTCORS_CREDENTIALS", "true")
        example = load("env_config").create_app()
        assert said(ask(example, "/orders", APP)) == allow(APP, **CREDENTIALS)
        assert said(ask(example, "/orders", ADMIN)) == allow(ADMIN, **CREDENTIALS)
        assert said(ask(example, "/orders", ELSEWHERE)) == REFUSED

    def test_a_json_list_does_as_well(self, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FLASK_STRICTCORS_ORIGINS", f'["{APP}"]')
        example = load("env_config").create_app()
        assert said(ask(example, "/orders", APP)) == allow(APP)

    def test_an_environment_without_origins_admits_nobody(self, load: Load) -> None:
        response = ask(load("env_config").create_app(), "/orders", APP)
        assert "Access-Control-Allow-Origin" not in response.headers

    def test_a_wrong_origin_stops_the_start(
        self, load: Load, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from flask_strictcors import PolicyError

        monkeypatch.setenv("FLASK_STRICTCORS_ORIGINS", f"{APP}/")
        with pytest.raises(PolicyError) as caught:
            load("env_config").create_app()
        assert [problem.code for problem in caught.value.problems] == ["origin-trailing-slash"]


class TestStaticFonts:
    @pytest.fixture
    def example(self, load: Load) -> Flask:
        return load("static_fonts").app

    @pytest.mark.parametrize("origin", [ELSEWHERE, "null"])
    def test_everybody_may_use_the_font(self, example: Flask, origin: str) -> None:
        with ask(example, "/static/fonts/dots.woff2", origin) as response:
            assert response.data.startswith(b"wOF2")
            assert said(response) == allow("*")

    def test_the_other_files_are_no_other_origins_affair(self, example: Flask) -> None:
        with ask(example, "/static/site.css", ELSEWHERE) as response:
            assert response.status_code == 200
            assert "Access-Control-Allow-Origin" not in response.headers


class TestWSGIOnly:
    @pytest.fixture
    def example(self, load: Load) -> Any:
        return load("wsgi_only").app

    def test_an_allowed_origin_reads_the_answer(self, example: Any) -> None:
        response = ask(example, "/legacy", APP)
        assert response.text == "/legacy is older than Flask\n"
        assert said(response) == allow(APP)

    def test_a_stranger_gets_no_header(self, example: Any) -> None:
        assert said(ask(example, "/legacy", ELSEWHERE)) == REFUSED

    def test_a_preflight_is_answered_before_the_app(self, example: Any) -> None:
        response = preflight(example, "/legacy", APP, "PUT")
        assert (response.status_code, response.data) == (204, b"")
        assert said(response) == {
            "Access-Control-Allow-Origin": APP,
            "Access-Control-Allow-Methods": "GET, HEAD, PUT",
            "Access-Control-Allow-Headers": "Content-Type",
            "Access-Control-Max-Age": "600",
            "Vary": PREFLIGHT_VARY,
        }

    def test_a_method_that_is_not_named_is_not_listed(self, example: Any) -> None:
        response = preflight(example, "/legacy", APP, "DELETE")
        assert said(response)["Access-Control-Allow-Methods"] == "GET, HEAD, PUT"


def curl_lines(docstring: str) -> list[list[str]]:
    lines = (line.strip() for line in docstring.replace("\\\n", "").splitlines())
    return [shlex.split(line)[1:] for line in lines if line.startswith("curl ")]


@pytest.mark.parametrize(
    "name",
    [
        "blueprints",
        "views",
        "auth_routes",
        "cookies",
        "tenants",
        "env_config",
        "static_fonts",
        "wsgi_only",
    ],
)
def test_the_curl_lines_of_an_example_reach_what_they_show(load: Load, name: str) -> None:
    module = load(name)
    example = module.app if hasattr(module, "app") else module.create_app()
    lines = curl_lines(module.__doc__ or "")
    assert len(lines) >= 1
    curl = argparse.ArgumentParser()
    curl.add_argument("-i", action="store_true", required=True)
    curl.add_argument("-X", default="GET")
    curl.add_argument("-H", action="append")
    curl.add_argument("url")
    for line in lines:
        asked = curl.parse_args(line)
        sent = dict(header.split(": ", 1) for header in asked.H)
        assert asked.url.startswith("http://127.0.0.1:5000/")
        path = asked.url.removeprefix("http://127.0.0.1:5000")
        with ask(example, path, sent.pop("Origin"), asked.X, **sent) as response:
            assert response.status_code in {200, 204, 403}
