"""A budget goes out to a workbook and in again in a real browser: unchanged, wrong, and changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from tests.browser.looking import assert_looks_right
from tests.browser.pages import DRAFTING, Seen, number
from tests.browser.test_every_page import contents, signed_in
from tests.grants.spreadsheet import number as amount
from tests.grants.spreadsheet import text, with_cells


def test_an_excel_round_trip(
    demo_at: Callable[[str], str], new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    home = demo_at("open")
    context = new_context()
    signed_in(context, Seen(**DRAFTING), home)
    page = context.new_page()
    page.goto(home + reverse("budget", args=number()()))
    with page.expect_download() as download:
        page.get_by_role("link", name="Hämta som Excel").click()
    file = tmp_path / "budget.xlsx"
    download.value.save_as(file)
    content, before = file.read_bytes(), contents()

    def read_in(changed: bytes) -> None:
        file.write_bytes(changed)
        page.get_by_label("Ifyllt kalkylblad").set_input_files(file)
        page.get_by_role("button", name="Kontrollera filen").click()

    page.get_by_role("link", name="Läs in från Excel").click()
    read_in(content)
    expect(page.get_by_role("heading", name="Inget att ändra")).to_be_visible()

    read_in(with_cells(content, {"C5": text("en miljon"), "D6": amount("-1"), "A7": text("99 Ingenstans")}))
    expect(page.get_by_role("heading", name="3 fel i filen, ingenting är inläst")).to_be_visible()
    expect(page.get_by_role("rowheader", name="'Block 1'!D6")).to_be_visible()
    assert_looks_right(page)
    assert contents() == before

    read_in(with_cells(content, {"C5": amount(1_234_567)}))
    expect(page.get_by_role("heading", name="Det här ändras")).to_be_visible()
    assert_looks_right(page)
    assert contents() == before
    page.get_by_role("button", name="Spara ändringarna").click()
    expect(page.get_by_text("Budgeten i 1 block är sparad.")).to_be_visible()
    assert contents() != before
