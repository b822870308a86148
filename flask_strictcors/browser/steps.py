"""The steps at which a browser may stop, and what it tells the script's author then."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The stable names of the steps, in the order in which a browser takes them."""

    REQUEST = "request"  # the call itself cannot be made
    URL = "url"
    MIXED_CONTENT = "mixed-content"
    SAME_ORIGIN_MODE = "same-origin-mode"
    NETWORK = "network"
    PREFLIGHT_ORIGIN = "preflight-origin"
    PREFLIGHT_CREDENTIALS = "preflight-credentials"
    PREFLIGHT_STATUS = "preflight-status"
    PREFLIGHT_SYNTAX = "preflight-syntax"
    PREFLIGHT_METHOD = "preflight-method"
    PREFLIGHT_HEADERS = "preflight-headers"
    ORIGIN = "origin"
    CREDENTIALS = "credentials"
    RESOURCE_POLICY = "resource-policy"
    REDIRECT = "redirect"


@dataclass(frozen=True, slots=True)
class Check:
    """Hold one step that was taken: whether it passed, and a sentence that says why.

    `fix` says what to change, on the server unless the script is at fault; it is empty where the
    step passed.
    """

    step: Step
    passed: bool
    message: str
    fix: str = ""


class StoppedError(Exception):
    """A check failed, and the request ends there."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.message)
        self.check = check
