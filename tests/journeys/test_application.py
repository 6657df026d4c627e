"""An application, from form to decision."""

from __future__ import annotations

import pytest

from hemtag.organisations.models import Role
from tests.journeys import acts

pytestmark = pytest.mark.django_db

ASSESSORS = ("Ada", "Bengt", "Cilla")


@pytest.fixture
def handed_in(call, visitor, on) -> str:
    with on(2026, 5, 20):
        anna, karin = visitor(Role.AUTHOR, "14", "Anna"), visitor(Role.REPRESENTATIVE, "14", "Karin")
        number = acts.start_an_application(anna, "Triage med stöd")
        acts.write_the_texts(anna, number)
        acts.add_a_block(anna, number, "Beslutsstöd")
        acts.give_it_costs(anna, "Västra Götalandsregionen", "2 000 000")
        acts.give_it_an_effect(anna.open(f"/ansokningar/{number}/block/1/"))
        acts.decide_in_the_region(karin, number, "14")
        acts.hand_in(karin, number)
        return number


def declare(person, number: str) -> None:
    person.open("/beredning/2026/jav/")
    person.tick(f"Nej {number}")
    person.press("Spara svaren")


def test_an_application_from_form_to_decision(handed_in, visitor, on):
    number = handed_in
    case = f"/beredning/2026/ansokan/{number}/"
    with on(2026, 6, 20):
        assessors = {name: visitor(Role.ASSESSOR, "", name) for name in ASSESSORS}
        elin = visitor(Role.CASE_OFFICER, "", "Elin")
        declare(elin, number)
        elin.open(case).follow("Pröva behörigheten")
        elin.tick("Behörig", within="Utfall")
        elin.write({"Skäl": "Alla villkor är uppfyllda."})
        elin.press("Spara prövningen")
        elin.open(f"{case}bedomare/")
        for name in ASSESSORS:
            elin.tick(name, within="Bedömare")
        elin.press("Spara")
        for name, person in assessors.items():
            declare(person, number)
            person.open(f"/beredning/2026/bedomning/{number}/")
            for field in list(person.main.all("textarea")):
                person.typed[id(field)] = f"{name} har läst och räknat efter."
            for field in list(person.main.all("input")):
                if field.get("type") == "radio" and field.get("value") == "4":
                    person.typed[id(field)] = True
            person.press("Lämna in bedömningen").sees("är inlämnad")

    with on(2026, 9, 20):
        elin = visitor(Role.CASE_OFFICER, "", "Elin").open("/beredning/2026/prioritering/")
        elin.press("Prioritera").sees("1 av 1 block ryms", "Bevisat optimum")
        doris = visitor(Role.DECISION_MAKER, "", "Doris")
        elin.follow("Kalla till sammanträde")
        elin.write({"Datum": "2026-10-01"})
        elin.tick("Doris", within="Beslutande")
        elin.select("Ordförande", "Doris")
        elin.select("Föredragande", "Elin")
        elin.press("Spara sammanträdet").press("Skriv förslag till beslut").sees("1 av 1")
        decision = elin.follow("B").address
        elin.open("/beredning/2026/kommunicering/").sees("1 ansökan kan inte beslutas än")
        elin.tick(number, within="Ansökningar")
        elin.write({"Skäl": "Inget har tillförts av någon annan."})
        elin.press("Kommunicering behövs inte").sees("Kommuniceringen hindrar inget beslut")
        assert visitor().open(decision).status == 404, "a draft is the delegation's own"

    with on(2026, 10, 1):
        doris = visitor(Role.DECISION_MAKER, "", "Doris")
        declare(doris, number)
        doris.open(decision).follow("Till beslut").press("Fatta beslutet").sees("Beslutet är fattat")
        anyone = visitor().open("/beslut/").follow(decision.split("/")[2])
        anyone.sees("Beviljat", "2 000 000 kr", "Beslutet får inte överklagas")
        visitor().open("/diarium/").sees("Triage med stöd")
