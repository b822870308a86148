"""What an import takes over what it builds on."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

TRIES: Final = 7
FLASK: Final = "import flask"
STRICTCORS: Final = "from flask_strictcors import StrictCORS"
FLASK_CORS: Final = "from flask_cors import CORS"


def modules_of(program: str) -> dict[str, int]:
    """Return the microseconds of each module that a program imports, without what it imports."""
    words = [sys.executable, "-X", "importtime", "-c", program]
    # What is compiled anew each time takes several times as long.
    environment = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    lines = [line.removeprefix("import time:").split("|") for line in done.stderr.splitlines()]
    cells = [[cell.strip() for cell in line] for line in lines if len(line) == 3]
    return {name: int(own) for own, _, name in cells if own.isdigit()}


def brought(program: str) -> dict[str, int]:
    """Return what a program imports after Flask, in that of some tries which took the least."""
    before = modules_of(FLASK)
    tries = [
        {name: own for name, own in modules_of(f"{FLASK}; {program}").items() if name not in before}
        for _ in range(TRIES)
    ]
    return min(tries, key=lambda modules: sum(modules.values()))
