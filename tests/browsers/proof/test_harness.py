"""The proof itself: the same seed makes up the same, it reaches far, and it sees differences."""

from collections import Counter
from dataclasses import replace

import pytest

from browsers.browser import Browser
from flask_strictcors.browser import LIKE, Step

from .answers import ALLOW_ORIGIN, UNKEPT
from .combination import PLACES, Answer, Call, Combination, Map, Stop
from .comparison import HarnessError, comparable, differences
from .generator import combinations
from .known import KNOWN
from .modelled import imagine
from .observation import Observation, Seen
from .proving import names_of_quirks, prove
from .scripted import Scripted

MAP = Map(
    {place: f"{scheme}://{host}:{8000 + which}" for place, (scheme, host, which) in PLACES.items()}
)
SIMPLE = Combination(
    "one",
    "app",
    (Stop("api", Answer(204), Answer(200, (UNKEPT, (ALLOW_ORIGIN, "{page}")), "seen")),),
    (Call(),),
)


def test_a_seed_makes_up_the_same_each_time_and_another_makes_up_others() -> None:
    assert list(combinations(7, 50)) == list(combinations(7, 50))
    assert list(combinations(7, 50)) == list(combinations(7, 80))[:50]
    assert list(combinations(7, 50)) != list(combinations(8, 50))


def test_what_is_made_up_mostly_succeeds_and_fails_at_every_step() -> None:
    ends: Counter[str] = Counter()
    for combination in combinations(1, 2000):
        for outcome in imagine(MAP, combination, "standard").outcomes:
            ends["read" if outcome.failure is None else outcome.failure.step] += 1
    assert ends["read"] / ends.total() > 0.5
    # Servers are always there, and their addresses are well formed.
    assert {*Step} - {*ends} == {Step.NETWORK, Step.URL}


@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_without_any_one_of_its_quirks_the_model_would_be_caught(name: str) -> None:
    quirks = LIKE[name]
    # How long a preflight is kept is left out: the proof does not wait.
    unproved = {*names_of_quirks(quirks)} - {"max_age_cap"}
    for combination in (*KNOWN, *combinations(1, 4000)):
        as_it_is = imagine(MAP, combination, quirks).observation
        for field in [*unproved]:
            without = replace(quirks, **{field: getattr(LIKE["standard"], field)})
            if imagine(MAP, combination, without).observation != as_it_is:
                unproved.remove(field)
        if not unproved:
            break
    assert unproved == set()


def test_placeholders_are_filled_in() -> None:
    text = "{page} {api} {api-host} {0} {id}"
    assert MAP.fill(SIMPLE, text) == (
        "https://app.example.test:8000 https://api.example.test:8000 api.example.test:8000 "
        "https://api.example.test:8000/one/0 one"
    )


def test_a_difference_is_told() -> None:
    observed = imagine(MAP, SIMPLE, "standard").observation
    assert differences(observed, observed) == []
    (seen,) = observed.seen
    other = Observation((replace(seen, status=404),), ())
    told = differences(observed, other)
    assert [line.partition(":")[0] for line in told] == ["call 0", "request 0"]


def test_what_is_no_refusal_stops_the_proof() -> None:
    timeout = Observation((Seen(error="TimeoutError: signal timed out"),), ())
    with pytest.raises(HarnessError, match="TimeoutError"):
        comparable(SIMPLE, timeout)


def test_a_model_that_is_wrong_is_caught(browser: Browser, scripted: Scripted) -> None:
    wildcard = Answer(204, (UNKEPT, (ALLOW_ORIGIN, "*"), ("Access-Control-Allow-Headers", "*")))
    (stop,) = SIMPLE.stops
    odd = Combination(
        "two",
        "app",
        (Stop("api", wildcard, stop.actual),),
        (Call(headers=(("Authorization", "secret"),)),),
    )
    # Both browsers let '*' stand for Authorization, and the standard does not.
    other = Browser("standard", browser.session, browser.console_says, browser.stop_process)
    found = prove(other, scripted, [SIMPLE, odd])
    assert (found.count, found.repeated, len(found.disagreements)) == (2, 1, 1)
    told = prove(browser, scripted, [SIMPLE, odd])
    assert (told.disagreements, dict(told.quirks)) == ([], {"wildcard_allows_authorization": 1})
