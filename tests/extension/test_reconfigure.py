"""Another configuration while the app serves: whole or not at all, from the next request on."""

from __future__ import annotations

import gc
import logging
import weakref
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest
from flask import Config, Flask, current_app

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


def shop(**options: Any) -> tuple[Flask, StrictCORS]:
    app = Flask(__name__, static_folder=None)
    ext = StrictCORS(app, **({"origins": [APP]} | options))
    route(app, "/", "GET PUT")
    route(app, "/tagged", tag=cors(origins=[EVIL]))
    return app, ext


def at(app: Flask, origin: str, path: str = "/") -> dict[str, str]:
    return cors_headers(actual(app, path, origin=origin))


@pytest.mark.parametrize("comes_first", [False, True])
def test_the_next_request_is_judged_by_the_new_one(comes_first: bool) -> None:
    app, ext = shop(credentials=True)
    if comes_first:
        assert at(app, APP) == granted(APP, Allow_Credentials="true")
    ext.reconfigure(app, origins=[PARTNER], max_age=5)
    assert at(app, APP) == SILENT
    assert at(app, PARTNER) == granted(PARTNER)
    assert cors_headers(preflight(app)) == PREFLIGHT_SILENT
    assert cors_headers(preflight(app, origin=PARTNER)) == offered(
        "GET, HEAD, PUT", PARTNER, Max_Age="5"
    )


def test_what_a_view_is_decorated_with_stays() -> None:
    app, ext = shop()
    for origins in ([PARTNER], "*", [APP]):
        ext.reconfigure(app, origins=origins)
        assert at(app, EVIL, "/tagged") == granted(EVIL)
        assert at(app, APP, "/tagged") == SILENT


def test_each_thing_that_the_extension_takes_can_be_given_anew() -> None:
    app, ext = shop()
    tiers = (Policy(origins=[PARTNER], credentials=True), Policy(origins="*"))
    ext.reconfigure(app, *tiers)
    assert at(app, PARTNER) == granted(PARTNER, Allow_Credentials="true")
    assert at(app, EVIL) == granted("*", Vary="Origin")
    ext.reconfigure(app, rules={"/": Policy(origins=[EVIL]), "/tagged": None})
    assert at(app, EVIL) == granted(EVIL)
    ext.reconfigure(app, origins=[APP], enforce=True, own_origins=[PARTNER])
    assert actual(app, origin=EVIL).status_code == 403
    assert actual(app, origin=PARTNER).status_code == 200
    ext.reconfigure(app, origins=[APP, PARTNER], enforce=False, report_only={"origins": [APP]})
    with heard(app) as signals:
        assert at(app, PARTNER) == granted(PARTNER)
    assert [signal.rejection.report_only for signal in signals] == [True]


def test_it_says_all_and_takes_the_rest_from_the_config_as_it_is_now() -> None:
    app, ext = shop(credentials=True)
    app.config["STRICTCORS_ORIGINS"] = PARTNER
    ext.reconfigure(app, max_age=7)
    assert at(app, PARTNER) == granted(PARTNER)
    del app.config["STRICTCORS_ORIGINS"]
    ext.reconfigure(app)
    assert at(app, PARTNER) == {}


def test_a_config_that_another_thread_changes_meanwhile_is_no_fault() -> None:
    class Meanwhile(str):
        __slots__ = ()

        def startswith(self, *_: Any) -> bool:
            app.config["SEEN"] = True
            return False

    app, ext = shop()
    app.config[Meanwhile("THEIRS")] = True
    ext.reconfigure(app, origins=[PARTNER])
    assert at(app, PARTNER) == granted(PARTNER)
    assert app.config["SEEN"]


def test_a_config_that_makes_its_entries_when_asked_for_them_is_read() -> None:
    class Late(Config):
        def items(self) -> Any:
            return {**dict(super().items()), "STRICTCORS_ORIGINS": PARTNER}.items()

    app, ext = shop()
    app.config = Late(app.root_path, app.config)
    ext.reconfigure(app)
    assert at(app, PARTNER) == granted(PARTNER)


@pytest.mark.parametrize("is_debug", [False, True])
def test_on_an_error_the_old_one_stays_whole(is_debug: bool) -> None:
    app, ext = shop(enforce=True)
    app.debug = is_debug
    before = at(app, APP)
    config = dict(app.config)
    mistakes: list[Callable[[], None]] = [
        lambda: ext.reconfigure(app, origins=[f"{PARTNER}/"], max_age=-1),
        lambda: ext.reconfigure(app, origins=[PARTNER], rules={"api": None}),
        lambda: ext.reconfigure(app, Policy(origins=[PARTNER]), credentials=True),
        lambda: ext.reconfigure(app, origin=[PARTNER]),
        lambda: ext.reconfigure(app, origins=[PARTNER], enforce="no"),
    ]
    problems: list[list[str]] = []
    for make in mistakes:
        with pytest.raises(PolicyError) as caught:
            make()
        problems.append([problem.code for problem in caught.value.problems])
        assert at(app, APP) == before
        assert actual(app, origin=PARTNER).status_code == 403
    assert problems == [
        ["origin-trailing-slash", "max-age-range"],
        ["rule-path"],
        ["policies-and-options"],
        ["option-unknown"],
        ["wrong-type"],
    ]
    assert app.config == config


def test_what_only_the_table_of_routes_shows_leaves_the_old_one_too() -> None:
    app, ext = shop()
    app.debug = True
    before = at(app, APP)
    # Flask refuses setup by now; what goes around it is read when the table is made anew.
    app.view_functions["/"] = hidden(app.view_functions["/"])
    with pytest.raises(PolicyError) as caught:
        ext.reconfigure(app, origins=[PARTNER])
    assert [problem.code for problem in caught.value.problems] == ["tag-hidden"]
    assert at(app, APP) == before


def hidden(view: Callable[..., Any]) -> Callable[..., Any]:
    tagged = cors(origins=[EVIL])(view)

    def outer() -> Any:
        return tagged()

    return outer


def test_one_request_is_judged_by_one_configuration() -> None:
    app, ext = shop(enforce=True, own_origins=[EVIL])
    inner = app.wsgi_app

    def reconfiguring(environ: Any, start_response: Any) -> Any:
        # Between the wrapper, which has read own_origins, and the hook that decides.
        ext.reconfigure(app, origins=[PARTNER], enforce=True)
        return inner(environ, start_response)

    guard = app.extensions["strictcors"]
    guard.inner, inner = reconfiguring, guard.inner
    assert actual(app, origin=EVIL).status_code == 403
    assert at(app, PARTNER) == granted(PARTNER)


def test_a_request_that_was_judged_keeps_its_verdict() -> None:
    app, ext = shop()
    is_inside, may_go = Event(), Event()

    def wait() -> str:
        is_inside.set()
        assert may_go.wait(10)
        return "in"

    route(app, "/slow", answer=wait)
    answers: list[dict[str, str]] = []
    thread = Thread(target=lambda: answers.append(at(app, APP, "/slow")))
    thread.start()
    assert is_inside.wait(10)
    ext.reconfigure(app, origins=[PARTNER])
    assert at(app, APP) == SILENT
    may_go.set()
    thread.join(10)
    assert answers == [granted(APP)]


def test_the_table_is_made_before_the_swap_and_not_by_a_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, ext = shop()
    at(app, APP)
    ext.reconfigure(app, origins=[PARTNER])
    monkeypatch.setattr("flask_strictcors.extension.judging.Table", None)
    assert at(app, PARTNER) == granted(PARTNER)


def test_of_what_was_nothing_is_kept() -> None:
    app, ext = shop()
    at(app, APP)
    old = weakref.ref(app.extensions["strictcors"].judging)
    ext.reconfigure(app, origins=[PARTNER])
    gc.collect()
    assert old() is None


def test_it_governs_one_app_and_takes_it_as_a_proxy_too() -> None:
    ext = StrictCORS(origins=[APP])
    one, other = Flask("one"), Flask("other")
    for app in (one, other):
        ext.init_app(app)
        route(app, "/")
    with one.app_context():
        ext.reconfigure(current_app, origins=[PARTNER])
    assert at(one, PARTNER) == granted(PARTNER)
    assert at(other, PARTNER) == SILENT
    assert at(other, APP) == granted(APP)


def test_an_app_that_it_does_not_govern_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="no StrictCORS in <Flask 'x'>"):
        StrictCORS().reconfigure(Flask("x"), origins=[APP])
    with pytest.raises(TypeError, match="reconfigure takes the app first, and got 'x'"):
        StrictCORS().reconfigure("x", origins=[APP])


def test_what_held_requests_back_does_not_go_unsaid(caplog: pytest.LogCaptureFixture) -> None:
    app, ext = shop(enforce=True, rules={"/admin/*": Policy(origins=[APP])})
    ext.reconfigure(app, origins=[PARTNER])
    assert caplog.messages == [
        f"Reconfigured without {name}, which the app had: reconfigure(...) takes the place of all "
        f"that StrictCORS(...) was given. Give it again, or {argument} if it is to end."
        for name, argument in (("rules", "rules=None"), ("enforce", "enforce=False"))
    ]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_what_is_named_or_was_not_there_is_not_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    app, ext = shop(enforce=True, rules={"/admin/*": Policy(origins=[APP])})
    ext.reconfigure(app, origins=[PARTNER], rules=None, enforce=False)
    ext.reconfigure(app, origins=[APP])
    app.config |= {"STRICTCORS_ENFORCE": True, "STRICTCORS_RULES": {"/admin/*": None}}
    ext.reconfigure(app, origins=[APP], enforce=True)
    ext.reconfigure(app, origins=[PARTNER])
    assert caplog.messages == []


def test_the_first_refusal_of_a_kind_is_logged_once_for_all_configurations(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app, ext = shop()
    for _ in range(3):
        at(app, EVIL)
        ext.reconfigure(app, origins=[APP])
    assert len(caplog.messages) == 1
