"""How long the exact choice takes on invented rounds of the size of a real one and larger.

    python -m bench portfolio [ROUND]
"""

from __future__ import annotations

import random
from typing import Any


def synthetic(applications: int, blocks: int, years: int, seed: int, *, rules: bool = True) -> dict[str, Any]:
    """An invented round: costs and effects correlated within an application, frames that carry a good third of it all."""
    draw = random.Random(seed)
    names = [str(2025 + n) for n in range(years)]
    wanted = dict.fromkeys(names, 0)
    made: list[dict[str, Any]] = []
    for a in range(applications):
        quality, size = draw.uniform(0.7, 1.9), draw.lognormvariate(0, 0.5)
        first = draw.randrange(years)
        parts = []
        for b in range(blocks):
            span = names[first : first + draw.randint(1, min(3, years))]
            cost = {year: max(50, round(900 * size * draw.uniform(0.4, 1.6))) for year in span}
            for year, amount in cost.items():
                wanted[year] += amount
            effect = round(sum(cost.values()) * quality * draw.uniform(0.6, 1.6))
            part: dict[str, Any] = {"id": f"a{a}b{b}", "effect": effect, "cost": cost}
            if rules and b and draw.random() < 0.4:
                part["needs"] = [f"a{a}b{draw.randrange(b)}"]
            if draw.random() < 0.3:
                part["tags"] = ["struktur"]
            parts.append(part)
        made.append({"id": f"a{a}", "score": round(quality * draw.uniform(0.8, 1.2), 2), "blocks": parts})
    frames = {year: round(amount * 0.35) for year, amount in wanted.items()}
    data: dict[str, Any] = {"frames": frames, "hurdle": 1, "applications": made}
    if rules:
        _add_rules(draw, data)
    return data


def _add_rules(draw: random.Random, data: dict[str, Any]) -> None:
    applications = data["applications"]
    ids = [block["id"] for application in applications for block in application["blocks"]]
    for application in applications:
        if draw.random() < 0.3:
            costs = [sum(block["cost"].values()) for block in application["blocks"]]
            application["minimum"] = round(sum(costs) * 0.4)
    data["exclusive"] = [draw.sample(ids, 2) for _ in range(len(applications) // 10)]
    data["overlaps"] = [
        {"id": f"k{k}", "effects": {b: draw.randint(200, 1500) for b in draw.sample(ids, 3)}}
        for k in range(len(applications) // 6)
    ]
    data["policies"] = {"shares": [{"tag": "struktur", "share": 0.35}]}
