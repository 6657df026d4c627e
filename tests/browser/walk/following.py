"""The acts after the decision: payment by two, hours, distribution to the krona, a report, a case of recovery."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import expect

from hemtag.web.demo.clockwork import keep_shift
from tests.browser.walk.applying import ECONOMIST, REPRESENTATIVE, TITLE
from tests.browser.walk.deciding import OFFICER
from tests.browser.walk.hands import Walker

FIRST_PAYER, SECOND_PAYER = "Yvonne Backström", "Robert Hedlund"
AUTHORS = {"Västra Götaland": "Anna Lind", "Stockholm": "Sara Engdahl", "Skåne": "Oskar Palmér"}
# 3 500 001 kr, of which 3 000 000 of 3 500 001 in the year's budget is for working time, in whole kronor
HOURS = {"Västra Götaland": ("500", "0"), "Stockholm": ("300", "33"), "Skåne": ("100", "0")}
PAID = 3_500_001


def _follow_up(walk: Walker) -> str:
    return f"/uppfoljning/{walk.said['application']}/"


def a_payment_takes_two(walk: Walker) -> None:
    """Prepared by one, whom the page tells to leave it to another; approved and paid by that other."""
    keep_shift(dt.date(2026, 11, 1))
    walk.log_in_as(FIRST_PAYER, "/utbetalningar/")
    walk.follow_starting("Förbered: ")
    walk.press("Förbered och attestera som första person")
    walk.reads("En annan person behöver attestera den.")
    expect(walk.row("1 november 2026")).to_contain_text("Väntar på en annan person")
    walk.go("/utbetalningar/1/")
    walk.reads("Du har redan attesterat den här utbetalningen.")
    expect(walk.page.get_by_role("button", name="Attestera utbetalningen")).to_have_count(0)
    walk.log_in_as(SECOND_PAYER, "/utbetalningar/")
    walk.follow_starting("Attestera: ")
    walk.reads("3 500 001 kr", FIRST_PAYER)
    walk.press("Attestera utbetalningen")
    walk.follow_starting("Notera som betald: ")
    walk.write({"Betalningsdag": "2026-11-01", "Betalningsreferens": "BG 5050-1055"})
    walk.press("Notera som betald")
    walk.go(_follow_up(walk))
    expect(walk.row("1 november 2026")).to_contain_text(f"{FIRST_PAYER}, {SECOND_PAYER}")


def regions_report_hours(walk: Walker) -> None:
    keep_shift(dt.date(2027, 1, 15))
    for region, (block_1, block_2) in HOURS.items():
        walk.log_in_as(AUTHORS[region], f"/uppfoljning/{walk.said['application']}/arbetstid/?period=2026-07-01")
        walk.write({"1. Beslutsstöd": block_1, "2. Införande": block_2})
        walk.press("Spara timmarna")
    walk.go(_follow_up(walk))
    walk.reads("933")


def the_money_is_shared_to_the_krona(walk: Walker) -> None:
    walk.log_in_as(ECONOMIST, _follow_up(walk))
    walk.follow_starting("Fördela")
    walk.write({"Arbetstid från och med": "2026-07-01", "Arbetstid till och med": "2026-12-31"})
    walk.press("Fördela")
    table = walk.page.get_by_role("table", name="Fördelning per region")
    rows = table.get_by_role("row").filter(has=walk.page.get_by_role("cell"))
    expect(rows).to_have_count(4)  # three regions and their sum
    sums = [int("".join(filter(str.isdigit, row.get_by_role("cell").nth(3).inner_text()))) for row in rows.all()]
    assert sum(sums[:3]) == sums[3] == PAID


def a_region_confirms_its_statement(walk: Walker) -> None:
    walk.log_in_as("Helena Rask", _follow_up(walk))
    walk.page.get_by_role("table", name="Fördelning per region").get_by_role("link", name="Stockholm").click()
    walk.reads("Avräkning för Region Stockholm", "333")
    walk.press("Bekräfta att pengarna har kommit")
    walk.reads("Helena Rask")


def every_region_reports_its_part(walk: Walker) -> None:
    """Opened by the responsible region, each region's part by itself, then the whole, handed in and accepted."""
    keep_shift(dt.date(2027, 2, 1))
    walk.log_in_as(REPRESENTATIVE, _follow_up(walk))
    walk.press("Påbörja delredovisning")
    report = walk.here()
    for region, author in AUTHORS.items():
        walk.log_in_as(author, report)
        walk.write({"Vad har regionen gjort?": f"{region} har prövat stödet.", "Regionens kostnad": "900 000"})
        walk.press("Spara er del")
    walk.log_in_as(REPRESENTATIVE, report)
    walk.write({"Hur har arbetet som helhet gått?": "Stödet prövas på tolv vårdcentraler, enligt planen."})
    walk.press("Spara texten")
    walk.press("Lämna in redovisningen")
    walk.log_in_as(OFFICER, report)
    walk.reads("Skåne har prövat stödet.", "2 700 000", "Stödet prövas på tolv vårdcentraler")
    walk.press("Godta redovisningen")
    walk.reads("Godtagen")


def a_recovery_case_is_opened(walk: Walker) -> None:
    keep_shift(dt.date(2027, 3, 1))
    walk.go(_follow_up(walk))
    walk.follow("Öppna ett återkravsärende")
    walk.page.get_by_role("radio").nth(1).check()
    walk.write({"Belopp som kan komma att återkrävas": "250 000", "Omständigheter": "En tjänst tillsattes aldrig."})
    walk.press("Öppna ärendet")
    walk.reads("Återkrav", TITLE, "250 000 kr", "En tjänst tillsattes aldrig.")
