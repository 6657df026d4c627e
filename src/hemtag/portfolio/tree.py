"""A proof without any gap: the possibilities are halved, again and again, until prices bound each part by the value.

HiGHS proposes prices and where to halve; whether a part is closed is decided in whole numbers. The stand-alone checker
follows the same tree, so that optimality asks for no trust in any solver.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .certificate import Relaxation, whole
from .check import check
from .model import Round
from .packages import BITS, Bools, Ints, PackageForm, package_form
from .programme import Programme, programme
from .selection import Selection, Unverified

CANDIDATES = 8
EMPTY = -(1 << 180)


@dataclass(frozen=True, slots=True)
class TreeCertificate:
    """`tree` is {"prices": …} or {"column": c, "without": tree, "with": tree}; `bound` in points is the proved optimum."""

    groups: tuple[tuple[int, ...], ...]
    tree: Mapping[str, Any]
    bound: int
    leaves: int

    def as_dict(self) -> dict[str, Any]:
        groups = [list(group) for group in self.groups]
        return {"denominator": 1 << BITS, "groups": groups, "bound": self.bound, "leaves": self.leaves, **self.tree}


class TooLarge(RuntimeError):
    """The proof would need more leaves, or more time, than was allowed."""


def prove(r: Round, selection: Selection, *, most_leaves: int = 5000, seconds: float = 60.0) -> Selection:
    """The same selection with a proof of optimality that needs no solver to check. Raises `TooLarge`."""
    p = programme(r)
    index = {block.id: at for at, block in enumerate(r.blocks)}
    value = p.value(p.complete({index[name] for name in selection.chosen}))
    form = package_form(p)
    if not form.is_small:
        raise TooLarge("Talen är för stora för beviset.")
    grower = _Grower(form, value, most_leaves, time.monotonic() + seconds)
    tree, bound = grower.grow(np.ones(len(form.sets), dtype=np.bool_))
    proved = TreeCertificate(form.groups, tree, bound, grower.leaves)
    best = r.number(value)
    result = replace(selection, certificate=proved, upper_bound=best, status="optimal")
    wrong = check(r.data, result.as_dict(), r.sha256)
    if wrong:
        raise Unverified("; ".join(wrong))
    return result


class Better(Exception):
    """A choice worth more than what was to be proved best."""

    def __init__(self, chosen: frozenset[int]) -> None:
        self.chosen = chosen
        super().__init__("better")


def best_exactly(
    p: Programme, chosen: frozenset[int], *, most_leaves: int = 2000, seconds: float = 20.0
) -> frozenset[int]:
    """The best choice in whole numbers, starting from a good one: for numbers so large that a solver's floats cannot tell
    neighbouring values apart. Raises `TooLarge` when the proof would be."""
    form = package_form(p)
    if not form.is_small:
        raise TooLarge("Talen är för stora för beviset.")
    deadline = time.monotonic() + seconds
    while True:
        try:
            _Grower(form, p.value(chosen), most_leaves, deadline).grow(np.ones(len(form.sets), dtype=np.bool_))
        except Better as better:
            chosen = better.chosen
        else:
            return chosen


class _Grower:
    """Halves until every part is bounded by `value`."""

    def __init__(self, form: PackageForm, value: int, most_leaves: int, deadline: float) -> None:
        self.form, self.value, self.most_leaves, self.deadline = form, value, most_leaves, deadline
        self.relaxation = Relaxation(form, form.values)
        self.leaves = 0

    def grow(self, mask: Bools) -> tuple[dict[str, Any], int]:
        """The tree below the subsets in `mask`, and its bound."""
        if self.leaves > self.most_leaves or time.monotonic() > self.deadline:
            raise TooLarge("Beviset skulle bli för stort.")
        nothing = np.zeros(len(self.form.linking), dtype=np.int64)
        bound = self.bound(mask, nothing)
        if bound is None:
            return self.leaf(nothing), EMPTY
        found = self.relaxation.solve(mask)
        for prices in [found[1]] if found is not None else self.rays():
            bound = self.bound(mask, prices)
            if bound is not None and bound <= self.value:
                return self.leaf(prices), bound
        if (np.add.reduceat(mask, self.form.starts) == 1).all():
            return self.single(mask)
        column = self.column(mask, None if found is None else found[0])
        holds = self.form.member[:, column] == 1
        group = self.form.home[np.flatnonzero(holds)[0]]
        without, first = self.grow(mask & ~holds)
        with_it, second = self.grow(mask & (holds | (self.form.home != group)))
        return {"column": column, "without": without, "with": with_it}, max(first, second)

    def single(self, mask: Bools) -> tuple[dict[str, Any], int]:
        """One subset left for each group: either it breaks a row, whose price closes this part, or it is better."""
        subsets = np.flatnonzero(mask)
        over = self.form.rows[subsets].sum(axis=0) - self.form.limits
        if (over <= 0).all():
            raise Better(frozenset().union(*(self.form.sets[at] for at in subsets.tolist())))
        prices = np.zeros(len(self.form.linking), dtype=np.int64)
        row, gain = int(np.argmax(over)), int(self.form.values[subsets].sum()) - self.value
        prices[row] = -(-(gain << BITS) // int(over[row]))
        bound = self.bound(mask, prices)
        if bound is None or bound > self.value or not self.relaxation.is_exact(prices):
            raise TooLarge("Talen är för stora för beviset.")
        return self.leaf(prices), bound

    def leaf(self, prices: Ints) -> dict[str, Any]:
        self.leaves += 1
        rows = zip(self.form.linking, prices.tolist(), strict=True)
        return {"prices": {row.name: price for row, price in rows if price}}

    def bound(self, mask: Bools, prices: Ints) -> int | None:
        """The bound in points over the subsets in `mask`; None when some group has none left."""
        if not np.logical_or.reduceat(mask, self.form.starts).all():
            return None
        reduced = np.where(mask, (self.form.values << BITS) - self.form.rows @ prices, np.iinfo(np.int64).min)
        best = np.maximum.reduceat(reduced, self.form.starts)
        return (sum(int(most) for most in best) + int(prices @ self.form.limits)) >> BITS

    def rays(self) -> list[Ints]:
        """Prices that show that a part without solution has none, at growing size."""
        found = self.relaxation.highs.getDualRay()
        if not found[1]:
            return []
        ray = np.abs(np.array(found[2][: len(self.form.linking)]))
        top = ray.max(initial=0.0)
        sizes = (1e3, 1e5, 1e7) if top > 0 else ()
        return [prices for prices in (whole(ray / top * size) for size in sizes) if self.relaxation.is_exact(prices)]

    def column(self, mask: Bools, weights: NDArray[np.float64] | None) -> int:
        """Where to halve: the column whose worse half falls most, tried among the most doubtful ones."""
        form = self.form
        if weights is not None:
            share = weights @ form.member
            doubt = np.minimum(share, 1 - share)
            top = float(weights @ form.values)
            tried = [int(c) for c in np.argsort(-doubt)[:CANDIDATES] if doubt[c] > 1e-6]
            if tried:
                return max(tried, key=lambda column: self.promise(mask, column, top))
        group = int(np.argmax(np.add.reduceat(mask, form.starts)))
        own = form.member[mask & (form.home == group)]
        return int(np.flatnonzero((own.max(axis=0) == 1) & (own.min(axis=0) == 0))[0])

    def promise(self, mask: Bools, column: int, top: float) -> float:
        holds = self.form.member[:, column] == 1
        group = self.form.home[np.flatnonzero(holds)[0]]
        falls = []
        for half in (mask & ~holds, mask & (holds | (self.form.home != group))):
            found = self.relaxation.solve(half)
            falls.append(max(1e-3, top - float(found[0] @ self.form.values)) if found is not None else 1e9)
        return falls[0] * falls[1]
