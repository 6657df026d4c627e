"""What the engine and the patterns say is marked for translation, word for word."""

import copy

import pytest
from django.utils import translation

from hemtag.benefits.patterns import patterns
from hemtag.benefits.pictures import spoken, words

from .test_pictures import _page


def plain(text: str) -> str:
    return " ".join(text.split())


def test_every_pattern_is_marked() -> None:
    assert {one.name: one.about for one in patterns().values()} == spoken.PATTERNS


def test_the_sentence_made_anew_is_the_engines_own() -> None:
    page = _page()
    assert plain(spoken.made_anew(page)) == plain(page["sentence"]) == plain(spoken.answer(page))


@pytest.mark.parametrize(
    "whole, alone, said",
    [
        (0.7, 0.6, ("recouped by year 3 (", "cash effect alone covers it with a probability of 60%")),
        (0.3, 0.2, ("recouped by the end of ", "of only 30%", "does not cover it (probability 20%")),
        (0.0, 0.0, ("is not recouped by the end of ", "does not cover it (probability 0%")),
    ],
)
def test_the_sentence_is_english_on_english_pages(whole: float, alone: float, said: tuple[str, ...]) -> None:
    page = copy.deepcopy(_page())
    own = page["recoup"]["region"]
    own["probability"], page["recoup"]["region_cash"]["probability"] = whole, alone
    own["median_year"] = page["first_year"] + 2 if whole > spoken.LIKELY_ENOUGH else None
    with translation.override("en"):
        sentence = plain(spoken.answer(page))
    assert sentence.startswith("The regions together: ")
    assert all(part in sentence for part in said), sentence


def test_an_interval_has_its_currency_first_in_english_and_last_in_swedish() -> None:
    unit = words.Unit(1e6, 0)
    assert plain(unit.between(-203e6, 102e6)) == "mellan −203 och 102 Mkr"
    with translation.override("en"):
        assert plain(unit.between(-203e6, 102e6)) == "between SEK −203 and 102 million"
