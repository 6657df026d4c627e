"""What a round is: plain frozen values, whole thousands of kronor, exact arithmetic.

Shapes only. Reading lives in `reading`, the mathematical programme in `programme`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

Number = int | Decimal


def plain(number: Number) -> int | float:
    """An exact number as JSON can carry it."""
    return number if isinstance(number, int) else float(number)


@dataclass(frozen=True, slots=True)
class Block:
    """The smallest part that can be funded by itself. Costs per year in whole thousands of kronor."""

    id: str
    application: str
    effect: int
    cost: Mapping[int, int]
    title: str = ""
    needs: tuple[str, ...] = ()
    needs_one_of: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()
    region_cost: Mapping[str, int] = field(default_factory=dict)
    cofinancing: int = 0
    effect_range: tuple[int, int] | None = None

    @property
    def total(self) -> int:
        return sum(self.cost.values())


@dataclass(frozen=True, slots=True)
class Criterion:
    """How much a criterion weighs, and between what the weight may be drawn in scenarios."""

    weight: Fraction
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Application:
    """Blocks that were applied for together. `minimum` is the least total cost that makes sense to fund. `levels` holds
    each assessor's level on every criterion; only scenarios use them."""

    id: str
    blocks: tuple[Block, ...]
    title: str = ""
    score: Fraction | None = None
    minimum: int = 0
    must_have: tuple[str, ...] = ()
    whole_only: bool = False
    levels: tuple[Mapping[str, Fraction], ...] = ()


@dataclass(frozen=True, slots=True)
class Overlap:
    """An effect that several blocks would give: only the greatest of the chosen blocks' shares counts."""

    id: str
    effects: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Synergy:
    """An effect that is reached only when all the named blocks are chosen."""

    id: str
    blocks: tuple[str, ...]
    effect: int


@dataclass(frozen=True)
class Round:
    """One prioritisation round. `years` rise; `frames`, `committed` and `carry_over` follow `years`."""

    years: tuple[int, ...]
    frames: tuple[int, ...]
    applications: tuple[Application, ...]
    sha256: str
    committed: tuple[int, ...] = ()
    carry_over: tuple[Fraction, ...] = ()
    commitment_authorisation: int | None = None
    hurdle: Fraction = Fraction(0)
    exclusive: tuple[tuple[str, ...], ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    synergies: tuple[Synergy, ...] = ()
    shares: tuple[tuple[str, Fraction], ...] = ()
    region_caps: Mapping[str, int] = field(default_factory=dict)
    every_region: tuple[str, ...] = ()
    cofinancing_share: Fraction | None = None
    locked_in: Mapping[str, str] = field(default_factory=dict)
    locked_out: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    criteria: Mapping[str, Criterion] = field(default_factory=dict)
    title: str = ""
    data: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(block for application in self.applications for block in application.blocks)

    @cached_property
    def by_id(self) -> Mapping[str, Block]:
        return {block.id: block for block in self.blocks}

    @cached_property
    def scale(self) -> int:
        """One unit of effect is this many points, so that effect − hurdle × cost is a whole number of points."""
        return self.hurdle.denominator

    @cached_property
    def carry_limits(self) -> tuple[int, ...]:
        """The most that may be carried over from each year to the next, whole thousands, rounded down."""
        return tuple(int(share * frame) for share, frame in zip(self.carry_over, self.frames, strict=True))

    def points(self, block: Block) -> int:
        """Net value of a block in points: (effect − hurdle × cost) × scale."""
        return block.effect * self.scale - self.hurdle.numerator * block.total

    def number(self, points: int) -> Number:
        """Points as an exact number of effect units: int when whole, else Decimal."""
        whole, rest = divmod(points, self.scale)
        return whole if not rest else Decimal(points) / Decimal(self.scale)

    def spent(self, chosen: frozenset[str]) -> dict[int, int]:
        """What the chosen blocks cost in each year."""
        total = dict.fromkeys(self.years, 0)
        for block in self.blocks:
            if block.id in chosen:
                for year, amount in block.cost.items():
                    total[year] += amount
        return total

    def free(self, chosen: frozenset[str]) -> dict[int, int]:
        """What is left in each year's frame; money carried over counts in the year it was carried to."""
        spent, carried, left = self.spent(chosen), 0, {}
        for year, frame, committed, limit in zip(
            self.years, self.frames, self.committed, self.carry_limits, strict=True
        ):
            left[year] = frame + carried - committed - spent[year]
            carried = max(0, min(limit, left[year]))
        return left
