"""Journey: one request on its way, through preflights and redirects, to an answer or an error.

https://fetch.spec.whatwg.org/#fetching
"""

from __future__ import annotations

from flask_strictcors.browser.blocking import check_blocking, check_resource_policy
from flask_strictcors.browser.cache import Key
from flask_strictcors.browser.checks import Question, check_cors
from flask_strictcors.browser.equipment import Equipment, Terms
from flask_strictcors.browser.filtering import Type
from flask_strictcors.browser.headers import CONDITIONS, unsafe_names
from flask_strictcors.browser.lists import max_age_of
from flask_strictcors.browser.preflight import Asked, check_preflight, granted_by, headers_of
from flask_strictcors.browser.redirects import STATUSES, Onward, Way, check_location, follow
from flask_strictcors.browser.sending import Sender, origin_of
from flask_strictcors.browser.steps import Check, Step, StoppedError
from flask_strictcors.browser.urls import URL
from flask_strictcors.browser.wire import Received
from flask_strictcors.core.fetch import SAFELISTED_METHODS


class Journey:
    """Carry one request; `checks` grow on the way, `tainting` says how its answer is to be read."""

    def __init__(self, equipment: Equipment, terms: Terms, url: URL) -> None:
        self._equipment = equipment
        self._terms = terms
        self.sender = Sender(equipment, terms)
        self.urls = [url]
        self.tainting: Type = "navigation" if terms.is_navigation else "basic"
        self.checks: list[Check] = []
        self._was_asked = False
        self._is_granted = False
        self._is_forced = False

    @property
    def has_credentials(self) -> bool:
        """Report whether a '*' in the answer is only a name."""
        return self._terms.has_credentials

    @property
    def failure(self) -> Check | None:
        """The check that ended the journey, or None."""
        return self.checks[-1] if self.checks and not self.checks[-1].passed else None

    def run(self, onward: Onward) -> Received | None:
        """Return the answer at the end of all redirects; None where a check failed."""
        # https://fetch.spec.whatwg.org/#use-cors-preflight-flag stays up behind redirects.
        is_bare = onward.body is None and self._equipment.quirks.upload_listeners_need_a_body
        self._is_forced = self._terms.use_cors_preflight and not is_bare
        try:
            return self._follow(onward)
        except StoppedError as stop:
            self.checks.append(stop.check)
            if self._was_asked and not self._stays_kept(stop.check):
                # https://fetch.spec.whatwg.org/#concept-cache-clear
                self._equipment.cache.clear(self._key(self._url_to_clear(stop.check)))
            return None

    def _follow(self, onward: Onward) -> Received:
        """Ask, and ask again where redirects lead: #concept-http-fetch, from step 6."""
        start = onward
        while True:
            received = self._ask(onward)
            if received.status not in STATUSES or self._stays(received):
                return received
            if self._terms.redirect == "error":
                said = f"The server redirects ({received.status}), and the script forbids that."
                fix = "Let the script ask for the final URL."
                raise StoppedError(Check(Step.REDIRECT, False, said, fix))
            if self._terms.redirect == "manual":
                check_location(received, self.urls[-1], self._equipment.quirks)
                self.tainting = "opaqueredirect"
                return received
            if received.get("Location") is None:
                return received
            is_foreign = self.tainting == "cors"
            is_cors_mode = self._terms.mode == "cors"
            way = Way(self._terms.page, self.urls, start, is_cors_mode, is_foreign)
            url, onward = follow(received, way, onward, self._equipment.quirks)
            self.urls.append(url)

    def _stays(self, received: Received) -> bool:
        """Report whether a browser takes a redirect that leads nowhere for an answer."""
        is_redirect = received.get("Location") or self._terms.redirect == "manual"
        return self._equipment.quirks.redirects_only_with_location and not is_redirect

    def _ask(self, onward: Onward) -> Received:
        """Ask the current URL: https://fetch.spec.whatwg.org/#concept-main-fetch."""
        page, url = self._terms.page, self.urls[-1]
        check_blocking(page, url)
        self._choose_tainting(url)
        if self.tainting == "cors":
            return self._ask_by_cors(onward)
        # What a preflight would have asked about, Firefox asks about on a later hop.
        names = unsafe_names(onward.headers, self._equipment.quirks)
        again = self._equipment.quirks.preflights_again_after_redirect
        self._was_asked = self._was_asked or (again and bool(names))
        received = self.sender.send(onward, self.urls, is_foreign=False)
        if self.tainting == "opaque":
            check_resource_policy(received, page, url)
        return received

    def _choose_tainting(self, url: URL) -> None:
        """Set the tainting for the current URL, if the mode lets a script ask it at all."""
        if self.tainting == "navigation":
            return
        if self.tainting == "basic" and self._terms.page.is_same_origin(url):
            return
        if self._terms.mode == "same-origin":
            said = f"{url.origin} is another origin, and the script asked for its own only."
            fix = "In the script: mode 'cors'."
            raise StoppedError(Check(Step.SAME_ORIGIN_MODE, False, said, fix))
        if self._terms.mode == "no-cors" and self._terms.redirect != "follow":
            said = "Without CORS, a script cannot see or forbid redirects of another origin."
            fix = "In the script: redirect 'follow'."
            raise StoppedError(Check(Step.REQUEST, False, said, fix))
        self.tainting = "opaque" if self._terms.mode == "no-cors" else "cors"

    # --- by CORS -------------------------------------------------------------------------------

    def _ask_by_cors(self, onward: Onward) -> Received:
        names = unsafe_names(onward.preflighted or onward.headers, self._equipment.quirks)
        if self._needs_preflight(onward, names):
            self._was_asked, self._is_granted = True, False
            if not self._is_kept(onward, names):
                self._preflight(onward, names)
            self._is_granted = True
        return self._send_and_check(onward)

    def _send_and_check(self, onward: Onward) -> Received:
        received = self.sender.send(onward, self.urls, is_foreign=True)
        question = Question(origin_of(self._terms, self.urls), self._terms.has_credentials)
        self._pass(check_cors(received, question))
        return received

    def _needs_preflight(self, onward: Onward, names: tuple[str, ...]) -> bool:
        if self._equipment.quirks.preflights_again_after_redirect and self._was_asked:
            return True
        return self._is_forced or bool(names) or onward.method not in SAFELISTED_METHODS

    def _is_kept(self, onward: Onward, names: tuple[str, ...]) -> bool:
        """Report whether answers to earlier preflights spare this one."""
        quirks, cache, key = self._equipment.quirks, self._equipment.cache, self._key(self.urls[-1])
        if quirks.conditional_requests_ask_again and not CONDITIONS.isdisjoint(names):
            return False
        included, method, now = self._terms.has_credentials, onward.method, self._equipment.now()
        is_asked = (
            self._is_forced
            or method not in SAFELISTED_METHODS
            or bool(quirks.methods_in_every_answer)
        )
        if is_asked and not cache.allows_method(key, method, credentials=included, now=now):
            return False
        return all(cache.allows_header(key, n, credentials=included, now=now) for n in names)

    def _stays_kept(self, failed: Check) -> bool:
        quirks = self._equipment.quirks
        if failed.step is Step.REDIRECT and self._terms.redirect == "error":
            return quirks.keeps_preflights_of_forbidden_redirects
        return self._is_granted and quirks.keeps_preflights_of_failures

    def _preflight(self, onward: Onward, names: tuple[str, ...]) -> None:
        quirks, included = self._equipment.quirks, self._terms.has_credentials
        origin = self._preflight_origin()
        question = Question(origin, included, is_preflight=True)
        spelled = {name.lower(): name for name, _ in onward.headers}
        page = self._terms.page
        is_own = origin == page.origin and page.is_same_origin(self.urls[-1])
        asked = Asked(question, onward.method, names, spelled, self._is_forced, is_own)
        received = self.sender.ask(headers_of(asked), question.origin, self.urls)
        for check in check_preflight(received, asked, quirks):
            self._pass(check)
        if quirks.keeps_no_preflight_for_null and origin == "null":
            return
        granted = granted_by(received, asked, quirks)
        expires = self._equipment.now() + max_age_of(received, quirks)
        key = self._key(self.urls[-1])
        self._equipment.cache.keep(key, granted, credentials=included, expires=expires)

    def _preflight_origin(self) -> str:
        if self._equipment.quirks.preflight_tells_origin_after_redirect:
            return self._terms.page.origin
        return origin_of(self._terms, self.urls)

    def _key(self, url: URL) -> Key:
        return Key(self._terms.page.partition, self._preflight_origin(), str(url))

    def _url_to_clear(self, failed: Check) -> URL:
        is_blocked = failed.step is Step.MIXED_CONTENT and len(self.urls) > 1
        clears_start = is_blocked and self._equipment.quirks.blocked_redirects_clear_their_start
        return self.urls[-2 if clears_start else -1]

    def _pass(self, check: Check) -> None:
        if not check.passed:
            raise StoppedError(check)
        self.checks.append(check)
