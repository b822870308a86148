"""The configuration is replaced under load: each answer is one configuration's, whole."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from extension.wire import APP, EVIL, PARTNER, actual, cors_headers, preflight, route
from flask import Flask

from flask_strictcors import PolicyError, StrictCORS

THREADS = 6
ROUNDS = 60
ONE: dict[str, Any] = {
    "origins": [APP],
    "credentials": True,
    "expose_headers": ["X-One"],
    "max_age": 1,
}
OTHER: dict[str, Any] = {
    "origins": [APP, PARTNER],
    "expose_headers": ["X-Other"],
    "methods": ["GET", "DELETE"],
    "max_age": 2,
    "enforce": True,
    "rules": {"/ruled": {"origins": [EVIL]}},
    "own_origins": ["https://own.example.com"],
}
WRONG: dict[str, Any] = {"origins": [EVIL, f"{EVIL}/"], "credentials": True}
ASKED = [
    (ask, path, method, origin)
    for ask in (actual, preflight)
    for path in ("/", "/ruled", "/nowhere")
    for method in ("GET", "DELETE")
    for origin in (APP, PARTNER, EVIL, "https://own.example.com", "null")
]


def shop(**options: Any) -> tuple[Flask, StrictCORS]:
    app = Flask(__name__, static_folder=None)
    ext = StrictCORS(app, **options)
    for path in ("/", "/ruled"):
        route(app, path, "GET DELETE")
    return app, ext


def answers(app: Flask) -> list[tuple[int, dict[str, str]]]:
    given = [ask(app, path, method, origin) for ask, path, method, origin in ASKED]
    return [(answer.status_code, cors_headers(answer)) for answer in given]


@pytest.fixture
def switching() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("switching")
def test_each_answer_is_of_the_one_or_of_the_other() -> None:
    of_one, of_other = answers(shop(**ONE)[0]), answers(shop(**OTHER)[0])
    differ = [
        index
        for index, pair in enumerate(zip(of_one, of_other, strict=True))
        if len(set(map(str, pair))) == 2
    ]
    assert len(differ) > len(ASKED) / 2
    app, ext = shop(**ONE)
    assert answers(app) == of_one
    is_over = Event()
    seen: Counter[str] = Counter()

    def serve(_: int) -> list[str]:
        strange: list[str] = []
        for _ in range(ROUNDS // THREADS):
            for asked, got, one, other in zip(ASKED, answers(app), of_one, of_other, strict=True):
                seen["one"] += got == one != other
                seen["other"] += got == other != one
                if got not in (one, other):
                    strange.append(f"{asked}: {got}")
        return strange

    def change() -> int:
        times = 0
        while not is_over.is_set():
            ext.reconfigure(app, **OTHER)
            with pytest.raises(PolicyError):
                ext.reconfigure(app, **WRONG)
            ext.reconfigure(app, rules=None, enforce=False, **ONE)
            times += 1
        return times

    with ThreadPoolExecutor(THREADS + 1) as pool:
        changes = pool.submit(change)
        strange = [line for lines in pool.map(serve, range(THREADS)) for line in lines]
        is_over.set()
    assert strange == []
    assert changes.result() > 10
    assert min(seen["one"], seen["other"]) > 100
