"""Swedish text to terms: normalised, stemmed, split into the parts of compounds. Pure; nothing here knows a database.

Two spellings of each word are kept. The *word* is the stem as it is written, where å, ä and ö are letters of their own;
the *parts* are folded stems (å and ä as a, ö as o) of the whole word and of each part of a compound. What is written
exactly is found by both and therefore ranks above what is only forgiven.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .lexicon import lexicon
from .stemming import stemmed

TOKEN = re.compile(r"[^\W_]+")
LONGEST = 40
"""Longer words are cut: no Swedish word that anyone searches for is longer, and an attack is."""
MOST_PARTS, SHORTEST = 5, 6


def normalised(text: str) -> str:
    """One spelling of each letter, lower case, soft hyphens and other invisible characters removed."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in text if unicodedata.category(sign) not in {"Cf", "Cc"} or sign in "\n\t ")


def folded(word: str) -> str:
    """Without rings, dots and accents: what is typed on another keyboard."""
    bare = unicodedata.normalize("NFD", word.replace("æ", "a").replace("ø", "o"))
    return "".join(sign for sign in bare if not unicodedata.combining(sign))


@functools.lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    return stemmed(lexicon().forms.get(word, word))


@functools.lru_cache(maxsize=200_000)
def split(word: str) -> tuple[str, ...]:
    """The parts of a compound as stems, () when it is none: the fewest parts, the evenest among those."""
    known = lexicon()
    if len(word) < SHORTEST or stem(word) in known.whole or stem(word) in known.last:
        return ()
    best = _cuts(word, MOST_PARTS)
    if best is None or len(best) < 2:
        return ()
    return tuple(stem(part) for part in best)


def _cuts(word: str, left: int) -> tuple[str, ...] | None:
    known = lexicon()
    if word in known.stop:  # "remissvar" is an answer, not a referral that was
        return None
    if len(word) >= 3 and (stem(word) in known.last or word in known.last or stem(word) in known.whole):
        return (word,)
    if left <= 1:
        return None
    found: list[tuple[str, ...]] = []
    for cut in range(3, len(word) - 2):
        head, rest = word[:cut], word[cut:]
        if head in known.first:
            tail = _cuts(rest, left - 1)
            if tail is None and head[-1] == head[-2]:  # "fall" + "lucka" is written "fallucka"
                tail = _cuts(head[-1] + rest, left - 1)
            if tail:
                found.append((_base(head), *tail))
    return min(found, key=lambda parts: (len(parts), -min(map(len, parts)), parts), default=None)


def _base(head: str) -> str:
    """The word that a first form was made of: "operations" is "operation"."""
    if len(head) > 4 and head.endswith("s") and (stem(head[:-1]) in lexicon().last or head[:-1] in lexicon().first):
        return head[:-1]
    return head


@dataclass(frozen=True)
class Token:
    """One word of a text: where it stands, its stem as written, its folded stem, the folded stems of its parts."""

    start: int
    end: int
    word: str
    whole: str
    parts: tuple[str, ...]


def analysed(word: str) -> tuple[str, str, tuple[str, ...]]:
    made = stem(word)
    parts = tuple(dict.fromkeys(folded(part) for part in split(word)))
    return made, folded(made), parts


def tokens(text: str) -> Iterator[Token]:
    """The words that carry meaning, in order. Positions hold for the text as given when it is already normalised."""
    for match in TOKEN.finditer(text):
        if (made := _meaning(match.group())) is not None:
            yield Token(match.start(), match.end(), *made)


@functools.lru_cache(maxsize=200_000)
def _meaning(written: str) -> tuple[str, str, tuple[str, ...]] | None:
    """A word as it stands in a text, analysed; None when it says nothing by itself."""
    word = normalised(written[: 2 * LONGEST])[:LONGEST]
    if not word or word in lexicon().stop or (len(word) == 1 and not word.isdigit()):
        return None
    return analysed(word)


def trigrams(word: str) -> frozenset[str]:
    """The word in overlapping threes, with its two edges marked."""
    framed = f"^{word}$"
    return frozenset(framed[at : at + 3] for at in range(len(framed) - 2))


def alike(one: str, other: str) -> float:
    """Dice's share of common trigrams: 1 for the same word, 0 for words that share none."""
    first, second = trigrams(one), trigrams(other)
    return 2 * len(first & second) / (len(first) + len(second))


@functools.cache
def synonyms() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """From the folded stems of a word or phrase to those of what means the same."""
    found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for group in lexicon().groups:
        keys = [tuple(token.whole for token in tokens(phrase)) for phrase in group]
        for key in keys:
            found.setdefault(key, []).extend(other for other in keys if other != key)
    return {key: tuple(dict.fromkeys(others)) for key, others in found.items()}


def meaning_the_same(wholes: Iterable[str]) -> list[tuple[int, int, tuple[tuple[str, ...], ...]]]:
    """(from, to, what means the same) for each run of a query's words that the synonyms know."""
    row = list(wholes)
    known = synonyms()
    return [
        (start, end, known[key])
        for start in range(len(row))
        for end in range(start + 1, min(len(row), start + 4) + 1)
        if (key := tuple(row[start:end])) in known
    ]
