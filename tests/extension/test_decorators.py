"""cors and cors.exempt on whatever serves a URL, in every order."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, Response
from flask.views import MethodView, View

from flask_strictcors import Policy, PolicyError, StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    granted,
    heard,
    offered,
    preflight,
    route,
)


def an_app(**options: Any) -> tuple[Flask, StrictCORS]:
    app = Flask(__name__)
    return app, StrictCORS(app, **{"origins": [APP]} | options)


def assert_partners_only(
    app: Flask, path: str, methods: str = "GET, HEAD", method: str = "GET"
) -> None:
    """Assert that the partner's tag governs a method, and the app's policy does not."""
    assert cors_headers(actual(app, path, method, PARTNER)) == granted(PARTNER)
    assert cors_headers(actual(app, path, method, APP)) == SILENT
    assert cors_headers(actual(app, path, method, None)) == SILENT
    assert cors_headers(preflight(app, path, method, PARTNER)) == offered(methods, PARTNER)
    assert cors_headers(preflight(app, path, method, APP)) == PREFLIGHT_SILENT


def assert_apps(app: Flask, path: str, methods: str = "GET, HEAD", method: str = "GET") -> None:
    """Assert that the app's policy governs a method."""
    assert cors_headers(actual(app, path, method, APP)) == granted(APP)
    assert cors_headers(actual(app, path, method, PARTNER)) == SILENT
    assert cors_headers(preflight(app, path, method, APP)) == offered(methods)


# --- functions ------------------------------------------------------------------------------------


def logged(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def test_below_the_route() -> None:
    app, _ = an_app()

    @app.get("/x")
    @cors(origins=[PARTNER])
    def x() -> str:
        return "in"

    assert_partners_only(app, "/x")


def test_above_the_route() -> None:
    app, _ = an_app()

    @cors(origins=[PARTNER])
    @app.get("/x")
    def x() -> str:
        return "in"

    assert_partners_only(app, "/x")


def test_through_decorators_that_wrap() -> None:
    app, _ = an_app()

    @app.get("/x")
    @logged
    @logged
    @cors(origins=[PARTNER])
    def x() -> str:
        return "in"

    assert_partners_only(app, "/x")


def test_an_async_view() -> None:
    app, _ = an_app()

    @app.get("/x")
    @cors(origins=[PARTNER])
    async def x() -> str:
        return "in"

    assert_partners_only(app, "/x")


def test_a_view_that_was_registered_before_the_extension() -> None:
    app = Flask(__name__)
    route(app, "/x", tag=cors(origins=[PARTNER]))
    route(app, "/y")
    StrictCORS(app, origins=[APP])
    assert_partners_only(app, "/x")
    assert_apps(app, "/y")


def test_a_view_that_is_tagged_after_the_first_preflight() -> None:
    app, _ = an_app()
    view = route(app, "/x")
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD")
    cors(origins=[PARTNER])(view)
    assert_partners_only(app, "/x")


def test_a_view_under_two_urls_and_endpoints_has_its_tag_at_both() -> None:
    app, _ = an_app()
    view = route(app, "/x", tag=cors(origins=[PARTNER]))
    app.add_url_rule("/y", "y", view)
    app.add_url_rule("/z", "y", view)
    for path in ("/x", "/y", "/z"):
        assert_partners_only(app, path)


def test_a_tagged_callable_object() -> None:
    class Prices:
        def __call__(self) -> str:
            return "in"

    app, _ = an_app()
    app.add_url_rule("/x", "x", cors(origins=[PARTNER])(Prices()))
    assert_partners_only(app, "/x")


def test_the_same_object_comes_back() -> None:
    def x() -> str:
        return "in"

    assert cors(origins="*")(x) is x
    assert x() == "in"

    class V(View):
        pass

    assert cors.exempt(V) is V


def test_tiers_in_a_tag() -> None:
    app, _ = an_app()
    route(app, "/x", tag=cors(Policy(origins=[PARTNER], credentials=True), Policy(origins="*")))
    assert cors_headers(actual(app, "/x", origin=PARTNER)) == granted(
        PARTNER, Allow_Credentials="true"
    )
    assert cors_headers(actual(app, "/x", origin=EVIL)) == {"Allow-Origin": "*", "Vary": "Origin"}


def test_a_tag_adds_nothing_to_the_apps_policy_and_takes_nothing_from_it() -> None:
    app, _ = an_app(credentials=True, expose_headers=["ETag"], max_age=5)
    route(app, "/x", tag=cors(origins=[APP]))
    assert cors_headers(actual(app, "/x")) == granted()
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD")


def test_the_instance_is_the_decorator_too() -> None:
    app = Flask(__name__)
    cors = StrictCORS(app, origins=[APP])

    @app.get("/x")
    @cors(origins=[PARTNER])
    def x() -> str:
        return "in"

    @app.get("/y")
    @cors.exempt
    def y() -> tuple[str, dict[str, str]]:
        return "in", {"Access-Control-Allow-Origin": "mine"}

    assert_partners_only(app, "/x")
    assert cors_headers(actual(app, "/y")) == {"Allow-Origin": "mine"}
    with pytest.raises(TypeError):
        cors(origins="*")(x)


# --- classes --------------------------------------------------------------------------------------


class Plain(View):
    methods = ("GET", "PUT")

    def dispatch_request(self) -> str:
        return "in"


class Item(MethodView):
    def get(self) -> str:
        return "got"

    def put(self) -> str:
        return "put"


def test_a_view_class() -> None:
    app, _ = an_app()

    @cors(origins=[PARTNER])
    class Tagged(Plain):
        pass

    app.add_url_rule("/x", view_func=Tagged.as_view("x"))
    assert_partners_only(app, "/x", "GET, HEAD, PUT", "PUT")


def test_a_view_class_that_is_tagged_after_its_registration() -> None:
    class Tagged(Plain):
        pass

    app, _ = an_app()
    app.add_url_rule("/x", view_func=Tagged.as_view("x"))
    cors(origins=[PARTNER])(Tagged)
    assert_partners_only(app, "/x", "GET, HEAD, PUT", "PUT")


def test_a_subclass_inherits_its_parents_tag_or_pins_its_own() -> None:
    @cors(origins=[PARTNER])
    class Parent(Item):
        pass

    class Child(Parent):
        pass

    @cors(origins=[EVIL])
    class Other(Parent):
        pass

    app, _ = an_app()
    app.add_url_rule("/x", view_func=Child.as_view("x"))
    app.add_url_rule("/y", view_func=Other.as_view("y"))
    assert_partners_only(app, "/x", "GET, HEAD, PUT", "PUT")
    assert cors_headers(actual(app, "/y", origin=EVIL)) == granted(EVIL)
    assert cors_headers(actual(app, "/y", origin=PARTNER)) == SILENT


def test_a_single_method() -> None:
    class One(MethodView):
        def get(self) -> str:
            return "got"

        @cors(origins=[PARTNER])
        def put(self) -> str:
            return "put"

    app, _ = an_app()
    app.add_url_rule("/x", view_func=One.as_view("x"))
    assert_apps(app, "/x")
    assert_partners_only(app, "/x", "PUT", "PUT")


def test_a_method_beats_its_class() -> None:
    @cors(origins=[APP])
    class One(MethodView):
        def get(self) -> str:
            return "got"

        @cors(origins=[PARTNER])
        def put(self) -> str:
            return "put"

    app, _ = an_app(origins=[EVIL])
    app.add_url_rule("/x", view_func=One.as_view("x"))
    assert_apps(app, "/x")
    assert_partners_only(app, "/x", "PUT", "PUT")
    assert cors_headers(actual(app, "/x", origin=EVIL)) == SILENT


def test_an_inherited_method_keeps_its_tag_and_an_override_without_one_falls_to_the_class() -> None:
    class Parent(MethodView):
        @cors(origins=[PARTNER])
        def get(self) -> str:
            return "got"

        @cors(origins=[PARTNER])
        def put(self) -> str:
            return "put"

    @cors(origins=[APP])
    class Child(Parent):
        def put(self) -> str:
            return "mine"

    app, _ = an_app(origins=[EVIL])
    app.add_url_rule("/x", view_func=Child.as_view("x"))
    assert_partners_only(app, "/x")
    assert_apps(app, "/x", "PUT", "PUT")


def test_an_override_without_a_tag_falls_to_the_app_where_the_class_has_none() -> None:
    class Parent(MethodView):
        @cors(origins=[PARTNER])
        def get(self) -> str:
            return "got"

    class Child(Parent):
        def get(self) -> str:
            return "mine"

    app, _ = an_app()
    app.add_url_rule("/x", view_func=Child.as_view("x"))
    assert_apps(app, "/x")


def test_head_uses_gets_tag() -> None:
    class One(MethodView):
        @cors(origins=[PARTNER])
        def get(self) -> str:
            return "got"

    app, _ = an_app()
    app.add_url_rule("/x", view_func=One.as_view("x"))
    assert_partners_only(app, "/x", method="HEAD")


def test_a_head_of_its_own_has_its_own_tag() -> None:
    class One(MethodView):
        @cors(origins=[PARTNER])
        def get(self) -> str:
            return "got"

        def head(self) -> str:
            return ""

    app, _ = an_app()
    app.add_url_rule("/x", view_func=One.as_view("x"))
    assert_partners_only(app, "/x", "GET")
    assert_apps(app, "/x", "HEAD", "HEAD")


def test_the_result_of_as_view_beats_the_class() -> None:
    @cors(origins=[APP])
    class One(Item):
        pass

    app, _ = an_app(origins=[EVIL])
    app.add_url_rule("/x", view_func=cors(origins=[PARTNER])(One.as_view("x")))
    app.add_url_rule("/y", view_func=One.as_view("y"))
    assert_partners_only(app, "/x", "GET, HEAD, PUT", "PUT")
    assert_apps(app, "/y", "GET, HEAD, PUT", "PUT")


def test_a_tag_in_decorators_beats_the_class() -> None:
    @cors(origins=[APP])
    class One(Item):
        decorators = (logged, cors(origins=[PARTNER]), logged)

    app, _ = an_app(origins=[EVIL])
    app.add_url_rule("/x", view_func=One.as_view("x"))
    assert_partners_only(app, "/x", "GET, HEAD, PUT", "PUT")


def test_a_method_beats_the_result_of_as_view() -> None:
    class One(MethodView):
        decorators = (cors(origins=[APP]),)

        def get(self) -> str:
            return "got"

        @cors(origins=[PARTNER])
        def put(self) -> str:
            return "put"

    app, _ = an_app(origins=[EVIL])
    app.add_url_rule("/x", view_func=One.as_view("x"))
    assert_apps(app, "/x")
    assert_partners_only(app, "/x", "PUT", "PUT")


def test_async_methods() -> None:
    class One(MethodView):
        async def get(self) -> str:
            return "got"

        @cors(origins=[PARTNER])
        async def put(self) -> str:
            return "put"

    app, _ = an_app()
    app.add_url_rule("/x", view_func=One.as_view("x"))
    assert_apps(app, "/x")
    assert_partners_only(app, "/x", "PUT", "PUT")


# --- exempt ---------------------------------------------------------------------------------------


def speaking_for_itself() -> Any:
    return "mine", {
        "Access-Control-Allow-Origin": "https://mine.example",
        "Vary": "Accept",
        "X-Seen": "yes",
    }


def exempt_function(app: Flask) -> None:
    route(app, "/x", "GET PUT OPTIONS", speaking_for_itself, tag=cors.exempt)


def exempt_class(app: Flask) -> None:
    @cors.exempt
    class One(View):
        methods = ("GET", "PUT", "OPTIONS")

        def dispatch_request(self) -> Any:
            return speaking_for_itself()

    app.add_url_rule("/x", view_func=One.as_view("x"))


def exempt_methods(app: Flask) -> None:
    class One(MethodView):
        @cors.exempt
        def get(self) -> Any:
            return speaking_for_itself()

        put = options = get

    app.add_url_rule("/x", view_func=One.as_view("x"))


def exempt_result(app: Flask) -> None:
    class One(MethodView):
        decorators = (cors.exempt,)

        def get(self) -> Any:
            return speaking_for_itself()

        put = options = get

    app.add_url_rule("/x", view_func=One.as_view("x"))


def exempt_blueprint(app: Flask) -> None:
    blueprint = cors.exempt(Blueprint("auth", __name__))
    route(blueprint, "/x", "GET PUT OPTIONS", speaking_for_itself)
    app.register_blueprint(blueprint)


def exempt_path(app: Flask) -> None:
    route(app, "/x", "GET PUT OPTIONS", speaking_for_itself)
    app.config["STRICTCORS_RULES"] = {"/x": None}


@pytest.mark.parametrize(
    "serve",
    [exempt_function, exempt_class, exempt_methods, exempt_result, exempt_blueprint, exempt_path],
)
@pytest.mark.parametrize("enforce", [False, True])
@pytest.mark.parametrize("origin", [APP, EVIL, "null", "garbage", ""])
def test_exempt_means_hands_off(serve: Callable[[Flask], None], enforce: bool, origin: str) -> None:
    app = Flask(__name__)
    serve(app)
    StrictCORS(app, origins=[APP], enforce=enforce)
    with heard(app) as signals:
        for response in (
            actual(app, "/x", "GET", origin),
            actual(app, "/x", "PUT", origin),
            actual(app, "/x", "OPTIONS", origin),
            preflight(app, "/x", "PUT", origin),
            preflight(app, "/x", "GET", origin, "x-anything"),
        ):
            assert (response.status_code, response.data) == (200, b"mine")
            assert cors_headers(response) == {
                "Allow-Origin": "https://mine.example",
                "Vary": "Accept",
            }
    assert signals == []


def test_the_preflight_of_an_exempt_view_without_options_is_answered_by_flask() -> None:
    app, _ = an_app()
    seen: list[str] = []
    app.before_request(lambda: seen.append("before"))
    route(app, "/x", "PUT", tag=cors.exempt)
    response = preflight(app, "/x", "PUT")
    assert (response.status_code, cors_headers(response)) == (200, {})
    assert response.allow == {"PUT", "OPTIONS"}
    assert seen == ["before"]


def test_vary_lines_of_an_exempt_view_are_left_as_they_are() -> None:
    def answer() -> Response:
        response = Response("in")
        response.headers.add("Vary", "Accept")
        response.headers.add("Vary", "Cookie")
        return response

    app, _ = an_app()
    route(app, "/x", "GET", answer, tag=cors.exempt)
    assert actual(app, "/x").headers.getlist("Vary") == ["Accept", "Cookie"]


def test_one_exempt_method_beside_a_governed_one() -> None:
    class One(MethodView):
        def get(self) -> str:
            return "got"

        @cors.exempt
        def put(self) -> Any:
            return speaking_for_itself()

    app, _ = an_app()
    app.add_url_rule("/x", view_func=One.as_view("x"))
    assert_apps(app, "/x")
    assert cors_headers(actual(app, "/x", "PUT")) == {
        "Allow-Origin": "https://mine.example",
        "Vary": "Accept",
    }
    response = preflight(app, "/x", "PUT")
    assert (response.status_code, cors_headers(response)) == (200, {})


def test_an_exempt_views_errors_are_its_own_too() -> None:
    def fail() -> str:
        raise KeyError

    app, _ = an_app()
    route(app, "/x", "GET", fail, tag=cors.exempt)
    response = actual(app, "/x")
    assert (response.status_code, cors_headers(response)) == (500, {})


def test_what_others_keep_under_our_name_is_no_tag() -> None:
    app, _ = an_app()

    def view() -> str:
        return "in"

    vars(view)["__strictcors__"] = "theirs"
    app.add_url_rule("/x", view_func=view)
    assert_apps(app, "/x")


# --- mistakes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["cors", "instance"])
def test_missing_parentheses_are_an_error_with_the_fix(door: str) -> None:
    decorate: Any = cors if door == "cors" else StrictCORS()
    for target in (lambda: "in", Plain, Item.as_view("item")):
        with pytest.raises(TypeError, match=r"@cors\(origins="):
            decorate(target)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (cors(origins="*"), cors(origins=[APP])),
        (cors(origins="*"), cors(origins="*")),
        (cors.exempt, cors(origins=[APP])),
        (cors(origins=[APP]), cors.exempt),
        (cors.exempt, cors.exempt),
        (StrictCORS()(origins="*"), cors(origins=[APP])),
    ],
)
def test_a_second_tag_on_one_object_is_an_error_with_the_fix(first: Any, second: Any) -> None:
    def view() -> str:
        return "in"

    class V(View):
        pass

    class M(MethodView):
        def get(self) -> str:
            return "in"

    for target in (view, V, M.get, M.as_view("m"), Blueprint("b", __name__), logged(view)):
        if not hasattr(target, "__strictcors__"):
            first(target)
        with pytest.raises(TypeError, match="stack"):
            second(target)


def test_a_tag_that_wraps_brought_up_cannot_be_stacked_upon() -> None:
    with pytest.raises(TypeError, match="stack"):
        cors(origins="*")(logged(cors(origins=[APP])(lambda: "in")))


def test_an_app_is_nothing_to_pin_a_policy_to() -> None:
    app = Flask(__name__)
    with pytest.raises(TypeError, match=r"StrictCORS\(app"):
        cors(origins="*")(app)  # type: ignore[type-var]
    with pytest.raises(TypeError, match=r"StrictCORS\(app"):
        cors.exempt(app)  # type: ignore[type-var]


@pytest.mark.parametrize("target", [None, "prices", 3, b"x"])
def test_what_serves_nothing_cannot_be_tagged(target: Any) -> None:
    with pytest.raises(TypeError):
        cors(origins="*")(target)


def test_a_bound_method_takes_no_tag_and_the_error_says_so() -> None:
    class Service:
        def prices(self) -> str:
            return "in"

    with pytest.raises(TypeError, match="function"):
        cors(origins="*")(Service().prices)


def prices() -> str:
    return "in"


class Unwritable:
    """Serves, and takes no attributes."""

    __slots__ = ()
    __call__ = staticmethod(prices)

    def __repr__(self) -> str:
        return "<prices>"


@pytest.mark.parametrize(
    ("decorate", "target", "said"),
    [
        (
            cors,
            prices,
            "@cors needs its policy: write @cors(origins=[...]), with parentheses.",
        ),
        *(
            (
                cors.exempt,
                kind(prices),
                (
                    "A policy is pinned to the function itself: write @cors(...) below "
                    "@staticmethod or @classmethod."
                ),
            )
            for kind in (staticmethod, classmethod)
        ),
        (
            cors.exempt,
            3,
            (
                "A policy is pinned to a view, a view class or a blueprint, and not to 3. Of an "
                "app: StrictCORS(app, origins=[...])."
            ),
        ),
        (
            cors.exempt,
            cors.exempt(lambda: "in"),
            (
                "<lambda> has a policy already, and policies do not stack: pin one, with all its "
                "tiers: @cors(first, second)."
            ),
        ),
        (
            cors.exempt,
            Unwritable(),
            (
                "<prices> takes no attributes, so no policy can be pinned to it: wrap it in a "
                "function."
            ),
        ),
        (
            cors.exempt,
            len,
            "len takes no attributes, so no policy can be pinned to it: wrap it in a function.",
        ),
    ],
)
def test_a_misplaced_decorator_says_what_to_write(decorate: Any, target: Any, said: str) -> None:
    with pytest.raises(TypeError) as caught:
        decorate(target)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("mistake", "codes"),
    [
        (cors, ["origins-missing"]),
        (lambda: cors(origins=[]), ["origins-empty"]),
        (lambda: cors(origin=[APP]), ["option-unknown", "origins-missing"]),
        (lambda: cors(origins="*", credentials=True), ["credentials-any-origin"]),
        (
            lambda: cors(origins=[APP + "/"], methods=["put"]),
            ["origin-trailing-slash", "method-case"],
        ),
        (lambda: cors(Policy(origins="*"), origins=[APP]), ["policies-and-options"]),
        (lambda: cors(Policy(origins="*"), Policy(origins=[APP])), ["tier-unreachable"]),
        (lambda: cors({"origins": "*"}, 3), ["not-a-policy"]),  # type: ignore[arg-type]
    ],
)
def test_a_mistake_is_found_at_once_and_all_of_it(
    mistake: Callable[[], Any], codes: list[str]
) -> None:
    with pytest.raises(PolicyError) as caught:
        mistake()
    assert [str(problem.code) for problem in caught.value.problems] == codes
    frames = traceback.extract_tb(caught.value.__traceback__)
    if mistake is not cors:
        assert any(f.filename == __file__ and "cors(" in (f.line or "") for f in frames)
