"""One court's way through a mechanism, at the screens of its people and in one language."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as NothingHappened

from tests.browser import office
from tests.browser.conftest import PASSWORD, PATIENCE, Site, Visitor

LOCALES = {"zh-Hans": "zh-CN", "en": "en-US"}
# Every engine is walked in Chinese, and one in English: a language and an engine do not meet.
LANGUAGES = ["zh-Hans", pytest.param("en", marks=pytest.mark.once)]
# What the product names itself, and what a reader of the language must not find there. A name
# that only a screen reader hears, after the word on the button, is a person's.
NAMED_BY_US = "nav a, thead th, .btn:not(:has(.visually-hidden)), .kpi-label, dt"
FOREIGN = {"zh-Hans": r"[A-Za-z]{5,}", "en": r"[\u4e00-\u9fff]+"}


@dataclass
class Walk:
    """The windows of a court's people, and what they know of each other."""

    site: Site
    visitor: Visitor
    language: str
    folder: Path
    made: dict[str, Any]
    windows: dict[str, Page] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def window(self, who: str) -> Page:
        if who not in self.windows:
            # A court that several walks share remembers who has signed in.
            known = self.made.setdefault("signed_in", {})
            page = self.windows[who] = self.visitor(LOCALES[self.language], known.get(who))
            if who not in known:
                office.sign_in(page, self.site.address, self.made["usernames"][who], PASSWORD)
                known[who] = page.context.storage_state()
        return self.windows[who]

    def opens(self, who: str, path: str) -> Page:
        page = self.window(who)
        page.goto(f"{self.site.address}{path}")
        self.reads(page)
        return page

    def reads(self, page: Page) -> None:
        """What the page names is in the language of its reader."""
        expect(page.locator("html")).to_have_attribute("lang", self.language)
        named = " ".join(page.locator(NAMED_BY_US).all_inner_texts())
        assert named
        assert re.findall(FOREIGN[self.language], named) == [], page.url

    def words(self, english: object, **facts: object) -> str:
        said = office.in_language(english, self.language)
        return said % facts if facts else said

    def address_of(self, page: Page) -> str:
        return page.url.removeprefix(self.site.address)

    def link(self, page: Page, english: object) -> Locator:
        return page.get_by_role("link", name=self.words(english), exact=True)

    def button(self, page: Page, english: object) -> Locator:
        """One that is seen: a hidden one before it takes what Enter sends."""
        return page.locator(".btn").and_(
            page.get_by_role("button", name=self.words(english), exact=True)
        )

    def follows(self, page: Page, english: object) -> None:
        office.follow(page, self.link(page, english))
        self.reads(page)

    def presses(self, page: Page, english: object) -> None:
        """A button that leads on to another page, or to this one again.

        On a busy machine the page may move between press and release; then one presses again,
        as people do. What has been sent is not sent twice: ``data-once``.
        """
        button = self.button(page, english)
        try:
            with page.expect_navigation(timeout=PATIENCE / 3):
                button.click()
        except NothingHappened:
            with page.expect_navigation():
                button.click()
