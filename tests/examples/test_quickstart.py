"""`make demo`, as a process of its own: what it prints holds, and it stops cleanly."""

import json
import shlex
import signal
import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from .conftest import Demo, Run

pytestmark = pytest.mark.once

BOOKS = ["Emma", "Middlemarch", "Walden"]

open_directly = build_opener(ProxyHandler({})).open


def paste(line: str) -> HTTPResponse:
    """Send the request of a printed curl line."""
    curl, show_head, header, value, url = shlex.split(line)
    assert (curl, show_head, header) == ("curl", "-i", "-H")
    name, _, content = value.partition(": ")
    return open_directly(Request(url, headers={name: content}))


def get(url: str) -> Any:
    with open_directly(url) as response:
        return json.load(response)


def port_of(origin: str) -> int:
    port = urlsplit(origin).port
    assert port is not None
    return port


def listen(port: int = 0, host: str = "127.0.0.1") -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen()
    return listener


@pytest.fixture
def demo(run: Run) -> Demo:
    return run()


def test_both_addresses_are_printed_and_answer(demo: Demo) -> None:
    with open_directly(demo.printed["The page"]) as page:
        assert page.headers["Content-Type"].startswith("text/html")
        assert b"Two origins" in page.read()
    assert get(demo.printed["The API"]) == BOOKS
    assert demo.page != demo.api


def test_the_page_needs_nothing_from_elsewhere(demo: Demo) -> None:
    for name in ("", "page.css", "page.js", "calls.js", "show.js", "icon.svg"):
        with open_directly(f"{demo.page}/{name}") as response:
            text = response.read().decode()
        addresses = {word for word in text.replace('"', " ").split() if "://" in word}
        assert addresses <= {"http://www.w3.org/2000/svg"}


def test_the_allowed_curl_line_is_allowed(demo: Demo) -> None:
    with paste(demo.printed["Allowed"]) as response:
        assert json.load(response) == BOOKS
        assert response.headers["Access-Control-Allow-Origin"] == demo.page
        assert response.headers["Access-Control-Allow-Credentials"] == "true"
        assert response.headers["Access-Control-Expose-Headers"] == "X-Total-Count"
        assert response.headers["Vary"] == "Origin"


def test_the_refused_curl_line_is_refused(demo: Demo) -> None:
    with paste(demo.printed["Refused"]) as response:
        assert json.load(response) == BOOKS
        assert not [name for name in response.headers if name.startswith("Access-Control-")]
        assert response.headers["Vary"] == "Origin"


def test_the_refusal_is_said_in_the_terminal(demo: Demo) -> None:
    paste(demo.printed["Refused"]).close()
    demo.process.send_signal(signal.SIGINT)
    _, errors = demo.wait()
    assert "https://elsewhere.example, GET /books: " in errors


def test_the_other_side_of_a_call_is_told_by_its_id(demo: Demo) -> None:
    asked = Request(f"{demo.api}/prices?call=one", headers={"Origin": demo.page})
    open_directly(asked).close()
    open_directly(f"{demo.api}/books?call=two").close()
    (exchange,) = get(f"{demo.page}/stories/one")
    assert exchange["decision"]["allowed"] is False
    assert exchange["decision"]["reason"] == "not-allowed"
    assert [heard["name"] for heard in exchange["signals"]] == ["origin_rejected"]
    assert exchange["answer"]["status"] == "200 OK"
    assert "def prices" in exchange["view"]
    assert get(f"{demo.page}/stories/three") == []


def test_the_500_is_recorded_in_debug_too(run: Run) -> None:
    demo = run(FLASK_DEBUG="1")
    asked = Request(f"{demo.api}/broken?call=one", headers={"Origin": demo.page})
    with pytest.raises(HTTPError) as caught:
        open_directly(asked)
    with caught.value as response:
        assert response.headers["Access-Control-Allow-Origin"] == demo.page
    (exchange,) = get(f"{demo.page}/stories/one")
    assert exchange["answer"]["status"].startswith("500")


def test_the_planned_failure_is_logged_in_one_line(demo: Demo) -> None:
    with pytest.raises(HTTPError) as caught:
        open_directly(f"{demo.api}/broken")
    caught.value.close()
    demo.process.send_signal(signal.SIGINT)
    status, errors = demo.wait()
    assert status == 0
    assert errors.endswith("Exception on /broken [GET]: this view always fails\n")
    assert errors.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly_also_with_a_connection_open(
    demo: Demo, number: signal.Signals
) -> None:
    ports = port_of(demo.api), port_of(demo.page)
    with socket.create_connection(("127.0.0.1", ports[0])):
        demo.process.send_signal(number)
        assert demo.wait() == (0, "")
    for port in ports:
        listen(port).close()


def test_ports_come_from_options_before_the_environment(run: Run) -> None:
    with listen() as one, listen() as two:
        ports = [str(listener.getsockname()[1]) for listener in (one, two)]
    demo = run("--api-port", ports[0], API_PORT="1", PAGE_PORT=ports[1])
    assert [str(port_of(demo.api)), str(port_of(demo.page))] == ports


@pytest.fixture(params=["127.0.0.1", "0.0.0.0", "::1"])
def taken(request: pytest.FixtureRequest) -> Iterator[int]:
    try:
        addresses = socket.getaddrinfo("localhost", None)
        listener = listen(host=request.param)
    except OSError as error:
        pytest.skip(f"{request.param} cannot be listened on here: {error}")
    with listener:
        if request.param == "::1" and "::1" not in {address[0] for *_, address in addresses}:
            pytest.skip("localhost is not ::1 here")
        yield listener.getsockname()[1]


@pytest.mark.parametrize("variable", ["API_PORT", "PAGE_PORT"])
def test_a_taken_port_gives_one_plain_line(run: Run, taken: int, variable: str) -> None:
    demo = run(**{variable: str(taken)})
    status, errors = demo.wait()
    option = {"API_PORT": "--api-port", "PAGE_PORT": "--page-port"}[variable]
    assert (status, demo.printed) == (1, {})
    assert errors == (
        f"Port {taken} is taken. Choose another with {option} or {variable}; "
        f"0 takes any free one: {variable}=0 make demo\n"
    )


def test_one_port_for_both_is_taken_as_well(run: Run) -> None:
    with listen() as listener:
        port = str(listener.getsockname()[1])
    status, errors = run(API_PORT=port, PAGE_PORT=port).wait()
    assert status == 1
    assert errors.startswith(f"Port {port} is taken.")


@pytest.mark.parametrize("port", ["65536", "-1", "http", "²"])
def test_a_port_that_cannot_be_is_named(run: Run, port: str) -> None:
    status, errors = run(f"--api-port={port}").wait()
    assert status == 2
    assert f"{port!r} is not a port" in errors
