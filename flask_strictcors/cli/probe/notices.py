"""The signs of what is worth knowing, and no reason to fail."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from flask_strictcors.cli.probe.codes import Code, Sign, Weight

_NOTICE: Final = Weight.NOTICE

NOTICES: Final = MappingProxyType(
    {
        Code.ORIGIN_SIBLING_ADMITTED: Sign(
            _NOTICE,
            "Any subdomain beside the page's is allowed.",
            "A pattern such as https://*.example.com.",
            "Nothing, if each of them is yours and always will be; else name them.",
        ),
        Code.CREDENTIALS_NOT_TRUE: Sign(
            _NOTICE,
            "Access-Control-Allow-Credentials is there, and is not exactly true.",
            "True, False or 1 was sent as it is, or two authors sent it.",
            "Send true, once, in lower case; or leave the header out.",
        ),
        Code.WILDCARD_LITERAL: Sign(
            _NOTICE,
            "A list is * beside credentials, where it is only a name.",
            "Wildcards hold without credentials only.",
            "Name the methods and headers.",
        ),
        Code.METHOD_CASE: Sign(
            _NOTICE,
            "Access-Control-Allow-Methods has a method in lower case, which matches nothing.",
            "Methods are compared with their case.",
            "Write it in upper case.",
        ),
        Code.MAX_AGE_TOO_LONG: Sign(
            _NOTICE,
            "Access-Control-Max-Age is longer than browsers keep a preflight.",
            "Safari keeps it for 600 seconds, Chromium for 7200, Firefox for 86400.",
            "Send 7200 or less, and count on 600.",
        ),
        Code.MAX_AGE_MALFORMED: Sign(
            _NOTICE,
            "Access-Control-Max-Age is no number, and preflights are kept for 5 seconds.",
            "A unit or a sign stands beside the number, or there are two of them.",
            "Send whole seconds, once.",
        ),
        Code.ERROR_WITHOUT_HEADERS: Sign(
            _NOTICE,
            "A path that does not exist is answered without the headers, so that scripts see "
            "a CORS error in the place of the real one.",
            "Errors are answered by somebody else: the proxy, add_header without always, or "
            "views that set headers by hand.",
            "Send the headers with errors, too; in nginx, always.",
        ),
        Code.REDIRECTED: Sign(
            _NOTICE,
            "The page's request is redirected; what stands there was not asked.",
            "http that is led to https, a slash at the end, or another host.",
            "Let the page ask for the final URL, and probe that.",
        ),
        Code.QUERY_MATTERS: Sign(
            _NOTICE,
            "One more parameter in the query changes the status, so that strangers were not "
            "tried on the same answer.",
            "The server checks its query.",
            "Probe again with --exact-url, which leaves the query alone.",
        ),
        Code.RESOURCE_POLICY: Sign(
            _NOTICE,
            "Cross-Origin-Resource-Policy bars what CORS allows, where a page loads it without "
            "CORS: as an image or a script.",
            "The header is set for all answers.",
            "Send cross-origin where other sites may embed it; fetch() does not mind.",
        ),
        Code.PRIVATE_NETWORK: Sign(
            _NOTICE,
            "Access-Control-Allow-Private-Network is sent, and no browser reads it any more.",
            "An old setting.",
            "Remove it.",
        ),
        Code.HEADER_LINE_MALFORMED: Sign(
            _NOTICE,
            "A line among the headers is none, and some clients drop what follows.",
            "A blank before the colon, or a value with a line break in it.",
            "Correct the line where it is written.",
        ),
        Code.DEBUG_ANSWER: Sign(
            _NOTICE,
            "StrictCORS-Decision is sent: the app runs with debug on.",
            "flask run --debug, FLASK_DEBUG, or app.debug.",
            "Switch debug off where others can reach the server.",
        ),
    }
)
