"""Names of methods and headers: what they read back as, what is refused."""

import pytest

from flask_strictcors.core.errors import Code
from flask_strictcors.core.policy import Policy

from .refusing import codes, problem_of, problems_of

METHODS = [
    (None, None),
    ("*", "*"),
    ("PUT", ("PUT",)),
    (["PUT", "DELETE"], ("PUT", "DELETE")),
    (["PUT", "PUT"], ("PUT",)),
    (["GET"], ("GET", "HEAD")),
    (["HEAD", "GET"], ("HEAD", "GET")),
    (["POST", "GET", "PUT"], ("POST", "GET", "PUT", "HEAD")),
    (["PATCH", "patch", "Query", "X-Mine"], ("PATCH", "patch", "Query", "X-Mine")),
    ((name for name in ["PUT"]), ("PUT",)),
    ([], ()),
]


@pytest.mark.parametrize(("given", "read"), METHODS)
def test_methods_read_back(given: object, read: object) -> None:
    assert Policy(origins="*", methods=given).methods == read


NO_NAME = "one name for each item, of letters, digits and hyphens"

METHODS_REFUSED = [
    (["get"], Code.METHOD_CASE, "GET"),
    (["Delete"], Code.METHOD_CASE, "DELETE"),
    (["CONNECT"], Code.METHOD_FORBIDDEN, "remove it"),
    (["trace"], Code.METHOD_FORBIDDEN, "remove it"),
    (["TRACK"], Code.METHOD_FORBIDDEN, "remove it"),
    (["GET, PUT"], Code.METHOD_SYNTAX, "['GET', 'PUT']"),
    ("GET PUT", Code.METHOD_SYNTAX, "['GET', 'PUT']"),
    (["get, PUT"], Code.METHOD_SYNTAX, NO_NAME),
    (["GET, *"], Code.METHOD_SYNTAX, NO_NAME),
    (["GET "], Code.METHOD_SYNTAX, NO_NAME),
    ([""], Code.METHOD_SYNTAX, NO_NAME),
    (["PÜT"], Code.METHOD_SYNTAX, NO_NAME),
    (["PUT\n"], Code.METHOD_SYNTAX, NO_NAME),
    (["X" * 257], Code.METHOD_SYNTAX, NO_NAME),
    (["PUT", "*"], Code.WILDCARD_IN_LIST, '"*"'),
]


@pytest.mark.parametrize(("given", "code", "fix"), METHODS_REFUSED)
def test_methods_are_refused(given: object, code: Code, fix: str) -> None:
    problem = problem_of(origins="*", methods=given)
    assert (problem.code, problem.field, problem.fix) == (code, "methods", fix)
    assert repr(problem.value) in problem.message


HEADERS = [
    ("*", "*"),
    ("X-A", ("X-A",)),
    (["X-A", "x-b"], ("X-A", "x-b")),
    (["X-A", "x-a", "X-A"], ("X-A",)),
    ([], ()),
    ({"X-A": 1}.keys(), ("X-A",)),
]


@pytest.mark.parametrize("option", ["allow_headers", "expose_headers"])
@pytest.mark.parametrize(("given", "read"), HEADERS)
def test_headers_read_back(option: str, given: object, read: object) -> None:
    assert getattr(Policy(origins="*", **{option: given}), option) == read


HEADERS_REFUSED = [
    ("allow_headers", ["X-A", "*"], Code.WILDCARD_IN_LIST, '"*"'),
    ("allow_headers", ["X-A:"], Code.HEADER_SYNTAX, NO_NAME),
    ("allow_headers", [""], Code.HEADER_SYNTAX, NO_NAME),
    ("allow_headers", ["X-Ä"], Code.HEADER_SYNTAX, NO_NAME),
    ("allow_headers", ["X-A\r\nX-B"], Code.HEADER_SYNTAX, "['X-A', 'X-B']"),
    ("allow_headers", ["X-A\r\nSet-Cookie"], Code.HEADER_SYNTAX, NO_NAME),
    ("allow_headers", ["X-A, X-Ä"], Code.HEADER_SYNTAX, NO_NAME),
    ("allow_headers", "X-A, X-B", Code.HEADER_SYNTAX, "['X-A', 'X-B']"),
    ("allow_headers", ["Cookie"], Code.HEADER_FORBIDDEN, "remove it"),
    ("allow_headers", ["Sec-Anything"], Code.HEADER_FORBIDDEN, "remove it"),
    ("allow_headers", ["Proxy-Authorization"], Code.HEADER_FORBIDDEN, "remove it"),
    ("allow_headers", ["HOST"], Code.HEADER_FORBIDDEN, "remove it"),
    ("allow_headers", ["ETag"], Code.HEADER_DIRECTION, "expose_headers"),
    ("allow_headers", ["Set-Cookie"], Code.HEADER_DIRECTION, "expose_headers"),
    ("allow_headers", ["Access-Control-Allow-Origin"], Code.HEADER_DIRECTION, "expose_headers"),
    ("expose_headers", ["X-A", "*"], Code.WILDCARD_IN_LIST, '"*"'),
    ("expose_headers", ["X A"], Code.HEADER_SYNTAX, "['X', 'A']"),
    ("expose_headers", ["Set-Cookie"], Code.HEADER_FORBIDDEN, "remove it"),
    ("expose_headers", ["set-cookie2"], Code.HEADER_FORBIDDEN, "remove it"),
    ("expose_headers", ["Authorization"], Code.HEADER_DIRECTION, "allow_headers"),
    ("expose_headers", ["accept"], Code.HEADER_DIRECTION, "allow_headers"),
    ("expose_headers", ["Access-Control-Request-Method"], Code.HEADER_DIRECTION, "allow_headers"),
]


@pytest.mark.parametrize(("option", "given", "code", "fix"), HEADERS_REFUSED)
def test_headers_are_refused(option: str, given: object, code: Code, fix: str) -> None:
    problem = problem_of(origins="*", **{option: given})
    assert (problem.code, problem.field) == (code, option)
    assert fix in problem.fix
    assert repr(problem.value) in problem.message


@pytest.mark.parametrize("name", ["Authorization", "X-Token", "If-Match", "Range", "Accept"])
def test_headers_that_scripts_set_may_be_allowed(name: str) -> None:
    assert Policy(origins="*", allow_headers=[name]).allow_headers == (name,)


@pytest.mark.parametrize("name", ["ETag", "Location", "X-Total", "Content-Length", "Retry-After"])
def test_headers_that_scripts_read_may_be_exposed(name: str) -> None:
    assert Policy(origins="*", expose_headers=[name]).expose_headers == (name,)


def test_each_name_that_is_refused_is_a_problem() -> None:
    problems = problems_of(Policy, origins="*", methods=["get", "PUT", "TRACE", "a b"])
    assert codes(problems) == [Code.METHOD_CASE, Code.METHOD_FORBIDDEN, Code.METHOD_SYNTAX]
    assert [problem.value for problem in problems] == ["get", "TRACE", "a b"]
