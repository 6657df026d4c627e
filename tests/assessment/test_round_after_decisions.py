"""The page of a round: what it offers to do next, and what it compares, from the first trial to the last decision."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from hemtag.assessment.models import Assessment
from hemtag.organisations.models import Role
from tests.assessment.making import make_application, make_eligible, say_no_conflict
from tests.assessment.prepared import Prepared, prepared, the_day
from tests.assessment.test_deciding_pages import text

__all__ = ["prepared", "the_day"]

ROUND = "/beredning/2026/"


def actions(page: str) -> list[str]:
    """The buttons beside the heading, the main one first."""
    head = page.split("<h1")[1].split("<table")[0]
    return [part.split("</a>")[0].rpartition(">")[2] for part in head.split('class="ds-button"')[1:3]]


def test_the_main_action_follows_the_stage(prepared: Prepared, client_as: Any, person: Any) -> None:
    client = client_as(prepared.officer)
    assert actions(text(client.get(ROUND))) == ["Prioritering", "Sammanträden"]
    new = make_application(prepared.call, prepared.regions["17"])
    say_no_conflict(prepared.officer, new)
    page = text(client.get(ROUND))
    assert actions(page) == ["Pröva nästa ansökan", "Prioritering"]
    assert reverse("try_eligibility", args=["2026", new.number]) in page
    make_eligible(new)
    assert actions(text(client.get(ROUND))) == ["Tilldela bedömare", "Prioritering"]
    assert "Tilldela bedömare" not in text(client_as(prepared.decider).get(ROUND)).split("<table")[0]
    assert "Prioritering</a>" not in text(client_as(person(Role.PAYMENTS_OFFICER)).get(ROUND)).split("<h1")[1]
    Assessment.objects.filter(application=new).delete()
    new.eligibility.delete()
    new.submission.state = "withdrawn"
    new.submission.save()
    for draft in prepared.drafts():
        prepared.adopt(draft)
    assert actions(text(client.get(ROUND))) == ["Sammanträden", "Prioritering"]


def test_what_is_undecided_is_compared_with_what_is_free(prepared: Prepared, client_as: Any) -> None:
    client = client_as(prepared.chair)
    page = text(client.get(ROUND))
    assert "3 ansökningar är inte beslutade och söker tillsammans 26,0 Mkr." in page
    assert "Störst är gapet 2026: 3,0 Mkr mer än vad som är fritt." in page
    first, second, third = prepared.drafts()
    prepared.adopt(first)
    prepared.adopt(second)
    page = text(client.get(ROUND))
    assert "1 ansökan är inte beslutad och söker 18,0 Mkr." in page  # 9 + 9, of 6 + 6 that are free
    assert "Störst är gapet 2026: 3,0 Mkr mer än vad som är fritt." in page
    prepared.adopt(third)
    page = text(client.get(ROUND))
    assert "Sökt mot fria medel" not in page
    assert "Allt är beslutat: 8,0 Mkr beviljades av de 26,0 Mkr som söktes." in page
    assert '<th scope="row">2026</th><td class="num">13 000 000</td><td class="num">4 000 000</td>' in page
    assert '<td class="num">31 %</td><td class="num">6 000 000</td>' in page


def test_an_ineligible_application_competes_for_nothing(prepared: Prepared, client_as: Any) -> None:
    prepared.applications[2].eligibility.verdict = "ineligible"
    prepared.applications[2].eligibility.save()
    page = text(client_as(prepared.chair).get(ROUND))
    assert (
        "2 ansökningar är inte beslutade och söker tillsammans 8,0 Mkr. Det ryms i vad som är fritt varje år." in page
    )


def test_the_round_asks_twelve_questions_also_when_all_is_decided(
    prepared: Prepared, client_as: Any, django_assert_max_num_queries: Any
) -> None:
    for draft in prepared.drafts():
        prepared.adopt(draft)
    client = client_as(prepared.officer)
    with django_assert_max_num_queries(12):
        client.get(ROUND)
