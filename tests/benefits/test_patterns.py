"""Each pattern's questions make a case that holds, and every one of them matters."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import translation

from hemtag import valuation
from hemtag.benefits import patterns, running
from tests.benefits.making import data_from

REGISTER = valuation.Register(
    {
        "hourly_cost": valuation.Fact(
            unit="kr/h", on=dt.date(2026, 1, 1), source="s", value=521.0, low=325.0, high=1000.0
        )
    },
    today=dt.date(2026, 11, 22),
)
KEYS = sorted(patterns.patterns())


def test_there_are_the_seven_patterns() -> None:
    assert KEYS == [
        "en-gang",
        "farre-besok",
        "frigjord-tid",
        "granskningsstod",
        "kortare-vardtid",
        "undviken-upphandling",
        "utmonstring",
    ]


@pytest.mark.parametrize("key", KEYS)
def test_a_pattern_makes_a_case_that_holds(key: str) -> None:
    data = data_from(key)
    assert running.faults_of(data, REGISTER) == []
    page = running.answer(data, REGISTER, draws=running.QUICK).page
    assert page is not None
    assert page["sentence"].startswith("Regionerna tillsammans")
    assert {one["name"] for one in page["inputs"]} == {question.name for question in patterns.patterns()[key].questions}


@pytest.mark.parametrize("key", KEYS)
def test_every_question_says_what_is_asked_in_which_unit(key: str) -> None:
    for question in patterns.patterns()[key].questions:
        assert question.group in patterns.GROUPS
        assert question.label
        assert question.unit
        if question.default and question.limits:
            assert question.limits[0] <= question.default[0] <= question.default[2] <= question.limits[1]


@pytest.mark.parametrize("key", KEYS)
def test_every_question_is_asked_in_english_on_english_pages_and_the_case_holds_the_swedish(key: str) -> None:
    for question in patterns.patterns()[key].questions:
        swedish = question.said
        assert (swedish.label, swedish.help) == (question.label, question.help)
        with translation.override("en"):
            english = question.said
        assert english.label and english.label != question.label
        assert bool(english.help) == bool(question.help)
        assert not re.search("[åäö]", " ".join((english.label, english.help, english.unit)))
        assert not any(unit.unit == "1" for unit in (swedish, english))
    with translation.override("en"):
        assert data_from(key)["inputs"] == swedish_inputs(key)


def swedish_inputs(key: str) -> Any:
    with translation.override("sv"):
        return data_from(key)["inputs"]


@pytest.mark.parametrize("key", KEYS)
def test_an_answer_left_out_is_named(key: str) -> None:
    data = data_from(key)
    name = patterns.patterns()[key].questions[0].name
    del data["inputs"][name]
    assert any(name in str(fault) for fault in running.faults_of(data, REGISTER))
