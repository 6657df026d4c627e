"""What people do more than once in the journeys, in their own words."""

from __future__ import annotations

from tests.journeys.visitor import Visitor

MINUTES = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def start_an_application(author: Visitor, title: str) -> str:
    """The number of the new application."""
    author.open("/utlysningar/").follow("Statsbidrag").follow("Starta ansökan")
    author.write({"Vad heter åtgärden?": title})
    author.press("Starta ansökan").sees("Ansökan är påbörjad och har fått nummer", title)
    return author.address.split("/")[2]


def write_the_texts(author: Visitor, number: str) -> None:
    author.open(f"/ansokningar/{number}/").follow("Ändra texterna och planen")
    for label in ("Sammanfattning", "Beskrivning", "Vad åtgärden ska leda till", "Gott exempel", "Ägare", "Budget"):
        author.write({label: f"{label}: så här är det tänkt."})
    author.write({"Så består effekten": "Arbetssättet blir det ordinarie."})
    author.tick("Ny styrmodell", within="Åtgärdstyper")
    author.press("Spara").follow("Ändra förutsättningarna")
    author.write({"Ekonomiska förutsättningar": "Underskott 2025.", "Områden med stora": "Primärvården."})
    author.press("Spara").follow("Ändra mätpunkterna")
    author.write({"Dag": "2029-06-01", "Indikator": "Besök per listad"})
    author.press("Spara").sees("Mätpunkterna är sparade.")


def add_a_block(author: Visitor, number: str, title: str) -> None:
    """A block with purpose and activities; the visitor stands on its page."""
    author.open(f"/ansokningar/{number}/block/nytt/")
    author.write({"Blockets titel": title})
    author.press("Lägg till block")
    author.write({"Syfte": "Rätt vårdnivå från början.", "Aktiviteter": "Ta fram\nPröva"})
    author.press("Spara").sees("Blocket är sparat.")


def give_it_costs(author: Visitor, region: str, amount: str) -> None:
    author.follow("Fyll i kostnader")
    author.select("Region", region, within="Lägg till rader")
    author.select("Kostnadsslag", "Egen arbetstid", within="Lägg till rader")
    author.press("Lägg till rader").sees("Raderna är tillagda men inte sparade")
    author.fill(author.cells("Egen arbetstid 2027 sökt"), amount)
    author.press("Spara").sees("Kostnaderna är sparade.")


def give_it_an_effect(author: Visitor) -> None:
    author.follow("Ange effekter")
    author.write({"Lågt utfall": "1 000 000", "Troligast": "5 000 000", "Högt utfall": "8 000 000"})
    author.write({"Från och med år": "2027", "Till och med år": "2030", "Grund": "Uppmätt i en pilot."})
    author.press("Spara").sees("Effekterna är sparade.")


def decide_in_the_region(representative: Visitor, number: str, code: str) -> None:
    """The minuted decision with its file, the declaration, and the confirmation."""
    representative.open(f"/ansokningar/{number}/beslut-i-regionerna/{code}/")
    representative.write({"Beslutsdag": "2026-05-04", "Beslutande organ": "Regionstyrelsen", "Paragraf": "§ 7"})
    representative.attach("Protokoll", f"protokoll-{code}.pdf", MINUTES)
    representative.tick("Nej", within="Får regionen annat statligt stöd")
    representative.press("Spara").press("Underteckna för regionen").sees("Regionens åtagande är undertecknat.")


def hand_in(representative: Visitor, number: str) -> None:
    representative.open(f"/ansokningar/{number}/lamna-in/").sees("Allt är på plats")
    representative.press("Lämna in ansökan").sees("Kvitto på inlämning", number)
