"""Whose follow-up a person reaches, and who takes part in it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from hemtag.assessment.models import Decision, DecisionState
from hemtag.grants.models import Participant, ParticipantState
from hemtag.organisations.models import Organisation
from hemtag.organisations.rules import is_auditor, is_delegation, regions_of


def follow_ups_for(person: Any) -> QuerySet[Decision]:
    """Adopted decisions with a grant: all for the delegation and the auditor, a region's own for its people."""
    decisions = (
        Decision.objects.filter(state=DecisionState.ADOPTED, block_decisions__is_granted=True)
        .select_related("application__submission__responsible", "application__submission__call", "meeting")
        .distinct()
    )
    if is_delegation(person) or is_auditor(person):
        return decisions
    return decisions.filter(
        Q(application__submission__responsible__in=regions_of(person))
        | Q(
            application__participants__region__in=regions_of(person),
            application__participants__state=ParticipantState.CONFIRMED,
        )
    )


def follow_up_for(person: Any, application_number: str) -> Decision:
    """Raises Decision.DoesNotExist for an unknown and for a forbidden one alike."""
    return follow_ups_for(person).get(application__number=application_number)


def participants_of(decision: Decision) -> list[Organisation]:
    rows = Participant.objects.filter(application=decision.application, state=ParticipantState.CONFIRMED)
    return [participant.region for participant in rows.select_related("region").order_by("region__code")]


def own_regions_in(person: Any, decision: Decision) -> list[Organisation]:
    own = {region.pk for region in regions_of(person)}
    return [region for region in participants_of(decision) if region.pk in own]
