"""The budget's workbook as people meet it: fetched by those who read, read in by those who write, all or nothing."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hemtag.grants import actions, queries, sheets
from hemtag.grants.actions.import_budget import SheetsClash
from hemtag.grants.models import Application, Block, CostKind
from hemtag.grants.sheets.opening import LARGEST_FILE
from hemtag.history.models import Event
from hemtag.history.queries import events_about
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from tests.grants.making import (
    a_call,
    a_person,
    an_application,
    complete,
    fresh,
    organisation,
    representative_of,
    submitted,
)
from tests.grants.spreadsheet import number, packed, parts_of, text, with_cells

pytestmark = pytest.mark.django_db
# Rows of the workbook: 5–9 Stockholm (01), 10–14 Västra Götaland (14); C is 2026 requested, D 2026 co-financing.
CAPITAL_CELL, WEST_CELL = "C5", "C10"


@pytest.fixture(autouse=True)
def _while_the_call_is_open() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 5, 23, 8, 0, tzinfo=dt.UTC)):
        yield


@pytest.fixture
def application(db: None) -> Application:
    made = an_application(a_call(), organisation("14"), [organisation("01")], "Gemensamt arbete")
    by = representative_of(organisation("14"))
    for title, amount in (("Data", 1_000_000), ("Stöd: a/b", 50)):
        block = actions.add_block(by=by, application=made, title=title)
        cells = {
            (organisation("14").pk, 2026, "own_time"): (amount, 10),
            (organisation("01").pk, 2027, "other"): (0, amount),
        }
        actions.set_costs(by=by, block=block, version=1, cells=cells)
    return fresh(made)


def browser(person: Any) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(person)
    return client


def words(response: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def fetched(client: Client, application: Application) -> bytes:
    response = client.get(reverse("budget_sheet", args=[application.number]))
    assert response.status_code == 200
    return bytes(response.content)


def sent(client: Client, application: Application, content: bytes, name: str = "budget.xlsx") -> Any:
    upload = SimpleUploadedFile(name, content)
    return client.post(reverse("import_budget", args=[application.number]), {"file": upload})


def plan_of(response: Any) -> str:
    found = re.search(r'name="plan" value="([^"]+)"', response.content.decode())
    assert found, "the page offers nothing to confirm"
    return found[1]


def confirmed(client: Client, application: Application, plan: str) -> Any:
    return client.post(reverse("import_budget", args=[application.number]), {"plan": plan})


def cells(application: Application, block: int) -> dict[Any, Any]:
    return queries.cells_of(Block.objects.get(application=application, number=block))


def test_a_fetched_workbook_that_is_read_in_unchanged_changes_nothing(application: Application) -> None:
    client = browser(a_person(Role.ECONOMIST, "14"))
    response = client.get(reverse("budget_sheet", args=[application.number]))
    assert response["Content-Disposition"] == f'attachment; filename="budget-{application.number}.xlsx"'
    assert response["X-Content-Type-Options"] == "nosniff"
    count = Event.objects.count()
    page = sent(client, application, response.content)
    assert page.status_code == 200
    assert "Inget att ändra" in words(page) and 'name="plan"' not in page.content.decode()
    assert Event.objects.count() == count


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=st.dictionaries(
        st.tuples(st.sampled_from(["01", "14"]), st.integers(2026, 2030), st.sampled_from(CostKind.values)),
        st.tuples(st.integers(0, 10**11), st.integers(0, 10**11)),
        max_size=30,
    )
)
def test_whatever_the_budget_is_its_workbook_comes_back_as_no_change(application: Application, drawn: Any) -> None:
    by = representative_of(organisation("14"))
    block = Block.objects.get(application=application, number=1)
    money = {(organisation(code).pk, year, kind): pair for (code, year, kind), pair in drawn.items()}
    saved = actions.set_costs(by=by, block=block, version=block.costs_version, cells=money)
    book = queries.budget_book(by, application)
    told = sheets.read(sheets.opened("b.xlsx", sheets.write(book)), book)
    assert (told.faults, sheets.changes(book, told.sent)) == ([], [])
    count = Event.objects.count()
    whole = {part.number: (part.version, part.cells) for part in book.parts}
    after = actions.import_budget(by=by, application=application, blocks=whole)
    assert Event.objects.count() == count
    assert after[0].costs_version == saved.costs_version
    assert queries.cells_of(saved) == {key: pair for key, pair in money.items() if any(pair)}


def test_what_changes_is_shown_first_and_saved_when_confirmed(application: Application) -> None:
    by = a_person(Role.AUTHOR, "14")
    client = browser(by)
    content = with_cells(fetched(client, application), {CAPITAL_CELL: number(300), WEST_CELL: number(2_000_000)})
    content = with_cells(content, {"D10": number(0)}, sheet="Block 2")
    count = Event.objects.count()
    page = sent(client, application, content)
    shown = words(page)
    assert "1. Data 2 1 000 000 2 000 300 1 000 010 1 000 010" in shown
    assert "2. Stöd: a/b 1 50 50 60 50" in shown
    assert Event.objects.count() == count, "showing it saved something"
    answer = confirmed(client, application, plan_of(page))
    assert answer.status_code == 302 and answer["Location"] == reverse("budget", args=[application.number])
    assert "Budgeten i 2 block är sparad." in words(client.get(answer["Location"]))
    west, capital = organisation("14").pk, organisation("01").pk
    assert cells(application, 1) == {
        (west, 2026, "own_time"): (2_000_000, 10),
        (capital, 2026, "own_time"): (300, 0),
        (capital, 2027, "other"): (0, 1_000_000),
    }
    assert cells(application, 2) == {(west, 2026, "own_time"): (50, 0), (capital, 2027, "other"): (0, 50)}
    events = Event.objects.order_by("-pk")[:2]
    assert [(event.verb, event.actor) for event in events] == [("costs_set", by.name)] * 2
    assert "Inget att ändra" in words(sent(client, application, content))


def test_every_fault_is_listed_and_nothing_is_read_in(application: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "14"))
    content = with_cells(fetched(client, application), {CAPITAL_CELL: text("hej"), WEST_CELL: number(-3)})
    content = with_cells(content, {"D10": number("1.5"), "C10": number(7)}, sheet="Block 2")
    before = cells(application, 2)
    page = sent(client, application, content)
    assert page.status_code == 422
    shown = words(page)
    assert "3 fel i filen, ingenting är inläst" in shown
    for place in (f"'Block 1'!{CAPITAL_CELL}", f"'Block 1'!{WEST_CELL}", "'Block 2'!D10"):
        assert shown.count(place) == 1, place
    assert 'name="plan"' not in page.content.decode()
    assert cells(application, 2) == before


def test_a_file_that_is_no_workbook_is_refused_at_the_field(application: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "14"))
    macros = packed({**parts_of(fetched(client, application)), "xl/vbaProject.bin": b"x"})
    for content, name, said in (
        (b"hej", "budget.xlsx", "går inte att läsa som en Excel-arbetsbok"),
        (b"hej", "budget.xlsm", "makron"),
        (macros, "budget.xlsx", "makron"),
        (b"x" * (LARGEST_FILE + 1), "budget.xlsx", "högst 5 MB"),
        (b"", "budget.xlsx", "tom"),
    ):
        page = sent(client, application, content, name)
        assert page.status_code == 422
        assert said in words(page)
    assert client.post(reverse("import_budget", args=[application.number])).status_code == 422


def test_another_applications_workbook_is_refused(application: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "14"))
    other = an_application(a_call(), organisation("14"), title="En annan")
    actions.add_block(by=representative_of(organisation("14")), application=other, title="Block")
    page = sent(client, application, fetched(client, other))
    assert page.status_code == 422
    assert f"hör till ansökan {other.number}" in words(page)


def test_a_participant_changes_its_own_rows_only(application: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "01"))
    content = fetched(client, application)
    page = sent(client, application, with_cells(content, {CAPITAL_CELL: number(9), WEST_CELL: number(1)}))
    assert page.status_code == 422
    assert f"'Block 1'!{WEST_CELL} Raden tillhör Västra Götalandsregionen" in words(page)
    page = sent(client, application, with_cells(content, {CAPITAL_CELL: number(9)}))
    assert confirmed(client, application, plan_of(page)).status_code == 302
    west, capital = organisation("14").pk, organisation("01").pk
    assert cells(application, 1) == {
        (west, 2026, "own_time"): (1_000_000, 10),
        (capital, 2026, "own_time"): (9, 0),
        (capital, 2027, "other"): (0, 1_000_000),
    }
    with pytest.raises(NotAllowed):
        actions.import_budget(
            by=a_person(Role.AUTHOR, "01"),
            application=application,
            blocks={1: (3, {("14", "own_time", 2026): (1, 1)})},
        )


def test_somebody_elses_change_in_between_is_told_and_not_lost(application: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "14"))
    content = with_cells(fetched(client, application), {WEST_CELL: number(5)})
    content = with_cells(content, {WEST_CELL: number(6)}, sheet="Block 2")
    other = a_person(Role.ECONOMIST, "14")
    block = Block.objects.get(application=application, number=2)
    theirs = {(organisation("14").pk, 2026, "own_time"): (77, 10), (organisation("01").pk, 2027, "other"): (0, 50)}
    actions.set_costs(by=other, block=block, version=block.costs_version, cells=theirs)
    before = cells(application, 1)
    page = sent(client, application, content)
    assert "Blocket har sparats sedan filen hämtades." in words(page)
    clash = confirmed(client, application, plan_of(page))
    assert clash.status_code == 409
    shown = words(clash)
    assert f"{other.name} sparade före dig" in shown
    assert "Block 2: Västra Götalandsregionen, egen arbetstid, 2026" in shown
    assert "77 kr sökt" in shown.replace("\u00a0", " ")
    assert cells(application, 1) == before and cells(application, 2) == theirs, "one block was saved without the other"
    assert confirmed(client, application, plan_of(clash)).status_code == 302
    assert cells(application, 1)[organisation("14").pk, 2026, "own_time"] == (5, 10)
    assert cells(application, 2)[organisation("14").pk, 2026, "own_time"] == (6, 10)


def test_two_regions_workbooks_do_not_stand_in_each_others_way(application: Application) -> None:
    west, capital = browser(a_person(Role.AUTHOR, "14")), browser(a_person(Role.AUTHOR, "01"))
    content = with_cells(fetched(capital, application), {CAPITAL_CELL: number(8)})
    plan = plan_of(sent(capital, application, content))
    mine = plan_of(sent(west, application, with_cells(fetched(west, application), {WEST_CELL: number(5)})))
    assert confirmed(west, application, mine).status_code == 302
    assert confirmed(capital, application, plan).status_code == 302
    found = cells(application, 1)
    assert found[organisation("14").pk, 2026, "own_time"] == (5, 10)
    assert found[organisation("01").pk, 2026, "own_time"] == (8, 0)


def test_an_old_workbook_takes_nothing_back_that_others_have_saved_since(application: Application) -> None:
    west, capital = browser(a_person(Role.AUTHOR, "14")), browser(a_person(Role.AUTHOR, "01"))
    old, theirs = fetched(west, application), fetched(capital, application)
    plan = plan_of(sent(west, application, with_cells(old, {WEST_CELL: number(5)})))
    own = with_cells(theirs, {CAPITAL_CELL: number(8)})
    assert confirmed(capital, application, plan_of(sent(capital, application, own))).status_code == 302
    assert "Inget att ändra" in words(sent(west, application, old)), "an unchanged workbook took something back"
    assert confirmed(west, application, plan).status_code == 302
    assert "Inget att ändra" in words(sent(capital, application, own)), "others' new amounts stood in the way"
    found = cells(application, 1)
    assert found[organisation("14").pk, 2026, "own_time"] == (5, 10)
    assert found[organisation("01").pk, 2026, "own_time"] == (8, 0)


def test_clashes_and_problems_of_all_blocks_come_together(application: Application) -> None:
    by, other = representative_of(organisation("14")), a_person(Role.ECONOMIST, "14")
    west = organisation("14").pk
    for block in Block.objects.filter(application=application):
        actions.set_costs(
            by=other, block=block, version=block.costs_version, cells={(west, 2026, "own_time"): (block.number, 0)}
        )
    mine = {("14", "own_time", 2026): (9, 9)}
    with pytest.raises(SheetsClash) as clash:
        actions.import_budget(by=by, application=application, blocks={1: (2, mine), 2: (2, mine)})
    assert clash.value.who == other.name and clash.value.versions == {1: 3, 2: 3}
    assert [each.field for each in clash.value.differences] == ["1.14.own_time.2026", "2.14.own_time.2026"]
    organisation("25")
    wrong = {("25", "own_time", 2026): (1, 0)}
    with pytest.raises(DoesNotHold) as refusal:
        actions.import_budget(by=by, application=application, blocks={1: (3, wrong), 2: (3, wrong), 7: (1, {})})
    assert [problem.field for problem in refusal.value.problems] == ["25.own_time.2026", "25.own_time.2026", ""]
    assert "Block 7 finns inte längre" in str(refusal.value.problems[2])


def test_a_block_that_was_removed_before_confirming_is_told(application: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "14"))
    content = with_cells(fetched(client, application), {WEST_CELL: number(5)}, sheet="Block 2")
    plan = plan_of(sent(client, application, content))
    actions.remove_block(
        by=representative_of(organisation("14")), block=Block.objects.get(application=application, number=2)
    )
    answer = confirmed(client, application, plan)
    assert answer.status_code == 422
    assert "Block 2 finns inte längre i ansökan" in words(answer)


def test_a_plan_is_good_for_one_person_one_application_and_one_day(application: Application) -> None:
    author = browser(a_person(Role.AUTHOR, "14"))
    plan = plan_of(sent(author, application, with_cells(fetched(author, application), {WEST_CELL: number(5)})))
    other = an_application(a_call(), organisation("14"), title="En annan")
    count = Event.objects.count()
    colleague = browser(a_person(Role.AUTHOR, "14"))
    answers = [
        confirmed(colleague, application, plan),
        confirmed(author, other, plan),
        confirmed(author, application, plan[:-2]),
        confirmed(author, application, ""),
    ]
    with time_machine.travel(dt.datetime(2026, 5, 25, 8, 0, tzinfo=dt.UTC)):
        author.force_login(a_person(Role.AUTHOR, "14"))
        answers.append(confirmed(author, application, plan))
    assert [answer.status_code for answer in answers] == [422] * 5
    assert "Läs in filen en gång till" in words(answers[0])
    assert Event.objects.count() == count


@pytest.mark.parametrize(
    ("role", "code", "fetch", "read_in"),
    [
        (Role.AUTHOR, "14", 200, 200),
        (Role.ECONOMIST, "01", 200, 200),
        (Role.REPRESENTATIVE, "01", 200, 200),
        (Role.AUDITOR, "", 200, 403),
        (Role.AUTHOR, "25", 404, 404),
        (Role.CASE_OFFICER, "", 403, 403),
    ],
)
def test_who_may_fetch_and_who_may_read_in(
    application: Application, role: Role, code: str, fetch: int, read_in: int
) -> None:
    client = browser(a_person(role, code))
    assert client.get(reverse("budget_sheet", args=[application.number])).status_code == fetch
    assert client.get(reverse("import_budget", args=[application.number])).status_code == read_in
    assert sent(client, application, b"hej").status_code == {200: 422}.get(read_in, read_in)
    if fetch == 200:
        page = client.get(reverse("budget", args=[application.number])).content.decode()
        assert reverse("budget_sheet", args=[application.number]) in page
        assert (reverse("import_budget", args=[application.number]) in page) is (read_in == 200)


def test_after_hand_in_the_workbook_is_read_only(application: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "14"))
    content = with_cells(fetched(client, application), {WEST_CELL: number(5)})
    plan = plan_of(sent(client, application, content))
    submitted(complete(application))
    assert client.get(reverse("import_budget", args=[application.number])).status_code == 403
    assert sent(client, application, content).status_code == 403
    assert confirmed(client, application, plan).status_code == 403
    with pytest.raises(WrongState):
        actions.import_budget(
            by=representative_of(organisation("14")),
            application=application,
            blocks={1: (2, {("14", "own_time", 2026): (5, 0)})},
        )
    book = queries.budget_book(a_person(Role.AUTHOR, "14"), fresh(application))
    assert not book.open_codes
    assert "dataValidation" not in parts_of(fetched(client, application))["xl/worksheets/sheet2.xml"]
    assert events_about(Block.objects.get(application=application, number=1)).filter(verb="costs_set").count() == 1


def test_the_workbook_takes_as_many_questions_with_one_block_as_with_many(application: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "14"))

    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            fetched(client, application)
        return len(asked)

    questions()
    few = questions()
    for place in range(4):
        actions.add_block(by=representative_of(organisation("14")), application=application, title=f"Block {place}")
    assert questions() == few
