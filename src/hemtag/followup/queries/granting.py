"""What was granted, and what it has become in the catalogue."""

from __future__ import annotations

from typing import Any

from hemtag.assessment.models import BlockDecision, Decision
from hemtag.solutions.models import Solution

from .seeing import follow_ups_for


def granted_blocks_of(decision: Decision) -> list[BlockDecision]:
    """The granted blocks with their years, and the solution each has become in the catalogue, if it has."""
    rows = list(
        decision.block_decisions.filter(is_granted=True)
        .select_related("block", "decision")
        .prefetch_related("years")
        .order_by("block__number")
    )
    keys = [origin_key(row) for row in rows]
    known = {solution.origin_key: solution for solution in Solution.objects.filter(origin_key__in=keys)}
    for row in rows:
        row.solution = known.get(origin_key(row))  # type: ignore[attr-defined]
    return rows


def origin_key(granted: BlockDecision) -> str:
    """How the catalogue remembers which block a solution came from."""
    return f"block-{granted.block_id}"


def granted_block_for(person: Any, number: str, block: int) -> BlockDecision:
    return (
        BlockDecision.objects.filter(decision__in=follow_ups_for(person), is_granted=True)
        .select_related("block__application__submission__responsible", "decision")
        .get(block__application__number=number, block__number=block)
    )


def as_solution(granted: BlockDecision) -> dict[str, str]:
    """What the catalogue can take over from the block, for the case officer to complete."""
    block = granted.block
    return {"title": block.title, "problem": block.purpose, "summary": block.activities}
