"""Every fault has its place and its mend; the schema says the same of the shape; pace and funnel by hand."""

import json
from pathlib import Path

import jsonschema
import pytest

from hemtag import uptake
from hemtag.uptake.faults import TEXTS
from tests.uptake.spreads import AS_OF, data

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "data" / "schemas" / "uptake.schema.json").read_text("utf-8"))


def steps(*rows, **other):
    one = {
        "id": "a",
        "published_on": "2022-01-01",
        "steps": [dict(zip(("region", "stage", "on"), row, strict=True)) for row in rows],
    }
    return data(solutions=[one | other])


CASES = [
    (data(as_of="2030-01-01"), "in_the_future", "/as_of"),
    (steps(("02", "in_use", "2024-10-01")), "in_the_future", "/solutions/0/steps/0/on"),
    (steps(("02", "in_use", "2021-12-31")), "before_published", "/solutions/0/steps/0/on"),
    (steps(("02", "in_use", "2022-02-31")), "not_a_day", "/solutions/0/steps/0/on"),
    (steps(("02", "in_use", "1822-02-01")), "too_old", "/solutions/0/steps/0/on"),
    (steps(("02", "in_use", "2023-01-01"), ("02", "in_use", "2023-05-01")), "double_step", "/solutions/0/steps/1"),
    (steps(("02", "in_use", "2023-01-01"), ("02", "decided", "2023-05-01")), "stage_backwards", "/solutions/0/steps/1"),
    (
        steps(("02", "in_use", "2023-01-01"), ("02", "declined", "2023-05-01")),
        "declined_in_use",
        "/solutions/0/steps/1",
    ),
    (steps(("02", "discontinued", "2023-01-01")), "exit_without_entry", "/solutions/0/steps/0"),
    (steps(("99", "in_use", "2023-01-01")), "unknown_region", "/solutions/0/steps/0/region"),
    (steps(("02", "in_use", "2023-01-01"), eligible=["03"]), "not_eligible", "/solutions/0/steps/0/region"),
    (steps(("02", "landed", "2023-01-01")), "unknown_choice", "/solutions/0/steps/0/stage"),
    (steps(eligible=[]), "no_eligible", "/solutions/0/eligible"),
    (steps(eligible=["02"], origin=["02"]), "no_eligible", "/solutions/0/eligible"),
    (steps(eligible=["02", "02"]), "double_region", "/solutions/0/eligible/1"),
    (data(solutions=[*data()["solutions"], data()["solutions"][0]]), "double_id", "/solutions/2/id"),
    (data(solutions=[]), "empty", "/solutions"),
    (data(regions={}), "empty", "/regions"),
    (data(traits={"size": {"02": 1.0}}), "trait_missing", "/solutions/0"),
    (data(traits={"size": {"02": float("nan")}}), "not_number", "/traits/size/02"),
    (data(traits={"size": {"02": 1e300}}), "out_of_range", "/traits/size/02"),
    (data(period="week"), "unknown_choice", "/period"),
    (data(format=2), "unknown_choice", "/format"),
    (data(colour="red"), "unknown_field", "/colour"),
    (data(solutions=[{"id": "a", "published_on": "2022-01-01"}]), "missing", "/solutions/0"),
    (data(solutions=[{"id": 7, "published_on": "2022-01-01", "steps": []}]), "not_text", "/solutions/0/id"),
    (data(solutions="a"), "not_list", "/solutions"),
    (data(regions=[]), "not_object", "/regions"),
    (data(regions={str(at): "" for at in range(501)}), "too_many", "/regions"),
]
SHAPES = {
    "unknown_choice",
    "unknown_field",
    "missing",
    "not_text",
    "not_list",
    "not_object",
    "too_many",
    "empty",
    "double_region",
}


@pytest.mark.parametrize("bad, code, place", CASES, ids=[f"{code}-{place}" for _, code, place in CASES])
def test_a_fault_has_its_place_and_its_mend(bad, code, place):
    spread, faults = uptake.examine(bad, AS_OF)
    assert spread is None
    found = next(fault for fault in faults if (fault.code, fault.place) == (code, place))
    assert found.message and found.mend and found.as_dict()["code"] == code
    assert "{" not in str(found)
    with pytest.raises(uptake.InvalidSpread):
        uptake.load_spread(bad, AS_OF)


def test_every_text_is_used():
    raised = {code for _, code, _ in CASES} | {"lengths_differ"}
    assert raised == set(TEXTS)


def test_the_schema_sees_every_fault_of_shape_and_takes_what_the_reader_takes():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    valid = jsonschema.Draft202012Validator(SCHEMA)
    valid.validate(data())
    valid.validate(json.loads((ROOT / "docs" / "examples" / "uptake.json").read_text("utf-8")))
    for bad, code, place in CASES:
        if code in SHAPES:
            assert not valid.is_valid(bad), (code, place)


def test_a_file_that_is_neither(tmp_path):
    for raw in (b"\xff\xfe", b"{", b"= 1", b"[" * 100_000):
        with pytest.raises(uptake.NotASpreadFile):
            uptake.examine(raw, AS_OF)


def test_the_order_of_the_file_does_not_matter():
    turned = data()
    turned["solutions"] = [
        {**one, "steps": one["steps"][::-1]} for one in reversed(turned["solutions"])
    ]  # fmt: skip
    turned["regions"] = dict(reversed(turned["regions"].items()))
    one, two = uptake.load_spread(data(), AS_OF), uptake.load_spread(turned, AS_OF)
    assert one.fingerprint == two.fingerprint
    assert uptake.as_plain(one, uptake.forecast(one, 3)) == uptake.as_plain(two, uptake.forecast(two, 3))


def test_where_regions_stand_and_how_fast_by_hand():
    spread = uptake.load_spread(data(), AS_OF)
    a = spread.solution("a")
    assert a.eligible == ("02", "03", "04", "05")
    two, three, four, five = uptake.standings(a, AS_OF)
    assert (two.adopted, two.in_use) == (374, True)
    assert (three.adopted, three.discontinued, three.in_use) == (516, 882, False)
    assert (four.adopted, four.left, four.is_at_risk, five.is_at_risk) == (None, 608, False, True)
    speed = uptake.pace(a, AS_OF)
    assert (speed.reached, speed.first_to_last, speed.gap, speed.from_first(2)) == ((374, 516), 142, None, 142)
    assert speed.from_first(3) is None
    assert uptake.waiting_curve(a, AS_OF).waiting.tolist() == pytest.approx([3 / 4, 2 / 4])
    rungs = {rung.stage.value: rung for rung in uptake.funnel((a,), AS_OF)}
    assert [rungs[name].reached for name in ("interested", "decided", "piloting", "in_use")] == [3, 2, 2, 2]
    assert (rungs["interested"].left, rungs["interested"].days.quantile()) == (1, 90)
    assert rungs["in_use"].here == (("02", 629),) and rungs["in_use"].left == 1
    with pytest.raises(KeyError):
        spread.solution("c")


def test_a_region_may_begin_anew_after_having_gone_out():
    rows = [("02", "declined", "2022-03-01"), ("02", "interested", "2022-06-01"), ("02", "in_use", "2023-01-01"),
            ("02", "discontinued", "2023-06-01"), ("02", "decided", "2024-01-01")]  # fmt: skip
    one = uptake.standings(uptake.load_spread(steps(*rows), AS_OF).solution("a"), AS_OF)[1]
    assert (one.adopted, one.left, one.discontinued, one.in_use) == (365, None, 516, False)
    early = uptake.known_on(uptake.load_spread(steps(*rows), AS_OF), AS_OF.replace(year=2022, month=4))
    assert uptake.standings(early.solution("a"), early.as_of)[1].left == 59
