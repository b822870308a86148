"""One request + one rule → one Decision."""

from flask_strictcors.core.decision.judge import Judge
from flask_strictcors.core.decision.model import (
    CORSRequest,
    Decision,
    Header,
    Reason,
    Verdict,
    topic_of,
)
from flask_strictcors.core.decision.rejection import Rejection, printable, reject
from flask_strictcors.core.decision.requested import first_foreign
from flask_strictcors.core.decision.verdicts import Offers

__all__ = [
    "CORSRequest",
    "Decision",
    "Header",
    "Judge",
    "Offers",
    "Reason",
    "Rejection",
    "Verdict",
    "first_foreign",
    "printable",
    "reject",
    "topic_of",
]
