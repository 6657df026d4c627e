"""Invitations with a wish, signatures that cover amounts, leaving with costs, and the regions at a glance."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hemtag import clock
from hemtag.grants import actions, document, queries
from hemtag.grants.models import Application, Block, Cost, Participant
from hemtag.grants.queries import regions, signing
from hemtag.history.queries import events_about
from hemtag.organisations.models import Membership, Role
from hemtag.refusals import Clash, DoesNotHold, WrongState
from tests.grants.making import (
    MINUTES,
    a_call,
    a_person,
    an_application,
    complete,
    confirm,
    decide,
    fresh,
    in_the_window,
    organisation,
    representative_of,
    submitted,
)

pytestmark = pytest.mark.django_db
CODES = ("14", "01", "12")


@pytest.fixture(autouse=True)
def _while_the_call_is_open() -> Iterator[None]:
    with in_the_window():
        yield


@pytest.fixture
def application() -> Application:
    return an_application(a_call(), organisation("14"), [organisation("01"), organisation("12")])


def taking(application: Application, code: str = "01") -> Participant:
    rows = Participant.objects.select_related("region", "application__submission", "minutes")
    return rows.get(application=application, region__code=code)


def costs(application: Application, cells: dict[tuple[str, int, str], tuple[int, int]], number: int = 1) -> Block:
    by = representative_of(application.submission.responsible)
    block = application.blocks.filter(number=number).first()
    block = block or actions.add_block(by=by, application=application, title=f"Block {number}")
    wanted = {(organisation(code).pk, year, kind): pair for (code, year, kind), pair in cells.items()}
    return actions.set_costs(by=by, block=block, version=block.costs_version, cells=wanted)


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def stops(application: Application) -> list[str]:
    lines = queries.what_is_missing(fresh(application).submission, clock.today())
    return [problem.message for line in lines if not line.is_warning for problem in line.problems]


# Invited ------------------------------------------------------------------------------------------------


def test_several_regions_are_invited_at_once_with_a_message_and_a_day(application: Application) -> None:
    for code in ("03", "04"):
        organisation(code)
    client = browser(a_person(Role.AUTHOR, "14"))
    form = {"regions": ["03", "04"], "message": "Vi vill gärna ha med er.", "wished_on": "2026-05-20"}
    assert client.post(reverse("invite", args=[application.number]), form).status_code == 302
    event = events_about(application).first()
    assert event is not None
    assert event.details == {"region": "04", "message": "Vi vill gärna ha med er.", "wished_on": "2026-05-20"}
    page = text_of(browser(a_person(Role.AUTHOR, "03")).get(reverse("participation", args=[application.number, "03"])))
    assert "Vi vill gärna ha med er." in page and "Önskat svar senast 20 maj 2026" in page
    row = next(
        row for row in regions.standings(None, application, clock.today()) if row.participant.region.code == "04"
    )
    assert (row.answer_by, row.days_left) == (dt.date(2026, 5, 20), 16)


def test_all_are_invited_with_the_same_words(application: Application) -> None:
    organisation("03")
    client = browser(a_person(Role.AUTHOR, "14"))
    client.post(reverse("invite", args=[application.number]), {"alla": "1", "message": "Hej", "wished_on": ""})
    assert regions.invitations(application)["03"]["message"] == "Hej"


def test_a_day_that_has_been_and_a_message_nobody_reads_are_refused(application: Application) -> None:
    by, region = representative_of(organisation("14")), organisation("03")
    for words, field in (({"wished_on": dt.date(2026, 5, 3)}, "wished_on"), ({"message": "x" * 2001}, "message")):
        with pytest.raises(DoesNotHold) as refusal:
            actions.invite(by=by, application=application, region=region, **words)
        assert [problem.field for problem in refusal.value.problems] == [field]
    assert not application.participants.filter(region=region).exists()


# Signed -------------------------------------------------------------------------------------------------


def test_what_is_signed_is_shown_and_its_hash_is_kept_in_the_event(application: Application) -> None:
    costs(
        application,
        {("01", 2026, "own_time"): (700, 50), ("01", 2027, "other"): (30, 0), ("14", 2026, "other"): (9, 9)},
    )
    decide(taking(application))
    client = browser(representative_of(organisation("01")))
    page = client.get(reverse("participation", args=[application.number, "01"]))
    shown = re.search(r'name="visat" value="([0-9a-f]{64})"', page.content.decode())
    assert shown is not None
    text = text_of(page)
    assert "2026 700 50" in text and "2027 30 0" in text and "Summa 730 50" in text
    confirm_url = reverse("confirm_participation", args=[application.number, "01"])
    assert client.post(confirm_url, {"visat": shown[1]}).status_code == 302
    event = events_about(taking(application)).first()
    assert event is not None and event.verb == "confirmed"
    signed = event.details["undertaking"]
    assert queries.sha256_of(signed) == event.details["undertaking_sha256"] == shown[1]
    assert signed["years"] == {
        "2026": {"requested_sek": 700, "cofinancing_sek": 50},
        "2027": {"requested_sek": 30, "cofinancing_sek": 0},
    }
    assert signed["minutes"] and signed["other_support"] == "none"
    content = queries.parts_of(Application.objects.filter(pk=application.pk))[0]
    assert next(row for row in content["participants"] if row["code"] == "01")["signed_sha256"] == shown[1]


def test_nothing_is_signed_that_the_page_did_not_show(application: Application) -> None:
    costs(application, {("01", 2026, "own_time"): (700, 50)})
    saved = decide(taking(application))
    seen = queries.sha256_of(signing.undertaking_of(saved))
    costs(application, {("01", 2026, "own_time"): (900, 50)})
    with pytest.raises(WrongState, match="har ändrats sedan sidan öppnades"):
        actions.confirm_participation(by=representative_of(saved.region), participant=saved, seen=seen)
    assert taking(application).state == "invited"
    client = browser(representative_of(saved.region))
    answer = client.post(
        reverse("confirm_participation", args=[application.number, "01"]), {"visat": seen}, follow=True
    )
    assert "har ändrats sedan sidan öppnades" in text_of(answer)


def test_a_signature_is_outdated_by_another_amount_in_a_year_and_only_by_that(application: Application) -> None:
    costs(application, {("01", 2026, "own_time"): (700, 50), ("14", 2026, "own_time"): (1_000_000, 0)})
    application = complete(application)
    assert stops(application) == []
    # Another kind in the same year, and another region's money: the undertaking is the same.
    costs(application, {("01", 2026, "other"): (700, 50), ("14", 2026, "own_time"): (1_000_000, 0)})
    assert not signing.is_outdated(taking(application)) and not any("Stockholm" in each for each in stops(application))
    costs(application, {("01", 2026, "other"): (700, 51), ("14", 2026, "own_time"): (1_000_000, 0)})
    assert signing.is_outdated(taking(application))
    assert stops(application) == [
        "Region Stockholm undertecknade 2026-001 före en ändring av regionens belopp. Regionens behöriga företrädare "
        "undertecknar det som står nu."
    ]
    with pytest.raises(DoesNotHold, match="före en ändring"):
        submitted(application)
    page = text_of(
        browser(representative_of(organisation("14"))).get(reverse("participations", args=[application.number]))
    )
    assert "Undertecknat före ändring" in page and "ny underskrift: beloppen har ändrats" in page
    own = browser(representative_of(organisation("01")))
    address = reverse("participation", args=[application.number, "01"])
    assert "Undertecknat före ändring" in text_of(own.get(address)) and "Underteckna på nytt" in text_of(
        own.get(address)
    )
    assert own.post(reverse("confirm_participation", args=[application.number, "01"])).status_code == 302
    assert not signing.is_outdated(taking(application)) and stops(application) == []
    assert submitted(application).number == 1


def test_amounts_that_go_back_to_what_was_signed_are_signed(application: Application) -> None:
    cells = {("01", 2026, "own_time"): (700, 50), ("14", 2026, "own_time"): (1_000_000, 0)}
    costs(application, cells)
    application = complete(application)
    costs(application, {**cells, ("01", 2026, "own_time"): (600, 50)})
    assert stops(application)
    costs(application, cells)
    assert stops(application) == []


def test_a_region_does_not_sign_twice_what_it_has_signed(application: Application) -> None:
    saved = confirm(taking(application))
    with pytest.raises(WrongState, match="undertecknat"):
        actions.confirm_participation(by=representative_of(saved.region), participant=saved)


@pytest.mark.parametrize("what", ["content", "row"])
def test_the_two_ways_to_reckon_what_is_signed_agree(application: Application, what: str) -> None:
    costs(application, {("01", 2026, "own_time"): (700, 50), ("01", 2027, "other"): (30, 0)})
    costs(application, {("01", 2026, "technology"): (11, 0), ("12", 2028, "other"): (4, 4)}, number=2)
    for code in ("01", "12"):
        confirm(taking(application, code))
    if what == "content":
        part = queries.parts_of(Application.objects.filter(pk=application.pk))[0]
        assert signing.outdated_in(part) == set()
        part["blocks"][1]["costs"][0]["requested_sek"] += 1
        assert len(signing.outdated_in(part)) == 1
    else:
        assert not any(signing.is_outdated(taking(application, code)) for code in ("01", "12"))
        Cost.objects.filter(region__code="12").update(requested_sek=5)
        assert signing.is_outdated(taking(application, "12")) and not signing.is_outdated(taking(application))


# Leaving ------------------------------------------------------------------------------------------------


def test_costs_of_a_region_that_leaves_are_removed_with_an_event_that_lists_them(application: Application) -> None:
    block = costs(application, {("01", 2026, "own_time"): (700, 50), ("14", 2026, "other"): (9, 1)})
    by = representative_of(organisation("14"))
    with pytest.raises(DoesNotHold) as refusal:
        actions.uninvite(by=by, application=application, region=organisation("01"))
    assert [problem.field for problem in refusal.value.problems] == ["costs"]
    actions.uninvite(by=by, application=application, region=organisation("01"), costs="remove")
    event = events_about(application).first()
    assert event is not None and event.verb == "uninvited"
    assert event.details == {"region": "01", "costs": "remove", "cells": {"1": {"own_time.2026": [700, 50]}}}
    told = events_about(block).first()
    assert told is not None and told.verb == "costs_set"
    assert told.details["cells"] == {"01.own_time.2026": {"before": [700, 50], "after": [0, 0]}}
    assert queries.budget(application).per_region == {"14": queries.Sums(9, 1)}


def test_costs_are_moved_and_added_to_what_the_other_region_has(application: Application) -> None:
    block = costs(
        application, {("01", 2026, "other"): (700, 50), ("12", 2026, "other"): (5, 5), ("01", 2027, "other"): (1, 0)}
    )
    confirm(taking(application, "12"))
    before = queries.budget(application)
    actions.uninvite(
        by=representative_of(organisation("14")),
        application=application,
        region=organisation("01"),
        costs="move",
        to=organisation("12"),
    )
    after = queries.budget(application)
    assert (after.total, after.per_year, after.per_kind, after.per_block) == (
        before.total,
        before.per_year,
        before.per_kind,
        before.per_block,
    )
    assert after.per_region_year == {("12", 2026): queries.Sums(705, 55), ("12", 2027): queries.Sums(1, 0)}
    assert signing.is_outdated(taking(application, "12"))
    # Somebody who has an older page open writes over nothing unseen.
    with pytest.raises(Clash):
        actions.set_costs(
            by=representative_of(organisation("12")),
            block=block,
            version=block.costs_version,
            cells={(organisation("12").pk, 2026, "other"): (6, 5)},
        )


def test_hours_follow_the_money_while_they_cost_the_same(application: Application) -> None:
    block = costs(application, {("01", 2026, "own_time"): (1000, 0), ("12", 2026, "own_time"): (500, 0)})
    for code, hours in (("01", 2), ("12", 1)):
        Cost.objects.filter(region__code=code).update(hours=hours, hourly_cost_sek=500)
    move = {"costs": "move", "to": organisation("12")}
    by = representative_of(organisation("14"))
    actions.uninvite(by=by, application=application, region=organisation("01"), **move)
    cell = Cost.objects.get(block=block)
    assert (cell.requested_sek, cell.hours, cell.hourly_cost_sek) == (1500, 3, 500)
    assert cell.requested_sek + cell.cofinancing_sek == cell.hours * cell.hourly_cost_sek


def test_a_region_that_declines_leaves_its_costs_to_the_responsible_region_or_settles_them(
    application: Application,
) -> None:
    costs(application, {("01", 2026, "other"): (700, 50), ("12", 2026, "other"): (5, 5)})
    confirm(taking(application))
    gone = actions.decline_participation(
        by=representative_of(organisation("01")), participant=taking(application), reason="Nej"
    )
    event = events_about(gone).first()
    assert event is not None and event.details == {"reason": "Nej", "before": "confirmed", "costs": "keep"}
    lines = queries.what_is_missing(fresh(application).submission, clock.today())
    assert [line.rule for line in lines if line.rule == "costs_are_in_participants_regions" and not line.holds]
    actions.decline_participation(
        by=representative_of(organisation("12")),
        participant=taking(application, "12"),
        reason="Nej",
        costs="move",
        to=organisation("14"),
    )
    actions.uninvite(
        by=representative_of(organisation("14")), application=application, region=organisation("01"), costs="remove"
    )
    assert queries.budget(application).per_region == {"14": queries.Sums(5, 5)}


def test_costs_go_to_nobody_who_does_not_take_part(application: Application) -> None:
    costs(application, {("01", 2026, "other"): (700, 50)})
    declined = taking(application, "12")
    actions.decline_participation(by=representative_of(organisation("12")), participant=declined, reason="Nej")
    for to in (None, organisation("01"), organisation("12"), organisation("03")):
        with pytest.raises(DoesNotHold) as refusal:
            actions.uninvite(
                by=representative_of(organisation("14")),
                application=application,
                region=organisation("01"),
                costs="move",
                to=to,
            )
        assert [problem.field for problem in refusal.value.problems] == ["to"]
    assert queries.budget(application).total == queries.Sums(700, 50)


def test_no_region_leaves_what_is_handed_in(application: Application) -> None:
    submitted(complete(application))
    with pytest.raises(WrongState, match="ärendenummer"):
        actions.decline_participation(
            by=representative_of(organisation("01")), participant=taking(application), reason="Nej"
        )


AMOUNTS = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(CODES), st.sampled_from([2026, 2027, 2028]), st.sampled_from(["own_time", "other"])),
    AMOUNTS,
    max_size=8,
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["01", "12"]), st.sampled_from(["remove", "move", "join"]), st.sampled_from(CODES)),
    max_size=6,
)


@given(first=CELLS, second=CELLS, steps=STEPS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_total_follows_whoever_leaves_and_joins(
    application: Application, first: dict[Any, Any], second: dict[Any, Any], steps: list[tuple[str, str, str]]
) -> None:
    by = representative_of(organisation("14"))
    for code in ("01", "12"):
        if not application.participants.filter(region__code=code).exists():
            actions.invite(by=by, application=application, region=organisation(code))
    costs(application, first)
    costs(application, second, number=2)
    for code, what, to in steps:
        before = queries.budget(application)
        own = before.per_region.get(code, queries.Sums())
        inside = application.participants.filter(region__code=code).exists()
        try:
            if what == "join":
                actions.invite(by=by, application=application, region=organisation(code))
            else:
                heir = organisation(to) if what == "move" else None
                actions.uninvite(by=by, application=application, region=organisation(code), costs=what, to=heir)
        except DoesNotHold:
            assert queries.budget(application).cells == before.cells
            continue
        after = queries.budget(application)
        if what == "remove":
            assert inside and code not in after.per_region
            assert after.total + own == before.total
        else:
            assert (
                after.total == before.total and after.per_year == before.per_year and after.per_kind == before.per_kind
            )
    live = queries.budget(application)
    frozen = document.budget_of(queries.parts_of(Application.objects.filter(pk=application.pk))[0])
    for name in ("per_block", "per_region", "per_year", "per_kind", "per_block_year", "per_region_year"):
        parts = getattr(live, name)
        assert sum(parts.values(), queries.Sums()) == live.total and parts == getattr(frozen, name)
    listed = queries.totals(Application.objects.filter(pk=application.pk)).get()
    assert (listed.requested_sek, listed.cofinancing_sek) == (live.total.requested_sek, live.total.cofinancing_sek)  # type: ignore[attr-defined]
    held = set(live.per_region)
    assert held <= set(application.participants.values_list("region__code", flat=True))


# At a glance --------------------------------------------------------------------------------------------


def test_what_is_missing_from_whom_and_when_something_was_last_done(application: Application) -> None:
    costs(application, {("01", 2026, "other"): (700, 50)})
    author, signer = a_person(Role.AUTHOR, "01"), representative_of(organisation("01"))
    Membership.objects.create(
        person=a_person(Role.AUTHOR, "03"), organisation=organisation("01"), role=Role.AUTHOR,
        starts_on=dt.date(2020, 1, 1), ends_on=dt.date(2021, 1, 1),
    )  # fmt: skip
    with in_the_window(dt.datetime(2026, 5, 10, 9, 0, tzinfo=dt.UTC)):
        actions.edit_participation(
            by=author, participant=taking(application), values={"body": "Styrelsen"}, minutes=("p.pdf", MINUTES)
        )
    rows = {row.participant.region.code: row for row in regions.standings(None, application, dt.date(2026, 5, 31))}
    stockholm = rows["01"]
    assert [(missing.what, missing.names) for missing in stockholm.missing] == [
        ("beslutet: datum, paragraf", (author.name, signer.name)),
        ("svar om annat statligt stöd", (author.name, signer.name)),
        ("underskrift", (signer.name,)),
    ]
    assert (stockholm.last_by, clock.day_of(stockholm.last_at)) == (author.name, dt.date(2026, 5, 10))  # type: ignore[arg-type]
    assert (stockholm.requested_sek, stockholm.cofinancing_sek, stockholm.days_left) == (700, 50, 15)
    assert rows["12"].last_at is None
    confirm(taking(application))
    assert (
        next(
            row
            for row in regions.standings(None, application, dt.date(2026, 5, 31))
            if row.participant.region.code == "01"
        ).missing
        == ()
    )


def test_a_participant_sees_its_own_first_and_anyone_sorts(application: Application) -> None:
    confirm(taking(application))

    def order(person: Any, by: str = "") -> list[str]:
        return [row.participant.region.code for row in regions.standings(person, application, clock.today(), by)]

    responsible, skane = representative_of(organisation("14")), representative_of(organisation("12"))
    assert order(responsible) == ["12", "14", "01"] and order(responsible, "region") == ["01", "12", "14"]
    assert order(skane, "region") == ["12", "01", "14"] and order(skane)[0] == "12"
    assert order(responsible, "lage")[-1] == "01" and order(responsible, "-lage")[0] == "01"
    assert order(responsible, "saknas")[-1] == "01" and order(responsible, "nonsens") == ["01", "12", "14"]
    page = browser(responsible).get(reverse("participations", args=[application.number]), {"sortera": "lage"})
    html = page.content.decode()
    assert 'aria-sort="ascending"><a class="sort" href="?sortera=-lage"' in html


@pytest.mark.parametrize("count", [3, 21])
def test_the_page_asks_as_many_questions_for_3_regions_as_for_21(count: int, django_assert_num_queries: Any) -> None:
    others = [organisation(f"{number:02}") for number in range(30, 29 + count)]
    application = an_application(a_call(), organisation("14"), others)
    costs(application, {(region.code, 2026, "other"): (1, 1) for region in others})
    for region in others[::2]:
        confirm(taking(application, region.code))
    person = representative_of(organisation("14"))
    with django_assert_num_queries(9):
        assert len(regions.standings(person, application, clock.today())) == count
    client = browser(person)
    address = reverse("participations", args=[application.number])
    client.get(address)
    with django_assert_num_queries(14):
        assert client.get(address).status_code == 200
