"""The same round many times over: only the points of the columns change, so rows, packages and the relaxation stay.

Prices of the relaxation decide most columns at once, since a choice worth as much as one already known must hold them
or cannot hold them. What is left is searched by `search`, first for choices near the bound and then further from it;
when that would take too much work, HiGHS takes over. The answer is the same whatever was solved before; only the time
differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import log

import numpy as np

from .certificate import Relaxation, priced, rounded, settled
from .joining import choice
from .model import Round
from .packages import BITS, Bools, Ints, package_form
from .parts import Floats
from .programme import Programme, Row, in_order, programme
from .search import MOST_TIES, Search
from .solver import maximise
from .ties import canonical

POOL = 400
MOST_WORK = 4_000_000_000  # amounts gone through by the own search before HiGHS takes over: some seconds
FIRST_GAP = 0.001  # how far below the bound the best choice is first sought, as a part of it, when nothing is known
FIRST, NEARBY = 0.85, 1.0  # then, in usual gaps: where to begin, and how near a known choice must be to begin with it
GROWTH = 2.0  # each search should take so many times the work of the one before,
UNNOTICED = 1_000_000  # which is taken to be at least so much
CARRIED = 0.5  # how much of what one search has learnt the next one believes
SMALL, MOST_ROWS = 600, 40  # more columns or linking rows are for HiGHS at once, when the best choice is asked for;
LARGE, LARGE_ROWS = 4000, 150  # more than these also when one that is near it will do
FIRST_EFFORT = 200_000_000
BARRED = -(1 << 36)  # worth so little that no choice holds it, and still exact
MOST_POINTS = 1 << 33


class Engine:
    """A round's rows (or others in their place), kept ready. `points` are those of the columns in the order of `programme`.
    What was found for one question is where the next one starts."""

    def __init__(
        self,
        r: Round,
        most_work: int = MOST_WORK,
        stopped: Callable[[], bool] = lambda: False,
        rows: Sequence[Row] | None = None,
    ) -> None:
        self.stopped = stopped
        whole = programme(r)
        self.programme = whole if rows is None else replace(whole, rows=tuple(rows))
        self.order = in_order(r)
        self.form = package_form(self.programme)
        self.relaxation = Relaxation(self.form, self.form.values) if self.form.is_small and self.form.sets else None
        self.given: dict[frozenset[int], None] = {}
        self.pool: dict[tuple[int, ...], None] = {}
        self.pooled, self.kept = np.zeros((POOL, len(self.form.groups)), dtype=np.int64), 0
        self.most_work = most_work
        self.most_columns, self.most_rows = SMALL, MOST_ROWS
        self.learnt = np.zeros((len(self.form.groups) + 1, max(map(len, self.form.groups), default=1), 4))
        self.gap = 0.0
        self.handed_over = 0
        self.is_impossible = False  # whether the latest question had no solution at all
        self.proved: int | None = None  # no choice exceeds this, by what the latest search came to know
        self.reached: int | None = None  # and some choice is worth this
        self.remember(frozenset())

    def points(self, r: Round) -> tuple[int, ...]:
        """The points of another round with the same rows."""
        joint = [effect * r.scale for overlap in r.overlaps for effect in overlap.effects.values()]
        joint += [synergy.effect * r.scale for synergy in r.synergies]
        return (*(r.points(block) for block in r.blocks), *joint)

    def remember(self, chosen: frozenset[int]) -> None:
        """A choice of blocks to compare with from now on, if it is permitted."""
        complete = self.programme.complete(chosen)
        if not self.programme.broken(complete):
            self.given[frozenset(column for column in chosen if column < self.programme.blocks)] = None

    def settled(self, points: tuple[int, ...]) -> dict[int, int]:
        """Columns that every best choice must hold (1) or cannot hold (0), proved by prices alone."""
        p = replace(self.programme, points=points)
        found = self._relaxed(points)
        if found is None:
            return {}
        values, weights, prices = found
        floors = [p.value(p.complete(blocks)) for blocks in self.given]
        near = rounded(self.form, values, weights)
        floors += [] if near is None else [near[0]]
        return (settled(self.form, values, prices, max(floors)) or {}) if floors else {}

    def optimum(self, points: tuple[int, ...]) -> frozenset[int] | None:
        """Columns of the best choice, the published order settling ties; None when nothing is permitted."""
        p = replace(self.programme, points=points)
        found = self.searched(points)
        if found is not None:
            return found
        self.handed_over += 1
        return self._handed_over(p)

    def searched(
        self, points: tuple[int, ...] | None = None, fixed: Mapping[int, int] | None = None
    ) -> frozenset[int] | None:
        """The same by own search alone, with `fixed` columns in (1) or out (0); None when it would take too long, or nothing
        is permitted."""
        p = self.programme if points is None else replace(self.programme, points=points)
        asked = self._asked(p, fixed)
        if asked is None:
            return None
        values, weights, prices = asked
        ties = self._nearest(values, prices, self._floor(values, weights))
        return self._preferred(p, ties) if ties else None

    def greatest(self, fixed: Mapping[int, int]) -> tuple[bool, int | None]:
        """The greatest value with the columns in (1) or out (0), None when nothing is permitted then; and whether that was
        decided here: if not, the value means nothing."""
        asked = self._asked(self.programme, fixed)
        if asked is None:
            return self.is_impossible, None
        values, weights, prices = asked
        floor = self._floor(values, weights)
        ties = self._nearest(values, prices, None if floor is None else floor + 1)
        if ties:
            return True, int(values[list(ties[0])].sum())
        return ties is not None, floor

    def reaches(self, fixed: Mapping[int, int], points: int) -> bool | None:
        """Whether some choice with the columns in (1) or out (0) is worth so much; None when it would take too long to know."""
        asked = self._asked(self.programme, fixed)
        if asked is None:
            return False if self.is_impossible else None
        values, weights, prices = asked
        bound = priced(self.form, values, prices)[0] >> BITS
        floor = self._floor(values, weights)
        if bound < points or (floor is not None and floor >= points):
            return bound >= points
        met, _ = self._near(values, prices, points, self.most_work, ties=0)
        return None if met is None else bool(met)

    def several(self, count: int, least: int) -> list[frozenset[int]] | None:
        """The best choices worth at least `least` and all as good as the last, best first, at least so many while there are
        any; those of one value as the published order has them. None when it would take too long, or they are too many."""
        asked = self._asked(self.programme, None)
        if asked is None:
            return None
        values, _, prices = asked
        bound, left = priced(self.form, values, prices)[0] >> BITS, self.most_work
        step, keep = max(1, int((self.gap or FIRST_GAP) * max(1, abs(bound)))), count
        while left > 0:
            target = max(least, bound - step)
            found, used = self._near(values, prices, target, left, keep=keep)
            if found is None:
                return None
            sets = {self.programme.complete(frozenset().union(*(self.form.sets[at] for at in one))) for one in found}
            if len(sets) >= count or (target == least and len(found) < keep):
                return sorted(sets, key=self._place)
            left -= used
            if len(found) >= keep:
                keep *= 2  # some differ only in what they count of effects that blocks share
            else:
                step += step // 5 + 1
        return None

    def squeezed(self, gap: float) -> tuple[frozenset[int], int] | None:
        """A permitted choice, and a bound that no choice exceeds, at most `gap` of the value apart: what is above is proved
        empty and what is below is met by turns, with more and more work. None when that takes too long, or nothing is
        permitted."""
        self.most_columns, self.most_rows = LARGE, LARGE_ROWS
        asked = self._asked(self.programme, None)
        self.most_columns, self.most_rows = SMALL, MOST_ROWS
        near = None if asked is None else rounded(self.form, asked[0], asked[1])
        if asked is None or near is None:
            return None
        values, _, prices = asked
        left, effort = self.most_work, FIRST_EFFORT
        worth, best = near[0], tuple(near[1].tolist())
        self.proved, self.reached = priced(self.form, values, prices)[0] >> BITS, worth
        while self.proved - worth > gap * max(1, abs(worth)):
            if left <= 0 or self.stopped():
                return None
            quarter, moved = max(1, (self.proved - worth) // 4), False
            for target in (self.proved - quarter + 1, worth + quarter):
                met, used = self._near(values, prices, target, min(effort, left), ties=0)
                left -= effort if met is None else used
                moved |= met is not None
                if met:
                    worth, best = int(values[list(met[0])].sum()), met[0]
                    self.reached = worth
                elif met is not None:
                    self.proved = min(self.proved, target - 1)
            effort = effort if moved else 2 * effort
        return self.programme.complete(frozenset().union(*(self.form.sets[at] for at in best))), self.proved

    def _place(self, chosen: frozenset[int]) -> tuple[int, list[bool]]:
        """Where a choice comes among others: the best first, then by the published order."""
        return -self.programme.value(chosen), [column not in chosen for column in self.order]

    def _asked(self, p: Programme, fixed: Mapping[int, int] | None) -> tuple[Ints, Floats, Ints] | None:
        """Values of the packages, their weights in the relaxation, and its prices; None when the own search is not for
        this, or when there is no solution: then `is_impossible`."""
        self.is_impossible = False
        if len(p.points) > self.most_columns or p.is_delicate or len(self.form.linking) > self.most_rows:
            return None
        if sum(map(abs, p.points)) >= MOST_POINTS:
            return None
        if not fixed:
            return self._relaxed(p.points)
        allowed = np.ones(len(self.form.sets), dtype=np.bool_)
        for column, held in fixed.items():
            mine = self.form.home == next(at for at, group in enumerate(self.form.groups) if column in group)
            allowed &= ~mine | (self.form.member[:, column] == held)
        if not np.bincount(self.form.home[allowed], minlength=len(self.form.groups)).all():
            self.is_impossible = True
            return None
        found = self._relaxed(p.points, allowed)
        return None if found is None else (np.where(allowed, found[0], BARRED), *found[1:])

    def start_from(self, chosen: frozenset[int]) -> None:
        """The best choice, as one to compare with, and how far it is from the bound."""
        named = {
            (int(group), one): at for at, (group, one) in enumerate(zip(self.form.home, self.form.sets, strict=True))
        }
        packages = tuple(named[at, chosen & frozenset(group)] for at, group in enumerate(self.form.groups))
        self._keep(packages)
        found = self._relaxed(self.programme.points)
        if found is not None:
            bound = priced(self.form, found[0], found[2])[0] >> BITS
            self.gap = (bound - self.programme.value(chosen)) / max(1, abs(bound))

    def at_hand(self, points: tuple[int, ...]) -> frozenset[int] | None:
        """Some permitted choice, good but not proved best: what there is when nobody wants to wait. None if none is met."""
        p = replace(self.programme, points=points)
        known = [p.complete(blocks) for blocks in self.given]
        found = self._relaxed(points)
        near = None if found is None else rounded(self.form, found[0], found[1])
        met = [*self.pool, *([] if near is None else [tuple(near[1].tolist())])]
        known += [p.complete(frozenset().union(*(self.form.sets[at] for at in one))) for one in met]
        return max((chosen for chosen in known if not p.broken(chosen)), key=p.value, default=None)

    def _preferred(self, p: Programme, ties: list[tuple[int, ...]]) -> frozenset[int]:
        sets = {p.complete(frozenset().union(*(self.form.sets[at] for at in one))) for one in ties}
        return max(sets, key=lambda chosen: [column in chosen for column in self.order])

    def _relaxed(self, points: tuple[int, ...], allowed: Bools | None = None) -> tuple[Ints, Floats, Ints] | None:
        """Values of the packages, their weights in the relaxation (over those allowed), and its prices."""
        if self.relaxation is None:
            return None
        values = self.form.worth(points)
        self.relaxation.revalue(values)
        found = self.relaxation.solve(allowed)
        self.is_impossible = self.relaxation.is_infeasible
        return None if found is None else (values, *found)

    def _floor(self, values: Ints, weights: Floats) -> int | None:
        """The value of the best choice known so far."""
        near = rounded(self.form, values, weights)
        floors = [] if near is None else [near[0]]
        if self.pool:
            floors.append(int(values[self.pooled[: len(self.pool)]].sum(axis=1).max()))
        floor = max(floors, default=None)
        return None if floor is None or floor < BARRED // 2 else floor

    def _nearest(self, values: Ints, prices: Ints, lowest: int | None) -> list[tuple[int, ...]] | None:
        """The best choices, sought near the bound and then further from it; empty when none is worth `lowest`, None when it
        would take too long to know."""
        bound, left = priced(self.form, values, prices)[0] >> BITS, self.most_work
        size = max(1, abs(bound))
        step = max(1, int((FIRST * self.gap or FIRST_GAP) * size))
        self.proved, self.reached = bound, lowest
        before: tuple[int, int] | None = None
        while left > 0 and (lowest is not None or step <= size):
            target = bound - step
            if lowest is not None and (target <= lowest or bound - lowest <= NEARBY * self.gap * size):
                target = lowest
            ties, used = ([], 0) if target > bound else self._near(values, prices, target, left)
            if ties is None:
                return None
            if ties or target == lowest:
                worth = int(values[list(ties[0])].sum()) if ties else target
                gap = (bound - worth) / size
                self.gap = (self.gap + gap) / 2 if self.gap else gap
                return ties
            left, self.proved = left - used, target - 1
            before, step = (step, max(used, UNNOTICED)), _wider(step, max(used, UNNOTICED), before)
        return None

    def _keep(self, packages: tuple[int, ...]) -> None:
        """A choice to compare the next scenario's with."""
        if packages not in self.pool:
            self.pooled[self.kept % POOL] = packages  # in the place of the one that leaves
            self.kept += 1
            self.pool[packages] = None
            if len(self.pool) > POOL:
                del self.pool[next(iter(self.pool))]

    def _near(
        self, values: Ints, prices: Ints, target: int, limit: int, ties: int = MOST_TIES, keep: int = 1
    ) -> tuple[list[tuple[int, ...]] | None, int]:
        """The best choices of at least the target (empty when there are none), and how much work that took; None in
        place of the choices when the limit did not suffice. Without room for `ties`, any choice that good; the `keep` best
        and all as good as the last of them, in any order."""
        total, below = priced(self.form, values, prices)
        left = choice(self.form, values, below, prices, total - (target << BITS), best=keep == 1)
        if left is None:
            return [], 1
        floor = target - int(values[left.decided].sum())
        if left.core is None:
            return ([left.packages(np.zeros(0, dtype=np.int64))] if floor <= 0 else []), 1
        group, bit = left.blocks[..., 0], left.blocks[..., 1]  # −1 is the last place, where nothing is learnt
        search = Search(left.core, floor, self.learnt[group, bit] * CARRIED)
        search.run(limit, self.stopped, ties, keep)
        self.learnt[group, bit] = search.learnt
        self.learnt[-1] = 0.0
        met = [left.packages(one) for one in search.found]
        for one in met[:1]:
            self._keep(one)
        if not search.finished and (ties or not met):
            return None, search.work
        return met, search.work + 1

    def _handed_over(self, p: Programme) -> frozenset[int] | None:
        """HiGHS's answer, and the published order's among those as good."""
        relaxed = None if p.is_delicate else self._relaxed(p.points)
        floor = None if relaxed is None else self._floor(relaxed[0], relaxed[1])
        fixed = settled(self.form, relaxed[0], relaxed[2], floor) if relaxed is not None and floor is not None else None
        found = maximise(p, fixed=fixed).chosen
        if found is None:
            return None
        best = p.complete(found)
        value = p.value(best)
        if relaxed is None:
            return canonical(p, self.order, best, value, {})
        if len(self.form.linking) <= MOST_ROWS and sum(map(abs, p.points)) < MOST_POINTS:
            ties, _ = self._near(relaxed[0], relaxed[2], value, 4 * self.most_work)
            if ties:
                return self._preferred(p, ties)
        return canonical(p, self.order, best, value, settled(self.form, relaxed[0], relaxed[2], value) or {})


def _wider(step: int, work: int, before: tuple[int, int] | None) -> int:
    """How far from the bound to seek next: where the work should have grown as wished, by how it grew the last time."""
    least, most = step + step // 30 + 1, step + step // (7 if work > 4 * UNNOTICED else 3) + 1
    if before is None or work <= before[1]:
        return most
    return min(max(step + int((step - before[0]) * log(GROWTH) / log(work / before[1])), least), most)
