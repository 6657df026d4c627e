"""What must hold after the decision: the pure rules."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hemtag.followup import checks

D = dt.date


def fields(problems):
    return [problem.field for problem in problems]


amounts = st.integers(0, 10**12)
weights = st.dictionaries(st.integers(1, 21), st.integers(0, 10**9), max_size=21)


@given(st.integers(1, 10**12), amounts, weights, weights)
def test_a_payment_is_shared_to_the_last_krona(amount, own_time, budget, hours):
    if checks.there_is_something_to_share_by(own_time, sum(budget.values()), sum(hours.values())):
        return
    parts = checks.share_payment(amount, own_time, budget, hours)
    assert parts.total == amount
    pool = sum(parts.by_hours.values())
    # Nobody is more than a krona from the exact share, and who has worked nothing gets nothing of the hours.
    for region, sek in parts.by_hours.items():
        assert abs(sek * sum(hours.values()) - pool * hours[region]) < sum(hours.values())
        assert sek == 0 or hours[region] > 0


def test_shares_worked_out_by_hand():
    # 1 000 001 kr in the proportion 1 000 000 : 300 000 is 769 231,54 : 230 769,46. The krona left goes to the hours.
    parts = checks.share_payment(1_000_001, 1_000_000, {1: 100_000, 12: 200_000}, {1: 1, 12: 1, 14: 1})
    assert parts.by_hours == {1: 256_411, 12: 256_411, 14: 256_410}
    assert parts.by_budget == {1: 76_923, 12: 153_846}
    assert parts.total == 1_000_001


def test_no_money_for_hours_needs_no_hours():
    assert checks.there_is_something_to_share_by(0, 5, 0) == []
    assert checks.share_payment(7, 0, {1: 1, 2: 1}, {}).by_budget == {1: 4, 2: 3}


def test_nothing_to_share_by_is_said():
    assert fields(checks.there_is_something_to_share_by(1, 0, 0)) == ["basis_from"]
    assert len(checks.there_is_something_to_share_by(0, 0, 10)) == 1


@pytest.mark.parametrize(
    "amount, reason, where",
    [
        (100, "", []),
        (99, "fel underlag", []),
        (99, "", ["reason"]),
        (99, "  ", ["reason"]),
        (101, "x", ["amount"]),
        (0, "x", ["amount"]),
        (-1, "x", ["amount"]),
    ],
)
def test_a_payment_is_within_the_plan(amount, reason, where):
    assert fields(checks.payment_is_within_the_plan(amount, 100, reason)) == where


def test_a_payment_follows_the_plan_and_its_approval():
    due, day, before, later = D(2027, 3, 1), D(2027, 3, 5), D(2027, 3, 4), D(2027, 3, 6)
    assert checks.payment_follows_plan(day, "BG 1", due, day, day) == []
    assert checks.payment_follows_plan(due, "BG 1", due, before.replace(day=1), day) == []
    assert fields(checks.payment_follows_plan(later, "BG 1", due, day, day)) == ["on"]
    assert fields(checks.payment_follows_plan(before, " ", due, day, day)) == ["on", "reference"]
    early = checks.payment_follows_plan(due, "BG 1", later, D(2027, 2, 1), later)
    assert fields(early) == ["on"]
    assert "2027-03-06" in str(early[0])


def test_hours_have_a_bound():
    assert checks.hours_are_reasonable(0) == checks.hours_are_reasonable(checks.MOST_HOURS) == []
    assert checks.hours_are_reasonable(-1)
    assert checks.hours_are_reasonable(checks.MOST_HOURS + 1)


@given(st.dates())
def test_a_half_year_holds_its_day(day):
    first, last = checks.half_year_of(day)
    assert first <= day <= last
    assert checks.half_year_of(first) == checks.half_year_of(last) == (first, last)
    assert 181 <= (last - first).days + 1 <= 184


def test_a_period_is_a_half_year_that_has_begun_within_the_grant():
    today, from_, to = D(2027, 7, 1), D(2026, 9, 10), D(2027, 12, 31)
    assert checks.period_is_a_half_year(D(2027, 7, 1), today, from_, to) == []
    assert checks.period_is_a_half_year(D(2026, 7, 1), today, from_, to) == []  # the grant begins within it
    assert checks.period_is_a_half_year(D(2026, 8, 1), today, from_, to)
    assert checks.period_is_a_half_year(D(2028, 1, 1), today, from_, to)
    assert checks.period_is_a_half_year(D(2026, 1, 1), today, from_, to)
    assert checks.period_is_a_half_year(D(2028, 1, 1), D(2028, 2, 1), from_, to)


def test_the_basis_is_whole_half_years():
    assert checks.basis_is_whole_half_years(D(2026, 7, 1), D(2027, 6, 30)) == []
    assert fields(checks.basis_is_whole_half_years(D(2026, 7, 2), D(2026, 12, 31))) == ["basis_from"]
    assert fields(checks.basis_is_whole_half_years(D(2026, 7, 1), D(2026, 12, 30))) == ["basis_to"]
    assert fields(checks.basis_is_whole_half_years(D(2027, 1, 1), D(2026, 12, 31))) == ["basis_to"]


def test_a_report_needs_every_part_and_the_whole():
    assert checks.every_region_has_reported([]) == []
    assert "Skåne, Halland" in str(checks.every_region_has_reported(["Skåne", "Halland"])[0])
    assert checks.the_whole_is_described("Text") == []
    assert checks.the_whole_is_described(" \n")


@pytest.mark.parametrize("claimed, holds", [(1, True), (100, True), (101, False), (0, False), (-5, False)])
def test_a_claim_is_within_what_was_paid(claimed, holds):
    assert (checks.claim_is_within_what_was_paid(claimed, 100) == []) is holds


def test_a_party_is_heard_first():
    due = D(2027, 4, 1)
    assert checks.hearing_is_over(True, due, D(2027, 3, 20)) == []
    assert checks.hearing_is_over(False, due, D(2027, 4, 2)) == []
    assert checks.hearing_is_over(False, due, due)  # the last day is the party's
    assert checks.hearing_is_over(False, None, D(2030, 1, 1))


@pytest.mark.parametrize(
    "decided, reason, where",
    [
        (100, "", []),
        (50, "Ringa försummelse.", []),
        (50, "", ["relief_reason"]),
        (0, "", ["relief_reason"]),
        (101, "x", ["decided"]),
        (-1, "x", ["decided"]),
    ],
)
def test_relief_has_its_reason(decided, reason, where):
    assert fields(checks.relief_has_its_reason(decided, 100, reason)) == where


@pytest.mark.parametrize(
    "day, later",
    [
        (D(2027, 3, 15), D(2027, 4, 15)),
        (D(2027, 1, 31), D(2027, 2, 28)),
        (D(2028, 1, 31), D(2028, 2, 29)),
        (D(2027, 12, 31), D(2028, 1, 31)),
    ],
)
def test_a_month_after(day, later):
    assert checks.a_month_after(day) == later


def test_interest_worked_out_by_hand():
    # 1 000 000 kr at 4,5 % for 73 days (a fifth of a year): 45 000 / 5 = 9 000 kr.
    from_ = D(2027, 4, 15)
    assert checks.interest_sek(1_000_000, Decimal("4.5"), from_, from_ + dt.timedelta(days=73)) == 9_000
    assert checks.interest_sek(1_000_000, Decimal("4.5"), from_, from_) == 0
    assert checks.interest_sek(1_000_000, Decimal("4.5"), from_, D(2027, 1, 1)) == 0
    # 365 kr at 50 % is half a krona a day: one day rounds up to one.
    assert checks.interest_sek(365, Decimal(50), from_, from_ + dt.timedelta(days=1)) == 1


@given(amounts, st.decimals(0, 20, places=3), st.integers(0, 4000), st.integers(0, 4000))
def test_interest_grows_with_time(amount, percent, days, more):
    from_ = D(2027, 1, 1)
    sooner = checks.interest_sek(amount, percent, from_, from_ + dt.timedelta(days=days))
    later = checks.interest_sek(amount, percent, from_, from_ + dt.timedelta(days=days + more))
    assert 0 <= sooner <= later
