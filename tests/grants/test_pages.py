"""The pages from call to block, as the people who use them meet them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hemtag.grants import actions, queries
from hemtag.grants.models import Application, Block, Cost, LateAccess
from hemtag.organisations.models import Role
from tests.grants.making import (
    a_call,
    a_person,
    an_application,
    an_effect,
    complete,
    in_the_window,
    organisation,
    representative_of,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _while_the_call_is_open() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 5, 23, 8, 0, tzinfo=dt.UTC)):
        yield


def browser(person: Any = None) -> Client:
    client = Client(raise_request_exception=True)
    if person is not None:
        client.force_login(person)
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def a_block(application: Application, title: str = "Data") -> Block:
    return actions.add_block(
        by=representative_of(application.submission.responsible), application=application, title=title
    )


@pytest.fixture
def application(db: None) -> Application:
    return an_application(a_call(), organisation("14"), [organisation("01")], "Gemensamt arbete")


def test_anyone_reads_what_can_be_applied_for_when_and_how_it_is_judged() -> None:
    call = a_call()
    page = browser().get(reverse("call", args=[call.slug]))
    text = text_of(page)
    for expected in (
        "till och med 15 juni 2026",
        "23 dagar kvar",
        "Varaktig effekt",
        "delegationen ser gärna detta",
        "250,0 Mkr",
        "14 §",
        "kan fördela 250 miljoner per år till regionerna",
        "delegationen@example.org",
    ):
        assert expected in text, expected
    for criterion in call.criteria.all():
        assert criterion.levels[5]["anchor"] in text, criterion
    assert "Påhittat för demonstrationen" in text and "antagande" in text
    assert "Här antas att åtaganden för 2027–2030" in text.replace("\n", " ")
    assert text_of(browser().get(reverse("calls"))).count(call.title) == 1


def test_an_author_starts_an_application_with_its_title() -> None:
    call, author = a_call(), a_person(Role.AUTHOR, "14")
    client = browser(author)
    address = reverse("start_application", args=[call.slug])
    assert 'name="title"' in client.get(address).content.decode()
    answer = client.post(address, {"title": "Kortare väg", "region": "14"})
    started = Application.objects.get()
    assert answer["Location"] == reverse("application", args=[started.number])
    assert (started.title, started.submission.responsible.code) == ("Kortare väg", "14")


def test_outside_the_window_the_page_says_why_nothing_can_be_started() -> None:
    call, author = a_call(), a_person(Role.AUTHOR, "14")
    with time_machine.travel(dt.datetime(2026, 6, 16, 8, 0, tzinfo=dt.UTC)):
        client = browser(author)
        page = client.get(reverse("start_application", args=[call.slug]))
        assert "stängde den 15 juni 2026" in text_of(page)
        client.post(reverse("start_application", args=[call.slug]), {"title": "För sent", "region": "14"})
    assert not Application.objects.exists()


def test_a_script_in_a_title_stays_text(application: Application) -> None:
    author = a_person(Role.AUTHOR, "14")
    bad = '<script>alert("x")</script>'
    client = browser(author)
    address = reverse("edit_application", args=[application.number])
    client.post(address, {"version": application.version, "title": bad})
    assert Application.objects.get().title == bad
    for page in (reverse("application", args=[application.number]), reverse("applications"), address):
        html = client.get(page).content.decode()
        assert "<script>alert" not in html and "&lt;script&gt;alert" in html


def test_two_people_who_edit_the_same_text_are_told_and_lose_nothing(application: Application) -> None:
    anna, bo = browser(a_person(Role.AUTHOR, "14")), browser(a_person(Role.ECONOMIST, "14"))
    address = reverse("edit_application", args=[application.number])
    form = {"version": application.version, "title": "Gemensamt arbete"}
    assert anna.post(address, {**form, "description": "Annas text"}).status_code == 302
    late = bo.post(address, {**form, "description": "Bos text"})
    html = late.content.decode()
    assert late.status_code == 409
    assert "sparade före dig" in html and "Annas text" in html and ">\nBos text</textarea>" in html
    version = re.search(r'name="version" value="(\d+)"', html)
    assert version is not None
    assert bo.post(address, {**form, "version": version[1], "description": "Båda texterna"}).status_code == 302
    application.refresh_from_db()
    assert application.description == "Båda texterna"


def test_two_tabs_that_save_the_same_block(application: Application) -> None:
    block = a_block(application)
    client = browser(a_person(Role.AUTHOR, "14"))
    address = reverse("block", args=[application.number, block.number])
    form = {"version": block.version, "title": "Data"}
    assert client.post(address, {**form, "purpose": "Första fliken"}).status_code == 302
    second = client.post(address, {**form, "purpose": "Andra fliken"})
    assert second.status_code == 409 and "Andra fliken</textarea>" in second.content.decode()
    block.refresh_from_db()
    assert block.purpose == "Första fliken"


def test_a_foreign_regions_draft_and_its_block_are_not_found(application: Application) -> None:
    block = a_block(application)
    stranger = browser(a_person(Role.AUTHOR, "12"))
    number = application.number
    for address in (
        reverse("application", args=[number]),
        reverse("block", args=[number, block.number]),
        reverse("edit_costs", args=[number, block.number]),
        reverse("budget", args=[number]),
        reverse("participations", args=[number]),
        reverse("minutes", args=[number, "14"]),
        reverse("hand_in", args=[number]),
    ):
        assert stranger.get(address).status_code == 404, address
    answer = stranger.post(reverse("block", args=[number, block.number]), {"version": 1, "title": "Kapad"})
    assert answer.status_code == 404


def test_a_wrong_amount_is_shown_at_its_cell_and_nothing_is_lost(application: Application) -> None:
    block = a_block(application)
    client = browser(a_person(Role.ECONOMIST, "14"))
    address = reverse("edit_costs", args=[application.number, block.number])
    cells = {
        "version": block.costs_version,
        "rad": ["14.own_time", "01.own_time"],
        "s.14.own_time.2026": "1 000 000",
        "m.14.own_time.2026": "250000",
        "s.01.own_time.2027": "1,5 Mkr",
    }
    page = client.post(address, cells)
    html = page.content.decode()
    assert page.status_code == 422 and not Cost.objects.exists()
    assert 'id="s.01.own_time.2027" value="1,5 Mkr"' in html and "Skriv hela kronor med siffror" in html
    assert 'name="s.14.own_time.2026" value="1 000 000"' in html
    assert '<a href="#s.01.own_time.2027">' in html
    assert client.post(address, {**cells, "s.01.own_time.2027": "1 500 000"}).status_code == 302
    saved = {(c.region.code, c.year): (c.requested_sek, c.cofinancing_sek) for c in Cost.objects.all()}
    assert saved == {("14", 2026): (1_000_000, 250_000), ("01", 2027): (1_500_000, 0)}


def test_rows_are_added_for_all_regions_without_saving_or_losing(application: Application) -> None:
    block = a_block(application)
    client = browser(a_person(Role.ECONOMIST, "14"))
    address = reverse("edit_costs", args=[application.number, block.number])
    page = client.post(
        address,
        {
            "version": block.costs_version,
            "rad": ["14.technology"],
            "s.14.technology.2026": "fel",
            "ny-region": "alla",
            "ny-kind": "own_time",
            "ny-amount": "1 000 000",
            "add": "1",
        },
    )
    html = page.content.decode()
    assert html.count('value="1\u202f000\u202f000"') == 2 * 5
    assert 'value="fel"' in html and not Cost.objects.exists()


def test_a_participating_region_writes_only_its_own_rows(application: Application) -> None:
    block, vg, sthlm = a_block(application), organisation("14"), organisation("01")
    actions.set_costs(
        by=representative_of(vg),
        block=block,
        version=block.costs_version,
        cells={(vg.pk, 2026, "own_time"): (700_000, 0), (sthlm.pk, 2026, "own_time"): (10, 0)},
    )
    block.refresh_from_db()
    client = browser(a_person(Role.ECONOMIST, "01"))
    address = reverse("edit_costs", args=[application.number, block.number])
    html = client.get(address).content.decode()
    assert 'name="s.01.own_time.2026"' in html and "s.14.own_time" not in html and "700\u202f000" in html
    sent = {"version": block.costs_version, "rad": "01.own_time", "s.01.own_time.2026": "20", "s.14.own_time.2026": "1"}
    assert client.post(address, sent).status_code == 302
    amounts = dict(Cost.objects.values_list("region__code", "requested_sek"))
    assert amounts == {"14": 700_000, "01": 20}


def test_the_full_grid_is_light(application: Application) -> None:
    vg = representative_of(organisation("14"))
    codes = [f"{n:02d}" for n in (3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 17, 18, 19, 20, 21, 22, 23, 24, 25)]
    for code in codes:
        actions.invite(by=vg, application=application, region=organisation(code))
    block = a_block(application)
    kinds = ("own_time", "coordination", "expertise", "technology", "other")
    regions = [participant.region for participant in application.participants.all()]
    cells = {(r.pk, y, k): (28_000_000, 1_000_000) for r in regions for y in range(2025, 2031) for k in kinds}
    actions.set_costs(by=vg, block=block, version=block.costs_version, cells=cells)
    client = browser(a_person(Role.ECONOMIST, "14"))
    address = reverse("edit_costs", args=[application.number, block.number])
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
    html = page.content.decode()
    assert html.count('inputmode="numeric" aria-labelledby') == 21 * 5 * 6 * 2
    assert len(page.content) < 300_000
    assert len(queries) <= 15


def test_effects_are_saved_as_rows_and_a_wrong_row_keeps_the_others(application: Application) -> None:
    block = a_block(application)
    client = browser(a_person(Role.AUTHOR, "14"))
    address = reverse("edit_effects", args=[application.number, block.number])

    def row(number: int, **other: Any) -> dict[str, Any]:
        return {f"rad-{number}-{name}": value for name, value in an_effect(**other).items()}

    form = {"version": block.version, "rad-TOTAL_FORMS": 3, "rad-INITIAL_FORMS": 0}
    wrong = client.post(address, {**form, **row(0), **row(2, low_sek="9 000 000")})
    assert wrong.status_code == 422 and "Det låga utfallet är högre" in wrong.content.decode()
    assert not block.effects.exists()
    # A browser sends the first choice of every list of a row that nobody has touched.
    untouched = {"rad-1-kind": "more_care", "rad-1-horizon": "direct", "rad-1-perspective": "region"}
    assert client.post(address, {**form, **row(0), **untouched, **row(2, low_sek="-500 000")}).status_code == 302
    assert sorted(block.effects.values_list("low_sek", flat=True)) == [-500_000, 1_000_000]
    block.refresh_from_db()
    kept = {"version": block.version, "rad-TOTAL_FORMS": 3, "rad-INITIAL_FORMS": 2, "rad-1-DELETE": "on"}
    assert client.post(address, {**kept, **row(0)}).status_code == 302
    assert block.effects.count() == 1


def test_measuring_points_are_saved_as_rows(application: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "14"))
    address = reverse("edit_measuring_points", args=[application.number])
    form = {"version": application.version, "rad-TOTAL_FORMS": 2, "rad-INITIAL_FORMS": 0}
    wrong = client.post(address, {**form, "rad-0-on": "nästa vår", "rad-0-indicator": "Väntetid"})
    assert wrong.status_code == 422 and 'value="nästa vår"' in wrong.content.decode()
    good = client.post(address, {**form, "rad-0-on": "31 december 2031", "rad-0-indicator": "Väntetid"})
    assert good.status_code == 302
    assert application.measuring_points.get().on == dt.date(2031, 12, 31)


def test_the_budget_adds_up_in_every_margin(application: Application) -> None:
    vg, sthlm, block = organisation("14"), organisation("01"), a_block(application)
    cells = {
        (vg.pk, 2026, "own_time"): (1_000_001, 1),
        (vg.pk, 2027, "other"): (2_000_000, 20),
        (sthlm.pk, 2027, "own_time"): (3_000_000, 300),
    }
    actions.set_costs(by=representative_of(vg), block=block, version=block.costs_version, cells=cells)
    html = browser(a_person(Role.ECONOMIST, "01")).get(reverse("budget", args=[application.number])).content.decode()
    feet = re.findall(r"<tfoot>(.*?)</tfoot>", html, re.DOTALL)
    sums = ["1\u202f000\u202f001", "1", "5\u202f000\u202f000", "320", "6\u202f000\u202f001", "321"]
    assert [re.findall(r'class="num">([^<]*)<', foot) for foot in feet] == [sums] * 3


def test_the_home_of_a_draft_says_what_is_missing_where_and_for_how_long(application: Application) -> None:
    page = browser(a_person(Role.AUTHOR, "14")).get(reverse("application", args=[application.number]))
    html, text = page.content.decode(), text_of(page)
    assert "23 dagar kvar" in text and "saker saknas" in text
    assert f'href="{reverse("edit_submission", args=[application.number])}"' in html
    assert f'href="{reverse("participation", args=[application.number, "01"])}"' in html
    assert f'href="{reverse("add_block", args=[application.number])}"' in html
    read_only = browser(a_person(Role.ECONOMIST, "01")).get(reverse("application", args=[application.number]))
    assert reverse("add_block", args=[application.number]) not in read_only.content.decode()


def test_after_hand_in_the_home_shows_the_frozen_text_and_nothing_can_be_edited(application: Application) -> None:
    complete(application)
    submitted(application)
    Application.objects.update(description="Ändrat i efterhand")
    client = browser(a_person(Role.AUTHOR, "14"))
    text = text_of(client.get(reverse("application", args=[application.number])))
    assert "Vad som görs." in text and "Ändrat i efterhand" not in text and "HT 2026/0001" in text
    address = reverse("edit_application", args=[application.number])
    assert client.get(address).status_code == 403
    late = client.post(address, {"version": 9, "title": "X", "description": "Det jag skrev"})
    assert late.status_code == 422
    assert "Det jag skrev</textarea>" in late.content.decode() and "går inte att ändra" in text_of(late)


def test_the_list_filters_sorts_and_counts_what_is_missing(application: Application) -> None:
    rich = an_application(a_call(), organisation("14"), title="Dyrare")
    block, vg = a_block(rich), organisation("14")
    actions.set_costs(by=representative_of(vg), block=block, version=1, cells={(vg.pk, 2026, "other"): (5, 0)})
    client = browser(a_person(Role.AUTHOR, "14"))
    address = reverse("applications")

    def numbers(query: str) -> list[str]:
        return re.findall(r"/ansokningar/(2026-\d+)/", client.get(address + query).content.decode())

    assert numbers("") == [application.number, rich.number]
    assert numbers("?ordning=-sokt") == [rich.number, application.number]
    assert numbers("?q=dyr") == [rich.number]
    assert numbers("?lage=submitted") == []
    assert numbers("?lage=hittepå&sida=7") == [application.number, rich.number]
    problems = client.get(reverse("application", args=[rich.number])).context["problems"]
    row = re.search(rf"{rich.number}</a>.*?</tr>", client.get(address).content.decode(), re.DOTALL)
    assert row is not None and f'<td class="num">{len(problems)}</td>' in row[0]


def test_the_list_counts_a_later_day_for_the_responsible_region() -> None:
    call = a_call()
    made = an_application(call, organisation("14"))
    client = browser(a_person(Role.AUTHOR, "14"))
    row = client.get(reverse("applications")).context["page"].object_list[0]
    usual = row.deadline.days_left
    for days in (2, 4):
        actions.give_late_access(
            by=a_person(Role.CASE_OFFICER),
            call=call,
            region=organisation("14"),
            until=call.closes_on + dt.timedelta(days=days),
            reason="Strömavbrott.",
        )
    page = client.get(reverse("applications"))
    assert page.context["page"].object_list[0].deadline.days_left == usual + 4
    assert "senare dag" in text_of(page)
    assert made.number in text_of(page)


def test_the_main_act_is_what_the_own_region_can_do(application: Application) -> None:
    """What only other regions can do is shown as theirs, not as something to go on writing."""
    other = reverse("participations", args=[application.number])
    page = browser(a_person(Role.AUTHOR, "14")).get(reverse("application", args=[application.number]))
    assert page.context["problems"]
    assert page.context["first"] is None or not page.context["first"].link.startswith(f"{other}01")
    only_theirs = [each for each in page.context["problems"] if each.link.startswith(f"{other}01")]
    assert queries.first_to_mend(only_theirs, application.number, ["14"]) is None
    assert queries.first_to_mend(only_theirs, application.number, ["01"]) == (only_theirs[0] if only_theirs else None)
    states = [each["state"] for each in page.context["participants"]]
    assert states == sorted(states, key=lambda state: state == "confirmed")


def test_the_queries_of_list_and_detail_do_not_grow() -> None:
    counts = []
    client = browser(a_person(Role.AUTHOR, "14"))
    for _round in range(2):
        for _more in range(2):
            made = an_application(a_call(), organisation("14"), [organisation("01"), organisation("12")])
            a_block(made, "Ett"), a_block(made, "Två")
        taken = []
        for address in (reverse("applications"), reverse("application", args=[made.number])):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            taken.append(len(queries))
        counts.append(taken)
    assert counts[0] == counts[1]
    assert counts[0][0] <= 12 and counts[0][1] <= 15


def test_late_access_is_given_for_a_reason_and_seen_on_the_page() -> None:
    call, officer = a_call(), a_person(Role.CASE_OFFICER)
    organisation("14")
    client = browser(officer)
    address = reverse("late_access", args=[call.slug])
    wrong = client.post(address, {"region": "14", "until": "1 juni 2026", "reason": "Strömavbrott"})
    assert wrong.status_code == 422 and not LateAccess.objects.exists()
    assert "Strömavbrott</textarea>" in wrong.content.decode()
    assert client.post(address, {"region": "14", "until": "20 juni 2026", "reason": "Strömavbrott"}).status_code == 302
    assert "Strömavbrott" in text_of(client.get(address))
    with time_machine.travel(dt.datetime(2026, 6, 19, 8, 0, tzinfo=dt.UTC)):
        page = browser(a_person(Role.AUTHOR, "14")).get(reverse("start_application", args=[call.slug]))
        assert 'name="title"' in page.content.decode()
    assert browser(a_person(Role.AUTHOR, "14")).get(address).status_code == 403


def test_a_block_and_an_application_are_taken_away_after_a_question(application: Application) -> None:
    block = a_block(application)
    client = browser(a_person(Role.AUTHOR, "14"))
    away = reverse("remove_block", args=[application.number, block.number])
    assert client.get(away).status_code == 200 and Block.objects.exists()
    assert client.post(away).status_code == 302 and not Block.objects.exists()
    gone = reverse("remove_application", args=[application.number])
    assert client.get(gone).status_code == 200 and Application.objects.exists()
    assert client.post(gone).status_code == 302 and not Application.objects.exists()


def test_these_pages_are_not_for_the_delegation_and_are_read_by_the_auditor(application: Application) -> None:
    address = reverse("application", args=[application.number])
    assert browser(a_person(Role.CASE_OFFICER)).get(address).status_code == 403
    auditor = browser(a_person(Role.AUDITOR))
    assert auditor.get(address).status_code == 200
    assert auditor.post(reverse("add_block", args=[application.number]), {"title": "X"}).status_code == 403
    with in_the_window():
        complete(application)
        submitted(application)
    assert browser(a_person(Role.ASSESSOR)).get(address).status_code == 403
