"""What the property tests draw from: origins, patterns, texts that are nearly one, policies."""

from dataclasses import fields
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from flask_strictcors.core.origins import parse_entry
from flask_strictcors.core.policy import Policy

short = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SCHEMES = st.sampled_from(["https", "https", "https", "http", "capacitor", "chrome-extension"])
LABELS = st.sampled_from(
    [
        "a",
        "b",
        "foo",
        "bar",
        "barfoo",
        "com",
        "net",
        "x-y",
        "_dmarc",
        "xn--bcher-kva",
        "0",
        "a" * 63,
    ]
)
DOMAINS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
HOSTS = st.one_of(
    DOMAINS,
    DOMAINS,
    DOMAINS.map(lambda domain: domain + "."),
    st.sampled_from(["localhost", "127.0.0.1", "10.0.0.255", "[::1]", "[2001:db8::1]"]),
)
PORTS = st.sampled_from(["", "", "", ":1", ":81", ":80", ":443", ":8443", ":65535"])


@st.composite
def origins(draw: st.DrawFn) -> str:
    """Draw texts that are the origin of a page, nearly always."""
    return f"{draw(SCHEMES)}://{draw(HOSTS)}{draw(PORTS)}"


@st.composite
def entries(draw: st.DrawFn) -> str:
    """Draw origins and patterns, nearly all of them accepted."""
    star, ports = draw(st.sampled_from([("", PORTS), ("*.", PORTS), ("*.", None), ("", None)]))
    port = ":*" if ports is None else draw(ports)
    return f"{draw(SCHEMES)}://{star}{draw(HOSTS)}{port}"


accepted_entries = entries().filter(lambda text: parse_entry(text) is not None)

# What stands between two origins that are not the same, if anything does.
_PIECES = st.one_of(
    st.sampled_from("abx.-_:@/\\?#%*[]0189 ,\tXY\n\x00é"),
    st.sampled_from(["..", "://", "foo", "bar", ".com", "evil.net", "u:p@", "%2e", "null"]),
    st.sampled_from([":0", ":80", ":443", ":65536", "a" * 64, "b." * 130]),
)


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    """Draw the text with one or two slips in it: pieces put in, cut out, changed in case."""
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        until = min(len(text), at + draw(st.integers(0, 4)))
        match draw(st.sampled_from(["in", "front", "behind", "cut", "upper", "scheme", "swap"])):
            case "in":
                text = text[:at] + draw(_PIECES) + text[at:]
            case "front":
                scheme, separator, rest = text.partition("://")
                text = scheme + separator + draw(_PIECES) + rest
            case "behind":
                text += draw(_PIECES)
            case "cut":
                text = text[:at] + text[until:]
            case "upper":
                text = text[:at] + text[at:until].upper() + text[until:]
            case "scheme":
                text = draw(SCHEMES) + "://" + text.partition("://")[2]
            case "swap":
                text = text[:at] + draw(_PIECES) + text[until:]
    return text


@st.composite
def origins_near(draw: st.DrawFn, written: list[str]) -> str:
    """Draw an origin that one of the entries admits, or one that a slip keeps out."""
    text = draw(st.sampled_from(written)) if written else draw(origins())
    text = text.replace("://*.", f"://{draw(st.sampled_from(['a', 'a.b', 'bar', '']))}.")
    if text.endswith(":*"):
        text = text[:-2] + draw(PORTS)
    return draw(mutated(text))


TOKENS = st.sampled_from(["X-Token", "Content-Type", "x-a", "X-B", "Authorization", "X" * 256])
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "patch", "QUERY", "OPTIONS"])


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Draw policies that are valid by construction."""
    options: dict[str, Any] = {
        "methods": draw(st.none() | st.just("*") | st.lists(METHODS, max_size=3)),
        "allow_headers": draw(st.just("*") | st.lists(TOKENS, max_size=3)),
        "expose_headers": draw(st.just("*") | st.lists(st.just("X-Total"), max_size=1)),
        "max_age": draw(st.none() | st.integers(0, 86400)),
    }
    some = st.lists(accepted_entries, min_size=1, max_size=4)
    kind = draw(st.sampled_from(["any", "list", "callable", "unbounded"]))
    if kind == "any":
        return Policy(origins="*", **options)
    options["debug_origins"] = draw(st.lists(accepted_entries, max_size=2))
    if kind == "list":
        options["origins"] = draw(some)
    else:
        answer = draw(st.sampled_from([True, False, None, 1, "https://foo.com", ["http://a.b"]]))
        options["origins"] = lambda origin: answer
        options["allowlist"] = draw(some) if kind == "callable" else "*"
    if draw(st.booleans()):
        dangers = [f.name for f in fields(Policy) if f.name.startswith("dangerously_")]
        options |= {"credentials": True} | dict.fromkeys(dangers, True)
        for wildcard in ("allow_headers", "expose_headers"):
            options[wildcard] = () if options[wildcard] == "*" else options[wildcard]
    return Policy(**options)
