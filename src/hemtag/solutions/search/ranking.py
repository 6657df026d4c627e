"""Scores, ranks and their fusion, on arrays. Pure: the same answer whatever order the rows lie in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

FIELDS: Mapping[str, float] = {"title": 4.0, "title_en": 3.0, "specialty": 2.0, "problem": 1.5, "summary": 1.0}
"""How much a word counts by where it stands."""
PART = 0.5
"""How much a part of a compound counts beside the whole word."""
K1, B, USUAL_LENGTH = 1.2, 0.4, 60.0
"""BM25's constants. The usual length is fixed, so that one solution's weights never depend on the others."""
SCALE = 110
"""Weights lie between 0 and K1 + 1 and are kept as whole bytes."""
SMOOTH = 20.0
"""Reciprocal rank fusion's constant; lower than the customary 60 because lists here are short."""
MEANT = 0.7
"""How much likeness in meaning counts beside a list of words."""


def weight(frequency: float, length: int) -> int:
    """BM25's share for a word in a text, as a byte."""
    share = frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length / USUAL_LENGTH))
    return max(1, min(255, round(share * SCALE)))


def rarity(having: int, all_of_them: int) -> float:
    return float(np.log(1 + (all_of_them - having + 0.5) / (having + 0.5)))


def ranks(scores: Scores) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Places of what has a score, and its rank from 1; equal scores share a rank."""
    places = np.flatnonzero(scores)
    kept = np.round(scores[places], 4)
    values, inverse, counts = np.unique(-kept, return_inverse=True, return_counts=True)
    first = np.concatenate(([1], 1 + np.cumsum(counts)[:-1])) if len(values) else np.zeros(0, int)
    return places, first[inverse].astype(np.float32)


def fused(lists: Iterable[tuple[Scores, float]], size: int) -> Scores:
    """Reciprocal rank fusion: each list gives its weight over rank, so that no list's scale drowns another's."""
    total = np.zeros(size, np.float32)
    for scores, importance in lists:
        places, rank = ranks(scores)
        total[places] += np.float32(importance) / (np.float32(SMOOTH) + rank)
    return total


def mixed(by_words: Scores, by_meaning: Scores) -> Scores:
    """What words have found and what is meant, as one more list of the fusion: nothing that words found is lost by it."""
    return by_words + fused([(by_meaning, MEANT)], len(by_words))


def ordered(chosen: NDArray[np.int64], scores: Scores | None, ties: NDArray[np.uint64], end: int) -> NDArray[np.int64]:
    """The first `end` of the chosen places: best first, equals by title. Sorts only what can come into question."""
    keys = [ties[chosen, column] for column in (2, 1, 0)]
    if scores is not None:
        keys.append(-scores[chosen])
    for key in reversed(keys):
        if len(chosen) <= max(4 * end, 2_000):
            break
        limit = np.partition(key, end - 1)[end - 1]
        kept = key <= limit
        if np.all(kept):
            continue
        chosen = chosen[kept]
        keys = [each[kept] for each in keys]
        break
    return chosen[np.lexsort(keys)][:end]
