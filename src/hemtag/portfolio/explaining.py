"""Why a block is chosen or not, in exact numbers found by solving again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .engine import Engine
from .model import Block, Number, Round, plain
from .programme import Row
from .selection import Selection
from .solver import maximise
from .study import Study, best_points, reaches, study, with_block, with_extra

PERMILLE = 1000


@dataclass(frozen=True)
class Explanation:
    """All amounts in effect units or whole thousands of kronor.

    `price`: what forcing the block the other way costs in effect; None when no permitted choice does so.
    `enters` and `leaves`: what then changes besides the block itself.
    `gain_in_effect`: how much greater the effect must be for the block to be in every optimum (None when chosen).
    `cut_in_permille`: how many thousandths lower the cost must be in every year for that (None when chosen or no cut helps).
    `extra_frame`: per year, the least extra money in that year alone for that (None where no amount helps).
    `blocked_by`: the rows that adding the block to the proposal would break. `dominated_by`: blocks that cost no more in
    any year and give at least as much.
    """

    block: str
    chosen: bool
    price: Number | None
    enters: tuple[str, ...]
    leaves: tuple[str, ...]
    gain_in_effect: int | None
    cut_in_permille: int | None
    extra_frame: Mapping[int, int | None]
    blocked_by: tuple[str, ...]
    dominated_by: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        return {
            "block": self.block,
            "chosen": self.chosen,
            "price": None if self.price is None else plain(self.price),
            "enters": list(self.enters),
            "leaves": list(self.leaves),
            "gain_in_effect": self.gain_in_effect,
            "cut_in_permille": self.cut_in_permille,
            "extra_frame": {str(year): amount for year, amount in self.extra_frame.items()},
            "blocked_by": list(self.blocked_by),
            "dominated_by": list(self.dominated_by),
        }


def explain(
    r: Round, block: str, selection: Selection | None = None, *, thresholds: bool = True, frames: bool = True
) -> Explanation:
    """Why `block` is chosen or not. Without `thresholds` only the price and what changes: one solution, not dozens.
    Without `frames` no search for the least extra money in each year, which takes longest.

    Raises KeyError when there is no such block.
    """
    target = r.by_id[block]
    base = study(r, selection)
    column = r.blocks.index(target)
    chosen = column in base.chosen
    forced = base.best({column: 0 if chosen else 1})
    price, enters, leaves = None, frozenset[int](), frozenset[int]()
    if forced is not None:
        price = base.points - base.programme.value(forced)
        enters, leaves = forced - base.chosen - {column}, base.chosen - forced - {column}
    missing = not chosen and thresholds
    return Explanation(
        block=block,
        chosen=chosen,
        price=None if price is None else r.number(price),
        enters=base.ids(enters),
        leaves=base.ids(leaves),
        gain_in_effect=None if chosen or price is None else price // r.scale + 1,
        cut_in_permille=least_cut(base, target) if missing else None,
        extra_frame={year: least_extra(base, column, year) for year in r.years} if missing and frames else {},
        blocked_by=() if chosen else _blocking(base, column),
        dominated_by=tuple(other.id for other in r.blocks if other is not target and _dominates(r, other, target)),
    )


def flip_prices(r: Round, selection: Selection | None = None) -> dict[str, Number | None]:
    """For every block what forcing it the other way costs in effect; None when no permitted choice does so."""
    base = study(r, selection)
    prices: dict[str, Number | None] = {}
    for column, block in enumerate(r.blocks):
        points = best_points(base.engine, {column: 0 if column in base.chosen else 1})
        prices[block.id] = None if points is None else r.number(base.points - points)
    return prices


def least_cut(base: Study, block: Block) -> int | None:
    """The fewest thousandths by which the block's cost must fall in every year for it to be in every optimum."""
    if not _wins_with_cut(base, block, PERMILLE):
        return None
    low, high = 0, PERMILLE
    while high - low > 1:
        middle = (low + high) // 2
        if _wins_with_cut(base, block, middle):
            high = middle
        else:
            low = middle
    return high


def cheaper(block: Block, permille: int) -> Block:
    """The block with every amount cut by so many thousandths, rounded to what favours the block: down."""
    cost = {year: amount * (PERMILLE - permille) // PERMILLE for year, amount in block.cost.items()}
    parts = {code: amount * (PERMILLE - permille) // PERMILLE for code, amount in block.region_cost.items()}
    return replace(block, cost=cost, region_cost=parts)


def _wins_with_cut(base: Study, block: Block, permille: int) -> bool:
    engine = Engine(with_block(base.round, cheaper(block, permille)))
    return reaches(engine, {base.round.blocks.index(block): 1}, base.points + 1)


def least_extra(base: Study, column: int, year: int) -> int | None:
    """The least extra money in one year for the block to be in every optimum; None when no amount does it.

    More money raises the value without the block too, so the rising value to beat is met again until it stands.
    """
    r = base.round
    enough = sum(block.cost.get(year, 0) for block in r.blocks) + sum(r.committed)
    beat = base.points
    while True:
        extra = _least_money(base, column, year, beat, enough)
        if extra is None:
            return None
        engine = Engine(with_extra(r, year, extra))
        without, inside = best_points(engine, {column: 0}), best_points(engine, {column: 1})
        if inside is not None and (without is None or inside > without):
            return extra
        beat = max(beat + 1, without or 0)


def _least_money(base: Study, column: int, year: int, beat: int, enough: int) -> int | None:
    """The least extra money in the year for a choice with the block that is worth more than `beat` points."""
    engine = Engine(with_extra(base.round, year, enough))
    if not reaches(engine, {column: 1}, beat + 1):
        return None
    p = engine.programme
    values = {c: -points for c, points in enumerate(p.points) if points}
    above = Row("value", "value", values, -beat - 1)
    touched = [
        (loose, strict)
        for loose, strict in zip(p.rows, base.programme.rows, strict=True)
        if loose.limit != strict.limit
    ]
    if len(touched) == 1:
        loose, strict = touched[0]
        spent = {c: -amount for c, amount in loose.coefficients.items()}
        cheapest = maximise(p, objective=spent, extra=[above], fixed={column: 1})
        return None if cheapest.chosen is None else max(0, -cheapest.value - strict.limit)
    low, high = -1, enough
    while high - low > 1:
        middle = (low + high) // 2
        if reaches(Engine(with_extra(base.round, year, middle)), {column: 1}, beat + 1):
            high = middle
        else:
            low = middle
    return high


def _blocking(base: Study, column: int) -> tuple[str, ...]:
    with_it = base.programme.complete(base.chosen | {column})
    return tuple(row.name for row in base.programme.broken(with_it))


def _dominates(r: Round, other: Block, block: Block) -> bool:
    """Costs no more in any year, is worth at least as much, and is better in some respect."""
    if other.needs or other.needs_one_of or r.points(other) < r.points(block):
        return False
    if any(amount > block.cost.get(year, 0) for year, amount in other.cost.items()):
        return False
    return other.total < block.total or r.points(other) > r.points(block)
