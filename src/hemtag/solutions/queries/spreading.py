"""How solutions spread, counted by `uptake`: for one solution at once, pooled over all and kept until something happens."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from hemtag import uptake
from hemtag.organisations.queries import regions
from hemtag.uptake.forecasting import QUANTILES

from ..models import Adaptation, AdoptionStep, PackageVersion, Solution, SolutionState, counting
from ..spreading import Step, Told, days_between, file_of, walked

HIDDEN = frozenset({SolutionState.DECLINED, SolutionState.MERGED})
HORIZON = 8
"""Quarters ahead."""
HORIZONS = (4, 8)
ORIGINS, EVERY = 6, 2
DRAWS, SEED = 400, 0
LEAST_LIKELY = 0.01
KEPT_FOR = 40 * 24 * 3600
MONTHS_36 = 36 * 365.25 / 12
VERSION = 2
"""Raise when what is kept changes shape."""


def names() -> dict[str, str]:
    return {row.code: row.short_name for row in regions()}


def told_of(solutions: Iterable[Solution]) -> list[Told]:
    """What is known of each, in three queries."""
    rows = {row.pk: row for row in solutions}
    steps: dict[int, dict[str, list[Step]]] = defaultdict(lambda: defaultdict(list))
    found = counting().filter(adoption__solution__in=rows).order_by("occurred_on", "pk")
    for key, code, stage, on in found.values_list(
        "adoption__solution_id", "adoption__region__code", "stage", "occurred_on"
    ):
        steps[key][code].append((stage, on))
    varied: dict[int, dict[str, dt.date]] = defaultdict(dict)
    changes = Adaptation.objects.filter(adoption__solution__in=rows, is_variant=True, undone_at=None)
    for key, code, on in changes.order_by("-occurred_on").values_list(
        "adoption__solution_id", "adoption__region__code", "occurred_on"
    ):
        varied[key][code] = on
    packaged = {
        key: timezone.localdate(at)
        for key, at in PackageVersion.objects.filter(solution__in=rows, published_at__isnull=False)
        .values("solution_id")
        .annotate(first=Min("published_at"))
        .values_list("solution_id", "first")
    }
    return [
        Told(
            row.slug,
            row.title,
            row.owner.code,
            timezone.localdate(row.proposed_at),
            packaged.get(key),
            dict(steps[key]),
            varied[key],
        )
        for key, row in rows.items()
    ]


@dataclass(frozen=True)
class Spread:
    """One solution alone: its curve, funnel and pace. `read` is None when there is no region that it could reach."""

    told: Told
    as_of: dt.date
    read: uptake.Solution | None
    curve: uptake.Curve | None
    rungs: tuple[uptake.Rung, ...]
    pace: uptake.Pace | None
    decided_to_use: uptake.Curve | None

    @property
    def mean(self) -> uptake.Restricted | None:
        """Mean wait within 36 months, or within the follow-up when that is shorter."""
        return self.curve.restricted_mean(MONTHS_36) if self.curve is not None and self.curve.followed > 0 else None


def spread_of(solution: Solution, as_of: dt.date) -> Spread:
    """A fixed number of queries; no model is fitted."""
    told = told_of([solution])[0]
    found, _faults = uptake.examine(file_of([told], names(), as_of), as_of)
    if found is None:
        return Spread(told, as_of, None, None, (), None, None)
    one = found.solutions[0]
    return Spread(
        told,
        as_of,
        one,
        uptake.waiting_curve(one, as_of),
        uptake.funnel((one,), as_of),
        uptake.pace(one, as_of),
        decided_to_use([told], as_of),
    )


def decided_to_use(told: Iterable[Told], as_of: dt.date) -> uptake.Curve | None:
    """Days from decision to use over all regions but the owners; None when nobody has decided."""
    ways = [walked(steps, one.varied.get(code)) for one in told for code, steps in one.others.items()]
    spells = days_between(ways, "decided", "in_use", as_of)
    return uptake.kaplan_meier([days for days, _ in spells], [came for _, came in spells]) if spells else None


def file_for(solution: Solution, as_of: dt.date) -> dict[str, Any]:
    """What `hemtag uptake` reads."""
    return file_of(told_of([solution]), names(), as_of)


# Pooled ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Foretold:
    """One solution's forecast, as plain numbers: quantiles 5, 25, 50, 75, 95 per period of how many have adopted."""

    days: tuple[dt.date, ...]
    fan: tuple[tuple[float, ...], ...]
    last_value: tuple[float, ...]
    linear: tuple[float, ...]
    adopted: int
    eligible: int
    next_median: int | None
    soonest: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Skill:
    """How good the forecasts have been so many quarters ahead: mean miss in regions, and gain over the plain ones."""

    horizon: int
    cases: int
    error: float
    linear: float | None
    last_value: float | None
    over_linear: float | None
    over_last_value: float | None
    within_80: float | None


@dataclass(frozen=True)
class Pooled:
    """What is counted once over all solutions and kept until a step, an adaptation or a package changes it."""

    as_of: dt.date
    solutions: int = 0
    of: Mapping[str, Foretold] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    skill: tuple[Skill, ...] = ()


def fingerprint(as_of: dt.date) -> str:
    """Changes with anything that the pooled numbers depend on; four small queries."""
    facts = [
        VERSION,
        as_of.isoformat(),
        AdoptionStep.objects.aggregate(n=Count("pk"), last=Max("pk")),
        Adaptation.objects.aggregate(n=Count("pk"), last=Max("pk"), undone=Count("pk", filter=~Q(undone_at=None))),
        PackageVersion.objects.aggregate(n=Count("pk", filter=~Q(published_at=None)), last=Max("published_at")),
        Solution.objects.exclude(state__in=HIDDEN).aggregate(n=Count("pk"), last=Max("pk"), owners=Max("owner_id")),
        Solution.objects.filter(state__in=HIDDEN).count(),
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def pooled(as_of: dt.date) -> Pooled:
    """From the cache while nothing has happened."""
    key = f"uptake:{fingerprint(as_of)}"
    found: Pooled | None = cache.get(key)
    if found is None:
        found = _pool(as_of)
        cache.set(key, found, KEPT_FOR)
    return found


def _pool(as_of: dt.date) -> Pooled:
    solutions = Solution.objects.exclude(state__in=HIDDEN).filter(
        Q(adoptions__isnull=False) | Q(packages__published_at__isnull=False)
    )
    told = [one for one in told_of(solutions.select_related("owner").distinct()) if one.is_out]
    spread, _faults = uptake.examine(file_of(told, names(), as_of), as_of)
    if spread is None:
        return Pooled(as_of)
    found = uptake.forecast(spread, HORIZON, SEED, DRAWS)
    of = {code: _foretold(one) for code, one in found.of.items() if isinstance(one, uptake.Forecast)}
    refused = {code: one.code for code, one in found.of.items() if isinstance(one, uptake.Refusal)}
    return Pooled(as_of, len(spread.solutions), of, refused, _skill(spread))


def _foretold(one: uptake.Forecast) -> Foretold:
    fan = one.fans["hazard"]
    wanted = [QUANTILES.index(share) for share in (0.05, 0.25, 0.5, 0.75, 0.95)]
    within_a_year = {code: float(row[3]) for code, row in fan.by_region.items()}
    nearest = [(code, share) for code, share in within_a_year.items() if LEAST_LIKELY <= share < 1]
    return Foretold(
        one.days,
        tuple(tuple(float(value) for value in fan.adopted[row]) for row in wanted),
        tuple(float(value) for value in one.last_value),
        tuple(float(value) for value in one.linear),
        one.adopted,
        one.eligible,
        fan.next_median,
        tuple(sorted(nearest, key=lambda pair: (-pair[1], pair[0]))[:5]),
    )


def _skill(spread: uptake.Spread) -> tuple[Skill, ...]:
    """Tried on what was known at the beginning of the quarter, so that it is counted four times a year and not every day."""
    day = spread.as_of.replace(month=3 * ((spread.as_of.month - 1) // 3) + 1, day=1)
    then = uptake.known_on(spread, day)
    key = f"uptake-skill:{VERSION}:{then.fingerprint}"
    kept: tuple[Skill, ...] | None = cache.get(key)
    if kept is None:
        kept = _tried(then) if then.solutions else ()
        cache.set(key, kept, KEPT_FOR)
    return kept


def _tried(spread: uptake.Spread) -> tuple[Skill, ...]:
    test = uptake.backtest(spread, HORIZONS, ORIGINS, EVERY, SEED, DRAWS)
    found = []
    for horizon in HORIZONS:
        own, straight, same = (test.score(method, horizon) for method in ("hazard", "linear", "last_value"))
        if own is not None:
            found.append(
                Skill(
                    horizon,
                    own.cases,
                    own.error,
                    straight.error if straight else None,
                    same.error if same else None,
                    own.skill_linear,
                    own.skill_last_value,
                    own.within_80,
                )
            )
    return tuple(found)
