"""The signs of what must not be: strangers let in, and pages that fail."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from flask_strictcors.cli.probe.codes import Code, Sign, Weight

_CRITICAL: Final = Weight.CRITICAL
_ERROR: Final = Weight.ERROR

SIGNS: Final = MappingProxyType(
    {
        Code.ORIGIN_REFLECTED_WITH_CREDENTIALS: Sign(
            _CRITICAL,
            "An origin that nobody knows is allowed, with credentials: any site reads what the "
            "visitor's cookies open.",
            "The server sends back whatever Origin it gets: Flask-CORS with supports_credentials "
            "and no list, $http_origin in nginx, or a hook written by hand.",
            "Name the origins: StrictCORS(app, origins=[...], credentials=True); in nginx, a map.",
        ),
        Code.ORIGIN_REFLECTED: Sign(
            _CRITICAL,
            "An origin that nobody knows is allowed by its name.",
            "The server sends back whatever Origin it gets: $http_origin in nginx, a regular "
            "expression that fits all, or a hook written by hand.",
            "Name the origins; where everybody may read, send *: it says so, and caches well.",
        ),
        Code.NULL_ALLOWED: Sign(
            _CRITICAL,
            "The origin null is allowed: any site can frame a sandboxed page that has it.",
            "null is in the list of origins, or every origin is sent back.",
            "Remove null from the list, and serve the page from an http or https origin.",
        ),
        Code.ORIGIN_PREFIX_ADMITTED: Sign(
            _CRITICAL,
            "An origin is allowed because it begins like the page's.",
            "startswith(), or a regular expression without an end: re.match does not ask for one.",
            "Compare whole origins.",
        ),
        Code.ORIGIN_SUFFIX_ADMITTED: Sign(
            _CRITICAL,
            "An origin is allowed because it ends like the page's.",
            "endswith() without the dot, or a * that is no whole label.",
            "Compare whole origins; for subdomains, https://*.example.com in StrictCORS.",
        ),
        Code.ORIGIN_DOT_ADMITTED: Sign(
            _CRITICAL,
            "An origin is allowed that has another letter where the page's has a dot.",
            "A regular expression whose dots are not escaped.",
            "Compare whole origins, without a regular expression.",
        ),
        Code.CACHE_CROSSING: Sign(
            _CRITICAL,
            "The answer for one origin is given to another, or to none.",
            "A cache has no Origin in its key and ignores Vary; or servers behind one name "
            "answer differently.",
            "Put Origin into the key of the cache, or let it respect Vary.",
        ),
        Code.ORIGIN_INSECURE_ADMITTED: Sign(
            _ERROR,
            "The page's origin is allowed with http in the place of https: whoever is on the "
            "wire can be that page.",
            "The scheme is not compared, or http is in the list.",
            "Allow the https origin only.",
        ),
        Code.PREFLIGHT_UNANSWERED: Sign(
            _ERROR,
            "The preflight gets no answer, and other requests do.",
            "A firewall or a load balancer drops OPTIONS.",
            "Let OPTIONS through, up to the app.",
        ),
        Code.PREFLIGHT_REDIRECTED: Sign(
            _ERROR,
            "The preflight is redirected, and browsers follow no redirect there.",
            "http that is led to https, a slash at the end, another host, or a page for logging "
            "in.",
            "Ask for the final URL; let logins and redirects leave OPTIONS alone.",
        ),
        Code.PREFLIGHT_UNAUTHORIZED: Sign(
            _ERROR,
            "The preflight is asked who it is (401 or 407), and it never carries a cookie or "
            "Authorization.",
            "A hook, a middleware or the proxy checks logins before CORS is looked at.",
            "Answer OPTIONS before the login is checked.",
        ),
        Code.PREFLIGHT_FORBIDDEN: Sign(
            _ERROR,
            "The preflight is forbidden (403).",
            "A firewall, a check against CSRF, or a server that refuses this origin so.",
            "Let OPTIONS through to the app, and allow the origin there.",
        ),
        Code.PREFLIGHT_NOT_FOUND: Sign(
            _ERROR,
            "The preflight finds nothing (404).",
            "The URL is wrong, or only other methods are routed.",
            "Correct the URL, or route OPTIONS as well.",
        ),
        Code.PREFLIGHT_METHOD_REFUSED: Sign(
            _ERROR,
            "OPTIONS is no method here (405 or 501).",
            "The server, or a list of methods in the proxy, knows no OPTIONS.",
            "Let OPTIONS through, and answer it: StrictCORS does so by itself.",
        ),
        Code.PREFLIGHT_FAILED: Sign(
            _ERROR,
            "The preflight fails with another status that is not 2xx.",
            "The view or a hook runs for OPTIONS and breaks; or the app behind the proxy is down.",
            "Answer OPTIONS with 204 before any view; the server's log tells what broke.",
        ),
        Code.PREFLIGHT_WITHOUT_HEADERS: Sign(
            _ERROR,
            "The answer allows the page, and the answer to its preflight does not.",
            "OPTIONS is answered by somebody else: the proxy, or the framework without CORS.",
            "Leave OPTIONS to the app, as all else.",
        ),
        Code.PREFLIGHT_DIFFERS: Sign(
            _ERROR,
            "The preflight and the answer allow different origins, or only one of them "
            "credentials.",
            "Two authors: the proxy answers OPTIONS, and the app the rest.",
            "One author only: leave OPTIONS to the app.",
        ),
        Code.ACTUAL_WITHOUT_HEADERS: Sign(
            _ERROR,
            "The preflight allows the page, and the answer itself does not.",
            "Only OPTIONS has the headers: they are set in its branch, or lost on errors.",
            "Send Access-Control-Allow-Origin with every answer, errors too.",
        ),
        Code.ALLOW_ORIGIN_DOUBLED: Sign(
            _ERROR,
            "Access-Control-Allow-Origin is there more than once: every browser refuses that.",
            "Two authors: the app, and add_header or a rule of the CDN.",
            "One author only: remove the header from the proxy.",
        ),
        Code.ALLOW_ORIGIN_LIST: Sign(
            _ERROR,
            "Access-Control-Allow-Origin holds several values in one line: no browser reads that.",
            "A list of origins was sent as it is, or a proxy joined two lines.",
            "Send the one origin that asked, if it is in the list, with Vary: Origin.",
        ),
        Code.ALLOW_ORIGIN_ALTERED: Sign(
            _ERROR,
            "Access-Control-Allow-Origin means the page, but is not written as the browser "
            "writes it.",
            "A slash at the end, upper case, or the port that the scheme has anyway.",
            "Send the origin byte for byte.",
        ),
        Code.ALLOW_ORIGIN_MALFORMED: Sign(
            _ERROR,
            "Access-Control-Allow-Origin is neither an origin nor *.",
            "A pattern, a host without its scheme, or an empty variable was sent as it is.",
            "Send the one origin that asked, if it is allowed.",
        ),
        Code.WILDCARD_WITH_CREDENTIALS: Sign(
            _ERROR,
            "* stands beside Access-Control-Allow-Credentials: with credentials no browser "
            "accepts it.",
            "Credentials were switched on without naming the origins.",
            "Name the origins, or give credentials up. Never reflect the origin instead.",
        ),
        Code.VARY_MISSING: Sign(
            _ERROR,
            "The answer depends on the origin, and not each answer says so with Vary: Origin.",
            "The proxy hides Vary, or the server sends it never, or only where an origin is "
            "allowed.",
            "Send Vary: Origin with every answer, also without Origin; no proxy_hide_header Vary.",
        ),
        Code.LIST_MALFORMED: Sign(
            _ERROR,
            "A list holds something that is no name, which voids all of it.",
            "Blanks or semicolons for commas, quotation marks, or a list of Python as text.",
            "List the names with commas between them, and nothing else.",
        ),
        Code.ANSWER_MISSING: Sign(
            _ERROR,
            "Some requests were not answered, or put off (429, 502, 503, 504), so that not all is "
            "known.",
            "A limit on requests, a firewall, or a server that is slow.",
            "Try again: later, with a longer --timeout, or from a machine that is not limited.",
        ),
    }
)
