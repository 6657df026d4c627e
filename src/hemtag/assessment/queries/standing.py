"""How a handed-in application stands, for the regions that sent it: what is asked of them, and what was decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy

from hemtag import clock
from hemtag.grants.models import Application, OpeningState, SubmissionState
from hemtag.organisations.rules import is_auditor, regions_of

from ..models import CompletionRequest, Decision, DecisionState, EligibilityVerdict
from .corresponding import Asked, asked_of


class Outcome(TextChoices):
    """What an adopted decision comes to."""

    WHOLE = "whole", gettext_lazy("Beviljad")
    PART = "part", gettext_lazy("Delvis beviljad")
    REJECTED = "rejected", gettext_lazy("Avslag")
    DISMISSED = "dismissed", gettext_lazy("Avvisad")

    @property
    def kind(self) -> str:
        return "good" if self in {Outcome.WHOLE, Outcome.PART} else "bad"


def _decided(applications: Collection[int]) -> QuerySet[Decision]:
    """Adopted decisions with `blocks`, `granted` and `granted_sek`."""
    is_granted = Q(block_decisions__is_granted=True)
    return (
        Decision.objects.filter(application__in=applications, state=DecisionState.ADOPTED)
        .select_related("application__eligibility", "meeting")
        .annotate(
            blocks=Count("block_decisions", distinct=True),
            granted=Count("block_decisions", filter=is_granted, distinct=True),
            granted_sek=Sum("block_decisions__years__amount_sek", filter=is_granted, default=0),
        )
    )


def outcome_of(decision: Any) -> Outcome:
    """Of a decision as `_decided` reads it."""
    if decision.granted_sek:
        return Outcome.WHOLE if decision.granted == decision.blocks else Outcome.PART
    tried = getattr(decision.application, "eligibility", None)
    dismissed = tried is None or tried.verdict == EligibilityVerdict.INELIGIBLE
    return Outcome.DISMISSED if dismissed else Outcome.REJECTED


def outcomes_of(applications: Collection[int]) -> dict[int, Outcome]:
    """Application → what was decided, for those that are. One query."""
    return {row.application_id: outcome_of(row) for row in _decided(applications)}


@dataclass(frozen=True)
class Standing:
    """`step` is a key of the process bar; `request` is still to be answered; `decision` is adopted, with its sums."""

    step: str = "inlamnad"
    request: CompletionRequest | None = None
    decision: Any = None
    # What else is asked of the person's regions: § 11, communication before decision, questions in the dialogue.
    asked: list[Asked] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome | None:
        return outcome_of(self.decision) if self.decision else None


def standing_of(person: Any, application: Application) -> Standing:
    """At most seven queries. Requests are for the responsible region and the auditor; an adopted decision is for anyone.

    Where the preparation stands is not told to the regions: only that it goes on.
    """
    if application.submission.state != SubmissionState.SUBMITTED:
        return Standing("ansokan")
    decision: Any = _decided([application.pk]).first()
    if decision is not None:
        return Standing("utbetalning" if decision.granted_sek else "beslut", decision=decision)
    request = None
    if is_auditor(person) or application.submission.responsible in regions_of(person):
        open_ones = application.completion_requests.filter(answered_at__isnull=True, due_on__gte=clock.today())
        request = open_ones.exclude(opening__state=OpeningState.CANCELLED).first()
    is_closed = clock.today() > application.submission.call.closes_on
    asked_url = reverse("answer_completion", args=[application.number, request.pk]) if request else ""
    asked = [row for row in asked_of(person, clock.today(), application) if row.url != asked_url]
    return Standing("beredning" if is_closed else "inlamnad", request, asked=asked)
