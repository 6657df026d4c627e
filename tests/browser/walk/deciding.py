"""The acts of the delegation: conflicts of interest, eligibility, assessment, prioritisation, meeting and decision."""

from __future__ import annotations

import datetime as dt
import io
import re

from playwright.sync_api import expect
from pypdf import PdfReader

from hemtag.web.demo.clockwork import keep_shift
from tests.browser.walk.applying import TITLE
from tests.browser.walk.hands import Walker

OFFICER = "Elisabet Norén"
DECIDERS = ("Anders Melin", "Cecilia Ridderstråhle")
ASSESSORS = ("Ingrid Bergkvist", "Lars Oskarsson", "Amina Haddad")
CONFLICTED = "Bo Lundqvist"
# 14 § of the ordinance (2024:1102), as the decision heads them
ITEMS = (
    "Bidragets storlek",
    "När bidraget betalas ut",
    "Vilka åtgärder bidraget avser",
    "Vilken tid bidraget avser",
    "Om delredovisning ska lämnas",
    "Hur och när redovisning ska lämnas",
    "Övriga villkor",
    "Vad som gäller om innehållen utbetalning (17 §)",
    "Vad som gäller om återbetalning (18 §)",
    "Vad som gäller om återkrav (19 §)",
)


def _in_the_round(walk: Walker, page: str) -> str:
    return f"/beredning/2026/{page}/{walk.said['application']}/"


def a_case_officer_tries_eligibility(walk: Walker) -> None:
    """Nothing can be read before the question of conflict is answered."""
    keep_shift(dt.date(2026, 6, 20))
    walk.log_in_as(OFFICER, _in_the_round(walk, "ansokan"))
    walk.reads("Är du jävig i ansökan?")
    walk.reads_nowhere("Tre regioner inför samma stöd")
    _declare(walk, OFFICER, "Nej")
    walk.go(_in_the_round(walk, "ansokan"))
    walk.reads("Tre regioner inför samma stöd", "Så här lämnades ansökan in")
    walk.follow("Pröva behörigheten")
    walk.choose("Utfall", "Behörig: ansökan går vidare till bedömning")
    walk.write({"Skäl": "Alla formella villkor är uppfyllda och besluten är protokollförda."})
    walk.press("Spara prövningen")
    walk.go(_in_the_round(walk, "ansokan"))
    walk.reads("Alla formella villkor är uppfyllda")


def _declare(walk: Walker, name: str, answer: str, why: str = "") -> None:
    """In the list of all applications to answer for."""
    walk.log_in_as(name, "/beredning/2026/jav/")
    row = walk.row(TITLE)
    row.get_by_role("radio", name=re.compile(f"^{answer}")).check()
    if why:
        row.get_by_role("textbox").fill(why)
    walk.press("Spara svaren")


def a_person_with_a_conflict_cannot_read(walk: Walker) -> None:
    _declare(walk, CONFLICTED, "Ja", "Var till 2025 förvaltningschef i Region Skåne, som deltar.")
    status = walk.answer(_in_the_round(walk, "ansokan"))
    assert status == 403, status
    walk.reads_nowhere("Tre regioner inför samma stöd")


def three_assessors_assess(walk: Walker) -> None:
    walk.log_in_as(OFFICER, f"{_in_the_round(walk, 'ansokan')}bedomare/")
    expect(walk.row(CONFLICTED)).to_contain_text("Jävig")
    for name in ASSESSORS:
        walk.group("Bedömare").get_by_label(name).check()
    walk.press("Spara")
    for level, name in enumerate(ASSESSORS, start=3):
        _declare(walk, name, "Nej")
        walk.go(_in_the_round(walk, "bedomning"))
        for question in walk.page.locator("#bedomning").get_by_role("group").all():
            question.get_by_role("radio").nth(level).check()
        for reason in walk.page.get_by_label(re.compile("^Motivering: ")).all():
            reason.fill("Målen är mätbara, och varje region har räknat på sina egna utgångsvärden.")
        walk.press("Lämna in bedömningen")
        walk.reads("lämnad")


def the_round_is_prioritised(walk: Walker) -> None:
    """Two blocks fit and are chosen with what they need; the third is larger than what is free in its year."""
    keep_shift(dt.date(2026, 9, 20))
    walk.log_in_as(OFFICER, "/beredning/2026/prioritering/")
    walk.press("Prioritera")
    walk.reads("2 av 3 block ryms", "Bevisat optimum", "Ledigt", "Vad enkla rankningar skulle ha valt")
    expect(walk.row("Beslutsstöd")).to_contain_text("Vald")
    expect(walk.row("Införande")).to_contain_text("Vald")
    expect(walk.row("Ny journalplattform")).to_contain_text("Inte vald")
    expect(walk.row("Exakt val inom ramarna")).to_contain_text("2")
    year = walk.page.get_by_role("table", name="Ram, bundet, valt och ledigt per år").get_by_role("row")
    expect(year.filter(has_text=re.compile("^2027"))).to_contain_text("205 200 000")


def a_meeting_is_called_and_drafts_are_written(walk: Walker) -> None:
    walk.follow("Kalla till sammanträde")
    walk.write({"Datum": "2026-10-01"})
    for name in DECIDERS:
        walk.group("Beslutande").get_by_label(name).check()
    walk.select("Ordförande", DECIDERS[1])
    walk.select("Föredragande", OFFICER)
    walk.press("Spara sammanträdet")
    walk.press("Skriv förslag till beslut")
    walk.reads(TITLE, "2 av 3")
    walk.said["decision"] = walk.row(TITLE).get_by_role("link").first.inner_text()


def a_departure_needs_its_reason(walk: Walker) -> None:
    """Less money than was asked for one block: refused at the field without a reason, saved with one."""
    walk.follow(walk.said["decision"])
    walk.follow("Ändra förslaget")
    block = walk.group("Block 2: Införande")
    walk.write({"Block 2, 2027": "1 500 000"}, block)
    walk.field("Gör om utbetalningsplanen").check()
    walk.press("Spara förslaget")
    reason = walk.field("Varför beslutet avviker från prioriteringen", block)
    expect(reason).to_have_attribute("aria-invalid", "true")
    reason.fill("Tio av vårdcentralerna är redan finansierade av regionen.")
    walk.press("Spara förslaget")
    walk.reads("Förslaget är sparat.", "8 000 001 kr", "Tio av vårdcentralerna är redan finansierade")


def nothing_needs_to_be_communicated(walk: Walker) -> None:
    """25 § förvaltningslagen: without this choice the decision cannot be taken."""
    walk.go("/beredning/2026/kommunicering/")
    walk.group("Ansökningar").get_by_role("checkbox").first.check()
    walk.write({"Skäl": "Inget har tillförts av någon annan än sökanden."})
    walk.press("Kommunicering behövs inte")
    walk.reads("Kommuniceringen hindrar inget beslut.")


def the_delegation_decides(walk: Walker) -> None:
    """On the day of the meeting, by one who decides; who decides has answered on conflicts too."""
    keep_shift(dt.date(2026, 10, 1))
    for name in DECIDERS:
        _declare(walk, name, "Nej")
    walk.go(f"/beslut/{walk.said['decision']}/")
    walk.follow("Till beslut")
    walk.reads("Det här händer när du fattar beslutet", "8 000 001 kr räknas av från ramarna.")
    walk.press("Fatta beslutet")
    walk.reads("Beslutet är fattat, registrerat och publicerat.")


def anyone_reads_the_decision(walk: Walker) -> None:
    walk.press("Logga ut")
    walk.go("/beslut/")
    walk.follow(walk.said["decision"])
    walk.reads("Delvis beviljat", TITLE, "Beslutet får inte överklagas", "Avvikelse från prioriteringen")
    pages = PdfReader(io.BytesIO(walk.download("Ladda ner beslutet (PDF)"))).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for number, heading in enumerate(ITEMS, start=1):
        assert f"{number}. {heading}" in text, f"the decision lacks item {number}, {heading}: {text[:1500]}"
    assert "får inte överklagas" in text
