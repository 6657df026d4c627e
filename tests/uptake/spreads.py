"""Small spreads to test with; everything invented."""

import datetime as dt
from typing import Any

import numpy as np

from hemtag import uptake

AS_OF = dt.date(2024, 9, 30)
CODES = [f"{at:02d}" for at in range(1, 22)]


def data(**other: Any) -> dict[str, Any]:
    """Two solutions, five regions."""
    return {
        "as_of": "2024-09-30",
        "regions": {code: f"Region {code}" for code in CODES[:5]},
        "solutions": [
            {
                "id": "a",
                "published_on": "2022-01-01",
                "origin": ["01"],
                "steps": [
                    {"region": "02", "stage": "interested", "on": "2022-02-01"},
                    {"region": "02", "stage": "decided", "on": "2022-05-02"},
                    {"region": "02", "stage": "in_use", "on": "2023-01-10"},
                    {"region": "03", "stage": "in_use", "on": "2023-06-01"},
                    {"region": "03", "stage": "discontinued", "on": "2024-06-01"},
                    {"region": "04", "stage": "interested", "on": "2023-06-01"},
                    {"region": "04", "stage": "declined", "on": "2023-09-01"},
                ],
            },
            {"id": "b", "published_on": "2023-03-01", "steps": []},
        ],
    } | other


def simulated(
    seed: int,
    solutions: int = 8,
    p: float = 0.02,
    q: float = 0.2,
    quarters: int = 24,
    spread: float = 0.5,
    cut: int = 12,
) -> tuple[uptake.Spread, uptake.Spread]:
    """(as known after `cut` quarters, as known at the end): invented, by a hazard with each solution's own pace."""
    draw = np.random.default_rng(seed)
    start, found = dt.date(2015, 1, 1), []
    for number in range(solutions):
        pace, waiting, steps = np.exp(spread * draw.normal()), list(CODES), []
        begin = start + dt.timedelta(days=int(draw.integers(0, 90)))
        for quarter in range(quarters):
            share = 1 - len(waiting) / 21
            for code in list(waiting):
                if draw.random() < 1 - np.exp(-pace * (p + q * share)):
                    day = begin + dt.timedelta(days=int(91.3125 * quarter) + int(draw.integers(0, 91)))
                    steps.append(uptake.Step(code, uptake.Stage.IN_USE, day))
                    waiting.remove(code)
        steps.sort(key=lambda step: (step.on, step.region))
        found.append(uptake.Solution(f"s{number}", begin, tuple(CODES), tuple(steps)))
    end = start + dt.timedelta(days=int(91.3125 * quarters))
    whole = uptake.Spread(end, tuple(found))
    return uptake.known_on(whole, start + dt.timedelta(days=int(91.3125 * cut))), whole
