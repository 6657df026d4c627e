"""The delegation's work in the demo: conflicts, eligibility, completion, assessments, prioritisation, decisions."""

from __future__ import annotations

import datetime as dt

from hemtag.assessment.actions import assessing, deciding, meetings, prioritising, workbench
from hemtag.assessment.checks.assessing import Answer, Mark, conditions_of
from hemtag.assessment.models import Assessment, Decision, Meeting
from hemtag.assessment.queries import deciding as decision_queries
from hemtag.assessment.queries.assessing import cases_for, eligibility_version, interests_in
from hemtag.grants.models import Application, Call
from hemtag.grants.reference import Reference
from hemtag.organisations.models import Person, Role

from . import corresponding
from .applying import Applications
from .clockwork import on
from .people import Cast

DECLARED_ON = dt.date(2026, 6, 17)
TRIED_ON = dt.date(2026, 6, 24)
ASSIGNED_ON = dt.date(2026, 8, 17)
ASSESSED_ON = dt.date(2026, 9, 10)
TRIED_AT_THE_BENCH_ON = dt.date(2026, 9, 17)
PRIORITISED_ON = dt.date(2026, 9, 21)
DECIDED_ON = dt.date(2026, 10, 1)
OTHER_SUPPORT = "Åtgärden får annat statligt stöd, och bidrag får då inte lämnas (5 §). Ansökan avvisas."
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
    keys = {row.number: key for key, row in written.items()}
    for application in _handed_in(officer, call):
        key = keys[application.number]
        known = data.application(key)
        completion = known.completion
        if completion is not None:
            with on(completion.asked_on):
                request = assessing.ask_completion(
                    by=officer,
                    application=application,
                    text=completion.question,
                    due_on=completion.due_on,
                    sections=corresponding.sections_to_complete(key, application),
                )
            if completion.answered_on is not None:
                with on(completion.answered_on):
                    corresponding.complete(key, application, request, cast, completion.answer)
        with on((completion and completion.answered_on) or TRIED_ON):
            support = "; ".join(f"{row.name}: {row.text}" for row in known.other_support)
            answers = [
                Answer(
                    key,
                    not (support and key == "no_other_state_support"),
                    support if key == "no_other_state_support" else "",
                )
                for key in (condition.key for condition in conditions_of(call.rule_set))
            ]
            assessing.try_eligibility(
                by=officer,
                application=application,
                version=eligibility_version(application),
                answers=answers,
                is_eligible=known.is_eligible,
                reasons=REASONS if known.is_eligible else OTHER_SUPPORT,
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
        if not assessors:
            continue
        with on(ASSIGNED_ON):
            rows = assessing.assign_assessors(by=officer, application=application, assessors=assessors)
        with on(ASSESSED_ON):
            for row in rows:
                _assess(row, marks[key, row.assessor.email])


def _assess(row: Assessment, data: object) -> None:
    levels, reasons = getattr(data, "levels"), getattr(data, "reasons")  # noqa: B009
    given = {code: Mark(level, reasons[code]) for code, level in levels.items()}
    assessing.submit_assessment(by=row.assessor, assessment=row, version=row.version, marks=given)


# (application, title of block, how it is locked, why)
TRIED = (
    ("Riskhanteringen med", "ai", "Riskhantering", "in", "De fyra hindren behöver lösas tillsammans."),
    (
        "Utan team i Västernorrland",
        "mobila-team",
        "Team i Västernorrland",
        "ut",
        "Resultatet från de första teamen avvaktas.",
    ),
)
SETTLED = (
    "Delegationen gick igenom körningen block för block och två scenarier. Körningen fryses som den är: varje avvikelse "
    "prövas för sig när besluten skrivs, mot det pris som den har här."
)


def try_at_the_workbench(call: Call, cast: Cast, written: Applications) -> None:
    """What the delegation tries before its meeting: two scenarios, and a run that is frozen and published."""
    officer = cast.one(Role.CASE_OFFICER)
    with on(TRIED_AT_THE_BENCH_ON):
        run = prioritising.prioritise(by=officer, call=call)
        for name, key, title, way, reason in TRIED:
            block = f"{written[key].number}/{written[key].blocks.get(title=title).number}"
            workbench.name_scenario(by=officer, run=run, name=name, changes=[f"{way}:{block}:{reason}"])
        present = "\n".join(person.name for person in cast.all(Role.DECISION_MAKER))
        frozen = workbench.freeze_run(by=officer, run=run, changes=[], note=SETTLED, present=present)
        workbench.publish_run(by=officer, run=frozen)


# (application, title of block, granted or not, why the delegation departs from the prioritisation)
DEPARTURES = (
    (
        "mobila-team",
        "Team i Västernorrland",
        False,
        "Delegationen vill se resultatet från teamen i Norrbotten och Västerbotten innan fler team byggs upp. "
        "Utrymmet under 2027 behövs för riskhanteringen i det regiongemensamma arbetet med AI.",
    ),
    (
        "ai",
        "Riskhantering",
        True,
        "De fyra hindren data, juridik, riskhantering och nyttorealisering behöver lösas tillsammans. Utan gemensamma "
        "riskanalyser får varje region göra dem själv, och det som de övriga blocken tar fram kan inte tas i bruk.",
    ),
)


def _depart(call: Call, officer: Person, written: Applications) -> None:
    """People decide: in two blocks the delegation does otherwise than the optimum, with its reasons."""
    for key, title, is_granted, reason in DEPARTURES:
        decision = Decision.objects.get(application=written[key])
        number = decision.application.blocks.get(title=title).number
        block = {**decision_queries.editable(decision)["blocks"][number]}
        block |= {"is_granted": is_granted, "departure_reason": reason, "reason": reason}
        block.pop("amounts")
        deciding.edit_decision(
            by=officer, decision=decision, version=decision.version, values={"blocks": {number: block}}
        )


def decide_all(call: Call, cast: Cast, written: Applications) -> Meeting:
    """Prioritise, meet, and adopt what the prioritisation proposes but for the delegation's two departures."""
    officer, makers = cast.one(Role.CASE_OFFICER), cast.all(Role.DECISION_MAKER)
    with on(PRIORITISED_ON):
        run = prioritising.prioritise(by=officer, call=call)
        meeting = meetings.arrange_meeting(
            by=officer,
            call=call,
            held_on=DECIDED_ON,
            run=run,
            chair=next(person for person in makers if person.title == "Ordförande"),
            deciders=makers,
            rapporteur=officer,
            others_present=", ".join(person.name for person in cast.all(Role.CASE_OFFICER)[1:]),
        )
        drafts = meetings.draft_decisions(by=officer, meeting=meeting)
        _depart(call, officer, written)
    corresponding.talk(cast, written, before_decision=True)
    corresponding.communicate_all(call, cast, written)
    with on(DECIDED_ON):
        for draft in drafts:
            decision = Decision.objects.get(pk=draft.pk)
            deciders = decision_queries.taking_part(decision)[0]
            deciding.adopt(by=deciders[0], decision=decision, version=decision.version)
    return meeting
