"""Questions with their answers and clocks, and reported faults with their status."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.organisations.models import Organisation, Role
from hemtag.organisations.queries import regions
from hemtag.organisations.rules import has_role, is_auditor, is_delegation, regions_of

from .. import rules
from ..models import (
    FAULT_NEXT,
    USED,
    Adoption,
    Answer,
    Confidentiality,
    Fault,
    FaultState,
    PackagePart,
    PackageState,
    Question,
    Solution,
    newest,
)
from ..packages.dossier import dossier


def using(solution: Solution) -> list[Organisation]:
    """The regions that have it in use now, by county code."""
    rows = Adoption.objects.filter(solution=solution).annotate(stage=newest()).filter(stage__in=USED)
    return [row.region for row in rows.select_related("region").order_by("region__code")]


def is_in_use_in(solution: Solution, region: Organisation) -> bool:
    rows = Adoption.objects.filter(solution=solution, region=region).annotate(stage=newest())
    return rows.filter(stage__in=USED).exists()


def may_be_asked(solution: Solution, region: Organisation) -> bool:
    """The owner, and every region that has it in use."""
    return region == solution.owner or is_in_use_in(solution, region)


def whom_to_ask(solution: Solution) -> list[tuple[str, str]]:
    """(code, words): the owner first, then the regions that have it in use."""
    users = [row for row in using(solution) if row != solution.owner]
    owner = (solution.owner.code, _("%(region)s, som äger lösningen") % {"region": solution.owner.name})
    return [owner, *((row.code, _("%(region)s, som har den i drift") % {"region": row.name}) for row in users)]


def region_called(code: str) -> Organisation | None:
    return next((row for row in regions() if row.code == code), None)


_ANSWERED = Answer.objects.filter(question=OuterRef("pk"), region=F("question__to_region")) | Answer.objects.filter(
    question=OuterRef("pk"), question__to_region=None, region=F("question__solution__owner")
)


def _questions() -> QuerySet[Question]:
    rows = Question.objects.annotate(asked_has_answered=Exists(_ANSWERED))
    return rows.select_related("to_region", "from_region", "solution__owner", "asked_by").prefetch_related(
        Prefetch("answers", Answer.objects.select_related("region", "answered_by"))
    )


def waiting() -> Q:
    """Neither closed nor answered by whom it was put to."""
    return Q(closed_at=None, asked_has_answered=False)


def questions_of(solution: Solution) -> QuerySet[Question]:
    """Those that wait first, the one that has waited longest on top; then the newest."""
    return _questions().filter(solution=solution).order_by(F("closed_at").asc(nulls_first=True), "-asked_at", "pk")


def question_of(solution: Solution, pk: int) -> Question:
    return _questions().get(solution=solution, pk=pk)


def asked(question: Question) -> Organisation:
    return question.to_region or question.solution.owner


def is_late(question: Any, today: dt.date) -> bool:
    return question.closed_at is None and not question.asked_has_answered and question.due_on < today


@dataclass(frozen=True)
class Standing:
    """How much is asked about a solution, how much of it waits, and how many faults are not mended."""

    questions: int
    waiting: int
    faults: int


def standing_of(solution: Solution) -> Standing:
    """Two questions to the database."""
    rows = Question.objects.filter(solution=solution).annotate(asked_has_answered=Exists(_ANSWERED))
    counted = rows.aggregate(all=Count("pk"), waiting=Count("pk", filter=waiting()))
    seen = Q(reported_by__isnull=False) | Q(settled_at__isnull=False)
    still = Fault.objects.filter(seen, solution=solution, state__in=[FaultState.REPORTED, FaultState.CONFIRMED])
    return Standing(counted["all"], counted["waiting"], still.count())


def questions_to(person: Any) -> list[Question]:
    """What the person's regions are asked and have not answered, the latest first."""
    own = regions_of(person)
    if not own:
        return []
    mine = Q(to_region__in=own) | Q(to_region=None, solution__owner__in=own)
    return list(_questions().filter(waiting(), mine).order_by("due_on", "pk"))


# ---------------------------------------------------------------- faults


def places_of(person: Any, solution: Solution) -> dict[str, str]:
    """The places of a solution where something can be wrong, with their words; parts only as far as they are open."""
    named = {code: str(words) for code, words in _fields().items()}
    parts = PackagePart.objects.filter(package__solution=solution, package__state=PackageState.PUBLISHED)
    if not sees_everything(person):
        own = regions_of(person)
        open_to = [Confidentiality.OPEN, *([Confidentiality.REGIONS] if own else [])]
        parts = parts.filter(confidentiality__in=open_to)
    parts_named = dossier().parts
    for code in parts.order_by("pk").values_list("code", flat=True):
        named[code] = _("Paketet: %(part)s") % {"part": parts_named[code].name if code in parts_named else code}
    return named


def _fields() -> dict[str, str]:
    return {
        "title": _("Namnet"),
        "problem": _("Problemet"),
        "summary": _("Beskrivningen"),
        "plain": _("Den korta beskrivningen"),
        "effect": _("Effekten"),
        "evidence": _("Evidensnivån"),
        "regulation": _("Regulatorisk klass"),
        "effort": _("Insatsen"),
        "contact": _("Kontakten"),
        "link": _("Länken"),
        "adoptions": _("Var den är införd"),
        "english": _("Den engelska texten"),
        "other": _("Något annat"),
    }


def sees_everything(person: Any) -> bool:
    return is_auditor(person) or is_delegation(person) or has_role(person, Role.CATALOGUE_EDITOR)


def faults_of(person: Any, solution: Solution) -> list[Fault]:
    """What has been reported: open ones first. From outside only after somebody has looked, but at once for those who look."""
    rows = Fault.objects.filter(solution=solution).select_related("reported_by", "settled_by")
    if not (rules.may_settle_fault(person, solution) or is_auditor(person)):
        seen = Q(reported_by__isnull=False) | Q(settled_at__isnull=False)
        rows = rows.filter(seen)
    names = {code: str(words) for code, words in places_of(person, solution).items()}
    found = list(rows)
    for row in found:
        row.place_words = names.get(row.place, _("En del av paketet"))  # type: ignore[attr-defined]
    is_open = {FaultState.REPORTED: 0, FaultState.CONFIRMED: 1}
    return sorted(found, key=lambda row: (is_open.get(FaultState(row.state), 2), -row.reported_at.timestamp(), row.pk))


def fault_of(person: Any, solution: Solution, pk: int) -> Fault:
    """Raises Fault.DoesNotExist for one that the person may not see."""
    for row in faults_of(person, solution):
        if row.pk == pk:
            return row
    raise Fault.DoesNotExist


def next_fault_states(fault: Fault) -> list[FaultState]:
    return [state for state in FaultState if state in FAULT_NEXT[fault.state]]


def faults_to(person: Any) -> list[Fault]:
    """What the person's regions own and somebody says is wrong, the latest first; for the editor all that are late."""
    waits = Fault.objects.filter(state__in=[FaultState.REPORTED, FaultState.CONFIRMED]).select_related("solution")
    mine = Q(solution__owner__in=regions_of(person))
    if has_role(person, Role.CATALOGUE_EDITOR):
        mine |= Q(due_on__lt=clock.today())
    return list(waits.filter(mine).order_by("due_on", "pk"))
