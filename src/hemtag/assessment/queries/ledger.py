"""What is left of every year's frame, and what has been decided: the one ledger that every page counts from."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet, Sum

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


def _earlier() -> dict[int, int]:
    rows = EarlierCommitment.objects.order_by().values("year").annotate(sek=Sum("amount_sek"))
    return {row["year"]: row["sek"] for row in rows}


def _decided(beside: Run | None = None) -> dict[int, int]:
    """Kronor per year of adopted decisions; `beside` leaves out those that were made from that run."""
    rows = GrantedYear.objects.filter(
        block_decision__decision__state=DecisionState.ADOPTED, block_decision__is_granted=True
    )
    if beside is not None:
        rows = rows.exclude(block_decision__decision__meeting__run=beside)
    return {row["year"]: row["sek"] for row in rows.order_by().values("year").annotate(sek=Sum("amount_sek"))}


def free_money() -> dict[int, FreeYear]:
    """Per appropriation year: the frame, what was committed earlier, what decisions have granted, what is free."""
    earlier, decided = _earlier(), _decided()
    return {
        frame.year: FreeYear(frame.year, frame.amount_sek, earlier.get(frame.year, 0), decided.get(frame.year, 0))
        for frame in Frame.objects.all()
    }


def committed_per_year(beside: Run | None = None) -> dict[int, int]:
    """Kronor bound per year, by earlier commitments and by adopted decisions."""
    total = _earlier()
    for year, sek in _decided(beside).items():
        total[year] = total.get(year, 0) + sek
    return total


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
