"""How long `uptake` takes for 700 policies over 50 states: Kaplan–Meier, the hazard, Bass and the forecasts; and the back-test.

The policies are invented: each has a pace of its own, later states look at earlier ones, large states come a little before,
some are never adopted by all. Seconds by the wall and by the processor, the least of several rounds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np

from hemtag import uptake

AS_OF = date(2020, 12, 31)


def policies(count: int = 700, states: int = 50, seed: int = 1) -> uptake.Spread:
    """Invented policies published over forty years, with one trait (small, middle, large), in yearly periods."""
    draw = np.random.default_rng(seed)
    codes = tuple(f"{at:02d}" for at in range(states))
    size = dict(zip(codes, draw.integers(-1, 2, states).tolist(), strict=True))
    solutions = []
    for number in range(count):
        begin = AS_OF - timedelta(days=int(draw.integers(400, 14_600)))
        pace, copying = np.exp(draw.normal(-4.0, 1.0)), abs(draw.normal(0.15, 0.1))
        steps, waiting = [], list(codes)
        for year in range((AS_OF - begin).days // 365):
            share = 1 - len(waiting) / states
            for code in list(waiting):
                if draw.random() < 1 - np.exp(-(pace + copying * share) * np.exp(0.3 * size[code])):
                    on = begin + timedelta(days=365 * year + int(draw.integers(0, 365)))
                    steps.append(uptake.Step(code, uptake.Stage.IN_USE, on))
                    waiting.remove(code)
        steps.sort(key=lambda step: (step.on, step.region))
        solutions.append(uptake.Solution(f"p{number:03d}", begin, codes, tuple(steps), traits={"size": size}))
    return uptake.Spread(
        AS_OF, tuple(solutions), dict.fromkeys(codes, ""), uptake.Period.YEAR, "invented policies", ("size",)
    )


def least(work: Callable[[], Any], rounds: int) -> dict[str, float]:
    walls, processors = [], []
    for _ in range(rounds):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return {"seconds": round(min(walls), 3), "cpu_seconds": round(min(processors), 3)}


def everything(spread: uptake.Spread) -> tuple[Any, ...]:
    """Kaplan–Meier of each policy, both models over all, and each policy's forecast ten years on."""
    curves = [uptake.waiting_curve(one, spread.as_of) for one in spread.solutions]
    return curves, uptake.forecast(spread, horizon=10, seed=1)


def measure() -> dict[str, Any]:
    spread = policies()
    _, found = everything(spread)
    models, table = found.models, found.models.table
    test = uptake.backtest(spread, horizons=(3, 10), origins=2, every=5, draws=200)
    return {
        "policies": len(spread.solutions),
        "states": 50,
        "adoptions": int(table.adopted.sum()),
        "rows of the hazard": len(table.period),
        "draws": found.draws,
        "horizon_years": found.horizon,
        "forecasts": sum(isinstance(one, uptake.Forecast) for one in found.of.values()),
        "whole": least(lambda: everything(spread), 3),
        "kaplan_meier": least(lambda: [uptake.waiting_curve(one, spread.as_of) for one in spread.solutions], 3),
        "hazard": least(lambda: uptake.fit_hazard(table, spread.traits), 3),
        "bass": least(lambda: uptake.fit_bass(table), 3),
        "forecasts alone": least(lambda: uptake.forecast(spread, horizon=10, seed=1, models=models), 3),
        "backtest": {
            f"{score.method}, {score.horizon} years": {
                "cases": score.cases,
                "error": round(score.error, 2),
                "skill_linear": None if score.skill_linear is None else round(score.skill_linear, 2),
                "within_80": None if score.within_80 is None else round(score.within_80, 3),
            }
            for score in test.scores
        },
    }


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, ensure_ascii=False, indent=2)
    print()
