"""Meetings and decisions: who sees which, what a decision says, and what it may still be changed to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.utils.functional import cached_property

from hemtag import clock
from hemtag.assessment.checks.deciding import ProposedBlock
from hemtag.assessment.models import (
    BlockDecision,
    ConflictDeclaration,
    Decision,
    DecisionState,
    EligibilityVerdict,
    Meeting,
    WithdrawalState,
)
from hemtag.assessment.rules.deciding import may_follow_preparation, may_read_decision
from hemtag.grants.models import Application, Block, Call, Cost, ParticipantState, SubmissionState
from hemtag.organisations.models import Membership, Person, Role
from hemtag.organisations.rules import REGION_ROLES
from hemtag.refusals import require


def holders_of(role: Role) -> QuerySet[Person]:
    """Everyone who holds the role today, by name."""
    today = clock.today()
    held = Q(memberships__role=role, memberships__starts_on__lte=today) & (
        Q(memberships__ends_on__isnull=True) | Q(memberships__ends_on__gte=today)
    )
    return Person.objects.filter(held, is_active=True).distinct().order_by("name")


# -------------------------------------------------------------------------------------------------- meetings


def meetings_for(person: Any, call: Call | None = None) -> QuerySet[Meeting]:
    """Meetings for those who may follow the preparation; nothing for others."""
    if not may_follow_preparation(person):
        return Meeting.objects.none()
    meetings = Meeting.objects.filter(call=call) if call else Meeting.objects.all()
    return (
        meetings.select_related("call", "run", "chair", "rapporteur")
        .prefetch_related("deciders")
        .annotate(
            drafts=Count("decisions", filter=Q(decisions__state=DecisionState.DRAFT)),
            adopted=Count("decisions", filter=Q(decisions__state=DecisionState.ADOPTED)),
        )
    )


def meeting_for(person: Any, slug: str, pk: int) -> Meeting:
    """Raises Meeting.DoesNotExist, also for another call's meeting."""
    return meetings_for(person).get(call__slug=slug, pk=pk)


def undecided(call: Call) -> QuerySet[Application]:
    """The call's applications that have been tried for eligibility and have no adopted decision."""
    decided = Decision.objects.filter(state=DecisionState.ADOPTED).values("application")
    return (
        Application.objects.filter(
            submission__call=call, submission__state=SubmissionState.SUBMITTED, eligibility__isnull=False
        )
        .exclude(pk__in=decided)
        .exclude(withdrawal__state=WithdrawalState.GRANTED)
        .select_related("eligibility", "submission__responsible")
        .order_by("number")
    )


def left_to_decide(call: Call) -> bool:
    """Whether a meeting would have anything to decide."""
    return undecided(call).exists()


# ------------------------------------------------------------------------------------------------- decisions


def decisions_for(person: Any) -> QuerySet[Decision]:
    """Adopted decisions for anyone; also drafts for the delegation and the auditor.

    What a draft says is read through `decision_for`, which asks about conflict of interest first.
    """
    seen = Decision.objects.all() if may_follow_preparation(person) else Decision.objects.filter(state="adopted")
    return (
        seen.select_related(
            "application__submission__call", "application__submission__responsible", "meeting", "document"
        )
        .annotate(
            granted_sek=Sum("block_decisions__years__amount_sek", filter=Q(block_decisions__is_granted=True), default=0)
        )
        .order_by("-meeting__held_on", "number")
    )


def decision_for(person: Any, number: str) -> Decision:
    """The decision as it may be read.

    Raises Decision.DoesNotExist; NotAllowed for a draft when the person has a conflict or has not declared.
    """
    rows = decisions_for(person).select_related(
        "meeting__chair", "meeting__rapporteur", "meeting__call", "adopted_by", "application__eligibility"
    )
    decision = rows.prefetch_related("meeting__deciders").get(number=number)
    require(may_read_decision(person, decision))
    return decision


def decisions_of(person: Any, meeting: Meeting) -> QuerySet[Decision]:
    """A meeting's decisions as this person may see them."""
    return (
        decisions_for(person)
        .filter(meeting=meeting)
        .annotate(
            blocks=Count("block_decisions", distinct=True),
            granted=Count("block_decisions", filter=Q(block_decisions__is_granted=True), distinct=True),
            departures=Count("block_decisions", filter=~Q(block_decisions__departure_reason=""), distinct=True),
        )
        .order_by("number")
    )


class DecisionList:
    """The public list: adopted decisions by words and outcome, with the money they grant together."""

    def __init__(self, person: Any, text: str = "", outcome: str = "", year: int | None = None) -> None:
        decisions: Any = decisions_for(person).filter(state=DecisionState.ADOPTED)
        if text:
            decisions = decisions.filter(
                Q(number__icontains=text)
                | Q(application__number__icontains=text)
                | Q(application__title__icontains=text)
                | Q(application__submission__responsible__name__icontains=text)
            )
        if outcome:
            decisions = decisions.filter(granted_sek__gt=0) if outcome == "granted" else decisions.filter(granted_sek=0)
        if year:
            decisions = decisions.filter(meeting__held_on__year=year)
        self.rows = decisions

    @cached_property
    def listed(self) -> list[Any]:
        """Decisions with `granted_sek`."""
        return list(self.rows)

    @property
    def total_sek(self) -> int:
        return sum(row.granted_sek for row in self.listed)

    @property
    def granting(self) -> int:
        return sum(row.granted_sek > 0 for row in self.listed)


# ------------------------------------------------------------------------------------- what a decision says


def requested_per_block(blocks: Iterable[int]) -> dict[int, dict[int, int]]:
    """Requested kronor per block and year, years without money left out. One query."""
    found: dict[int, dict[int, int]] = {}
    rows = Cost.objects.filter(block__in=list(blocks), requested_sek__gt=0).order_by("block", "year")
    for row in rows.values("block", "year").annotate(sek=Sum("requested_sek")).order_by("block", "year"):
        found.setdefault(row["block"], {})[row["year"]] = row["sek"]
    return found


def proposed_blocks(decision: Decision) -> list[ProposedBlock]:
    """The decision's blocks beside what was requested and proposed. Four queries at any size."""
    needs = Block.objects.select_related("application").order_by("application__number", "number")
    rows = list(
        decision.block_decisions.select_related("block__application")
        .prefetch_related("years", Prefetch("block__needs", needs))
        .order_by("block__number")
    )
    requested = requested_per_block(row.block_id for row in rows)
    return [
        ProposedBlock(
            key=f"{row.block.application.number}/{row.block.number}",
            number=row.block.number,
            title=row.block.title,
            is_granted=row.is_granted,
            was_proposed=row.was_proposed,
            requested=requested.get(row.block_id, {}),
            granted={year.year: year.amount_sek for year in row.years.all()},
            needs=tuple(f"{need.application.number}/{need.number}" for need in row.block.needs.all()),
            reason=row.reason,
            departure_reason=row.departure_reason,
        )
        for row in rows
    ]


def granted_keys(beside: Decision, *, adopted_only: bool) -> set[str]:
    """Blocks that other decisions grant, as "2026-003/1": adopted ones, and while drafting also drafts."""
    rows = BlockDecision.objects.filter(is_granted=True).exclude(decision=beside)
    if adopted_only:
        rows = rows.filter(decision__state=DecisionState.ADOPTED)
    return {f"{a}/{b}" for a, b in rows.values_list("block__application__number", "block__number")}


def is_eligible(application: Application) -> bool:
    tried = getattr(application, "eligibility", None)
    return tried is not None and tried.verdict == EligibilityVerdict.ELIGIBLE


def editable(decision: Decision) -> dict[str, Any]:
    """What a case officer may change, in the shape that `actions.edit_decision` takes."""
    return {
        **{name: getattr(decision, name) for name in TEXTS_AND_DAYS},
        "blocks": {
            block.number: {
                "is_granted": block.is_granted,
                "reason": block.reason,
                "departure_reason": block.departure_reason,
                "amounts": {year: block.granted.get(year, 0) for year in block.requested},
            }
            for block in proposed_blocks(decision)
        },
        "payments": [(row.due_on, row.amount_sek) for row in decision.planned_payments.all()],
    }


TEXTS_AND_DAYS = (
    "reasons",
    "conditions",
    "reporting",
    "dissent",
    "period_from",
    "period_to",
    "interim_due_on",
    "final_due_on",
)


def taking_part(decision: Decision) -> tuple[list[Person], list[Person]]:
    """(those who decide, those who stand aside) among the meeting's deciders, by name.

    Aside stands who has declared a conflict or had a role in a participating region on the day of the meeting. What
    is declared after the decision was adopted changes nothing in it.
    """
    deciders = sorted(decision.meeting.deciders.all(), key=lambda person: person.name)
    declared = ConflictDeclaration.objects.filter(application_id=decision.application_id, has_conflict=True)
    if decision.adopted_at:
        declared = declared.filter(declared_at__lte=decision.adopted_at)
    day = decision.meeting.held_on
    application = decision.application
    participants = application.participants.exclude(state=ParticipantState.DECLINED).values("region")
    of_region = Membership.objects.filter(
        Q(organisation=application.submission.responsible_id) | Q(organisation__in=participants),
        Q(ends_on__isnull=True) | Q(ends_on__gte=day),
        starts_on__lte=day,
        role__in=REGION_ROLES,
        person__in=deciders,
    )
    aside = {*declared.values_list("person", flat=True), *of_region.values_list("person", flat=True)}
    return [p for p in deciders if p.pk not in aside], [p for p in deciders if p.pk in aside]
