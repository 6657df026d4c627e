"""Reading a case: the same from TOML, JSON and data; and every fault has its place and its mend."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from hemtag.valuation.case import Evidence, Kind
from hemtag.valuation.faults import InvalidCase, NotACaseFile
from hemtag.valuation.reading import examine, load_case
from tests.valuation.cases import full

SCHEMA = json.loads((Path(__file__).parents[2] / "data" / "schemas" / "case.schema.json").read_text("utf-8"))

TOML = """
name = "Minsta"
first_year = 2027
years = 3
price_year = 2026
regions = { "01" = "Stockholm" }
[inputs.price]
unit = "kr/år"
p05 = 10
likely = 20
p95 = 40
date = 2026-05-01
[[lines]]
name = "saved"
kind = "cash"
amount = "price"
"""


def test_toml_json_and_data_say_the_same(tmp_path: Path):
    from_toml = load_case(TOML.encode())
    assert from_toml.inputs["price"].date == "2026-05-01"
    assert from_toml.lines[0].kind is Kind.CASH
    data = full()
    path = tmp_path / "case.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert load_case(path) == load_case(data)
    assert load_case(data).inputs["hour"].evidence is Evidence.MEASURED


def test_the_schema_accepts_what_the_reader_accepts():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(full(), SCHEMA)


def put(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    def bend(data: dict[str, Any]) -> None:
        at: Any = data
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return bend


def drop(*path: Any) -> Callable[[dict[str, Any]], None]:
    def bend(data: dict[str, Any]) -> None:
        at: Any = data
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]

    return bend


def ring(data: dict[str, Any]) -> None:
    data["calculations"]["handled"]["formula"] = "freed / minutes"


BAD: list[tuple[Callable[[dict[str, Any]], None], str, str]] = [
    (
        put("inputs", "minutes", value={"unit": "min", "low": 9, "likely": 4, "high": 1}),
        "low_above_high",
        "/inputs/minutes",
    ),
    (put("inputs", "licence", "likely", value=7), "likely_outside", "/inputs/licence"),
    (put("inputs", "ceiling", "p95", value=1.4), "probability_above_one", "/inputs/ceiling"),
    (put("inputs", "to_cash", "values", value=[0, 1.2]), "probability_above_one", "/inputs/to_cash"),
    (put("inputs", "to_cash", "probabilities", value=[0.6, 0.6]), "weights_do_not_sum", "/inputs/to_cash"),
    (put("inputs", "hour", "unit", value="kronor/h"), "unknown_unit", "/inputs/hour/unit"),
    (put("inputs", "hour", "unit", value="kr"), "unit_of_result", "/lines/2/amount"),
    (put("inputs", "hour", "mean", value=3), "way_unknown", "/inputs/hour"),
    (put("inputs", "hour", "family", value="cauchy"), "unknown_choice", "/inputs/hour/family"),
    (put("inputs", "hour", "p05", value=float("nan")), "not_number", "/inputs/hour/p05"),
    (put("inputs", "hour", "p05", value="380"), "not_number", "/inputs/hour/p05"),
    (put("inputs", "hour", "kind", value="guess"), "unknown_choice", "/inputs/hour/kind"),
    (put("inputs", "Extra", value={"unit": "kr", "value": 1}), "bad_name", "/inputs/Extra"),
    (put("inputs", "extra", value={"unit": "kr", "value": 1}), "unused", "/inputs/extra"),
    (put("inputs", "uptake", value={"unit": "kr", "value": 1}), "double_name", "/curves/uptake"),
    (put("inputs", "minutes", "regions", "25", value={"value": 3}), "unknown_region", "/inputs/minutes/regions/25"),
    (drop("inputs", "hour", "unit"), "missing", "/inputs/hour"),
    (drop("drivers", "referrals", "default"), "region_without_value", "/drivers/referrals/values"),
    (put("drivers", "population", "values", "01", value=-1), "negative", "/drivers/population/values/01"),
    (put("correlations", 0, "spearman", value=1.3), "out_of_range", "/correlations/0/spearman"),
    (put("correlations", 0, "inputs", value=["minutes", "nothing"]), "unknown_input", "/correlations"),
    (put("correlations", 0, "inputs", value=["minutes", "slope"]), "correlation_of_constant", "/correlations/0"),
    (put("correlations", 1, "inputs", value=["ceiling", "minutes"]), "double_correlation", "/correlations/1"),
    (ring, "cycle", "/calculations/freed"),
    (put("calculations", "freed", "formula", value="handled × minuts"), "unknown_name", "/calculations/freed/formula"),
    (put("calculations", "freed", "formula", value="handled × × minutes"), "syntax", "/calculations/freed/formula"),
    (
        put("calculations", "freed", "formula", value="handled + minutes"),
        "units_do_not_add",
        "/calculations/freed/formula",
    ),
    (put("lines", 1, "amount", value="setup / wage"), "divides_by_zero", "/lines/1/amount"),
    (put("lines", 1, "amount", value="setup * log(wage)"), "log_of_negative", "/lines/1/amount"),
    (put("lines", 1, "kind", value="quality"), "unit_of_result", "/lines/1/unit"),
    (put("lines", 1, "kind", value="saving"), "unknown_choice", "/lines/1/kind"),
    (put("lines", 1, "name", value="licence"), "double_name", "/lines/1/name"),
    (put("lines", 1, "last_year", value=2040), "years_outside", "/lines/1"),
    (put("lines", 0, "shared_by", value="beds"), "unknown_name", "/lines/0/shared_by"),
    (put("lines", 0, "colour", value="red"), "unknown_field", "/lines/0/colour"),
    (drop("lines", 2, "price"), "missing", "/lines/2"),
    (put("lines", value=[]), "no_lines", "/lines"),
    (put("lines", value=[{"name": str(n)} for n in range(10_000)]), "too_many", "/lines"),
    (put("inputs", value={f"x{n}": {"unit": "kr", "value": 1} for n in range(10_000)}), "too_many", "/inputs"),
    (put("calculations", value={f"x{n}": {"formula": "1"} for n in range(10_000)}), "too_many", "/calculations"),
    (put("correlations", value=[{}] * 10_000), "too_many", "/correlations"),
    (put("regions", value={f"x{n}": "X" for n in range(10_000)}), "too_many", "/regions"),
    (put("years", value=0), "out_of_range", "/years"),
    (put("years", value=2.5), "not_whole", "/years"),
    (put("discount_rate", value=3), "out_of_range", "/discount_rate"),
    (put("regions", value={}), "empty", "/regions"),
    (put("lines", value="licence"), "not_list", "/lines"),
    (put("inputs", value=[1]), "not_object", "/inputs"),
]


@pytest.mark.parametrize(("bend", "code", "place"), BAD, ids=[f"{code}-{place}" for _, code, place in BAD])
def test_every_fault_has_a_place_and_a_mend(bend: Callable[[dict[str, Any]], None], code: str, place: str):
    data = full()
    bend(data)
    case, faults = examine(data)
    assert case is None
    assert (code, place) in {(fault.code, fault.place) for fault in faults}
    for fault in faults:
        assert fault.message
        assert fault.mend
        assert "{" not in fault.message + fault.mend


def test_many_faults_are_told_at_once():
    data = full()
    data["inputs"]["hour"]["unit"] = "kronor/h"
    data["inputs"]["licence"]["likely"] = 99
    data["lines"][0]["kind"] = "saving"
    with pytest.raises(InvalidCase) as refused:
        load_case(data)
    assert {fault.code for fault in refused.value.faults} >= {"unknown_unit", "likely_outside", "unknown_choice"}


def test_impossible_correlations_are_reported():
    data = full()
    names = ["minutes", "ceiling", "licence"]
    data["correlations"] = [
        {"inputs": [names[i], names[j]], "spearman": rank} for i, j, rank in ((0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9))
    ]
    (fault,) = examine(data)[1]
    assert (fault.code, fault.place) == ("not_positive_definite", "/correlations")


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"{", b"name = ", b"[[["])
def test_a_file_that_is_no_case(raw: bytes):
    with pytest.raises(NotACaseFile):
        examine(raw)


def places(at: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = at.items() if isinstance(at, dict) else enumerate(at) if isinstance(at, list) else ()
    return [found for key, one in steps for found in [(*path, key), *places(one, (*path, key))]]


@pytest.mark.parametrize("junk", [None, 1, -1, 1e308, "x", "", [], [1], {}, {"x": 1}, True], ids=repr)
def test_junk_anywhere_is_a_fault_or_fine_but_never_a_crash(junk: Any):
    for path in places(full()):
        data = full()
        put(*path, value=junk)(data)
        case, faults = examine(data)
        assert (case is None) == bool(faults)
        for fault in faults:
            assert fault.message
            assert fault.mend
