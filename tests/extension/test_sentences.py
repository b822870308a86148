"""What is said at set-up, word for word: people read nothing else."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import flask_cors
import pytest
from flask import Flask
from werkzeug.test import create_environ
from werkzeug.wrappers import Request

from flask_strictcors import PolicyError, StrictCORS, cors
from flask_strictcors.extension import overview
from flask_strictcors.wsgi import StrictCORSMiddleware

from .wire import APP


def app_with_two() -> None:
    app = Flask(__name__)
    StrictCORS(app)
    StrictCORS(app)


def app_with_flask_cors() -> None:
    app = Flask(__name__)
    flask_cors.CORS(app)
    app.add_url_rule("/", "index", flask_cors.cross_origin()(lambda: "in"))
    StrictCORS(app)


def configured(**config: Any) -> Callable[[], None]:
    def make() -> None:
        app = Flask(__name__)
        app.config |= {f"STRICTCORS_{key}": value for key, value in config.items()}
        StrictCORS(app)

    return make


def asked_without_an_extension() -> None:
    with Flask(__name__).app_context():
        StrictCORS(origins="*").decide(Request(create_environ()))


async def later(origin: str) -> bool:
    return True


SAID: list[tuple[Callable[[], object], str]] = [
    (
        app_with_two,
        """
        1 problem in this CORS configuration:
        - app: this app has a StrictCORS already, and two do not add up. Instead: one
        StrictCORS(app, ...), with rules={...} or @cors(...) for the differences
        [strictcors-twice]
        """,
    ),
    (
        app_with_flask_cors,
        """
        1 problem in this CORS configuration:
        - app: Flask-CORS is in this app, too: the after_request hook, the view index. Instead:
        remove Flask-CORS: rules and @cors(...) take the place of CORS(app) and @cross_origin
        [flask-cors-present]
        """,
    ),
    (
        configured(ORIGINS=APP, RULES="{", METHODS='"'),
        """
        2 problems in this CORS configuration:
        - rules: this is no JSON: Expecting property name enclosed in double quotes: line 1
        column 2 (char 1). Instead: {"/api/*": {"origins": ["https://app.example.com"]}}
        [wrong-type]
        - methods: this is no JSON: Unterminated string starting at: line 1 column 1 (char 0).
        Instead: ["GET", "PUT"] [wrong-type]
        """,
    ),
    (
        configured(ORIGINS=APP, RULES="[" * 3000 + "]" * 3000),
        """
        1 problem in this CORS configuration:
        - rules: lists are nested in lists here, far too deeply. Instead:
        {"/api/*": {"origins": ["https://app.example.com"]}} [wrong-type]
        """,
    ),
    (
        configured(
            RULES={"/a": {"origins": "*", "methods": "["}, "/b": [{"origins": "*", "methods": '"'}]}
        ),
        """
        2 problems in this CORS configuration:
        - rules['/a'].methods: this is no JSON: Expecting value: line 1 column 2 (char 1).
        Instead: ["GET", "PUT"] [wrong-type]
        - rules['/b'].policies[0].methods: this is no JSON: Unterminated string starting at:
        line 1 column 1 (char 0). Instead: ["GET", "PUT"] [wrong-type]
        """,
    ),
    (
        configured(ORIGINS="["),
        """
        1 problem in this CORS configuration:
        - origins: this is no JSON: Expecting value: line 1 column 2 (char 1). Instead:
        ["https://app.example.com"] [wrong-type]
        """,
    ),
    (
        configured(
            ORIGINS=APP,
            RULES={"/a": {"origins": "["}},
            REPORT_ONLY=[{"origins": "["}, {"origins": APP, "max_age": "x"}],
        ),
        """
        3 problems in this CORS configuration:
        - rules['/a'].origins: this is no JSON: Expecting value: line 1 column 2 (char 1).
        Instead: ["https://app.example.com"] [wrong-type]
        - report_only.policies[0].origins: this is no JSON: Expecting value: line 1 column 2
        (char 1). Instead: ["https://app.example.com"] [wrong-type]
        - report_only.policies[1].max_age: this is a whole number of seconds, and 'x' is not.
        Instead: 600 [wrong-type]
        """,
    ),
    (
        configured(POLICIES={"origins": "["}),
        """
        1 problem in this CORS configuration:
        - policies[0].origins: this is no JSON: Expecting value: line 1 column 2 (char 1).
        Instead: ["https://app.example.com"] [wrong-type]
        """,
    ),
    (
        configured(ORIGINS=APP, MAXAGE=3, SEND_WILDCARD=True),
        """
        2 problems in this CORS configuration:
        - STRICTCORS_MAXAGE: there is no option STRICTCORS_MAXAGE. Instead: STRICTCORS_MAX_AGE
        [option-unknown]
        - STRICTCORS_SEND_WILDCARD: there is no option STRICTCORS_SEND_WILDCARD. Instead:
        origins="*", without credentials [option-unknown]
        """,
    ),
    (
        configured(REPORT_ONLY={"origins": ["https://a.com/"]}),
        """
        2 problems in this CORS configuration:
        - report_only.origins: 'https://a.com/': an origin has no trailing slash. Instead:
        https://a.com [origin-trailing-slash]
        - report_only: it stands beside the app's policy, of which there is none: nothing is
        reported. Instead: origins=[...] of today, and report_only=Policy(origins=[...]) of tomorrow
        [report-only-alone]
        """,
    ),
    (
        configured(X=1),
        """
        1 problem in this CORS configuration:
        - STRICTCORS_X: there is no option STRICTCORS_X. Instead: one of: STRICTCORS_ORIGINS,
        STRICTCORS_ALLOWLIST, STRICTCORS_METHODS, STRICTCORS_ALLOW_HEADERS,
        STRICTCORS_EXPOSE_HEADERS, STRICTCORS_CREDENTIALS, STRICTCORS_MAX_AGE,
        STRICTCORS_DEBUG_ORIGINS, STRICTCORS_DANGEROUSLY_ALLOW_INSECURE_ORIGINS,
        STRICTCORS_DANGEROUSLY_ALLOW_PUBLIC_SUFFIXES,
        STRICTCORS_DANGEROUSLY_ALLOW_UNBOUNDED_CALLABLE, STRICTCORS_RULES, STRICTCORS_ENFORCE,
        STRICTCORS_OWN_ORIGINS, STRICTCORS_REPORT_ONLY, STRICTCORS_POLICIES [option-unknown]
        """,
    ),
    (
        lambda: StrictCORSMiddleware(lambda environ, start: (), origins=APP, methods="*"),
        """
        1 problem in this CORS configuration:
        - methods: rule 'app': there are no routes here to take the methods from. Instead:
        methods=["GET", "POST"] [methods-unnamed]
        """,
    ),
    (
        lambda: StrictCORSMiddleware(3),
        "StrictCORSMiddleware takes the WSGI app first, and got 3.",
    ),
    (
        lambda: StrictCORS("app"),
        """
        StrictCORS takes the app first, and got 'app': StrictCORS(app, ...), or
        StrictCORS(None, ...) and init_app(app) later.
        """,
    ),
    (
        lambda: StrictCORS().init_app("app"),
        "init_app takes the app first, and got 'app': init_app(app).",
    ),
    (
        lambda: StrictCORS().reconfigure("app"),
        "reconfigure takes the app first, and got 'app': reconfigure(app, ...).",
    ),
    (
        asked_without_an_extension,
        "There is no StrictCORS in <Flask 'extension.test_sentences'>: StrictCORS(app, ...).",
    ),
    (
        lambda: overview.overview(Flask(__name__)),
        "There is no StrictCORS in this app: StrictCORS(app, ...).",
    ),
]


@pytest.mark.parametrize(
    ("make", "said"), SAID, ids=[said.strip().split(".")[0] for _, said in SAID]
)
def test_what_is_refused_is_said_exactly_so(make: Callable[[], object], said: str) -> None:
    with pytest.raises((ValueError, TypeError, RuntimeError, LookupError)) as caught:
        make()
    assert str(caught.value).split() == said.split()


def test_without_asgiref_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for: list[str] = []
    monkeypatch.setattr("flask_strictcors.asking.find_spec", looked_for.append)
    with pytest.raises(PolicyError, match=r"\A1 problem in this CORS configuration:\n") as caught:
        cors(origins=later, allowlist=[APP])
    assert str(caught.value).endswith(
        "  - origins: an async callable needs asgiref, which is not installed. Instead: "
        'pip install "flask-strictcors[async]" [async-without-asgiref]'
    )
    assert caught.value.problems[0].value is later
    assert looked_for == ["asgiref"]


def test_a_wrapper_inside_is_named_with_what_to_do() -> None:
    app = Flask(__name__)

    def wrapper(environ: Any, start_response: Any) -> Any:
        return ()

    wrapper.__qualname__ = "Proxy.wrapper"
    app.wsgi_app = wrapper
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        StrictCORS(app)
    (warning,) = caught
    assert str(warning.message) == (
        "Proxy.wrapper already wraps app.wsgi_app, so it never sees preflights, and what it "
        "changes is not seen when they are answered: wrap app.wsgi_app after StrictCORS(app)."
    )
