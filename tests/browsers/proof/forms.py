"""Sends a form from a page, in a real browser and in the model."""

from dataclasses import dataclass, replace

from browsers.browser import Browser, Context
from flask_strictcors.browser import Received, Request, Sent, UserAgent

from .answers import UNKEPT
from .combination import Answer, Combination, Stop
from .modelled import NOW, line_of, page_of
from .observation import Line
from .real import open_page
from .scripted import Scripted, answer_at

SUBMIT = """
(url, method) => {
  const form = document.createElement("form");
  const input = document.createElement("input");
  Object.assign(form, {method, action: url});
  Object.assign(input, {name: "a", value: "1"});
  form.append(input);
  document.body.append(form);
  form.submit();
}
"""
COOKIES = ("strict=1; SameSite=Strict", "lax=1; SameSite=Lax", "none=1; SameSite=None; Secure")
BAKING = Answer(200, (UNKEPT, *(("Set-Cookie", f"{{id}}{cookie}") for cookie in COOKIES)))


@dataclass(frozen=True, slots=True)
class Form:
    """Hold one form: where its page is, where it leads, and by which redirect it goes on."""

    name: str
    page: str
    place: str
    method: str
    status: int = 200
    onward: str = ""

    @property
    def combination(self) -> Combination:
        """Return the stops: cookies are given at the first, the form goes to the second."""
        answer = Answer(self.status, (UNKEPT, *([("Location", "{2}")] if self.onward else [])))
        last = Stop(self.onward or self.place, Answer(204), Answer(200, (UNKEPT,)))
        stop = Stop(self.place, Answer(204), answer)
        return Combination(
            self.name, self.page, (Stop(last.place, Answer(204), BAKING), stop, last), ()
        )


def submitted(browser: Browser, context: Context, app: Scripted, form: Form) -> tuple[Line, ...]:
    """Return what a real browser sends; its profile may have sent other forms before."""
    combination = form.combination
    app.add(combination)
    context.open(app.map.url(combination, 0))
    page = open_page(context, app.map, form.page)
    page.run(SUBMIT, app.map.url(combination, 1), form.method)
    last = app.map.url(combination, 2 if form.onward else 1)
    assert browser.session.wait_for(
        lambda event: (
            event["method"] == "browsingContext.load" and event["params"]["url"].startswith(last)
        )
    ), f"the form never arrived at {last}"
    return tuple(_shared(form, line) for line in app.take(combination)[1:])


def imagined(app: Scripted, form: Form, like: str) -> tuple[Line, ...]:
    """Return what the model sends."""
    combination = form.combination

    def transport(sent: Sent) -> Received:
        answer = answer_at(app.map, combination, line_of(sent))
        return Received(answer.status, answer.headers)

    agent = UserAgent(transport, like, now=lambda: NOW)
    start = app.map.url(combination, 0)
    assert agent.open(start).fetch(Request(start)).response is not None
    url, body, content_type = app.map.url(combination, 1), None, ""
    if form.method == "GET":
        url += "?a=1"
    else:
        body, content_type = b"a=1", "application/x-www-form-urlencoded"
    outcome = agent.open(page_of(app.map, combination)).submit(url, form.method, body, content_type)
    return tuple(_shared(form, line_of(exchange.sent)) for exchange in outcome.exchanges)


def _shared(form: Form, line: Line) -> Line:
    """Return a request without what the model does not claim to know of it."""
    unknown = {"accept", "referer"} if form.page == "sandboxed" else {"accept"}
    headers = {name: value for name, value in line.headers.items() if name not in unknown}
    return replace(line, headers=headers)
