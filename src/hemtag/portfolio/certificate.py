"""A bound that anyone can recompute with whole numbers: price every row with λ ≥ 0, and let each group choose freely.

    UB = Σ λ_row · limit  +  Σ_groups max over its subsets P that break no row inside the group of  Σ (points − λ·row)

Every λ gives a valid bound, so the solver that proposed it need not be trusted. λ = k / 2^20 with k a whole number.
The same prices say which blocks every choice worth at least so much must hold, or cannot hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from .packages import BITS, Bools, Ints, PackageForm, package_form
from .programme import Programme
from .solver import quiet_highs


@dataclass(frozen=True, slots=True)
class Certificate:
    """`groups` are columns that choose together; `prices` are whole 2^-20ths by row name; `bound` in points."""

    groups: tuple[tuple[int, ...], ...]
    prices: Mapping[str, int]
    bound: int

    def as_dict(self) -> dict[str, Any]:
        return {
            "denominator": 1 << BITS,
            "groups": [list(group) for group in self.groups],
            "prices": dict(self.prices),
            "bound": self.bound,
        }


class Relaxation:
    """The linear relaxation of the package form over some of the subsets, kept hot between questions."""

    def __init__(self, form: PackageForm, values: Ints, kept: Ints | None = None) -> None:
        kept = np.arange(len(form.sets)) if kept is None else kept
        self.rows = len(form.linking)
        largest = np.maximum(form.rows.max(axis=0, initial=0), -form.rows.min(axis=0, initial=0)) + np.abs(form.limits)
        self.reach = largest.astype(np.float64) * (len(form.groups) + 1)
        used, starts = form.rows[kept], [0]
        indices: list[int] = []
        amounts: list[float] = []
        for at in range(len(kept)):
            nonzero = np.flatnonzero(used[at])
            indices += [*nonzero.tolist(), self.rows + int(form.home[kept[at]])]
            amounts += [*used[at][nonzero].tolist(), 1.0]
            starts.append(len(indices))
        groups = len(form.groups)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(kept), self.rows + groups
        model.col_cost_ = values[kept].astype(np.float64)
        model.col_lower_ = np.zeros(len(kept))
        model.col_upper_ = np.full(len(kept), highspy.kHighsInf)  # at most one by its group's row
        model.row_lower_ = np.concatenate([np.full(self.rows, -highspy.kHighsInf), np.ones(groups)])
        model.row_upper_ = np.concatenate([form.limits.astype(np.float64), np.ones(groups)])
        model.sense_ = highspy.ObjSense.kMaximize
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        model.a_matrix_.index_ = np.array(indices, dtype=np.int32)
        model.a_matrix_.value_ = np.array(amounts, dtype=np.float64)
        self.highs = quiet_highs()
        self.highs.setOptionValue("presolve", "off")
        self.highs.passModel(model)
        self.columns = np.arange(len(kept), dtype=np.int32)
        self.first: Any = None
        self.barred = False

    def revalue(self, values: Ints) -> None:
        """Other points for the same subsets. The search starts anew from the first optimum, so that its prices do not
        depend on what was asked between."""
        if self.first is None:
            self.highs.run()
            self.first = self.highs.getBasis()
        self.highs.setBasis(self.first)
        self.highs.changeColsCost(len(self.columns), self.columns, values.astype(np.float64))

    def solve(self, allowed: Bools | None = None) -> tuple[NDArray[np.float64], Ints] | None:
        """Weights of the subsets, and prices of the linking rows in whole 2^-20ths; None when there is no solution."""
        if allowed is not None or self.barred:
            most = np.full(len(self.columns), highspy.kHighsInf)
            if allowed is not None:
                most[~allowed] = 0.0
            self.highs.changeColsBounds(len(self.columns), self.columns, np.zeros(len(self.columns)), most)
            self.barred = allowed is not None
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self.highs.getSolution()
        prices = whole(np.array(solution.row_dual[: self.rows]))
        return np.array(solution.col_value), prices if self.is_exact(prices) else np.zeros_like(prices)

    @property
    def is_infeasible(self) -> bool:
        """Whether the latest question had no solution at all."""
        return bool(self.highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible)

    def is_exact(self, prices: Ints) -> bool:
        """Whether sums with these prices stay exact in 64 bits."""
        return float(self.reach @ prices.astype(np.float64)) < 2.0**61


def whole(prices: NDArray[np.float64]) -> Ints:
    """Prices as whole 2^-20ths, never below zero."""
    result: Ints = np.rint(np.maximum(prices, 0.0) * (1 << BITS)).astype(np.int64)
    return result


def priced(form: PackageForm, values: Ints, prices: Ints) -> tuple[int, Ints]:
    """The bound in 2^-20ths of a point, and how far below its group's best each subset lies."""
    reduced = (values << BITS) - form.rows @ prices
    best = np.maximum.reduceat(reduced, form.starts)
    return int(best.sum()) + int(prices @ form.limits), np.repeat(best, form.length) - reduced


def rounded(form: PackageForm, values: Ints, weights: NDArray[np.float64]) -> tuple[int, Ints] | None:
    """Points and subsets of a permitted choice near the relaxation's: its whole groups kept, then the best single change
    that fits, again and again. None when no permitted choice was met."""
    current = form.starts.copy()
    whole_ones = np.flatnonzero(weights > 1 - 1e-6)
    current[form.home[whole_ones]] = whole_ones
    used = form.rows[current].sum(axis=0)
    while True:
        now = current[form.home]
        gain = values - values[now]
        fits = (used + form.rows - form.rows[now] <= form.limits).all(axis=1)
        better = np.where(fits, gain, 0)
        at = int(np.argmax(better))
        if better[at] <= 0:
            break
        used = used + form.rows[at] - form.rows[current[form.home[at]]]
        current[form.home[at]] = at
    return (int(values[current].sum()), current) if (used <= form.limits).all() else None


def settled(form: PackageForm, values: Ints, prices: Ints, floor: int) -> dict[int, int] | None:
    """Columns that every choice worth at least `floor` points must hold (1) or cannot hold (0); None when there is none."""
    total, below = priced(form, values, prices)
    possible = below <= total - (floor << BITS)
    if not np.logical_or.reduceat(possible, form.starts).all():
        return None
    in_some: set[int] = set()
    in_all: dict[int, frozenset[int]] = {}
    for at in np.flatnonzero(possible).tolist():
        group, chosen = int(form.home[at]), form.sets[at]
        in_some |= chosen
        in_all[group] = in_all.get(group, chosen) & chosen
    fixed = {column: 0 for column in range(len(form.programme.points)) if column not in in_some}
    return fixed | {column: 1 for chosen in in_all.values() for column in chosen}


def certify(p: Programme) -> Certificate:
    """The best bound that the package form's linear relaxation gives, in whole numbers."""
    form = package_form(p)
    prices: dict[str, int] = {}
    if form.sets and form.is_small:
        found = Relaxation(form, form.values).solve()
        if found is not None:
            prices = {row.name: int(price) for row, price in zip(form.linking, found[1], strict=True) if price}
    return Certificate(form.groups, prices, bound(form, prices))


def bound(form: PackageForm, prices: Mapping[str, int], points: Sequence[int] | None = None) -> int:
    """The bound in points, rounded down, for any prices ≥ 0: plain whole numbers of any size."""
    total = 0
    reduced = [value << BITS for value in (form.programme.points if points is None else points)]
    for name, price in prices.items():
        row = form.programme.row_named[name]
        total += price * row.limit
        for column, amount in row.coefficients.items():
            reduced[column] -= price * amount
    best: dict[int, int] = {}
    for group, chosen in zip(form.home.tolist(), form.sets, strict=True):
        worth = sum(reduced[column] for column in chosen)
        best[group] = max(worth, best.get(group, worth))
    return (total + sum(best.values())) >> BITS
