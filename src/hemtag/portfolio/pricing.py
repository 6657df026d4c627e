"""Exact prices: of each policy row and lock, of one more million in each year, of the whole frame.

Shadow prices of a relaxation mislead when blocks are whole; every price here is a difference between two exact optima.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .conflicts import Demand, demands
from .engine import Engine
from .model import Number, Round, plain
from .selection import Selection
from .study import best, best_points, study, with_extra

PRICED = ("authorisation", "share", "cap", "region", "cofinancing", "in", "out", "minimum", "whole", "must")
SHARES = tuple(Fraction(n, 10) for n in range(5, 16))


@dataclass(frozen=True, slots=True)
class Price:
    """What a demand costs in effect: the optimum without it minus the optimum with it."""

    demand: Demand
    price: Number

    def as_dict(self) -> dict[str, object]:
        return {**self.demand.as_dict(), "price": plain(self.price)}


@dataclass(frozen=True, slots=True)
class Marginal:
    """The value of `step` thousand kronor more in one year."""

    year: int
    step: int
    value: Number

    def as_dict(self) -> dict[str, object]:
        return {"year": self.year, "step": self.step, "value": plain(self.value)}


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """The optimum when every year's frame is `share` of what it is; None when nothing is permitted."""

    share: Fraction
    budget: int
    spent: int
    value: Number | None
    chosen: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        value = None if self.value is None else plain(self.value)
        return {
            "share": float(self.share),
            "budget": self.budget,
            "spent": self.spent,
            "value": value,
            "chosen": list(self.chosen),
        }


def policy_price(r: Round, selection: Selection | None = None) -> tuple[Price, ...]:
    """The price of every policy, lock, minimum level and demand of wholeness, each dropped alone."""
    base = study(r, selection)
    result = []
    for demand in demands(base.programme):
        if demand.kind not in PRICED:
            continue
        names = {row.name for row in demand.rows}
        rows = [row for row in base.programme.rows if row.name not in names]
        freed = best_points(Engine(r, rows=rows))
        assert freed is not None  # what is permitted with the demand is permitted without it
        result.append(Price(demand, r.number(freed - base.points)))
    return tuple(result)


def marginal(r: Round, selection: Selection | None = None, *, step: int = 1000) -> tuple[Marginal, ...]:
    """The exact value of `step` thousand kronor more (default one million) in each year alone."""
    base = study(r, selection)
    result = []
    for year in r.years:
        points = best_points(Engine(with_extra(r, year, step)))
        result.append(Marginal(year, step, r.number((points or 0) - base.points)))
    return tuple(result)


def frontier(r: Round, shares: Sequence[Fraction] = SHARES) -> tuple[FrontierPoint, ...]:
    """The optimum for each share of every year's frame. What is committed stays; the authorisation follows the frame."""
    result = []
    for share in shares:
        frames = tuple(int(frame * share) for frame in r.frames)
        cap = r.commitment_authorisation
        scaled = replace(r, frames=frames, commitment_authorisation=None if cap is None else int(cap * share))
        engine = Engine(scaled)
        found = best(engine)
        if found is None:
            result.append(FrontierPoint(share, sum(frames), 0, None, ()))
            continue
        ids = tuple(block.id for at, block in enumerate(r.blocks) if at in found)
        spent = sum(r.spent(frozenset(ids)).values())
        value = r.number(engine.programme.value(found))
        result.append(FrontierPoint(share, sum(frames), spent, value, ids))
    return tuple(result)
