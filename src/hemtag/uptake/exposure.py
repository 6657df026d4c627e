"""Who could have adopted when: one row per solution, period and kind of region, the table that the models are fitted to.

Periods are counted from publication. An event on day d lies at (d + ½)/period and the follow-up ends at (days + 1)/period, so
that the last day counts in full. The last period is cut short: `width` is the part of it that has been seen. A region that
leaves counts as at risk in the period in which it leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from .model import Spread, Standing, standings

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cells:
    """Arrays of one length, in order of solution; `starts` is each solution's first row. `traits` has one column per trait,
    standardised by `centre` and `scale`. `elapsed` is in periods, per solution that has rows (`solutions`).
    """

    solutions: tuple[int, ...]
    starts: NDArray[np.int64]
    period: NDArray[np.int64]
    at_risk: Array
    adopted: Array
    share: Array
    width: Array
    traits: Array
    centre: Array
    scale: Array

    @property
    def owner(self) -> NDArray[np.int64]:
        """Each row's solution, as a number among `solutions`."""
        ends = np.append(self.starts[1:], len(self.period))
        return np.repeat(np.arange(len(self.starts)), ends - self.starts)

    @property
    def log_time(self) -> Array:
        """log of the period's number; a period cut short counts by its own middle."""
        return np.asarray(np.log(self.period + self.width / 2 + 0.5))


def elapsed(spread: Spread, followed: int) -> float:
    """Periods since publication, the last day included."""
    return (followed + 1) / spread.period.days


def trait_matrix(spread: Spread, number: int) -> Array:
    """(eligible regions, traits) for one solution, as given."""
    one = spread.solutions[number]
    return np.array([[one.traits[name][code] for name in spread.traits] for code in one.eligible]).reshape(
        len(one.eligible), len(spread.traits)
    )


def cells(spread: Spread, known: Mapping[str, tuple[Standing, ...]] | None = None) -> Cells:
    """The table of a spread. `known`: its standings, when they have been made already."""
    raw = [trait_matrix(spread, number) for number in range(len(spread.solutions))]
    every = np.concatenate(raw) if raw else np.empty((0, len(spread.traits)))
    centre = every.mean(axis=0) if len(every) else np.zeros(len(spread.traits))
    spreading = every.std(axis=0) if len(every) else np.ones(len(spread.traits))
    scale = np.where(spreading > 0, spreading, 1.0)
    parts, starts, owners, count = [], [], [], 0
    for number, one in enumerate(spread.solutions):
        rows = standings(one, spread.as_of) if known is None else known[one.id]
        found = _of_one(spread, rows, (raw[number] - centre) / scale)
        if len(found):
            starts.append(count)
            owners.append(number)
            parts.append(found)
            count += len(found)
    table = np.concatenate(parts) if parts else np.empty((0, 5 + len(spread.traits)))
    return Cells(
        tuple(owners), np.array(starts, dtype=np.int64), table[:, 0].astype(np.int64), table[:, 1], table[:, 2],
        table[:, 3], table[:, 4], table[:, 5:], centre, scale,
    )  # fmt: skip


def _of_one(spread: Spread, rows: tuple[Standing, ...], traits: Array) -> Array:
    total, days = elapsed(spread, rows[0].followed), spread.period.days
    count = ceil(total)
    last = np.full(len(rows), count - 1)
    event = np.zeros(len(rows), dtype=bool)
    for at, row in enumerate(rows):
        end = row.adopted if row.adopted is not None else row.left
        if end is not None:
            last[at] = int((end + 0.5) / days)
            event[at] = row.adopted is not None
    share = np.concatenate([[0], np.bincount(last[event], minlength=count).cumsum()[:-1]]) / len(rows)
    width = np.ones(count)
    width[-1] = total - (count - 1)
    kinds, kind = (
        np.unique(traits, axis=0, return_inverse=True) if traits.size else (traits[:1], np.zeros(len(rows), int))
    )
    found = []
    for number, values in enumerate(kinds):
        own = kind.reshape(-1) == number
        ends = np.bincount(last[own], minlength=count)
        n = ends[::-1].cumsum()[::-1]
        d = np.bincount(last[own & event], minlength=count)
        table = np.column_stack([np.arange(count), n, d, share, width, np.tile(values, (count, 1))])
        found.append(table[n > 0])
    return np.concatenate(found)
