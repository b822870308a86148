"""A real nginx before a real gunicorn: what is wrong between them is named, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from programs import lack

from .conftest import Authority, ask, type_it
from .proxy import MissingServerError, Place, find_nginx, gunicorn, nginx
from .scripted import PAGE

TO_SHOP = "proxy_pass http://shop;"
ALL = f"location / {{ {TO_SHOP} }}"
ORIGIN = "add_header Access-Control-Allow-Origin"
CREDENTIALS = "add_header Access-Control-Allow-Credentials true"
OURS_HIDDEN = (
    "proxy_hide_header Access-Control-Allow-Origin; "
    "proxy_hide_header Access-Control-Allow-Credentials;"
)
LISTS = (
    'add_header Access-Control-Allow-Methods "GET, PUT"; '
    "add_header Access-Control-Allow-Headers Content-Type;"
)
KEPT = (
    f"{TO_SHOP} proxy_cache kept; proxy_cache_valid 200 1m; "
    "add_header X-Cache $upstream_cache_status;"
)


def where(answer: str) -> str:
    return f"location / {{ {answer} {TO_SHOP} }}"


def options(answer: str) -> str:
    return where(f"if ($request_method = OPTIONS) {{ {answer} }}")


CONFIGURATIONS: dict[str, tuple[str, list[str], int]] = {
    "correct": (ALL, [], 0),
    "doubling ours": (
        where(f"{ORIGIN} {PAGE};"),
        ["allow-origin-doubled"],
        1,
    ),
    "doubling ours with another": (
        where(f"{ORIGIN} * always;"),
        ["allow-origin-doubled"],
        1,
    ),
    "answering OPTIONS itself": (
        options(f"{ORIGIN} *; {LISTS} return 204;"),
        ["preflight-differs"],
        1,
    ),
    "answering OPTIONS itself, rightly": (
        options(f"{ORIGIN} {PAGE}; {CREDENTIALS}; {LISTS} return 204;"),
        [],
        0,
    ),
    "answering OPTIONS itself, with nothing": (
        options("return 204;"),
        ["preflight-without-headers"],
        1,
    ),
    "answering OPTIONS itself, to everybody": (
        options(f"{ORIGIN} $http_origin; {CREDENTIALS}; {LISTS} return 204;"),
        ["origin-reflected-with-credentials"],
        1,
    ),
    "knowing no OPTIONS": (options("return 405;"), ["preflight-method-refused"], 1),
    "letting few methods through": (
        where("limit_except GET PUT { deny all; }"),
        ["preflight-forbidden"],
        1,
    ),
    "asking for a password": (
        where("auth_basic shop; auth_basic_user_file /nowhere;"),
        ["preflight-unauthorized"],
        1,
    ),
    "leading to https": (
        "return 301 https://$host$request_uri;",
        ["preflight-redirected", "redirected"],
        1,
    ),
    "with a slash at the end": (
        f"location = /users {{ return 308 /users/; }} location / {{ {TO_SHOP} }}",
        ["preflight-redirected", "redirected"],
        1,
    ),
    "dropping OPTIONS": (options("return 444;"), ["preflight-unanswered", "answer-missing"], 1),
    "hiding Vary": (
        where("proxy_hide_header Vary;"),
        ["vary-missing"],
        1,
    ),
    "with a cache": (f"location / {{ {KEPT} }}", [], 0),
    "with a cache that ignores Vary": (
        f"location / {{ proxy_ignore_headers Vary; {KEPT} }}",
        ["cache-crossing"],
        1,
    ),
    "with a cache that ignores Vary and the query": (
        f"location / {{ proxy_ignore_headers Vary; proxy_cache_key shop$uri; {KEPT} }}",
        ["cache-crossing"],
        1,
    ),
    "reflecting": (
        where(f"{OURS_HIDDEN} {ORIGIN} $http_origin always; {CREDENTIALS} always;"),
        ["origin-reflected-with-credentials", "null-allowed"],
        1,
    ),
    "matching with a loose expression": (
        "set $told ''; if ($http_origin ~ ^https://.*example\\.com) { set $told $http_origin; } "
        + where(f"{OURS_HIDDEN} {ORIGIN} $told always; {CREDENTIALS} always;"),
        ["origin-prefix-admitted", "origin-suffix-admitted", "origin-sibling-admitted"],
        1,
    ),
    "answering errors itself": (
        f"location /strictcors {{ return 404; }} {ALL}",
        ["error-without-headers"],
        0,
    ),
}


PAGE_OF_DOCS = Path(__file__).parents[3] / "docs" / "nginx.md"


def documented(where: str) -> str:
    """Return the block of the documents that belongs there, in front of the app of the tests."""
    text = PAGE_OF_DOCS.read_text().partition(f"<!-- in: {where} -->\n```nginx\n")[2]
    return text.partition("```")[0].replace("http://127.0.0.1:8000", "http://shop/silent/")


def need_servers() -> None:
    """Skip what needs the servers where they are missing; fail where somebody asks for them."""
    try:
        find_nginx()
    except MissingServerError as reason:
        lack(reason)


@pytest.fixture(scope="module")
def ports(
    tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> Iterator[dict[str, int]]:
    need_servers()
    folder = tmp_path_factory.mktemp("proxy")
    servers = {name: text for name, (text, _, _) in CONFIGURATIONS.items()}
    (folder / "passwords").write_text("ada:{PLAIN}secret\n")
    password = documented("location").replace("/etc/nginx", str(folder))
    servers["password"] = where(password)
    servers["documented"] = documented("server")
    servers["files"] = documented("files").replace("/var/www", str(folder))
    servers["tls"] = f"ssl_certificate {authority.chain}; {ALL}"
    with ExitStack() as stack:
        upstream = stack.enter_context(gunicorn(folder))
        place = Place(folder, upstream, authority.chain)
        yield stack.enter_context(nginx(place, servers, before=documented("http")))


@pytest.mark.parametrize("asked", ["", "1"])
def test_a_missing_nginx_is_a_skip_and_a_failure_where_it_is_asked_for(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name, path: None)
    monkeypatch.setenv("STRICTCORS_REQUIRE_BROWSERS", asked)
    outcome = pytest.fail.Exception if asked else pytest.skip.Exception
    with pytest.raises(outcome, match="no nginx here: apt-get install nginx"):
        need_servers()


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_proxy_shows_its_faults_and_no_others(name: str, ports: dict[str, int]) -> None:
    _, codes, status = CONFIGURATIONS[name]
    # A page over http, because the proxy speaks http: at loopback, browsers do not mind.
    printed = ask(
        f"http://127.0.0.1:{ports[name]}/users",
        "--method",
        "PUT",
        "--credentials",
        "--header",
        "Content-Type",
    )
    assert (printed.codes, printed.status) == (codes, status), printed.err


def test_a_cache_that_crosses_origins_is_caught_in_the_act(ports: dict[str, int]) -> None:
    printed = ask(f"http://127.0.0.1:{ports['with a cache that ignores Vary']}/users")
    (finding,) = printed.json["findings"]
    assert f"got Access-Control-Allow-Origin: {PAGE} (X-Cache: HIT), and" in finding["seen"]


def test_a_cache_that_keeps_origins_apart_is_no_finding_though_it_answers(
    ports: dict[str, int],
) -> None:
    for hits in (False, True):
        printed = ask(f"http://127.0.0.1:{ports['with a cache']}/users?kept", "--exact-url")
        first = next(answer for answer in printed.json["requests"] if answer["origin"] == PAGE)
        assert (["X-Cache", "HIT"] in first["headers"]) is hits
        assert (printed.status, printed.codes) == (0, [])


def test_the_method_itself_is_sent_where_that_is_asked_for(ports: dict[str, int]) -> None:
    words = ("--method", "PUT", "--credentials", "--send")
    printed = ask(f"http://127.0.0.1:{ports['correct']}/users", *words)
    assert (printed.status, printed.codes) == (0, [])
    assert [request["method"] for request in printed.json["requests"][:2]] == ["OPTIONS", "PUT"]


def test_a_proxy_with_tls_is_asked_by_its_authority(
    ports: dict[str, int], authority: Authority
) -> None:
    url = f"https://localhost:{ports['tls']}/users"
    trusted = ask(url, "--ca", str(authority.pem))
    assert (trusted.status, trusted.codes) == (0, [])
    stranger = ask(url)
    assert (stranger.status, stranger.out) == (2, "")
    assert "is not trusted" in stranger.err.splitlines()[-1]
    insecure = ask(url, "--insecure")
    assert (insecure.status, insecure.codes) == (0, [])
    assert "--insecure: whoever answers is believed" in insecure.err


def test_a_proxy_without_a_server_behind_it_is_told_as_it_is(ports: dict[str, int]) -> None:
    printed = type_it(f"https://127.0.0.1:{ports['correct']}/users", "--origin", PAGE)
    assert printed.status == 2
    assert "speaks no TLS" in printed.err


def test_nginx_as_the_documents_show_it_has_no_fault(ports: dict[str, int]) -> None:
    words = ("--method", "PUT", "--credentials", "--send", "--header", "Content-Type")
    printed = ask(f"http://127.0.0.1:{ports['documented']}/", *words)
    assert (printed.status, printed.codes) == (0, []), printed.out


def test_files_as_the_documents_show_them_are_for_everybody_errors_too(
    ports: dict[str, int],
) -> None:
    printed = ask(f"http://127.0.0.1:{ports['files']}/static/fonts/none.woff2")
    assert (printed.status, printed.codes) == (0, []), printed.out


def test_a_password_as_the_documents_show_it_lets_preflights_pass(ports: dict[str, int]) -> None:
    password = "Authorization: Basic YWRhOnNlY3JldA=="
    words = ("--method", "PUT", "--credentials", "--header", password)
    url = f"http://127.0.0.1:{ports['password']}/users"
    printed = ask(url, *words)
    assert (printed.status, printed.codes) == (0, []), printed.out
    assert ask(url, *words[:-1], "Authorization: Basic none", "--send").status == 1
