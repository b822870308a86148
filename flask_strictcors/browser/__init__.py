"""What a browser does with the answers: the client side of the Fetch Standard, without a network.

https://fetch.spec.whatwg.org/
"""

from flask_strictcors.browser.agent import Document, UserAgent
from flask_strictcors.browser.filtering import Visible
from flask_strictcors.browser.outcome import Outcome
from flask_strictcors.browser.quirks import LIKE, Quirks
from flask_strictcors.browser.request import Request
from flask_strictcors.browser.sites import site_of
from flask_strictcors.browser.steps import Check, Step
from flask_strictcors.browser.urls import URL
from flask_strictcors.browser.wire import Exchange, Received, Sent, Transport, UnreachableError

__all__ = [
    "LIKE",
    "URL",
    "Check",
    "Document",
    "Exchange",
    "Outcome",
    "Quirks",
    "Received",
    "Request",
    "Sent",
    "Step",
    "Transport",
    "UnreachableError",
    "UserAgent",
    "Visible",
    "site_of",
]
