"""What an import takes over what it builds on, and what it does in the meantime."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Final, NamedTuple

FLASK: Final = "import flask"
STRICTCORS: Final = "from flask_strictcors import StrictCORS"
FLASK_CORS: Final = "from flask_cors import CORS"

# CPU time, for what else the machine does takes none of it. -X importtime would miss each module
# that is imported by a call, as all are that our facade brings along.
_PROGRAM: Final = """
import json, sys, time
{base}
compiled = []
if {watched}:
    sys.addaudithook(lambda event, told: event == "compile" and compiled.append(str(told[1])))
before = set(sys.modules)
start = time.process_time_ns()
{program}
took = (time.process_time_ns() - start) / 1e6
texts = compiled.count("<string>")
print(json.dumps([took, sorted(set(sys.modules) - before), texts]))
"""


class Imported(NamedTuple):
    """The milliseconds of CPU, the modules, and how many texts were compiled that are no module's.

    Such texts are what dataclasses and named tuples generate.
    """

    ms: float
    modules: list[str]
    texts: int


def imported(program: str, *, base: str = FLASK, is_watched: bool = False) -> Imported:
    """Import in a process of its own; where it is watched, the time counts for nothing."""
    code = _PROGRAM.format(base=base, program=program, watched=is_watched)
    # What is compiled anew each time, or traced, takes several times as long.
    left_out = ("COVERAGE_", "PYTHONDONTWRITEBYTECODE")
    environment = {n: v for n, v in os.environ.items() if not n.startswith(left_out)}
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    return Imported(*json.loads(done.stdout))


def least(program: str, tries: int = 15) -> float:
    """Return the milliseconds that an import takes when nothing is in its way."""
    return min(imported(program).ms for _ in range(tries))
