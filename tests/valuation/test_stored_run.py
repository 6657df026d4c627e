"""A run that was stored gives the same numbers today. When the numbers must change, METHOD is raised and the run made anew."""

import json
import math
from pathlib import Path
from typing import Any

from hemtag.valuation.page import as_page, fingerprint
from hemtag.valuation.reading import load_case
from hemtag.valuation.report import as_plain
from hemtag.valuation.simulation import METHOD, simulate

STORED = json.loads((Path(__file__).parent / "stored" / "exempel.json").read_text("utf-8"))


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
    return bool(one == other)


def test_a_stored_run_can_be_repeated():
    result = simulate(load_case(STORED["case"]), STORED["draws"], STORED["seed"])
    assert STORED["method"] == METHOD
    assert same(json.loads(json.dumps(as_plain(result))), STORED["result"])
    assert fingerprint(as_page(result)) == STORED["fingerprint"]


def test_another_seed_is_another_run():
    result = simulate(load_case(STORED["case"]), STORED["draws"], STORED["seed"] + 1)
    assert not same(as_plain(result), STORED["result"])
    assert fingerprint(as_page(result)) != STORED["fingerprint"]
