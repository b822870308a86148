"""A request that answers what a decision asks of it, and remembers what was asked."""

from dataclasses import dataclass, field

from flask_strictcors.core.policy import Answer, DynamicOrigins, interpret


@dataclass
class Asked:
    """A `CORSRequest` without a server; the callables are really called."""

    origin: str | None = None
    method: str = "GET"
    requested_headers: str | None = None
    is_preflight: bool = False
    same_origin: bool = False
    debug: bool = False
    questions: list[str] = field(default_factory=list)

    def is_same_origin(self) -> bool:
        self.questions.append("same origin?")
        return self.same_origin

    def is_debug(self) -> bool:
        self.questions.append("debug?")
        return self.debug

    def ask(self, dynamic: DynamicOrigins) -> Answer:
        assert self.origin is not None
        self.questions.append(self.origin)
        try:
            return interpret(dynamic.function(self.origin), self.origin)
        except ValueError:
            return Answer.FAILED
