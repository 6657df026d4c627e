"""Hours and outside expertise by field in the workbook: a round trip without change, and the page's own rules."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hemtag.grants.checks.cells import CellValue, hours_make_the_amounts
from hemtag.grants.models import MAIN_KINDS, CostKind
from hemtag.grants.sheets import Part, changes, write
from tests.grants.spreadsheet import a_book, number, reading, with_cells

FIELDS = (CostKind.EXPERTISE_LAW, CostKind.EXPERTISE_METHOD)
SHOWN = {kind.value: str(kind.label) for kind in (*MAIN_KINDS, *FIELDS)}
UNUSED = {kind.value: str(kind.label) for kind in CostKind if kind.value not in SHOWN}
# Columns of a sheet with two years: C–F amounts, G and H sums, I hours 2026, J their cost, K and L for 2027.
# Rows 5–11 Stockholm, own working time first; 12–18 Västra Götaland.
HOURED = CellValue(50_000, 10_000, 100, 600)
AMOUNT = st.integers(0, 10**11)


@st.composite
def _cells(draw: Any) -> dict[Any, CellValue]:
    found = {}
    for code in ("01", "14"):
        for kind in SHOWN:
            for year in (2026, 2027):
                if not draw(st.booleans()):
                    continue
                hours, cost = draw(st.integers(0, 1_000_000)), draw(st.integers(1, 100_000))
                if kind == "own_time" and hours:
                    own = draw(st.integers(0, hours * cost))
                    cell = CellValue(hours * cost - own, own, hours, cost)
                else:
                    cell = CellValue(draw(AMOUNT), draw(AMOUNT))
                if not cell.is_empty:
                    found[code, kind, year] = cell
    return found


def book(cells: Any, **other: Any) -> Any:
    return a_book(kinds=SHOWN, parts=(Part(1, "Data", 3, cells),), other_kinds=UNUSED, usual_cost=500, **other)


@settings(max_examples=25, deadline=None)
@given(cells=_cells())
def test_hours_and_fields_go_out_and_come_back_without_change(cells: Any) -> None:
    told = reading(write(book(cells)), book(cells))
    assert told.faults == []
    assert changes(book(cells), told.sent) == []


@settings(max_examples=25, deadline=None)
@given(before=_cells(), after=_cells())
def test_whatever_others_have_saved_since_an_untouched_workbook_changes_nothing(before: Any, after: Any) -> None:
    told = reading(write(book(before)), book(after))
    assert told.faults == []
    assert changes(book(after), told.sent) == []


def change_of(sent: dict[str, str], cells: Any) -> Any:
    told = reading(with_cells(write(book(cells)), sent), book(cells))
    assert told.faults == []
    (change,) = changes(book(cells), told.sent)
    return change


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"I5": number(200)}, CellValue(110_000, 10_000, 200, 600)),
        ({"J5": number(700)}, CellValue(60_000, 10_000, 100, 700)),
        ({"D5": number(20_000)}, CellValue(40_000, 20_000, 100, 600)),
        ({"C5": number(60_000)}, CellValue(60_000, 0, 100, 600)),
        ({"I5": number(0)}, (50_000, 10_000)),
        ({"I5": number(10), "C5": number(6_000), "D5": number(0)}, CellValue(6_000, 0, 10, 600)),
    ],
)
def test_a_number_that_is_typed_over_moves_what_follows_from_it(sent: dict[str, str], expected: Any) -> None:
    change = change_of(sent, {("01", "own_time", 2026): HOURED})
    assert change.cells == {("01", "own_time", 2026): expected}
    assert hours_make_the_amounts(CellValue(*expected))
    assert change.after == (expected[0], expected[1])


def test_hours_without_a_cost_get_the_usual_one() -> None:
    assert change_of({"K12": number(8)}, {}).cells == {("14", "own_time", 2027): CellValue(4_000, 0, 8, 500)}


@pytest.mark.parametrize(
    ("sent", "cell", "message", "rule"),
    [
        ({"I6": number(5)}, "I6", "timmar anges bara för egen arbetstid", "cell_is_acceptable"),
        ({"I5": number("1.5")}, "I5", "timmarna är inte ett helt antal", "cell_is_acceptable"),
        ({"I5": number(1_000_001)}, "I5", "mellan 0 och 1", "cell_is_acceptable"),
        ({"J5": number(100_001)}, "J5", "timkostnaden ska vara mellan 1 kr", "cell_is_acceptable"),
        ({"D5": number(60_001)}, "D5", "medfinansieringen är större än timmar × timkostnad", "cell_is_acceptable"),
        ({"C5": number(1), "D5": number(2)}, "D5", "100 timmar à 600", "hours_make_the_amounts"),
    ],
)
def test_what_is_wrong_with_hours_is_told_at_its_cell(sent: dict[str, str], cell: str, message: str, rule: str) -> None:
    cells = {("01", "own_time", 2026): HOURED}
    told = reading(with_cells(write(book(cells)), sent), book(cells))
    assert [(fault.cell, fault.rule) for fault in told.faults] == [(cell, rule)]
    assert message in told.faults[0].message


def test_a_workbook_with_the_row_of_a_field_that_nobody_uses_any_more_is_still_understood() -> None:
    then = book({("01", "expertise_law", 2026): CellValue(5, 0)})
    few = {kind.value: str(kind.label) for kind in MAIN_KINDS}
    rest = {kind.value: str(kind.label) for kind in CostKind if kind.value not in few}
    now = a_book(kinds=few, other_kinds=rest, parts=(Part(1, "Data", 4, {}),))
    told = reading(write(then), now)
    assert told.faults == []
    assert changes(now, told.sent) == []
    # Typed into, it comes back into use.
    told = reading(with_cells(write(then), {"C10": number(7)}), now)
    (change,) = changes(now, told.sent)
    assert change.cells == {("01", "expertise_law", 2026): (7, 0)}
