"""One application under preparation: who may reach it, how it stands, and who assesses it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from hemtag import clock
from hemtag.grants.models import (
    Application,
    Call,
    Criterion,
    OpeningState,
    Participant,
    ParticipantState,
    SubmissionState,
)
from hemtag.grants.queries import applications_for, calls, facts_of, lines, submitted_version
from hemtag.knowledge.models import Document
from hemtag.organisations.models import Membership, Person, Role
from hemtag.organisations.rules import has_role, is_auditor, is_delegation, regions_of

from ..checks.assessing import (
    ASSESSORS_WANTED,
    Condition,
    Mark,
    conditions_of,
)
from ..models import (
    Assessment,
    AssessmentState,
    CompletionRequest,
    ConflictDeclaration,
    EligibilityVerdict,
    WithdrawalState,
)
from ..rules.assessing import Interest, is_decided, reading
from ..rules.corresponding import is_withdrawn
from .corresponding import asked_of, waits_for_officer
from .scoring import assessed as assessed
from .scoring import comparison_of as comparison_of
from .scoring import counting as counting
from .scoring import mean_scores as mean_scores

# Reaching ------------------------------------------------------------------------------------------------


def rounds_for(person: Any) -> QuerySet[Call]:
    """The calls with how many applications each has to prepare (`handed_in`)."""
    found = calls() if is_delegation(person) or is_auditor(person) else Call.objects.none()
    is_in = Q(submissions__state=SubmissionState.SUBMITTED)
    return found.annotate(handed_in=Count("submissions__applications", filter=is_in))


def round_for(person: Any, slug: str) -> Call:
    """Raises Call.DoesNotExist."""
    return rounds_for(person).get(slug=slug)


def cases_for(person: Any) -> QuerySet[Application]:
    """Handed-in applications, for the delegation and the auditor: to know of, not yet to read (`rules.may_read`)."""
    cases = Application.objects.filter(submission__state=SubmissionState.SUBMITTED)
    cases = cases.select_related(
        "submission__call", "submission__responsible", "eligibility__tried_by", "decision", "withdrawal"
    )
    return cases if is_delegation(person) or is_auditor(person) else cases.none()


def case_for(person: Any, slug: str, number: str) -> Application:
    """Raises Application.DoesNotExist for an unknown one, a draft and a withdrawn one."""
    return cases_for(person).get(submission__call__slug=slug, number=number)


def interests_in(person: Any, call: Call) -> defaultdict[int, Interest]:
    """Where the person stands on every application of a call: at most three queries, whatever their number."""
    own = {region.pk: region.name for region in regions_of(person)}
    shared: defaultdict[int, dict[int, str]] = defaultdict(dict)
    if own:
        taking_part = (
            Participant.objects.filter(application__submission__call=call, region__in=own)
            .exclude(state=ParticipantState.DECLINED)
            .values_list("application_id", "region_id")
        )
        responsible = Application.objects.filter(submission__call=call, submission__responsible__in=own).values_list(
            "pk", "submission__responsible_id"
        )
        for application, region in (*responsible, *taking_part):
            shared[application][region] = own[region]
    found: defaultdict[int, Interest] = defaultdict(Interest)
    for application, regions in shared.items():
        found[application] = Interest(shared=tuple(regions.values()))
    for said in ConflictDeclaration.objects.filter(application__submission__call=call, person=person):
        before = found[said.application_id]
        found[said.application_id] = Interest(before.shared, said.has_conflict, said.circumstances)
    return found


def minutes_of(application: Application, code: str) -> Document:
    """A participating region's minutes. Raises Document.DoesNotExist."""
    taking_part = Participant.objects.filter(application=application, region__code=code)
    return Document.objects.get(pk__in=taking_part.exclude(state=ParticipantState.DECLINED).values("minutes_id"))


# Eligibility and completion ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Suggestion:
    """A condition, what the checks of hand-in say of it today's frozen version, and what they had against it."""

    condition: Condition
    is_met: bool
    said: tuple[str, ...]


def suggestions_for(application: Application) -> list[Suggestion]:
    """The conditions of the call, answered by the checks on exactly what was handed in, on the day it was."""
    submission = application.submission
    version = submitted_version(submission)
    if version is None:
        return []
    # What was completed since came in after the window by right: the window is tried on the day of the hand-in.
    facts = facts_of(submission, version.content, clock.day_of(submission.submitted_at or version.at))
    checked = {line.rule: line for line in lines(facts, application)}
    found = []
    for condition in conditions_of(submission.call.rule_set):
        against = [str(problem) for rule in condition.rules if rule in checked for problem in checked[rule].problems]
        found.append(Suggestion(condition, not against, tuple(against)))
    return found


def eligibility_version(application: Application) -> int:
    """Which trial a form started from: grows with every trial, 1 before the first."""
    eligibility = getattr(application, "eligibility", None)
    if eligibility is None:
        return 1
    return int(eligibility.tried_at.timestamp() * 1_000_000)


def requests_of(application: Application) -> QuerySet[CompletionRequest]:
    return application.completion_requests.select_related("asked_by", "answered_by", "opening")


def waiting_request(application: Application, today: dt.date) -> CompletionRequest | None:
    """The request that the applicant still has time to answer."""
    waiting = requests_of(application).filter(answered_at__isnull=True, due_on__gte=today)
    return waiting.exclude(opening__state=OpeningState.CANCELLED).first()


def requests_for(person: Any) -> QuerySet[CompletionRequest]:
    """Requests to the regions where the person works; the auditor sees all."""
    found = CompletionRequest.objects.select_related(
        "application__submission__call", "application__submission__responsible", "asked_by", "answered_by", "opening"
    )
    if is_auditor(person):
        return found
    own = [region.pk for region in regions_of(person)]
    return found.filter(
        application__submission__responsible__in=own, application__submission__state=SubmissionState.SUBMITTED
    )


def request_for(person: Any, number: str, pk: int) -> CompletionRequest:
    """Raises CompletionRequest.DoesNotExist for a foreign region's."""
    return requests_for(person).get(application__number=number, pk=pk)


def asked_application_for(person: Any, number: str) -> Application:
    """The application that requests to the person's region are about. Raises Application.DoesNotExist."""
    return (
        applications_for(person)
        .filter(pk__in=requests_for(person).values("application"))
        .select_related("submission__responsible", "submission__call")
        .get(number=number)
    )


# Assessors -----------------------------------------------------------------------------------------------


def assessors(today: dt.date | None = None) -> QuerySet[Person]:
    """Everyone who is an assessor on the day, in a fixed order."""
    day = today or clock.today()
    held = Membership.objects.filter(person=OuterRef("pk"), role=Role.ASSESSOR, starts_on__lte=day)
    held = held.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
    return Person.objects.filter(Exists(held), is_active=True).order_by("pk")


def barred_from(applications: Iterable[Application], people: Iterable[Person]) -> dict[int, set[int]]:
    """Application → the people with a known conflict in it: declared, or by a role in a participating region.

    Three queries, whatever the number of applications.
    """
    wanted = {application.pk: application.submission.responsible_id for application in applications}
    asked = [person.pk for person in people]
    barred: dict[int, set[int]] = {pk: set() for pk in wanted}
    declared = ConflictDeclaration.objects.filter(application__in=wanted, person__in=asked, has_conflict=True)
    for application, person in declared.values_list("application_id", "person_id"):
        barred[application].add(person)
    today = clock.today()
    held = Membership.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        person__in=asked,
        starts_on__lte=today,
        role__in=[Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST],
    ).values_list("organisation_id", "person_id")
    of_region: defaultdict[int, set[int]] = defaultdict(set)
    for region, person in held:
        of_region[region].add(person)
    if of_region:
        participants = Participant.objects.filter(application__in=wanted, region__in=of_region)
        pairs = participants.exclude(state=ParticipantState.DECLINED).values_list("application_id", "region_id")
        for application, region in (*pairs, *wanted.items()):
            barred[application] |= of_region.get(region, set())
    return barred


def loads(call: Call) -> Counter[int]:
    """Assessor → assignments in the call."""
    rows = Assessment.objects.filter(application__submission__call=call).values_list("assessor_id", flat=True)
    return Counter(rows)


def load_lines(call: Call) -> list[tuple[Person, int, int]]:
    """Every assessor with how many are assigned and how many of them handed in."""
    rows = Assessment.objects.filter(application__submission__call=call).values_list("assessor_id", "state")
    pairs = Counter(rows)
    return [
        (
            person,
            sum(count for (pk, _state), count in pairs.items() if pk == person.pk),
            pairs[person.pk, AssessmentState.SUBMITTED.value],
        )
        for person in assessors()
    ]


@dataclass(frozen=True)
class Lacking:
    """An eligible application with too few assessors who count."""

    application: Application
    assigned: int

    @property
    def missing(self) -> int:
        return ASSESSORS_WANTED - self.assigned


def lacking_assessors(person: Any, call: Call) -> list[Lacking]:
    """Those that the person may read; four queries."""
    interests = interests_in(person, call)
    assigned = Counter(counting().filter(application__submission__call=call).values_list("application_id", flat=True))
    cases = cases_for(person).filter(submission__call=call, eligibility__verdict=EligibilityVerdict.ELIGIBLE)
    return [
        Lacking(case, assigned[case.pk])
        for case in cases.order_by("number")
        if reading(person, interests[case.pk]) and assigned[case.pk] < ASSESSORS_WANTED and not is_decided(case)
        if not is_withdrawn(case)
    ]


@dataclass(frozen=True)
class Candidate:
    """An assessor who could have the application, or why not."""

    person: Person
    load: int
    is_barred: bool
    assessment: Assessment | None = None

    @property
    def is_fixed(self) -> bool:
        """Handed in: cannot be taken away."""
        return self.assessment is not None and self.assessment.state == AssessmentState.SUBMITTED


def candidates_for(application: Application) -> list[Candidate]:
    people = list(assessors())
    barred = barred_from([application], people)[application.pk]
    carried = loads(application.submission.call)
    held = {assessment.assessor_id: assessment for assessment in application.assessments.select_related("assessor")}
    left = [assessment.assessor for pk, assessment in held.items() if pk not in {person.pk for person in people}]
    return [
        Candidate(person, carried[person.pk], person.pk in barred, held.get(person.pk)) for person in (*people, *left)
    ]


# Assessments ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnAssessment:
    """One of the person's own assignments, and whether it waits for the person."""

    application: Application
    assessment: Assessment
    begun: int
    interest: Interest

    @property
    def is_done(self) -> bool:
        return self.assessment.state == AssessmentState.SUBMITTED

    @property
    def is_to_do(self) -> bool:
        return not self.is_done and not self.interest.is_conflict


def own_assessments(person: Any, call: Call) -> list[OwnAssessment]:
    """What the person is assigned in a call: what is left first, in the order of the numbers.

    Of an application that is not declared on, or where there is a conflict, only number, title and region may be shown.
    """
    rows = (
        Assessment.objects.filter(
            assessor_id=person.pk,
            application__submission__call=call,
            application__submission__state=SubmissionState.SUBMITTED,
            application__eligibility__verdict=EligibilityVerdict.ELIGIBLE,
        )
        .exclude(application__withdrawal__state=WithdrawalState.GRANTED)
        .select_related("application__submission__responsible")
        .annotate(begun=Count("scores", filter=Q(scores__level__isnull=False) & ~Q(scores__reason="")))
        .order_by("application__number")
    )
    interests = interests_in(person, call)
    found = [OwnAssessment(row.application, row, row.begun, interests[row.application_id]) for row in rows]
    return sorted(found, key=lambda own: (own.is_done, own.interest.is_conflict))


def assessments_by(person: Any, application: Application) -> QuerySet[Assessment]:
    """The person's own assignment, if there is one."""
    return application.assessments.select_related("assessor").filter(assessor_id=person.pk)


def assessment_in(person: Any, application: Application) -> Assessment:
    """The person's own assignment. Raises Assessment.DoesNotExist."""
    assessment = assessments_by(person, application).get()
    assessment.application = application
    return assessment


def is_assessor(person: Any) -> bool:
    return has_role(person, Role.ASSESSOR)


def criteria_of(application: Application) -> list[Criterion]:
    return list(application.submission.call.criteria.all())


def marks_of(assessment: Assessment) -> dict[str, Mark]:
    """Criterion code → what has been saved so far."""
    return {
        score.criterion.code: Mark(score.level, score.reason)
        for score in assessment.scores.select_related("criterion").order_by("criterion")
    }


# What waits ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a person: a sentence, where it is done, and by when if there is a day."""

    text: str
    url: str
    due_on: dt.date | None = None
    number: int = field(default=1)


def next_for(person: Any) -> list[Waiting]:
    """What waits for the person in this step, in the order to do it. A few queries per call that is being prepared."""
    found = [Waiting(asked.text, asked.url, asked.due_on) for asked in asked_of(person, clock.today())]
    if not is_delegation(person):
        return found
    for call in rounds_for(person):
        found += _next_in(person, call)
    return found


def _next_in(person: Any, call: Call) -> list[Waiting]:
    interests = interests_in(person, call)
    cases = list(cases_for(person).filter(submission__call=call))
    found = []
    open_ones = sum(1 for case in cases if interests[case.pk].is_open)
    if open_ones:
        text = ngettext(
            "Svara om jäv för %(count)s ansökan i %(call)s",
            "Svara om jäv för %(count)s ansökningar i %(call)s",
            open_ones,
        )
        found.append(
            Waiting(
                text % {"count": open_ones, "call": call.title},
                reverse("declare_conflicts", args=[call.slug]),
                number=open_ones,
            )
        )
    free = [
        case
        for case in cases
        if not interests[case.pk].is_conflict and not interests[case.pk].is_open and not is_withdrawn(case)
    ]
    if has_role(person, Role.CASE_OFFICER):
        found += [Waiting(asked.text, asked.url, asked.due_on) for asked in waits_for_officer(free, clock.today())]
        untried = [case for case in free if not hasattr(case, "eligibility")]
        if untried:
            text = ngettext(
                "Pröva behörigheten för %(count)s ansökan", "Pröva behörigheten för %(count)s ansökningar", len(untried)
            )
            url = reverse("try_eligibility", args=[call.slug, untried[0].number])
            found.append(Waiting(text % {"count": len(untried)}, url, number=len(untried)))
    if has_role(person, Role.ASSESSOR):
        left = [own for own in own_assessments(person, call) if own.is_to_do]
        if left:
            text = ngettext("Bedöm %(count)s ansökan", "Bedöm %(count)s ansökningar", len(left))
            url = reverse("assess", args=[call.slug, left[0].application.number])
            found.append(Waiting(text % {"count": len(left)}, url, number=len(left)))
    return found
