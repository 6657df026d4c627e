"""No two totals can disagree: the grid, the pages, the workbook, what is handed in, its document and its receipt."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from hemtag import clock
from hemtag.grants import actions, document, queries, sheets
from hemtag.grants.actions.handing_in import receipt_data
from hemtag.grants.models import Application, Block, Cost, CostKind, SubmittedVersion, main_kind
from hemtag.grants.queries import Sums
from hemtag.money import kronor
from tests.grants.making import a_call, an_application, complete, fresh, organisation, representative_of, submitted

pytestmark = [pytest.mark.django_db]
CODES, YEARS, BLOCKS = ("14", "01", "12"), range(2026, 2031), (1, 2, 3)


@st.composite
def _values(draw: Any) -> dict[str, Any]:
    if draw(st.booleans()):
        hours, cost = draw(st.integers(1, 1_000_000)), draw(st.integers(1, 100_000))
        own = draw(st.integers(0, hours * cost))
        return {"requested": hours * cost - own, "cofinancing": own, "hours": hours, "hourly_cost": cost}
    amounts = st.integers(0, 10**11)
    return {"requested": draw(amounts), "cofinancing": draw(amounts), "hours": None, "hourly_cost": None}


@st.composite
def _cells(draw: Any) -> dict[Any, dict[str, Any]]:
    places = st.tuples(
        st.sampled_from(BLOCKS), st.sampled_from(CODES), st.sampled_from(YEARS), st.sampled_from(CostKind.values)
    )
    found = draw(st.dictionaries(places, _values(), max_size=14))
    for (_number, _code, _year, kind), value in found.items():
        if kind != "own_time":
            value.update(hours=None, hourly_cost=None)
    return found


@pytest.fixture
def application(db: None) -> Application:
    made = an_application(a_call(), organisation("14"), [organisation("01"), organisation("12")])
    by = representative_of(organisation("14"))
    for title in ("Ett", "Två", "Tre"):
        actions.add_block(by=by, application=made, title=title)
    return fresh(made)


def pair(sums: Any) -> tuple[int, int]:
    return (sums.requested_sek, sums.cofinancing_sek)


def of_grid(data: Any) -> tuple[int, int]:
    """What the page's script sums: every first and second number of three."""
    rows = [row for block in data["blocks"] for row in block["rows"].values()]
    return sum(sum(row[::3]) for row in rows), sum(sum(row[1::3]) for row in rows)


def of_workbook(content: bytes) -> dict[str, tuple[int, int]]:
    """The sums that Excel shows, as they were written beside their formulas: per block, and of all."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Anvisningar").to_python()
    return {str(row[0])[:7]: (int(row[1]), int(row[2])) for row in rows if str(row[0]).startswith(("Block ", "Summa"))}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=_cells())
def test_no_two_totals_can_disagree(application: Application, written: dict[Any, Any]) -> None:
    by = representative_of(organisation("14"))
    Cost.objects.filter(block__application=application).delete()
    Block.objects.filter(application=application).update(emptied={})
    versions = dict(Block.objects.filter(application=application).values_list("number", "costs_version"))
    cells = {key: {**value, "version": versions[key[0]]} for key, value in written.items()}
    actions.set_cells(by=by, application=application, cells=cells)

    truth = (sum(value["requested"] for value in written.values()), sum(v["cofinancing"] for v in written.values()))
    found = queries.budget(application)
    grid = queries.grid(by, application)
    assert pair(found.total) == pair(grid.budget.total) == of_grid(grid.data()) == truth
    assert set(grid.budget.cells) == set(found.cells)
    axes = ("per_block", "per_region", "per_year", "per_kind", "per_main_kind", "per_block_year", "per_region_year")
    for axis in axes:
        assert getattr(grid.budget, axis) == getattr(found, axis)
        assert pair(sum(getattr(found, axis).values(), Sums())) == truth
    for kind, sums in found.per_main_kind.items():
        assert sums == sum((s for each, s in found.per_kind.items() if main_kind(each) == kind), Sums())

    shown = of_workbook(sheets.write(queries.budget_book(by, application)))
    assert shown.pop("Summa") == truth
    for number in BLOCKS:
        assert shown[f"Block {number}"] == pair(found.per_block.get(number, Sums()))

    content = queries.content_of(application.submission)
    (part,) = content["applications"]
    assert tuple(queries.sums_of(part).values()) == truth
    assert sum(cell.get("hours") or 0 for block in part["blocks"] for cell in block["costs"]) == sum(
        value["hours"] or 0 for value in written.values() if value["requested"] or value["cofinancing"]
    )
    paper = document.document(part)
    assert pair(paper["budget"].total) == truth
    for table in (
        paper["per_block"],
        document.per_region(paper["budget"]),
        document.per_kind(paper["budget"]),
        document.per_block(found),
    ):
        assert pair(table.total) == truth
        assert pair(sum(table.sums, Sums())) == truth
        assert pair(sum((row.total for row in table.rows), Sums())) == truth
        assert all(sum(row.years, Sums()) == row.total for row in table.rows)
    for block in paper["blocks"]:
        assert block["sums"] == block["table"].total == found.per_block.get(block["number"], Sums())
    receipt = receipt_data("HT 1", content, "", clock.now(), by.name)
    assert (receipt["requested"], receipt["cofinancing"]) == (kronor(truth[0]), kronor(truth[1]))
    row = queries.totals(Application.objects.filter(pk=application.pk)).get()
    assert pair(row) == truth


def test_the_receipt_says_the_same_sums_as_the_cells_that_were_handed_in(application: Application) -> None:
    by = representative_of(organisation("14"))
    keys = [(number, code, year, "own_time") for number in BLOCKS for code in CODES for year in YEARS]
    cells = {
        key: {"requested": 600 * place, "cofinancing": 0, "hours": place, "hourly_cost": 600, "version": 0}
        for place, key in enumerate(keys, 1)
    }
    actions.set_cells(by=by, application=application, cells=cells)
    submitted(complete(application))
    truth = sum(cell["requested"] for cell in cells.values())
    version = SubmittedVersion.objects.get()
    told = receipt_data("HT 1", version.content, version.sha256, version.at, by.name)
    assert told["requested"] == told["applications"][0]["requested"] == kronor(truth)
    assert queries.submitted_content(fresh(application))["requested_sek"] == truth
    hours = [cost["hours"] for block in version.content["applications"][0]["blocks"] for cost in block["costs"]]
    assert sorted(hours) == list(range(1, len(keys) + 1))
