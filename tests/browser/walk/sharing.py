"""The acts of spreading: a block in the catalogue and in use, an obstacle solved once and used by others."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from hemtag.solutions.criteria import newest
from tests.browser.walk.deciding import OFFICER
from tests.browser.walk.hands import Walker

SOLUTION = "Beslutsstöd för triage"
OBSTACLE = "Oklart om journaltext får användas för att pröva ett AI-stöd"
UNDERLAG = "Rättsligt ställningstagande: journaltext vid prövning av AI-stöd"
BODY = (
    "Patientdatalagen tillåter att vårdgivaren behandlar personuppgifter för att utveckla och säkra kvaliteten i sin "
    "egen verksamhet. Prövningen sker på kopior som gallras efter tre månader, under samma behörigheter som journalen. "
    "Ingen uppgift lämnar vårdgivaren, och resultatet redovisas bara i sammanställd form."
)


def a_block_comes_to_the_catalogue(walk: Walker) -> None:
    """A granted block becomes a proposed solution; the catalogue lists it; the editor screens it."""
    walk.log_in_as(OFFICER, f"/uppfoljning/{walk.said['application']}/")
    walk.follow_starting("föreslå till katalogen: Beslutsstöd")
    walk.select("Slag av lösning", "AI-tillämpning")
    walk.write({"Lösningens namn": SOLUTION, "Verksamhetsområde": "Primärvård"})
    walk.write({"Vilket problem löser den?": "Fel vårdnivå vid första kontakten."})
    walk.write({"Hur går det till?": "Sjuksköterskan får ett förslag på vårdnivå."})
    walk.press("Föreslå lösningen")
    walk.reads("katalogen")
    walk.go(f"/losningar/?q={SOLUTION}")
    expect(walk.page.locator(".entry", has_text=SOLUTION)).to_contain_text("Identifierad")
    walk.log_in_as("Linnea Forsgren", f"/losningar/?q={SOLUTION}")
    walk.follow(SOLUTION)
    walk.said["solution"] = walk.here()
    walk.follow("Pröva vid G1")
    for criterion in newest("G1").criteria:
        walk.page.locator(f"[name=mark_{criterion.id}][value=met]").check()
    walk.page.locator("[name=has_conflict][value=no]").check()
    walk.page.locator("[name=outcome][value=passed]").check()
    walk.write({"Skäl": "Problemet, lösningen och beläggen är beskrivna."})
    walk.page.locator("main form").get_by_role("button", name="Avgör").click()
    walk.reads("Utfallet är sparat")


def a_region_has_introduced_it(walk: Walker) -> None:
    walk.log_in_as("Oskar Palmér", walk.said["solution"])
    walk.follow("Vi har infört")
    walk.page.get_by_role("radio", name="I drift").check()
    walk.press("Fortsätt")
    walk.write({"När?": "2027-02-15", "Vad visar det?": "Driftsättningsprotokoll 2027-02-15 från 12 vårdcentraler."})
    covered = {"Hur många använder lösningen?": "12", "Av hur många": "40", "Vad räknas?": "vårdcentraler"}
    walk.write(covered)
    walk.press("Spara steget")
    walk.reads("Steget är sparat")
    walk.go(f"{walk.said['solution']}inforanden/region/12/")
    walk.reads("Driftsättningsprotokoll 2027-02-15", "15 februari 2027", "12 av 40")
    walk.go(f"/losningar/?q={SOLUTION}")
    expect(walk.page.locator(".entry", has_text=SOLUTION)).to_contain_text("I drift i 1 av 21")


def an_obstacle_is_reported(walk: Walker) -> None:
    walk.log_in_as("Sara Engdahl", "/hinder/")
    walk.follow("Anmäl ett hinder")
    walk.page.get_by_role("radio", name="Juridik").check()
    walk.write({"Hindret i en mening": OBSTACLE, "Vad är det som stoppar?": "Juristerna är oeniga."})
    walk.press("Anmäl hindret")
    walk.go("/hinder/")
    expect(walk.row(OBSTACLE)).to_contain_text("Öppet")


def one_region_writes_underlag(walk: Walker) -> None:
    """Written by an author, published by the region's representative; the obstacle is solved."""
    walk.log_in_as("Anna Lind", "/underlag/")
    walk.follow("Skriv ett underlag")
    walk.select("Slag av underlag", "Rättsligt ställningstagande")
    walk.write({"Titel": UNDERLAG, "Sammanfattning": "Prövning på kopior är tillåten.", "Underlaget": BODY})
    walk.write({"Förutsättningar": "Gäller inom en vårdgivare.", "Arbetstid att ta fram": "120"})
    walk.page.get_by_role("checkbox", name=OBSTACLE).check()
    walk.press("Spara utkastet")
    walk.said["underlag"] = walk.here()
    walk.log_in_as("Karin Thorell", walk.said["underlag"])
    walk.follow("Publicera")
    walk.press("Publicera för alla regioner")
    walk.go("/hinder/")
    expect(walk.row(OBSTACLE)).to_contain_text("Löst")


def two_regions_reuse_it(walk: Walker) -> None:
    """Each says what it took and what it would have taken alone; the page shows what has been gained."""
    for author, spent, alone in (("Sara Engdahl", "8", "100"), ("Oskar Palmér", "12", "90")):
        walk.log_in_as(author, walk.said["underlag"])
        walk.follow("Använd i vår region")
        walk.page.get_by_role("radio").first.check()
        walk.write({"Timmar ni har lagt": spent, "Timmar det hade tagit": alone})
        walk.press("Spara")
    walk.press("Logga ut")
    walk.go(walk.said["underlag"])
    walk.reads("2 regioner har använt underlaget och sparat 170 timmar")
    expect(walk.row("Skåne")).to_contain_text(re.compile("12.*90", re.S))
