"""The cells of the budget: whose rows, which cells, and that no two totals can disagree."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hemtag.grants import actions, queries, rules
from hemtag.grants.models import Application, Block, Cost, CostKind
from hemtag.grants.queries import Sums
from hemtag.history.models import Event
from hemtag.history.queries import events_about
from hemtag.organisations.models import Role
from hemtag.refusals import Clash, DoesNotHold, NotAllowed
from tests.grants.making import a_call, a_person, an_application, in_the_window, organisation, representative_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("hemtag.grants.urls")]


@pytest.fixture
def block() -> Block:
    application = an_application(a_call(), organisation("14"), [organisation("01"), organisation("12")])
    return actions.add_block(by=representative_of(organisation("14")), application=application, title="Data")


@pytest.fixture
def west() -> int:
    return organisation("14").pk


@pytest.fixture
def capital() -> int:
    return organisation("01").pk


def test_the_responsible_region_writes_every_row(block: Block, west: int, capital: int) -> None:
    by = a_person(Role.ECONOMIST, "14")
    cells = {(west, 2026, "own_time"): (1_000_000, 0), (capital, 2027, "expertise"): (0, 250_000)}
    saved = actions.set_costs(by=by, block=block, version=1, cells=cells)
    assert (saved.costs_version, saved.version, saved.updated_by) == (2, 1, by)
    assert queries.cells_of(saved) == cells
    event = events_about(block).first()
    assert event is not None and event.verb == "costs_set"
    assert event.details == {
        "version": 2,
        "cells": {
            "14.own_time.2026": {"before": [0, 0], "after": [1_000_000, 0]},
            "01.expertise.2027": {"before": [0, 0], "after": [0, 250_000]},
        },
    }


def test_a_cell_that_is_not_named_becomes_empty_and_history_keeps_only_what_changed(block: Block, west: int) -> None:
    by = representative_of(organisation("14"))
    kept, gone = (west, 2026, "own_time"), (west, 2027, "own_time")
    block = actions.set_costs(by=by, block=block, version=1, cells={kept: (5, 1), gone: (7, 0)})
    block = actions.set_costs(by=by, block=block, version=2, cells={kept: (5, 1), (west, 2028, "other"): (0, 0)})
    assert queries.cells_of(block) == {kept: (5, 1)}
    event = events_about(block).first()
    assert event is not None
    assert event.details["cells"] == {"14.own_time.2027": {"before": [7, 0], "after": [0, 0]}}
    count = Event.objects.count()
    assert actions.set_costs(by=by, block=block, version=1, cells={kept: (5, 1)}).costs_version == 3
    assert Event.objects.count() == count


def test_a_participant_writes_its_own_rows_and_leaves_others(block: Block, west: int, capital: int) -> None:
    by, own = representative_of(organisation("14")), a_person(Role.AUTHOR, "01")
    block = actions.set_costs(by=by, block=block, version=1, cells={(west, 2026, "own_time"): (5, 0)})
    block = actions.set_costs(by=own, block=block, version=2, cells={(capital, 2026, "own_time"): (3, 0)})
    assert queries.cells_of(block) == {(west, 2026, "own_time"): (5, 0), (capital, 2026, "own_time"): (3, 0)}
    with pytest.raises(NotAllowed, match="Västra Götalandsregionen"):
        actions.set_costs(by=own, block=block, version=3, cells={(west, 2026, "own_time"): (9, 0)})
    block = actions.set_costs(by=own, block=block, version=3, cells={})
    assert queries.cells_of(block) == {(west, 2026, "own_time"): (5, 0)}
    assert rules.may_edit_costs(own, block, organisation("01"))
    assert not rules.may_edit_costs(own, block, organisation("12"))


@pytest.mark.parametrize(("role", "code"), [(Role.AUTHOR, "25"), (Role.CASE_OFFICER, ""), (Role.AUDITOR, "")])
def test_others_write_no_row(block: Block, role: Role, code: str) -> None:
    with pytest.raises(NotAllowed, match="deltagande regionerna"):
        actions.set_costs(by=a_person(role, code), block=block, version=1, cells={})


def test_a_region_that_has_declined_writes_no_row(block: Block, capital: int) -> None:
    by = representative_of(organisation("01"))
    with in_the_window():
        actions.decline_participation(
            by=by, participant=block.application.participants.get(region=capital), reason="Nej"
        )
    with pytest.raises(NotAllowed):
        actions.set_costs(by=by, block=block, version=1, cells={(capital, 2026, "own_time"): (3, 0)})
    assert not rules.may_edit_costs(by, block, organisation("01"))


@pytest.mark.parametrize(
    ("code", "year", "kind", "pair"),
    [
        ("25", 2026, "own_time", (1, 0)),
        ("14", 2024, "own_time", (1, 0)),
        ("14", 2031, "own_time", (1, 0)),
        ("14", 2026, "gold", (1, 0)),
        ("14", 2026, "own_time", (-1, 0)),
        ("14", 2026, "own_time", (0, -1)),
        ("14", 2026, "own_time", (100_000_000_001, 0)),
        ("14", 2026, "own_time", (1.5, 0)),
    ],
)
def test_a_cell_that_cannot_be_is_refused_at_its_place_and_nothing_is_saved(
    block: Block, west: int, code: str, year: int, kind: str, pair: Any
) -> None:
    with pytest.raises(DoesNotHold) as refusal:
        actions.set_costs(
            by=representative_of(organisation("14")),
            block=block,
            version=1,
            cells={(west, 2030, "other"): (1, 1), (organisation(code).pk, year, kind): pair},
        )
    assert [problem.field for problem in refusal.value.problems] == [f"{code}.{kind}.{year}"]
    assert not Cost.objects.exists()


def test_an_unknown_region_is_refused_at_its_place(block: Block) -> None:
    with pytest.raises(DoesNotHold, match="Okänd region"):
        actions.set_costs(
            by=representative_of(organisation("14")), block=block, version=1, cells={(10**6, 2026, "other"): (1, 0)}
        )


def test_two_people_filling_in_the_same_cell(block: Block, west: int) -> None:
    by, other = a_person(Role.ECONOMIST, "14"), a_person(Role.AUTHOR, "14")
    cell, free = (west, 2026, "own_time"), (west, 2027, "own_time")
    actions.set_costs(by=other, block=block, version=1, cells={cell: (1_000_000, 0)})
    with pytest.raises(Clash) as clash:
        actions.set_costs(by=by, block=block, version=1, cells={cell: (2_000_000, 0), free: (4, 0)})
    assert (clash.value.who, clash.value.version) == (other.name, 2)
    (difference,) = clash.value.differences
    assert difference.field == "14.own_time.2026"
    assert difference.label == "Västra Götalandsregionen, egen arbetstid, 2026"
    assert difference.theirs.startswith("1\u202f000\u202f000\u00a0kr sökt")
    assert queries.cells_of(block) == {cell: (1_000_000, 0)}


def test_a_cell_that_somebody_else_has_added_is_not_emptied_unseen(block: Block, west: int, capital: int) -> None:
    by, other = a_person(Role.ECONOMIST, "14"), a_person(Role.AUTHOR, "01")
    actions.set_costs(by=other, block=block, version=1, cells={(capital, 2026, "own_time"): (3, 0)})
    with pytest.raises(Clash) as clash:
        actions.set_costs(by=by, block=block, version=1, cells={(west, 2026, "own_time"): (5, 0)})
    assert [difference.field for difference in clash.value.differences] == ["01.own_time.2026"]


def test_two_regions_filling_in_their_own_rows_do_not_clash(block: Block, capital: int) -> None:
    south = organisation("12").pk
    actions.set_costs(
        by=a_person(Role.AUTHOR, "01"), block=block, version=1, cells={(capital, 2026, "own_time"): (3, 0)}
    )
    saved = actions.set_costs(
        by=a_person(Role.AUTHOR, "12"), block=block, version=1, cells={(south, 2026, "own_time"): (4, 0)}
    )
    assert saved.costs_version == 3
    assert queries.budget(saved.application).total == Sums(7, 0)


CODES = ("14", "01", "12")
YEARS = range(2025, 2031)
amounts = st.integers(0, 100_000_000_000)
cells = st.dictionaries(
    st.tuples(st.sampled_from(range(3)), st.sampled_from(CODES), st.sampled_from(YEARS), st.sampled_from(CostKind)),
    st.tuples(amounts, amounts),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=cells)
def test_no_two_totals_can_disagree(three_blocks: list[Block], written: dict[Any, tuple[int, int]]) -> None:
    by = representative_of(organisation("14"))
    application = three_blocks[0].application
    for place, block in enumerate(three_blocks):
        own = {
            (organisation(code).pk, year, kind.value): pair
            for (where, code, year, kind), pair in written.items()
            if where == place
        }
        version = Block.objects.get(pk=block.pk).costs_version
        actions.set_costs(by=by, block=block, version=version, cells=own)

    truth = Sums(sum(pair[0] for pair in written.values()), sum(pair[1] for pair in written.values()))
    found = queries.budget(application)
    assert found.total == truth
    for part in (
        found.per_block,
        found.per_region,
        found.per_year,
        found.per_kind,
        found.per_block_year,
        found.per_region_year,
    ):
        assert sum(part.values(), Sums()) == truth
    for number, sums in found.per_block.items():
        assert found.in_block(number).total == sums
        assert queries.block_budget(three_blocks[number - 1]).total == sums
        assert sum((s for (block, _year), s in found.per_block_year.items() if block == number), Sums()) == sums
    for code, sums in found.per_region.items():
        assert found.in_region(code).total == sums
    row = queries.totals(Application.objects.filter(pk=application.pk)).get()
    assert (row.requested_sek, row.cofinancing_sek) == (truth.requested_sek, truth.cofinancing_sek)  # type: ignore[attr-defined]
    (content,) = queries.content_of(application.submission)["applications"]
    assert queries.sums_of(content) == {
        "requested_sek": truth.requested_sek,
        "cofinancing_sek": truth.cofinancing_sek,
    }
    per_year: Counter[int] = Counter()
    for cell in itertools.chain.from_iterable(part["costs"] for part in content["blocks"]):
        per_year[cell["year"]] += cell["requested_sek"]
    assert per_year == Counter({year: sums.requested_sek for year, sums in found.per_year.items()})


@pytest.fixture
def three_blocks(block: Block) -> list[Block]:
    by = representative_of(organisation("14"))
    more = [actions.add_block(by=by, application=block.application, title=title) for title in ("Två", "Tre")]
    return [block, *more]


def test_totals_of_a_list_are_each_applications_own(block: Block, west: int) -> None:
    by = representative_of(organisation("14"))
    actions.set_costs(by=by, block=block, version=1, cells={(west, 2026, "own_time"): (5, 2)})
    an_application(a_call(), organisation("14"), title="Tom")
    rows = queries.totals(queries.applications_for(by)).order_by("number")
    assert list(rows.values_list("number", "requested_sek", "cofinancing_sek")) == [
        ("2026-001", 5, 2),
        ("2026-002", 0, 0),
    ]
