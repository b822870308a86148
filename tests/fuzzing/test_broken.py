"""A mistake in the package is found by the corpus of the target that looks there."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import pytest

from flask_strictcors.core.decision import Judge, judge, requested
from flask_strictcors.core.origins import diagnosis, hosts, origin, sets
from flask_strictcors.core.policy import names, policy

from .replaying import replay

pytestmark = pytest.mark.once

Breaking = Callable[[pytest.MonkeyPatch], None]


def finds(target: str) -> bool:
    """Report whether some input of the corpus fails."""
    try:
        replay(target)
    except Exception:
        return True
    return False


def hosts_in_capitals(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(origin, "is_host", lambda host: hosts.is_host(host.lower()))


def addresses_of_any_form(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(origin, "is_host", lambda host: hosts.is_host(hosts.canonical_ipv4(host) or host))


def default_ports(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(origin, "DEFAULT_PORTS", {})


def fixes_that_are_no_better(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(diagnosis, "mended", lambda text: text.lower())


def origins_of_any_length(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(origin, "LONGEST_ORIGIN", 10**6)
    patch.setattr(hosts, "LONGEST_DOMAIN", 10**6)


def suffixes_without_their_dot(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        sets, "_has_suffix", lambda host, suffixes: any(host.endswith(s[1:]) for s in suffixes)
    )


def any_label_in_front(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sets, "are_labels", lambda text: True)


def any_port_at_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sets, "parse_port", lambda digits: 1)


def short_names_only(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(requested, "LONGEST_TOKEN", 8)


def long_runs_of_blanks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(requested, "_LONGEST_SEPARATOR", 3000)


def squares(text: str) -> list[str]:
    places = range(0, len(text), 8)
    return [text[max(i, j) :] for i in places for j in places][:1]


def every_pair_of_places(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(diagnosis, "split_entries", squares)


def naively_first(known: Any, text: str) -> str | None:
    return next(iter([name for name in text.split(",") if name.strip() not in known]), None)


def whole_lists(patch: pytest.MonkeyPatch) -> None:
    # What is counted is what the package calls.
    ours = FunctionType(naively_first.__code__, {"__name__": "flask_strictcors.naive"})
    patch.setattr(judge, "first_foreign", ours)


def any_header_at_a_glance(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(judge, "first_foreign", lambda known, text: None)


def everything_together(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(policy, "refuse_together", lambda policy, problems: None)


def names_of_any_form(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(names.fetch, "is_token", bool)


def everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Judge, "_search", lambda self, request, origin: 0)


@pytest.mark.parametrize(
    ("target", "broken"),
    [
        ("origins", hosts_in_capitals),
        ("origins", addresses_of_any_form),
        ("origins", default_ports),
        ("origins", fixes_that_are_no_better),
        ("origins", origins_of_any_length),
        ("origins", every_pair_of_places),
        ("patterns", suffixes_without_their_dot),
        ("patterns", any_label_in_front),
        ("patterns", any_port_at_all),
        ("headers", short_names_only),
        ("headers", long_runs_of_blanks),
        ("headers", any_header_at_a_glance),
        ("values", everything_together),
        ("values", names_of_any_form),
        ("environs", everybody),
        ("environs", whole_lists),
    ],
)
def test_a_mistake_is_found(target: str, broken: Breaking, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not finds(target)
    judge._strangers.clear()
    broken(monkeypatch)
    assert finds(target)
    judge._strangers.clear()
