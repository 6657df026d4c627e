"""Reads the index: what is found for a text, how it can be filtered, and what is like a text being written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from django.db.models import Count
from numpy.typing import NDArray

from ..models import SearchGram
from . import meaning
from .keeping import Everything, Lists, Mask, everything
from .packing import PART, WORD
from .ranking import Scores, fused, mixed, ordered, rarity
from .words import Token, alike, meaning_the_same, normalised, tokens, trigrams

MOST_LETTERS, MOST_WORDS = 2_000, 12
"""What is read of a text. Of a longer one its first letters, and of those the words that tell most."""
SYNONYM, PART_OF, LIKE = 0.7, 0.5, 0.8
"""What a synonym, a part of a compound and a likely misspelling count beside the word itself."""
CLEARLY_LESS = 0.2
"""A hit below this share of the best one is none."""
LEAST_ALIKE = 0.5
NEWEST, USED_MOST, TITLE = "nyast", "anvand", "namn"
ORDERS = (USED_MOST, NEWEST, TITLE)
"""Besides the best hit first."""
NOWHERE = "none"


@dataclass
class Shelf:
    """The postings of some terms, read at once, beside what is kept of everything."""

    everything: Everything
    words: Lists = field(default_factory=dict)
    parts: Lists = field(default_factory=dict)

    @property
    def size(self) -> int:
        return self.everything.size

    def scores(self, space: Lists, term: str) -> Scores | None:
        if term not in space:
            return None
        places, weights = space[term]
        found = np.zeros(self.size, np.float32)
        found[places] = weights.astype(np.float32) * np.float32(rarity(len(places), self.everything.number))
        return found


@dataclass(frozen=True)
class Matches:
    """What a text finds: a score per place (None: no text, everything), and the terms to mark."""

    shelf: Shelf
    scores: Scores | None
    mask: Mask
    terms: frozenset[str]


def matches(text: str) -> Matches:
    """Three lists fused by rank: words as written, folded words with parts and synonyms, and likely misspellings."""
    shelf = Shelf(everything())
    wanted = _telling(list(tokens(normalised(text)[:MOST_LETTERS])))
    if not wanted:
        mask = np.zeros(shelf.size, bool) if text.strip() else shelf.everything.present
        return Matches(shelf, None, mask, frozenset())
    runs = meaning_the_same(token.whole for token in wanted)
    synonyms = {term for _start, _end, groups in runs for group in groups for term in group}
    shelf.words = shelf.everything.lists(WORD, (token.word for token in wanted))
    names = {term for token in wanted for term in (token.whole, *token.parts)} | synonyms
    shelf.parts = shelf.everything.lists(PART, names | _halves(synonyms))
    likes = {term: like for term in _unknown(wanted, shelf) if (like := _likely(term))}
    if likes:
        shelf.parts |= shelf.everything.lists(PART, {word for like in likes.values() for word, _share in like})
    by_word = _sum(shelf, (shelf.scores(shelf.words, token.word) for token in wanted))
    by_part = _by_part(shelf, wanted, runs)
    by_like = _by_like(shelf, wanted, likes)
    kept = _enough(by_part, by_like)
    scores = fused(((each * kept, weight) for each, weight in ((by_word, 1), (by_part, 1), (by_like, 0.7))), shelf.size)
    marked = names | {word for like in likes.values() for word, _share in like}
    return Matches(shelf, scores, scores > 0, frozenset(marked))


def _telling(row: list[Token]) -> list[Token]:
    """Each word once, and of many the longest, which tell most, in their order."""
    unique = list({token.word: token for token in row}.values())
    if len(unique) <= MOST_WORDS:
        return unique
    counted = {token.word: sum(other.word == token.word for other in row) for token in unique}
    chosen = sorted(unique, key=lambda token: (-counted[token.word] * len(token.word), token.start))[:MOST_WORDS]
    return sorted(chosen, key=lambda token: token.start)


def _halves(terms: Iterable[str]) -> set[str]:
    return {part for term in terms for token in tokens(term) for part in token.parts}


def _sum(shelf: Shelf, rows: Iterable[Scores | None]) -> Scores:
    total = np.zeros(shelf.size, np.float32)
    for row in rows:
        if row is not None:
            total += row
    return total


def _by_part(shelf: Shelf, wanted: Sequence[Token], runs: Sequence[tuple[int, int, Any]]) -> Scores:
    """For each word the best of: itself, its parts together, what means the same."""
    each = [_of_word(shelf, token.whole, token.parts) for token in wanted]
    for start, end, groups in runs:
        for group in groups:
            same = np.zeros(shelf.size, np.float32)
            rows = [row for term in group if (row := shelf.scores(shelf.parts, term)) is not None]
            if len(rows) == len(group):  # a phrase means the same only when all of it is there
                same = np.minimum.reduce(rows) * np.float32(SYNONYM)
            for at in range(start, end):
                each[at] = np.maximum(each[at], same)
    return _sum(shelf, each)


def _of_word(shelf: Shelf, whole: str, parts: Sequence[str]) -> Scores:
    itself = shelf.scores(shelf.parts, whole)
    found = np.zeros(shelf.size, np.float32) if itself is None else itself
    if parts:
        share = np.float32(PART_OF if len(parts) <= 2 else 1 / len(parts))
        found = np.maximum(found, _sum(shelf, (shelf.scores(shelf.parts, part) for part in parts)) * share)
    return found


def _unknown(wanted: Iterable[Token], shelf: Shelf) -> list[str]:
    """Words that nothing is written with: misspelt, or not in the catalogue."""
    return [token.whole for token in wanted if token.whole not in shelf.parts and len(token.whole) >= 4]


def _likely(term: str) -> list[tuple[str, float]]:
    """The catalogue's words that are most like this one by their trigrams."""
    grams = trigrams(term)
    rows = SearchGram.objects.filter(gram__in=grams).values("word").annotate(common=Count("gram"))
    close = (
        rows.filter(common__gte=max(2, len(grams) // 3)).order_by("-common", "word")[:40].values_list("word", flat=True)
    )
    measured = sorted(((alike(term, word), word) for word in close), key=lambda pair: (-pair[0], pair[1]))
    return [(word, share) for share, word in measured[:4] if share >= LEAST_ALIKE]


def _by_like(shelf: Shelf, wanted: Sequence[Token], likes: Mapping[str, list[tuple[str, float]]]) -> Scores:
    total = np.zeros(shelf.size, np.float32)
    for token in wanted:
        best = np.zeros(shelf.size, np.float32)
        for word, share in likes.get(token.whole, ()):
            row = shelf.scores(shelf.parts, word)
            if row is not None:
                best = np.maximum(best, row * np.float32(share * LIKE))
        total += best
    return total


def _enough(by_part: Scores, by_like: Scores) -> NDArray[np.float32]:
    together = by_part + by_like
    most = together.max(initial=0)
    return (together >= CLEARLY_LESS * most).astype(np.float32)


# ---------------------------------------------------------------- filters

Seen = Callable[[Mapping[str, Mask], Mask], Mask]


@dataclass(frozen=True)
class Found:
    """The places in order, and for every filter how many each of its values would give."""

    places: NDArray[np.int64]
    counts: dict[str, dict[str, int]]
    terms: frozenset[str]
    order: NDArray[np.uint64]
    scores: Scores | None
    values: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.places)

    def first(self, end: int, by: str = "") -> list[int]:
        """The first `end`: the best hits, or by one of `ORDERS`; equals always by title."""
        scores = self._scores(by)
        return [int(place) for place in ordered(self.places, scores, self.order, end)] if end else []

    def _scores(self, by: str) -> Scores | None:
        if by not in ORDERS:
            return self.scores
        if by == TITLE:
            return None
        if by == NEWEST:  # a place is the key of its row, and keys are given in the order in which rows are made
            return np.arange(len(self.order), dtype=np.float32)
        used = np.zeros(len(self.order), np.float32)
        for value, places in self.values.items():
            if value.startswith("region="):
                used[places] += 1
        return used


def find(text: str, chosen: Mapping[str, str], hidden: Callable[[Callable[[str], Mask]], Mask]) -> Found:
    """Everything a text finds that is not hidden, filtered; each filter's counts follow the text and the others."""
    got = matches(text)
    known = got.shelf.everything
    seen = ~hidden(known.having)
    if got.scores is not None and (model := meaning.model()) is not None:
        scores = mixed(got.scores, meaning.near(model, text[:MOST_LETTERS], known, seen))
        got = replace(got, scores=scores, mask=scores > 0)
    base = got.mask & seen
    masks = {name: known.having(f"{name}={value}") for name, value in chosen.items() if value}
    counts: dict[str, dict[str, int]] = {}
    without: dict[str, Mask] = {}
    for value, places in known.values.items():
        name, _, word = value.partition("=")
        if name not in without:
            others = [mask for other, mask in masks.items() if other != name]
            without[name] = np.logical_and.reduce([base, *others])
        if number := int(np.count_nonzero(without[name][places])):
            counts.setdefault(name, {})[word] = number
    kept = np.logical_and.reduce([base, *masks.values()])
    return Found(np.flatnonzero(kept), counts, got.terms, known.order, got.scores, known.values)
