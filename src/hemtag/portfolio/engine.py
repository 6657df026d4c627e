"""The same round many times over: only the points of the columns change, so rows, packages and the relaxation stay.

Prices of the relaxation decide most columns at once, since a choice worth as much as one already known must hold them
or cannot hold them. Only what is left is searched. The answer is the same whatever was solved before; only the time
differs.
"""

from __future__ import annotations

from dataclasses import replace

from .certificate import Relaxation, rounded, settled
from .model import Round
from .packages import package_form
from .programme import Programme, in_order, programme
from .solver import maximise
from .ties import canonical

POOL = 200


class Engine:
    """A round's rows, kept ready. `points` are those of the columns in the order of `programme`."""

    def __init__(self, r: Round) -> None:
        self.programme = programme(r)
        self.order = in_order(r)
        self.form = package_form(self.programme)
        self.relaxation = Relaxation(self.form, self.form.values) if self.form.is_small and self.form.sets else None
        self.pool: dict[frozenset[int], None] = {}
        self.given: dict[frozenset[int], None] = {}
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
        return self._settled(p, list(self.given))[1]

    def _settled(self, p: Programme, known: list[frozenset[int]]) -> tuple[frozenset[int] | None, dict[int, int]]:
        """The best choice known, and what is settled by it."""
        best, floor = None, None
        for blocks in known:
            chosen = p.complete(blocks)
            worth = p.value(chosen)
            if floor is None or worth > floor:
                best, floor = chosen, worth
        if self.relaxation is None:
            return best, {}
        values = self.form.worth(p.points)
        self.relaxation.revalue(values)
        found = self.relaxation.solve()
        if found is None:
            return best, {}
        near = rounded(self.form, values, found[0])
        if near is not None and (floor is None or near[0] > floor):
            floor, best = near[0], frozenset().union(*(self.form.sets[at] for at in near[1].tolist()))
        return best, (settled(self.form, values, found[1], floor) or {}) if floor is not None else {}

    def best(self, points: tuple[int, ...]) -> frozenset[int] | None:
        """Columns of a best choice; None when nothing is permitted."""
        p = replace(self.programme, points=points)
        known, fixed = self._settled(p, [*self.given, *self.pool])
        if known is not None and len(fixed) == len(points):
            return p.complete(known)
        found = maximise(p, fixed=fixed).chosen
        if found is None:
            return None
        chosen = p.complete(found)
        self.pool[frozenset(column for column in chosen if column < p.blocks)] = None
        while len(self.pool) > POOL:
            del self.pool[next(iter(self.pool))]
        return chosen

    def canonical(self, points: tuple[int, ...], best: frozenset[int]) -> frozenset[int]:
        """The best choice that the published order prefers, given one."""
        p = replace(self.programme, points=points)
        value = p.value(best)
        return canonical(p, self.order, best, value, self.sure(points, value))

    def sure(self, points: tuple[int, ...], value: int) -> dict[int, int]:
        """Columns that every choice worth at least `value` must hold (1) or cannot hold (0)."""
        if self.relaxation is None:
            return {}
        values = self.form.worth(points)
        self.relaxation.revalue(values)
        found = self.relaxation.solve()
        return (settled(self.form, values, found[1], value) or {}) if found is not None else {}
