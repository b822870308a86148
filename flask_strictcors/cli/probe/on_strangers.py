"""What strangers get: origins that nobody can have meant to allow."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from flask_strictcors.cli.probe.answers import Answer, Role, Seen
from flask_strictcors.cli.probe.codes import Code
from flask_strictcors.cli.probe.findings import Finding
from flask_strictcors.cli.probe.on_headers import as_lines
from flask_strictcors.cli.probe.strangers import Kind
from flask_strictcors.core.fetch import ALLOW_CREDENTIALS, ALLOW_ORIGIN

_CODES: Final = MappingProxyType(
    {
        Kind.ANYBODY: Code.ORIGIN_REFLECTED,
        Kind.PREFIX: Code.ORIGIN_PREFIX_ADMITTED,
        Kind.SUFFIX: Code.ORIGIN_SUFFIX_ADMITTED,
        Kind.DOT: Code.ORIGIN_DOT_ADMITTED,
        Kind.INSECURE: Code.ORIGIN_INSECURE_ADMITTED,
        Kind.SIBLING: Code.ORIGIN_SIBLING_ADMITTED,
    }
)


def on_strangers(seen: Seen) -> Iterator[Finding]:
    """Yield which strangers are let in."""
    asked = seen.all(Role.STRANGER, Role.STRANGER_PREFLIGHT)
    kinds = {answer.kind for answer in asked if answer.allows_its_origin}
    for answer in asked:
        code = _code(answer)
        if code is not None and answer.allows_its_origin and not _is_told(answer.kind, kinds):
            yield _found(code, answer)
    for answer in seen.answers:
        if answer.allowed == ("null",):
            yield _found(Code.NULL_ALLOWED, answer)


def _is_told(kind: Kind | None, kinds: set[Kind | None]) -> bool:
    """Report whether another finding says it already: what ends alike fits without the dot, too."""
    return kind is Kind.DOT and Kind.SUFFIX in kinds


def _code(answer: Answer) -> Code | None:
    """Return the code of a stranger that is let in; null has one wherever it is allowed."""
    if answer.kind is Kind.ANYBODY and answer.allows_credentials:
        return Code.ORIGIN_REFLECTED_WITH_CREDENTIALS
    return None if answer.kind is None else _CODES.get(answer.kind)


def _found(code: Code, answer: Answer) -> Finding:
    said = as_lines(answer, ALLOW_ORIGIN, ALLOW_CREDENTIALS)
    return Finding(code, answer.place, said)
