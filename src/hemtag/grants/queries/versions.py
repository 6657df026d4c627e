"""The versions of an application: kept under a name, handed in, and as it stands now; and what has changed since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hemtag.history.models import Event
from hemtag.history.queries import kind_of

from .. import sections
from ..differences import SectionChanges, content_for, differences
from ..models import Application, Look, NamedVersion, SubmittedVersion
from .content import part_now

NOW = "nu"
# Which section each kind of event is about; a block's and a region's get their number or code.
_OF_VERB = {
    "edited": sections.TEXT,
    "measuring_points_set": sections.POINTS,
    "block_added": sections.BLOCK,
    "block_edited": sections.BLOCK,
    "block_copied": sections.BLOCK,
    "block_started_from": sections.BLOCK,
    "effects_set": sections.EFFECTS,
    "costs_set": sections.COSTS,
}


@dataclass(frozen=True)
class Version:
    """One that can be compared: its key in addresses ("nu", "v3", "inlamnad-1"), what it is called, when and by whom."""

    key: str
    name: str
    at: dt.datetime | None
    by: str
    sha256: str = ""


def versions_of(application: Application) -> list[Version]:
    """Newest first; as it stands now is always the first."""
    named = [
        Version(f"v{row.number}", row.name, row.at, row.by.name if row.by else "–", row.sha256)
        for row in application.named_versions.select_related("by").defer("content")
    ]
    handed_in = [
        Version(
            f"inlamnad-{row.number}",
            _("%(ground)s, version %(number)s") % {"ground": row.get_ground_display(), "number": row.number},
            row.at,
            row.by.name if row.by else "–",
            row.sha256,
        )
        for row in SubmittedVersion.objects.filter(submission=application.submission_id)
        .select_related("by")
        .defer("content")
    ]
    kept = sorted([*named, *handed_in], key=lambda version: version.at.isoformat() if version.at else "", reverse=True)
    return [Version(NOW, _("Som den står nu"), None, ""), *kept]


def content_at(application: Application, key: str) -> dict[str, Any]:
    """The content of a version. Raises Application.DoesNotExist for a key that names none."""
    if key == NOW:
        return part_now(application)
    if key.startswith("v") and key[1:].isascii() and key[1:].isdigit():
        row: Any = NamedVersion.objects.filter(application=application, number=int(key[1:])).first()
        if row is not None:
            return dict(row.content)
    kind, _dash, number = key.partition("-")
    if kind == "inlamnad" and number.isascii() and number.isdigit():
        row = SubmittedVersion.objects.filter(submission=application.submission_id, number=int(number)).first()
        if row is not None:
            try:
                return content_for(row.content, application.number)
            except KeyError as gone:  # handed in before this application was in the form
                raise Application.DoesNotExist(key) from gone
    raise Application.DoesNotExist(key)


@dataclass(frozen=True)
class Touched:
    """A section that has changed, who changed it since, newest first, and when it last was."""

    changes: SectionChanges
    people: tuple[str, ...]
    at: dt.datetime | None
    is_own: bool


@dataclass(frozen=True)
class SinceLook:
    """What differs from what the person last said to have seen; `look` is None for who has never said so."""

    look: Look | None
    sections: tuple[Touched, ...]

    @property
    def by_others(self) -> list[Touched]:
        return [section for section in self.sections if not section.is_own]

    @property
    def by_oneself(self) -> list[Touched]:
        return [section for section in self.sections if section.is_own]


def changed_since_look(person: Any, application: Application) -> SinceLook:
    look = Look.objects.filter(application=application, person=person.pk).first()
    if look is None:
        return SinceLook(None, ())
    found = differences(look.content, part_now(application))
    by_section = _events_by_section(application, look.event)
    return SinceLook(look, tuple(_touched(section, by_section.get(section.key, []), person) for section in found))


def unseen_changes(person: Any, application: Application) -> int | None:
    """How many saves others have made since the person last looked; None for who has never said so."""
    look = Look.objects.filter(application=application, person=person.pk).defer("content").first()
    if look is None:
        return None
    others = events_of(application).exclude(actor_id=str(person.pk))
    return others.filter(number__gt=look.event, verb__in=[*_OF_VERB, "participation_edited", "confirmed"]).count()


def events_of(application: Application) -> QuerySet[Event]:
    """Everything that has happened to the application, its blocks, its regions and the form's common texts."""
    about = Q(subject_type=kind_of(application), subject_id=str(application.pk))
    about |= Q(subject_type=kind_of(application.submission), subject_id=str(application.submission_id))
    blocks = list(application.blocks.all())
    if blocks:
        about |= Q(subject_type=kind_of(blocks[0]), subject_id__in=[str(block.pk) for block in blocks])
    regions = list(application.participants.all())
    if regions:
        about |= Q(subject_type=kind_of(regions[0]), subject_id__in=[str(region.pk) for region in regions])
    return Event.objects.filter(about).order_by("-number")


def _events_by_section(application: Application, since: int) -> dict[str, list[Event]]:
    numbers = {str(pk): number for pk, number in application.blocks.values_list("pk", "number")}
    codes = {str(pk): code for pk, code in application.participants.values_list("pk", "region__code")}
    found: dict[str, list[Event]] = {}
    for event in events_of(application).filter(number__gt=since):
        key = _section(event, application, numbers, codes)
        if key:
            found.setdefault(key, []).append(event)
    return found


def _section(event: Event, application: Application, numbers: Mapping[str, int], codes: Mapping[str, str]) -> str:
    if event.subject_type == kind_of(application.submission):
        return sections.COMMON
    kind = _OF_VERB.get(event.verb, "")
    if kind in sections.OF_BLOCKS and event.subject_id in numbers:
        return sections.of_block(kind, numbers[event.subject_id])
    if event.subject_type.endswith(".participant") and event.subject_id in codes:
        return sections.of_region(codes[event.subject_id])
    return kind if kind in sections.WHOLE else ""


def _touched(section: SectionChanges, events: list[Event], person: Any) -> Touched:
    people = tuple(dict.fromkeys(event.actor for event in events))
    is_own = bool(events) and all(event.actor_id == str(person.pk) for event in events)
    return Touched(section, people, events[0].at if events else None, is_own)
