"""What a script asks for: the arguments of one `fetch()`, and whether they can be meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from flask_strictcors.browser.headers import normalized_method, normalized_value
from flask_strictcors.browser.steps import Check, Step
from flask_strictcors.browser.wire import Header
from flask_strictcors.core.fetch import SAFELISTED_METHODS, is_forbidden_method, is_token

Credentials = Literal["omit", "same-origin", "include"]
Mode = Literal["cors", "no-cors", "same-origin"]
Redirect = Literal["follow", "error", "manual"]

CHOICES: Final = {
    "credentials": ("omit", "same-origin", "include"),
    "mode": ("cors", "no-cors", "same-origin"),
    "redirect": ("follow", "error", "manual"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """Hold the arguments of one `fetch()`.

    `content_type` is what the body brings along where the script sets none;
    `use_cors_preflight` asks for a preflight whatever the rest says, as upload listeners do.
    https://fetch.spec.whatwg.org/#requestinit
    """

    url: str
    method: str = "GET"
    headers: tuple[Header, ...] = ()
    body: bytes | None = None
    content_type: str | None = None
    credentials: Credentials = "same-origin"
    mode: Mode = "cors"
    redirect: Redirect = "follow"
    use_cors_preflight: bool = False

    def problem(self) -> Check | None:
        """Return why the call throws before anything is sent, or None.

        https://fetch.spec.whatwg.org/#dom-request
        """
        method = normalized_method(self.method)
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                said = f"fetch() knows no {name} {getattr(self, name)!r}."
                return _refused(said, f"one of {', '.join(choices)}")
        if not is_token(method) or is_forbidden_method(method):
            said = f"A script cannot send {self.method!r} as a method."
            return _refused(said, "another method")
        if self.mode == "no-cors" and method not in SAFELISTED_METHODS:
            said = f"A script cannot send {method} without CORS."
            return _refused(said, "mode='cors', or one of GET, HEAD and POST")
        for name, value in self.headers:
            if not is_token(name) or normalized_value(value) is None:
                said = f"{name!r}: {value!r} cannot be a header."
                return _refused(said, "a name and a value of HTTP's grammar")
        if self.body is not None and method in ("GET", "HEAD"):
            return _refused(f"A script cannot send a body with {method}.", "POST, or no body")
        return None


def _refused(message: str, fix: str) -> Check:
    return Check(Step.REQUEST, passed=False, message=message, fix=f"In the script: {fix}.")
