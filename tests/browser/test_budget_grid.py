"""The whole budget in one grid, in a real browser: keys, pasting, filling, undoing, hours, and two regions at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.looking import assert_axe_clean, assert_looks_right
from tests.browser.pages import DRAFTING, Seen, number
from tests.browser.test_every_page import contents, signed_in

# Columns of the grid, from 0: two for each year of 2026–2030, then the sums.
Y26, OWN26, Y27, OWN27, Y28 = range(5)


class GridPage:
    """One person before the grid. `own` is the code and the name of a region whose rows are looked at."""

    def __init__(self, context: BrowserContext, home: str, seen: Seen) -> None:
        signed_in(context, seen, home)
        self.page: Page = context.new_page()
        self.page.goto(home + reverse("budget", args=number()()))
        expect(self.page.get_by_role("treegrid")).to_be_visible()

    def row(self, name: str, region: str = "Västra Götaland") -> Locator:
        """The first line of the kind below the region's own line, in the first block."""
        rows = self.page.locator("tbody tr[data-line]")
        lines = rows.evaluate_all("rows => rows.map((row) => [row.dataset.line, row.cells[0].textContent])")
        start = next(int(line) for line, text in lines if region in text)
        place = next(int(line) for line, text in lines if int(line) >= start and name in text)
        return self.page.locator(f'tr[data-line="{place}"]')

    def cell(self, name: str, column: int, region: str = "Västra Götaland") -> Locator:
        return self.row(name, region).get_by_role("gridcell").nth(column)

    def go(self, name: str, column: int, region: str = "Västra Götaland") -> None:
        self.cell(name, column, region).click()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def paste(self, text: str) -> None:
        self.page.evaluate(
            """text => { const data = new DataTransfer(); data.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})) }""",
            text,
        )

    def is_saved(self) -> None:
        expect(self.page.locator("[data-grid-status]")).to_have_text(re.compile(r"^Sparat \d\d:\d\d$"))

    def reads(self, name: str, texts: list[str]) -> None:
        """What stands in the first cells of a row."""
        row = self.row(name).get_by_role("gridcell")
        for column, text in enumerate(texts):
            expect(row.nth(column)).to_have_text(text)


@pytest.fixture
def grid(demo_at: Callable[[str], str], new_context: Callable[..., BrowserContext]) -> GridPage:
    return GridPage(new_context(), demo_at("open"), Seen(**DRAFTING))


def saved(kind: str, year: int, code: str = "14", block: int = 1) -> tuple[Any, ...] | None:
    from hemtag.grants.models import Cost

    rows = Cost.objects.filter(
        block__application__number=number()()[0], block__number=block, region__code=code, kind=kind, year=year
    )
    return rows.values_list("requested_sek", "cofinancing_sek", "hours", "hourly_cost_sek").first()


def test_writing_with_the_keyboard_saves_each_cell_and_every_sum_follows(grid: GridPage) -> None:
    page = grid.page
    before = page.locator('[data-grid-sum="requested"]').inner_text()
    grid.go("Teknik", Y26)
    grid.type("120000")
    grid.press("Tab")
    grid.type("30 000")
    grid.press("Enter")
    expect(grid.cell("Teknik", Y26)).to_have_text("120\u202f000")
    expect(grid.cell("Teknik", OWN26)).to_have_text("30\u202f000")
    expect(grid.cell("Teknik", 10)).to_have_text("120\u202f000")
    expect(page.locator('[data-grid-sum="cofinancing"]')).to_have_text("30\u202f000\u00a0kr")
    expect(page.locator('[data-grid-sum="requested"]')).not_to_have_text(before)
    expect(page.get_by_role("table", name="Per kostnadsslag").get_by_role("row", name="Teknik")).to_contain_text(
        "120\u202f000"
    )
    grid.is_saved()
    assert saved("technology", 2026) == (120_000, 30_000, None, None)

    # F2 edits what stands, Esc leaves it as it was.
    grid.go("Teknik", Y26)
    grid.press("F2", "End")
    grid.type("0")
    grid.press("Escape")
    expect(grid.cell("Teknik", Y26)).to_have_text("120\u202f000")
    # A text is no amount: it stays in the field with the reason.
    grid.press("F2")
    grid.type("tolv")
    grid.press("Enter")
    expect(page.locator("[data-grid-place]")).to_contain_text("Skriv ett helt tal")
    grid.press("Escape")

    grid.press("Home")
    expect(grid.cell("Teknik", 0)).to_be_focused()
    grid.press("End")
    expect(grid.cell("Teknik", 9)).to_be_focused()
    grid.press("Control+ArrowLeft")
    expect(grid.cell("Teknik", OWN26)).to_be_focused()
    grid.press("ArrowLeft", "Delete")
    grid.press("Control+z")
    expect(grid.cell("Teknik", Y26)).to_have_text("120\u202f000")
    # Esc and then Tab leaves the grid.
    grid.press("Escape", "Tab")
    expect(page.get_by_role("treegrid").locator(":focus")).to_have_count(0)

    page.reload()
    expect(grid.cell("Teknik", Y26)).to_have_text("120\u202f000")
    expect(grid.cell("Teknik", OWN26)).to_have_text("30\u202f000")


def test_filling_copying_and_pasting(grid: GridPage) -> None:
    page = grid.page
    grid.go("Teknik", Y26)
    grid.type("500")
    grid.press("Tab")
    grid.type("20")
    grid.press("Tab")
    grid.go("Teknik", Y26)
    grid.press("Shift+End", "Control+r")
    grid.reads("Teknik", ["500", "20"] * 5)
    page.keyboard.press("Shift+ArrowDown")
    grid.press("Control+d")
    grid.reads("Övrigt", ["500", "20"] * 5)
    page.get_by_role("button", name="Ångra").click()
    grid.reads("Övrigt", [""] * 10)
    page.get_by_role("button", name="Gör om").click()
    grid.reads("Övrigt", ["500", "20"] * 5)
    expect(page.locator("[data-grid-told]")).to_contain_text("10 celler")

    # From a spreadsheet: spaces and units as people have them. Nothing half when a cell is no amount.
    grid.go("Teknik", Y26)
    grid.paste("1 000 kr\t200\n3\u00a0000,00\t\n")
    grid.reads("Teknik", ["1\u202f000", "200"])
    grid.reads("Övrigt", ["3\u202f000", ""])
    grid.go("Teknik", Y26)
    grid.paste("7\t8\n9\tnio\n")
    expect(page.locator("[data-grid-place]")).to_contain_text("Rad 2, kolumn 2, ”nio”")
    grid.reads("Teknik", ["1\u202f000", "200"])
    grid.is_saved()
    assert saved("technology", 2026) == (1_000, 200, None, None)
    assert saved("other", 2026) == (3_000, 0, None, None)
    assert saved("other", 2030) == (500, 20, None, None)

    before = contents()
    grid.go("Teknik", Y26)
    # The best of three: what else the machine does is no fault of the page.
    took = page.evaluate(
        """text => Math.min(...[1, 2, 3].map(() => {
            const data = new DataTransfer(); data.setData("text/plain", text);
            const start = performance.now();
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
            return performance.now() - start }))""",
        "1\t2\t3\t4\n" * 10_000,
    )
    assert took < 200, f"a paste of 10 000 rows held the page for {took:.0f} ms"
    expect(page.locator("[data-grid-place]")).to_contain_text("10\u202f000 rader och 4 kolumner")
    grid.reads("Teknik", ["1\u202f000", "200"])
    assert contents() == before

    # What is copied is what a spreadsheet takes: plain numbers, one row a line.
    grid.go("Teknik", Y26)
    grid.press("Shift+ArrowRight", "Shift+ArrowDown")
    copied = page.evaluate(
        """() => { const data = new DataTransfer();
        document.activeElement.dispatchEvent(
            new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true}));
        return data.getData("text/plain") }"""
    )
    assert copied == "1000\t200\n3000\t"


def test_own_time_in_hours_and_expertise_by_field(grid: GridPage) -> None:
    page = grid.page
    grid.row("Egen arbetstid").get_by_role("button", name="Timmar").click()
    hours = "Timmar och timkostnad"
    expect(grid.cell(hours, OWN26)).to_have_text(re.compile("kr/tim$"))  # the dated hourly cost stands ready
    usual = grid.cell(hours, OWN26).inner_text()
    cost = int("".join(filter(str.isdigit, usual)))
    grid.go(hours, Y26)
    grid.type("100")
    grid.press("Enter")
    grid.go("Egen arbetstid", OWN26)
    grid.type("10000")
    grid.press("Enter")
    grid.is_saved()
    assert saved("own_time", 2026) == (100 * cost - 10_000, 10_000, 100, cost)
    grid.go(hours, OWN26)
    grid.type("600")
    grid.press("Enter")
    expect(grid.cell("Egen arbetstid", Y26)).to_have_text("50\u202f000")
    grid.is_saved()
    assert saved("own_time", 2026) == (50_000, 10_000, 100, 600)
    grid.go("Egen arbetstid", OWN26)
    grid.type("60001")
    grid.press("Enter")
    expect(page.locator("[data-grid-place]")).to_contain_text("större än timmar × timkostnad")
    grid.press("Escape")

    grid.row("Extern expertis").get_by_role("button", name="Områden").click()
    grid.go("juridik", Y27)
    grid.type("75000")
    grid.press("Enter")
    grid.is_saved()
    assert saved("expertise_law", 2027) == (75_000, 0, None, None)
    expect(
        page.get_by_role("table", name="Per kostnadsslag").get_by_role("row", name="Extern expertis")
    ).to_contain_text("75\u202f000")
    assert_looks_right(page)


def test_two_regions_at_once_and_a_clash_in_one_cell(
    demo_at: Callable[[str], str], new_context: Callable[..., BrowserContext]
) -> None:
    home = demo_at("open")
    west = GridPage(new_context(), home, Seen(**DRAFTING))
    south = GridPage(new_context(), home, Seen("economist", "12"))

    # A participant writes its own rows, and those of others are for reading.
    expect(south.cell("Teknik", Y26, "Skåne")).not_to_have_attribute("aria-readonly", "true")
    south.page.get_by_label("Region", exact=True).select_option("14")
    expect(south.cell("Teknik", Y26)).to_have_attribute("aria-readonly", "true")
    south.go("Teknik", Y26)
    south.type("1")
    expect(south.page.locator("[data-grid-place]")).to_contain_text("går inte att ändra här")
    south.page.get_by_label("Region", exact=True).select_option("")

    # Each in its own row: no clash.
    west.go("Teknik", Y26)
    west.type("111")
    south.go("Teknik", Y26, "Skåne")
    south.type("222")
    west.press("Enter")
    south.press("Enter")
    west.is_saved()
    south.is_saved()
    assert saved("technology", 2026) == (111, 0, None, None)
    assert saved("technology", 2026, "12") == (222, 0, None, None)

    # Both in the same cell: each amount is shown, and one chooses.
    west.page.get_by_label("Region", exact=True).select_option("12")
    west.go("Övrigt", Y26, "Skåne")
    west.type("1000")
    south.go("Övrigt", Y26, "Skåne")
    south.type("2000")
    south.press("Enter")
    south.is_saved()
    west.press("Enter")
    clash = west.page.get_by_role("alert").filter(has_text="Någon annan har ändrat samma cell")
    expect(clash).to_contain_text("Ditt: 1\u202f000 kr sökt")
    expect(clash).to_contain_text("2\u202f000 kr sökt")
    expect(clash).to_contain_text("Skåne, Övrigt, 2026")
    assert_axe_clean(west.page, "a clash in the grid")
    assert saved("other", 2026, "12") == (2_000, 0, None, None)
    clash.get_by_role("button", name="Behåll mitt").click()
    expect(clash).to_have_count(0)
    west.is_saved()
    assert saved("other", 2026, "12") == (1_000, 0, None, None)

    # The other page learns of it by itself, and goes on from there.
    south.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(south.cell("Övrigt", Y26, "Skåne")).to_have_text("1\u202f000")
    south.go("Övrigt", Y26, "Skåne")
    south.type("3000")
    south.press("Enter")
    south.is_saved()
    assert saved("other", 2026, "12") == (3_000, 0, None, None)


def test_a_lost_network_loses_nothing(grid: GridPage) -> None:
    page = grid.page
    # As when the network is gone: a request is answered by nobody.
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')) }")
    grid.go("Teknik", Y26)
    grid.type("4444")
    grid.press("Enter")
    expect(page.get_by_text("Hemtag går inte att nå just nu.")).to_be_visible()
    expect(page.locator("[data-grid-status]")).to_contain_text("Inte sparat än")
    assert saved("technology", 2026) is None
    # Closed and opened again: what was typed stands there still, and is saved.
    page.reload()
    expect(grid.cell("Teknik", Y26)).to_have_text("4\u202f444")
    grid.is_saved()
    assert saved("technology", 2026) == (4444, 0, None, None)


def test_without_script_the_sums_stand_there_with_links_to_the_costs_of_each_block(
    demo_at: Callable[[str], str], new_context: Callable[..., BrowserContext]
) -> None:
    home = demo_at("open")
    context = new_context(java_script_enabled=False)
    signed_in(context, Seen(**DRAFTING), home)
    page = context.new_page()
    page.goto(home + reverse("budget", args=number()()))
    expect(page.get_by_role("table", name="Per region")).to_be_visible()
    page.get_by_role("link", name="1. ").first.click()
    expect(page.get_by_role("heading", name="Kostnader", exact=True)).to_be_visible()


def test_a_workbook_with_hours_and_fields_goes_out_and_in_without_change(grid: GridPage, tmp_path: Path) -> None:
    page = grid.page
    grid.row("Egen arbetstid").get_by_role("button", name="Timmar").click()
    grid.go("Timmar och timkostnad", Y26)
    grid.type("80")
    grid.press("Enter")
    grid.row("Extern expertis").get_by_role("button", name="Områden").click()
    grid.go("upphandling", Y27)
    grid.type("9000")
    grid.press("Enter")
    grid.is_saved()
    before = contents()
    with page.expect_download() as download:
        page.get_by_role("link", name="Hämta som Excel").click()
    file = tmp_path / "budget.xlsx"
    download.value.save_as(file)
    page.get_by_role("link", name="Läs in från Excel").click()
    page.get_by_label("Ifyllt kalkylblad").set_input_files(file)
    page.get_by_role("button", name="Kontrollera filen").click()
    expect(page.get_by_role("heading", name="Inget att ändra")).to_be_visible()
    assert contents() == before
