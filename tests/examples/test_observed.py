"""The example that logs and counts what it refuses, alone and where processes share files."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

Load = Callable[[str], ModuleType]

EXAMPLES = Path(__file__).parents[2] / "examples"
ELSEWHERE = "https://elsewhere.example"
STRANGERS = ["https://a.example", "https://b.example", "https://c.example"]
SUM = 'flask_strictcors_rejections_total{endpoint="orders",reason="not-allowed",rule="app"} '

REFUSING = f"""
from observed import app
for _ in range(3):
    app.test_client().get("/orders", headers={{"Origin": "{ELSEWHERE}"}})
print(app.test_client().get("/metrics").text)
"""


@pytest.fixture
def example(load: Load) -> Iterator[ModuleType]:
    logger = logging.getLogger("flask_strictcors.rejections")
    before = [*logger.handlers]
    yield load("observed")
    logger.handlers[:] = before


def counted(page: str) -> float:
    return sum(float(line.removeprefix(SUM)) for line in page.splitlines() if SUM in line)


def test_what_is_refused_is_a_line_of_json_and_a_sum(example: ModuleType) -> None:
    client = example.app.test_client()
    before = counted(client.get("/metrics").text)
    example.to_stderr.setStream(written := io.StringIO())
    for origin in STRANGERS:
        answer = client.get("/orders", headers={"Origin": origin})
        assert answer.json == {"orders": [17, 18]}
        assert "Access-Control-Allow-Origin" not in answer.headers
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["cors_origin"] for line in lines] == STRANGERS
    assert {line["level"] for line in lines} == {"WARNING"}
    assert counted(client.get("/metrics").text) == before + len(STRANGERS)


def test_processes_that_share_a_folder_tell_one_sum(tmp_path: Path) -> None:
    environment = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "PYTHONPATH": str(EXAMPLES),
    }
    pages = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", REFUSING],
            env=environment,
            text=True,
            capture_output=True,
            check=True,
        )
        pages.append(done.stdout)
        repeats = [json.loads(line)["cors_repeats"] for line in done.stderr.splitlines()]
        assert repeats == [0, 1]
    assert [counted(page) for page in pages] == [3, 6]
