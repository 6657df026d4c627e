"""A completion in a real browser: asked for by section, written where it is open, handed in, and read as a difference."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from tests.browser.looking import assert_looks_right
from tests.browser.pages import OFFICER, REPRESENTATIVE, REVIEWED, Seen, in_round, number
from tests.browser.test_every_page import signed_in

ADDED = "Uppföljningen görs varje kvartal av sårcentrum."


def test_a_completion_by_section(demo_at: Callable[[str], str], new_context: Callable[..., BrowserContext]) -> None:
    home = demo_at("assessed")
    contexts = {}
    for seen in (Seen(OFFICER), Seen(REPRESENTATIVE, "10")):
        contexts[seen.role] = new_context()
        signed_in(contexts[seen.role], seen, home)
    officer, region = (contexts[role].new_page() for role in (OFFICER, REPRESENTATIVE))

    officer.goto(home + reverse("read_application", args=in_round(REVIEWED)()))
    officer.get_by_role("link", name="Begär komplettering").click()
    officer.get_by_label("Vad ska regionen komplettera?").fill("Skriv hur effekten följs upp.")
    officer.get_by_label("Åtgärdens texter och plan").check()
    officer.get_by_label("Sista dag för svar").fill("2026-09-30")
    officer.get_by_role("button", name="Skicka begäran").click()
    expect(officer.get_by_text("Begäran är skickad till")).to_be_visible()

    region.goto(home + reverse("my_page"))
    region.get_by_role("link", name="Svara på begäran om komplettering").click()
    expect(region.get_by_text("Skriv hur effekten följs upp.")).to_be_visible()
    expect(region.get_by_text("12 dagar kvar.")).to_be_visible()
    answer_page = region.url
    region.get_by_role("button", name="Lämna in den nya versionen").click()
    expect(region.get_by_role("alert").or_(region.locator(".ds-error-summary")).first).to_contain_text(
        "Inget är ändrat"
    )

    region.get_by_role("link", name="Åtgärdens texter och plan").click()
    field = region.get_by_label("Så består effekten", exact=False).first
    expect(field).to_have_value(re.compile(r"\S"))
    field.fill(f"{field.input_value()} {ADDED}")
    with region.expect_navigation():
        region.get_by_role("button", name="Spara", exact=True).first.click()
    region.goto(answer_page)
    expect(region.locator("ins").first).to_contain_text(ADDED)
    assert_looks_right(region)
    region.get_by_role("button", name="Lämna in den nya versionen").click()
    expect(region.get_by_text("Svaret är lämnat till delegationen.")).to_be_visible()

    officer.goto(home + reverse("case_changes", args=in_round(REVIEWED)()))
    expect(officer.get_by_text("Från version 2 till version 3 (komplettering,")).to_be_visible()
    expect(officer.locator("ins")).to_contain_text(ADDED)
    officer.get_by_label("Från version").select_option("1")
    officer.get_by_role("button", name="Jämför").click()
    expect(
        officer.get_by_role("heading", name="Block 2. Bilder och strukturerad bedömning", exact=True)
    ).to_be_visible()
    expect(officer.get_by_role("rowheader", name="2026: medfinansiering")).to_be_visible()
    assert_looks_right(officer)

    region.goto(home + reverse("edit_application", args=number(REVIEWED)()))
    expect(region.get_by_role("button", name="Spara", exact=True)).to_have_count(0)
