"""From declared steps to what uptake counts with: every way that a region can walk is one that uptake reads."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hemtag import uptake
from hemtag.solutions.models import STAGE_NEXT
from hemtag.solutions.spreading import Told, days_between, file_of, plain, walked

REGIONS = {f"{n:02}": f"Region {n}" for n in range(1, 22)}
START = dt.date(2026, 1, 1)


def on(days):
    return START + dt.timedelta(days=days)


def told(**steps):
    """`told(r02=[("in_use", 10)])`: region 01 owns it."""
    ways = {code[1:]: [(stage, on(days)) for stage, days in way] for code, way in steps.items()}
    return Told("x", "X", "01", START, None, ways)


@st.composite
def a_way(draw):
    """Any way that the table of stages allows, with days that never go back."""
    at, day, way = "", 0, []
    for _ in range(draw(st.integers(0, 9))):
        onward = sorted(str(stage) for stage in STAGE_NEXT[at])
        at = draw(st.sampled_from(onward))
        day += draw(st.integers(0, 200))
        way.append((at, on(day)))
    return way


@given(st.dictionaries(st.sampled_from(sorted(REGIONS)), a_way(), max_size=6), st.data())
def test_uptake_reads_every_way_that_can_be_walked(ways, data):
    varied = {code: on(data.draw(st.integers(0, 900))) for code in data.draw(st.sets(st.sampled_from(sorted(REGIONS))))}
    one = Told("x", "X", "01", START, None, ways, {code: day for code, day in varied.items() if ways.get(code)})
    spread, faults = uptake.examine(file_of([one], REGIONS, on(2500)), on(2500))
    assert faults == []
    assert spread is not None


@given(a_way())
def test_a_way_is_in_use_exactly_when_the_last_word_is(way):
    """Unless it is paused, or given up: the short ladder ends where the long one does."""
    last = way[-1][0] if way else ""
    short = walked(way)
    ending = short[-1][0] if short else ""
    if last in {"in_use", "sustained"}:
        assert ending == "in_use"
    if last in {"declined", "discontinued", "replaced"}:
        assert ending in {"declined", "discontinued"}
    if last == "":
        assert ending == ""


@pytest.mark.parametrize(
    "way, short",
    [
        ([("assessing", 0), ("interested", 3)], [("interested", 0)]),
        ([("interested", 0), ("assessing", 5), ("preparing", 9)], [("interested", 0), ("decided", 9)]),
        ([("in_use", 0), ("sustained", 400)], [("in_use", 0)]),
        ([("decided", 0), ("paused", 4), ("piloting", 9)], [("decided", 0), ("piloting", 9)]),
        ([("in_use", 0), ("paused", 4), ("decided", 9)], [("in_use", 0)]),
        ([("piloting", 0), ("replaced", 4)], [("piloting", 0), ("discontinued", 4)]),
        ([("in_use", 0), ("paused", 4), ("declined", 9)], [("in_use", 0), ("discontinued", 9)]),
        ([("declined", 0), ("interested", 9)], [("declined", 0), ("interested", 9)]),
        ([("not_applicable", 0), ("in_use", 9)], [("in_use", 9)]),
    ],
)
def test_the_long_ladder_on_the_short_one(way, short):
    assert walked([(stage, on(days)) for stage, days in way]) == [(stage, on(days)) for stage, days in short]


def test_a_variant_leaves_on_its_day():
    way = [("decided", on(0)), ("in_use", on(50))]
    assert walked(way, on(20)) == [("decided", on(0)), ("declined", on(20))]
    assert walked(way, on(60)) == [*way, ("discontinued", on(60))]
    assert walked(way, on(0)) == [("declined", on(0))]


def test_the_owner_is_not_counted_and_not_applicable_cannot_introduce():
    row = plain(told(r01=[("in_use", 0)], r02=[("not_applicable", 4)], r03=[("in_use", 9)]), REGIONS)
    assert row["origin"] == ["01"]
    assert len(row["eligible"]) == 19
    assert "01" not in row["eligible"]
    assert "02" not in row["eligible"]
    assert [step["region"] for step in row["steps"]] == ["01", "03"]


def test_it_is_out_from_the_package_or_from_the_first_who_began_without():
    assert told(r01=[("in_use", 0)]).is_out is False
    spontaneous = told(r02=[("piloting", -30)])
    assert (spontaneous.is_out, spontaneous.out_on) == (True, on(-30))
    packaged = Told("x", "X", "01", START, on(100), {"02": [("in_use", on(130))]})
    assert packaged.out_on == on(100)


def test_the_curve_and_the_medians_agree_with_counting_by_hand():
    """Four regions of twenty come into use on days 10, 20, 30 and 40; the rest wait on day 100."""
    one = told(
        r02=[("decided", 0), ("in_use", 10)],
        r03=[("decided", 5), ("in_use", 20)],
        r04=[("decided", 10), ("in_use", 30)],
        r05=[("in_use", 40)],
        r06=[("decided", 40)],
    )
    spread, _faults = uptake.examine(file_of([one], REGIONS, on(100)), on(100))
    curve = uptake.waiting_curve(spread.solutions[0], on(100))
    assert curve.at_risk.tolist() == [20, 19, 18, 17]
    assert curve.waiting.tolist() == pytest.approx([0.95, 0.9, 0.85, 0.8])
    assert curve.quantile() is None
    assert curve.restricted_mean(1100).mean == pytest.approx((20 * 100 - (90 + 80 + 70 + 60)) / 20)
    spells = days_between([walked(way) for way in one.others.values()], "decided", "in_use", on(100))
    assert sorted(spells) == [(10, True), (15, True), (20, True), (60, False)]
    by_hand = uptake.kaplan_meier([days for days, _ in spells], [came for _, came in spells])
    assert by_hand.quantile() == 15


def test_a_region_that_begins_anew_counts_each_time():
    way = [("decided", on(0)), ("declined", on(7)), ("decided", on(20)), ("in_use", on(50))]
    assert days_between([way], "decided", "in_use", on(99)) == [(7, False), (30, True)]
