"""Facts by reference: what the register says is what the case believes, and a bad reference has a place and a mend."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hemtag.__main__ import main
from hemtag.valuation.case import Evidence
from hemtag.valuation.distributions import Family
from hemtag.valuation.facts import Fact, Register, register_of
from hemtag.valuation.faults import InvalidCase
from hemtag.valuation.reading import examine, load_case, resolved
from tests.valuation.cases import full

FACTS = {
    "hourly_cost": Fact(unit="kr/h", on=date(2026, 1, 1), source="Lönestatistik (påhittad)", value=412.0),
    "overhead": Fact(
        unit="tkr", on=date(2025, 6, 1), source="påhittad", value=300, low=200, high=700, is_assumption=True
    ),
    "people": Fact(
        unit="person",
        on=date(2026, 1, 1),
        source="Folkmängd (påhittad)",
        values={"01": 10.0, "08": 4, "09": 1, "25": 3},
    ),
}
REGISTER = Register(FACTS, today=date(2026, 11, 1))


def referring() -> dict[str, Any]:
    data = full()
    data["inputs"]["hour"] = {"fact": "hourly_cost"}
    data["inputs"]["setup"] = {"fact": "overhead", "unit": "kr"}
    data["drivers"]["population"] = {"fact": "people"}
    return data


def test_a_reference_brings_value_unit_date_and_source():
    case = load_case(referring(), REGISTER)
    hour, setup = case.inputs["hour"], case.inputs["setup"]
    assert (hour.distribution.mean, hour.unit_text, hour.date, hour.source) == (
        412.0, "kr/h", "2026-01-01", "Lönestatistik (påhittad)",
    )  # fmt: skip
    assert hour.evidence is Evidence.MEASURED
    assert setup.evidence is Evidence.ASSUMPTION
    assert case.drivers["population"].values == {"01": 10.0, "08": 4.0, "09": 1.0}


def test_an_interval_in_the_register_becomes_a_distribution_in_the_unit_of_the_case():
    setup = load_case(referring(), REGISTER).inputs["setup"]
    assert setup.distribution.family is Family.BETA
    assert setup.distribution.support == (200_000, 700_000)
    assert setup.distribution.mean == pytest.approx((200_000 + 4 * 300_000 + 700_000) / 6)


@pytest.mark.parametrize(
    ("path", "value", "register", "code", "place"),
    [
        (("inputs", "hour"), {"fact": "houry_cost"}, REGISTER, "fact_missing", "/inputs/hour/fact"),
        (("inputs", "hour"), {"fact": "hourly_cost"}, None, "fact_missing", "/inputs/hour/fact"),
        (("inputs", "hour"), {"fact": "hourly_cost", "value": 3}, REGISTER, "fact_and_value", "/inputs/hour/value"),
        (("inputs", "hour"), {"fact": "hourly_cost", "unit": "kr"}, REGISTER, "fact_unit", "/inputs/hour/unit"),
        (("inputs", "hour"), {"fact": "people"}, REGISTER, "fact_per_region", "/inputs/hour/fact"),
        (("inputs", "hour"), {"fact": 7}, REGISTER, "not_text", "/inputs/hour/fact"),
        (
            ("inputs", "hour"), {"fact": "hourly_cost"}, Register(FACTS, date(2029, 1, 1) .replace(year=2030)),
            "fact_out_of_date", "/inputs/hour/fact",
        ),
        (("drivers", "population"), {"fact": "nobody"}, REGISTER, "fact_missing", "/drivers/population/fact"),
    ],
)  # fmt: skip
def test_a_bad_reference_has_a_place_and_a_mend(path, value, register, code: str, place: str):
    data = full()
    data[path[0]][path[1]] = value
    case, faults = examine(data, register)
    assert case is None
    (fault,) = [fault for fault in faults if fault.code == code]
    assert fault.place == place
    assert fault.mend
    assert "{" not in fault.message + fault.mend


def test_how_old_a_fact_may_be():
    data = full()
    data["inputs"]["hour"] = {"fact": "hourly_cost"}
    assert examine(data, Register(FACTS, date(2029, 12, 31)))[1] == []
    assert [fault.code for fault in examine(data, Register(FACTS, date(2030, 1, 1)))[1]] == ["fact_out_of_date"]
    data["inputs"]["hour"]["max_age"] = 4
    assert examine(data, Register(FACTS, date(2030, 1, 1)))[1] == []


def test_resolved_data_need_no_register_and_say_the_same():
    data = referring()
    plain = resolved(data, REGISTER)
    assert "fact" in data["inputs"]["hour"]
    assert load_case(plain) == load_case(data, REGISTER)
    assert plain["drivers"]["population"]["values"] == {"01": 10.0, "08": 4.0, "09": 1.0}
    assert resolved(plain, Register()) == plain
    with pytest.raises(InvalidCase):
        resolved(data, Register())


PLAIN = {
    "hourly_cost": {"unit": "kr/h", "date": "2026-01-01", "source": "Lönestatistik (påhittad)", "value": 412},
    "overhead": {
        "unit": "tkr", "date": "2025-06-01", "source": "påhittad", "value": 300, "low": 200, "high": 700,
        "is_assumption": True,
    },
    "people": {
        "unit": "person", "date": "2026-01-01", "source": "Folkmängd (påhittad)",
        "values": {"01": 10, "08": 4, "09": 1, "25": 3},
    },
}  # fmt: skip


def test_a_register_from_plain_data():
    assert register_of(PLAIN, REGISTER.today) == REGISTER
    bad = {
        "a": {"unit": "kr", "date": "i fjol", "source": ""},
        "b/c": {"unit": "kr", "date": "2026-01-01", "source": "", "value": "7"},
    }
    with pytest.raises(InvalidCase) as refused:
        register_of(bad)
    places = {(fault.code, fault.place) for fault in refused.value.faults}
    assert places == {("not_a_day", "/a/date"), ("missing", "/a"), ("not_number", "/b~1c/value")}
    for broken in ([], {"a": 3}, {"a": {"unit": 3, "date": 4, "source": 5, "value": None}}):
        with pytest.raises(InvalidCase):
            register_of(broken)


def test_the_command_looks_facts_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    case, facts = tmp_path / "fall.json", tmp_path / "fakta.json"
    case.write_text(json.dumps(referring()), encoding="utf-8")
    facts.write_text(json.dumps(PLAIN), encoding="utf-8")
    assert main(["value", "--check", str(case)]) == 1
    assert "/inputs/hour/fact: Faktan ”hourly_cost” finns inte i registret." in capsys.readouterr().out
    assert main(["value", "--check", str(case), "--facts", str(facts)]) == 0
    assert main(["value", str(case), "--facts", str(tmp_path / "none.json")]) == 2
    facts.write_text(json.dumps({"a": 3}), encoding="utf-8")
    assert main(["value", str(case), "--facts", str(facts)]) == 2
    assert "fakta.json: registret gick inte att läsa" in capsys.readouterr().err
