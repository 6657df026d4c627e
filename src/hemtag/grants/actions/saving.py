"""How a draft is saved: only while it is a draft, only on top of the version that was read, only what has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hemtag import clock
from hemtag.history.queries import events_about
from hemtag.organisations.models import Person
from hemtag.refusals import Clash, Difference, WrongState, holds

from .. import rules, sections
from ..checks.editing import LONGEST_TEXT, texts_fit, title_is_given
from ..models import Submission

LABELS: dict[str, str | Promise] = {
    "economic_analysis": _("Ekonomiska förutsättningar"),
    "development_needs": _("Områden med stora utvecklingsbehov"),
    "title": _("Titel"),
    "summary": _("Sammanfattning"),
    "description": _("Beskrivning av åtgärden"),
    "goals": _("Vad åtgärden ska leda till"),
    "measure_types": _("Åtgärdstyper"),
    "plan_owner": _("Implementeringsplanens ägare"),
    "plan_budget": _("Budget efter bidraget"),
    "plan_lasting": _("Så består effekten"),
    "spreading": _("Gott exempel för andra regioner"),
    "measuring_points": _("Mätpunkter"),
    "purpose": _("Syfte"),
    "activities": _("Aktiviteter"),
    "obstacle": _("Hinder som blocket löser"),
    "needs": _("Block som det här blocket behöver"),
    "effects": _("Effekter"),
    "body": _("Beslutande organ"),
    "paragraph": _("Paragraf"),
    "decided_on": _("Beslutsdag"),
    "other_support": _("Annat statligt stöd"),
    "other_support_text": _("Vilket stöd"),
    "minutes": _("Protokoll"),
}


@dataclass(frozen=True)
class Change:
    """A field that will get another value. `before` and `after` are plain JSON, `theirs` what is saved, in words."""

    field: str
    before: Any
    after: Any
    theirs: str


def locked_draft(submission: Submission | int) -> Submission:
    """The submission as it stands now, locked until the transaction ends; WrongState unless it is a draft."""
    return locked_for(submission, None, "")


def locked_for(submission: Submission | int, application: int | None, section: str) -> Submission:
    """As `locked_draft`, and open too when the delegation has opened this section of the application (its key)."""
    fresh = locked(submission)
    verdict = rules.still_draft(fresh)
    if not verdict and application is not None and rules.is_opened(application, section):
        return fresh
    if not verdict:
        raise WrongState(verdict.reason)
    return fresh


def locked(submission: Submission | int) -> Submission:
    pk = submission if isinstance(submission, int) else submission.pk
    rows = Submission.objects.select_related("call", "responsible", "submitted_by")
    return rows.select_for_update(of=("self",)).get(pk=pk)


def clean_texts(row: Model, values: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """The texts among `values`, with one kind of line end and no space around; DoesNotHold when one is too long."""
    wanted = {name: str(values[name] or "").replace("\r\n", "\n").strip() for name in names if name in values}
    limits, labels = {}, {}
    for name in wanted:
        column = row._meta.get_field(name)
        limits[name] = column.max_length or LONGEST_TEXT if isinstance(column, CharField) else LONGEST_TEXT
        labels[name] = str(LABELS[name])
    holds([*title_is_given(wanted), *texts_fit(wanted, limits, labels)])
    return wanted


def known_only(values: Mapping[str, Any], names: Iterable[str]) -> None:
    """A field that the action does not know is a fault in the program, not in what a person wrote."""
    unknown = set(values) - set(names)
    if unknown:
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")


def changes_of(row: Model, values: Mapping[str, Any]) -> list[Change]:
    found = []
    for name, after in values.items():
        before = getattr(row, name)
        if before != after:
            shown = getattr(row, f"get_{name}_display", None)
            found.append(Change(name, plain(before), plain(after), str((shown() if shown else before) or "")))
    return found


def refuse_stale(row: Any, *, sent: int, changes: Iterable[Change]) -> None:
    """Raise Clash when somebody else has changed one of these very fields after the version that was read.

    Sending what is saved already is no clash, and two people in different fields do not stand in each other's way.
    """
    stale = [change for change in changes if touched_in(row, change.field) > sent]
    if not stale:
        return
    last = max((row.touched[change.field] for change in stale), key=lambda touch: int(touch["version"]))
    raise Clash(
        who=last["by"],
        at=dt.datetime.fromisoformat(last["at"]),
        version=row.version,
        differences=[Difference(c.field, str(LABELS.get(c.field, c.field)), c.theirs) for c in stale],
    )


def touched_in(row: Any, field: str) -> int:
    """The row's version that last changed the field: the field's own version."""
    return int(row.touched.get(field, {}).get("version", 1))


def touch(row: Any, by: Person, fields: Iterable[str]) -> None:
    """One version up, with who changed which fields in it."""
    row.version += 1
    mark = {"version": row.version, "by": by.name, "at": clock.now().isoformat()}
    row.touched = {**row.touched, **dict.fromkeys(fields, mark)}


def clash_about(row: Model, saved: int, differences: Iterable[Difference], verbs: Iterable[str]) -> Clash:
    last = events_about(row).filter(verb__in=list(verbs)).first()
    return Clash(
        who=last.actor if last else "–", at=last.at if last else clock.now(), version=saved, differences=differences
    )


def before_and_after(changes: Iterable[Change]) -> dict[str, dict[str, Any]]:
    return {change.field: {"before": change.before, "after": change.after} for change in changes}


def stamp(row: Any, by: Person) -> None:
    row.updated_by, row.updated_at = by, clock.now()


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def locked_common(submission: Submission) -> Submission:
    """For the two common texts: a draft, or one of the form's applications has them opened."""
    fresh = locked(submission)
    verdict = rules.still_draft(fresh)
    opened = any(rules.is_opened(application, sections.COMMON) for application in fresh.applications.all())
    if not verdict and not opened:
        raise WrongState(verdict.reason)
    return fresh
