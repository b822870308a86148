"""Public suffixes and Unicode tables are loaded only by the policies that need them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLES = {"publicsuffixlist", "idna"}

POLICIES = [
    # (the policy, what it needs)
    ('Policy(origins="*")', set()),
    ('Policy(origins=["https://a.com", "https://*.github.io"])', set()),
    ('Policy(origins="https://a.com", credentials=True)', set()),
    ('Policy(origins="https://github.io:*", credentials=True)', set()),
    ('Policy(origins="http://*.localhost:*", credentials=True)', set()),
    ('Policy(origins="https://*.ck", credentials=True, **DANGER)', set()),
    ('Policy(origins="https://*.a.com", credentials=True)', {"publicsuffixlist"}),
    (
        'Policy(origins="https://a.com", debug_origins="https://*.a.com", credentials=True)',
        {"publicsuffixlist"},
    ),
    ('Policy(origins="https://xn--bcher-kva.de")', {"idna"}),
    ('mistake(origins="https://A.com/")', set()),
    ('mistake(origins="https://bücher.de")', {"idna"}),
]

PROGRAM = """
import sys
from flask_strictcors.core.errors import PolicyError
from flask_strictcors.core.policy import Policy

DANGER = {{"dangerously_allow_public_suffixes": True}}

def mistake(**options):
    try:
        Policy(**options)
    except PolicyError:
        return
    raise AssertionError(options)

before = set(sys.modules)
{policy}
after = set(sys.modules)
print(*sorted({tables!r} & before), "/", *sorted({tables!r} & after))
"""


@pytest.mark.parametrize(("policy", "needed"), POLICIES)
def test_a_policy_loads_what_it_needs(policy: str, needed: set[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(policy=policy, tables=TABLES)],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=True,
    )
    before, _, after = result.stdout.strip().partition("/")
    assert before.split() == []
    assert set(after.split()) == needed
