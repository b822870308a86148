"""Load examples as a reader's shell would, and run the quickstart as a process of its own."""

import importlib.util
import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from types import ModuleType

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
# Seconds after which a demo that hangs is killed, so that its test fails instead.
LONG_ENOUGH = 120

Load = Callable[[str], ModuleType]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Import `examples/<name>.py`, each time anew."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    numbers = itertools.count()

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(
            f"example_{name}_{next(numbers)}", EXAMPLES / f"{name}.py"
        )
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        return module

    return load


class Demo:
    """A quickstart process: what it printed, and how it ended."""

    def __init__(self, *options: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(EXAMPLES / "quickstart.py"), *options],
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._watchdog = Timer(LONG_ENOUGH, self.process.kill)
        self._watchdog.start()
        self.printed = dict(self._read())

    def _read(self) -> Iterator[tuple[str, str]]:
        """Yield the labels and values printed up to the line that says how to stop."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            label, _, value = line.strip().partition("   ")
            if label:
                yield label, value.strip()
            if label.startswith("Ctrl-C"):
                return

    @property
    def page(self) -> str:
        """Return the page's origin."""
        return self.printed["The page"].removesuffix("/")

    @property
    def api(self) -> str:
        """Return the API's origin."""
        return self.printed["The API"].removesuffix("/books")

    def wait(self) -> tuple[int, str]:
        """Return the exit status and what went to stderr."""
        _, errors = self.process.communicate()
        self._watchdog.cancel()
        return self.process.returncode, errors

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.communicate()
        self._watchdog.cancel()


Run = Callable[..., Demo]


@pytest.fixture
def run() -> Iterator[Run]:
    """Start quickstarts that end with the test; ports are free ones unless others are given."""
    running: list[Demo] = []

    def run(*options: str, **environment: str) -> Demo:
        ports = {"API_PORT": "0", "PAGE_PORT": "0"}
        running.append(Demo(*options, **ports | environment))
        return running[-1]

    yield run
    for demo in running:
        demo.close()
