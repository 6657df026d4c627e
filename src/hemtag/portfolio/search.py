"""The best choices of one package for each group, by branch and bound: what `descent` needs, kept and handed to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .packages import Bools, Ints
from .parts import BEST, MET, PARTS, PIVOTS, UNTIL, WORK, Floats, Table, Waiting, desk, room

MOST_TIES = 300
AT_A_TIME = 20_000_000  # amounts between two questions whether to stop: some hundredths of a second
DEPTH = 64
MOST_DOUBTFUL = 64


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
        self,
        basis: Ints | None,
        key: Ints | None,
        limit: int,
        stopped: Callable[[], bool] = lambda: False,
        ties: int = MOST_TIES,
        keep: int = 1,
    ) -> None:
        """From a dual feasible basis (package, or number of packages + row for a slack) and a key package for each group;
        without one, from slacks and each group's most valuable package. It ends when more than `ties` are as good."""
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
        )
        waiting = room(DEPTH, n, k, self.groups)
        if basis is None or key is None or not self._root(table, waiting, basis, key):
            last = np.lexsort((np.arange(n)[::-1], core.values, core.home))  # the first of the most valuable comes last
            top = last[np.append(core.starts[1:], n) - 1]
            self._root(table, waiting, np.arange(n, n + k), top)
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

    def _root(self, table: Table, waiting: Waiting, basis: Ints, key: Ints) -> bool:
        """The part that is everything; False when the basis is not dual feasible."""
        core = self.core
        of_key = np.append(key, 0)[table.home]
        is_package = table.home < self.groups
        differences = table.use - np.where(is_package, table.use[:, of_key], 0.0)
        gain = table.worth - np.where(is_package, table.worth[of_key], 0.0)
        try:
            inverse = np.linalg.inv(differences[:, basis])
        except np.linalg.LinAlgError:
            return False
        loss = (gain[basis] @ inverse) @ differences - gain
        if loss.min(initial=0.0) < -1e-3 * max(1.0, 1e-7 * float(np.abs(table.worth).max(initial=0))):
            return False
        waiting.size[0], waiting.most[0] = self.n, np.inf
        waiting.column[0] = np.arange(self.n)
        waiting.loss[0] = np.maximum(loss, 0.0)
        waiting.basis[0], waiting.key[0], waiting.inverse[0] = basis, key, inverse
        waiting.rest[0] = core.limits - core.rows[key].sum(axis=0)
        waiting.base[0] = core.values[key].sum()
        return True


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
    search.run(None, None, 1_000_000)
    assert undominated(core.values, core.rows, core.home).all() and search.best == 3
