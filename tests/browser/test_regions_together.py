"""Regions write together in the browser: invited, signed, signed anew, gone, and the responsibility moved."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hemtag.grants import actions, queries
from hemtag.grants.models import Application
from hemtag.organisations.models import Role
from hemtag.web.demo.people import Cast
from tests.browser.looking import assert_axe_clean
from tests.browser.pages import DRAFT
from tests.browser.walk.hands import Walker

MINUTES = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
OWN, GUEST, HEIR = "24", "09", "10"


@pytest.fixture
def walk(page: Page, demo_at: Callable[[str], str]) -> Walker:
    demo_at("open")
    return Walker(page)


def drafted() -> Application:
    return Application.objects.select_related("submission__call", "submission__responsible").get(
        title__startswith=DRAFT
    )


def signer(code: str) -> str:
    return str(Cast().one(Role.REPRESENTATIVE, code).name)


def money_for(application: Application, code: str, asked: int) -> None:
    """The responsible region writes a row of another region's."""
    block = application.blocks.order_by("number")[0]
    cells: dict[Any, Any] = {**queries.cells_of(block)}
    cells[Cast().organisations[code].pk, 2026, "other"] = (asked, 0)
    actions.set_costs(by=Cast().one(Role.REPRESENTATIVE, OWN), block=block, version=block.costs_version, cells=cells)


def test_from_invitation_to_another_responsible_region(walk: Walker) -> None:
    application = drafted()
    home = f"/ansokningar/{application.number}/"
    regions = f"{home}beslut-i-regionerna/"
    names = {code: Cast().organisations[code].name for code in (OWN, GUEST, HEIR)}

    # Two regions are invited at once, with a message and a day.
    walk.log_in_as(signer(OWN), then=regions)
    walk.follow("Bjud in regioner")
    for code in (GUEST, HEIR):
        walk.page.get_by_label(names[code], exact=True).check()
    walk.write({"Meddelande till regionerna": "Vi vill gärna ha med er.", "Önskat svar senast": "2026-06-08"})
    walk.press("Bjud in de kryssade")
    walk.reads("Inbjudna:")
    expect(walk.row(Cast().organisations[GUEST].short_name)).to_contain_text("underskrift")
    expect(walk.row(Cast().organisations[GUEST].short_name)).to_contain_text(signer(GUEST))
    assert_axe_clean(walk.page)

    # The guest sees the invitation first of all, fills in its own part and signs what is shown.
    money_for(application, GUEST, 250_000)
    walk.log_in_as(signer(GUEST), then=f"{regions}{GUEST}/")
    walk.reads("Vi vill gärna ha med er.", "Önskat svar senast 8 juni 2026")
    walk.write({"Beslutsdag": "2026-05-20", "Beslutande organ": "Regionstyrelsen", "Paragraf": "§ 12"})
    walk.page.get_by_label(re.compile("^Protokoll")).set_input_files(
        {"name": "protokoll.pdf", "mimeType": "application/pdf", "buffer": MINUTES}
    )
    walk.choose("Får regionen annat statligt stöd", "Nej, inget annat statligt stöd")
    walk.save()
    expect(walk.row("2026")).to_contain_text(re.compile(r"250\s000"))
    walk.press("Underteckna för regionen")
    walk.reads("Regionens åtagande är undertecknat.", "Kontrollsumma för det som undertecknades")
    assert_axe_clean(walk.page)

    # Its amount changes afterwards: the signature is outdated until it signs again.
    money_for(application, GUEST, 300_000)
    walk.log_in_as(signer(OWN), then=regions)
    expect(walk.row(Cast().organisations[GUEST].short_name)).to_contain_text("Undertecknat före ändring")
    walk.go(f"{home}lamna-in/")
    walk.reads(f"{names[GUEST]} undertecknade {application.number} före en ändring")
    walk.log_in_as(signer(GUEST), then=f"{regions}{GUEST}/")
    walk.press("Underteckna på nytt")
    walk.reads("Regionens åtagande är undertecknat.")
    walk.go(regions)
    expect(walk.page.locator("tbody tr").first).to_contain_text("er region")
    expect(walk.row(Cast().organisations[GUEST].short_name)).not_to_contain_text("före ändring")

    # It leaves, and its money goes to the responsible region: the sum is the same.
    before = queries.budget(application).total
    walk.go(f"{regions}{GUEST}/")
    walk.follow("Regionen ska inte delta")
    walk.write({"Skäl": "Regionfullmäktige sade nej."})
    walk.press("Avböj")
    walk.reads("Regionens kostnader")  # asked, never silently
    walk.page.get_by_label(re.compile("^Flytta kostnaderna")).check()
    walk.select("Region som tar över kostnaderna", names[OWN])
    assert_axe_clean(walk.page)
    walk.press("Avböj")
    walk.reads("Regionen deltar inte i ansökan.")
    after = queries.budget(application)
    assert after.total == before and GUEST not in after.per_region

    # The responsibility moves when both representatives agree; number and content stay.
    walk.log_in_as(signer(OWN), then=regions)
    walk.reads("Regionfullmäktige sade nej.")
    walk.follow("Flytta ansvaret för ansökan till en annan region")
    walk.select("Region som tar över ansvaret", names[HEIR])
    walk.press("Erbjud ansvaret")
    walk.reads(f"Ansvaret är erbjudet {names[HEIR]}.")
    walk.log_in_as(signer(HEIR), then=f"{home}ansvar/")
    assert_axe_clean(walk.page)
    walk.press(f"Ta över ansvaret för {names[HEIR]}")
    walk.reads(f"{names[HEIR]} ansvarar nu för ansökan.")
    moved = drafted()
    assert (moved.number, moved.submission.responsible.code) == (application.number, HEIR)
    assert queries.budget(moved).total == before
    walk.go(f"{home}text/")
    walk.reads("Beskrivning")
    walk.log_in_as(signer(OWN), then=f"{home}ansvar/")
    walk.reads(f"{names[HEIR]} ansvarar för", "Godtagen")
