"""The whole model: the same as the plain twin, the same by the laws it must keep, and never NaN."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hemtag.valuation.case import Account, Case, Kind
from hemtag.valuation.discounting import payback_year
from hemtag.valuation.faults import InvalidCase
from hemtag.valuation.perspectives import PERSPECTIVES
from hemtag.valuation.reading import load_case
from hemtag.valuation.simulation import Simulation, probability_of_recoup, simulate
from tests.valuation.cases import full
from tests.valuation.oracle import factor, ledger

CASE = load_case(full())
RESULT = simulate(CASE, 256, 7)


def drawn(case: Case, result: Simulation, at: int) -> dict[str, dict[str, float]]:
    rows = {}
    for code in case.regions:
        rows[code] = {
            one.name: float(one.regions.get(code, one.distribution).at_score(result.sample.scores[n, at : at + 1])[0])
            for n, one in enumerate(case.inputs.values())
        }
    return rows


@pytest.mark.parametrize("at", [0, 1, 100, 255])
def test_the_plain_twin_agrees(at: int):
    rows = ledger(CASE, drawn(CASE, RESULT, at))
    cells: dict[tuple[Account, Kind, str], np.ndarray] = {}
    for (code, year, account, kind, unit), amount in rows.items():
        cell = cells.setdefault((account, kind, unit), np.zeros(len(CASE.regions)))
        cell[list(CASE.regions).index(code)] += amount * factor(CASE, year)
    found = {(account, kind, "kr"): amount[:, at] for (account, kind), amount in RESULT.present.items()}
    found |= {(account, Kind.QUALITY, unit): amount[:, at] for (account, unit), amount in RESULT.quality.items()}
    assert set(found) == set(cells)
    for cell, amount in cells.items():
        np.testing.assert_allclose(found[cell], amount, rtol=1e-12, atol=1e-6)
    for name, perspective in PERSPECTIVES.items():
        flow = np.zeros((len(CASE.regions), CASE.years))
        for (code, year, account, kind, _unit), amount in rows.items():
            if perspective.holds(account, kind):
                flow[list(CASE.regions).index(code), year] += amount
        np.testing.assert_allclose(RESULT.joint[name][:, at], flow.sum(axis=0), rtol=1e-12, atol=1e-6)
        if name in RESULT.payback:
            paid = payback_year(flow, CASE.rates)
            np.testing.assert_array_equal(RESULT.payback[name].lasting[:, at], paid.lasting)
            np.testing.assert_array_equal(RESULT.payback[name].first[:, at], paid.first)


def test_region_and_others_are_society_and_a_grant_is_a_transfer():
    parts = RESULT.npv("region") + RESULT.npv("others") + RESULT.npv("patients")
    np.testing.assert_allclose(parts, RESULT.npv("society"), rtol=1e-12, atol=1e-5)
    without = full()
    without["lines"] = [line for line in without["lines"] if line["name"] != "grant"]
    del without["inputs"]["grant"]
    bare = simulate(load_case(without), 256, 7)
    np.testing.assert_allclose(bare.npv("society"), RESULT.npv("society"), rtol=1e-12, atol=1e-5)
    gained = RESULT.npv("region") - bare.npv("region")
    np.testing.assert_allclose(
        gained, np.array([[2e6], [2e6], [0]]) * (1 + 1 / 1.03) * np.ones(256), rtol=1e-9, atol=1e-5
    )


def test_a_freed_hour_has_one_use():
    time = {kind: RESULT.present[Account.REGION, kind] for kind in (Kind.CASH, Kind.CAPACITY, Kind.CARE)}
    whole = full()
    whole["lines"][2]["uses"] = {"capacity": 1}
    del whole["inputs"]["to_cash"], whole["inputs"]["to_care"]
    every = simulate(load_case(whole), 256, 7)
    ratio = sum(amount.mean() for amount in time.values()) / every.present[Account.REGION, Kind.CAPACITY].mean()
    assert 0.8 < ratio < 1
    twice = full()
    twice["lines"][2]["uses"]["capacity"] = 0.8
    with pytest.raises(InvalidCase, match="mer än en gång"):
        simulate(load_case(twice), 256)


def test_same_seed_same_numbers_and_blocks_change_nothing():
    again = simulate(CASE, 256, 7)
    np.testing.assert_array_equal(again.npv("society"), RESULT.npv("society"))
    for block in (1, 60, 256):
        other = simulate(CASE, 256, 7, block=block)
        np.testing.assert_allclose(other.npv("society"), RESULT.npv("society"), rtol=1e-12)
        np.testing.assert_allclose(other.expected_at(0.0), RESULT.expected_at(0.0), rtol=1e-12)
    assert (simulate(CASE, 256, 8).npv() != RESULT.npv()).any()


def test_the_order_of_regions_and_lines_does_not_matter():
    turned = full()
    turned["regions"] = dict(reversed(turned["regions"].items()))
    turned["lines"] = turned["lines"][::-1]
    other = simulate(load_case(turned), 256, 7)
    np.testing.assert_allclose(other.npv()[::-1], RESULT.npv(), rtol=1e-12, atol=1e-5)


@settings(max_examples=20)
@given(st.floats(1.1, 5))
def test_dearer_costs_never_help(times: float):
    data = full()
    data["lines"][0]["amount"] = f"licence * {times}"
    dearer = simulate(load_case(data), 64, 7)
    plain = simulate(CASE, 64, 7)
    extra = plain.npv() - dearer.npv()
    assert (extra > 0).all()
    assert (probability_of_recoup(dearer) <= probability_of_recoup(plain)).all()


def test_twice_the_cost_is_twice_the_cost():
    data = full()
    data["lines"][0]["amount"] = "licence * 2"
    data["lines"][1]["amount"] = "setup * once * 2"
    cell = (Account.REGION, Kind.COST)
    np.testing.assert_allclose(simulate(load_case(data), 64, 7).present[cell], 2 * simulate(CASE, 64, 7).present[cell])


def test_probability_of_recoup():
    by_year = [probability_of_recoup(RESULT, by_year=year) for year in range(CASE.years)]
    assert all((later >= sooner).all() for sooner, later in pairwise(by_year))
    np.testing.assert_array_equal(by_year[-1], (RESULT.npv() >= 0).mean(axis=1))
    assert (probability_of_recoup(RESULT, "region_cash") <= probability_of_recoup(RESULT)).all()
    assert probability_of_recoup(RESULT, joint=True) == ((RESULT.npv().sum(axis=0)) >= 0).mean()


def test_expected_at_its_own_rate_is_the_mean():
    data = full()
    data["discount_rate"] = 0.03
    found = simulate(load_case(data), 256, 7)
    np.testing.assert_allclose(found.expected_at(0.03), found.npv().mean(axis=1), rtol=1e-12, atol=1e-5)
    assert found.estimate().mean == pytest.approx(found.npv().sum(axis=0).mean())


def test_the_value_at_expected_inputs_is_not_the_expected_value():
    """Two factors that vary together: E[ab] = E[a]E[b] + cov(a, b), in closed form for lognormals."""
    belief = {"unit": "1", "family": "lognormal", "mu": 0.0, "sigma": 1.0}
    data = {
        "name": "Produkt",
        "first_year": 2027,
        "years": 1,
        "price_year": 2026,
        "regions": {"01": "Stockholm"},
        "inputs": {"a": belief, "b": belief, "one": {"unit": "kr", "value": 1}},
        "correlations": [{"inputs": ["a", "b"], "spearman": 6 / np.pi * np.arcsin(0.6 / 2)}],
        "lines": [{"name": "gain", "kind": "cash", "amount": "a * b * one"}],
    }
    found = simulate(load_case(data), 2**15, 1).estimate()
    assert found.mean == pytest.approx(np.exp(1 + 0.6), rel=0.02)
    assert np.exp(0.5) ** 2 < found.low


def test_never_nan():
    for amount in (*RESULT.present.values(), *RESULT.quality.values(), *RESULT.joint.values()):
        assert np.isfinite(amount).all()
    data = full()
    data["lines"][1]["amount"] = "setup * once * exp(700 * slope)"
    with pytest.raises(InvalidCase, match="ändligt"):
        simulate(load_case(data), 64)


def test_a_negative_cost_is_refused():
    data = full()
    data["lines"][1]["amount"] = "(setup - grant) * once"
    with pytest.raises(InvalidCase, match="positivt belopp"):
        simulate(load_case(data), 64)


def test_a_sum_that_mixes_a_regions_size_with_what_is_drawn():
    """Nothing in it varies by year: it counts once in every year that the line is open, each region on its own."""
    data = full()
    data["drivers"]["extra"] = {"unit": "kr", "values": {"01": 5, "08": 7, "09": 11}}
    data["inputs"]["drawn"] = {"unit": "kr", "low": 0, "likely": 1, "high": 2}
    data["lines"].append({"name": "sum", "kind": "cash", "amount": "drawn + extra"})
    flow = simulate(load_case(data), 64, 7)
    own = flow.sample.of("drawn")
    for code, size in (("01", 5), ("08", 7), ("09", 11)):
        np.testing.assert_allclose(flow.claim("sum", code), np.tile(own + size, (6, 1)))


def test_what_is_kept_with_a_case_is_only_its_own():
    """A case that is asked again gives the same numbers; a copy with another rate is planned and checked anew."""
    case = load_case(full())
    first, again = simulate(case, 64, 7), simulate(case, 64, 7)
    np.testing.assert_array_equal(first.cumulative(), again.cumulative())
    plain = replace(case, rates=(0.0,))
    assert not plain.prepared
    np.testing.assert_allclose(
        simulate(plain, 64, 7).npv(), [first.flow(code).sum(axis=0) for code in case.regions], rtol=1e-12, atol=1e-5
    )
    broken = replace(case, calculations={})
    with pytest.raises(InvalidCase):
        simulate(broken, 64)


def test_numpys_settings_are_left_as_they_were():
    before = np.getbufsize(), np.geterr()
    simulate(CASE, 64, 7, threads=1)
    assert (np.getbufsize(), np.geterr()) == before
