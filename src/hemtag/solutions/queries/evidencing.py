"""What is known of a solution's effect, and the level that it reaches."""

from __future__ import annotations

from typing import Any

from hemtag.knowledge.models import Document

from .. import rules
from ..checks.evidence import Item, Level, level_of
from ..models import Design, EvidenceItem, Solution

DESIGNS = Design.choices


def item_of(row: EvidenceItem) -> Item:
    """What the level needs to know of a row."""
    return Item(
        design=row.design,
        organisation=row.organisation,
        effect=row.effect,
        low=row.low,
        high=row.high,
        no_effect=row.no_effect,
        lower_is_better=row.lower_is_better,
        n=row.n,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        verified_by=row.verified_by,
        failed=row.failed,
    )


def evidence_of(solution: Solution) -> list[EvidenceItem]:
    """All of it, also what has been retracted, newest last."""
    return list(solution.evidence_items.select_related("region", "added_by", "document"))


def reached(solution: Solution, rows: list[EvidenceItem] | None = None) -> Level:
    """The level that what is not retracted reaches."""
    rows = evidence_of(solution) if rows is None else rows
    return level_of([item_of(row) for row in rows if row.retracted_at is None], solution.owner.name)


def evidence_item(solution: Solution, pk: int) -> EvidenceItem:
    """Raises EvidenceItem.DoesNotExist."""
    return solution.evidence_items.select_related("region", "solution__owner").get(pk=pk)


def evidence_file_of(solution: Solution, pk: int) -> Document | None:
    row = solution.evidence_items.filter(pk=pk).select_related("document").first()
    return row.document if row else None


def may_retract(person: Any, row: EvidenceItem) -> bool:
    return row.retracted_at is None and bool(rules.may_retract_evidence(person, row))
