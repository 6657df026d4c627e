"""Writing a form: § 9's common parts, its applications and their measuring points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, holds, require

from .. import rules, sections
from ..checks.editing import point_is_whole, texts_fit
from ..models import Application, Call, MeasureType, MeasuringPoint, Participant, Submission
from .saving import (
    Change,
    before_and_after,
    changes_of,
    clean_texts,
    known_only,
    locked_common,
    locked_draft,
    locked_for,
    refuse_stale,
    stamp,
    touch,
)

SUBMISSION_TEXTS = ("economic_analysis", "development_needs")
APPLICATION_TEXTS = (
    "title",
    "summary",
    "description",
    "goals",
    "plan_owner",
    "plan_budget",
    "plan_lasting",
    "spreading",
)


@transaction.atomic
def start_application(
    *, by: Person, call: Call, region: Organisation, title: str, is_invented: bool = False
) -> Application:
    """A new application in the region's one form of the call, which is created when it is missing.

    The responsible region takes part from the start. The number is never given again.
    """
    require(rules.may_start(by, call, region))
    fresh_call = Call.objects.select_for_update().get(pk=call.pk)
    submission = Submission.objects.filter(call=fresh_call, responsible=region).first()
    if submission is None:
        submission = Submission.objects.create(call=fresh_call, responsible=region)
    else:
        submission = locked_draft(submission)
    fresh_call.started += 1
    fresh_call.save(update_fields=["started"])
    application = Application(
        submission=submission, number=f"{fresh_call.slug}-{fresh_call.started:03d}", is_invented=is_invented
    )
    application.title = clean_texts(application, {"title": title}, ["title"])["title"]
    stamp(application, by)
    application.save()
    Participant.objects.create(application=application, region=region)
    record(by=by, verb="started", subject=application, details={"region": region.code})
    return application


@transaction.atomic
def edit_submission(*, by: Person, submission: Submission, version: int, values: Mapping[str, Any]) -> Submission:
    """§ 9's two common parts. Returns the submission as saved."""
    require(rules.may_write(by, submission))
    fresh = locked_common(submission)
    known_only(values, SUBMISSION_TEXTS)
    changes = changes_of(fresh, clean_texts(fresh, values, SUBMISSION_TEXTS))
    refuse_stale(fresh, sent=version, changes=changes)
    if not changes:
        return fresh
    for change in changes:
        setattr(fresh, change.field, change.after)
    touch(fresh, by, [change.field for change in changes])
    fresh.save(update_fields=[*SUBMISSION_TEXTS, "version", "touched"])
    record(
        by=by,
        verb="edited",
        subject=fresh,
        details={"version": fresh.version, "changes": before_and_after(changes)},
    )
    return fresh


@transaction.atomic
def edit_application(*, by: Person, application: Application, version: int, values: Mapping[str, Any]) -> Application:
    """Texts of the application and its plan; `measure_types` as rows or codes. Returns it as saved."""
    require(rules.may_write(by, application.submission))
    submission = locked_for(application.submission_id, application.pk, sections.TEXT)
    fresh = Application.objects.select_for_update().get(pk=application.pk)
    fresh.submission = submission
    known_only(values, [*APPLICATION_TEXTS, "measure_types"])
    changes = changes_of(fresh, clean_texts(fresh, values, APPLICATION_TEXTS))
    kinds: list[MeasureType] | None = None
    if "measure_types" in values:
        kinds = _measure_types(submission.call, values["measure_types"])
        now = list(fresh.measure_types.all())
        if {kind.pk for kind in now} != {kind.pk for kind in kinds}:
            names = ", ".join(kind.name for kind in now)
            changes.append(Change("measure_types", [kind.code for kind in now], [kind.code for kind in kinds], names))
    refuse_stale(fresh, sent=version, changes=changes)
    if not changes:
        return fresh
    for change in changes:
        if change.field != "measure_types":
            setattr(fresh, change.field, change.after)
    if kinds is not None:
        fresh.measure_types.set(kinds)
    _save(fresh, by, "edited", changes)
    return fresh


@transaction.atomic
def set_measuring_points(
    *, by: Person, application: Application, version: int, rows: Sequence[Mapping[str, Any]]
) -> Application:
    """All the measuring points at once: on, indicator, baseline, target. Returns the application as saved."""
    require(rules.may_write(by, application.submission))
    submission = locked_for(application.submission_id, application.pk, sections.POINTS)
    fresh = Application.objects.select_for_update().get(pk=application.pk)
    fresh.submission = submission
    after = [_point(row) for row in rows]
    holds(problem for place, row in enumerate(after) for problem in _point_problems(place, row))
    before = list(fresh.measuring_points.values("on", "indicator", "baseline", "target"))
    if before != sorted(after, key=lambda row: row["on"]):
        changes = [Change("measuring_points", _plain_points(before), _plain_points(after), _in_words(before))]
        refuse_stale(fresh, sent=version, changes=changes)
        fresh.measuring_points.all().delete()
        MeasuringPoint.objects.bulk_create(MeasuringPoint(application=fresh, **row) for row in after)
        _save(fresh, by, "measuring_points_set", changes)
    return fresh


@transaction.atomic
def remove_application(*, by: Person, application: Application) -> None:
    """Take a draft out of the form. The number is not given again, and the event tells that it was there."""
    require(rules.may_write(by, application.submission))
    locked_draft(application.submission_id)
    fresh = Application.objects.get(pk=application.pk)
    record(by=by, verb="removed", subject=fresh, details={"number": fresh.number})
    fresh.delete()


def _save(application: Application, by: Person, verb: str, changes: Iterable[Change]) -> None:
    changes = list(changes)
    touch(application, by, [change.field for change in changes])
    stamp(application, by)
    application.save()
    record(
        by=by,
        verb=verb,
        subject=application,
        details={"version": application.version, "changes": before_and_after(changes)},
    )


def _measure_types(call: Call, wanted: Iterable[MeasureType | str]) -> list[MeasureType]:
    """The call's own measure types among the wanted rows or codes; DoesNotHold for any other."""
    known = {kind.code: kind for kind in call.measure_types.all()}
    found = []
    for kind in wanted:
        code = kind if isinstance(kind, str) else kind.code
        if code not in known or (isinstance(kind, MeasureType) and kind.call_id != call.pk):
            message = _("Åtgärdstypen %(code)s finns inte i utlysningen. Välj bland dem som visas.") % {"code": code}
            raise DoesNotHold([Problem(message, field="measure_types", rule="measure_type_is_of_the_call")])
        found.append(known[code])
    return found


def _point(row: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: str(row.get(name) or "").strip() for name in ("indicator", "baseline", "target")}
    return {"on": row.get("on"), **texts}


def _point_problems(place: int, row: Mapping[str, Any]) -> list[Problem]:
    limits = {"indicator": 200, "baseline": 120, "target": 120}
    labels = {"indicator": _("Indikatorn"), "baseline": _("Utgångsvärdet"), "target": _("Målvärdet")}
    long = texts_fit({name: row[name] for name in limits}, limits, labels)
    placed = [Problem(problem.message, field=f"{place}.{problem.field}", rule=problem.rule) for problem in long]
    return [*point_is_whole(place, row), *placed]


def _plain_points(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "on": row["on"].isoformat()} for row in rows]


def _in_words(rows: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(f"{row['on']} {row['indicator']} ({row['baseline']} → {row['target']})" for row in rows)
