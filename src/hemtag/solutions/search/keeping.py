"""What every search needs of the index, kept in the process's memory until the index has changed.

Each write to the index gives it a new stamp, random and never used again. What was read under a stamp is what the stamp
stands for: in another process, and after a transaction that was taken back.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..models import SearchPosting
from .packing import ALL, BLOCK, EVERYTHING, FACET, order_of, places_of, weights_of

Mask = NDArray[np.bool_]
Postings = tuple[NDArray[np.int64], NDArray[np.uint8]]
Lists = dict[str, Postings]
TRIES = 3
MOST_BYTES, MOST_TERMS = 32 << 20, 5_000
"""What one process keeps of terms that were asked for: those asked for longest ago go first."""


@dataclass(frozen=True)
class Everything:
    """All places, their order by title, and the places of each value that can be filtered by."""

    stamp: bytes
    size: int
    number: int
    order: NDArray[np.uint64]
    present: Mask
    values: dict[str, NDArray[np.int64]]
    read: OrderedDict[tuple[str, str], Postings | None] = field(default_factory=OrderedDict)
    """The terms that were asked for lately, None for those that nothing has."""
    held: list[int] = field(default_factory=lambda: [0])
    """How many bytes those are."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def lists(self, space: str, terms: Iterable[str]) -> Lists:
        """Places and weights of those of the terms that something has; reads what was not read lately."""
        wanted = set(terms)
        with self.lock:
            found = {term: self.read[space, term] for term in wanted if (space, term) in self.read}
            for term in found:
                self.read.move_to_end((space, term))
        if unread := wanted - found.keys():
            fresh = lists_of(space, unread)
            found |= {term: self._within(fresh.get(term)) for term in unread}
            if self.stamp and self.stamp == stamp_now():
                self._keep(space, {term: found[term] for term in unread})
        return {term: row for term, row in found.items() if row is not None}

    def _within(self, row: Postings | None) -> Postings | None:
        """Without what another has added since everything was read."""
        if row is None or row[0][-1] < self.size:
            return row
        there = row[0] < self.size
        return row[0][there], row[1][there]

    def _keep(self, space: str, fresh: Mapping[str, Postings | None]) -> None:
        with self.lock:
            for term, row in fresh.items():
                self.held[0] += _size(row) - _size(self.read.pop((space, term), None))
                self.read[space, term] = row
            while self.held[0] > MOST_BYTES or len(self.read) > MOST_TERMS:
                self.held[0] -= _size(self.read.popitem(last=False)[1])

    def having(self, value: str) -> Mask:
        """The places of a value, as a mask of one's own."""
        mask = np.zeros(self.size, bool)
        if value in self.values:
            mask[self.values[value]] = True
        return mask


_kept: Everything | None = None


def _size(row: Postings | None) -> int:
    return 0 if row is None else row[0].nbytes + row[1].nbytes


def everything() -> Everything:
    """One short question when nothing has changed; else all of it is read anew."""
    global _kept
    for _try in range(TRIES):
        stamp = stamp_now()
        if _kept is not None and _kept.stamp == stamp:
            return _kept
        made = _read(stamp)
        if not stamp:  # an index from before there were stamps: right, but read each time
            break
        if stamp_now() == stamp:
            _kept = made
            break
    return made


def stamp_now() -> bytes:
    row = SearchPosting.objects.filter(space=ALL, term="", block=0).values_list("weights", flat=True).first()
    return bytes(row or b"")


def stamp_anew() -> None:
    """Part of every write to the index, under its lock."""
    SearchPosting.objects.filter(space=ALL, term="", block=0).update(weights=secrets.token_bytes(16))


def lists_of(space: str, terms: Iterable[str] | None) -> Lists:
    """Places and weights of some terms, or of all there are."""
    rows = SearchPosting.objects.filter(space=space).order_by("block")
    if terms is not None:
        rows = rows.filter(term__in=set(terms))
    found: dict[str, tuple[list[Any], list[Any]]] = {}
    for term, block, places, weights in rows.values_list("term", "block", "places", "weights"):
        at, heavy = found.setdefault(term, ([], []))
        at.append(places_of(places, block))
        heavy.append(weights_of(weights))
    return {term: (np.concatenate(at), np.concatenate(heavy)) for term, (at, heavy) in found.items()}


def _read(stamp: bytes) -> Everything:
    rows = SearchPosting.objects.filter(space=ALL, term=EVERYTHING).order_by("block")
    columns = rows.values_list("block", "places", "weights")
    held = [(block, places_of(places, block), order_of(ties)) for block, places, ties in columns]
    size = (held[-1][0] + 1) * BLOCK if held else 0
    order, present = np.zeros((size, 3), np.uint64), np.zeros(size, bool)
    for _block, places, ties in held:
        order[places], present[places] = ties, True
    values = {value: places for value, (places, _weights) in lists_of(FACET, None).items()}
    for row in (order, present, *values.values()):
        row.flags.writeable = False
    return Everything(stamp, size, int(present.sum()), order, present, values)
