"""Arrange a meeting, and draft the decisions that it will make from a run."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag.assessment import explaining, planning, valuing, wording
from hemtag.assessment.checks import deciding as checks
from hemtag.assessment.models import (
    BlockDecision,
    Decision,
    DecisionState,
    EligibilityVerdict,
    GrantedYear,
    Meeting,
    PlannedPayment,
    Run,
)
from hemtag.assessment.queries import deciding as queries
from hemtag.assessment.queries.assessing import mean_scores
from hemtag.assessment.queries.prioritising import levels_of
from hemtag.assessment.queries.seeing import require_no_conflict
from hemtag.assessment.rules.deciding import may_arrange_meeting, may_draft
from hemtag.grants.actions.openings import close_openings
from hemtag.grants.models import Application, Call, Criterion, Opening, OpeningState
from hemtag.history.actions import record
from hemtag.organisations.models import Person, Role
from hemtag.refusals import Problem, WrongState, holds, require


@transaction.atomic
def arrange_meeting(
    *,
    by: Person,
    call: Call,
    held_on: dt.date,
    run: Run,
    chair: Person,
    deciders: Sequence[Person],
    rapporteur: Person,
    others_present: str = "",
) -> Meeting:
    """A meeting where the delegation decides, with the run that its drafts are made from."""
    require(may_arrange_meeting(by))
    chosen = {person.pk for person in deciders}
    makers = {person.pk for person in queries.holders_of(Role.DECISION_MAKER)}
    officers = {person.pk for person in queries.holders_of(Role.CASE_OFFICER)}
    problems = [
        *checks.deciders_may_decide(chosen, makers),
        *checks.chair_is_a_decider(chair.pk, chosen),
        *checks.rapporteur_does_not_decide(rapporteur.pk, chosen, officers),
    ]
    if run.call_id != call.pk:
        problems.append(Problem(_("Körningen hör till en annan utlysning."), field="run"))
    holds(problems)
    meeting = Meeting.objects.create(
        call=call, held_on=held_on, run=run, chair=chair, rapporteur=rapporteur, others_present=others_present
    )
    meeting.deciders.set(deciders)
    details = {"held_on": held_on.isoformat(), "run": run.number, "deciders": sorted(p.name for p in deciders)}
    record(by=by, verb="arranged_meeting", subject=meeting, details=details, ground="31 § förvaltningslagen")
    return meeting


@transaction.atomic
def draft_decisions(*, by: Person, meeting: Meeting) -> list[Decision]:
    """A draft for every application that the run weighed or that was found ineligible, and that has no decision.

    Drafts that an earlier meeting left undecided are made anew for this one. A draft that this meeting already has
    keeps what has been written in it. Raises NotAllowed for someone in conflict in one of them, WrongState when nothing
    is left to draft or an application is opened for completion or adjustment.
    """
    require(may_draft(by))
    close_openings(by=None)
    in_round = {row["id"] for row in meeting.run.round["applications"]}
    waiting = [
        application
        for application in queries.undecided(meeting.call)
        .exclude(decision__meeting=meeting)
        .prefetch_related("blocks", "measuring_points")
        if application.number in in_round or not queries.is_eligible(application)
    ]
    if not waiting:
        raise WrongState(_("Alla ansökningar som körningen omfattar har redan ett förslag eller ett beslut."))
    officers = queries.holders_of(Role.CASE_OFFICER)
    require_no_conflict(by, waiting, officers, _("låta skriva förslag där ansökan är med"))
    is_open = Opening.objects.filter(application__in=waiting, state=OpeningState.OPEN)
    opened = list(is_open.order_by("application__number").values_list("application__number", flat=True))
    if opened:
        raise WrongState(
            _("%(numbers)s är öppnad för komplettering eller justering. Skriv förslag när svaret har kommit.")
            % {"numbers": ", ".join(opened)}
        )
    Decision.objects.filter(application__in=waiting, state=DecisionState.DRAFT).delete()
    background = _Background(meeting, waiting)
    drafts = [_draft(meeting, application, background) for application in waiting]
    details = {"decisions": [draft.number for draft in drafts], "run": meeting.run.number}
    record(by=by, verb="drafted_decisions", subject=meeting, details=details)
    return drafts


class _Background:
    """What all drafts of a meeting share, read once."""

    def __init__(self, meeting: Meeting, applications: list[Application]) -> None:
        self.run = meeting.run
        self.weighed = explaining.by_id(meeting.run.round)
        self.chosen = set(meeting.run.result["chosen"])
        self.criteria = list(Criterion.objects.filter(call=meeting.call))
        self.levels = levels_of(Application.objects.filter(pk__in=[row.pk for row in applications]))
        self.scores = mean_scores(meeting.call)
        blocks = [block.pk for row in applications for block in row.blocks.all()]
        self.requested = queries.requested_per_block(blocks)

    def reason(self, key: str) -> str:
        """What decided for one block in the run."""
        block = self.weighed[key]
        if key in self.chosen:
            return wording.chosen_reason(block, explaining.needed_by(key, self.weighed, self.chosen))
        return wording.obstacle(explaining.obstacle(block, self.run.round, self.run.result))

    def reasons(self, application: Application, chosen: int, blocks: int, rule: str) -> str:
        levels = self.levels.get(application.pk, [])
        means = valuing.criterion_means(levels)
        judged = [wording.JudgedCriterion(c.name, c.weight, means.get(c.pk, Fraction(0))) for c in self.criteria]
        score = self.scores.get(application.pk, Fraction(0))
        return wording.reasons(judged, score, len(levels), chosen, blocks, rule)


def _draft(meeting: Meeting, application: Application, known: _Background) -> Decision:
    """What is chosen is granted as requested. An application found ineligible after the run gets nothing all the same."""
    blocks = list(application.blocks.all())
    keys = {block.pk: f"{application.number}/{block.number}" for block in blocks}
    tried = application.eligibility
    dismissed = tried.verdict == EligibilityVerdict.INELIGIBLE
    granted = {
        block.pk: known.requested.get(block.pk, {})
        for block in blocks
        if keys[block.pk] in known.chosen and not dismissed
    }
    per_year: Counter[int] = Counter()
    for years in granted.values():
        per_year.update(years)
    rule = wording.clause(meeting.call.rule_set or {}, "13 §")
    decision = Decision.objects.create(
        meeting=meeting,
        application=application,
        number=f"B{application.number}",
        reasons=wording.dismissal(tried.reasons)
        if dismissed
        else known.reasons(application, len(granted), len(blocks), rule),
        **(_terms(meeting, application, per_year) if per_year else {}),
    )
    rows = BlockDecision.objects.bulk_create(
        BlockDecision(
            decision=decision,
            block=block,
            is_granted=block.pk in granted,
            was_proposed=block.pk in granted,
            reason="Ansökan avvisas." if dismissed else known.reason(keys[block.pk]),
        )
        for block in blocks
    )
    GrantedYear.objects.bulk_create(
        GrantedYear(block_decision=row, year=year, amount_sek=sek)
        for row in rows
        for year, sek in granted.get(row.block_id, {}).items()
    )
    PlannedPayment.objects.bulk_create(
        PlannedPayment(decision=decision, due_on=day, amount_sek=sek)
        for day, sek in planning.usual_plan(per_year, meeting.held_on)
    )
    return decision


def _terms(meeting: Meeting, application: Application, per_year: Mapping[int, int]) -> dict[str, Any]:
    """Conditions, period and days for reporting as they usually are: the case officer changes what should differ."""
    first, last = min(per_year), max(per_year)
    points = [(row.on, row.indicator, row.baseline, row.target) for row in application.measuring_points.all()]
    return {
        "conditions": wording.conditions(points, application.submission.responsible.name),
        "reporting": wording.REPORTING,
        "period_from": max(meeting.held_on, dt.date(first, 1, 1)),
        "period_to": dt.date(last, 12, 31),
        "interim_due_on": dt.date(first + 1, 3, 1) if last > first else None,
        "final_due_on": dt.date(last + 1, 3, 31),
    }
