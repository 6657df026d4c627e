"""Who is told by e-mail that a form has been handed in: a case number and a link, never what stands in it."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.organisations.letters import Letter, absolute, message_to, send_all
from hemtag.organisations.models import Membership, Person
from hemtag.organisations.rules import REGION_ROLES

from ..models import Participant, ParticipantState, Submission


def receipt_notices(submission: Submission) -> list[tuple[Person, list[str]]]:
    """Everyone with a role in a region that takes part, with the numbers of the applications that region is in.

    The responsible region's people see the whole form; others are told of their own applications only.
    """
    numbers: dict[int, list[str]] = defaultdict(list)
    taking = Participant.objects.filter(application__submission=submission).exclude(state=ParticipantState.DECLINED)
    for region, number in taking.order_by("application__number").values_list("region_id", "application__number"):
        numbers[region].append(number)
    today = clock.today()
    held = (
        Membership.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            organisation__in=numbers,
            role__in=[role.value for role in REGION_ROLES],
            starts_on__lte=today,
            person__is_active=True,
        )
        .select_related("person")
        .order_by("person_id")
    )
    told: dict[int, tuple[Person, list[str]]] = {}
    for membership in held:
        _person, own = told.setdefault(membership.person_id, (membership.person, []))
        own += [number for number in numbers[membership.organisation_id] if number not in own]
    return [(person, own) for person, own in told.values() if person.email]


def tell_of_hand_in(submission: Submission) -> int:
    """Mail the receipt notices. Called when the hand-in is committed; no mail server can undo it. Returns how many."""
    return send_all(
        message_to(person, lambda numbers=numbers: _letter(submission.case_number, numbers))  # type: ignore[misc]
        for person, numbers in receipt_notices(submission)
    )


def _letter(case_number: str, numbers: list[str]) -> Letter:
    links = [absolute(reverse("receipt", args=[number])) for number in numbers]
    return Letter(
        _("Hemtag: inlämningen är mottagen, %(case)s") % {"case": case_number},
        (
            _("En inlämning som din region deltar i är mottagen. Ärendenummer: %(case)s.") % {"case": case_number},
            "",
            _("Kvitto:"),
            *links,
        ),
    )
