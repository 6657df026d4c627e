"""A bound that anyone can recompute with whole numbers: price every row with λ ≥ 0, and let each group choose freely.

    UB = Σ λ_row · limit  +  Σ_groups max over its subsets P that break no row inside the group of  Σ (points − λ·row)

Every λ gives a valid bound, so the solver that proposed it need not be trusted. λ = k / 2^20 with k a whole number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import highspy
import numpy as np

from .programme import Programme, Row
from .solver import linear_model, quiet_highs

DENOMINATOR = 1 << 20
MOST_IN_GROUP = 10


@dataclass(frozen=True, slots=True)
class Certificate:
    """`groups` are columns that choose together; `prices` are whole 2^-20ths by row name."""

    groups: tuple[tuple[int, ...], ...]
    prices: Mapping[str, int]
    bound: int

    def as_dict(self) -> dict[str, object]:
        return {
            "denominator": DENOMINATOR,
            "groups": [list(group) for group in self.groups],
            "prices": dict(self.prices),
            "bound": self.bound,
        }


@dataclass(frozen=True, slots=True)
class Packages:
    """All subsets of one group that break no row inside it, and which of the programme's rows link groups."""

    columns: tuple[int, ...]
    sets: tuple[frozenset[int], ...]


def partition(programme: Programme) -> tuple[tuple[int, ...], ...]:
    """The programme's groups, cut into pieces that can be enumerated."""
    parts: list[tuple[int, ...]] = []
    for group in programme.groups:
        if len(group) <= MOST_IN_GROUP:
            parts.append(group)
        else:
            parts += [(column,) for column in group]
    return tuple(parts)


def packages(programme: Programme, groups: Sequence[tuple[int, ...]]) -> tuple[list[Packages], list[Row]]:
    """Every group's possible subsets, and the rows that no group settles by itself."""
    home = {column: at for at, group in enumerate(groups) for column in group}
    inside: list[list[Row]] = [[] for _ in groups]
    linking = []
    for row in programme.rows:
        homes = {home[column] for column in row.coefficients}
        if len(homes) == 1:
            inside[homes.pop()].append(row)
        if len(homes) > 1 or row.kind in ("frame", "authorisation"):
            linking.append(row)
    result = []
    for group, rows in zip(groups, inside, strict=True):
        subsets = (frozenset(s) for size in range(len(group) + 1) for s in combinations(group, size))
        result.append(Packages(group, tuple(s for s in subsets if all(r.activity(s) <= r.limit for r in rows))))
    return result, linking


def bound(programme: Programme, groups: Sequence[Packages], prices: Mapping[str, int]) -> int | None:
    """The bound in points, rounded down, for any prices ≥ 0; None when some group has no possible subset."""
    total = 0
    reduced = [points * DENOMINATOR for points in programme.points]
    for name, price in prices.items():
        row = programme.row_named[name]
        total += price * row.limit
        for column, amount in row.coefficients.items():
            reduced[column] -= price * amount
    for group in groups:
        if not group.sets:
            return None
        total += max(sum(reduced[column] for column in chosen) for chosen in group.sets)
    return total // DENOMINATOR


def certify(programme: Programme) -> Certificate:
    """The best bound that the package form's linear relaxation gives, in whole numbers."""
    groups, linking = packages(programme, partition(programme))
    prices = best_prices(programme, groups, linking)
    reached = bound(programme, groups, prices)
    if reached is None:
        raise ValueError("no group can be satisfied")
    return Certificate(tuple(group.columns for group in groups), prices, reached)


def best_prices(
    programme: Programme,
    groups: Sequence[Packages],
    linking: Sequence[Row],
) -> dict[str, int]:
    """λ from the dual of the package form: one column per subset, one row per group and per linking row."""
    goal: dict[int, int] = {}
    rows: list[dict[int, int]] = [{} for _ in linking]
    at_least: dict[int, list[int]] = {}
    position = 0
    members = [set(row.coefficients) for row in linking]
    convexity: list[Row] = []
    for at, group in enumerate(groups):
        touching = [k for k, columns in enumerate(members) if columns & set(group.columns)]
        own: dict[int, int] = {}
        for chosen in group.sets:
            goal[position] = programme.value(chosen)
            own[position] = 1
            for k in touching:
                amount = linking[k].activity(chosen)
                if amount:
                    rows[k][position] = amount
            position += 1
        at_least[at] = list(own)
        convexity.append(Row("group", f"group:{at}", own, 1))
    made = [Row(row.kind, row.name, rows[k], row.limit) for k, row in enumerate(linking)]
    highs = quiet_highs()
    model, unit = linear_model(position, goal, [*made, *convexity], {})
    model.col_upper_ = np.full(position, highspy.kHighsInf)
    lower = np.array(model.row_lower_)
    lower[len(made) :] = 1.0
    model.row_lower_ = lower
    highs.passModel(model)
    highs.run()
    duals = list(highs.getSolution().row_dual)
    prices = {}
    for row, dual in zip(made, duals, strict=False):
        divisor = math.gcd(*row.coefficients.values()) or 1
        price = round(abs(dual) * unit / divisor * DENOMINATOR) if dual and math.isfinite(dual) else 0
        if price > 0:
            prices[row.name] = price
    return prices
