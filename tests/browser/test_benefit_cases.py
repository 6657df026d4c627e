"""The two seed cases in a real browser: opened, a value changed from the keyboard while the answer follows, compared."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.pages import OPEN_CASE, REAL_CASE, Seen
from tests.browser.test_every_page import signed_in

AREA_2 = "Område 2: skalning och spridning av lyckade lösningar"


@pytest.mark.parametrize("title", [REAL_CASE, AREA_2])
def test_a_seed_case_is_opened_and_read_sentence_first(
    title: str, demo_at: Callable[[str], str], new_context: Callable[..., BrowserContext]
) -> None:
    home = demo_at("following")
    page: Page = new_context().new_page()
    page.goto(home + "/kalkyler/")
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("main")).to_contain_text("Regionerna tillsammans räknar hem kostnaden")
    expect(page.locator(".content")).to_contain_text("Över tid")
    text = page.locator(".content").inner_text()
    assert text.index("räknar hem kostnaden") < text.index("Över tid")
    page.goto(page.url + "region/09/")
    expect(page.locator("main")).to_contain_text("Region Gotland")
    expect(page.locator("#egna tr.chosen").first).to_be_visible()


def test_the_answer_follows_the_slider_from_the_keyboard_and_two_versions_are_compared(
    demo_at: Callable[[str], str], new_context: Callable[..., BrowserContext]
) -> None:
    home = demo_at("following")
    context = new_context()
    signed_in(context, Seen("author", "14"), home)
    page: Page = context.new_page()
    page.goto(home + "/kalkyler/")
    page.get_by_role("link", name=OPEN_CASE, exact=True).click()
    page.get_by_role("link", name="Ändra ett antagande").click()
    slider = page.get_by_role("slider", name="Dra Högt")
    # Until its script is there the slider does nothing: it would move away from its field.
    page.route("**/kalkyl*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.get_by_role("link", name="Dokumentationstid som försvinner per läkare").click()
    expect(slider).to_be_disabled()
    page.unroute("**/kalkyl*.js")
    page.reload()
    expect(slider).to_be_enabled()
    answer = page.locator("[data-answer-here]")
    before = answer.inner_text()
    high = page.locator("#id_high")
    was = high.input_value()
    furthest = slider.get_attribute("max")
    assert furthest and float(furthest) > float(was.replace(",", ".")), "there is somewhere to drag it"
    slider.press("End")
    expect(high).to_have_value(re.compile(rf"^{re.escape(furthest.removesuffix('.0').replace('.', ','))}$"))
    expect(page.locator("[data-answer-note]")).to_have_text("Med det värde som står i formuläret, inte sparat.")
    expect(answer).not_to_have_text(before)
    expect(answer).to_have_attribute("data-draws", "16384")
    followed = answer.inner_text()
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator("main")).to_contain_text("Antagandet är sparat.")

    page.goto(home + "/kalkyler/")
    page.get_by_role("link", name=OPEN_CASE, exact=True).click()
    sentence = followed.splitlines()[0]
    expect(page.locator("main")).to_contain_text(sentence.split(";")[0].split(" med ")[0])
    page.get_by_role("link", name="Jämför", exact=True).click()
    page.get_by_label("Det andra").select_option(label=REAL_CASE)
    page.get_by_role("button", name="Jämför").click()
    changed = page.get_by_role("table", name="Antaganden som skiljer sig")
    expect(changed).to_contain_text("Dokumentationstid som försvinner per läkare")
    expect(changed).to_contain_text("Del av kostnaden som bidraget täcker")
