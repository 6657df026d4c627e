"""The acts of the whole way up to hand-in: the call, the application, its blocks, every region's decision."""

from __future__ import annotations

import datetime as dt
import re

from playwright.sync_api import expect

from hemtag.web.demo.clockwork import keep_shift
from tests.browser.hands import Walker

TITLE = "Gemensam triage med AI-stöd"
AUTHOR, REPRESENTATIVE, ECONOMIST = "Anna Lind", "Karin Thorell", "Peter Dahlgren"
# county code -> its representative
REGIONS = {"14": REPRESENTATIVE, "01": "Margareta Hallin", "12": "Jonas Wedin"}
MINUTES = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def anyone_reads_the_call(walk: Walker) -> None:
    keep_shift(dt.date(2026, 5, 20))
    walk.go("/utlysningar/")
    walk.follow_starting("Bidrag")
    walk.reads("1 april 2026", "15 juni 2026", "Bemyndiganderam", "250,0 Mkr", "Kriterier med vikt")
    expect(walk.page.get_by_role("link", name="Starta ansökan")).to_have_count(0)


def an_author_starts_an_application(walk: Walker) -> None:
    walk.log_in_as(AUTHOR)
    walk.go("/utlysningar/2026/")
    walk.follow("Starta ansökan")
    walk.write({"Vad heter åtgärden?": TITLE})
    walk.press("Starta ansökan")
    walk.reads("Ansökan är påbörjad och har fått nummer")
    walk.said["application"] = walk.page.url.rstrip("/").rsplit("/", 1)[-1]
    _write_the_texts(walk)
    _write_the_conditions_and_measuring_points(walk)
    _invite(walk, "Region Stockholm", "Region Skåne")


def _write_the_texts(walk: Walker) -> None:
    walk.follow_starting("Texter och plan")
    walk.write(
        {
            "Sammanfattning": "Tre regioner inför samma stöd för bedömning vid första kontakten.",
            "Beskrivning av åtgärden": "Stödet tas fram, prövas och införs stegvis på 40 vårdcentraler.",
            "Vad åtgärden ska leda till": "Rätt vårdnivå från början och färre onödiga besök.",
            "Gott exempel för andra regioner": "Allt som tas fram publiceras så att andra regioner kan göra likadant.",
            "Ägare": "Primärvårdschefen i varje region",
            "Budget efter bidraget": "Två miljoner kronor om året, som regionerna har åtagit sig.",
            "Så består effekten": "Stödet blir en del av det ordinarie arbetssättet.",
        }
    )
    walk.group("Åtgärdstyper").get_by_role("checkbox").first.check()
    walk.press("Spara")
    walk.reads("Texterna är sparade.")


def _write_the_conditions_and_measuring_points(walk: Walker) -> None:
    walk.go(f"/ansokningar/{walk.said['application']}/forutsattningar/")
    walk.write(
        {
            "Ekonomiska förutsättningar": "Underskott 2025 och stigande kostnader i primärvården.",
            "Områden med stora utvecklingsbehov": "Tillgängligheten i primärvården och kompetensförsörjningen.",
        }
    )
    walk.press("Spara")
    walk.go(f"/ansokningar/{walk.said['application']}/matpunkter/")
    point = walk.group("Ny mätpunkt").first
    values = {"Dag": "2028-06-01", "Indikator": "Besök per listad", "Utgångsvärde": "2,4", "Målvärde": "2,0"}
    walk.write(values, point)
    walk.press("Spara")
    walk.reads("Mätpunkterna är sparade.")


def _invite(walk: Walker, *regions: str) -> None:
    walk.go(f"/ansokningar/{walk.said['application']}/beslut-i-regionerna/")
    walk.follow("Bjud in regioner")
    for region in regions:
        walk.page.get_by_label(region, exact=True).check()
    walk.press("Bjud in de kryssade")
    walk.reads("Inbjudna", *regions)


def blocks_are_written(walk: Walker) -> None:
    """Three blocks: the second needs the first, and the third is larger than a year's frame."""
    _add_block(walk, "Beslutsstöd", "Ta fram och pröva stödet", {"Personal": "1 000 000"}, "40 000 000")
    _add_block(walk, "Införande", "Införa stödet på vårdcentralerna", {"Personal": "600 001"}, "20 000 000")
    walk.follow("Vad och varför")
    walk.choose("Block som det här blocket behöver", "1. Beslutsstöd")
    walk.press("Spara")
    walk.reads("Blocket är sparat.")
    _add_block(walk, "Ny journalplattform", "Byta journalplattform", {"Personal": "90 000 000"}, "900 000 000")
    walk.go(f"/ansokningar/{walk.said['application']}/budget/")
    walk.reads("549 600 006 kr")


def _add_block(walk: Walker, title: str, activities: str, costs: dict[str, str], effect: str) -> None:
    walk.go(f"/ansokningar/{walk.said['application']}/block/nytt/")
    walk.write({"Blockets titel": title})
    walk.press("Lägg till block")
    walk.write({"Syfte": f"{title} som tre regioner delar på.", "Aktiviteter": activities})
    walk.press("Spara")
    walk.reads("Blocket är sparat.")
