"""Several people at the same thing: two who write in the same block, and a region that leaves."""

from __future__ import annotations

import pytest

from hemtag.organisations.models import Role
from tests.journeys import acts

pytestmark = pytest.mark.django_db


def test_two_people_edit_the_same_block(call, visitor, on):
    with on(2026, 5, 20):
        anna = visitor(Role.AUTHOR, "14", "Anna")
        number = acts.start_an_application(anna, "Gemensam triage")
        acts.add_a_block(anna, number, "Beslutsstöd")
        block = anna.address
        bertil = visitor(Role.AUTHOR, "14", "Bertil").open(block)
        anna.open(block).write({"Syfte": "Annas syfte."})
        anna.press("Spara").sees("Blocket är sparat.")

        bertil.write({"Syfte": "Bertils syfte.", "Aktiviteter": "Bertils aktivitet"})
        bertil.press("Spara")
        assert bertil.status in {409, 422}
        bertil.sees("Anna sparade före dig", "Annas syfte.")
        assert [field.text for field in bertil.main.all("textarea")] == ["Bertils syfte.", "Bertils aktivitet"]
        assert "Annas syfte." in anna.open(block).main.text
        anna.does_not_see("Bertils syfte.")

        bertil.press("Spara").sees("Blocket är sparat.", "Bertils syfte.")
        anna.open(f"/ansokningar/{number}/").sees("Beslutsstöd")


def test_a_region_leaves_before_hand_in(call, visitor, on):
    with on(2026, 5, 20):
        anna = visitor(Role.AUTHOR, "14", "Anna")
        number = acts.start_an_application(anna, "Gemensam triage")
        acts.write_the_texts(anna, number)
        anna.open(f"/ansokningar/{number}/beslut-i-regionerna/").follow("Bjud in regioner")
        anna.tick("Region Skåne")
        anna.press("Bjud in de kryssade").sees("Region Skåne")
        acts.add_a_block(anna, number, "Beslutsstöd")
        acts.give_it_costs(anna, "Alla 2 regioner", "1 000 000")
        acts.give_it_an_effect(anna.open(f"/ansokningar/{number}/block/1/"))

        karin, sven = visitor(Role.REPRESENTATIVE, "14", "Karin"), visitor(Role.REPRESENTATIVE, "12", "Sven")
        acts.decide_in_the_region(karin, number, "14")
        sven.open(f"/ansokningar/{number}/beslut-i-regionerna/12/").follow("Regionen ska inte delta")
        sven.write({"Skäl": "Regionstyrelsen återremitterade ärendet."})
        sven.tick("Låt kostnaderna stå")
        sven.press("Avböj").sees("Regionen deltar inte i ansökan.")

        # Its costs stand in the way of handing in, and the page says so, until its row is taken out.
        karin.open(f"/ansokningar/{number}/lamna-in/").sees("kostnader i regioner som inte deltar (länskod 12)")
        karin.follow("Åtgärda")
        karin.fill(karin.cells("Skåne Egen arbetstid"), "")
        karin.press("Spara").sees("Kostnaderna är sparade.", "Sökt 1 000 000 kr")
        acts.hand_in(karin, number)
        karin.follow("Till ansökan").sees("1 000 000 kr")
        assert visitor(Role.REPRESENTATIVE, "12", "Sven").open(f"/ansokningar/{number}/").status == 404
