"""Every event that the code records has its word on the pages, and every word its event."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from hemtag.web.verbs import VERBS

SOURCE = Path(__file__).resolve().parents[2] / "src" / "hemtag"


def words_in(value: ast.expr | None) -> Iterator[str]:
    """The texts that an expression can be: 'x', or 'x' if … else 'y'."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from words_in(value.body)
        yield from words_in(value.orelse)


def recorded_in(text: str) -> set[str]:
    """The verbs given as `verb=` in a call, or at the place of a module's own function that takes a verb."""
    tree = ast.parse(text)
    places = {
        node.name: [argument.arg for argument in node.args.args].index("verb")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "verb" in [argument.arg for argument in node.args.args]
    }
    found: set[str] = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        for keyword in call.keywords:
            if keyword.arg == "verb":
                found.update(words_in(keyword.value))
        place = places.get(getattr(call.func, "id", ""))
        if place is not None and place < len(call.args):
            found.update(words_in(call.args[place]))
    return found


RECORDED = set().union(*(recorded_in(path.read_text("utf-8")) for path in SOURCE.rglob("*.py")))


def test_the_reading_finds_verbs_in_each_way_they_are_written():
    text = 'record(by=b, verb="one")\nrecord(verb="two" if x else "three")\ndef save(a, verb): ...\nsave(1, "four")\n'
    assert recorded_in(text) == {"one", "two", "three", "four"}
    assert {"submitted", "paid", "accepted_report", "returned_report"} <= RECORDED


@pytest.mark.parametrize("verb", sorted(RECORDED))
def test_a_verb_has_its_word(verb: str):
    assert verb in VERBS


def test_no_word_is_left_without_its_event():
    assert set(VERBS) - RECORDED == set()


def test_the_words_are_sentences_of_their_own():
    with translation.override("sv"):
        words = [str(word) for word in VERBS.values()]
    assert all(word[0].isupper() and "_" not in word for word in words)
    assert list(VERBS) == sorted(VERBS)
