"""What a new block can begin from: solutions of the catalogue, with what the block behind them claimed and cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce

from hemtag.solutions.models import SHOWN_FIRST, Solution
from hemtag.solutions.queries import catalogue

from ..models import Block, EffectClaim

MOST_SHOWN = 30


@dataclass(frozen=True)
class Pattern:
    """The granted block behind a solution: its sums, how many regions shared them, and its effects."""

    block: Block
    requested_sek: int
    cofinancing_sek: int
    regions: int
    years: tuple[int, ...]
    effects: tuple[EffectClaim, ...]


def block_behind(solution: Solution) -> Block | None:
    """The granted block that the solution came from, by the key that it was proposed with ("block-17")."""
    kind, _dash, pk = solution.origin_key.partition("-")
    if kind != "block" or not pk.isdigit():
        return None
    return Block.objects.select_related("application__submission__call").filter(pk=int(pk)).first()


def pattern_of(solution: Solution) -> Pattern | None:
    block = block_behind(solution)
    if block is None:
        return None
    sums = block.costs.aggregate(requested=Sum("requested_sek"), own=Sum("cofinancing_sek"))
    return Pattern(
        block=block,
        requested_sek=sums["requested"] or 0,
        cofinancing_sek=sums["own"] or 0,
        regions=block.costs.order_by().values("region").distinct().count(),
        years=tuple(block.costs.order_by("year").values_list("year", flat=True).distinct()),
        effects=tuple(block.effects.all()),
    )


def solutions_to_start_from(person: Any, text: str) -> list[Solution]:
    """Solutions that have been screened or more, those that most regions use first."""
    rows = catalogue(person, text=text, states=SHOWN_FIRST)
    return list(rows.order_by(Coalesce("in_use", 0).desc(), "title")[:MOST_SHOWN])
