"""The two real applications' cases, and the committed runs: the same run gives the same numbers."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from hemtag import valuation
from hemtag.benefits import running

ROOT = Path(__file__).parents[2]
CASES = ROOT / "data" / "cases"
DOCUMENT = (ROOT / "data" / "sources" / "forutsattningar-for-ansokan.txt").read_text(encoding="utf-8")
NAMES = ["omrade-1", "omrade-2"]


def case_data(name: str) -> dict[str, Any]:
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_quoted_from_the_document_or_an_assumption_with_a_range(name: str) -> None:
    text = " ".join(DOCUMENT.split())
    quoted = 0
    for key, row in case_data(name)["inputs"].items():
        if row["kind"] == "literature":
            quote = row["source"].split("”")[1]
            assert " ".join(quote.split()) in text, f"{key}: the document does not say ”{quote}”"
            quoted += 1
        else:
            assert row["kind"] == "assumption", key
            assert key == "grant_share" or row.get("low", row.get("p05")) < row.get("high", row.get("p95")), key
            assert row["source"], key
    assert quoted == 2


@pytest.mark.parametrize(("name", "a_year"), [("omrade-1", 28e6), ("omrade-2", 25e6)])
def test_the_cost_is_what_the_document_says(name: str, a_year: float) -> None:
    result = valuation.simulate(valuation.load_case(case_data(name)), draws=2**8, seed=1)
    cost = result.claim("own_time").mean(axis=1) + result.claim("joint").mean(axis=1)
    assert cost[0] == pytest.approx(-a_year)
    years = 5 if name == "omrade-1" else 3
    assert [round(-each / a_year, 6) for each in cost] == [1.0] * years + [0.0] * (10 - years)


@pytest.mark.parametrize("name", NAMES)
def test_it_may_pay_home_and_may_not(name: str) -> None:
    """Interesting, not flattering: neither answer is built in."""
    page = running.answer(case_data(name), valuation.Register()).page
    assert page is not None
    assert 0.005 < page["recoup"]["region"]["probability"] < 0.5
    assert page["npv"]["region"]["p05"] < page["npv"]["region"]["mean"] < 0
    with_grant = case_data(name)
    with_grant["inputs"]["grant_share"]["value"] = 1
    other = running.answer(with_grant, valuation.Register()).page
    assert other is not None
    gained = other["npv"]["region"]["mean"] - page["npv"]["region"]["mean"]
    a_year, years = (28e6, 5) if name == "omrade-1" else (25e6, 3)
    assert gained == pytest.approx(sum(a_year / 1.03**year for year in range(years)))
    assert other["recoup"]["region"]["probability"] > page["recoup"]["region"]["probability"]
    assert other["npv"]["society"]["mean"] == pytest.approx(page["npv"]["society"]["mean"])


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_run_gives_the_same_numbers(name: str) -> None:
    stored = json.loads((CASES / "korningar" / f"{name}.json").read_text(encoding="utf-8"))
    assert running.sha256_of(stored["data"]) == stored["data_sha256"]
    result = running.simulated(running.canonical(stored["data"]), stored["draws"], stored["seed"])
    page = valuation.as_page(result)
    assert str(result.method) == stored["method"]
    assert running.what_differs(stored["result"], page) == []
    assert valuation.fingerprint(page) == stored["fingerprint"]


def test_a_changed_number_is_found() -> None:
    stored = json.loads((CASES / "korningar" / "omrade-2.json").read_text(encoding="utf-8"))
    changed = json.loads(json.dumps(stored["result"]))
    changed["npv"]["region"]["mean"] *= 1 + 1e-7
    assert running.what_differs(stored["result"], changed) == ["/npv/region/mean"]
