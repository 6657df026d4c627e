"""What a page gets: the same numbers as the engine's, for all together and for one region; and the adjusted case."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hemtag.valuation.adjusting import adjusted, differences
from hemtag.valuation.case import Account
from hemtag.valuation.page import as_page, fingerprint, sentence
from hemtag.valuation.perspectives import PERSPECTIVES
from hemtag.valuation.reading import load_case
from hemtag.valuation.simulation import probability_of_recoup, simulate
from tests.valuation.cases import full

RESULT = simulate(load_case(full()), 512, 3)
PAGE, REGION = as_page(RESULT), as_page(RESULT, "08")


@pytest.mark.parametrize("page", [PAGE, REGION], ids=["all", "one"])
def test_a_page_is_plain_and_never_nan(page: dict[str, Any]):
    again = json.loads(json.dumps(page, allow_nan=False), parse_constant=lambda word: pytest.fail(word))
    assert again == page


def test_the_numbers_are_the_engines():
    for name in PERSPECTIVES:
        assert PAGE["npv"][name]["mean"] == pytest.approx(RESULT.npv(name).sum(axis=0).mean())
        assert REGION["npv"][name]["mean"] == pytest.approx(RESULT.npv(name)[1].mean(), abs=1e-6)
        assert PAGE["npv"][name]["mean_low"] <= PAGE["npv"][name]["mean"] <= PAGE["npv"][name]["mean_high"]
    for name in ("region", "region_cash"):
        assert PAGE["fan"][name][-1]["p05"] == pytest.approx(PAGE["npv"][name]["p05"])
        assert REGION["fan"][name][-1]["p95"] == pytest.approx(REGION["npv"][name]["p95"])
        assert REGION["recoup"][name]["probability"] == probability_of_recoup(RESULT, name)[1]
        assert PAGE["recoup"][name]["probability"] == probability_of_recoup(RESULT, name, joint=True)
    present = sum(sum(year["present"].values()) for year in REGION["by_year"])
    assert present == pytest.approx(REGION["npv"]["region"]["mean"])
    nominal = sum(sum(year["nominal"].values()) for year in PAGE["by_year"])
    assert nominal == pytest.approx(PAGE["npv_at_other_rates"]["region"]["0.00"])


def test_the_flow_of_regions_and_of_lines_adds_up():
    joint = sum(RESULT.flow(code, "society") for code in RESULT.case.regions)
    np.testing.assert_allclose(joint, RESULT.joint["society"], rtol=1e-9, atol=1e-3)
    region = sum(RESULT.claim(line.name) for line in RESULT.case.lines if line.account is Account.REGION)
    np.testing.assert_allclose(region, RESULT.joint["region"], rtol=1e-9, atol=1e-3)
    one = sum(RESULT.claim("time", code) for code in RESULT.case.regions)
    np.testing.assert_allclose(one, RESULT.claim("time"), rtol=1e-9)
    assert (RESULT.claim("licence") < 0).all()


def test_drivers_are_left_out_while_dragging():
    quick = as_page(RESULT, drivers=False)
    assert "drivers" not in quick
    assert {key: PAGE[key] for key in quick} == quick
    assert PAGE["drivers"][0]["name"] in RESULT.case.inputs
    assert all(one["evppi"] <= PAGE["evpi"] + 1e-6 for one in PAGE["drivers"])


def case_of(gain: str) -> dict[str, Any]:
    return {
        "name": "Enkelt",
        "first_year": 2027,
        "years": 4,
        "price_year": 2026,
        "discount_rate": 0,
        "regions": {"01": "Stockholm"},
        "inputs": {"cost": {"unit": "kr", "value": 100}, "gain": {"unit": "kr", "low": 20, "likely": 60, "high": 80}},
        "curves": {"once": {"shape": "table", "values": [1, 0]}, "then": {"shape": "table", "values": [0, 1]}},
        "lines": [
            {"name": "cost", "kind": "cost", "amount": "cost * once"},
            {"name": "gain", "kind": "capacity", "amount": f"gain * then * {gain}"},
        ],
    }


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        ("1", "Region Stockholm räknar hem kostnaden senast år 3 (2029) med"),
        ("0.5", "Region Stockholm räknar hem kostnaden senast 2030 med bara"),
        ("0.1", "Region Stockholm räknar inte hem kostnaden till och med 2030; kassaeffekten ensam täcker den inte"),
    ],
)
def test_the_sentence(gain: str, words: str):
    assert words in sentence(simulate(load_case(case_of(gain)), 256, 1), "01")


def test_an_unknown_region():
    with pytest.raises(KeyError):
        as_page(RESULT, "25")


def test_a_region_adjusts_its_own_values_and_nobody_elses():
    data = adjusted(
        full(), "08", {"minutes": {"low": 10, "likely": 12, "high": 15, "unit": "h"}}, {"referrals": 18_000}
    )
    assert full()["drivers"]["referrals"]["values"]["08"] == 9000
    other = simulate(load_case(data), 512, 3)
    np.testing.assert_allclose(other.npv()[[0, 2]], RESULT.npv()[[0, 2]], rtol=1e-12, atol=1e-5)
    assert (other.npv()[1] > RESULT.npv()[1]).all()
    shared = {"low": 1, "likely": 4, "high": 9}
    assert differences(data) == [
        ("minutes", "09", shared, {"family": "uniform", "low": 2, "high": 3}),
        ("minutes", "08", shared, {"low": 10, "likely": 12, "high": 15}),
    ]
    back = adjusted(data, "08", {"minutes": None}, {"referrals": 9000})
    assert load_case(back) == load_case(full())
    page = as_page(other, "08")
    assert [one["name"] for one in page["inputs"] if one["own"]] == ["minutes"]


def test_every_region_with_its_own_belief_is_the_same_as_one_for_all():
    data = full()
    belief = {"p05": 300, "p95": 500, "family": "normal"}
    data["inputs"]["hour"] = {"unit": "kr/h"} | belief
    shared = simulate(load_case(data), 256, 1)
    for code in data["regions"]:
        data = adjusted(data, code, {"hour": belief})
    alone = simulate(load_case(data), 256, 1)
    np.testing.assert_allclose(alone.npv("society"), shared.npv("society"), rtol=1e-12, atol=1e-5)
    np.testing.assert_array_equal(alone.recouped(), shared.recouped())


def test_the_fingerprint_is_the_same_in_another_process_and_with_other_threads():
    code = (
        "import sys; from hemtag.valuation import *; from tests.valuation.cases import full;"
        "r = simulate(load_case(full()), 512, 3, threads=int(sys.argv[1])); print(fingerprint(as_page(r)))"
    )
    root = Path(__file__).parents[2]
    said = {
        subprocess.run(
            [sys.executable, "-c", code, n], cwd=root, capture_output=True, text=True, check=True
        ).stdout.strip()
        for n in ("1", "3")
    }
    assert said == {fingerprint(PAGE)}
    assert fingerprint(REGION) != fingerprint(PAGE)
    assert fingerprint({"a": [1.0, {"b": 1 / 3}]}) == fingerprint({"a": [1.0 + 1e-13, {"b": 1 / 3 - 1e-13}]})
