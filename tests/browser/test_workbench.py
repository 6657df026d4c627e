"""A meeting around the workbench, in a browser: lock, explain, compare, freeze, publish, and verify what was published."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.looking import PATIENCE
from tests.browser.walk.deciding import OFFICER

SOLVING = 180_000  # ms that the sections may take together on a busy machine
BENCH = "/beredning/2026/prioritering/"
SEEDS = ("Regiongemensamt", "Skalning")


def number_of(title: str) -> str:
    from hemtag.grants.models import Application

    return str(Application.objects.get(title__startswith=title).number)


def log_in(page: Page, then: str = BENCH) -> None:
    page.goto(f"/logga-in/?next={then}")
    page.get_by_role("button", name=OFFICER).click()


def verify(file: Path, folder: Path) -> int:
    """With the checker that lies in the file itself, by a Python that finds nothing else."""
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder)
    command = [sys.executable, "-I", "check.py", "round.json", "result.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def lock(page: Page, block: str, way: str, reason: str) -> None:
    page.get_by_text("Lås ett block", exact=True).click()
    page.get_by_label("Block", exact=True).select_option(block)
    page.get_by_label(way).check()
    page.get_by_label("Skäl", exact=True).fill(reason)
    page.get_by_role("button", name="Lås och se vad det kostar").click()


@pytest.mark.parametrize("title", SEEDS)
def test_a_meeting_around_the_workbench(demo_at: Callable[[str], str], page: Page, tmp_path: Path, title: str) -> None:
    demo_at("assessed")
    page.set_default_timeout(SOLVING)
    expect.set_options(timeout=SOLVING)
    application = number_of(title)
    log_in(page)
    # The answers fill in while one reads.
    row = page.locator(f"tr[id^='b-{application}']").first
    expect(row).to_contain_text("kostar")
    expect(page.locator("[data-index-words]")).to_contain_text("200 scenarier är lösta exakt")
    expect(page.get_by_role("table", name="Effekt mot budget")).to_be_visible()
    expect(page.get_by_role("table", name="Värdet av en miljon till")).to_be_visible()
    # To look at some of the blocks closes nothing and forgets nothing.
    page.get_by_text("Ändra ramar, tröskel, vikter och krav", exact=True).click()
    page.locator("#villkor input[name^=ram-]").first.fill("123456")
    page.get_by_role("link", name="Bara inte valda").click()
    expect(page.locator(".bench-blocks tr.chosen")).to_have_count(0)
    expect(page.locator("#villkor input[name^=ram-]").first).to_have_value("123456")
    expect(page.get_by_role("table", name="Effekt mot budget")).to_be_visible()
    page.go_back()
    expect(page.locator(".bench-blocks tr.chosen").first).to_be_visible()
    expect(page.locator("#villkor")).to_have_attribute("open", "")
    page.get_by_text("Ändra ramar, tröskel, vikter och krav", exact=True).click()
    # A block is locked where it stands, with the other way than it is now, and the rest of the page stays.
    row.get_by_role("link", name=re.compile("^Lås")).click()
    at_row = page.locator("tr.bench-lock")
    expect(at_row.get_by_label("Lås ut")).to_be_checked()
    expect(page.get_by_role("table", name="Effekt mot budget")).to_be_visible()
    at_row.get_by_role("link", name="Avbryt").click()
    expect(at_row).to_have_count(0)
    # Lock one of the seed application's blocks out: what it costs stands there, and back is undo.
    block = row.get_attribute("id")
    assert block is not None
    key = f"{application}/1"
    lock(page, key, "Lås ut", "Vi prövar utan det")
    answer = page.locator("#svar")
    expect(answer).to_contain_text("låses ut: Vi prövar utan det")
    expect(answer).to_contain_text("Ändringarna kostar")
    expect(page.locator(f"#{block}")).to_contain_text("Inte vald")
    page.go_back()
    expect(answer).to_contain_text("Prova en ändring")
    page.go_forward()
    expect(answer).to_contain_text("Vi prövar utan det")
    # Keep it and compare.
    page.get_by_text("Spara som scenario", exact=True).click()
    page.get_by_label("Scenariots namn").fill(f"Utan {key}")
    page.get_by_role("button", name="Spara scenariot").click()
    table = page.get_by_role("table", name="Scenarier sida vid sida")
    expect(table).to_contain_text(f"Utan {key}")
    expect(table).to_contain_text("Riskhanteringen med")
    expect(table).to_contain_text("högst poäng först")
    # Freeze it with its minutes, compute it again, publish it.
    page.get_by_role("link", name=f"Utan {key}", exact=True).click()
    page.get_by_role("link", name="Frys…").click()
    page.get_by_label("Vad som bestämdes och varför").fill("Vi går vidare utan blocket.")
    page.get_by_role("button", name="Frys", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Vi går vidare utan blocket.")
    page.get_by_role("link", name="Räkna om från det sparade underlaget").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Samma svar")
    page.get_by_role("link", name="Till körningen").click()
    page.get_by_role("link", name="Publicera…").click()
    page.get_by_role("button", name="Publicera").click()
    page.get_by_role("link", name=re.compile("Publicerad som prioritering 2")).click()
    # Anyone reads and verifies it.
    page.get_by_role("button", name="Logga ut").click()
    page.goto("/prioritering/2/")
    expect(page.get_by_role("main")).to_contain_text("Vi går vidare utan blocket.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Ladda ner och kontrollera (ZIP)").click()
    file = tmp_path / "published.zip"
    download.value.save_as(file)
    assert verify(file, tmp_path / "published") == 0
    expect.set_options(timeout=PATIENCE)


def test_a_hard_round_shows_the_best_so_far_and_changes_by_itself(
    demo_at: Callable[[str], str], page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.assessment.test_bench_answers import hasty

    demo_at("assessed")
    hasty(monkeypatch, 500)
    page.set_default_timeout(SOLVING)
    log_in(page)
    ending = "**/prioritering/svar/urval/**"  # held until what stands there before it has been read
    held: list[Route] = []
    page.route(ending, lambda route: held.append(route))
    # Where somebody has a form open nothing is changed under their hands: the link beside the words is theirs to press.
    with page.expect_request(ending):
        page.goto(f"{BENCH}?a=ram:2027:221000")
    page.get_by_text("Spara som scenario", exact=True).click()
    name = page.get_by_label("Scenariots namn")
    name.fill("Mindre 2027")
    with page.expect_response(ending):
        held.pop().continue_()
    expect(name).to_have_value("Mindre 2027")
    page.get_by_role("link", name="Vänta in det bästa").click()
    expect(page.get_by_role("main")).to_contain_text("Bevisat optimum")
    # Otherwise the page changes by itself.
    with page.expect_request(ending):
        page.goto(f"{BENCH}?a=ram:2027:222000")
    answer = page.locator("#svar")
    expect(answer).to_contain_text("Det bästa som går kan ge högst 0,50\u00a0Mkr mer; sökningen fortsätter")
    held.pop().continue_()
    expect(answer).not_to_contain_text("sökningen fortsätter")
    expect(answer).to_contain_text("Ramen 2027 är 222,0\u00a0Mkr")
    expect(page.get_by_role("main")).to_contain_text("Bevisat optimum")


def test_the_workbench_works_without_a_script(
    demo_at: Callable[[str], str], new_context: Callable[..., BrowserContext]
) -> None:
    demo_at("assessed")
    page = new_context(java_script_enabled=False).new_page()
    page.set_default_timeout(SOLVING)
    log_in(page)
    key = f"{number_of(SEEDS[0])}/1"
    lock(page, key, "Lås ut", "Utan skript")
    expect(page.locator("#svar")).to_contain_text("Ändringarna kostar", timeout=SOLVING)
    page.get_by_role("link", name="Ångra den senaste").click()
    expect(page.locator("#svar")).to_contain_text("Prova en ändring")
    page.get_by_role("link", name="Bara valda").click()
    page.locator("#mervarde").get_by_role("link", name="Räkna fram").click()
    page.locator("#priser").get_by_role("link", name="Räkna fram").click()
    # What was looked at is looked at still.
    expect(page.get_by_role("table", name="Värdet av en miljon till")).to_be_visible()
    expect(page.locator("#priser").get_by_role("link", name="Räkna fram")).to_have_count(0)
    expect(page.get_by_role("strong").filter(has_text="Bara valda")).to_be_visible()
    page.get_by_role("link", name="Alla block").click()
    expect(page.get_by_role("table", name="Värdet av en miljon till")).to_be_visible()


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_tried_is_accessible(
    demo_at: Callable[[str], str],
    new_context: Callable[..., BrowserContext],
    axe_clean: Callable[..., None],
    width: int,
    scheme: str,
) -> None:
    """With an answer, open forms, a conflict, and the sections that fill in later."""
    demo_at("assessed")
    page = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.set_default_timeout(SOLVING)
    # What is looked at stands in the page from the beginning; nothing is left to compute when the test is over.
    nothing = {"next": None, "sentences": {}, "whole": [], "shares": {}, "words": ""}
    page.route("**/prioritering/svar/**", lambda route: route.fulfill(json=nothing))
    key = number_of(SEEDS[0])
    log_in(page)
    page.goto(f"{BENCH}?a=ut:{key}/1:Vi+prövar&a=ram:2027:200000&a=overfor:2026:10&del=grans&block={key}/2")
    expect(page.locator("#svar")).to_contain_text("Vi prövar")
    axe_clean(page)
    page.goto(f"{BENCH}?a=in:{key}/1:Ett&a=ram:2027:40000")
    expect(page.locator("#svar")).to_contain_text("Kraven går inte att förena")
    axe_clean(page)
