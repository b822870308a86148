"""What mutmut left in the folder mutants, and what survivors.toml says of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

from .judging import Change, Mutant

SURVIVORS = Path(__file__).with_name("survivors.toml")
# Whoever runs a mutant that does not come to an end sees it.
KILLED = {"killed", "timeout"}


def read_mutants(patterns: tuple[str, ...]) -> Iterator[Mutant]:
    """Yield the mutants whose names match one of the patterns, or all of them."""
    for path in walk_mutatable_files():
        results = SourceFileMutationData(path=path)
        results.load()
        for name, code in results.exit_code_by_key.items():
            if not patterns or any(fnmatch(name, pattern) for pattern in patterns):
                is_killed = status_by_exit_code[code] in KILLED
                change = None if is_killed else _change(name, path)
                yield Mutant(name, _function(name), change)


def _change(name: str, path: Path) -> Change:
    lines = get_diff_for_mutant(name, path=path).splitlines()[2:]
    return Change(_function(name), _marked("-", lines), _marked("+", lines))


def _function(name: str) -> str:
    module = name.partition(".x")[0].removeprefix("flask_strictcors.")
    function, of_class = orig_function_and_class_names_from_key(name)
    return ".".join(filter(None, [module, of_class, function]))


def _marked(mark: str, lines: Iterable[str]) -> str:
    return "\n".join(line[1:].strip() for line in lines if line.startswith(mark))


def read_listed() -> Iterator[Change]:
    """Yield the survivors that are listed, each with a reason."""
    for entry in tomllib.loads(SURVIVORS.read_text())["survivor"]:
        yield from _listed(**entry)


def _listed(function: str, was: str, becomes: str | list[str], why: str) -> Iterator[Change]:
    assert why, f"{function}: {was!r} has no reason"
    for one in [becomes] if isinstance(becomes, str) else becomes:
        yield Change(function, was.strip(), one.strip())
