"""Every fault is found, with its place and a mend, and none stops the search for the next."""

import copy
import json

import pytest

from hemtag.portfolio import InvalidRound, NotARoundFile, canonical, load_round, validate
from hemtag.portfolio.faults import TEXTS
from tests.portfolio.test_select import EXAMPLE


def changed(*path, to):
    data = copy.deepcopy(EXAMPLE)
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return data


def first_block(**fields):
    data = copy.deepcopy(EXAMPLE)
    data["applications"][0]["blocks"][0] |= fields
    return data


def first_application(**fields):
    data = copy.deepcopy(EXAMPLE)
    data["applications"][0] |= fields
    return data


B = "/applications/0/blocks/0"


def assessed(levels):
    data = copy.deepcopy(EXAMPLE)
    data["criteria"] = {"nytta": {"weight": 2, "range": [1, 3]}}
    data["applications"][0]["levels"] = [levels]
    return data


CASES = [
    ([], "not_object", ""),
    ({}, "missing", "/frames"),
    ({**EXAMPLE, "frames": []}, "not_object", "/frames"),
    ({**EXAMPLE, "frames": {}}, "no_frames", "/frames"),
    ({**EXAMPLE, "applications": {}}, "not_list", "/applications"),
    ({**EXAMPLE, "frame": {}}, "unknown_field", "/frame"),
    ({**EXAMPLE, "title": 7}, "not_text", "/title"),
    ({**EXAMPLE, "criteria": {"nytta": {"weight": 0}}}, "not_weight", "/criteria/nytta/weight"),
    ({**EXAMPLE, "criteria": {"nytta": {"weight": 2, "range": [3, 4]}}}, "not_weight", "/criteria/nytta/range"),
    (assessed({"nyta": 3}), "unknown_criterion", "/applications/0/levels/0/nyta"),
    (assessed({}), "missing", "/applications/0/levels/0/nytta"),
    ({**EXAMPLE, "hurdle": "ett"}, "not_number", "/hurdle"),
    ({**EXAMPLE, "hurdle": float("inf")}, "not_number", "/hurdle"),
    ({**EXAMPLE, "hurdle": -1}, "negative", "/hurdle"),
    ({**EXAMPLE, "carry_over": {"2025": 1.5}}, "not_share", "/carry_over/2025"),
    ({**EXAMPLE, "committed": {"2030": 1}}, "year_without_frame", "/committed/2030"),
    ({**EXAMPLE, "committed": {"2025": 10001}}, "committed_above_frame", "/committed/2025"),
    (
        {**EXAMPLE, "committed": {"2026": 6}, "commitment_authorisation": 5},
        "committed_above_authorisation",
        "/commitment_authorisation",
    ),
    ({**EXAMPLE, "exclusive": [[]]}, "empty_group", "/exclusive/0"),
    ({**EXAMPLE, "exclusive": [["a1b1", "nej"]]}, "unknown_block", "/exclusive/0/1"),
    ({**EXAMPLE, "order": ["nej"]}, "unknown_block", "/order/0"),
    ({**EXAMPLE, "locked_in": {"ne/j": ""}}, "unknown_block", "/locked_in/ne~1j"),
    ({**EXAMPLE, "locked_in": {"a1b1": ""}, "locked_out": {"a1b1": ""}}, "locked_both_ways", "/locked_in/a1b1"),
    ({**EXAMPLE, "overlaps": [{"id": "k", "effects": {}}]}, "empty_group", "/overlaps/0/effects"),
    ({**EXAMPLE, "synergies": [{"id": "s", "blocks": ["nej"], "effect": 1}]}, "unknown_block", "/synergies/0/blocks/0"),
    ({**EXAMPLE, "policies": {"shares": [{"tag": "x", "share": 0.1}]}}, "unknown_tag", "/policies/shares/0/tag"),
    ({**EXAMPLE, "policies": {"region_caps": {"02": 1}}}, "unknown_region", "/policies/region_caps/02"),
    ({**EXAMPLE, "policies": {"every_region": ["01"]}}, "region_not_touched", "/policies/every_region/0"),
    (changed("frames", "2025", to=-1), "negative", "/frames/2025"),
    (changed("frames", "2025", to=10**9 + 1), "too_large", "/frames/2025"),
    (first_block(effect=-(10**9) - 1), "too_large", f"{B}/effect"),
    (changed("frames", "2025", to=1.5), "not_whole", "/frames/2025"),
    (changed("frames", "2025", to=True), "not_whole", "/frames/2025"),
    (changed("frames", "i år", to=1), "not_year", "/frames/i år"),
    (first_application(id="a2"), "double_id", "/applications/1/id"),
    (first_application(whole_only=1), "not_bool", "/applications/0/whole_only"),
    (first_application(must_have=["a2b1"]), "foreign_block", "/applications/0/must_have/0"),
    (first_block(id="a2b1"), "double_id", "/applications/1/blocks/0/id"),
    (first_block(effect="4200"), "not_whole", f"{B}/effect"),
    (first_block(cost={}), "no_cost", f"{B}/cost"),
    (first_block(cost={"2025": -7}), "negative", f"{B}/cost/2025"),
    (first_block(cost={"2031": 7}), "year_without_frame", f"{B}/cost/2031"),
    (first_block(effect_range=[4300, 5000]), "not_range", f"{B}/effect_range"),
    (first_block(effect_range=[4000]), "not_range", f"{B}/effect_range"),
    (first_block(needs=["a1b1"]), "needs_itself", f"{B}/needs/0"),
    (first_block(needs=["a1b2"]), "cycle", f"{B}/needs"),
    (first_block(needs=["nej"]), "unknown_block", f"{B}/needs/0"),
    (first_block(needs_one_of=[[]]), "empty_group", f"{B}/needs_one_of/0"),
    (first_block(region_cost={"99": 1}), "unknown_region", f"{B}/region_cost/99"),
    (first_block(region_cost={"01": 7001}), "region_cost_above_cost", f"{B}/region_cost"),
    ({**first_block(unit="QALY"), "unit": "tkr"}, "mixed_units", f"{B}/unit"),
]


@pytest.mark.parametrize("data,code,place", CASES, ids=[f"{code}-{place}" for _, code, place in CASES])
def test_a_fault_is_named_with_its_place(data, code, place):
    faults = validate(data if isinstance(data, dict) else json.dumps(data).encode())
    assert (code, place) in [(fault.code, fault.place) for fault in faults]
    for fault in faults:
        assert fault.message.endswith(".")
        assert fault.mend.endswith(".")
        assert "{" not in fault.message.replace("{ … }", "") + fault.mend.replace("{ … }", "")


def test_every_kind_of_fault_is_tried():
    assert {code for _, code, _ in CASES} | {"double_key"} == set(TEXTS)


def test_all_faults_are_found_at_once():
    data = first_block(effect="4200", cost={"2031": 7})
    data["frames"]["2025"] = -1
    places = {fault.place for fault in validate(data)}
    assert places == {"/frames/2025", f"{B}/effect", f"{B}/cost/2031"}


def test_one_ring_is_one_fault():
    data = copy.deepcopy(EXAMPLE)
    data["applications"][0]["blocks"][0]["needs"] = ["a2b1"]
    data["applications"][1]["blocks"][0]["needs"] = ["a1b2"]
    faults = validate(data)
    assert [fault.code for fault in faults] == ["cycle"]
    assert faults[0].params["cycle"] == "a1b1 → a2b1 → a1b2 → a1b1"


def test_a_long_chain_of_needs_is_no_fault():
    blocks = [
        {"id": f"b{n}", "effect": 1, "cost": {"2025": 1}, "needs": [f"b{n - 1}"] if n else []} for n in range(3000)
    ]
    assert validate({"frames": {"2025": 1}, "applications": [{"id": "a", "blocks": blocks}]}) == []


def test_a_field_twice_is_a_fault(tmp_path):
    path = tmp_path / "round.json"
    path.write_text('{"frames": {"2025": 1, "2025": 2}, "applications": []}', "utf-8")
    assert [fault.code for fault in validate(path)] == ["double_key"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_not_json_is_said_to_be_so(tmp_path, content):
    path = tmp_path / "round.json"
    path.write_bytes(content)
    with pytest.raises(NotARoundFile, match="JSON"):
        load_round(path)


def test_faults_can_be_listed_from_the_refusal():
    with pytest.raises(InvalidRound) as refusal:
        load_round({**EXAMPLE, "hurdle": -1})
    assert refusal.value.faults[0].as_dict()["place"] == "/hurdle"


def test_the_hash_is_that_of_the_published_bytes(tmp_path):
    path = tmp_path / "round.json"
    path.write_bytes(canonical(EXAMPLE))
    assert load_round(path).sha256 == load_round(EXAMPLE).sha256
    assert load_round(path) == load_round(EXAMPLE)


def test_a_byte_order_mark_is_no_obstacle(tmp_path):
    path = tmp_path / "round.json"
    path.write_bytes(b"\xef\xbb\xbf" + canonical(EXAMPLE))
    assert load_round(path).years == (2025, 2026)
