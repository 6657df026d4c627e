"""The acts of the whole way up to hand-in: the call, the application, its blocks, every region's decision."""

from __future__ import annotations

import datetime as dt
import re

from playwright.sync_api import expect

from hemtag.web.demo.clockwork import keep_shift
from tests.browser.walk.hands import Walker

TITLE = "Gemensam triage med AI-stöd"
AUTHOR, REPRESENTATIVE, ECONOMIST = "Anna Lind", "Karin Thorell", "Peter Dahlgren"
# county code -> its representative
REGIONS = {"14": REPRESENTATIVE, "01": "Margareta Hallin", "12": "Jonas Wedin"}
MINUTES = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def anyone_reads_the_call(walk: Walker) -> None:
    keep_shift(dt.date(2026, 5, 20))
    walk.go("/utlysningar/")
    walk.follow_starting("Statsbidrag")
    walk.reads("1 april 2026", "15 juni 2026", "bemyndiganderam", "250,0 Mkr", "Kriterier med vikt")
    expect(walk.page.get_by_role("link", name="Starta ansökan")).to_have_count(0)


def an_author_starts_an_application(walk: Walker) -> None:
    walk.log_in_as(AUTHOR, "/utlysningar/2026/")
    walk.follow("Starta ansökan")
    walk.write({"Vad heter åtgärden?": TITLE})
    walk.press("Starta ansökan")
    walk.reads("Ansökan är påbörjad och har fått nummer")
    walk.said["application"] = walk.here().split("/")[2]
    _write_the_texts(walk)
    _write_the_conditions_and_measuring_points(walk)
    _invite(walk, "Region Stockholm", "Region Skåne")


def _write_the_texts(walk: Walker) -> None:
    walk.follow("Ändra texterna och planen")
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
    walk.save()
    walk.reads("Texterna är sparade.")


def _write_the_conditions_and_measuring_points(walk: Walker) -> None:
    walk.follow("Ändra förutsättningarna")
    walk.write(
        {
            "Ekonomiska förutsättningar": "Underskott 2025 och stigande kostnader i primärvården.",
            "Områden med stora utvecklingsbehov": "Tillgängligheten i primärvården och kompetensförsörjningen.",
        }
    )
    walk.save()
    walk.reads("Texterna är sparade.")
    walk.follow("Ändra mätpunkterna")
    point = walk.group("Ny mätpunkt").first
    values = {"Dag": "2028-06-01", "Indikator": "Besök per listad", "Utgångsvärde": "2,4", "Målvärde": "2,0"}
    walk.write(values, point)
    walk.save()
    walk.reads("Mätpunkterna är sparade.")


def _invite(walk: Walker, *regions: str) -> None:
    walk.follow("Beslut i regionerna")
    walk.follow("Bjud in regioner")
    for region in regions:
        walk.page.get_by_label(region, exact=True).check()
    walk.press("Bjud in de kryssade")
    walk.reads("Inbjudna", *regions)


def blocks_are_written(walk: Walker) -> None:
    """Three blocks: the second needs the first, and the third asks for more than any year's frame holds."""
    _add_block(walk, "Beslutsstöd", "Ta fram stödet\nPröva stödet")
    _add_costs(walk, "Alla 3 regioner", "Egen arbetstid", {"2026 sökt": "1 000 000", "2027 sökt": "1 000 000"})
    _add_costs(walk, "Västra Götalandsregionen", "Samordning", {"2026 sökt": "500 001", "2026 medfin.": "200 000"})
    _add_effect(walk, ("10 000 000", "40 000 000", "60 000 000"))
    _add_block(walk, "Införande", "Införa stödet på 40 vårdcentraler")
    walk.choose("Block som det här blocket behöver", "1. Beslutsstöd")
    walk.save()
    _add_costs(walk, "Alla 3 regioner", "Egen arbetstid", {"2027 sökt": "600 000"})
    _add_effect(walk, ("5 000 000", "20 000 000", "30 000 000"))
    _add_block(walk, "Ny journalplattform", "Byta plattform i tre regioner")
    _add_costs(walk, "Västra Götalandsregionen", "Teknik", {"2027 sökt": "300 000 000"})
    walk.go(f"/ansokningar/{walk.said['application']}/budget/")
    walk.reads("308 300 001", "200 000")


def _add_block(walk: Walker, title: str, activities: str) -> None:
    walk.go(f"/ansokningar/{walk.said['application']}/block/nytt/")
    walk.write({"Blockets titel": title})
    walk.press("Lägg till block")
    walk.write({"Syfte": f"{title} som tre regioner delar på.", "Aktiviteter": activities})
    walk.save()
    walk.reads("Blocket är sparat.")


def _add_costs(walk: Walker, region: str, kind: str, amounts: dict[str, str]) -> None:
    """On a block's page: rows for one region or for all, then the amounts in each new row."""
    if walk.page.get_by_role("link", name="Fyll i kostnader").count():
        walk.follow("Fyll i kostnader")
    rows = walk.group("Lägg till rader")
    walk.select("Region", region, rows)
    walk.select("Kostnadsslag", kind, rows)
    walk.press("Lägg till rader")
    walk.reads("Raderna är tillagda men inte sparade")
    for column, amount in amounts.items():
        year, part = column.split()
        cells = walk.page.get_by_role("textbox", name=re.compile(rf"{kind}\s*{year}\s*{re.escape(part)}$")).all()
        assert cells, f"no field for {kind}, {column}"
        for cell in cells:
            cell.fill(amount)
    walk.press("Spara")
    walk.reads("Kostnaderna är sparade.")


def _add_effect(walk: Walker, low_likely_high: tuple[str, str, str]) -> None:
    walk.page.get_by_role("navigation", name="Brödsmulor").get_by_role("link").last.click()
    walk.page.wait_for_load_state()
    walk.follow("Ange effekter")
    effect = walk.group("Ny effekt").first
    walk.select("Slag av effekt", "Samma vård med mindre resurser", effect)
    walk.select("När", "Direkt effekt", effect)
    walk.select("För vem", "Regionen", effect)
    low, likely, high = low_likely_high
    walk.write({"Lågt utfall": low, "Troligast": likely, "Högt utfall": high}, effect)
    walk.write({"Från och med år": "2027", "Till och med år": "2030", "Grund": "Uppmätt i en pilot."}, effect)
    walk.save()
    walk.reads("Effekterna är sparade.")


def what_is_missing_is_shown(walk: Walker) -> None:
    """Every thing with a link to where it is mended, and no button to hand in with."""
    walk.log_in_as(REPRESENTATIVE, f"/ansokningar/{walk.said['application']}/lamna-in/")
    walk.reads(
        "saker saknas", "Varje deltagande region har ett protokollfört beslut", "Region Skåne har inte undertecknat"
    )
    expect(walk.page.get_by_role("button", name="Lämna in ansökan")).to_have_count(0)
    walk.follow_starting("Åtgärda: Region Skåne: det protokollförda beslutet")
    walk.reads("Region Skåne", "Protokoll")


def every_region_decides(walk: Walker) -> None:
    """Each region's own representative fills in its minuted decision and confirms it."""
    for code, representative in REGIONS.items():
        walk.log_in_as(representative, f"/ansokningar/{walk.said['application']}/beslut-i-regionerna/{code}/")
        walk.write({"Beslutsdag": "2026-05-12", "Beslutande organ": "Regionstyrelsen", "Paragraf": "§ 112"})
        file = {"name": f"protokoll-{code}.pdf", "mimeType": "application/pdf", "buffer": MINUTES}
        walk.field("Protokoll").set_input_files(file)  # type: ignore[arg-type]
        walk.choose("Får regionen annat statligt stöd", "Nej")
        walk.save()
        walk.reads("Regionens beslut är sparat.")
        walk.press("Underteckna för regionen")
        walk.reads("Regionens åtagande är undertecknat.")


def the_form_is_handed_in(walk: Walker) -> None:
    """Once: not before its checks hold, and not again from another tab."""
    keep_shift(dt.date(2026, 6, 10))
    walk.log_in_as(REPRESENTATIVE)
    address = f"/ansokningar/{walk.said['application']}/lamna-in/"
    walk.go(address)
    walk.reads("Allt är på plats")
    with walk.another_tab(address) as second:
        walk.press("Lämna in ansökan")
        walk.reads("Inlämningen är mottagen", "Kvitto på inlämning", "Kontrollsumma (SHA-256)")
        second.press("Lämna in ansökan")
        second.reads("Ingenting har lämnats in två gånger.")
    case = walk.page.get_by_role("main").inner_text().partition("Ärendenummer")[2].split()[0]
    walk.said["case"] = case
    assert walk.download("Ladda ner kvittot (PDF)").startswith(b"%PDF")


def what_is_handed_in_is_frozen_and_registered(walk: Walker) -> None:
    number = walk.said["application"]
    assert walk.answer(f"/ansokningar/{number}/text/") == 403
    walk.reads("Den går inte att ändra.")
    walk.go(f"/diarium/?q={walk.said['case']}")
    walk.reads(walk.said["case"], "Västra Götalandsregionen")
    expect(walk.page.get_by_role("main").get_by_role("row").filter(has_text=walk.said["case"])).to_have_count(1)
