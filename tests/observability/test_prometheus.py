"""count_rejections: what is counted under which labels, and how many of these there can be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest

from flask_strictcors import StrictCORS, cors
from flask_strictcors.observability import count_rejections

from .refusing import EVIL, SHOP, ask, get, in_parallel, send_reported, shop

REFUSED = "flask_strictcors_rejections_total"
REPORTED = "flask_strictcors_report_only_rejections_total"

HELP = "Cross-origin requests whose origin, method or headers were refused."

Labels = tuple[str, str, str]


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


def counted(registry: CollectorRegistry, name: str = REFUSED) -> dict[Labels, float]:
    """Return all sums of a metric by reason, rule and endpoint, which are all its labels."""
    found = {}
    for metric in registry.collect():
        for sample in metric.samples:
            if sample.name == name:
                assert sample.labels.keys() == {"reason", "rule", "endpoint"}
                labels = sample.labels
                found[labels["reason"], labels["rule"], labels["endpoint"]] = sample.value
    return found


def test_both_signals_are_counted_by_reason_rule_and_endpoint(registry: CollectorRegistry) -> None:
    app = shop()
    count_rejections(app, registry=registry)
    get(app, EVIL)
    get(app, "https://other.example")
    get(app, "null")
    ask(app, EVIL)
    ask(app, SHOP, "POST")
    ask(app, SHOP, "PUT", "x-a")
    get(app, EVIL, "/feed")
    get(app, SHOP)
    assert counted(registry) == {
        ("not-allowed", "app", "items"): 3,
        ("null-origin", "app", "items"): 1,
        ("method-not-allowed", "app", "items"): 1,
        ("header-not-allowed", "app", "items"): 1,
        ("not-allowed", "path /feed", ""): 1,
    }
    assert counted(registry, REPORTED) == {}


def test_a_report_only_rejection_is_counted_apart(registry: CollectorRegistry) -> None:
    app = shop()
    count_rejections(app, registry=registry)
    send_reported(app)
    assert counted(registry) == {}
    assert counted(registry, REPORTED) == {("method-not-allowed", "app", "items"): 1}


def test_no_request_can_make_up_labels(registry: CollectorRegistry) -> None:
    app = shop()
    count_rejections(app, registry=registry)
    for number in range(70):
        get(app, f"https://{number}.example", f"/nowhere/{number}")
        get(app, f"rubbish {number}", f"/items/{number}")
        ask(app, SHOP, f"M{number}", f"x-{number}")
    assert counted(registry) == {
        ("not-allowed", "app", ""): 70,
        ("malformed-origin", "app", "items"): 70,
        ("method-not-allowed", "app", ""): 70,
    }
    assert EVIL.encode() not in generate_latest(registry)


def test_apps_of_one_registry_share_the_metric(registry: CollectorRegistry) -> None:
    first, second = shop(), shop()
    for app in (first, second):
        count_rejections(app, registry=registry)
        get(app, EVIL)
    assert counted(registry) == {("not-allowed", "app", "items"): 2}


def test_an_app_of_the_registry_that_stops_leaves_the_others_counting(
    registry: CollectorRegistry,
) -> None:
    first, second = shop(), shop()
    listening = count_rejections(first, registry=registry)
    count_rejections(second, registry=registry)
    listening.stop()
    get(first, EVIL)
    ask(second, EVIL)
    assert counted(registry) == {("not-allowed", "app", "items"): 1}


def test_each_registry_has_its_own(registry: CollectorRegistry) -> None:
    first, second, other = shop(), shop(), CollectorRegistry()
    count_rejections(first, registry=registry)
    count_rejections(second, registry=other)
    get(first, EVIL)
    assert counted(registry) == {("not-allowed", "app", "items"): 1}
    assert counted(other) == {}


@pytest.fixture
def app_of_its_own() -> Iterator[Flask]:
    """Return an app with an endpoint that no other test has."""
    app = Flask(__name__)
    StrictCORS(app, origins=[SHOP])
    app.add_url_rule("/default", "default_registry", lambda: "")
    listening = count_rejections(app)
    yield app
    listening.stop()


def test_the_registry_is_that_of_the_package_unless_another_is_given(app_of_its_own: Flask) -> None:
    get(app_of_its_own, EVIL, "/default")
    assert counted(REGISTRY)["not-allowed", "app", "default_registry"] == 1


@pytest.mark.parametrize("registry", ["default", CollectorRegistry, False])
def test_what_is_no_registry_is_refused(registry: object) -> None:
    with pytest.raises(TypeError, match=r"registry: .* is no prometheus_client.CollectorRegistry"):
        count_rejections(shop(), registry=registry)  # type: ignore[arg-type]


def test_where_processes_share_files_a_second_registry_is_refused(
    registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_rejections(shop(), registry=registry)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/nowhere")
    count_rejections(shop(), registry=registry)
    with pytest.raises(ValueError, match=r"PROMETHEUS_MULTIPROC_DIR .* the same registry for each"):
        count_rejections(shop(), registry=CollectorRegistry())


def test_the_label_of_a_blueprint_and_of_a_view_come_from_the_configuration(
    registry: CollectorRegistry,
) -> None:
    app, api = Flask(__name__), Blueprint("api", __name__, url_prefix="/api")
    cors(origins=[SHOP])(api)
    api.add_url_rule("/a", "a", lambda: "")
    api.add_url_rule("/b", "b", cors(origins=[SHOP])(lambda: ""))
    app.register_blueprint(api)
    StrictCORS(app)
    count_rejections(app, registry=registry)
    for path in ("/api/a", "/api/b", "/"):
        get(app, EVIL, path)
    assert counted(registry) == {
        ("not-allowed", "blueprint api", "api.a"): 1,
        ("not-allowed", "view api.b", "api.b"): 1,
        ("no-rule", "none", ""): 1,
    }


def test_threads_lose_nothing(registry: CollectorRegistry) -> None:
    app = shop()
    count_rejections(app, registry=registry)
    in_parallel(*[lambda: [get(app, EVIL) for _ in range(50)]] * 4)
    assert counted(registry) == {("not-allowed", "app", "items"): 200}


def test_the_exposition_has_the_names_and_help_that_prometheus_asks_for(
    registry: CollectorRegistry,
) -> None:
    app = shop()
    count_rejections(app, registry=registry)
    get(app, EVIL)
    about, kind, line = generate_latest(registry).decode().splitlines()[:3]
    assert about == f"# HELP {REFUSED} {HELP}"
    assert kind == f"# TYPE {REFUSED} counter"
    assert line == f'{REFUSED}{{endpoint="items",reason="not-allowed",rule="app"}} 1.0'
