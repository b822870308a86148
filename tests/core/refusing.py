"""What a configuration is refused for."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from flask_strictcors.core.errors import Code, PolicyError, Problem
from flask_strictcors.core.policy import Policy


def problems_of(make: Callable[..., object], *args: Any, **options: Any) -> tuple[Problem, ...]:
    """Return all problems of a call that must be refused."""
    with pytest.raises(PolicyError) as caught:
        make(*args, **options)
    return caught.value.problems


def problem_of(**options: Any) -> Problem:
    """Return the one problem of a policy that must be refused."""
    (problem,) = problems_of(Policy, **options)
    return problem


def codes(problems: Iterable[Problem]) -> list[Code]:
    """Return the problems' codes, in their order."""
    return [problem.code for problem in problems]
