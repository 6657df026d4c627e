"""The delegation's work in the demo: conflicts, eligibility, completion, assessments, prioritisation, decisions."""

from __future__ import annotations

import datetime as dt

from hemtag.assessment.actions import assessing, deciding, meetings, prioritising
from hemtag.assessment.checks.assessing import Answer, Mark, conditions_of
from hemtag.assessment.models import Assessment, Decision, Meeting
from hemtag.assessment.queries import deciding as decision_queries
from hemtag.assessment.queries.assessing import cases_for, eligibility_version, interests_in
from hemtag.grants.models import Application, Call
from hemtag.grants.reference import Reference
from hemtag.organisations.models import Person, Role

from .applying import Applications
from .clockwork import on
from .people import Cast

DECLARED_ON = dt.date(2026, 6, 17)
TRIED_ON = dt.date(2026, 6, 24)
ASSIGNED_ON = dt.date(2026, 8, 17)
ASSESSED_ON = dt.date(2026, 9, 10)
PRIORITISED_ON = dt.date(2026, 9, 21)
DECIDED_ON = dt.date(2026, 10, 1)
REASONS = "Ansökan uppfyller de formella villkoren. Protokollförda beslut finns från varje deltagande region."


def declare_conflicts(call: Call, cast: Cast, data: Reference) -> None:
    """Everyone who will read answers for every application: a shared region, or what the person knows of, is a conflict."""
    with on(DECLARED_ON):
        for role in (Role.CASE_OFFICER, Role.ASSESSOR, Role.DECISION_MAKER):
            for person in cast.all(role):
                _declare(person, call, cast, data)


def _declare(person: Person, call: Call, cast: Cast, data: Reference) -> None:
    known = next(row for row in data.people if row.email == person.email)
    interests = interests_in(person, call)
    for application in cases_for(person).filter(submission__call=call).prefetch_related("participants__region"):
        if not interests[application.pk].is_open:
            continue
        home = known.home_region in {row.region.code for row in application.participants.all()}
        has_conflict = bool(known.home_region) and home
        assessing.declare_conflict(
            by=person,
            application=application,
            has_conflict=has_conflict,
            circumstances=known.conflict if has_conflict else "",
        )


def try_all(call: Call, cast: Cast, data: Reference, written: Applications) -> None:
    officer = cast.one(Role.CASE_OFFICER)
    by_number = {row.number: data.application(key) for key, row in written.items()}
    for application in _handed_in(officer, call):
        completion = by_number[application.number].completion
        if completion is not None:
            with on(completion.asked_on):
                request = assessing.ask_completion(
                    by=officer, application=application, text=completion.question, due_on=completion.due_on
                )
            if completion.answered_on is not None:
                responsible = application.submission.responsible.code
                with on(completion.answered_on):
                    assessing.answer_completion(
                        by=cast.one(Role.REPRESENTATIVE, responsible), request=request, answer=completion.answer
                    )
        with on((completion and completion.answered_on) or TRIED_ON):
            answers = [Answer(condition.key, True, "") for condition in conditions_of(call.rule_set)]
            assessing.try_eligibility(
                by=officer,
                application=application,
                version=eligibility_version(application),
                answers=answers,
                is_eligible=True,
                reasons=REASONS,
            )


def _handed_in(officer: Person, call: Call) -> list[Application]:
    return list(cases_for(officer).filter(submission__call=call).order_by("number"))


def assess_all(call: Call, cast: Cast, data: Reference, written: Applications) -> None:
    """Three assessors per application, with the levels and reasons of the data."""
    officer = cast.one(Role.CASE_OFFICER)
    people = {person.email: person for person in cast.all(Role.ASSESSOR)}
    keys = {row.number: key for key, row in written.items()}
    marks = {(row.application, row.assessor): row for row in data.assessments}
    for application in _handed_in(officer, call):
        key = keys[application.number]
        assessors = [people[email] for application_key, email in marks if application_key == key]
        with on(ASSIGNED_ON):
            rows = assessing.assign_assessors(by=officer, application=application, assessors=assessors)
        with on(ASSESSED_ON):
            for row in rows:
                _assess(row, marks[key, row.assessor.email])


def _assess(row: Assessment, data: object) -> None:
    levels, reasons = getattr(data, "levels"), getattr(data, "reasons")  # noqa: B009
    given = {code: Mark(level, reasons[code]) for code, level in levels.items()}
    assessing.submit_assessment(by=row.assessor, assessment=row, version=row.version, marks=given)


def decide_all(call: Call, cast: Cast) -> Meeting:
    """Prioritise, meet, and adopt what the prioritisation proposes."""
    officer, makers = cast.one(Role.CASE_OFFICER), cast.all(Role.DECISION_MAKER)
    with on(PRIORITISED_ON):
        run = prioritising.prioritise(by=officer, call=call)
        meeting = meetings.arrange_meeting(
            by=officer,
            call=call,
            held_on=DECIDED_ON,
            run=run,
            chair=makers[0],
            deciders=makers,
            rapporteur=officer,
            others_present=", ".join(person.name for person in cast.all(Role.CASE_OFFICER)[1:]),
        )
        drafts = meetings.draft_decisions(by=officer, meeting=meeting)
    with on(DECIDED_ON):
        for draft in drafts:
            decision = Decision.objects.get(pk=draft.pk)
            deciders = decision_queries.taking_part(decision)[0]
            deciding.adopt(by=deciders[0], decision=decision, version=decision.version)
    return meeting
