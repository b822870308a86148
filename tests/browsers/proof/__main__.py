"""Runs the recorded proof and prints its page: ``python -m browsers.proof``, in ``tests``."""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from browsers.browser import Browser
from browsers.chromium import start_chromium
from browsers.firefox import start_firefox
from browsers.site import Certificate

from .generator import combinations
from .known import KNOWN
from .proving import prove
from .real import serving, version_of
from .report import Recorded, written


def main() -> int:
    """Run the proof; the exit status is 1 where the model and a browser disagree."""
    parser = argparse.ArgumentParser(prog="python -m browsers.proof")
    parser.add_argument("--count", type=int, default=1000, help="combinations for each seed")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    arguments = parser.parse_args()
    certificate = Certificate()
    starters = [lambda: start_chromium(certificate.key_hash), start_firefox]
    runs = [_recorded(start, certificate, arguments.seeds, arguments.count) for start in starters]
    sys.stdout.write(written(datetime.now(UTC).date().isoformat(), runs))
    disagreements = [text for run in runs for text in run.findings.disagreements]
    sys.stderr.write("\n\n".join(disagreements))
    return 1 if disagreements else 0


def _recorded(
    start: Callable[[], Browser], certificate: Certificate, seeds: list[int], count: int
) -> Recorded:
    browser = start()
    try:
        with serving(certificate.server) as app:
            version, begun = version_of(browser, app), time.monotonic()
            findings = prove(browser, app, KNOWN)
            for seed in seeds:
                findings.add(prove(browser, app, combinations(seed, count)))
            return Recorded(findings, version, seeds, time.monotonic() - begun)
    finally:
        browser.stop()


if __name__ == "__main__":
    sys.exit(main())
