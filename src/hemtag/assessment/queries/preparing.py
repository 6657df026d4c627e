"""How far a round has come: one line per handed-in application, counts per stage, and the money asked for.

What a person may not read because of a conflict is left out of every count, sum and order, not only of the lines:
otherwise the rest would tell.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Sum, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hemtag import clock
from hemtag.grants.models import Application, Call, Cost, Opening, OpeningState
from hemtag.grants.queries import submitted_content
from hemtag.organisations.models import Role
from hemtag.organisations.rules import has_role
from hemtag.refusals import Verdict

from ..checks.assessing import ASSESSORS_WANTED, rounded
from ..models import (
    Assessment,
    AssessmentState,
    CompletionRequest,
    ConflictDeclaration,
    DecisionState,
    EligibilityVerdict,
    GrantedYear,
)
from ..rules import assessing as rules
from ..rules.corresponding import is_withdrawn
from .assessing import cases_for, interests_in
from .ledger import first_year_of, free_money


class Stage(TextChoices):
    """Where in the preparation an application stands."""

    TO_TRY = "prova", gettext_lazy("Att pröva")
    COMPLETING = "kompletteras", gettext_lazy("Kompletteras")
    TO_ASSIGN = "tilldela", gettext_lazy("Att tilldela")
    ASSESSING = "bedoms", gettext_lazy("Bedöms")
    ASSESSED = "bedomd", gettext_lazy("Bedömd")
    INELIGIBLE = "avvisas", gettext_lazy("Avvisas")
    DECIDED = "beslutad", gettext_lazy("Beslutad")
    WITHDRAWN = "avskriven", gettext_lazy("Avskriven")


@dataclass(frozen=True)
class Line:
    """One application in the round. A hidden one has number, title and responsible region, and the reason."""

    number: str
    title: str
    responsible: str
    hidden: str = ""
    is_undeclared: bool = False
    requested_sek: int | None = None
    verdict: str = ""
    is_eligible: bool | None = None
    done: int = 0
    assigned: int = 0
    mean: Decimal | None = None
    spread: Decimal | None = None
    completion: str = ""
    completion_due: dt.date | None = None
    stage: Stage | None = None
    since: dt.date | None = None
    days: int | None = None  # since then
    step: str = ""
    step_page: str = ""  # URL name of the page where the next step is taken, when it is the reader's to take

    @property
    def is_open(self) -> bool:
        return self.stage is not None and self.stage not in {Stage.INELIGIBLE, Stage.DECIDED, Stage.WITHDRAWN}


@dataclass(frozen=True)
class YearMoney:
    """One year: the frame, what is bound already, what is free, and what is asked for and still undecided."""

    year: int
    frame_sek: int
    committed_sek: int
    free_sek: int
    requested_sek: int

    @property
    def short_sek(self) -> int:
        """How much more is asked for than there is."""
        return max(0, self.requested_sek - self.free_sek)


@dataclass(frozen=True)
class DecidedYear:
    """One year of decided applications: what they asked for, what they got, and what is left of the frame."""

    year: int
    requested_sek: int
    granted_sek: int
    free_sek: int

    @property
    def share(self) -> float | None:
        return self.granted_sek / self.requested_sek if self.requested_sek else None


@dataclass(frozen=True)
class Overview:
    """`years` tell of what may still be granted; `decided_years` of the outcome, once nothing is left to decide."""

    lines: list[Line]
    stages: dict[Stage, int]
    years: list[YearMoney]
    decided_years: list[DecidedYear]
    undeclared: int
    conflicts: int
    longest: list[Line] = field(default_factory=list)
    wanted: int = ASSESSORS_WANTED

    @property
    def readable(self) -> int:
        return len(self.lines) - self.undeclared - self.conflicts

    @property
    def open_lines(self) -> list[Line]:
        """What may still be granted: neither decided nor found ineligible."""
        return [line for line in self.lines if line.is_open]

    @property
    def open_sek(self) -> int:
        return sum(line.requested_sek or 0 for line in self.open_lines)

    @property
    def next_to_try(self) -> Line | None:
        """The one that has waited longest for a trial of its eligibility."""
        waiting = [line for line in self.lines if line.stage == Stage.TO_TRY]
        return min(waiting, key=lambda line: (line.since or dt.date.max, line.number), default=None)

    @property
    def asked_sek(self) -> int:
        return sum(year.requested_sek for year in self.decided_years)

    @property
    def granted_sek(self) -> int:
        return sum(year.granted_sek for year in self.decided_years)

    @property
    def tightest(self) -> YearMoney | None:
        """The year where most more is asked for than is free."""
        year = max(self.years, key=lambda year: year.short_sek, default=None)
        return year if year and year.short_sek else None


@dataclass
class _Standing:
    """The assessments of one application, as read in one query."""

    done: int = 0
    assigned: int = 0
    means: list[Fraction] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    since: dt.date | None = None


def overview(person: Any, call: Call, today: dt.date) -> Overview:
    """The round as the person may see it; the number of queries does not grow with the applications."""
    cases = list(_slim(cases_for(person)).filter(submission__call=call))
    interests = interests_in(person, call)
    standings = _standings(person, call)
    requests = _newest_requests(call)
    asked = _requested(call, cases)
    is_officer = has_role(person, Role.CASE_OFFICER)
    # The rules are asked once per distinct case, not once per line.
    reading = cache(lambda interest: rules.reading(person, interest))
    seeing = cache(lambda own: rules.seeing_assessments(person, own))
    found, undeclared, conflicts = [], 0, 0
    still_asked: Counter[int] = Counter()
    decided: dict[int, dict[int, int]] = {}
    for case in cases:
        interest = interests[case.pk]
        verdict = reading(interest)
        known: dict[str, Any] = {
            "number": case.number,
            "title": case.title,
            "responsible": case.submission.responsible.short_name,
        }
        if not verdict:
            undeclared += interest.is_open
            conflicts += not interest.is_open
            reason = _("Svara om jäv") if interest.is_open else _("Dold: jäv")
            found.append(Line(**known, hidden=reason, is_undeclared=interest.is_open))
            continue
        line = Line(
            **known,
            requested_sek=sum(asked[case.pk].values()),
            **_state_of(case, requests.get(case.pk), standings[case.pk], seeing, today, is_officer),
        )
        found.append(line)
        if line.is_open:
            still_asked.update(asked[case.pk])
        elif line.stage == Stage.DECIDED:
            decided[case.pk] = asked[case.pk]
    shown = [line for line in found if line.stage is not None]
    counts = Counter(line.stage for line in shown)
    still = [line for line in shown if line.is_open and line.stage != Stage.ASSESSED]
    is_over = bool(decided) and not any(line.is_open for line in shown)
    return Overview(
        lines=found,
        stages={stage: counts[stage] for stage in Stage},
        years=[] if is_over else _years(call, still_asked),
        decided_years=_decided_years(call, decided) if is_over else [],
        undeclared=undeclared,
        conflicts=conflicts,
        longest=sorted(still, key=lambda line: (line.since or today, line.number))[:5],
    )


def _slim(cases: QuerySet[Application]) -> QuerySet[Application]:
    """Only the columns of the list: the long texts stay in the database."""
    is_opened = Exists(Opening.objects.filter(application=OuterRef("pk"), state=OpeningState.OPEN))
    cases = cases.select_related(None).select_related("submission__call", "submission__responsible")
    cases = cases.annotate(is_opened=is_opened)
    return cases.select_related("eligibility", "decision", "withdrawal").only(
        "number",
        "title",
        "submission__call__slug",
        "submission__submitted_at",
        "submission__responsible__short_name",
        "eligibility__verdict",
        "eligibility__tried_at",
        "decision__state",
        "decision__adopted_at",
        "withdrawal__state",
        "withdrawal__granted_at",
    )


def _standings(person: Any, call: Call) -> defaultdict[int, _Standing]:
    conflict = ConflictDeclaration.objects.filter(
        application=OuterRef("application"), person=OuterRef("assessor"), has_conflict=True
    )
    rows = (
        Assessment.objects.filter(application__submission__call=call)
        .annotate(
            is_barred=Exists(conflict),
            points=Sum(F("scores__criterion__weight") * F("scores__level")),
            weight=Sum("scores__criterion__weight"),
        )
        .order_by("pk")
        .values_list(
            "application_id", "assessor_id", "state", "assigned_at", "submitted_at", "is_barred", "points", "weight"
        )
    )
    found: defaultdict[int, _Standing] = defaultdict(_Standing)
    for application, assessor, state, assigned_at, submitted_at, is_barred, points, weight in rows:
        standing = found[application]
        if assessor == person.pk:
            standing.own.add(state)
        if is_barred:
            continue
        standing.assigned += 1
        moved = clock.day_of(submitted_at or assigned_at)
        standing.since = max(standing.since or moved, moved)
        if state == AssessmentState.SUBMITTED:
            standing.done += 1
            if weight:
                standing.means.append(Fraction(points, weight))
    return found


def _newest_requests(call: Call) -> dict[int, CompletionRequest]:
    rows = CompletionRequest.objects.filter(application__submission__call=call).defer("text", "answer").order_by("pk")
    return {row.application_id: row for row in rows}


def _requested(call: Call, cases: Iterable[Any]) -> defaultdict[int, dict[int, int]]:
    """Application → year → kronor: sums of the cells, and of those handed in where the rows are opened for change."""
    rows = (
        Cost.objects.filter(block__application__submission__call=call)
        .order_by()
        .values_list("block__application_id", "year")
        .annotate(sek=Sum("requested_sek"))
    )
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for application, year, sek in rows:
        found[application][year] = sek
    for case in cases:
        if case.is_opened:
            found[case.pk] = dict(submitted_content(case)["requested_per_year"])
    return found


def _years(call: Call, asked: Mapping[int, int]) -> list[YearMoney]:
    money = free_money()
    first = first_year_of(call)
    years = [year for year in money if first <= year <= call.last_year or asked.get(year)]
    return [
        YearMoney(
            year,
            money[year].frame_sek,
            money[year].earlier_sek + money[year].decided_sek,
            money[year].free_sek,
            asked.get(year, 0),
        )
        for year in years
    ]


def _decided_years(call: Call, asked: Mapping[int, Mapping[int, int]]) -> list[DecidedYear]:
    """The outcome of the decided applications, per year."""
    rows = GrantedYear.objects.filter(
        block_decision__decision__application__in=asked,
        block_decision__decision__state=DecisionState.ADOPTED,
        block_decision__is_granted=True,
    )
    granted = dict(rows.order_by().values_list("year").annotate(Sum("amount_sek")))
    requested: Counter[int] = Counter()
    for years in asked.values():
        requested.update(years)
    return [
        DecidedYear(row.year, requested[row.year], granted.get(row.year, 0), row.free_sek)
        for row in _years(call, requested)
    ]


def _state_of(
    case: Application,
    request: CompletionRequest | None,
    standing: _Standing,
    seeing: Callable[[frozenset[str]], Verdict],
    today: dt.date,
    is_officer: bool,
) -> dict[str, Any]:
    eligibility = getattr(case, "eligibility", None)
    stage, since, step, page = _stage(case, request, standing, today)
    sees = bool(seeing(frozenset(standing.own)))
    means = standing.means if sees else []
    return {
        "verdict": str(eligibility.get_verdict_display()) if eligibility else "",
        "is_eligible": eligibility.verdict == EligibilityVerdict.ELIGIBLE if eligibility else None,
        "done": standing.done,
        "assigned": standing.assigned,
        "mean": rounded(sum(means, Fraction()) / len(means)) if means else None,
        "spread": rounded(max(means) - min(means)) if means else None,
        "completion": _completion(request, today),
        "completion_due": request.due_on if request else None,
        "stage": stage,
        "since": since,
        "days": (today - since).days if since else None,
        "step": step,
        "step_page": page if is_officer else "",
    }


def _stage(
    case: Application, request: CompletionRequest | None, standing: _Standing, today: dt.date
) -> tuple[Stage, dt.date | None, str, str]:
    """The stage, since when, the next step in words, and the page where a case officer takes it."""
    eligibility = getattr(case, "eligibility", None)
    if rules.is_decided(case):
        return Stage.DECIDED, _day(case.decision.adopted_at), _("Beslutad"), ""
    if is_withdrawn(case):
        return Stage.WITHDRAWN, _day(case.withdrawal.granted_at), _("Avskriven"), ""
    if eligibility is None:
        if request is None:
            return Stage.TO_TRY, _day(case.submission.submitted_at), _("Pröva behörigheten"), "try_eligibility"
        if request.answered_at:
            return Stage.TO_TRY, _day(request.answered_at), _("Pröva: svaret har kommit"), "try_eligibility"
        if request.due_on < today:
            return Stage.TO_TRY, request.due_on, _("Pröva som den är: tiden gick ut"), "try_eligibility"
        return Stage.COMPLETING, _day(request.asked_at), _("Vänta på komplettering"), ""
    tried = _day(eligibility.tried_at)
    if eligibility.verdict == EligibilityVerdict.INELIGIBLE:
        return Stage.INELIGIBLE, tried, _("Avvisas"), ""
    if standing.done >= ASSESSORS_WANTED:
        return Stage.ASSESSED, standing.since, _("Klar för prioritering"), ""
    if standing.assigned < ASSESSORS_WANTED:
        lacking = ASSESSORS_WANTED - standing.assigned
        text = _("Tilldela %(count)s bedömare") % {"count": lacking}
        return Stage.TO_ASSIGN, standing.since or tried, text, "assign_assessors"
    left = standing.assigned - standing.done
    text = ngettext("Vänta på %(count)s bedömning", "Vänta på %(count)s bedömningar", left) % {"count": left}
    return Stage.ASSESSING, standing.since, text, ""


def _completion(request: CompletionRequest | None, today: dt.date) -> str:
    if request is None:
        return ""
    if request.answered_at:
        return _("Besvarad")
    return _("Väntar svar") if request.due_on >= today else _("Tiden gick ut")


def _day(moment: dt.datetime | None) -> dt.date | None:
    return clock.day_of(moment) if moment else None


# Filter and order ----------------------------------------------------------------------------------------

ORDERS: dict[str, Callable[[Line], Any]] = {
    "nummer": lambda line: line.number,
    "titel": lambda line: line.title.casefold(),
    "ansvarig": lambda line: line.responsible.casefold(),
    "sokt": lambda line: line.requested_sek,
    "behorighet": lambda line: line.verdict or None,
    "bedomningar": lambda line: line.done if line.stage else None,
    "poang": lambda line: line.mean,
    "komplettering": lambda line: line.completion_due,
    "steg": lambda line: list(Stage).index(line.stage) if line.stage else None,
    "dagar": lambda line: line.days,
}


def arranged(lines: Iterable[Line], *, text: str = "", stage: str = "", order: str = "nummer") -> list[Line]:
    """Lines that contain the text and stand at the stage, in an order ("-poang" is falling).

    A line that lacks what is sorted by, or hides it, comes last whichever the direction.
    """
    wanted = " ".join(text.casefold().split())
    kept = [
        line
        for line in lines
        if (not wanted or wanted in f"{line.number} {line.title} {line.responsible}".casefold())
        and (not stage or line.stage == stage)
    ]
    key = ORDERS.get(order.removeprefix("-"), ORDERS["nummer"])
    has: list[Line] = []
    lacks: list[Line] = []
    for line in kept:
        (lacks if key(line) is None else has).append(line)
    return [*sorted(has, key=key, reverse=order.startswith("-")), *lacks]
