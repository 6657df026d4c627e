"""A solution, from proposal to the second region."""

from __future__ import annotations

import pytest

from hemtag.organisations.models import Role
from hemtag.solutions.criteria import newest

pytestmark = pytest.mark.django_db

NAME = "Landrygg utan onödig röntgen"
USED = {"Hur många använder lösningen?": "12", "Av hur många": "12", "Vad räknas?": "vårdcentraler"}


def test_a_solution_from_proposal_to_the_second_region(regions, visitor, on):
    with on(2026, 9, 1):
        inga = visitor(Role.AUTHOR, "25", "Inga").open("/losningar/foresla/")
        inga.write({"Lösningens namn": NAME, "Verksamhetsområde": "Primärvård"})
        inga.select("Slag av lösning", "Utmönstring")
        inga.write({"Vilket problem löser den?": "Många bilder ändrar ingen behandling."})
        inga.write({"Hur går det till": "Remissen frågar efter röda flaggor."})
        inga.press("Tipsa").sees(NAME, "Identifierad")
        solution = inga.address
        inga.open(f"{solution}inforanden/nytt/?steg=in_use")
        inga.write(USED)
        inga.write({"När?": "2026-08-15", "Vad visar det?": "Alla vårdcentraler sedan 15 augusti."})
        inga.press("Spara steget").sees("Steget är sparat")
        inga.open(f"{solution}inforanden/region/25/").sees("Alla vårdcentraler sedan 15 augusti.")

    with on(2026, 9, 10):
        lina = visitor(Role.CATALOGUE_EDITOR, "", "Lina").open(solution).follow("Pröva vid G1")
        for one in newest("G1").criteria:
            lina.tick("Uppfyllt", within=f"Bedömning av {one.id}")
        lina.tick("Nej, inget hindrar mig")
        lina.tick("Uppfylld", within="Utfall")
        lina.write({"Skäl": "Beläggen är beskrivna."})
        lina.press("Avgör").sees("Sållad")

    with on(2026, 11, 1):
        sven = visitor(Role.AUTHOR, "12", "Sven").open(f"/losningar/?q={NAME}").follow(NAME)
        sven.open(f"{solution}inforanden/nytt/?steg=in_use").write(USED)
        sven.write({"När?": "2026-12-24", "Vad visar det?": "Beslut § 4."})
        sven.press("Spara steget")
        assert sven.status == 422, "a step that has not happened yet"
        sven.write({"När?": "2026-10-20"})
        sven.press("Spara steget").sees("Steget är sparat")
        sven.open(f"{solution}inforanden/region/12/").sees("20 oktober 2026", "Beslut § 4.")
        anyone = visitor().open("/losningar/")
        anyone.sees("I drift i 2 av 21")
        anyone.follow(NAME).open(f"{solution}inforanden/")
        assert "I drift" in anyone.row("Skåne") and "I drift" in anyone.row("Norrbotten")
        assert "Ej påbörjat" in anyone.row("Stockholm")
