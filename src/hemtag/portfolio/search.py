"""Branch and bound over packages, many parts at a time: all open parts take one step of the dual simplex method together.

Each group chooses one package, so a basis needs only as many columns as there are linking rows: every group has a key
package, and a basic package stands for its difference from the key of its group (generalised upper bounds, Dantzig and
Van Slyke 1967). With few rows the bases are tiny, and a step for hundreds of parts is a handful of array operations.
A part is closed only by a bound computed anew from prices, never by a running value; what is chosen is checked in whole
numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .packages import Ints

Floats = NDArray[np.float64]
LEAST = 1e-3  # values are whole numbers: a bound this far below one cannot reach it
TINY, SMALL, NIL = 1e-9, 1e-7, 1e-6
WIDTH = 256
ROWS = 512
MOST_TIES = 300
SERIAL = 200_000


def times(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """left @ right, some rows at a time: a product so small that no library starts threads, which cost more than they give."""
    count, k = left.shape
    across = right.shape[1]
    piece = max(2, SERIAL // max(1, k * across))
    even = count - count % piece
    found = np.empty((count, across), dtype=left.dtype)
    np.matmul(left[:even].reshape(-1, piece, k), right, out=found[:even].reshape(-1, piece, across))
    if even < count:
        np.matmul(left[even:], right, out=found[even:])
    return found


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
    """Open parts: basis (package, or number of packages + row for a slack), key of each group (and nothing, for slacks),
    what the keys leave of the rows and are worth, how far each column falls short of the key of its group (inf when it is
    not allowed), greatest possible value; and, while they are worked on, inverse of the basis, weights and value."""

    basis: Ints
    key: Ints
    rest: Ints
    base: Ints
    loss: Floats
    most: Floats
    inverse: Floats
    weight: Floats
    value: Floats

    def pick(self, which: Any) -> Parts:
        return Parts(*(one[which] for one in vars(self).values()))


def together(parts: list[Parts]) -> Parts:
    if len(parts) == 1:
        return parts[0]
    return Parts(*(np.concatenate(same) for same in zip(*(vars(one).values() for one in parts), strict=True)))


class Waiting:
    """The parts that wait, in tables with room for more; the latest leave first, which keeps them few."""

    def __init__(self, like: Parts) -> None:
        self.most = np.empty(1024)
        self.tables = [np.empty((1024, *one.shape[1:]), dtype=one.dtype) for one in self._stored(like)]
        self.live: Ints = np.empty(0, dtype=np.int64)
        self.free: Ints = np.arange(1024)[::-1]

    @staticmethod
    def _stored(parts: Parts) -> list[Any]:
        return [parts.basis, parts.key, parts.rest, parts.base, parts.loss.astype(np.float32)]

    def __len__(self) -> int:
        return len(self.live)

    def add(self, parts: Parts) -> None:
        count = len(parts.most)
        while len(self.free) < count:
            had = len(self.most)
            self.most = np.concatenate([self.most, np.empty(had)])
            self.tables = [np.concatenate([one, np.empty_like(one)]) for one in self.tables]
            self.free = np.concatenate([np.arange(had, 2 * had)[::-1], self.free])
        where, self.free = self.free[-count:], self.free[:-count]
        self.most[where] = parts.most
        for table, values in zip(self.tables, self._stored(parts), strict=True):
            table[where] = values
        self.live = np.concatenate([self.live, where])

    def drop_below(self, least: float) -> None:
        good = self.most[self.live] >= least
        if not good.all():
            self.free = np.concatenate([self.free, self.live[~good]])
            self.live = self.live[good]

    def take(self, count: int) -> Parts:
        where, self.live = self.live[-count:], self.live[:-count]
        self.free = np.concatenate([self.free, where])
        basis, key, rest, base, loss = (table[where] for table in self.tables)
        nothing = np.empty(0)
        return Parts(basis, key, rest, base, loss.astype(np.float64), self.most[where], nothing, nothing, nothing)


class Search:
    """All choices of the greatest value, at least `floor`. `found` holds one package per group for each; `finished` is
    False when more parts than `limit` were needed or more ties met than are worth listing."""

    def __init__(self, core: Core, floor: int) -> None:
        self.core, self.best = core, floor
        self.n, self.k = core.rows.shape
        self.groups = len(core.starts)
        n, k = self.n, self.k
        self.columns = n + k
        self.scale = np.maximum(1.0, np.abs(core.rows).max(axis=0, initial=0).astype(np.float64))
        self.room = core.limits / self.scale
        # packages, then slacks, then nothing
        self.use = np.concatenate([core.rows / self.scale, np.eye(k), np.zeros((1, k))])
        self.worth = np.concatenate([core.values.astype(np.float64), np.zeros(k + 1)])
        self.home = np.concatenate([core.home, np.full(k + 1, self.groups)])
        self.across = np.ascontiguousarray(self.use[: n + k].T)
        self.packages_across = np.ascontiguousarray(self.across[:, :n])
        self.across32 = self.across.astype(np.float32)
        self.spread = self.home[: n + k].copy()
        self.found: list[Ints] = []
        self.parts = self.steps = self.pivots = 0
        self.finished = False
        self.waiting: Waiting

    def run(
        self, basis: Ints | None, key: Ints | None, limit: int, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        """From a dual feasible basis; without one, from slacks and each group's most valuable package."""
        n, k = self.n, self.k
        root = None if basis is None or key is None else self._root(basis, key)
        if root is None:
            top = np.maximum.reduceat(self.worth[:n], self.core.starts)
            first = np.flatnonzero(self.worth[:n] == top[self.core.home])
            root = self._root(np.arange(n, n + k), first[np.unique(self.core.home[first], return_index=True)[1]])
        assert root is not None
        self.waiting = Waiting(root)
        self.waiting.add(root)
        now = root.pick(slice(0))
        while max(self.parts, self.steps) < limit and len(self.found) <= MOST_TIES and not stopped():
            self.steps += 1
            if len(now.most) <= WIDTH // 2 and len(self.waiting):
                self.waiting.drop_below(self.best - LEAST)
                if len(self.waiting):
                    fresh = self.waiting.take(WIDTH - len(now.most))
                    self._open(fresh)
                    now = together([now, fresh]) if len(now.most) else fresh
            if not len(now.most):
                self.finished = not len(self.waiting)
                if self.finished:
                    return
                continue
            now = self._step(now)

    def _root(self, basis: Ints, key: Ints) -> Parts | None:
        """The part that is everything, when the basis is dual feasible."""
        key = np.append(key, self.columns)
        try:
            inverse = np.linalg.inv((self.use[basis] - self.use[key[self.home[basis]]]).T)
        except np.linalg.LinAlgError:
            return None
        prices = (self.worth[basis] - self.worth[key[self.home[basis]]]) @ inverse
        reduced = self.worth[:-1] - prices @ self.across
        loss = np.append(reduced, 0.0)[key][self.spread] - reduced
        if loss.min() < -LEAST * max(1.0, float(np.abs(self.worth).max(initial=0)) * SMALL):
            return None
        rest = self.core.limits - self.core.rows[key[:-1]].sum(axis=0)
        base = self.core.values[key[:-1]].sum()
        blank = inverse[None], np.zeros((1, self.k)), np.zeros(1)
        most = np.array([np.inf])
        return Parts(
            basis[None].copy(), key[None], rest[None], np.array([base]), np.maximum(loss, 0.0)[None], most, *blank
        )

    def _open(self, parts: Parts) -> None:
        """The inverse of each basis, the weights and the value, computed anew."""
        at = np.arange(len(parts.most))[:, None]
        keys = parts.key[at, self.home[parts.basis]]
        columns = self.use[parts.basis] - self.use[keys]
        try:
            parts.inverse = np.linalg.inv(columns.transpose(0, 2, 1))
        except np.linalg.LinAlgError:
            parts.inverse = np.linalg.pinv(columns.transpose(0, 2, 1))
        parts.weight = (parts.inverse @ (parts.rest / self.scale)[:, :, None])[:, :, 0]
        parts.value = parts.base + ((self.worth[parts.basis] - self.worth[keys]) * parts.weight).sum(axis=1)

    def _prices(self, parts: Parts) -> tuple[Floats, Floats]:
        """Prices ≥ 0 of each part's basis, and what each package is worth beyond them."""
        at = np.arange(len(parts.most))[:, None]
        gain = self.worth[parts.basis] - self.worth[parts.key[at, self.home[parts.basis]]]
        prices = np.maximum((gain[:, None, :] @ parts.inverse)[:, 0], 0.0)
        return prices, self.worth[: self.n] - times(prices, self.packages_across)

    def _over_keys(self, lines: Floats, key: Ints) -> Floats:
        """What each column of the lines exceeds the key of its group by, in place."""
        count = len(lines)
        of_key = np.zeros((count, self.groups + 1), dtype=lines.dtype)
        of_key[:, :-1] = lines.ravel().take(key[:, :-1] + np.arange(0, count * self.columns, self.columns)[:, None])
        lines -= of_key.take(self.spread, axis=1)
        return lines

    def _step(self, now: Parts) -> Parts:
        """One pivot for every part; parts that are settled leave, and their halves wait."""
        k, at = self.k, np.arange(len(now.most))
        x, basis = now.weight, now.basis
        home = self.home[basis]
        package = home < self.groups
        keys = now.key[at[:, None], home]
        same = (home[:, :, None] == home[:, None, :]) & package[:, :, None]
        x_key = 1 - (same * x[:, None, :]).sum(axis=2)
        barred = np.isinf(now.loss[at[:, None], basis])
        barred_key = package & np.isinf(now.loss[at[:, None], np.where(package, keys, 0)])
        wrong = np.concatenate(
            [-x, np.where(barred, x, 0.0), np.where(package, -x_key, 0.0), np.where(barred_key, x_key, 0.0)], axis=1
        )
        worst = wrong.argmax(axis=1)
        settled = now.value < self.best - LEAST
        if settled.any():
            some = np.flatnonzero(settled)
            settled[some] = self._bound(now.pick(some)) < self.best - LEAST
        done = (wrong[at, worst] <= SMALL) & ~settled
        if done.any():
            self._branch(now.pick(np.flatnonzero(done)))
        going = ~(settled | done)
        if not going.all():
            going = np.flatnonzero(going)
            now, worst, same = now.pick(going), worst[going], same[going]
            at = np.arange(len(going))
            if not len(at):
                return now
        self.pivots += len(at)
        x, basis, inverse, loss = now.weight, now.basis, now.inverse, now.loss
        leaving, kind = worst % k, worst // k
        swap = np.flatnonzero(kind >= 2)
        if len(swap):  # the key leaves: another basic package of its group becomes key first
            row = leaving[swap]
            old_in = basis[swap, row]
            group = self.home[old_in]
            old = now.key[swap, group]
            mates = same[swap, row].astype(np.float64)
            inverse[swap, row] = -(mates[:, None, :] @ inverse[swap])[:, 0]
            x[swap, row] = 1 - (mates * x[swap]).sum(axis=1)
            now.rest[swap] += self.core.rows[old] - self.core.rows[old_in]
            now.base[swap] += self.core.values[old_in] - self.core.values[old]
            now.key[swap, group], basis[swap, row] = old_in, old
        lines = times(inverse[at, leaving] * np.where(kind % 2 == 0, -1.0, 1.0)[:, None], self.across)
        self._over_keys(lines, now.key)
        speed = np.maximum(loss, NIL)
        np.divide(lines, speed, out=speed)
        entering = speed.argmax(axis=1)
        possible = (lines[at, entering] > TINY) & np.isfinite(loss[at, entering])
        if not possible.all():
            for one in np.flatnonzero(~possible).tolist():
                last = np.flatnonzero((lines[one] > TINY) & np.isfinite(loss[one]))
                if len(last):
                    entering[one] = last[np.argmax(lines[one, last] / np.maximum(loss[one, last], NIL))]
                    possible[one] = True
            which = np.flatnonzero(possible)  # the others cannot mend the row: they are empty
            now, lines, entering, leaving = now.pick(which), lines[which], entering[which], leaving[which]
            at = np.arange(len(which))
            if not len(at):
                return now
            x, basis, inverse, loss = now.weight, now.basis, now.inverse, now.loss
        signed = lines[at, entering]
        fall = loss[at, entering] / signed
        lines *= fall[:, None]
        loss -= lines
        np.maximum(loss, 0.0, out=loss)
        column = self.use[entering] - self.use[now.key[at, self.home[entering]]]
        weights = (inverse @ column[:, :, None])[:, :, 0]
        pivot = weights[at, leaving]
        moved = x[at, leaving]
        now.value -= fall * np.abs(moved)
        step = moved / pivot
        weights[at, leaving] = 0.0
        x -= weights * step[:, None]
        x[at, leaving] = step
        line = inverse[at, leaving] / pivot[:, None]
        inverse -= weights[:, :, None] * line[:, None, :]
        inverse[at, leaving] = line
        basis[at, leaving] = entering
        return now

    def _bound(self, parts: Parts) -> Floats:
        """What no choice in the part can exceed, for any prices ≥ 0."""
        prices, reduced = self._prices(parts)
        reduced[np.isinf(parts.loss[:, : self.n])] = -np.inf
        total: Floats = np.maximum.reduceat(reduced, self.core.starts, axis=1).sum(axis=1) + (prices * self.room).sum(
            axis=1
        )
        return total

    def _branch(self, parts: Parts) -> None:
        """Halve each part at the package whose worse half falls most, by what one more step would cost."""
        n = self.n
        doubtful = (parts.basis < n) & (parts.weight > SMALL) & (parts.weight < 1 - SMALL)
        count = len(parts.most)
        self.parts += count
        at = np.arange(count)
        prices, reduced = self._prices(parts)
        loss = np.concatenate([-reduced, prices], axis=1)
        self._over_keys(loss, parts.key)
        np.maximum(loss, 0.0, out=loss)
        loss[:, :n][(parts.value[:, None] - loss[:, :n] < self.best - LEAST) | np.isinf(parts.loss[:, :n])] = np.inf
        parts.loss = loss
        x, value = parts.weight, parts.value
        for one in np.flatnonzero(~doubtful.any(axis=1)).tolist():
            self._whole(parts.pick(slice(one, one + 1)), reduced[one])
        part, row = np.nonzero(doubtful)
        if not len(part):
            return
        speed = (1.0 / np.maximum(loss, NIL)).astype(np.float32)
        speed[at[:, None], parts.basis] = 0.0
        speed[:, :n][at[:, None], parts.key[:, :-1]] = 0.0
        share, own = x[part, row], parts.basis[part, row]
        down, up = np.empty(len(part)), np.empty(len(part))
        for start in range(0, len(part), ROWS):
            some = slice(start, start + ROWS)
            lines = times(parts.inverse[part[some], row[some]].astype(np.float32), self.across32)
            self._over_keys(lines, parts.key[part[some]])
            lines *= speed[part[some]]
            down[some], up[some] = lines.max(axis=1), -lines.min(axis=1)
        down = np.where(down > TINY, (1 - 1e-4) * share / np.maximum(down, TINY), np.inf)
        up = np.where(up > TINY, (1 - 1e-4) * (1 - share) / np.maximum(up, TINY), np.inf)
        most = 4 * (value[part] - self.best + 1)
        score = np.minimum(np.maximum(down, LEAST), most) * np.minimum(np.maximum(up, LEAST), most)
        order = np.lexsort((score, part))
        last = order[np.flatnonzero(np.diff(np.append(part[order], count)))]
        chosen, package = part[last], own[last]
        lower, upper = value[chosen] - down[last], value[chosen] - up[last]
        down_too, up_too = np.flatnonzero(lower >= self.best - LEAST), np.flatnonzero(upper >= self.best - LEAST)
        kids = parts.pick(np.concatenate([chosen[down_too], chosen[up_too]]))
        if not len(kids.most):
            return
        kids.most = np.concatenate([lower[down_too], upper[up_too]])
        kids.loss[np.arange(len(down_too)), package[down_too]] = np.inf
        if len(up_too):
            single = package[up_too]
            rows = np.arange(len(down_too), len(kids.most))
            others = self.spread[None, :] == self.home[single][:, None]
            others[np.arange(len(single)), single] = False
            kids.loss[rows] = np.where(others, np.inf, kids.loss[rows])
        self.waiting.add(kids.pick(np.argsort(kids.most, kind="stable")))

    def _whole(self, part: Parts, reduced: Floats) -> None:
        """A part whose relaxation chooses whole packages: noted if it holds, and what else may be as good waits."""
        n = self.n
        chosen = part.key[0, :-1].copy()
        for row in np.flatnonzero((part.basis[0] < n) & (part.weight[0] > 0.5)).tolist():
            chosen[self.core.home[part.basis[0, row]]] = part.basis[0, row]
        if (self.core.rows[chosen].sum(axis=0) <= self.core.limits).all():
            worth = int(self.core.values[chosen].sum())
            if worth > self.best:
                self.best, self.found = worth, []
            if worth == self.best and not any((chosen == other).all() for other in self.found):
                self.found.append(chosen)
        mask = np.isfinite(part.loss[0, :n])
        other = mask.copy()
        other[chosen] = False
        open_groups = np.flatnonzero(np.logical_or.reduceat(other, self.core.starts))
        if not len(open_groups):
            return
        group = int(open_groups[0])
        inside = self.core.home == group
        old = int(chosen[group])
        both = part.pick(np.array([0, 0]))  # the same value may be reached with this package of a group, or without it
        both.most = both.value.copy()
        both.loss[0, :n][inside] = np.inf
        both.loss[0, old] = part.loss[0, old]
        both.loss[1, old] = np.inf
        if part.key[0, group] == old and not (self.home[part.basis[0]] == group).any():
            left = inside & mask
            left[old] = False
            new = int(np.argmax(np.where(left, reduced, -np.inf)))
            both.key[1, group] = new
            both.rest[1] += self.core.rows[old] - self.core.rows[new]
            both.base[1] += self.core.values[new] - self.core.values[old]
            both.loss[1, :n][left] = np.maximum(reduced[new] - reduced[left], 0.0)
        self.waiting.add(both)
