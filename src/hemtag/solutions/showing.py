"""What the pages about spread show: the rows, what is counted from them, and the pictures, put together."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hemtag import uptake
from hemtag.organisations.models import Organisation
from hemtag.organisations.queries import regions
from hemtag.organisations.rules import regions_of

from . import rules
from .checks import adopting as checks
from .frame import FRAME, word_of
from .models import (
    NEEDS_REASON,
    USED,
    Adaptation,
    Adoption,
    PhasedVolume,
    Solution,
    SolutionKind,
    Stage,
    StopReason,
    newest,
    varied,
)
from .pictures import standing, time
from .queries import adopting, spreading
from .queries.adopting import RegionStage
from .queries.catalogue import solutions_for
from .spreading import RUNG

RUNGS: dict[str, str | Promise] = {
    "interested": gettext_lazy("Intresserad eller prövar"),
    "decided": gettext_lazy("Beslutat eller förbereder"),
    "piloting": gettext_lazy("Pilot"),
    "rolling_out": gettext_lazy("Breddinför"),
    "in_use": gettext_lazy("I drift"),
}
MOST_HELP = 4
DAYS_A_MONTH = 365.25 / 12


def sentence(counts: adopting.Counts, to_use: uptake.Curve | None) -> str:
    """How far it has come, first of all in words."""
    told = _("I drift i %(n)s av %(total)s regioner, %(confirmed)s bekräftade.") % {
        "n": counts.in_use,
        "total": counts.total,
        "confirmed": counts.confirmed,
    }
    if counts.variants:
        told += " " + _("Dessutom egna varianter i %(n)s.") % {"n": counts.variants}
    median = to_use.quantile() if to_use is not None else None
    if median is not None:
        told += " " + _("Mediantid från beslut till drift %(days)s dagar.") % {"days": round(median)}
    return told


# The funnel, and who is stuck ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Help:
    """What somebody who came past a stage says of how."""

    region: str
    text: str


@dataclass(frozen=True)
class Rung:
    stage: str
    words: str
    reached: int
    waiting: int
    left: int
    median: float | None
    stuck: tuple[tuple[str, int], ...]
    helped: tuple[Help, ...]


def rungs_of(
    found: Iterable[uptake.Rung], names: Mapping[str, str], helped: Mapping[str, Sequence[Help]]
) -> list[Rung]:
    """Stuck are those who have waited longer than the median of the stage: half of those who came were faster."""
    rows = []
    for one in found:
        last = one.stage == "in_use"
        median = one.days.quantile() if one.days is not None and not last else None
        stuck = tuple((names[code], days) for code, days in one.here if median is not None and days > median)
        rows.append(
            Rung(
                one.stage.value,
                str(RUNGS[one.stage.value]),
                one.reached,
                len(one.here),
                one.left,
                median,
                stuck,
                tuple(helped.get(one.stage.value, ())[:MOST_HELP]) if stuck else (),
            )
        )
    return rows


def what_helped(stages: Iterable[RegionStage], adaptations: Iterable[Adaptation]) -> dict[str, list[Help]]:
    """Per rung, from those who came past it: what they changed, and what proves the step they took next."""
    changed: dict[int, list[str]] = defaultdict(list)
    for row in adaptations:
        if row.undone_at is None:
            changed[row.adoption.region_id].append(row.text)
    found: dict[str, list[Help]] = defaultdict(list)
    for stage in stages:
        if stage.is_owner:
            continue
        for before, after in zip(stage.steps, stage.steps[1:], strict=False):
            rung = RUNG.get(before.stage)
            if rung and after.stage in RUNG and RUNG[after.stage] != rung:
                name = stage.region.short_name
                found[rung].append(Help(name, after.proof))
                found[rung] += [Help(name, text) for text in changed[stage.region.pk][:1]]
    return found


def reasons_of(stages: Iterable[RegionStage]) -> list[tuple[str, int]]:
    """Why regions have said no, paused or stopped; every time counts, the most common first."""
    counted = Counter(step.reason for row in stages for step in row.steps if step.reason)
    return [(str(StopReason(reason).label), number) for reason, number in counted.most_common()]


# Volumes ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Volumes:
    region: Organisation
    rows: tuple[tuple[PhasedVolume, float], ...]
    change: float | None
    words: str
    bars: time.Bars


def volumes_in(region: Organisation, rows: Sequence[PhasedVolume]) -> Volumes:
    """Each period with its volume a month, and the change of volume a day after against before."""
    rates = [(row, row.number / ((row.ends_on - row.starts_on).days + 1) * DAYS_A_MONTH) for row in rows]
    change = checks.change([((row.starts_on, row.ends_on), row.is_before, row.number) for row in rows])
    bars = time.volumes([(rate, row.is_before, f"{row.starts_on:%Y-%m}") for row, rate in rates])
    share = None if change is None else float(change)
    return Volumes(region, tuple(rates), share, _in_words(share), bars)


def _in_words(change: float | None) -> str:
    if change is None:
        return _("Förändringen går att räkna när det finns en period före och en efter.")
    percent = round(abs(change) * 100)
    if change <= -1:
        return _("Har upphört helt.")
    if percent == 0:
        return _("Oförändrat.")
    if change < 0:
        return _("Har minskat med %(n)s procent, räknat per dag.") % {"n": percent}
    return _("Har ökat med %(n)s procent, räknat per dag.") % {"n": percent}


# One solution ----------------------------------------------------------------------------------------------


def introductions(person: Any, solution: Solution, today: dt.date) -> dict[str, Any]:
    """The page of one solution's introductions; a fixed number of queries."""
    stages = adopting.stages_of(solution)
    own = {region.pk for region in regions_of(person)}
    names = {row.region.code: row.region.short_name for row in stages}
    found = spreading.spread_of(solution, today)
    adaptations = adopting.adaptations_of(solution)
    adoptions = {row.adoption.pk: row.region for row in stages if row.adoption}
    counts = adopting.counts(stages, today)
    phased = solution.kind == SolutionKind.PHASING_OUT
    volumes = adopting.volumes_of(Adoption(pk=pk) for pk in adoptions) if phased else {}
    return {
        "solution": solution,
        "today": today,
        "sentence": sentence(counts, found.decided_to_use),
        "counts": counts,
        "stages": stages,
        "own": [row for row in stages if row.region.pk in own],
        "next": adopting.next_steps(person, solution, stages),
        "map": standing.draw((row.region.code, row.region.short_name, row) for row in stages),
        "legend": standing.legend(stages),
        "line": time.timeline(
            [
                (row.region.short_name, [(s.stage, s.occurred_on, s.get_stage_display()) for s in row.steps])
                for row in stages
            ],
            today,
        ),
        "rungs": rungs_of(found.rungs, names, what_helped(stages, adaptations)),
        "reasons": reasons_of(stages),
        "adaptations": [row for row in adaptations if row.undone_at is None],
        "variants": adopting.variants_of(solution),
        "spread": found,
        "curve": _curve(found),
        "volumes": [volumes_in(adoptions[pk], rows) for pk, rows in volumes.items()],
        "is_phasing_out": phased,
        "may_suggest": bool(rules.may_suggest_adoption(person, solution)) if own or _is_editor(person) else False,
    } | _foretold(solution, names, today)


def _is_editor(person: Any) -> bool:
    return bool(getattr(person, "is_authenticated", False))


@dataclass(frozen=True)
class CurveRow:
    days: int
    at_risk: int
    events: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """The share that has it in use: the wait turned over."""

    rows: tuple[CurveRow, ...]
    chart: time.Chart


def _curve(found: spreading.Spread) -> Curve | None:
    curve = found.curve
    if curve is None or not len(curve.times):
        return None
    share, low, high = ([1 - float(one) for one in part] for part in (curve.waiting, curve.high, curve.low))
    rows = tuple(
        CurveRow(round(float(day)), int(risk), int(came), *shown)
        for day, risk, came, *shown in zip(curve.times, curve.at_risk, curve.events, share, low, high, strict=True)
    )
    return Curve(rows, time.waiting([float(day) for day in curve.times], share, low, high, curve.followed))


def _foretold(solution: Solution, names: Mapping[str, str], today: dt.date) -> dict[str, Any]:
    every = spreading.pooled(today)
    one = every.of.get(solution.slug)
    told = {"pooled": every, "skill": every.skill, "no_forecast": every.refused.get(solution.slug, "too_few_adopters")}
    if one is None:
        return told | {"forecast": None}
    words = (_("mitten"), _("rak linje"), _("oförändrat"))
    most = max(one.eligible, one.adopted)
    chart = time.fan(
        one.fan, one.adopted, one.linear, one.last_value, most, [f"{day:%y-%m}" for day in one.days], words
    )
    rows = [
        {"day": day, "fan": [quantile[n] for quantile in one.fan], "linear": one.linear[n], "last": one.last_value[n]}
        for n, day in enumerate(one.days)
    ]
    return told | {
        "forecast": one,
        "fan": chart,
        "fan_rows": rows,
        "soonest": [(names.get(code, code), share) for code, share in one.soonest if share > 0],
    }


def introduction(person: Any, solution: Solution, code: str, today: dt.date) -> dict[str, Any]:
    """The page of one region's introduction."""
    row = adopting.stage_in(solution, code)
    own = row.region.pk in {region.pk for region in regions_of(person)}
    every = [one for one in adopting.adaptations_of(solution) if one.adoption.region_id == row.region.pk]
    key = row.adoption.pk if row.adoption else None
    volumes = adopting.volumes_of([row.adoption]) if row.adoption else {}
    plan = [step for step in row.steps if step.stage in {Stage.DECIDED, Stage.PREPARING}]
    return {
        "solution": solution,
        "row": row,
        "today": today,
        "own": own,
        "is_confirmed": row.is_confirmed(today),
        "may_confirm": own and row.can_be_confirmed,
        "may_step": own and bool(adopting.allowed_from(solution, row.stage)),
        "adaptations": [(one, _terms(one)) for one in every],
        "checks": adopting.checked([row.adoption]).get(row.adoption.pk, []) if row.adoption else [],
        "volumes": volumes_in(row.region, volumes[key]) if key in volumes else None,
        "is_phasing_out": solution.kind == SolutionKind.PHASING_OUT,
        "plan": plan[-1] if plan else None,
        "variants": [one for one in adopting.variants_of(solution) if one.owner_id == row.region.pk],
    }


def _terms(row: Adaptation) -> list[tuple[str, str]]:
    return [(str(heading.question), word_of(name, getattr(row, name))) for name, heading in FRAME.items()]


# All solutions ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SolutionRow:
    """`counted`: in_use, confirmed, reuse, reuse_confirmed, variants, under_way, stopped."""

    solution: Solution
    counted: Counter[str]
    forecast: spreading.Foretold | None


@dataclass(frozen=True)
class RegionRow:
    """As above, and `own`: how many times another region has one of its solutions in use."""

    region: Organisation
    counted: Counter[str]


def spreading_page(person: Any, today: dt.date) -> dict[str, Any]:
    """All solutions that somebody has begun with: a fixed number of queries whatever their number."""
    solutions = {
        row.pk: row
        for row in solutions_for(person)
        .exclude(state__in=spreading.HIDDEN)
        .filter(adoptions__isnull=False)
        .distinct()
        .order_by("title")
    }
    adoptions = Adoption.objects.filter(solution__in=solutions).annotate(
        stage=newest(),
        recorded_at=newest("recorded_at"),
        is_variant=varied(),
        confirmed_at=Max("confirmations__confirmed_at"),
    )
    per_solution: dict[int, Counter[str]] = defaultdict(Counter)
    per_region: dict[int, Counter[str]] = defaultdict(Counter)
    for row in adoptions.filter(stage__isnull=False):
        reused = row.region_id != solutions[row.solution_id].owner_id
        marks = _marks(row, reused, today)
        per_solution[row.solution_id].update(marks)
        per_region[row.region_id].update(marks)
        if "reuse" in marks:
            per_region[solutions[row.solution_id].owner_id]["own"] += 1
    told = spreading.told_of(solutions.values())
    names = spreading.names()
    read, _faults = uptake.examine(spreading.file_of(told, names, today), today)
    every = spreading.pooled(today)
    rows = [SolutionRow(row, per_solution[key], every.of.get(row.slug)) for key, row in solutions.items()]
    rows.sort(key=lambda row: (-row.counted["reuse"], -row.counted["in_use"], row.solution.title))
    total: Counter[str] = Counter()
    for counted in per_solution.values():
        total.update(counted)
    to_use = spreading.decided_to_use(told, today)
    return {
        "rows": rows,
        "total": total,
        "by_region": [RegionRow(region, per_region[region.pk]) for region in regions()],
        "rungs": rungs_of(uptake.funnel(read.solutions, today), names, {}) if read else [],
        "to_use": to_use.quantile() if to_use is not None else None,
        "pooled": every,
        "skill": every.skill,
        "spreads": sum(row.counted["reuse"] > 0 for row in rows),
        "today": today,
    }


def _marks(row: Any, reused: bool, today: dt.date) -> list[str]:
    said = max(at for at in (row.recorded_at, row.confirmed_at) if at)
    if row.stage in USED and row.is_variant:
        return ["variants"]
    if row.stage in USED:
        confirmed = checks.is_confirmed(timezone.localdate(said), today)
        marks = ["in_use"] + (["confirmed"] if confirmed else [])
        if reused:
            marks += ["reuse"] + (["reuse_confirmed"] if confirmed else [])
        return marks
    if row.stage in {Stage.DECLINED, Stage.DISCONTINUED, Stage.REPLACED}:
        return ["stopped"]
    return ["under_way"] if row.stage not in NEEDS_REASON - {Stage.PAUSED} else []
