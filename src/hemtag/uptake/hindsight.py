"""How good the forecasts have been: made again on earlier days with what was known then, and held against what came.

Rolling origin (Tashman, International Journal of Forecasting 16, 2000). Skill is 1 − error/error of the plain forecast: 0 means
no better, below 0 worse. Errors are absolute differences in number of regions that have adopted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from .faults import refused
from .forecasting import MODELS, QUANTILES, Forecast, forecast
from .model import Spread, known_on, standings

METHODS = (*MODELS, "last_value", "linear")
FEW = 20


@dataclass(frozen=True, slots=True)
class Score:
    """One method at one horizon (periods): mean absolute error over `cases`, and skill against the two plain forecasts.

    `within_50` and `within_80`: how often the outcome lay in the fan's inner 50 and 80 %; None for the plain ones.
    """

    method: str
    horizon: int
    cases: int
    error: float
    skill_last_value: float | None
    skill_linear: float | None
    within_50: float | None
    within_80: float | None


@dataclass(frozen=True, slots=True)
class Backtest:
    """Scores of every method and horizon with at least one case; `origins` is the number of days it was made from."""

    scores: tuple[Score, ...]
    origins: int
    seed: int

    def score(self, method: str, horizon: int) -> Score | None:
        return next((one for one in self.scores if (one.method, one.horizon) == (method, horizon)), None)


def backtest(
    spread: Spread,
    horizons: Sequence[int] = (4, 8, 12),
    origins: int = 6,
    every: int = 4,
    seed: int = 0,
    draws: int = 500,
) -> Backtest:
    """Forecasts as of `every`, 2·`every`, … periods before today (at most `origins` of them), each fitted only to what was
    known on that day. Raises InvalidSpread.
    """
    for value in (origins, every, *horizons):
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 200:
            raise refused("out_of_range", value=value, low=1, high=200)
    cases: dict[tuple[str, int], list[tuple[float, float, float]]] = {}
    made = 0
    for back in range(every, every * origins + 1, every):
        wanted = [horizon for horizon in sorted(set(horizons)) if horizon <= back]
        then = known_on(spread, spread.day(-back))
        if not wanted or not then.solutions:
            continue
        made += 1
        found = forecast(then, max(wanted), seed, draws)
        for code, one in found.of.items():
            if isinstance(one, Forecast):
                for horizon in wanted:
                    _hold_against(spread, code, one, horizon, cases, spread.day(horizon - back))
    return Backtest(tuple(_scores(cases)), made, seed)


def _hold_against(
    spread: Spread, code: str, one: Forecast, horizon: int, cases: dict[tuple[str, int], list[tuple[float, float, float]]],
    day: date,
) -> None:  # fmt: skip
    came = sum(row.adopted is not None for row in standings(spread.solution(code), day))
    for method in METHODS:
        if method in one.fans:
            levels = one.fans[method].adopted[:, horizon - 1]
            low, high = levels[QUANTILES.index(0.25)], levels[QUANTILES.index(0.75)]
            lowest, highest = levels[QUANTILES.index(0.1)], levels[QUANTILES.index(0.9)]
            guess = levels[QUANTILES.index(0.5)]
            row = (abs(guess - came), float(low <= came <= high), float(lowest <= came <= highest))
        else:
            guess = getattr(one, method)[horizon - 1]
            row = (abs(guess - came), np.nan, np.nan)
        cases.setdefault((method, horizon), []).append((float(row[0]), row[1], row[2]))


def _scores(cases: dict[tuple[str, int], list[tuple[float, float, float]]]) -> list[Score]:
    found = []
    for horizon in sorted({key[1] for key in cases}):
        tables = {method: np.array(cases[method, horizon]) for method in METHODS}
        errors = {method: float(table[:, 0].mean()) for method, table in tables.items()}
        for method, table in tables.items():
            fan = method in MODELS
            found.append(
                Score(
                    method, horizon, len(table), errors[method], _skill(errors[method], errors["last_value"]),
                    _skill(errors[method], errors["linear"]), float(table[:, 1].mean()) if fan else None,
                    float(table[:, 2].mean()) if fan else None,
                )
            )  # fmt: skip
    return found


def _skill(error: float, plain: float) -> float | None:
    return 1 - error / plain if plain > 0 else None
