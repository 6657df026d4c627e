"""What is left of every year's frame, and what has been decided: the one ledger that every page counts from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet, Sum, Value

from hemtag.assessment.models import BlockDecision, Decision, DecisionState, GrantedYear, Run
from hemtag.grants.models import Call, EarlierCommitment, Frame


@dataclass(frozen=True)
class FreeYear:
    """One appropriation year in kronor. `free_sek` is below zero only if the frame itself was lowered afterwards."""

    year: int
    frame_sek: int
    earlier_sek: int
    decided_sek: int

    @property
    def free_sek(self) -> int:
        return self.frame_sek - self.earlier_sek - self.decided_sek


def first_year_of(call: Call) -> int:
    """The year that the call's decisions are made in: later years are bound under the commitment authorisation."""
    return max(call.first_year, call.opens_on.year)


def _bound(beside: Run | None = None) -> tuple[Counter[int], Counter[int]]:
    """Kronor per year of earlier commitments and of adopted decisions, in one query.

    `beside` leaves out the decisions that were made from that run.
    """
    granted = GrantedYear.objects.filter(
        block_decision__decision__state=DecisionState.ADOPTED, block_decision__is_granted=True
    )
    if beside is not None:
        granted = granted.exclude(block_decision__decision__meeting__run=beside)
    earlier, decided = (
        rows.order_by().values_list("year").annotate(sek=Sum("amount_sek"), is_decided=Value(which))
        for rows, which in ((EarlierCommitment.objects.all(), False), (granted, True))
    )
    sums: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
    for year, sek, is_decided in earlier.union(decided, all=True):
        sums[bool(is_decided)][year] += sek
    return sums


def free_money() -> dict[int, FreeYear]:
    """Per appropriation year: the frame, what was committed earlier, what decisions have granted, what is free."""
    earlier, decided = _bound()
    return {
        frame.year: FreeYear(frame.year, frame.amount_sek, earlier[frame.year], decided[frame.year])
        for frame in Frame.objects.all()
    }


def committed_per_year(beside: Run | None = None) -> dict[int, int]:
    """Kronor bound per year, by earlier commitments and by adopted decisions."""
    earlier, decided = _bound(beside)
    return earlier + decided


def authorisation_left(call: Call) -> int:
    """What is left, in kronor, of the commitment authorisation for the years after the call's first."""
    first = first_year_of(call)
    bound = sum(sek for year, sek in committed_per_year().items() if first < year <= call.last_year)
    return call.authorisation_sek - bound


def adopted_decisions() -> QuerySet[Decision]:
    """Every adopted decision with its money, for anyone: two further queries however many there are."""
    return (
        Decision.objects.filter(state=DecisionState.ADOPTED)
        .select_related("application__submission__call", "application__submission__responsible", "meeting", "document")
        .annotate(
            granted_sek=Sum("block_decisions__years__amount_sek", filter=Q(block_decisions__is_granted=True), default=0)
        )
        .prefetch_related(
            Prefetch("block_decisions", BlockDecision.objects.select_related("block").prefetch_related("years"))
        )
        .order_by("-meeting__held_on", "number")
    )


def granted_blocks() -> QuerySet[BlockDecision]:
    """Every block that an adopted decision grants, with its application: what later becomes a proposed solution."""
    return (
        BlockDecision.objects.filter(decision__state=DecisionState.ADOPTED, is_granted=True)
        .select_related("block__application__submission__responsible", "decision")
        .prefetch_related("years")
        .order_by("decision__number", "block__number")
    )
