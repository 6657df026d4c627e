"""How many regions, when: a fan per solution by the hazard and by Bass, always beside the two plain forecasts.

The fan: every draw takes one set of parameters from the posterior, and then the regions' own luck. A region adopts when the
hazard heaped up since today passes its own exponential draw, unless its draw of leaving comes first; regions in use stop at a
pooled rate. Rates of leaving and stopping: Gamma(events + ½, region-periods + 50), over all solutions.

No draw is above the eligible regions that have not left, nor below what has happened. Before three adopters there is no
forecast but a refusal with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .bass import Bass, cumulative_hazard, fit_bass
from .exposure import Array, Cells, cells, elapsed, trait_matrix
from .faults import refused
from .hazard import NODES, Hazard, Link, draws_of, fit_hazard
from .model import Solution, Spread, Standing, standings
from .naive import last_value, linear

METHOD = "uptake-1"
LEAST_ADOPTERS = 3
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
SETS = 20
EXIT_EVENTS, EXIT_PERIODS = 0.5, 50.0
MODELS = ("hazard", "bass")


@dataclass(frozen=True, slots=True)
class Fan:
    """(quantiles, periods) of how many regions have adopted and how many have it in use, and their means.

    `by_region`: region → the probability of having adopted after each period; regions that have left are not in it.
    `next_median`: periods until the next region in half of the draws, None when that is beyond the horizon. `all_reached`:
    the probability, after each period, that every eligible region has adopted.
    """

    adopted: Array
    mean: Array
    in_use: Array
    in_use_mean: Array
    by_region: dict[str, Array]
    next_median: int | None
    all_reached: Array


@dataclass(frozen=True, slots=True)
class Forecast:
    """One solution's fans beside the plain forecasts, all after 1, 2, … periods (`days`)."""

    solution: str
    eligible: int
    adopted: int
    in_use: int
    left: int
    days: tuple[date, ...]
    fans: dict[str, Fan]
    last_value: tuple[float, ...]
    linear: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no forecast, as a code and in words."""

    solution: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Models:
    """What is fitted once for all solutions. `leaving` and `stopping` are (events, region-periods)."""

    spread: Spread
    table: Cells
    hazard: Hazard
    bass: Bass
    leaving: tuple[int, float]
    stopping: tuple[int, float]
    rows: dict[str, tuple[Standing, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Every solution's forecast or refusal, with what is needed to repeat them."""

    data: str
    seed: int
    draws: int
    method: str
    horizon: int
    models: Models
    of: dict[str, Forecast | Refusal]


def fit_models(spread: Spread) -> Models:
    """Both models, fitted to all solutions together."""
    rows = {one.id: standings(one, spread.as_of) for one in spread.solutions}
    table, a_period = cells(spread, rows), spread.period.days
    left = stopped = 0
    waited = used = 0.0
    for standing in (row for found in rows.values() for row in found):
        left += standing.left is not None
        ends = [day for day in (standing.adopted, standing.left) if day is not None]
        waited += ((ends[0] if ends else standing.followed) + 1) / a_period
        if standing.adopted is not None:
            stopped += standing.discontinued is not None
            until = standing.followed if standing.discontinued is None else standing.discontinued
            used += (until - standing.adopted + 1) / a_period
    return Models(
        spread, table, fit_hazard(table, spread.traits, Link.CLOGLOG), fit_bass(table, spread.period.a_year),
        (left, waited), (stopped, used), rows,
    )  # fmt: skip


def why_not(solution: Solution, rows: Sequence[Standing]) -> Refusal | None:
    """The reason to give no forecast, if there is one."""
    adopted = sum(row.adopted is not None for row in rows)
    if not any(row.is_at_risk for row in rows):
        words = (
            "Alla regioner som kan införa lösningen har gjort det."
            if adopted == len(rows)
            else "Ingen region återstår: de som inte har infört lösningen har avböjt eller avslutat."
        )
        return Refusal(solution.id, "nobody_left", words)
    if adopted < LEAST_ADOPTERS:
        seen = {0: "Ingen region", 1: "Bara en region", 2: "Bara två regioner"}[adopted]
        words = f"{seen} har infört lösningen. Före den tredje vet vi för lite om takten för att visa en prognos."
        return Refusal(solution.id, "too_few_adopters", words)
    return None


def forecast(
    spread: Spread, horizon: int = 12, seed: int = 0, draws: int = 400, models: Models | None = None
) -> Forecasts:
    """Forecasts of every solution. `horizon` in periods. The same spread, seed, draws and METHOD give the same numbers, and
    each solution has a random stream of its own. Raises InvalidSpread.
    """
    for value, low, high in ((horizon, 1, 200), (seed, 0, 2**32 - 1), (draws, 100, 100_000)):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise refused("out_of_range", value=value, low=low, high=high)
    fitted = fit_models(spread) if models is None else models
    wanted = {one.id: why_not(one, fitted.rows[one.id]) for one in spread.solutions}
    of: dict[str, Forecast | Refusal] = {code: refusal for code, refusal in wanted.items() if refusal}
    if len(of) < len(wanted):
        sets = _sets(fitted, seed)
        where = {number: row for row, number in enumerate(fitted.table.solutions)}
        for number, one in enumerate(spread.solutions):
            if one.id not in of:
                of[one.id] = _forecast(fitted, sets, number, where[number], horizon, seed, draws)
    of = {one.id: of[one.id] for one in spread.solutions}
    return Forecasts(spread.fingerprint, seed, draws, METHOD, horizon, fitted, of)


@dataclass(frozen=True, slots=True)
class Sets:
    """Sets of parameters drawn once for all: `heaps` are (sets, solutions with rows, nodes), summed along the nodes."""

    coefficients: Array
    tau: Array
    heaps: Array


def _sets(models: Models, seed: int) -> Sets:
    drawn = draws_of(models.hazard, models.table, SETS, np.random.default_rng([seed, 1]))
    coefficients, tau, weights = zip(*drawn, strict=True)
    return Sets(np.array(coefficients), np.array(tau), np.cumsum(weights, axis=2))


def _forecast(models: Models, sets: Sets, number: int, row: int, horizon: int, seed: int, draws: int) -> Forecast:
    spread, one = models.spread, models.spread.solutions[number]
    rows = models.rows[one.id]
    adopted = sorted(standing.adopted for standing in rows if standing.adopted is not None)
    left = sum(standing.left is not None for standing in rows)
    since = elapsed(spread, rows[0].followed)
    waiting = np.array([standing.is_at_risk for standing in rows])
    fans = {}
    for at, name in enumerate(MODELS):
        rng = np.random.default_rng([seed, 2 + at, crc32(one.id.encode())])
        if name == "hazard":
            traits = ((trait_matrix(spread, number) - models.table.centre) / models.table.scale)[waiting]
            grow, factors = _by_hazard(sets, row, traits, since, draws, rng)
        else:
            grow, factors = _by_bass(models.bass, row, since, horizon, draws, rng), np.ones((draws, 1))
        fans[name] = _fan(models, rows, grow, factors, horizon, draws, rng)
    return Forecast(
        one.id, len(rows), len(adopted), sum(standing.in_use for standing in rows), left,
        tuple(spread.day(step) for step in range(1, horizon + 1)), fans, last_value(len(adopted), horizon),
        linear(adopted, rows[0].followed, spread.period.days, len(rows) - left, horizon),
    )  # fmt: skip


def levels(drawn: Array) -> Array:
    """(quantiles, periods) of (periods, draws): the least drawn number that at least so large a share does not pass."""
    ordered = np.sort(drawn, axis=1)
    at = np.ceil(np.array(QUANTILES) * drawn.shape[1] - 1e-9).astype(int) - 1
    return np.asarray(ordered[:, at].T, dtype=float)


Grow = Callable[[int, Array], Array]


def _by_hazard(
    sets: Sets, row: int, traits: Array, since: float, draws: int, rng: np.random.Generator
) -> tuple[Grow, Array]:
    """What the hazard heaps up in period `step` given the adopted share, per draw; and each region's factor."""
    which = np.arange(draws) % len(sets.tau)
    coefficients, heaps = sets.coefficients[which], sets.heaps[which, row]
    node = np.minimum((rng.random((draws, 1)) * heaps[:, -1:] > heaps).sum(axis=1), len(NODES) - 1)
    own = NODES[node] + (rng.random(draws) - 0.5) * (NODES[1] - NODES[0])
    base = coefficients[:, 0] + sets.tau[which] * own

    def grow(step: int, share: Array) -> Array:
        middle = np.log(since + step + 1.0)
        held = np.clip(base + coefficients[:, 1] * middle + coefficients[:, 2] * share, -30, 30)
        return np.asarray(np.exp(held))

    return grow, np.exp(np.clip(coefficients[:, 3:] @ traits.T, -30, 30))


def _by_bass(model: Bass, row: int, since: float, horizon: int, draws: int, rng: np.random.Generator) -> Grow:
    node = np.minimum(np.searchsorted(model.posterior[row].cumsum(), rng.random(draws)), len(model.p) - 1)
    heaped = cumulative_hazard(since + np.arange(horizon + 1.0)[:, None], model.p[node], model.q[node])
    grown = np.diff(heaped, axis=0)
    return lambda step, share: grown[step]


def _fan(
    models: Models,
    rows: Sequence[Standing],
    grow: Grow,
    factors: Array,
    horizon: int,
    draws: int,
    rng: np.random.Generator,
) -> Fan:
    """The draws lie along the rows of (regions, draws), where numbers of one byte are counted many at a time."""
    count, total = sum(row.is_at_risk for row in rows), len(rows)
    before = sum(row.adopted is not None for row in rows)
    rates = [(events + EXIT_EVENTS, periods + EXIT_PERIODS) for events, periods in (models.leaving, models.stopping)]
    leave, stop = (rng.gamma(shape, 1 / rate, draws) for shape, rate in rates)
    needed = np.ascontiguousarray((rng.exponential(size=(draws, count)) / factors).T)
    leaves = rng.exponential(size=(draws, count)) / leave[:, None]
    whole = np.ascontiguousarray(np.minimum(np.ceil(leaves), 255).astype(np.uint8).T)  # a horizon is at most 200
    heap, waiting = np.zeros(draws), np.ones((count, draws), dtype=bool)
    stayed = np.zeros((count, draws), dtype=np.uint8)
    adopted = np.full((horizon + 1, draws), before)
    using = np.full((horizon + 1, draws), sum(row.in_use for row in rows))
    stops, narrow = -np.expm1(-stop), np.uint8 if count < 256 else np.int64
    for step in range(horizon):
        heap = heap + grow(step, adopted[step] / total)
        new = needed <= heap
        new &= whole > step
        new &= waiting
        waiting ^= new
        stayed += waiting
        came = np.add.reduce(new.view(np.uint8), axis=0, dtype=narrow)
        adopted[step + 1] = adopted[step] + came
        using[step + 1] = using[step] - rng.binomial(using[step], stops) + came
    codes = [row.region for row in rows if row.is_at_risk]
    by_region = dict(zip(codes, _adopted_by(stayed, horizon), strict=True))
    by_region |= {row.region: np.ones(horizon) for row in rows if row.adopted is not None}
    half = np.flatnonzero((adopted[1:] > before).mean(axis=1) >= 0.5)
    return Fan(
        levels(adopted[1:]), adopted[1:].mean(axis=1), levels(using[1:]), using[1:].mean(axis=1),
        dict(sorted(by_region.items())), int(half[0]) + 1 if len(half) else None, (adopted[1:] == total).mean(axis=1),
    )  # fmt: skip


def _adopted_by(stayed: NDArray[np.uint8], horizon: int) -> Array:
    """(regions, periods): in how many of the draws each had adopted, from how many periods it stayed without."""
    count, draws = stayed.shape
    at = stayed + (horizon + 1) * np.arange(count)[:, None]
    when = np.bincount(at.reshape(-1), minlength=count * (horizon + 1)).reshape(count, horizon + 1)
    return np.asarray((when[:, :horizon] / draws).cumsum(axis=1))
