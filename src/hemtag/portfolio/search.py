"""The best choices of one package for each group, by branch and bound: what `descent` needs, kept and handed to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .packages import Bools, Ints
from .parts import BEST, MET, PARTS, PIVOTS, UNTIL, WORK, Floats, Table, Waiting, desk, room

MOST_TIES = 300
AT_A_TIME = 20_000_000  # amounts between two questions whether to stop: some hundredths of a second
DEPTH = 64
MOST_DOUBTFUL = 64
MOST_COMPARED = 1000  # packages of a core in which clashes are sought,
MOST_PAIRS = 144  # between groups that give no more pairs of pairs than this


@dataclass
class Core:
    """What is left to choose: `values`, use of the rows and group of each package, and which of its group's blocks it
    holds, as bits; what the rows allow. Groups from 0 up, packages of a group together, no two with the same blocks."""

    values: Ints
    rows: Ints
    home: Ints
    marks: Ints
    limits: Ints
    starts: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.starts = np.flatnonzero(np.diff(np.concatenate([[-1], self.home])))


class Search:
    """The `keep` best choices, of at least `floor`, and all that are as good as the last of them.

    `found` holds one package per group for each. `finished` is False when more work than `limit` was needed or more of them
    are as good than are worth listing. Work is counted in amounts: for every step the columns at hand times the rows.
    `learnt` (groups × blocks × 4) is what earlier searches saw of how much halving a group by a block tells, and goes on.
    """

    def __init__(self, core: Core, floor: int, learnt: Floats) -> None:
        self.core, self.best, self.learnt = core, floor, learnt
        self.n, self.k = core.rows.shape
        self.groups = len(core.starts)
        self.found: list[Ints] = []
        self.parts = self.steps = self.work = 0
        self.finished = False

    def run(
        self, limit: int, stopped: Callable[[], bool] = lambda: False, ties: int = MOST_TIES, keep: int = 1
    ) -> None:
        """From slacks and each group's most valuable package. It ends when more than `ties` are as good."""
        from . import descent  # the compiler takes a while to load: only when there is something to search

        core, n, k = self.core, self.n, self.k
        scale = np.maximum(1.0, np.abs(core.rows).max(axis=0, initial=0).astype(np.float64))
        table = Table(
            use=np.ascontiguousarray(np.concatenate([core.rows / scale, np.eye(k)]).T),
            worth=np.concatenate([core.values.astype(np.float64), np.zeros(k)]),
            home=np.concatenate([core.home, np.full(k, self.groups)]).astype(np.uint32),
            mark=core.marks.astype(np.uint32),
            rows=np.ascontiguousarray(core.rows, dtype=np.int64),
            values=np.ascontiguousarray(core.values, dtype=np.int64),
            limits=np.ascontiguousarray(core.limits, dtype=np.int64),
            scale=scale,
            clash=self._clashes() if keep == 1 else np.zeros((n, 0), np.uint64),  # what is beaten may be the next best
        )
        waiting = self._everything(table)
        node, trial = desk(n, k, self.groups), desk(n, k, self.groups)
        doubtful = np.zeros((MOST_DOUBTFUL, 7))
        found = np.zeros((ties + keep + 1, self.groups + 1), dtype=np.int64)
        told = np.array([1, self.best, 0, 0, 0, 0, 0, keep], dtype=np.int64)
        while not stopped():
            told[UNTIL] = min(limit, int(told[WORK]) + AT_A_TIME)
            said = descent.descend(table, waiting, node, trial, doubtful, self.learnt, found, told)
            if said == descent.DEEPER:
                waiting = room(2 * len(waiting.size), n, k, self.groups, waiting)
            elif said != descent.PAUSED or told[WORK] >= limit:
                self.finished = said == descent.FINISHED
                break
        self.best, self.parts = int(told[BEST]), int(told[PARTS])
        self.steps, self.work = int(told[PIVOTS]), int(told[WORK])
        self.found = [found[at, :-1].copy() for at in range(int(told[MET]))]

    def _clashes(self) -> NDArray[np.uint64]:
        """For each package those that it clashes with, as bits; nothing when there are none."""
        from . import dominance

        table = np.zeros((self.n, self.n // 64 + 1), np.uint64)
        ends = np.append(self.core.starts, self.n)
        if self.n > MOST_COMPARED or not dominance.clashes(
            self.core.values, np.ascontiguousarray(self.core.rows), ends, MOST_PAIRS, table
        ):
            return np.zeros((self.n, 0), np.uint64)
        return table

    def _everything(self, table: Table) -> Waiting:
        """The part that is everything, as the only one that waits."""
        core, n, k = self.core, self.n, self.k
        waiting = room(DEPTH, n, k, self.groups)
        order = np.lexsort((np.arange(n)[::-1], core.values, core.home))  # the first of the most valuable comes last
        key = order[np.append(core.starts[1:], n) - 1]
        waiting.size[0], waiting.most[0], waiting.half[0, 0] = n, np.inf, self.groups
        waiting.column[0] = np.arange(n)
        waiting.loss[0, :n] = table.worth[key][core.home] - core.values
        waiting.basis[0], waiting.key[0], waiting.inverse[0] = np.arange(n, n + k), key, np.eye(k)
        waiting.rest[0] = core.limits - core.rows[key].sum(axis=0)
        waiting.base[0] = core.values[key].sum()
        return waiting


def undominated(values: Ints, rows: Ints, home: Ints) -> Bools:
    """Packages that no other of the same group beats in value without using more of anything; packages of a group together."""
    from . import dominance

    stays = np.empty(len(home), dtype=np.int64)
    dominance.undominated(values, np.ascontiguousarray(rows), home, stays)
    return stays > 0


def get_ready() -> None:
    """Load the compiler and the search, which takes a second, and compile what is not kept from before: some seconds the
    first time. Whoever serves pages does it before anyone asks."""
    two = np.array([0, 0, 1, 1])
    core = Core(np.array([0, 2, 0, 3]), np.array([[0], [1], [0], [1]]), two, np.array([0, 1, 0, 1]), np.array([1]))
    search = Search(core, 0, np.zeros((2, 1, 4)))
    search.run(1_000_000)
    assert undominated(core.values, core.rows, core.home).all() and search.best == 3
