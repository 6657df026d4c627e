"""Branch and bound over packages, many parts at a time: all open parts take one step of the dual simplex method together.

Each group chooses one package, so a basis needs only as many columns as there are linking rows: every group has a key
package, and a basic package stands for its difference from the key of its group (generalised upper bounds, Dantzig and
Van Slyke 1967). With few rows the bases are tiny, and a step for hundreds of parts is a handful of array operations.
A part is closed only by a bound computed anew from prices, never by the running value of a tableau; what is chosen is
checked in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .packages import Bools, Ints

Floats = NDArray[np.float64]
LEAST = 1e-3  # values are whole numbers: a bound this far below one cannot reach it
TINY, SMALL = 1e-9, 1e-7
WIDTH = 256
MOST_TIES = 300


@dataclass
class Core:
    """What is left to choose: `values`, use of the rows and group of each package; what the rows allow. Groups from 0 up,
    packages of a group together."""

    values: Ints
    rows: Ints
    home: Ints
    limits: Ints
    starts: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.starts = np.flatnonzero(np.diff(np.concatenate([[-1], self.home])))


@dataclass
class Parts:
    """Open parts: basis (package, or number of packages + row for a slack), key of each group, packages that are allowed,
    greatest possible value."""

    basis: Ints
    key: Ints
    mask: Bools
    most: Floats

    def pick(self, which: Any) -> Parts:
        return Parts(self.basis[which], self.key[which], self.mask[which], self.most[which])

    def beside(self, other: Parts) -> Parts:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Parts(*(np.concatenate(pair) for pair in pairs))


class Search:
    """All choices of the greatest value, at least `floor`. `found` holds one package per group for each; `finished` is
    False when more parts than `limit` were needed or more ties met than are worth listing."""

    def __init__(self, core: Core, floor: int) -> None:
        self.core, self.best = core, floor
        self.n, self.k = core.rows.shape
        self.groups = len(core.starts)
        self.scale = np.maximum(1.0, np.abs(core.rows).max(axis=0, initial=0).astype(np.float64))
        self.use: Floats = core.rows / self.scale
        self.room: Floats = core.limits / self.scale
        self.worth: Floats = core.values.astype(np.float64)
        self.across = np.ascontiguousarray(self.use.T)
        self.all_use = np.concatenate([self.use, np.eye(self.k)])
        self.all_worth = np.concatenate([self.worth, np.zeros(self.k)])
        self.all_home = np.concatenate([core.home, np.full(self.k, self.groups)])
        self.found: list[Ints] = []
        self.parts = self.steps = 0
        self.finished = False
        self.waiting: list[Parts] = []

    def run(
        self, basis: Ints | None, key: Ints | None, limit: int, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        """From a dual feasible basis; without one, from slacks and each group's most valuable package."""
        if basis is None or key is None or not self._is_dual_feasible(basis, key):
            top = np.maximum.reduceat(self.worth, self.core.starts)
            first = np.flatnonzero(self.worth == top[self.core.home])
            key = first[np.unique(self.core.home[first], return_index=True)[1]]
            basis = np.arange(self.n, self.n + self.k)
        now = Parts(basis[None], key[None], np.ones((1, self.n), dtype=np.bool_), np.array([np.inf]))
        inverse, rest = self._opened(now)
        while max(self.parts, self.steps) < limit and len(self.found) <= MOST_TIES and not stopped():
            self.steps += 1
            while self.waiting and len(now.most) < WIDTH:
                more = self.waiting.pop()
                more = more.pick(more.most >= self.best - LEAST)
                room = max(1, WIDTH - len(now.most))
                if len(more.most) > room:
                    self.waiting.append(more.pick(slice(room, None)))
                    more = more.pick(slice(room))
                if len(more.most):
                    opened = self._opened(more)
                    now = now.beside(more)
                    inverse, rest = np.concatenate([inverse, opened[0]]), np.concatenate([rest, opened[1]])
            if not len(now.most):
                self.finished = not self.waiting
                if self.finished:
                    return
                continue
            now, inverse, rest = self._step(now, inverse, rest)

    def _is_dual_feasible(self, basis: Ints, key: Ints) -> bool:
        inverse, _ = self._opened(Parts(basis[None], key[None], np.ones((1, self.n), dtype=np.bool_), np.zeros(1)))
        keys = key[np.minimum(self.all_home[basis], self.groups - 1)]
        gain = self.all_worth[basis] - np.where(basis < self.n, self.worth[keys], 0.0)
        prices = gain @ inverse[0]
        reduced = self.worth - prices @ self.across
        most = LEAST * max(1.0, float(np.abs(self.worth).max(initial=0)) * SMALL)
        return bool((prices >= -most).all() and (reduced <= reduced[key][self.core.home] + most).all())

    def _opened(self, parts: Parts) -> tuple[Floats, Floats]:
        """The inverse of each basis, and what the keys leave of the rows."""
        at = np.arange(len(parts.most))[:, None]
        is_package = parts.basis < self.n
        keys = parts.key[at, np.minimum(self.all_home[parts.basis], self.groups - 1)]
        columns = self.all_use[parts.basis] - np.where(is_package[:, :, None], self.use[keys], 0.0)
        try:
            inverse: Floats = np.linalg.inv(columns.transpose(0, 2, 1))
        except np.linalg.LinAlgError:
            inverse = np.linalg.pinv(columns.transpose(0, 2, 1))
        return inverse, self.room - self.use[parts.key].sum(axis=1)

    def _step(self, now: Parts, inverse: Floats, rest: Floats) -> tuple[Parts, Floats, Floats]:
        """One pivot for every part; parts that are settled leave, and their halves wait."""
        n, k, at = self.n, self.k, np.arange(len(now.most))
        basis, key, mask = now.basis, now.key, now.mask
        x = (inverse @ rest[:, :, None])[:, :, 0]
        is_package, home = basis < n, self.all_home[basis]
        keys = np.where(is_package, key[at[:, None], np.minimum(home, self.groups - 1)], 0)
        same = (home[:, :, None] == home[:, None, :]) & is_package[:, :, None]
        x_key = 1 - (same * x[:, None, :]).sum(axis=2)
        barred = is_package & ~mask[at[:, None], np.minimum(basis, n - 1)]
        barred_key = is_package & ~mask[at[:, None], keys]
        gain = self.all_worth[basis] - np.where(is_package, self.worth[keys], 0.0)
        value = self.worth[key].sum(axis=1) + (gain * x).sum(axis=1)
        prices = np.maximum((gain[:, None, :] @ inverse)[:, 0], 0.0)
        reduced = self.worth - prices @ self.across
        wrong = np.concatenate(
            [-x, np.where(barred, x, 0.0), np.where(is_package, -x_key, 0.0), np.where(barred_key, x_key, 0.0)], axis=1
        )
        worst = wrong.argmax(axis=1)
        settled = value < self.best - LEAST
        if settled.any():
            some = np.flatnonzero(settled)
            settled[some] = self._bound(mask[some], prices[some], reduced[some]) < self.best - LEAST
        done = (wrong[at, worst] <= SMALL) & ~settled
        if done.any():
            which = np.flatnonzero(done)
            self._branch(now.pick(which), value[which], x[which], inverse[which], prices[which], reduced[which])
        going = ~(settled | done)
        if not going.all():
            now, inverse, rest, worst, prices, reduced, same = (
                now.pick(going),
                *(one[going] for one in (inverse, rest, worst, prices, reduced, same)),
            )
            basis, key, mask, at = now.basis, now.key, now.mask, np.arange(len(now.most))
            if not len(at):
                return now, inverse, rest
        leaving, kind = worst % k, worst // k
        swap = np.flatnonzero(kind >= 2)
        if len(swap):  # the key leaves: another basic package of its group becomes key first
            row = leaving[swap]
            group = self.all_home[basis[swap, row]]
            old, new = key[swap, group], basis[swap, row]
            inverse[swap, row] = -(inverse[swap] * same[swap, row][:, :, None]).sum(axis=1)
            rest[swap] += self.use[old] - self.use[new]
            key[swap, group], basis[swap, row] = new, old
        row_of = inverse[at, leaving]
        flat = at[:, None] * n + key[:, self.core.home]
        tableau = row_of @ self.across
        change = np.concatenate([tableau - tableau.ravel()[flat], row_of], axis=1)
        change *= np.where(kind % 2 == 0, -1.0, 1.0)[:, None]
        below = np.maximum(reduced.ravel()[flat] - reduced, 0.0)
        below[~mask] = np.inf
        ratio = np.full(change.shape, np.inf)
        np.divide(np.concatenate([below, prices], axis=1), change, out=ratio, where=change > TINY)
        entering = ratio.argmin(axis=1)
        possible = np.isfinite(ratio[at, entering])
        if not possible.all():  # no package can mend the row: the part is empty
            now, inverse, rest = now.pick(possible), inverse[possible], rest[possible]
            leaving, entering, at = leaving[possible], entering[possible], np.arange(int(possible.sum()))
            if not len(at):
                return now, inverse, rest
        keys = now.key[at, np.minimum(self.all_home[entering], self.groups - 1)]
        column = self.all_use[entering] - np.where((entering < n)[:, None], self.use[keys], 0.0)
        weights = (inverse @ column[:, :, None])[:, :, 0]
        pivot = inverse[at, leaving] / weights[at, leaving][:, None]
        weights[at, leaving] = 0.0
        inverse = inverse - weights[:, :, None] * pivot[:, None, :]
        inverse[at, leaving] = pivot
        now.basis[at, leaving] = entering
        return now, inverse, rest

    def _bound(self, mask: Bools, prices: Floats, reduced: Floats) -> Floats:
        """What no choice in the part can exceed, for any prices ≥ 0."""
        best = np.maximum.reduceat(np.where(mask, reduced, -np.inf), self.core.starts, axis=1)
        total: Floats = best.sum(axis=1) + prices @ self.room
        return total

    def _branch(self, parts: Parts, value: Floats, x: Floats, inverse: Floats, prices: Floats, reduced: Floats) -> None:
        """Halve each part at the package whose worse half falls most, by what one more step would cost."""
        n, count = self.n, len(value)
        self.parts += count
        at = np.arange(count)
        flat = at[:, None] * n + parts.key[:, self.core.home]
        below = np.maximum(reduced.ravel()[flat] - reduced, 0.0)
        mask = parts.mask & (value[:, None] - below >= self.best - LEAST)
        doubtful = (parts.basis < n) & (x > SMALL) & (x < 1 - SMALL)
        whole = np.flatnonzero(~doubtful.any(axis=1))
        for one in whole.tolist():
            self._whole(parts, one, x[one], mask[one], reduced[one])
        part, row = np.nonzero(doubtful)
        if not len(part):
            return
        row_of = inverse[part, row]
        tableau = row_of @ self.across
        change = np.concatenate(
            [tableau - np.take_along_axis(tableau, parts.key[part][:, self.core.home], 1), row_of], 1
        )
        change[np.arange(len(part)), parts.basis[part, row]] = 0.0
        limits = np.concatenate([np.where(mask, below, np.inf), prices], axis=1)[part]
        ratio = np.full(change.shape, np.inf)
        np.divide(limits, np.abs(change), out=ratio, where=np.abs(change) > TINY)
        share = x[part, row]
        down = np.where(change > 0, ratio, np.inf).min(axis=1) * share
        up = np.where(change < 0, ratio, np.inf).min(axis=1) * (1 - share)
        most = 4 * (value[part] - self.best + 1)
        score = np.minimum(np.maximum(down, LEAST), most) * np.minimum(np.maximum(up, LEAST), most)
        order = np.lexsort((score, part))
        last = order[np.flatnonzero(np.diff(np.append(part[order], count)))]
        chosen, package = part[last], parts.basis[part[last], row[last]]
        without, only = mask[chosen].copy(), mask[chosen].copy()
        without[np.arange(len(last)), package] = False
        only &= self.core.home[None, :] != self.core.home[package][:, None]
        only[np.arange(len(last)), package] = True
        lower, upper = value[chosen] - down[last], value[chosen] - up[last]
        halves = parts.pick(chosen)
        kids = Parts(halves.basis, halves.key, without, lower).beside(Parts(halves.basis, halves.key, only, upper))
        kids = kids.pick(kids.most >= self.best - LEAST)
        if len(kids.most):
            self.waiting.append(kids.pick(np.argsort(-kids.most, kind="stable")))

    def _whole(self, parts: Parts, one: int, x: Floats, mask: Bools, reduced: Floats) -> None:
        """A part whose relaxation chooses whole packages: noted if it holds, and what else may be as good waits."""
        chosen = parts.key[one].copy()
        for row in np.flatnonzero((parts.basis[one] < self.n) & (x > 0.5)).tolist():
            chosen[self.core.home[parts.basis[one, row]]] = parts.basis[one, row]
        if (self.core.rows[chosen].sum(axis=0) <= self.core.limits).all():
            worth = int(self.core.values[chosen].sum())
            if worth > self.best:
                self.best, self.found = worth, []
            if worth == self.best and not any((chosen == other).all() for other in self.found):
                self.found.append(chosen)
        other = mask.copy()
        other[chosen] = False
        open_groups = np.flatnonzero(np.logical_or.reduceat(other, self.core.starts))
        if len(open_groups):  # the same value may be reached otherwise: with this package of a group, or without it
            group = int(open_groups[0])
            inside = self.core.home == group
            same, else_ = mask & ~inside, mask.copy()
            same[chosen[group]] = True
            else_[chosen[group]] = False
            both = parts.pick(np.array([one, one]))
            both.mask = np.stack([same, else_])
            if parts.key[one, group] == chosen[group] and not (self.all_home[parts.basis[one]] == group).any():
                both.key[1, group] = int(np.argmax(np.where(else_ & inside, reduced, -np.inf)))
            self.waiting.append(both)
