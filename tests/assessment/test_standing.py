"""What the regions see of their handed-in application: a request to answer, and the decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hemtag.assessment.actions.assessing import ask_completion
from hemtag.assessment.actions.dialogue import write_line
from hemtag.assessment.models import LineKind, Side
from hemtag.assessment.queries.standing import standing_of
from hemtag.organisations.models import Role
from tests.assessment.prepared import Prepared, prepared, the_day
from tests.assessment.test_deciding_pages import text

__all__ = ["prepared", "the_day"]


def page_of(client: Any, application: Any) -> str:
    return text(client.get(reverse("application", args=[application.number])))


def current(page: str) -> str:
    return page.split('aria-current="step"><span>')[1].split("<")[0]


def ask(prepared: Prepared, application: Any) -> Any:
    application.eligibility.delete()
    application.refresh_from_db()
    return ask_completion(
        by=prepared.officer, application=application, text="Vilka enheter?", due_on=dt.date(2026, 9, 24)
    )


def test_the_responsible_region_sees_the_request_and_when_to_answer(
    prepared: Prepared, client_as: Any, person: Any
) -> None:
    first = prepared.applications[0]
    own, partner = person(Role.AUTHOR, "14"), person(Role.AUTHOR, "01")
    page = page_of(client_as(own), first)
    assert current(page) == "Beredning" and "komplettering" not in page
    request = ask(prepared, first)
    url = reverse("answer_completion", args=[first.number, request.pk])
    page = page_of(client_as(own), first)
    assert "Svara senast 24 september 2026" in page and f'href="{url}"' in page
    assert url not in page_of(client_as(partner), first)
    assert url in page_of(client_as(person(Role.AUDITOR)), first)
    request.answered_at = request.asked_at
    request.save()
    assert url not in page_of(client_as(own), first)


def test_what_else_is_asked_stands_on_the_applications_page(prepared: Prepared, client_as: Any, person: Any) -> None:
    first = prepared.applications[0]
    own, partner = person(Role.AUTHOR, "14"), person(Role.AUTHOR, "01")
    write_line(
        by=prepared.officer,
        application=first,
        side=Side.DELEGATION,
        kind=LineKind.QUESTION,
        text="Vem äger?",
        answer_by=dt.date(2026, 9, 24),
    )
    for reader in (own, partner):
        assert "Svara delegationen i dialogen om 2026-001" in page_of(client_as(reader), first)
    assert reverse("dialogue", args=[first.number]) in page_of(client_as(person(Role.AUDITOR)), first)


def test_a_draft_is_not_told_and_an_adopted_decision_is(prepared: Prepared, client_as: Any, person: Any) -> None:
    first, _second, third = prepared.applications
    drafts = prepared.drafts()
    partner = client_as(person(Role.AUTHOR, "01"))
    link = reverse("decision", args=[drafts[0].number])
    assert link not in page_of(partner, first)
    for draft in drafts:
        prepared.adopt(draft)
    page = page_of(partner, first)
    assert link in page and "6 000 000 kr för 2 av 2 block" in page and current(page) == "Utbetalning"
    assert reverse("follow_up", args=[first.number]) in page
    page = page_of(client_as(person(Role.AUTHOR, "19")), third)
    assert "inget bidrag" in page and "Avslag" in page and current(page) == "Beslut"
    assert reverse("follow_up", args=[third.number]) not in page


@pytest.mark.parametrize("is_decided", [True, False])
def test_the_standing_takes_seven_questions_at_most(prepared: Prepared, person: Any, is_decided: bool) -> None:
    own = person(Role.AUTHOR, "14")
    first = prepared.applications[0]
    if is_decided:
        prepared.adopt(prepared.drafts()[0])
    else:
        ask(prepared, first)
    standing_of(own, first)  # the person's roles are read once per page, by the page's own rule
    with CaptureQueriesContext(connection) as asked:
        found = standing_of(own, first)
    assert len(asked) <= 7 and bool(found.decision) is is_decided and bool(found.request) is not is_decided


def test_my_page_says_what_was_decided(prepared: Prepared, client_as: Any, person: Any) -> None:
    readers = {code: client_as(person(Role.REPRESENTATIVE, code)) for code in ("14", "12", "19")}
    my_page = reverse("my_page")
    assert "Inlämnad" in text(readers["14"].get(my_page))
    drafts = prepared.drafts()
    changed = {"is_granted": False, "departure_reason": "Regionen har redan gjort det."}
    prepared.edit(
        drafts[0], blocks={2: changed}, payments=[(dt.date(2026, 10, 10), 1_000_000), (dt.date(2027, 3, 1), 1_000_000)]
    )
    for draft in drafts:
        prepared.adopt(draft)
    words = {"14": "Delvis beviljad", "12": "Beviljad", "19": "Avslag"}
    for code, word in words.items():
        section = text(readers[code].get(my_page)).split('id="own"')[1].split("</section>")[0]
        assert word in section and "Inlämnad" not in section
