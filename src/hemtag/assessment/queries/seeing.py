"""What of a round a person may see: conflict of interest comes before every amount, score and reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hemtag.grants.models import Application, Call, SubmissionState
from hemtag.organisations.models import Person, Role
from hemtag.organisations.rules import has_role, is_auditor
from hemtag.refusals import NotAllowed

from ..models import Assessment, AssessmentState, ConflictDeclaration, EligibilityVerdict, WithdrawalState
from ..rules.assessing import Interest
from .assessing import barred_from, interests_in


@dataclass(frozen=True)
class Sight:
    """`hidden`: number → why, of every application that the person may not read; `undeclared`: how many of the
    handed-in ones wait for the person's answer."""

    hidden: Mapping[str, str] = field(default_factory=dict)
    undeclared: int = 0


def sight_of(person: Any, call: Call) -> Sight:
    """Two queries, four for someone with a role in a region; none for the auditor, who reads everything."""
    if is_auditor(person):
        return Sight()
    interests = interests_in(person, call)
    hidden, undeclared = {}, 0
    rows = Application.objects.filter(submission__call=call).order_by("number")
    for pk, number, state in rows.values_list("pk", "number", "submission__state"):
        interest = interests[pk]
        undeclared += interest.is_open and state == SubmissionState.SUBMITTED
        if interest.is_open or interest.is_conflict:
            hidden[number] = _why(interest)
    return Sight(hidden, undeclared)


def left_to_assess(person: Any, call: Call, sight: Sight) -> int:
    """How many assessments the person has to hand in before what all assessors say together is shown. One query for an
    assessor, none for others. An assignment that can no longer be handed in is not waited for."""
    if is_auditor(person) or not has_role(person, Role.ASSESSOR):
        return 0
    waiting = Assessment.objects.filter(
        assessor_id=person.pk,
        state=AssessmentState.ASSIGNED,
        application__submission__call=call,
        application__submission__state=SubmissionState.SUBMITTED,
        application__eligibility__verdict=EligibilityVerdict.ELIGIBLE,
    )
    waiting = waiting.exclude(application__withdrawal__state=WithdrawalState.GRANTED)
    return waiting.exclude(application__number__in=list(sight.hidden)).count()


def require_no_conflict(person: Any, applications: Iterable[Application], by_whom: Iterable[Person], act: str) -> None:
    """Refuse someone who is in conflict in any of the applications, and say who is not and so can do it.

    `act` is what is refused, as "göra en körning". Four queries at most.
    """
    rows = list(applications)
    people = [person, *(other for other in by_whom if other.pk != person.pk)]
    barred = barred_from(rows, people)
    own = [row.number for row in rows if person.pk in barred[row.pk]]
    if not own:
        return
    free = [other.name for other in people[1:] if not any(other.pk in who for who in barred.values())]
    reason = _("Du är jävig i %(numbers)s och kan inte %(act)s.") % {"numbers": ", ".join(own), "act": act}
    able = _("Det kan %(names)s göra.") if free else _("Det görs av någon utan jäv i omgången.")
    raise NotAllowed(f"{reason} {able % {'names': ', '.join(free)} if free else able}")


def _why(interest: Interest) -> str:
    if interest.declared:
        return _("Du har anmält jäv")
    return interest.reason or _("Du har inte svarat om jäv")


def declared_free_of_conflict(person: Any) -> list[str]:
    """The numbers of the applications that the person has declared to have no conflict of interest in."""
    rows = ConflictDeclaration.objects.filter(person=person.pk, has_conflict=False)
    return list(rows.values_list("application__number", flat=True))
