"""What may be right but seldom is: compared with what is known, and told without stopping anything."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from hemtag.grants import checks
from hemtag.grants.checks import (
    CostFact,
    HourlyCostFact,
    OtherApplication,
    ParticipantFact,
    SubmissionFact,
    SupportFact,
)

from .test_checks import APPLICATION, BLOCK, FORM, PARTICIPANT

KNOWN = HourlyCostFact(325, 521, 1_000, dt.date(2026, 1, 1), "antagen")


def regions(people: dict[str, int | None], amounts: dict[str, int], kind: str = "own_time") -> SubmissionFact:
    taking: tuple[ParticipantFact, ...] = tuple(
        replace(PARTICIPANT, code=code, region=f"Region {code}", population=population)
        for code, population in people.items()
    )
    block = replace(BLOCK, costs=tuple(CostFact(code, 2026, kind, amount, 0) for code, amount in amounts.items()))
    return replace(FORM, applications=(replace(APPLICATION, participants=taking, blocks=(block,), budget_link="/b"),))


@pytest.mark.parametrize(("cost", "told"), [(324, True), (325, False), (521, False), (1_000, False), (1_001, True)])
def test_an_hourly_cost_outside_the_dated_interval(cost: int, told: bool) -> None:
    priced = replace(BLOCK, costs=(CostFact("14", 2026, "own_time", 10 * cost, 0, 10, cost),))
    form = replace(FORM, applications=(replace(APPLICATION, blocks=(priced,)),), hourly_cost=KNOWN)
    found = checks.hourly_cost_is_believable(form)
    assert bool(found) is told
    for problem in found:
        assert problem.link == "/block/1/kostnader" and "Västra Götalandsregionen" in problem.message
        assert "325" in problem.message and "2026-01-01" in problem.message
    assert checks.hourly_cost_is_believable(replace(form, hourly_cost=None)) == []


def test_shares_by_population_and_equal_shares_are_both_as_they_should() -> None:
    people = {"01": 2_400_000, "09": 61_000, "12": 1_420_000, "14": 1_770_000}
    assert checks.shares_follow_population(regions(dict(people), dict.fromkeys(people, 1_000_000))) == []
    by_size = {code: each // 2 for code, each in people.items()}
    assert checks.shares_follow_population(regions(dict(people), by_size)) == []


def test_a_region_with_a_nought_too_many_is_asked_about() -> None:
    people = {"01": 2_400_000, "09": 61_000, "12": 1_420_000, "14": 1_770_000}
    amounts = {"01": 1_200_000, "09": 300_000, "12": 700_000, "14": 850_000}
    (problem,) = checks.shares_follow_population(regions(dict(people), amounts))
    assert "Region 09" in problem.message and "300\u202f000 kr" in problem.message.replace("\u00a0", " ")
    assert problem.link == "/b"
    unknown = {**people, "09": None}
    assert checks.shares_follow_population(regions(unknown, amounts)) == []
    assert checks.shares_follow_population(regions(dict(people), amounts, kind="coordination")) == []


@pytest.mark.parametrize(
    ("title", "other", "are"),
    [
        ("Digital patologi i Norrland", "Digital  PATOLOGI i norrland", True),
        ("Gemensam digital patologi", "Digital patologi gemensam start", True),
        ("Digital patologi", "Digital triagering", False),
        ("AI", "ai", True),
        ("AI", "ML", False),
        ("Stöd till barn", "Stöd till äldre", False),
    ],
)
def test_titles_that_speak_of_the_same(title: str, other: str, are: bool) -> None:
    assert checks.alike(title, other) is are
    assert checks.alike(other, title) is are


def test_nearly_the_same_title_elsewhere() -> None:
    mine = replace(APPLICATION, title="Gemensam digital patologi")
    other = OtherApplication("2026-009", "Digital patologi gemensam start", frozenset({"14"}))
    (problem,) = checks.measure_is_applied_for_once(replace(FORM, applications=(mine,), others=(other,)))
    assert problem.link == "/ansokan/text#id_title" and "2026-009" in problem.message


def test_recorded_state_support_asks_the_region_that_has_said_no() -> None:
    support = SupportFact("14", "Digital patologi gemensam start", "Vinnova", "2024–2026")
    mine = replace(APPLICATION, title="Gemensam digital patologi")
    form = replace(FORM, applications=(mine,), supports=(support,))
    (problem,) = checks.no_recorded_state_support(form)
    assert problem.link == "/region/14#id_other_support" and "Vinnova, 2024–2026" in problem.message
    assert checks.no_recorded_state_support(replace(form, supports=(replace(support, region="12"),))) == []
    told = replace(mine, participants=(replace(PARTICIPANT, other_support="some", other_support_text="Det"),))
    assert checks.no_recorded_state_support(replace(form, applications=(told,))) == []
