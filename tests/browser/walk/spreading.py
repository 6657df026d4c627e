"""A solution's way: tipped, tried, packaged, told of, introduced by one region after another, adapted, stopped, recalled."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from hemtag.grants.reference import load_everything

from .hands import Walker

EDITOR = "Linnea Forsgren"
PACKED = "sarcentrum-pa-distans"
TITLE = "Fotvård i tid vid diabetes"
OWNER, STOPPER, ADAPTER = "14", "18", "20"
WALKER = "08"
REVIEWERS = ("08", "12", "20")
DAY = "2027-09-20"
ANSWERS = {
    "Besök per år": ("4000", "6000", "9000"),
    "Andel av besöken": ("0,05", "0,2", "0,4"),
    "Personalens tid per besök": ("0,3", "0,5", "1"),
    "Utlägg som försvinner": ("50", "150", "400"),
    "Att ta fram och införa": ("200", "500", "1200"),
    "Ny kostnad per år": ("100", "250", "600"),
}


def people() -> dict[str, str]:
    """One person in each of the 21 regions, by county code."""
    found: dict[str, str] = {}
    for person in load_everything().people:
        if len(person.organisation) == 2 and person.role in {"author", "representative"}:
            found.setdefault(person.organisation, person.name)
    return found


def _home(walk: Walker, *more: str) -> str:
    return "/".join([walk.said["solution"].rstrip("/"), *more]) + "/"


def a_region_tips(walk: Walker) -> None:
    walk.log_in_as(people()[OWNER], "/losningar/")
    walk.follow("Föreslå en lösning")
    walk.write(
        {
            "Lösningens namn": TITLE,
            "Vilket problem löser den?": "Fotsår vid diabetes upptäcks sent, och flera slutar med amputation.",
            "Hur går det till?": "Risken bedöms vid varje årskontroll, och den som har hög risk får tid inom två veckor.",
            "Vad har ni sett?": "0,4 färre amputationer per tusen patienter och år.",
            "Verksamhetsområde": "Diabetesvård",
            "Vem kan berätta mer?": "Diabetesmottagningen, fot@example.org",
        }
    )
    walk.select("Slag av lösning", "Arbetssätt")
    walk.press("Tipsa")
    walk.reads("Identifierad")
    walk.said["solution"] = walk.here()


def _judge_all(walk: Walker) -> None:
    """Every criterion is met."""
    for group in walk.page.get_by_role("group", name=re.compile("^Bedömning av ")).all():
        group.get_by_label("Uppfyllt", exact=True).check()


def _alone(walk: Walker, gate: str) -> None:
    walk.log_in_as(EDITOR, _home(walk, "grind", gate))
    _judge_all(walk)
    walk.choose("Har du jäv?", "Nej, inget hindrar mig")
    walk.group("Utfall").get_by_label("Uppfylld", exact=True).check()
    walk.write({"Skäl": "Kriterierna är uppfyllda."})
    walk.press("Avgör")


def the_editor_screens_it(walk: Walker) -> None:
    _alone(walk, "G1")
    walk.go(walk.said["solution"])
    walk.reads("Sållad")


def the_owner_shows_what_the_effect_rests_on(walk: Walker) -> None:
    walk.log_in_as(people()[OWNER], _home(walk, "evidens", "ny"))
    walk.write(
        {
            "Namn på studien": "Fotsår före och efter, med väntande vårdcentraler",
            "Organisation där det mättes": "Västra Götalandsregionen",
            "Verksamhet": "Tolv vårdcentraler",
            "Vad mättes": "fotsår per tusen patienter och år, skillnad",
            "Antal": "4100",
            "Effekt": "-2,1",
            "Intervallets låga gräns": "-3,4",
            "Intervallets höga gräns": "-0,8",
            "Källa": "Rapport 2027:4 (påhittad).",
        }
    )
    walk.select("Upplägg", "Kontrollerad, en verksamhet")
    walk.press(re.compile("^(Spara|Lägg till)"))
    walk.go(_home(walk, "kvalificering"))
    walk.reads("Fotsår före och efter", "E2")


def three_from_other_regions_try_it(walk: Walker) -> None:
    walk.log_in_as(EDITOR, _home(walk, "kvalificering", "oppna"))
    walk.press("Öppna och utse bedömare")
    review = walk.here()
    for code in REVIEWERS:
        walk.go(review)
        who = walk.field("Vem?")
        if not who.is_visible():
            walk.page.get_by_text("Fråga en bedömare", exact=True).click()
        who.select_option(label=_option(walk, people()[code]))
        walk.press("Fråga")
    for code in REVIEWERS:
        walk.log_in_as(people()[code], review + "bedom/")
        walk.choose("Har du jäv?", "Nej, inget hindrar mig")
        walk.press("Spara")
        walk.go(review + "bedom/")
        _judge_all(walk)
        wanted = "Tillbaka för mer underlag" if code == REVIEWERS[-1] else "Uppfylld"
        walk.group("Vad rekommenderar du?").get_by_label(wanted, exact=True).check()
        walk.write({"Skälen i korthet": "Läst underlaget och tagit ställning."})
        walk.press("Lämna in")
    walk.said["review"] = review


def the_editor_decides_though_one_dissents(walk: Walker) -> None:
    walk.log_in_as(EDITOR, walk.said["review"])
    walk.group("Utfall").get_by_label("Uppfylld", exact=True).check()
    walk.select("Evidensnivå", "E2")
    walk.field("Skäl").first.fill("Tillräckligt känt för att paketeras.")
    walk.press("Avgör")
    walk.go(_home(walk, "kvalificering"))
    walk.reads("Kvalificerad", people()[REVIEWERS[-1]])


def _option(walk: Walker, name: str) -> str:
    """The label of the choice that names a person."""
    found = walk.field("Vem?").get_by_role("option").filter(has_text=name)
    return found.first.text_content() or ""


def its_benefit_is_calculated(walk: Walker) -> None:
    slug = walk.said["solution"].strip("/").split("/")[-1]
    walk.log_in_as(people()[OWNER], walk.said["solution"])
    walk.go(f"/kalkyler/ny/farre-besok/?om=solution&nyckel={slug}")
    walk.write({"Kalkylens namn": TITLE})
    for question, numbers in ANSWERS.items():
        boxes = walk.group(question).get_by_role("textbox", name=re.compile(": (lågt|troligt|högt)$"))
        for place, number in enumerate(numbers):
            boxes.nth(place).fill(number)
    walk.press("Räkna")
    walk.reads("räknar hem")


def its_package_is_begun_and_brought_as_files(walk: Walker) -> None:
    """Another package of the catalogue is taken home, and its parts are read into this one to be written on."""
    fetched = walk.page.request.get(f"/losningar/{PACKED}/paket/version/1.0.0.zip")
    assert fetched.ok
    walk.go(_home(walk, "paket"))
    walk.press(re.compile("^(Börja|Påbörja)"))
    walk.go(_home(walk, "paket", "utkast"))
    file = {"name": "paket.zip", "mimeType": "application/zip", "buffer": fetched.body()}
    walk.page.get_by_label("ZIP-fil").set_input_files(file)
    walk.press("Läs in")
    walk.go(_home(walk, "paket", "utkast"))
    walk.write({"Version": "1.0.0", "Ses över senast": "2028-06-01"})
    walk.select("Licens för hela paketet", "CC-BY-4.0 – Creative Commons Erkännande 4.0")
    walk.press("Spara uppgifterna")


def someone_from_another_region_walks_through_it(walk: Walker) -> None:
    walk.log_in_as(people()[WALKER], _home(walk, "paket", "prova"))
    walk.press("Börja pröva")
    walk.go(_home(walk, "paket", "prova"))
    walk.follow("Avsluta prövningen")
    walk.write({"Timmar i allt": "22", "Klart den": DAY})
    walk.choose("Kom du igenom med bara paketet?", "Ja, hela vägen")
    walk.press("Avsluta prövningen")


def it_is_packaged_and_published(walk: Walker) -> None:
    _alone(walk, "G3")
    walk.go(_home(walk, "paket", "utkast", "publicera"))
    walk.press("Publicera")


def it_is_told_of(walk: Walker) -> None:
    walk.log_in_as(people()[OWNER], _home(walk, "kort", "skriv"))
    walk.write({"Kort beskrivning (": "Fötterna ses över varje år, och den som har hög risk får tid inom två veckor."})
    walk.write({"För vem?": "Diabetessjuksköterskor och fotterapeuter"})
    walk.press("Spara texterna")
    _alone(walk, "G4")
    walk.go(walk.said["solution"])
    walk.reads("Kommunicerad", "1.0.0")


def _step(walk: Walker, stage: str, texts: dict[str, str], reason: str = "") -> None:
    walk.go(_home(walk, "inforanden", "nytt"))
    walk.page.get_by_role("radio", name=stage, exact=True).check()
    walk.press("Fortsätt")
    walk.write({"När?": DAY, **texts})
    if reason:
        walk.select("Vilket är skälet?", reason)
    walk.press("Spara steget")


def every_region_takes_it_into_use(walk: Walker) -> None:
    """Twenty-one regions, twenty-one people: each says so itself."""
    for name in people().values():
        walk.log_in_as(name, walk.said["solution"])
        used = {
            "Hur många använder lösningen?": "12",
            "Av hur många som det är tänkt?": "12",
            "Vad räknas?": "mottagningar",
        }
        _step(walk, "I drift", {**used, "Vad visar det?": "Driftsättningsprotokoll 2027-09-20, alla mottagningar."})
    walk.go(_home(walk, "inforanden"))
    walk.reads("I drift i 21 av 21 regioner")
    expect(walk.page.get_by_role("table", name=re.compile("Alla 21 regioner")).get_by_text("I drift")).to_have_count(21)
    walk.go(walk.said["solution"])
    walk.reads("Under spridning")


def one_region_stops_with_its_reason(walk: Walker) -> None:
    walk.log_in_as(people()[STOPPER], walk.said["solution"])
    why = {"Berätta mer om skälet": "Fotterapeuterna räcker inte till för uppföljningen."}
    _step(walk, "Avslutat", why, "Personal eller tid saknas")
    walk.go(_home(walk, "inforanden"))
    walk.reads("I drift i 20 av 21 regioner", "Personal eller tid saknas")


def one_region_changes_a_core_function(walk: Walker) -> None:
    walk.log_in_as(people()[ADAPTER], _home(walk, "inforanden", "region", ADAPTER))
    walk.follow("Ange en anpassning")
    walk.write(
        {"Från vilken dag?": DAY, "Vad är annorlunda hos er?": "Risken bedöms vart tredje år i stället för varje."}
    )
    walk.group("Ändras någon av kärnfunktionerna?").get_by_role("checkbox").first.check()
    for choice in walk.page.get_by_role("main").get_by_role("combobox").all():
        choice.select_option(index=1)
    walk.press("Spara")
    walk.reads("egen variant")
    walk.go(_home(walk, "inforanden"))
    walk.reads("I drift i 19 av 21 regioner")


def the_package_is_recalled(walk: Walker) -> None:
    """Everyone who uses it is told, and nobody new can begin."""
    walk.log_in_as(EDITOR, _home(walk, "paket"))
    walk.follow_starting("Återkalla")
    walk.write({"Vad är fel?": "Gränsen för hög risk är felskriven i formuläret; patienter kan sållas bort."})
    walk.choose("Vad ska den som använder lösningen göra?", "Sluta genast")
    walk.press("Återkalla")


def everyone_is_told_and_nobody_begins(walk: Walker) -> None:
    walk.go(walk.said["solution"])
    walk.reads("Återkallad", "Sluta använda lösningen genast")
    walk.go(_home(walk, "paket"))
    walk.reads("felskriven i formuläret")
    for code in ("01", ADAPTER):
        walk.log_in_as(people()[code], "/min-sida/")
        walk.reads(TITLE)
    walk.log_in_as(people()[STOPPER], _home(walk, "inforanden", "nytt"))
    walk.reads("Det finns inget steg att ange nu")
