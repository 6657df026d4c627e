"""The rules of eligibility, conflict, assignment and scores, on plain data."""

import datetime as dt
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from hemtag.assessment.checks import assessing as checks
from hemtag.assessment.checks.assessing import Answer, Mark

YES, NO = Answer("a", True), Answer("b", False, "Protokollet saknas.")
NAMES = {"effect": "Effekt", "lasting": "Varaktighet"}


def test_the_conditions_follow_the_rule_set() -> None:
    everything = {condition.key for condition in checks.conditions_of({})}
    fewer = {condition.key for condition in checks.conditions_of({"minuted_decision_per_participant": False})}
    assert everything - fewer == {"minuted_decisions"}


def test_every_condition_is_answered() -> None:
    conditions = checks.conditions_of({})
    answers = [Answer(condition.key, True) for condition in conditions]
    assert checks.every_condition_is_answered(conditions, answers) == []
    assert checks.every_condition_is_answered(conditions, answers[1:])[0].field == conditions[0].key
    undecided = [Answer(conditions[0].key, None), *answers[1:]]
    assert len(checks.every_condition_is_answered(conditions, undecided)) == 1


def test_a_no_has_a_remark() -> None:
    assert checks.every_no_has_a_remark([YES, NO]) == []
    assert checks.every_no_has_a_remark([Answer("b", False, "  ")])[0].field == "b_remark"


def test_the_verdict_follows_from_the_answers() -> None:
    assert checks.verdict_follows_from_the_answers(True, [YES]) == []
    assert checks.verdict_follows_from_the_answers(False, [YES, NO]) == []
    assert checks.verdict_follows_from_the_answers(True, [YES, NO])
    assert checks.verdict_follows_from_the_answers(False, [YES])


def test_words_are_needed() -> None:
    assert checks.verdict_has_reasons(" ") and not checks.verdict_has_reasons("Skäl.")
    assert checks.request_says_what_is_missing("\n") and not checks.request_says_what_is_missing("Protokoll.")
    assert checks.answer_says_something("") and not checks.answer_says_something("Bifogat.")


def test_the_deadline_is_ahead() -> None:
    today = dt.date(2026, 7, 1)
    assert checks.deadline_is_ahead(today, today)
    assert checks.deadline_is_ahead(today + dt.timedelta(days=1), today) == []


def test_a_shared_region_is_a_conflict() -> None:
    assert checks.shared_region_is_a_conflict(False, ["Region Uppsala"])
    assert checks.shared_region_is_a_conflict(True, ["Region Uppsala"]) == []
    assert checks.shared_region_is_a_conflict(False, []) == []


def test_a_conflict_has_circumstances() -> None:
    assert checks.circumstances_are_stated(True, " ")
    assert checks.circumstances_are_stated(True, "syskon") == checks.circumstances_are_stated(False, "") == []


def test_at_most_three_different_assessors() -> None:
    assert checks.assessors_are_few_and_different([1, 2, 3]) == []
    assert all(checks.assessors_are_few_and_different(chosen) for chosen in ([], [1, 1], [1, 2, 3, 4]))


def test_a_score_needs_level_and_reason_and_stays_on_the_scale() -> None:
    whole = {"effect": Mark(0, "Ingen effekt."), "lasting": Mark(5, "Beslutad.")}
    assert checks.every_criterion_has_a_level(whole, NAMES) == []
    assert checks.every_level_has_a_reason(whole, NAMES) == []
    partial = {"effect": Mark(None, "Tänker."), "lasting": Mark(3, " ")}
    assert [p.field for p in checks.every_criterion_has_a_level(partial, NAMES)] == ["effect_level"]
    assert [p.field for p in checks.every_level_has_a_reason(partial, NAMES)] == ["lasting_reason"]
    assert len(checks.every_criterion_has_a_level({}, NAMES)) == len(checks.every_level_has_a_reason({}, NAMES)) == 2
    assert [p.field for p in checks.levels_are_on_the_scale({"effect": Mark(6), "lasting": Mark(-1)})] == [
        "effect_level",
        "lasting_level",
    ]


def test_the_weighted_mean_is_exact() -> None:
    assert checks.weighted_mean([(30, 5), (20, 1), (50, 2)]) == Fraction(27, 10)
    assert checks.weighted_mean([]) is None
    assert checks.mean([Fraction(1, 3), 1]) == Fraction(2, 3)
    assert checks.spread([1, 4, 2]) == 3 and checks.spread([]) == 0


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(0, 5)), min_size=1, max_size=8))
def test_a_weighted_mean_lies_between_its_levels(pairs: list[tuple[int, int]]) -> None:
    levels = [level for _weight, level in pairs]
    mean = checks.weighted_mean(pairs)
    assert mean is not None and min(levels) <= mean <= max(levels)


@given(st.integers(1, 30), st.integers(3, 8), st.integers(0, 5))
def test_a_round_without_conflicts_is_shared_within_one(count: int, people: int, before: int) -> None:
    shares = checks.shared_evenly(dict.fromkeys(range(count), 3), {}, dict.fromkeys(range(people), before))
    assert all(len(set(chosen)) == 3 for chosen in shares.values())
    load = [sum(person in chosen for chosen in shares.values()) for person in range(people)]
    assert max(load) - min(load) <= 1


def test_fewest_assigned_first_and_nobody_barred() -> None:
    shares = checks.shared_evenly({10: 2, 11: 3}, {10: {1}}, {1: 0, 2: 4, 3: 1, 4: 1})
    assert shares == {10: [3, 4], 11: [1, 3, 4]}


def test_too_few_assessors_gives_those_that_there_are() -> None:
    assert checks.shared_evenly({1: 3, 2: 0}, {1: {5}}, {5: 0, 6: 0}) == {1: [6], 2: []}
