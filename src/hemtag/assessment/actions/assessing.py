"""Every write from conflict of interest to assigned assessors; what assessors write is in `scoring`."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.grants.checks import in_words
from hemtag.grants.models import Application, Call
from hemtag.history.actions import record, register
from hemtag.history.models import Direction
from hemtag.organisations.models import Person
from hemtag.refusals import Clash, Difference, DoesNotHold, Problem, WrongState, holds, require

from ..checks.assessing import (
    ASSESSORS_WANTED,
    Answer,
    assessors_are_few_and_different,
    circumstances_are_stated,
    conditions_of,
    every_condition_is_answered,
    every_no_has_a_remark,
    shared_evenly,
    shared_region_is_a_conflict,
    verdict_follows_from_the_answers,
    verdict_has_reasons,
)
from ..models import (
    Assessment,
    AssessmentState,
    ConflictDeclaration,
    Eligibility,
    EligibilityVerdict,
)
from ..queries import assessing as queries
from ..rules import assessing as rules
from ..rules.corresponding import is_withdrawn
from .completing import answer_completion as answer_completion
from .completing import ask_completion as ask_completion
from .scoring import save_assessment as save_assessment
from .scoring import submit_assessment as submit_assessment

CONFLICT_GROUND = "16–18 §§ förvaltningslagen (2017:900)"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# Conflict of interest ------------------------------------------------------------------------------------


@transaction.atomic
def declare_conflict(
    *, by: Person, application: Application, has_conflict: bool, circumstances: str = ""
) -> ConflictDeclaration:
    """The person's word, before reading. A no may become a yes later; a yes is not taken back here.

    The circumstances stay out of the event: they may be of a private kind, and an event is never removed.
    """
    require(rules.may_declare(by, application))
    shared = rules.interest_of(by, application).shared
    holds(
        [
            *shared_region_is_a_conflict(has_conflict, shared),
            *circumstances_are_stated(has_conflict and not shared, circumstances),
        ]
    )
    said = ConflictDeclaration.objects.filter(application=application, person=by).first()
    if said is not None and said.has_conflict:
        raise WrongState(
            _("Du anmälde jäv i %(number)s den %(day)s. Anmälan ligger kvar och kan inte tas tillbaka här.")
            % {"number": application.number, "day": in_words(clock.day_of(said.declared_at))}
        )
    if said is not None and not has_conflict:
        return said  # Said once already, by a double click or in another tab.
    said, _created = ConflictDeclaration.objects.update_or_create(
        application=application,
        person=by,
        defaults={
            "has_conflict": has_conflict,
            "circumstances": circumstances.strip() if has_conflict else "",
            "declared_at": clock.now(),
        },
    )
    record(
        by=by,
        verb="declared_conflict",
        subject=application,
        details={"has_conflict": has_conflict},
        ground=CONFLICT_GROUND,
    )
    return said


@transaction.atomic
def declare_conflicts(
    *, by: Person, applications: Iterable[Application], answers: Mapping[str, tuple[bool, str]]
) -> list[ConflictDeclaration]:
    """Several at once, all or none; `answers`: application number → (has a conflict, circumstances).

    A problem's field is the check's word and the number: "circumstances_2026-003".
    """
    made, problems = [], []
    for application in applications:
        if application.number not in answers:
            continue
        has_conflict, circumstances = answers[application.number]
        try:
            made.append(
                declare_conflict(by=by, application=application, has_conflict=has_conflict, circumstances=circumstances)
            )
        except DoesNotHold as refusal:
            problems += [
                Problem(
                    f"{application.number}: {problem.message}",
                    field=f"{problem.field}_{application.number}",
                    rule=problem.rule,
                )
                for problem in refusal.problems
            ]
    holds(problems)
    return made


# Eligibility ---------------------------------------------------------------------------------------------


@transaction.atomic
def try_eligibility(
    *,
    by: Person,
    application: Application,
    version: int,
    answers: Sequence[Answer],
    is_eligible: bool,
    reasons: str,
) -> Eligibility:
    """The verdict on the formal conditions, with its reasons. May be tried again until an assessment is handed in."""
    require(rules.may_handle(by, application))
    application = Application.objects.select_for_update().get(pk=application.pk)
    _eligibility_can_be_tried(application, clock.today())
    conditions = conditions_of(application.submission.call.rule_set)
    kept = [answer for answer in answers if answer.key in {condition.key for condition in conditions}]
    holds(
        [
            *every_condition_is_answered(conditions, kept),
            *every_no_has_a_remark(kept),
            *verdict_follows_from_the_answers(is_eligible, kept),
            *verdict_has_reasons(reasons),
        ]
    )
    if queries.eligibility_version(application) != version:
        raise _eligibility_clash(application, reasons)
    verdict = EligibilityVerdict.ELIGIBLE if is_eligible else EligibilityVerdict.INELIGIBLE
    eligibility, _created = Eligibility.objects.update_or_create(
        application=application,
        defaults={
            "verdict": verdict,
            "answers": [
                {"key": answer.key, "is_met": answer.is_met, "remark": answer.remark.strip()} for answer in kept
            ],
            "reasons": reasons.strip(),
            "tried_by": by,
            "tried_at": clock.now(),
        },
    )
    register(
        subject=f"Behörighetsprövning av ansökan {application.number}: {_verdict_in_register(verdict)}",
        party=application.submission.responsible.name,
        direction=Direction.DRAWN_UP,
        case_number=application.submission.case_number,
        sha256=_sha256(eligibility.reasons),
    )
    record(
        by=by,
        verb="tried_eligibility",
        subject=application,
        details={"verdict": verdict.value, "not_met": [answer.key for answer in kept if not answer.is_met]},
        ground="5 och 9 §§ SFS 2024:1102",
    )
    return eligibility


def _verdict_in_register(verdict: EligibilityVerdict) -> str:
    """The register is kept in Swedish whatever the language of the page."""
    return "behörig" if verdict == EligibilityVerdict.ELIGIBLE else "avvisas"


def _eligibility_can_be_tried(application: Application, today: dt.date) -> None:
    if not rules.is_handed_in(application):
        raise WrongState(_("Ansökan %(number)s är inte inlämnad.") % {"number": application.number})
    if is_withdrawn(application):
        raise WrongState(_("Ansökan %(number)s är avskriven.") % _number(application))
    if rules.is_decided(application):
        raise WrongState(_("Ansökan %(number)s är beslutad. Behörigheten prövas inte om.") % _number(application))
    if application.assessments.filter(state=AssessmentState.SUBMITTED).exists():
        raise WrongState(
            _("Bedömningar av %(number)s är inlämnade. Behörigheten prövas inte om.") % _number(application)
        )
    waiting = queries.waiting_request(application, today)
    if waiting is not None:
        raise WrongState(
            _("Regionen har till och med %(day)s på sig att komplettera %(number)s. Pröva behörigheten därefter.")
            % {"day": in_words(waiting.due_on), "number": application.number}
        )


def _number(application: Application) -> dict[str, str]:
    return {"number": application.number}


def _eligibility_clash(application: Application, reasons: str) -> Clash:
    other = application.eligibility
    theirs = f"{other.get_verdict_display()}. {other.reasons}"
    return Clash(
        who=other.tried_by.name if other.tried_by else "Hemtag",
        at=other.tried_at,
        version=queries.eligibility_version(application),
        differences=[Difference("reasons", _("Utfall och skäl"), theirs)] if other.reasons != reasons.strip() else [],
    )


# Assessors -----------------------------------------------------------------------------------------------


@transaction.atomic
def assign_assessors(*, by: Person, application: Application, assessors: Sequence[Person]) -> list[Assessment]:
    """Let exactly these people assess the application; who has handed in stays.

    Whoever is not named is taken off, with what they had begun. Raises DoesNotHold for someone with a conflict.
    """
    require(rules.may_handle(by, application))
    application = Application.objects.select_for_update().get(pk=application.pk)
    _can_be_assigned(application)
    before = {row.assessor_id: row for row in application.assessments.select_related("assessor")}
    barred = queries.barred_from([application], [row.assessor for row in before.values()])[application.pk]
    done = {pk for pk, row in before.items() if row.state == AssessmentState.SUBMITTED}
    chosen = [person.pk for person in assessors]
    # A handed-in assessment by someone who has declared a conflict since does not count and takes nobody's place.
    kept = [*chosen, *sorted(done - set(chosen) - barred)]
    problems = assessors_are_few_and_different(kept)
    problems += [
        Problem(verdict.reason, field="assessors", rule="may_be_assessor")
        for person in assessors
        if person.pk not in done - barred and not (verdict := rules.may_be_assessor(person, application))
    ]
    holds(problems)
    removed = [row for pk, row in before.items() if pk not in chosen and pk not in done]
    for row in removed:
        row.delete()
    added = [
        Assessment.objects.create(application=application, assessor=person, assigned_by=by, assigned_at=clock.now())
        for person in assessors
        if person.pk not in before
    ]
    if added or removed:
        record(
            by=by,
            verb="assigned_assessor",
            subject=application,
            details={
                "added": [row.assessor.name for row in added],
                "removed": [row.assessor.name for row in removed],
            },
        )
    return list(application.assessments.select_related("assessor"))


def _can_be_assigned(application: Application) -> None:
    if not rules.is_handed_in(application):
        raise WrongState(_("Ansökan %(number)s är inte inlämnad.") % _number(application))
    if not rules.is_eligible(application):
        raise WrongState(_("Ansökan %(number)s är inte prövad som behörig än.") % _number(application))
    if is_withdrawn(application):
        raise WrongState(_("Ansökan %(number)s är avskriven.") % _number(application))
    if rules.is_decided(application):
        raise WrongState(_("Ansökan %(number)s är beslutad och bedöms inte mer.") % _number(application))


@dataclass(frozen=True)
class AssignedRound:
    """What an even assignment of a round did: assignments made, and applications that still lack assessors."""

    made: int
    short: tuple[str, ...]


@transaction.atomic
def assign_round(*, by: Person, call: Call) -> AssignedRound:
    """Fill every eligible application that the case officer may handle up to three assessors, as evenly as it goes.

    Those who are assigned stay. One event per application that got somebody.
    """
    require(rules.may_assign_round(by))
    interests = queries.interests_in(by, call)
    cases = [
        case
        for case in queries.cases_for(by).filter(submission__call=call).order_by("number")
        if rules.reading(by, interests[case.pk]) and rules.is_eligible(case) and not rules.is_decided(case)
        if not is_withdrawn(case)
    ]
    people = {person.pk: person for person in queries.assessors()}
    barred = queries.barred_from(cases, people.values())
    held: dict[int, list[Person]] = {case.pk: [] for case in cases}
    for row in queries.counting().filter(application__in=cases).select_related("assessor"):
        held[row.application_id].append(row.assessor)
        barred[row.application_id].add(row.assessor_id)
    carried = queries.loads(call)
    shares = shared_evenly(
        {pk: ASSESSORS_WANTED - len(who) for pk, who in held.items()}, barred, {pk: carried[pk] for pk in people}
    )
    made, short = 0, []
    for case in cases:
        new = [people[pk] for pk in shares[case.pk]]
        if new:
            assign_assessors(by=by, application=case, assessors=[*held[case.pk], *new])
            made += len(new)
        if len(held[case.pk]) + len(new) < ASSESSORS_WANTED:
            short.append(case.number)
    return AssignedRound(made, tuple(short))
