"""Which submissions and applications a person sees, and the rows within them.

People of a region see what their region is responsible for or takes part in; the auditor sees everything; nobody
else sees anything here. The delegation reads what is handed in through the assessment room, where everyone first declares
on conflicts of interest.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from hemtag.organisations.models import Organisation
from hemtag.organisations.rules import is_auditor, regions_of

from ..models import (
    Application,
    Block,
    Call,
    Cost,
    Participant,
    ParticipantState,
    Submission,
    SubmittedVersion,
)


def submissions_for(person: Any) -> QuerySet[Submission]:
    submissions = Submission.objects.select_related("call", "responsible", "submitted_by")
    if is_auditor(person):
        return submissions
    regions = [region.pk for region in regions_of(person)]
    takes_part = Exists(
        Participant.objects.filter(application__submission=OuterRef("pk"), region__in=regions).exclude(
            state=ParticipantState.DECLINED
        )
    )
    seen = Q(responsible__in=regions) | Q(takes_part)
    return submissions.filter(seen)


def applications_for(person: Any) -> QuerySet[Application]:
    """A participant sees its own application and not the others in the same form."""
    applications = Application.objects.select_related("submission__call", "submission__responsible", "updated_by")
    if is_auditor(person):
        return applications
    regions = [region.pk for region in regions_of(person)]
    takes_part = Exists(
        Participant.objects.filter(application=OuterRef("pk"), region__in=regions).exclude(
            state=ParticipantState.DECLINED
        )
    )
    seen = Q(submission__responsible__in=regions) | Q(takes_part)
    return applications.filter(seen)


def submission_of(person: Any, call: Call, region: Organisation) -> Submission | None:
    """The region's form in the call, when there is one that the person sees."""
    return submissions_for(person).filter(call=call, responsible=region).first()


def application_for(person: Any, number: str) -> Application:
    """Raises Application.DoesNotExist for an unknown one and for one the person may not see."""
    return applications_for(person).get(number=number)


def participants_of(application: Application) -> QuerySet[Participant]:
    return application.participants.select_related("region", "minutes", "confirmed_by")


def participant_for(person: Any, number: str, region_code: str) -> Participant:
    """Raises Application.DoesNotExist or Participant.DoesNotExist."""
    application = application_for(person, number)
    participant = participants_of(application).get(region__code=region_code)
    participant.application = application
    return participant


def declined_participations(person: Any) -> QuerySet[Participant]:
    """Invitations that the person's own region has declined: it sees that it did, and may take it back."""
    return Participant.objects.select_related("region", "application__submission__call").filter(
        region__in=[region.pk for region in regions_of(person)], state=ParticipantState.DECLINED
    )


def blocks_of(application: Application) -> QuerySet[Block]:
    """The blocks with what they need and what they claim, in three queries whatever their number."""
    return application.blocks.select_related("updated_by").prefetch_related(
        Prefetch("needs", Block.objects.order_by("number")), "effects"
    )


def block_for(person: Any, number: str, block_number: int) -> Block:
    """Raises Application.DoesNotExist or Block.DoesNotExist."""
    application = application_for(person, number)
    block = blocks_of(application).get(number=block_number)
    block.application = application
    return block


def cells_of(block: Block) -> dict[tuple[int, int, str], tuple[int, int]]:
    """The block's cells as `actions.set_costs` takes them: (region, year, kind) → (requested, co-financing)."""
    rows = Cost.objects.filter(block=block).values_list("region_id", "year", "kind", "requested_sek", "cofinancing_sek")
    return {(region, year, kind): (requested, own) for region, year, kind, requested, own in rows}


def submitted_version(submission: Submission) -> SubmittedVersion | None:
    """The newest version that was handed in, with its receipt."""
    return submission.submitted_versions.select_related("by", "receipt").first()
