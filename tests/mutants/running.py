"""mutmut's run, with the tests collected once instead of once for each mutant.

That makes it some ten times faster: mutmut's fork server becomes the loop of a pytest session, so
that the process of a mutant finds its tests collected, and runs them until one fails, the
likeliest first.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterable

import pytest
from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.utils.file_utils import change_cwd
from mutmut.workers.isolation import ForkServerRunner

from .choosing import likeliest

# mutmut's exit code for a mutant that does not come to an end.
TIMEOUT = 36
# The CPU seconds of a test under a mutant: these, and so many times its own.
SPARE, TIMES = 10, 20
FOREVER = 100_000
# What mutmut opens for output and never closes: left to Python, it would be a warning in some test.
KEPT: list[object] = []


class Session:
    """One pytest session in which a loop of ours stands for pytest's own."""

    def __init__(self, loop: Callable[[Session], int]) -> None:
        self.loop = loop
        self.session: pytest.Session | None = None
        self.code = 1

    def open(self) -> int:
        """Collect the tests, run the loop, and return its exit code."""
        arguments = config().pytest_add_cli_args_test_selection + config().pytest_add_cli_args
        with change_cwd("mutants"):
            pytest.main(
                ["--rootdir=.", "--tb=no", "-qq", "-p", "no:randomly", *arguments], plugins=[self]
            )
        return self.code

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run our loop instead of pytest's."""
        self.session = session
        session.config.pluginmanager.unregister(name="terminalreporter")
        self.code = self.loop(self)
        return True

    def run(self, names: Iterable[str]) -> int:
        """Run the tests until one fails, and return mutmut's exit code."""
        assert self.session is not None
        KEPT.append(sys.stdout)
        seconds = state().duration_by_test
        items = {item.nodeid: item for item in self.session.items}
        signal.signal(signal.SIGVTALRM, lambda *_: os._exit(TIMEOUT))
        tests = [items[name] for name in names]
        for test, following in zip(tests, [*tests[1:], None], strict=True):
            signal.setitimer(signal.ITIMER_VIRTUAL, SPARE + TIMES * seconds[test.nodeid])
            test.config.hook.pytest_runtest_protocol(item=test, nextitem=following)
            if self.session.testsfailed:
                return 1
        return 0


class Runner(PytestRunner):
    """What mutmut runs the tests of a mutant by."""

    opened: Session

    def warm_up(self) -> None:
        """Do nothing more: the tests are collected."""
        KEPT.append(sys.stdout)

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        """Run the tests until one fails, and return mutmut's exit code."""
        module, _, mutant = (mutant_name or "").partition(".x")
        seconds = state().duration_by_test
        return self.opened.run(likeliest(module, tests, seconds) if mutant else tests)


class Server(ForkServerRunner):
    """mutmut's fork server, inside of a pytest session."""

    def run_clean_tests(self, tests: Iterable[str]) -> int:
        """Run the tests as for a mutant, but without one, and return mutmut's exit code."""
        return self._run_one("none", tests)

    def run_forced_fail(self) -> int:
        """Run the tests where each function fails, and return mutmut's exit code."""
        # The tests have to be collected first, by functions that do not.
        set_mutant_under_test("")
        return self._run_one("fail", ())

    def _run_one(self, mutant: str, tests: Iterable[str]) -> int:
        server = Server(1, self.test_runner_class, {})
        server.startup()
        server.submit(mutant, list(tests) or list(state().duration_by_test), FOREVER, 0.0)
        result = server.wait_for_result()
        server.shutdown()
        return result.exit_code

    def _forkserver_main(self, work_fd: int, result_fd: int) -> None:
        serve = super()._forkserver_main

        def loop(session: Session) -> int:
            Runner.opened = session
            # Else each child's collector writes to all that it shares with the server.
            gc.freeze()
            serve(work_fd, result_fd)
            return 0

        Session(loop).open()


def run(patterns: tuple[str, ...]) -> None:
    """Run mutmut on the mutants whose names match, or on all of them, one at a time."""

    def runner(_: int = 1) -> Server:
        return Server(1, Runner, {})

    mutmut.get_mutant_runner = runner
    mutmut._run(patterns, 1)
