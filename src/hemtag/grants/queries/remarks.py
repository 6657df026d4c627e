"""Comments and to-dos, section by section, with their answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from .. import sections
from ..models import Application, Remark, RemarkKind, RemarkState
from .applications import application_for

KINDS = RemarkKind.choices
OPEN, RESOLVED = RemarkState.OPEN, RemarkState.RESOLVED


@dataclass(frozen=True)
class Talk:
    """What is said about one section."""

    key: str
    title: str
    remarks: tuple[Remark, ...]


def remarks_of(application: Application, *, section: str = "", shows_resolved: bool = False) -> list[Talk]:
    """In reading order, in a fixed number of queries. A section that is gone keeps its remarks, last."""
    rows = Remark.objects.filter(application=application, parent=None)
    rows = rows.select_related("by", "region", "resolved_by")
    rows = rows.prefetch_related(Prefetch("answers", Remark.objects.select_related("by")))
    if section:
        rows = rows.filter(section=section)
    if not shows_resolved:
        rows = rows.filter(state=RemarkState.OPEN)
    titles = dict(section_choices(application))
    found: dict[str, list[Remark]] = {}
    for row in rows:
        found.setdefault(row.section, []).append(row)
    order = [*titles, *(key for key in found if key not in titles)]
    return [Talk(key, titles.get(key, key), tuple(found[key])) for key in order if key in found]


def section_choices(application: Application) -> list[tuple[str, str]]:
    """Every section with what it is called, in reading order."""
    blocks = dict(application.blocks.values_list("number", "title"))
    taking = application.participants.exclude(state="declined").values_list("region__code", "region__name")
    regions = dict(taking)
    return [(key, sections.title(key, blocks, regions)) for key in sections.keys(blocks, regions)]


def open_remarks(application: Application) -> Counter[str]:
    """How many open remarks each section has."""
    rows = Remark.objects.filter(application=application, parent=None, state=RemarkState.OPEN)
    return Counter(rows.values_list("section", flat=True))


def remark_for(person: Any, number: str, pk: int) -> Remark:
    """Raises Application.DoesNotExist or Remark.DoesNotExist."""
    application = application_for(person, number)
    remark = Remark.objects.select_related("by", "region").get(application=application, pk=pk)
    remark.application = application
    return remark


def todos_for(regions: list[int]) -> QuerySet[Remark]:
    """Open to-dos that were given to any of the regions."""
    rows = Remark.objects.filter(kind=RemarkKind.TODO, state=RemarkState.OPEN, region__in=regions)
    return rows.select_related("application", "region", "by")
