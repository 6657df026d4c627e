"""What the analyser knows: parts of compounds, synonyms, odd inflections, words to leave out. Read once, from data."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[4] / "data" / "search"


@dataclass(frozen=True)
class Lexicon:
    first: frozenset[str]
    """Forms that may stand first or in the middle of a compound."""
    last: frozenset[str]
    """Stems that may stand last."""
    whole: frozenset[str]
    """Stems of words that are not to be split."""
    forms: dict[str, str]
    """Inflections that the stemmer does not see through."""
    stop: frozenset[str]
    groups: tuple[tuple[str, ...], ...]
    """Words and phrases that mean the same."""


def lexicon_from(folder: Path) -> Lexicon:
    first, last = set(), set()
    for line in (folder / "ordled.txt").read_text(encoding="utf-8").split():
        word = line.rstrip("<>")
        if "<" in line:
            first.add(word)
        if line.endswith(">"):
            last.add(word)
    own = tomllib.loads((folder / "synonymer.toml").read_text(encoding="utf-8"))
    return Lexicon(
        first=frozenset(first) | frozenset(own["ordled"]["forst"]),
        last=frozenset(last) | frozenset(own["ordled"]["sist"]),
        whole=frozenset(own["hela"]["stammar"]),
        forms={form: base for base, forms in own["bojningar"].items() for form in forms},
        stop=frozenset(own["stoppord"]["ord"]),
        groups=tuple(tuple(group) for group in own["synonymer"]["grupper"]),
    )


@functools.cache
def lexicon() -> Lexicon:
    return lexicon_from(DATA)
