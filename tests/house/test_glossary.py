"""One word per thing: every noun of the code stands in GLOSSARY.md with its Swedish word."""

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\|\s*`([^`]+)`\s*\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|\s*$", re.M)


def rows() -> dict[str, tuple[str, str]]:
    found = ROW.findall((ROOT / "GLOSSARY.md").read_text("utf-8"))
    return {code: (swedish, meaning) for code, swedish, meaning in found}


NOUNS = sorted({model.__name__ for model in apps.get_models() if model.__module__.startswith("hemtag.")})


def test_the_code_has_nouns():
    assert len(NOUNS) > 10


@pytest.mark.parametrize("noun", NOUNS)
def test_a_model_stands_in_the_glossary(noun: str):
    words = rows()
    assert noun in words, f"GLOSSARY.md has no row | `{noun}` | svenska | meaning |"
    assert all(words[noun])


def test_no_word_stands_twice():
    codes = [code for code, _swedish, _meaning in ROW.findall((ROOT / "GLOSSARY.md").read_text("utf-8"))]
    assert sorted(codes) == sorted(set(codes))
