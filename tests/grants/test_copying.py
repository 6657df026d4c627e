"""Beginning from what exists: an application, a block, a solution of the catalogue."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hemtag.benefits.actions import publish_case
from hemtag.benefits.queries import cases_about
from hemtag.grants import actions, queries
from hemtag.grants.models import Application, Block, Call
from hemtag.history.models import Event
from hemtag.organisations.models import Role
from hemtag.refusals import NotAllowed
from hemtag.solutions.models import Solution
from tests.benefits.making import data_from, make_case

from .making import a_call, a_person, an_application, complete, in_the_window, organisation

pytestmark = pytest.mark.django_db


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def source() -> Any:
    with in_the_window():
        row = an_application(a_call(), organisation("14"), participants=[organisation("12")], title="Förlagan")
        complete(row)
        yield Application.objects.select_related("submission__call", "submission__responsible").get(pk=row.pk)


def later_call(call: Call) -> Call:
    """Next year's, open at the same time so that the test needs one clock only."""
    later = Call.objects.get(pk=call.pk)
    kinds = list(call.measure_types.all())
    later.pk, later.slug, later.title, later.started = None, "2027", "Utlysning 2027", 0
    later.first_year, later.last_year = call.first_year + 1, call.last_year
    later.save()
    for kind in kinds[:1]:
        kind.pk, kind.call = None, later
        kind.save()
    return later


def cells(row: Application) -> dict[tuple[int, str, int, str], tuple[int, int]]:
    return {
        (block.number, cost.region.code, cost.year, cost.kind): (cost.requested_sek, cost.cofinancing_sek)
        for block in row.blocks.all()
        for cost in block.costs.select_related("region")
    }


def test_a_copy_has_everything_but_the_decisions(source: Application) -> None:
    author = a_person(Role.AUTHOR, "14")
    made, left = actions.copy_application(
        by=author,
        source=source,
        call=source.submission.call,
        region=organisation("14"),
        title="Kopian",
        invites=True,
    )
    assert (made.title, made.copied_from, made.description) == ("Kopian", source.number, source.description)
    assert not left and cells(made) == cells(source) and cells(made)
    assert made.measuring_points.count() == source.measuring_points.count() > 0
    assert {kind.code for kind in made.measure_types.all()} == {kind.code for kind in source.measure_types.all()}
    taking = {participant.region.code: participant for participant in made.participants.select_related("region")}
    assert set(taking) == {"14", "12"}
    assert all(not each.decided_on and each.minutes is None and not each.other_support for each in taking.values())
    for old, new in zip(source.blocks.order_by("number"), made.blocks.order_by("number"), strict=True):
        assert [need.number for need in old.needs.all()] == [need.number for need in new.needs.all()]
        assert old.effects.count() == new.effects.count()
        assert new.copied_from == f"{source.number}/{old.number}"
    assert Event.objects.filter(verb="copied").count() == 1


def test_without_invitations_only_the_own_costs_come_along_and_it_says_so(source: Application) -> None:
    made, left = actions.copy_application(
        by=a_person(Role.AUTHOR, "14"),
        source=source,
        call=source.submission.call,
        region=organisation("14"),
        title="Kopian",
        invites=False,
    )
    own = {key: amounts for key, amounts in cells(source).items() if key[1] == "14"}
    assert cells(made) == own
    assert left.regions == len(cells(source)) - len(own) and left.years == 0


def test_years_move_with_the_call_and_those_outside_are_told(source: Application) -> None:
    later = later_call(source.submission.call)
    made, left = actions.copy_application(
        by=a_person(Role.AUTHOR, "14"),
        source=source,
        call=later,
        region=organisation("14"),
        title="Nästa år",
        invites=True,
    )
    moved = {(b, code, year + 1, kind): pair for (b, code, year, kind), pair in cells(source).items()}
    inside = {key: pair for key, pair in moved.items() if key[2] <= later.last_year}
    assert cells(made) == inside and left.years == len(moved) - len(inside)
    old = source.measuring_points.order_by("on").first()
    new = made.measuring_points.order_by("on").first()
    assert old and new and new.on.year == old.on.year + 1


def test_a_day_that_the_next_year_has_not() -> None:
    from hemtag.grants.actions.copying import _moved

    assert _moved(dt.date(2028, 2, 29), 1) == dt.date(2029, 2, 28)


def test_a_foreign_application_is_not_copied(source: Application) -> None:
    outside = a_person(Role.AUTHOR, "01")
    with pytest.raises(NotAllowed):
        actions.copy_application(
            by=outside,
            source=source,
            call=source.submission.call,
            region=organisation("01"),
            title="x",
            invites=False,
        )
    assert Application.objects.count() == 1, "nothing is half copied"
    assert browser(outside).get(reverse("copy_application", args=[source.number])).status_code == 404


def test_a_block_is_copied_within_and_between_applications(source: Application) -> None:
    author = a_person(Role.AUTHOR, "14")
    block = queries.block_for(author, source.number, 1)
    made, left = actions.copy_block(by=author, block=block, into=source)
    assert made.number == source.blocks.count() and made.purpose == block.purpose and not left
    assert queries.cells_of(made) == queries.cells_of(block)
    other = an_application(source.submission.call, organisation("14"), title="En annan")
    made, left = actions.copy_block(by=author, block=block, into=other)
    assert made.application_id == other.pk and made.copied_from == f"{source.number}/1"
    assert {key[0] for key in queries.cells_of(made)} <= {organisation("14").pk}
    with pytest.raises(NotAllowed):
        actions.copy_block(by=a_person(Role.AUTHOR, "12"), block=block, into=source)


def a_solution(block: Block | None = None) -> Solution:
    return Solution.objects.create(
        slug="losningen",
        title="Lösningen",
        kind="technical",
        specialty="Primärvård",
        problem="Problemet",
        summary="Så gör vi",
        owner=organisation("12"),
        origin="Beslut 1, block 1" if block else "",
        origin_key=f"block-{block.pk}" if block else "",
        state="screened",
        proposed_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )


def test_a_block_begins_from_a_solution_with_its_pattern(source: Application) -> None:
    author = a_person(Role.AUTHOR, "14")
    pattern = queries.block_for(author, source.number, 1)
    solution = a_solution(pattern)
    target = an_application(source.submission.call, organisation("14"), title="Inför här")
    made, left = actions.start_block_from(by=author, application=target, solution=solution)
    assert made.title == "Inför: Lösningen" and made.purpose == "Problemet" and made.solution == solution
    assert made.effects.count() == pattern.effects.count() > 0
    regions = pattern.costs.values("region").distinct().count()
    wanted: dict[tuple[int, str], int] = {}
    for cost in pattern.costs.all():
        wanted[cost.year, cost.kind] = wanted.get((cost.year, cost.kind), 0) + cost.requested_sek
    found = {(cost.year, cost.kind): cost.requested_sek for cost in made.costs.all()}
    assert found == {key: amount // regions for key, amount in wanted.items() if amount // regions}
    assert not left


def test_a_solution_that_came_from_no_block_gives_its_texts_only(source: Application) -> None:
    author = a_person(Role.AUTHOR, "14")
    made, _left = actions.start_block_from(by=author, application=source, solution=a_solution())
    assert made.purpose == "Problemet" and not made.costs.exists() and not made.effects.exists()


def test_a_solutions_benefit_case_comes_along_to_the_block(source: Application) -> None:
    author, owner = a_person(Role.AUTHOR, "14"), a_person(Role.AUTHOR, "12")
    data = data_from("undviken-upphandling", codes=("12", "14"))
    kept = make_case(owner, organisation("12"), data=data, about_kind="solution", about_key="losningen")
    first, _left = actions.start_block_from(by=author, application=source, solution=a_solution())
    assert cases_about("block", f"{source.number}/{first.number}") == []
    publish_case(by=owner, case=kept, is_public=True)
    made, _left = actions.start_block_from(by=author, application=source, solution=Solution.objects.get())
    (case,) = cases_about("block", f"{source.number}/{made.number}")
    assert (case.copied_from, case.owner.code, case.state) == (kept.slug, "14", "draft")


def test_the_pages(source: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "14"))
    copy = reverse("copy_application", args=[source.number])
    assert client.get(copy).status_code == 200
    sent = {"title": "Kopian", "call": source.submission.call.slug, "region": "14", "invites": "on"}
    assert client.post(copy, {**sent, "title": ""}).status_code == 422
    assert client.post(copy, sent).status_code == 302
    block = reverse("copy_block", args=[source.number, 1])
    assert client.get(block).status_code == 200
    assert client.post(block, {"into": source.number}).status_code == 302
    assert client.post(block, {"into": "2026-999"}).status_code == 422
    solution = a_solution(queries.block_for(a_person(Role.AUTHOR, "14"), source.number, 1))
    chosen = reverse("choose_solution", args=[source.number])
    assert "Lösningen" in client.get(chosen, {"q": "problemet"}).content.decode()
    assert "Lösningen" not in client.get(chosen, {"q": "xyz"}).content.decode()
    start = reverse("start_block_from", args=[source.number, solution.slug])
    assert "delade" in client.get(start).content.decode()
    assert client.post(start).status_code == 302
    assert client.get(reverse("start_block_from", args=[source.number, "okand"])).status_code == 404
