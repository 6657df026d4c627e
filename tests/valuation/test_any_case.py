"""Laws that every case keeps, on cases made at random: the plain twin, the ledger's sums, order, blocks and threads."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hemtag.valuation.case import Account, Case, Kind
from hemtag.valuation.discounting import payback_year
from hemtag.valuation.perspectives import PERSPECTIVES
from hemtag.valuation.reading import load_case
from hemtag.valuation.simulation import Simulation, probability_of_recoup, simulate
from tests.valuation.oracle import factor, ledger

REGIONS = {"01": "Stockholm", "08": "Kalmar", "09": "Gotland", "25": "Norrbotten"}
BELIEFS = st.sampled_from(
    [
        {"low": 0.2, "likely": 1, "high": 3},
        {"family": "normal", "mean": 1, "sd": 0.3},
        {"family": "lognormal", "mu": 0, "sigma": 0.5},
        {"family": "gamma", "mean": 1, "sd": 0.6},
        {"family": "uniform", "low": 0.5, "high": 1.5},
        {"family": "discrete", "values": [0.5, 1, 4], "probabilities": [0.3, 0.5, 0.2]},
        {"value": 1.5},
    ]
)
# Factors without a unit: by draw, by region, by year, and sums that mix them.
FACTORS = st.sampled_from(
    [
        "a", "b", "c", "big", "small", "up", "down", "more", "once", "a * up", "big * small", "(a + up)", "(b + small)",
        "max(0, b - small * up)", "min(a, c)", "exp(0 - c)", "1 / (1 + exp(0 - a))", "named", "mixed", "sized", "2.5",
        "(0 - c)", "a / (2 + big)", "(small - big)",
    ]
)  # fmt: skip
LINES = st.fixed_dictionaries(
    {
        "amount": st.lists(FACTORS, min_size=1, max_size=4).map(lambda factors: " * ".join([*factors, "one"])),
        "kind": st.sampled_from(["cash", "capacity", "care", "grant"]),
        "account": st.sampled_from([account.value for account in Account]),
        "first_year": st.integers(2027, 2029),
        "last_year": st.integers(2029, 2031),
    },
    optional={
        "shared_by": st.sampled_from(["equal", "big"]),
        "paid_by": st.sampled_from(["state", "municipalities"]),
        "regions": st.lists(st.sampled_from(list(REGIONS)), min_size=1, max_size=3, unique=True),
    },
)


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    waves = st.dictionaries(st.sampled_from(list(REGIONS)), st.integers(1, 3), max_size=3)
    own = st.dictionaries(st.sampled_from(list(REGIONS)), BELIEFS, max_size=2)
    sizes = st.fixed_dictionaries({code: st.floats(0.5, 20) for code in REGIONS})
    lines = draw(st.lists(LINES, min_size=1, max_size=6))
    keep = "a * b * c * big * small * up * down * more * once * named * mixed * sized * one * 0"
    return {
        "name": "Slumpat",
        "first_year": 2027,
        "years": 5,
        "price_year": 2026,
        "discount_rate": draw(st.sampled_from([0.0, 0.03, [0.03, 0.01]])),
        "regions": REGIONS,
        "drivers": {name: {"unit": "1", "values": draw(sizes)} for name in ("big", "small")},
        "inputs": {name: {"unit": "1", "regions": draw(own)} | draw(BELIEFS) for name in "abc"}
        | {"one": {"unit": "Mkr", "value": 1}},
        "curves": {
            "up": {
                "shape": "adoption", "ceiling": 1, "midpoint": "b", "slope": 1.5, "waves": draw(waves),
                "delay": draw(st.sampled_from([0, 0.5, 2])),
            },
            "down": {"shape": "decay", "rate": "0.1 / (1 + exp(a))", "waves": draw(waves)},
            "more": {"shape": "growth", "rate": "0.02"},
            "once": {"shape": "table", "values": [1, -0.5, 0], "waves": draw(waves)},
        },
        "calculations": {
            "named": {"formula": "a * up * big"},
            "mixed": {"formula": "max(small * c, up) + big"},
            "sized": {"formula": "max(big, small) / (1 + small)"},
        },
        "lines": [{"name": "uses_all", "kind": "cash", "amount": keep}]
        + [one | {"name": f"line{n}"} for n, one in enumerate(lines)],
    }  # fmt: skip


def drawn(case: Case, result: Simulation, at: int) -> dict[str, dict[str, float]]:
    score = result.sample.scores[:, at : at + 1]
    return {
        code: {
            one.name: float(one.regions.get(code, one.distribution).at_score(score[n])[0])
            for n, one in enumerate(case.inputs.values())
        }
        for code in case.regions
    }


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(), st.integers(0, 63))
def test_the_twin_and_the_ledger_agree(data: dict[str, Any], at: int):
    case = load_case(data)
    result = simulate(case, 64, 5)
    rows = ledger(case, drawn(case, result, at))
    gross = max(sum(abs(amount) for amount in rows.values()), 1.0)
    for name, perspective in PERSPECTIVES.items():
        flow = np.zeros((len(case.regions), case.years))
        for (code, year, account, kind, _unit), amount in rows.items():
            if perspective.holds(account, kind):
                flow[list(case.regions).index(code), year] += amount
        factors = np.array([factor(case, year) for year in range(case.years)])
        np.testing.assert_allclose(result.npv(name)[:, at], flow @ factors, rtol=1e-12, atol=1e-12 * gross)
        np.testing.assert_allclose(
            result.cumulative(name)[-1, at], (flow @ factors).sum(), rtol=1e-12, atol=1e-12 * gross
        )
        if name in result.payback:
            sums = np.cumsum(flow * factors, axis=1)
            clear = (np.abs(sums) > 1e-6 * gross).all(axis=1) | (flow == 0).all(axis=1)
            paid = payback_year(flow, case.rates)
            np.testing.assert_array_equal(result.payback[name].lasting[clear, at], paid.lasting[clear])
            np.testing.assert_array_equal(result.payback[name].first[clear, at], paid.first[clear])
    parts = result.npv("region") + result.npv("others") + result.npv("patients")
    np.testing.assert_allclose(parts, result.npv("society"), rtol=1e-11, atol=1e-3)
    if all(
        line["kind"] == "grant" and line["account"] != "state" for line in data["lines"][1:] if "paid_by" not in line
    ):
        np.testing.assert_allclose(result.npv("society"), 0, atol=1e-3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(), st.randoms(use_true_random=False))
def test_order_blocks_and_threads_change_nothing(data: dict[str, Any], chance: Any):
    case = load_case(data)
    plain = simulate(case, 256, 5, threads=1)
    scale = np.abs(plain.npv("society")).max() + 1
    threaded = simulate(case, 256, 5, threads=3, block=64)
    again = simulate(case, 256, 5, threads=1, block=64)
    for name in PERSPECTIVES:
        np.testing.assert_array_equal(threaded.npv(name), again.npv(name))
        np.testing.assert_allclose(again.npv(name), plain.npv(name), rtol=1e-12, atol=1e-12 * scale)
    turned = dict(data)
    turned["regions"] = dict(reversed(data["regions"].items()))
    turned["lines"] = chance.sample(data["lines"], len(data["lines"]))
    other = simulate(load_case(turned), 256, 5)
    np.testing.assert_allclose(other.npv("society")[::-1], plain.npv("society"), rtol=1e-11, atol=1e-11 * scale)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases(), st.floats(0.1, 50))
def test_a_cost_never_helps_and_probabilities_never_fall(data: dict[str, Any], size: float):
    plain = simulate(load_case(data), 64, 5)
    data["lines"].append({"name": "extra", "kind": "cost", "amount": f"{size} * one", "first_year": 2027})
    dearer = simulate(load_case(data), 64, 5)
    for name in ("region", "region_cash"):
        assert (probability_of_recoup(dearer, name) <= probability_of_recoup(plain, name)).all()
        by_year = np.stack([probability_of_recoup(plain, name, year) for year in range(5)])
        assert (np.diff(by_year, axis=0) >= 0).all()


LOGNORMALS: dict[str, Any] = {
    "name": "Produkt med känt väntevärde",
    "first_year": 2027,
    "years": 3,
    "price_year": 2026,
    "regions": {"01": "Stockholm", "09": "Gotland"},
    "drivers": {"size": {"unit": "1", "values": {"01": 3, "09": 1}}},
    "inputs": {
        "a": {"unit": "1", "family": "lognormal", "mu": 0, "sigma": 0.5},
        "b": {"unit": "1", "family": "lognormal", "mu": 0, "sigma": 0.4},
        "cost": {"unit": "kr", "family": "gamma", "mean": 2, "sd": 1},
    },
    "correlations": [{"inputs": ["a", "b"], "spearman": 6 / np.pi * np.arcsin(0.5 / 2)}],
    "curves": {"once": {"shape": "table", "values": [1, 0]}},
    "lines": [
        {"name": "gain", "kind": "cash", "amount": "a * b * size * cost / cost * cost"},
        {"name": "cost", "kind": "cost", "amount": "cost * once * size"},
    ],
}
TRUTH = 4 * 2 * (np.exp((0.25 + 0.16 + 2 * 0.5 * 0.5 * 0.4) / 2) * (1 + 1 / 1.03 + 1 / 1.03**2) - 1)


def test_error_bars_of_the_whole_engine_are_honest():
    """Over 200 seeds the 90 % interval of the expected net present value covers the known one 85-95 % of the time."""
    case = load_case(LOGNORMALS)
    found = [simulate(case, 256, seed, threads=1).estimate() for seed in range(200)]
    assert 170 <= sum(one.low <= TRUTH <= one.high for one in found) <= 190


def test_the_mean_is_at_least_ten_times_better_than_plain_chance():
    case = load_case(LOGNORMALS)
    nets = [simulate(case, 2**14, seed).npv().sum(axis=0) for seed in range(12)]
    error = np.sqrt(np.mean([(net.mean() - TRUTH) ** 2 for net in nets]))
    assert error < nets[0].std() / np.sqrt(2**14) / 10
    assert nets[0].mean() == pytest.approx(TRUTH, rel=1e-3)
    assert {kind for _, kind in simulate(case, 64).present} == {Kind.CASH, Kind.COST}
