"""The model does what real browsers do, on combinations that nobody has thought of."""

import os
import secrets

from browsers.browser import Browser

from .generator import combinations
from .known import KNOWN
from .proving import prove
from .scripted import Scripted

COUNT = int(os.environ.get("STRICTCORS_PROOF") or 60)
SEED = int(os.environ.get("STRICTCORS_PROOF_SEED") or secrets.randbelow(10**6))


def test_the_model_and_a_browser_send_and_show_the_same(
    browser: Browser, scripted: Scripted
) -> None:
    findings = prove(browser, scripted, (*KNOWN, *combinations(SEED, COUNT)))
    assert findings.count == COUNT + len(KNOWN)
    assert not findings.disagreements, (
        f"{len(findings.disagreements)} of {findings.count} combinations (the same ones again: "
        f"STRICTCORS_PROOF_SEED={SEED} STRICTCORS_PROOF={COUNT})\n\n"
        + "\n\n".join(findings.disagreements)
    )
