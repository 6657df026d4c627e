"""Fans, refusals, plain forecasts and the back-test."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hemtag import uptake
from tests.uptake.spreads import CODES, simulated


@pytest.fixture(scope="module")
def known():
    return simulated(11, solutions=8)[0]


def test_before_three_there_is_a_reason_and_no_forecast(known):
    young = known.solutions[0]
    for count, word in ((0, "Ingen region"), (1, "Bara en region"), (2, "Bara två regioner")):
        one = replace(known, solutions=(replace(young, steps=young.steps[:count]),))
        answer = uptake.forecast(one, 4).of["s0"]
        assert isinstance(answer, uptake.Refusal) and answer.code == "too_few_adopters"
        assert answer.reason.startswith(word) and "Före den tredje" in answer.reason
    three = replace(known, solutions=(replace(young, steps=young.steps[:3]),))
    assert isinstance(uptake.forecast(three, 4).of["s0"], uptake.Forecast)


def test_when_nobody_is_left_there_is_nothing_to_forecast(known):
    steps = tuple(uptake.Step(code, uptake.Stage.IN_USE, known.as_of) for code in CODES)
    whole = replace(known, solutions=(replace(known.solutions[0], steps=steps),))
    assert uptake.forecast(whole, 4).of["s0"].reason == "Alla regioner som kan införa lösningen har gjort det."
    out = (*steps[:5], *(uptake.Step(code, uptake.Stage.DECLINED, known.as_of) for code in CODES[5:]))
    gone = replace(known, solutions=(replace(known.solutions[0], steps=out),))
    assert uptake.forecast(gone, 4).of["s0"].code == "nobody_left"


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 8), st.integers(4, 16))
def test_fans_are_ordered_and_keep_their_bounds(seed, declining, cut):
    spread, _ = simulated(seed, solutions=3, cut=cut)
    solutions = []
    for one in spread.solutions:
        adopted = {step.region for step in one.steps}
        out = [code for code in CODES if code not in adopted][:declining]
        steps = (*one.steps, *(uptake.Step(code, uptake.Stage.DECLINED, spread.as_of) for code in out))
        solutions.append(replace(one, steps=steps))
    spread = replace(spread, solutions=tuple(solutions))
    for answer in uptake.forecast(spread, 9, seed, 100).of.values():
        if isinstance(answer, uptake.Refusal):
            continue
        most = answer.eligible - answer.left
        assert max(answer.linear) <= most and min(answer.linear) >= answer.adopted
        assert answer.last_value == (float(answer.adopted),) * 9
        for fan in answer.fans.values():
            assert (np.diff(fan.adopted, axis=0) >= 0).all() and (np.diff(fan.adopted, axis=1) >= 0).all()
            assert (np.diff(fan.mean) >= 0).all() and (fan.adopted <= most).all()
            assert (fan.adopted >= answer.adopted).all() and (fan.in_use >= 0).all()
            assert (fan.in_use <= fan.adopted).all()
            assert len(fan.by_region) == most
            assert sum(row[-1] for row in fan.by_region.values()) == pytest.approx(fan.mean[-1])


def test_the_same_seed_gives_the_same_fan_and_order_never_matters(known):
    other = replace(
        known, solutions=tuple(replace(one, eligible=tuple(sorted(one.eligible))) for one in known.solutions)
    )
    one, two = uptake.forecast(known, 6, 3), uptake.forecast(other, 6, 3)
    assert (one.data, one.seed, one.method) == (two.data, 3, "uptake-1")
    for code, answer in one.of.items():
        if isinstance(answer, uptake.Forecast):
            for name, fan in answer.fans.items():
                assert fan.adopted.tolist() == two.of[code].fans[name].adopted.tolist()
    assert replace(known, as_of=known.as_of + dt.timedelta(1)).fingerprint != known.fingerprint


def test_those_who_stop_leave_the_use_but_not_the_adopted(known):
    steps = known.solutions[0].steps
    stopped = tuple(
        uptake.Step(step.region, uptake.Stage.DISCONTINUED, known.as_of) for step in steps[: len(steps) // 2]
    )
    one = replace(known.solutions[0], steps=(*steps, *stopped))
    answer = uptake.forecast(replace(known, solutions=(one, *known.solutions[1:])), 4).of["s0"]
    assert answer.adopted == len(steps) and answer.in_use == len(steps) - len(stopped)
    assert answer.fans["bass"].in_use_mean[-1] < answer.fans["bass"].mean[-1]


def test_a_trait_that_speeds_adoption_is_found_and_told_per_region():
    spread, _ = simulated(21, solutions=10, spread=0.2)
    order = dict.fromkeys(CODES, 0)
    for one in spread.solutions:
        for step in one.steps:
            order[step.region] += 1
    traits = {"size": {code: float(number) for code, number in order.items()}}
    spread = replace(spread, solutions=tuple(replace(one, traits=traits) for one in spread.solutions), traits=("size",))
    found = uptake.forecast(spread, 4)
    at = found.models.hazard.names.index("size")
    assert found.models.hazard.values[at] > 0
    answer = next(one for one in found.of.values() if isinstance(one, uptake.Forecast))
    waiting = [code for code, row in answer.fans["hazard"].by_region.items() if row[0] < 1]
    first, last = max(waiting, key=order.__getitem__), min(waiting, key=order.__getitem__)
    if order[first] > order[last] + 2:
        rows = answer.fans["hazard"].by_region
        assert rows[first][-1] > rows[last][-1] - 0.1


def test_linear_by_hand():
    """Five came, three of them in the last 40 days of periods of ten days: 3/4 a period more, no more than seven."""
    assert uptake.linear([0, 10, 70, 80, 90], 99, 10, 7, 3) == (5.75, 6.5, 7.0)
    assert uptake.last_value(5, 2) == (5.0, 5.0)


def test_the_eighty_per_cent_fan_holds_the_outcome_about_eight_times_in_ten():
    """On invented data from the family that the hazard model assumes; whole regions make the interval a little wide."""
    inside, cases = 0, 0
    for seed in range(8):
        then, whole = simulated(100 + seed, solutions=10, quarters=16, cut=10)
        for code, answer in uptake.forecast(then, 6, seed, 200).of.items():
            if isinstance(answer, uptake.Forecast):
                came = sum(row.adopted is not None for row in uptake.standings(whole.solution(code), whole.as_of))
                fan = answer.fans["hazard"].adopted[:, 5]
                inside += fan[1] <= came <= fan[5]
                cases += 1
    assert cases > 40
    assert 0.72 <= inside / cases <= 0.97


def test_the_back_test_knows_nothing_of_what_came_later():
    then, whole = simulated(31, solutions=6, quarters=20, cut=16)
    test = uptake.backtest(whole, horizons=(4,), origins=1, every=4, seed=5, draws=200)
    answers = uptake.forecast(uptake.known_on(whole, whole.day(-4)), 4, 5, 200).of
    errors = []
    for code, answer in answers.items():
        if isinstance(answer, uptake.Forecast):
            came = sum(row.adopted is not None for row in uptake.standings(whole.solution(code), whole.as_of))
            errors.append(abs(answer.fans["hazard"].adopted[3, 3] - came))
    score = test.score("hazard", 4)
    assert (score.cases, score.error) == (len(errors), pytest.approx(sum(errors) / len(errors)))
    plain = test.score("linear", 4)
    assert score.skill_linear == pytest.approx(1 - score.error / plain.error)
    assert plain.skill_linear == 0 and plain.within_80 is None
    assert all(step.on <= then.as_of for one in then.solutions for step in one.steps)


@pytest.mark.parametrize("bad", [{"horizon": 0}, {"seed": -1}, {"draws": 10}, {"horizon": 4.0}, {"horizon": True}])
def test_bad_questions_are_refused(known, bad):
    with pytest.raises(uptake.InvalidSpread):
        uptake.forecast(known, **bad)
    if "horizon" in bad:
        with pytest.raises(uptake.InvalidSpread):
            uptake.backtest(known, horizons=(bad["horizon"],))
