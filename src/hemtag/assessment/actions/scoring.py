"""Every write of an assessor: a draft, and handing it in."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.grants.checks import in_words
from hemtag.history.actions import record
from hemtag.history.queries import events_about
from hemtag.organisations.models import Person
from hemtag.refusals import Clash, Difference, WrongState, holds, require

from ..checks.assessing import (
    Mark,
    every_criterion_has_a_level,
    every_level_has_a_reason,
    levels_are_on_the_scale,
)
from ..models import ASSESSMENT_NEXT, Assessment, AssessmentState, Score
from ..queries import assessing as queries
from ..rules import assessing as rules


@transaction.atomic
def save_assessment(*, by: Person, assessment: Assessment, version: int, marks: Mapping[str, Mark]) -> Assessment:
    """Keep what has been written so far, however little. `marks`: criterion code → level and reason."""
    assessment = _written(by, assessment, version, marks)
    record(
        by=by,
        verb="saved_assessment",
        subject=assessment,
        details={"version": assessment.version, "levels": sum(mark.level is not None for mark in marks.values())},
    )
    return assessment


@transaction.atomic
def submit_assessment(*, by: Person, assessment: Assessment, version: int, marks: Mapping[str, Mark]) -> Assessment:
    """Hand in: every criterion has a level and a reason; afterwards nothing changes."""
    names = {c.code: c.name for c in assessment.application.submission.call.criteria.all()}
    assessment = _written(by, assessment, version, marks)
    holds([*every_criterion_has_a_level(marks, names), *every_level_has_a_reason(marks, names)])
    _move(assessment, AssessmentState.SUBMITTED)
    assessment.submitted_at = clock.now()
    assessment.save(update_fields=["state", "submitted_at"])
    record(
        by=by,
        verb="submitted_assessment",
        subject=assessment,
        details={"levels": {code: marks[code].level for code in names}},
        ground="13 § SFS 2024:1102",
    )
    return assessment


def _move(assessment: Assessment, state: AssessmentState) -> None:
    if state not in ASSESSMENT_NEXT[assessment.state]:
        raise WrongState(_("Bedömningen är %(state)s.") % {"state": assessment.get_state_display().lower()})
    assessment.state = state


def _written(by: Person, assessment: Assessment, version: int, marks: Mapping[str, Mark]) -> Assessment:
    """The marks written on the assessment, if it is still the version that the person started from."""
    require(rules.may_assess(by, assessment))
    assessment = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("assessor", "application")
        .get(pk=assessment.pk)
    )
    if assessment.state != AssessmentState.ASSIGNED:
        raise WrongState(
            _("Bedömningen lämnades in den %(day)s och går inte att ändra.")
            % {"day": in_words(clock.day_of(assessment.submitted_at)) if assessment.submitted_at else "–"}
        )
    holds(levels_are_on_the_scale(marks))
    if assessment.version != version:
        raise _assessment_clash(assessment, marks)
    criteria = {c.code: c for c in assessment.application.submission.call.criteria.all()}
    assessment.scores.all().delete()
    Score.objects.bulk_create(
        Score(assessment=assessment, criterion=criteria[code], level=mark.level, reason=mark.reason.strip())
        for code, mark in marks.items()
        if code in criteria and (mark.level is not None or mark.reason.strip())
    )
    assessment.version += 1
    assessment.save(update_fields=["version"])
    return assessment


def _assessment_clash(assessment: Assessment, marks: Mapping[str, Mark]) -> Clash:
    """Saved in another tab since: the same person's, but no less lost if it were written over."""
    saved = queries.marks_of(assessment)
    differences = []
    for criterion in assessment.application.submission.call.criteria.all():
        there, here = saved.get(criterion.code, Mark(None)), marks.get(criterion.code, Mark(None))
        if there.level != here.level or there.reason != here.reason.strip():
            level = _("Nivå %(level)s.") % {"level": there.level} if there.level is not None else _("Ingen nivå.")
            differences.append(Difference(criterion.code, criterion.name, f"{level} {there.reason}".strip()))
    last = events_about(assessment).first()
    return Clash(
        who=assessment.assessor.name,
        at=last.at if last else assessment.assigned_at,
        version=assessment.version,
        differences=differences,
    )
