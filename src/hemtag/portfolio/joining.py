"""Groups that a row alone links become one group, and the row is gone: of their packages together only those remain that it
allows, that may be in a choice of interest, and that no others beat. The relaxation is tighter and its tables smaller.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .packages import Bools, Ints, PackageForm
from .search import Core, undominated

MOST_GROUPS = 4  # on a row that joins them;
MOST_TOGETHER, MOST = 4000, 80  # packages that they have together at first, and that remain;
MOST_BITS = 31  # blocks of a group


@dataclass
class Part:
    """Packages to choose one from: `values`, `rows`, how far `below` the best of its group each lies, blocks as bits, which
    packages of the form it is made of (packages × groups), and the groups of the form with how many bits each has."""

    values: Ints
    rows: Ints
    below: Ints
    marks: Ints
    origin: Ints
    source: tuple[tuple[int, int], ...]

    @property
    def bits(self) -> int:
        return sum(bits for _, bits in self.source)


@dataclass
class Choice:
    """What is left to choose: the core, None when nothing is; packages of the form that are decided; of which each package of
    the core is made; and group of the form and place in it of every block of the core (groups × blocks × 2, −1 for none)."""

    core: Core | None
    decided: list[int]
    origin: list[list[int]]
    blocks: Ints

    def packages(self, one: Ints) -> tuple[int, ...]:
        """The form's packages of a choice in the core."""
        return tuple(sorted([*self.decided, *(at for package in one.tolist() for at in self.origin[package])]))


def choice(form: PackageForm, values: Ints, below: Ints, prices: Ints, spare: int, *, best: bool) -> Choice | None:
    """Choices that lie at most `spare` below the bound in all, None when there are none; if only the `best` are of interest,
    without packages that others beat."""
    kept = np.flatnonzero(below <= spare)
    if best:
        kept = kept[undominated(values[kept], form.rows[kept], form.home[kept])]
    count = np.bincount(form.home[kept], minlength=len(form.groups))
    if not count.all():
        return None
    decided = kept[count[form.home[kept]] == 1]
    left = form.limits - form.rows[decided].sum(axis=0)
    free = kept[count[form.home[kept]] > 1]
    ends = np.flatnonzero(np.diff(form.home[free], append=-1)) + 1
    parts = [
        Part(values[some], form.rows[some], below[some], form.marks[some], some[:, None], ((g, len(form.groups[g])),))
        for some, g in ((some, int(form.home[some[0]])) for some in np.split(free, ends[:-1]) if len(some))
    ]
    stays = np.ones(len(left), dtype=bool)
    if parts:
        begins = np.append(0, ends[:-1])
        low = np.minimum.reduceat(form.rows[free], begins, axis=0)
        varies = np.maximum.reduceat(form.rows[free], begins, axis=0) != low
        made = joined(parts, low, varies, left, prices, spare, best=best)
        if made is None:
            return None
        parts, stays = made
    for part in parts:
        if len(part.values) == 1:
            decided, left = np.concatenate([decided, part.origin[0]]), left - part.rows[0]
    parts = [part for part in parts if len(part.values) > 1]
    blocks = np.full((len(parts), max((part.bits for part in parts), default=0), 2), -1)
    for at, part in enumerate(parts):
        blocks[at, : part.bits] = [(g, bit) for g, bits in part.source for bit in range(bits)]
    if not parts:
        return Choice(None, decided.tolist(), [], blocks) if (left[stays] >= 0).all() else None
    most = np.sum([part.rows.max(axis=0) for part in parts], axis=0)
    rows = np.flatnonzero(stays & (most > left))
    rows = rows if len(rows) else np.array([0])
    core = Core(
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.rows[:, rows] for part in parts]),
        np.repeat(np.arange(len(parts)), [len(part.values) for part in parts]),
        np.concatenate([part.marks for part in parts]),
        left[rows],
    )
    return Choice(core, decided.tolist(), [one for part in parts for one in part.origin.tolist()], blocks)


def joined(
    parts: list[Part], low: Ints, varies: Bools, limits: Ints, prices: Ints, spare: int, *, best: bool
) -> tuple[list[Part], Bools] | None:
    """The parts, some of them joined, and which rows are left; None when nothing is possible. `low` is the least that each
    part uses of each row, and `varies` whether its packages use different amounts (parts × rows, changed here)."""
    stays = np.ones(len(limits), dtype=bool)
    pending = np.flatnonzero(varies.sum(axis=0) <= MOST_GROUPS).tolist()
    live: list[Part | None] = list(parts)
    size = np.array([len(part.values) for part in parts])
    while pending:
        together = np.where(varies[:, pending], size[:, None], 1).prod(axis=0)
        at = int(together.argmin())
        if together[at] > MOST_TOGETHER:
            break
        q = pending.pop(at)
        mine = np.flatnonzero(varies[:, q]).tolist()
        some = [part for one in mine if (part := live[one]) is not None]
        room = int(limits[q]) - int(low[~varies[:, q], q].sum())
        if not some:
            if room < 0:
                return None
            stays[q] = False
        elif sum(part.bits for part in some) <= MOST_BITS:
            stays[q] = False
            made = _together(some, q, room, int(prices[q]), spare, stays if best else None)
            if not len(made.values):
                return None
            if len(some) > 1 and len(made.values) > MOST:
                stays[q] = True
                continue
            for one in mine:
                live[one], varies[one], low[one], size[one] = None, False, 0, 1
            first = mine[0]
            live[first], low[first], size[first] = made, made.rows.min(axis=0), len(made.values)
            varies[first] = made.rows.max(axis=0) != low[first]
    return [part for part in live if part is not None], stays


def _together(some: list[Part], q: int, room: int, price: int, spare: int, compared: Bools | None) -> Part:
    """The parts as one that keeps row `q`, which has so much room for them and costs `price`; without packages that others
    beat by the rows `compared`."""
    whole = some[0]
    for part in some[1:]:
        whole = _product(whole, part, spare)
    below = whole.below + price * (room - whole.rows[:, q])  # what a row leaves unused is lost at its price
    allowed = np.flatnonzero((whole.rows[:, q] <= room) & (below <= spare))
    if compared is not None and len(some) > 1:
        group = np.zeros(len(allowed), dtype=np.int64)
        rows = whole.rows[np.ix_(allowed, np.flatnonzero(compared))]
        allowed = allowed[undominated(whole.values[allowed], rows, group)]
    return Part(
        whole.values[allowed],
        whole.rows[allowed],
        below[allowed],
        whole.marks[allowed],
        whole.origin[allowed],
        whole.source,
    )


def _product(a: Part, b: Part, spare: int) -> Part:
    """Every package of one with every package of the other, that together lie no more than `spare` below."""
    below = np.add.outer(a.below, b.below).ravel()
    possible = np.flatnonzero(below <= spare)
    i, j = np.divmod(possible, len(b.values))
    return Part(
        a.values[i] + b.values[j],
        a.rows[i] + b.rows[j],
        below[possible],
        a.marks[i] | b.marks[j] << a.bits,
        np.concatenate([a.origin[i], b.origin[j]], axis=1),
        a.source + b.source,
    )
