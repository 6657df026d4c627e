"""Each check of hand-in on plain data: holds for a whole form, and says what, where and how when one thing is gone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from hemtag.grants import checks
from hemtag.grants.checks import (
    HAND_IN,
    ApplicationFact,
    BlockFact,
    CostFact,
    EffectFact,
    OtherApplication,
    ParticipantFact,
    PointFact,
    SubmissionFact,
)
from hemtag.grants.checks.cells import cell_is_acceptable
from hemtag.grants.checks.editing import effect_is_whole

PARTICIPANT = ParticipantFact(
    code="14",
    region="Västra Götalandsregionen",
    is_confirmed=True,
    decided_on=dt.date(2026, 4, 20),
    body="Regionstyrelsen",
    paragraph="§ 112",
    has_minutes=True,
    other_support="none",
    link="/region/14",
)
BLOCK = BlockFact(
    number=1,
    title="Data",
    purpose="Därför",
    activities="Det här",
    costs=(CostFact("14", 2026, "own_time", 1_000_000, 0),),
    effects=(EffectFact("region", 0, 1, 2, "Räknat"),),
    link="/block/1",
    costs_link="/block/1/kostnader",
    effects_link="/block/1/effekter",
)
APPLICATION = ApplicationFact(
    number="2026-001",
    title="AI",
    description="Så",
    goals="Det",
    measure_types=("staff_time",),
    plan_owner="Direktören",
    plan_budget="Ryms",
    plan_lasting="Ägare",
    spreading="Delas",
    points=(PointFact(dt.date(2027, 1, 1), "Timmar"),),
    participants=(PARTICIPANT,),
    blocks=(BLOCK,),
    link="/ansokan",
    edit_link="/ansokan/text",
    points_link="/ansokan/matpunkter",
    participations_link="/ansokan/regioner",
)
FORM = SubmissionFact(
    today=dt.date(2026, 5, 1),
    opens_on=dt.date(2026, 4, 1),
    closes_on=dt.date(2026, 6, 15),
    first_year=2025,
    last_year=2030,
    responsible="14",
    economic_analysis="Analys",
    development_needs="Behov",
    applications=(APPLICATION,),
    link="/form",
    call_link="/utlysning",
)


def form(**changes: Any) -> SubmissionFact:
    """The whole form with something changed in its application, its first block or its first participant."""
    block = {name.removeprefix("block_"): changes.pop(name) for name in list(changes) if name.startswith("block_")}
    region = {name.removeprefix("region_"): changes.pop(name) for name in list(changes) if name.startswith("region_")}
    own = {name: changes.pop(name) for name in list(changes) if name in ApplicationFact.__dataclass_fields__}
    own.setdefault("blocks", (replace(BLOCK, **block),))
    own.setdefault("participants", (replace(PARTICIPANT, **region),))
    return replace(FORM, applications=(replace(APPLICATION, **own),), **changes)


@pytest.mark.parametrize("check", HAND_IN, ids=lambda check: check.rule.__name__)
def test_a_whole_form_passes(check: checks.Check) -> None:
    assert check.rule(FORM) == []
    assert str(check.label)


BROKEN: list[tuple[str, dict[str, Any], str, str]] = [
    ("window_is_open", {"today": dt.date(2026, 3, 31)}, "/utlysning", "öppnar den 1 april 2026"),
    ("window_is_open", {"today": dt.date(2026, 6, 16)}, "/utlysning", "stängde den 15 juni 2026"),
    ("window_is_open", {"is_published": False}, "/utlysning", "inte publicerad"),
    ("paragraph_nine_is_answered", {"economic_analysis": " \n"}, "/form", "ekonomiska förutsättningarna"),
    ("paragraph_nine_is_answered", {"development_needs": ""}, "/form", "utvecklingsbehov"),
    ("paragraph_nine_is_answered", {"description": ""}, "/ansokan/text", "2026-001 AI"),
    ("paragraph_nine_is_answered", {"goals": ""}, "/ansokan/text", "leda till"),
    ("measure_type_chosen", {"measure_types": ()}, "/ansokan/text", "åtgärdstyp"),
    ("implementation_plan_is_complete", {"plan_owner": ""}, "/ansokan/text", "ägare"),
    ("implementation_plan_is_complete", {"plan_budget": ""}, "/ansokan/text", "budget"),
    ("implementation_plan_is_complete", {"plan_lasting": ""}, "/ansokan/text", "varaktig"),
    ("implementation_plan_is_complete", {"spreading": ""}, "/ansokan/text", "andra regioner"),
    ("measuring_point_after_the_grant", {"points": ()}, "/ansokan/matpunkter", "efter 2026"),
    (
        "measuring_point_after_the_grant",
        {"points": (PointFact(dt.date(2026, 12, 31), "Timmar"),)},
        "/ansokan/matpunkter",
        "efter 2026",
    ),
    ("every_block_has_purpose_and_activities", {"block_purpose": ""}, "/block/1", "1 Data"),
    ("every_block_has_purpose_and_activities", {"block_activities": " "}, "/block/1", "aktiviteter"),
    ("every_block_costs_something", {"block_costs": ()}, "/block/1/kostnader", "sökt bidrag"),
    (
        "every_block_costs_something",
        {"block_costs": (CostFact("14", 2026, "other", 0, 500),)},
        "/block/1/kostnader",
        "sökt bidrag",
    ),
    (
        "years_are_within_the_call",
        {"block_costs": (CostFact("14", 2031, "other", 5, 0),), "points": (PointFact(dt.date(2033, 1, 1), "x"),)},
        "/block/1/kostnader",
        "2025–2030",
    ),
    (
        "costs_are_in_participants_regions",
        {"block_costs": (BLOCK.costs[0], CostFact("12", 2026, "other", 5, 0))},
        "/block/1/kostnader",
        "12",
    ),
    (
        "every_hour_is_in_the_amounts",
        {"block_costs": (BLOCK.costs[0], CostFact("14", 2026, "own_time", 60_000, 1, hours=100, hourly_cost_sek=600))},
        "/block/1/kostnader",
        "100 timmar à 600",
    ),
    ("needed_blocks_exist_and_do_not_circle", {"block_needs": (7,)}, "/block/1", "block 7"),
    ("needed_blocks_exist_and_do_not_circle", {"block_needs": (1,)}, "/block/1", "1 → 1"),
    ("effect_is_claimed_from_the_region", {"block_effects": ()}, "/block/1/effekter", "regionens perspektiv"),
    (
        "effect_is_claimed_from_the_region",
        {"block_effects": (EffectFact("society", 0, 1, 2, "x"),)},
        "/block/1/effekter",
        "samhällets",
    ),
    (
        "effect_is_claimed_from_the_region",
        {"block_effects": (EffectFact("region", 0, 1, 2, ""),)},
        "/block/1/effekter",
        "utan motivering",
    ),
    ("every_participant_has_a_minuted_decision", {"region_decided_on": None}, "/region/14", "saknar datum"),
    ("every_participant_has_a_minuted_decision", {"region_body": ""}, "/region/14", "beslutande organ"),
    ("every_participant_has_a_minuted_decision", {"region_paragraph": ""}, "/region/14", "paragraf"),
    ("every_participant_has_a_minuted_decision", {"region_has_minutes": False}, "/region/14", "protokollet"),
    ("every_participant_has_a_minuted_decision", {"region_minutes_scan": "infected"}, "/region/14", "utan virus"),
    ("every_minutes_file_is_scanned", {"region_minutes_scan": "waiting"}, "/region/14", "väntar på viruskontroll"),
    ("every_participant_has_confirmed", {"region_is_confirmed": False}, "/region/14", "inte undertecknat"),
    ("other_state_support_is_declared", {"region_other_support": ""}, "/region/14", "inte svarat"),
    (
        "no_other_state_support",
        {"region_other_support": "some", "region_other_support_text": "Ett"},
        "/region/14",
        "5 §",
    ),
]


@pytest.mark.parametrize(("rule", "changes", "link", "words"), BROKEN)
def test_one_thing_gone_is_said_by_its_own_check_and_no_other(
    rule: str, changes: dict[str, Any], link: str, words: str
) -> None:
    broken = form(**changes)
    found = [problem for check in HAND_IN for problem in check.rule(broken)]
    assert [(problem.rule, problem.link.partition("#")[0]) for problem in found] == [(rule, link)]
    assert words in found[0].message
    assert "%(" not in found[0].message


def test_every_check_is_broken_above_or_below() -> None:
    tested = {rule for rule, *_rest in BROKEN} | {
        "there_is_an_application",
        "responsible_region_takes_part",
        "measure_is_applied_for_once",
        "no_recorded_state_support",
        "hourly_cost_is_believable",
        "shares_follow_population",
    }
    assert tested == {check.rule.__name__ for check in HAND_IN}


def test_a_form_without_applications() -> None:
    (problem,) = checks.there_is_an_application(replace(FORM, applications=()))
    assert problem.link == "/utlysning"


def test_an_application_without_blocks_has_no_effect_either() -> None:
    empty = form(blocks=())
    (problem,) = checks.every_block_has_purpose_and_activities(empty)
    assert "inget block" in problem.message and problem.link == "/ansokan#block"
    (problem,) = checks.effect_is_claimed_from_the_region(empty)
    assert problem.link == "/ansokan"


def test_the_responsible_region_takes_part() -> None:
    other = replace(PARTICIPANT, code="12")
    (problem,) = checks.responsible_region_takes_part(form(participants=(other,)))
    assert problem.link == "/ansokan/regioner"


def test_other_support_that_is_not_described() -> None:
    broken = form(region_other_support="some")
    assert len(checks.other_state_support_is_declared(broken)) == 1
    assert len(checks.no_other_state_support(broken)) == 1


def test_blocks_that_need_each_other_in_a_circle() -> None:
    blocks = tuple(
        replace(BLOCK, number=number, needs=needs) for number, needs in ((1, (2,)), (2, (3,)), (3, (1,)), (4, (1,)))
    )
    (problem,) = checks.needed_blocks_exist_and_do_not_circle(form(blocks=blocks))
    assert "1 → 2 → 3 → 1" in problem.message
    line = tuple(replace(BLOCK, number=number, needs=needs) for number, needs in ((1, (2, 3)), (2, (3,)), (3, ())))
    assert checks.needed_blocks_exist_and_do_not_circle(form(blocks=line)) == []


@pytest.mark.parametrize(
    ("title", "regions", "warned"),
    [("ai", {"14", "01"}, True), (" AI ", {"14"}, True), ("AI", {"01"}, False), ("AI 2", {"14"}, False)],
)
def test_the_same_measure_elsewhere_is_a_warning(title: str, regions: set[str], warned: bool) -> None:
    other = OtherApplication("2026-009", title, frozenset(regions))
    found = checks.measure_is_applied_for_once(replace(FORM, others=(other,)))
    assert bool(found) is warned
    assert [check.is_warning for check in HAND_IN if check.rule is checks.measure_is_applied_for_once] == [True]


def test_the_same_measure_twice_in_the_same_form() -> None:
    twin = replace(APPLICATION, number="2026-002")
    (problem,) = checks.measure_is_applied_for_once(replace(FORM, applications=(APPLICATION, twin)))
    assert "2026-002" in problem.message and "2026-001" in problem.message


def test_a_later_day_counts_only_when_it_is_later() -> None:
    after = replace(FORM, today=dt.date(2026, 6, 16))
    assert checks.window_is_open(replace(after, late_until=dt.date(2026, 6, 16))) == []
    (problem,) = checks.window_is_open(replace(after, late_until=dt.date(2026, 6, 10)))
    assert "senare tid" not in problem.message
    (problem,) = checks.window_is_open(replace(FORM, today=dt.date(2026, 6, 18), late_until=dt.date(2026, 6, 17)))
    assert "17 juni 2026" in problem.message


@pytest.mark.parametrize(
    ("amounts", "year", "kind", "takes_part", "words"),
    [
        ((0, 0), 2026, "other", True, ""),
        ((100_000_000_000, 0), 2026, "other", True, ""),
        ((100_000_000_001, 0), 2026, "other", True, "nollor"),
        ((-1, 0), 2026, "other", True, "negativt"),
        ((0, -1), 2026, "other", True, "negativt"),
        ((1.5, 0), 2026, "other", True, "helt antal"),
        ((True, 0), 2026, "other", True, "helt antal"),
        (("12", 0), 2026, "other", True, "helt antal"),
        ((1, 0), 2024, "other", True, "2025–2030"),
        ((1, 0), 2031, "other", True, "2025–2030"),
        ((1, 0), 2026, "gold", True, "kostnadsslaget"),
        ((1, 0), 2026, "other", False, "deltar inte"),
    ],
)
def test_a_cell(amounts: Any, year: int, kind: str, takes_part: bool, words: str) -> None:
    found = cell_is_acceptable(
        place="14.other.2026",
        where="Här",
        year=year,
        kind=kind,
        amounts=amounts,
        is_participant=takes_part,
        years=range(2025, 2031),
        kinds=["other", "own_time"],
    )
    assert [problem.field for problem in found] == (["14.other.2026"] if words else [])
    assert all(words in problem.message and "%(" not in problem.message for problem in found)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, ""),
        ({"low_sek": -5}, ""),
        ({"low_sek": 3}, "2.likely_sek"),
        ({"high_sek": None}, "2.likely_sek"),
        ({"high_sek": 10**13}, "2.likely_sek"),
        ({"to_year": 2025}, "2.to_year"),
        ({"from_year": None}, "2.from_year"),
        ({"basis": " "}, "2.basis"),
        ({"kind": "magic"}, "2.kind"),
        ({"perspective": ""}, "2.perspective"),
        ({"horizon": None}, "2.horizon"),
    ],
)
def test_an_effect(changes: dict[str, Any], field: str) -> None:
    row = {
        "kind": "more_care",
        "horizon": "direct",
        "perspective": "region",
        "low_sek": 0,
        "likely_sek": 1,
        "high_sek": 2,
        "from_year": 2026,
        "to_year": 2030,
        "basis": "Räknat",
        **changes,
    }
    found = effect_is_whole(2, row, ["more_care"], ["direct"], ["region", "society"])
    assert [problem.field for problem in found] == ([field] if field else [])
