"""Saving the budget cell by cell: whose rows, hours, versions and clashes, and what the page's script is told."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hemtag.grants import actions, queries
from hemtag.grants.checks.cells import CellValue, typed_over, with_amounts
from hemtag.grants.models import Application, Block, Cost, CostKind
from hemtag.history.models import Event
from hemtag.history.queries import events_about
from hemtag.knowledge.models import DatedFact
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

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _while_the_call_is_open() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 5, 23, 8, 0, tzinfo=dt.UTC)):
        yield


@pytest.fixture
def application(db: None) -> Application:
    made = an_application(a_call(), organisation("14"), [organisation("01"), organisation("12")])
    by = representative_of(organisation("14"))
    for title in ("Data", "Stöd"):
        actions.add_block(by=by, application=made, title=title)
    return fresh(made)


def cell(requested: Any = 0, cofinancing: Any = 0, hours: Any = None, hourly_cost: Any = None, version: int = 0) -> Any:
    return {
        "requested": requested,
        "cofinancing": cofinancing,
        "hours": hours,
        "hourly_cost": hourly_cost,
        "version": version,
    }


OWN, OTHER, CAPITAL = (1, "14", 2026, "own_time"), (2, "14", 2027, "other"), (1, "01", 2026, "technology")


def test_cells_of_several_blocks_are_saved_with_one_event_for_each_block_that_changes(
    application: Application,
) -> None:
    by = a_person(Role.ECONOMIST, "14")
    saved = actions.set_cells(
        by=by,
        application=application,
        cells={OWN: cell(40_000, 20_000, 100, 600), OTHER: cell(7, 0), CAPITAL: cell(0, 3)},
    )
    assert {key: (each.value, each.version) for key, each in saved.items()} == {
        OWN: (CellValue(40_000, 20_000, 100, 600), 2),
        OTHER: (CellValue(7, 0), 2),
        CAPITAL: (CellValue(0, 3), 2),
    }
    first, second = Block.objects.filter(application=application).order_by("number")
    event = events_about(first).first()
    assert event is not None and (event.verb, event.actor) == ("costs_set", by.name)
    assert event.details == {
        "version": 2,
        "cells": {
            "14.own_time.2026": {"before": [0, 0], "after": [40_000, 20_000, 100, 600]},
            "01.technology.2026": {"before": [0, 0], "after": [0, 3]},
        },
    }
    assert events_about(second).filter(verb="costs_set").count() == 1
    assert (first.costs_version, second.costs_version) == (2, 2)

    count = Event.objects.count()
    again = actions.set_cells(by=by, application=application, cells={OTHER: cell(7, 0)})
    assert again[OTHER].version == 2 and Event.objects.count() == count


def test_a_cell_that_is_emptied_keeps_its_version_and_filled_again_goes_on_from_it(application: Application) -> None:
    by = representative_of(organisation("14"))
    actions.set_cells(by=by, application=application, cells={OTHER: cell(7, 0)})
    actions.set_cells(by=by, application=application, cells={OTHER: cell(0, 0, version=2)})
    block = Block.objects.get(application=application, number=2)
    assert block.emptied == {"14.other.2027": 3} and not Cost.objects.exists()
    with pytest.raises(actions.CellsClash) as clash:
        actions.set_cells(by=a_person(Role.AUTHOR, "14"), application=application, cells={OTHER: cell(9, 0, version=2)})
    assert clash.value.cells[OTHER].value == CellValue() and clash.value.cells[OTHER].who == by.name
    actions.set_cells(by=by, application=application, cells={OTHER: cell(8, 0, version=3)})
    block.refresh_from_db()
    assert block.emptied == {} and Cost.objects.get().version == 4


def test_a_clash_in_one_cell_saves_nothing_and_tells_who_and_what(application: Application) -> None:
    by, other = a_person(Role.ECONOMIST, "14"), a_person(Role.AUTHOR, "01")
    actions.set_cells(by=other, application=application, cells={CAPITAL: cell(5, 1)})
    with pytest.raises(actions.CellsClash) as clash:
        actions.set_cells(by=by, application=application, cells={CAPITAL: cell(6, 1), OTHER: cell(1, 0)})
    theirs = clash.value.cells
    assert list(theirs) == [CAPITAL]
    assert (theirs[CAPITAL].value, theirs[CAPITAL].who, theirs[CAPITAL].version) == (CellValue(5, 1), other.name, 2)
    (difference,) = clash.value.differences
    assert (difference.field, difference.label) == ("1.01.technology.2026", "Stockholm, teknik, 2026")
    assert difference.theirs == "5\u00a0kr sökt, 1\u00a0kr medfinansiering"
    assert Cost.objects.count() == 1
    # The same as what is saved is no clash, and having seen it one may go on.
    assert actions.set_cells(by=by, application=application, cells={CAPITAL: cell(5, 1)})[CAPITAL].version == 2
    assert (
        actions.set_cells(by=by, application=application, cells={CAPITAL: cell(6, 1, version=2)})[CAPITAL].version == 3
    )


def test_two_regions_in_their_own_rows_never_clash_and_nobody_writes_anothers(application: Application) -> None:
    capital, south = a_person(Role.ECONOMIST, "01"), a_person(Role.AUTHOR, "12")
    actions.set_cells(by=capital, application=application, cells={CAPITAL: cell(5, 1)})
    actions.set_cells(by=south, application=application, cells={(1, "12", 2026, "technology"): cell(6, 1)})
    for by, key in ((capital, (1, "12", 2026, "technology")), (south, OWN)):
        with pytest.raises(NotAllowed, match="fylls i av regionen själv"):
            actions.set_cells(by=by, application=application, cells={key: cell(1, 0, version=9)})
    for by in (a_person(Role.AUTHOR, "25"), a_person(Role.CASE_OFFICER), a_person(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            actions.set_cells(by=by, application=application, cells={CAPITAL: cell(1, 0)})
    assert queries.budget(application).total == queries.Sums(11, 2)


@pytest.mark.parametrize(
    ("key", "sent", "message"),
    [
        ((1, "25", 2026, "other"), cell(1, 0), "finns inte|deltar inte"),
        ((9, "14", 2026, "other"), cell(1, 0), "Block 9 finns inte längre"),
        ((1, "14", 2024, "other"), cell(1, 0), "utlysningen gäller"),
        ((1, "14", 2026, "gold"), cell(1, 0), "kostnadsslaget finns inte"),
        (OWN, cell(-1, 0), "beloppet är negativt"),
        (OWN, cell("12", 0), "inte ett helt antal kronor"),
        (OWN, cell(1.5, 0), "inte ett helt antal kronor"),
        (OWN, cell([1], 0), "inte ett helt antal kronor"),
        (OWN, cell(10**11 + 1, 0), "större än"),
        (OWN, cell(0, 0, 5, None), "timkostnaden saknas"),
        (OWN, cell(500, 0, 1.5, 500), "timmarna är inte ett helt antal"),
        (OWN, cell(600, 0, 1, 500), "1 timmar à 500"),
        (OWN, cell(-100, 600, 1, 500), "medfinansieringen är större"),
        (OWN, cell(10**12, 0, 10**7, 10**5), "större än|timmar"),
        (OTHER, cell(500, 0, 1, 500), "timmar anges bara för egen arbetstid"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_at_its_place_and_nothing_is_saved(
    application: Application, key: Any, sent: Any, message: str
) -> None:
    by = representative_of(organisation("14"))
    with pytest.raises(DoesNotHold, match=message) as refusal:
        actions.set_cells(by=by, application=application, cells={key: sent, (1, "14", 2030, "other"): cell(1, 1)})
    number, code, year, kind = key
    assert {problem.field for problem in refusal.value.problems} == {f"{number}.{code}.{kind}.{year}"}
    assert not Cost.objects.exists()


def test_after_hand_in_no_cell_is_written(application: Application) -> None:
    by = representative_of(organisation("14"))
    submitted(complete(application))
    with pytest.raises(WrongState, match="Inlämningen gjordes"):
        actions.set_cells(by=by, application=application, cells={OTHER: cell(1, 0)})


def test_amounts_alone_keep_the_hours_that_make_them_and_drop_others(application: Application) -> None:
    by = representative_of(organisation("14"))
    actions.set_cells(by=by, application=application, cells={OWN: cell(40_000, 20_000, 100, 600)})
    block = Block.objects.get(application=application, number=1)
    west = organisation("14").pk
    block = actions.set_costs(by=by, block=block, version=2, cells={(west, 2026, "own_time"): (30_000, 30_000)})
    assert Cost.objects.get().hours == 100
    actions.set_costs(by=by, block=block, version=3, cells={(west, 2026, "own_time"): (30_001, 30_000)})
    assert (Cost.objects.get().hours, Cost.objects.get().hourly_cost_sek) == (None, None)


def test_what_is_typed_over_moves_what_follows_from_it() -> None:
    saved = CellValue(40_000, 20_000, 100, 600)
    assert typed_over(saved, hours=50) == CellValue(10_000, 20_000, 50, 600)
    assert typed_over(saved, hourly_cost=500) == CellValue(30_000, 20_000, 100, 500)
    assert typed_over(saved, cofinancing=0) == CellValue(60_000, 0, 100, 600)
    assert typed_over(saved, requested=0) == CellValue(0, 60_000, 100, 600)
    assert typed_over(saved, hours=0) == CellValue(40_000, 20_000)
    assert typed_over(CellValue(5, 1), requested=7) == CellValue(7, 1)
    assert typed_over(CellValue(), hours=2, usual_cost=521) == CellValue(1_042, 0, 2, 521)
    assert with_amounts(saved, 1, 2) == CellValue(1, 2)


def browser(person: Any) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(person)
    return client


def post(client: Client, application: Application, data: Any, **headers: str) -> Any:
    return client.post(
        reverse("budget_cells", args=[application.number]),
        data if isinstance(data, str) else json.dumps(data),
        content_type="application/json",
        headers=headers or None,
    )


def test_each_cell_that_is_sent_gets_its_own_answer(application: Application) -> None:
    actions.set_cells(by=a_person(Role.AUTHOR, "01"), application=application, cells={CAPITAL: cell(5, 1)})
    client = browser(a_person(Role.ECONOMIST, "14"))
    answer = post(
        client,
        application,
        {"cells": {"1.14.other.2026": cell(1, 0), "1.01.technology.2026": cell(6, 0), "2.14.other.2026": cell(-1, 0)}},
    )
    assert answer.status_code == 200
    told = answer.json()["cells"]
    assert told["1.14.other.2026"] == {"status": 200, "saved_words": "Sparat 10:00", "version": 3}
    assert told["2.14.other.2026"]["status"] == 422 and "negativt" in told["2.14.other.2026"]["problem"]
    clash = told["1.01.technology.2026"]
    assert (clash["status"], clash["version"], clash["at_words"]) == (409, 2, "10:00")
    assert clash["theirs"] == {"requested": 5, "cofinancing": 1, "hours": None, "hourly_cost": None}
    assert queries.budget(application).total == queries.Sums(6, 1)

    answer = post(browser(a_person(Role.AUTHOR, "12")), application, {"cells": {"1.14.other.2026": cell(2, 0)}})
    assert answer.json()["cells"]["1.14.other.2026"]["status"] == 403


@pytest.mark.parametrize(
    "data",
    [
        "{",
        "[]",
        "null",
        {"cells": []},
        {"cells": {"1.14.other.2026": 5}},
        {"cells": {"1.14.other.2026": cell(1, 0, version=-1)}},
        {"cells": {"x": cell(1, 0)}},
        {"cells": {"1.14.other.2026": {"requested": 1}}},
        {"cells": {f"1.14.other.{year:04}": cell(1, 0) for year in range(10_000)} | {"2.14.other.2026": cell(1, 0)}},
    ],
)
def test_what_is_no_cells_is_refused(application: Application, data: Any) -> None:
    answer = post(browser(a_person(Role.ECONOMIST, "14")), application, data)
    assert answer.status_code == 422 and answer.json()["problem"]
    assert not Cost.objects.exists()


def test_what_is_typed_is_not_saved_in_another_persons_name(application: Application) -> None:
    client = browser(a_person(Role.ECONOMIST, "14"))
    data = {"cells": {"1.14.other.2026": cell(1, 0)}}
    assert post(client, application, data, **{"X-Hemtag-Person": "999999"}).status_code == 401
    assert not Cost.objects.exists()
    foreign = browser(a_person(Role.ECONOMIST, "25"))
    assert post(foreign, application, data).status_code == 404
    assert post(Client(), application, data).status_code == 302


def test_a_page_asks_what_others_have_saved_since(application: Application) -> None:
    by = representative_of(organisation("14"))
    client = browser(a_person(Role.AUTHOR, "01"))
    actions.set_cells(by=by, application=application, cells={OWN: cell(600, 0, 1, 600), OTHER: cell(7, 0)})
    address = reverse("budget_cells", args=[application.number])
    told = client.get(address, {"kand": "1.1,2.2"}).json()
    assert told == {"blocks": {"1": 2, "2": 2}, "cells": {"1.14.own_time.2026": [600, 0, 2, 1, 600]}}
    actions.set_cells(by=by, application=application, cells={OTHER: cell(0, 0, version=2)})
    told = client.get(address, {"kand": "1.2,2.2,x.y,,9.9"}).json()
    assert told["cells"] == {"2.14.other.2027": [0, 0, 3]}


def data_of(response: Any) -> Any:
    text = response.content.decode()
    start = text.index('<script id="grid-data" type="application/json">') + len(
        '<script id="grid-data" type="application/json">'
    )
    return json.loads(text[start : text.index("</script>", start)])


def test_the_page_carries_every_cell_and_says_whose_rows_are_open(application: Application) -> None:
    DatedFact.objects.filter(code="hourly_cost").delete()
    DatedFact.objects.create(
        code="hourly_cost",
        name="Timkostnad",
        value="521.5",
        unit="kr",
        valid_from=dt.date(2026, 1, 1),
        source="Källa X",
    )
    by = representative_of(organisation("14"))
    actions.set_cells(by=by, application=application, cells={OWN: cell(600, 0, 1, 600), CAPITAL: cell(7, 2)})
    Application.objects.filter(pk=application.pk).update(title="</script><b>x")
    page = browser(a_person(Role.ECONOMIST, "01")).get(reverse("budget", args=[application.number]))
    data = data_of(page)
    first = data["blocks"][0]
    assert first["open"] == ["01"] and data["usual"] == 522
    place = 3 * data["years"].index(2026)
    assert first["rows"]["14.own_time"][place : place + 3] == [600, 0, 2]
    assert first["hours"] == {"14.own_time.2026": [1, 600]}
    assert "Källa X" in page.content.decode()
    responsible = data_of(browser(by).get(reverse("budget", args=[application.number])))
    assert responsible["blocks"][0]["open"] == ["01", "12", "14"]
    auditor = data_of(browser(a_person(Role.AUDITOR)).get(reverse("budget", args=[application.number])))
    assert auditor["blocks"][0]["open"] == []


def test_the_page_takes_as_many_queries_for_many_cells_as_for_few(application: Application) -> None:
    by = representative_of(organisation("14"))
    client = browser(by)
    counts = []
    for years in (range(2026, 2027), range(2026, 2031)):
        cells = {
            (number, code, year, kind.value): cell(1, 1, version=9)
            for number in (1, 2)
            for code in ("01", "12", "14")
            for kind in CostKind
            for year in years
        }
        actions.set_cells(by=by, application=application, cells=cells)
        client.get(reverse("budget", args=[application.number]))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("budget", args=[application.number])).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
