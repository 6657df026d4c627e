"""What a person does with a page: goes somewhere, reads, types, chooses, presses a button."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect


class Walker:
    """One browser, used by everyone in turn. `said` keeps what one act must tell a later one.

    Whatever may lead to another page ends when that page has come with its scripts: what is read next is all there.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: dict[str, Any] = {}

    def log_in_as(self, name: str, then: str = "/min-sida/") -> None:
        """One click in the demo, on the way to a page."""
        self.page.goto(f"/logga-in/?next={then}")
        self.press(name)
        expect(self.page.get_by_role("banner")).to_contain_text(name)

    def go(self, address: str) -> None:
        self.page.goto(address)

    def here(self) -> str:
        """The address of this page, to come back to."""
        return urlsplit(self.page.url).path

    def follow(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def follow_starting(self, start: str) -> None:
        """A link whose name goes on for those who listen to the page, as "Förbered: Gemensam …, 1 mars"."""
        name = re.compile("^" + re.escape(start).replace(":", r"\s*:"))
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def save(self) -> None:
        """A form that saves itself while one writes: it is sent when its last word is saved, a moment later."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Spara", exact=True).click()

    def field(self, label: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_label(re.compile(f"^{re.escape(label)}"))

    def write(self, texts: Mapping[str, str], within: Locator | None = None) -> None:
        for label, text in texts.items():
            self.field(label, within).fill(text)

    def choose(self, question: str, answer: str) -> None:
        """A radio button or a box in a group with a question above it."""
        self.group(question).get_by_label(answer).check()

    def group(self, legend: str) -> Locator:
        return self.page.get_by_role("group", name=re.compile(f"^{re.escape(legend)}"))

    def select(self, label: str, option: str, within: Locator | None = None) -> None:
        self.field(label, within).select_option(label=option)

    def reads(self, *texts: str) -> None:
        """All of this stands on the page."""
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)
        self.page.wait_for_load_state()

    def reads_nowhere(self, text: str) -> None:
        expect(self.page.get_by_role("main")).not_to_contain_text(text)

    def row(self, text: str) -> Locator:
        return self.page.get_by_role("row").filter(has_text=text).first

    def answer(self, address: str) -> int:
        """The status that a page answers with, as the person who is logged in now."""
        response = self.page.goto(address)
        assert response is not None
        return response.status

    @contextmanager
    def another_tab(self, address: str) -> Iterator[Walker]:
        """The same person with the same page open twice."""
        page = self.page.context.new_page()
        page.goto(address)
        yield Walker(page)
        page.close()

    def download(self, name: str) -> bytes:
        with self.page.expect_download() as waiting:
            self.follow(name)
        return Path(waiting.value.path()).read_bytes()
