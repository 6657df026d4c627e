"""How long the exact choice takes on invented rounds of the size of a real one and larger.

python -m bench portfolio             with ROUND=file.json in the environment, that round too
python -m bench.portfolio [ROUND]
"""

from __future__ import annotations

import json
import math
import os
import random
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from hemtag.portfolio import (
    Scenarios,
    TooLarge,
    compare_with_practice,
    core_index,
    load_round,
    prove,
    select,
    verify,
)
from hemtag.portfolio.model import plain

T = TypeVar("T")


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


def timed(work: Callable[[], T]) -> tuple[T, dict[str, float]]:
    """The result, and seconds by the wall and by the processor: on a shared machine the latter is what to compare."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, {
        "seconds": round(time.perf_counter() - wall, 3),
        "cpu_seconds": round(time.process_time() - processor, 3),
    }


def chosen(data: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """Time to choose, how good the answer and its proofs are, and what customary ways of choosing would lose."""
    r = load_round(data)
    result, spent = timed(lambda: select(r, **options))
    wrong, checked = timed(lambda: verify(r, result))
    if wrong:
        raise AssertionError("; ".join(wrong))
    losses = {outcome.method: round(outcome.loss_share, 4) for outcome in compare_with_practice(r, result)}
    certificate = result.certificate.bound / r.scale if result.certificate else math.inf
    value = max(1.0, float(result.value))
    return {
        "applications": len(r.applications),
        "blocks": len(r.blocks),
        "years": len(r.years),
        **spent,
        "status": result.status,
        "value": plain(result.value),
        "gap": round((float(result.upper_bound) - float(result.value)) / value, 6),
        "gap_of_integer_certificate": round((certificate - float(result.value)) / value, 6),
        "check_seconds": checked["cpu_seconds"],
        "loss_of_practice": losses,
    }


def scenarios(data: Mapping[str, Any], exact: int, bounded: int) -> dict[str, Any]:
    """Milliseconds of processor time for each scenario, solved exactly and only bounded."""
    r = load_round(data)
    pool = [select(r).chosen]
    _, solving = timed(lambda: core_index(r, Scenarios(exact, seed=1)))
    index, bounding = timed(lambda: core_index(r, Scenarios(bounded, seed=1), solve=False, pool=pool))
    return {
        "exact_ms": round(1000 * solving["cpu_seconds"] / exact, 1),
        "bounded_ms": round(1000 * bounding["cpu_seconds"] / bounded, 1),
        "decided_by_bounds": round(index.decided, 3),
    }


def proof(data: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Time to a proof without gap, and to check it."""
    r = load_round(data)
    result = select(r)
    try:
        proved, spent = timed(lambda: prove(r, result, seconds=seconds, most_leaves=50_000))
    except TooLarge:
        return {"applications": len(r.applications), "blocks": len(r.blocks), "proved": False, "limit_seconds": seconds}
    _, checked = timed(lambda: verify(r, proved))
    tree = proved.as_dict()["certificate"]
    return {
        "applications": len(r.applications),
        "blocks": len(r.blocks),
        "proved": True,
        **spent,
        "leaves": tree["leaves"],
        "check_seconds": checked["cpu_seconds"],
    }


def measure(path: str | None = None) -> dict[str, Any]:
    """Everything: the demo's round (or the one in the file `path` or named by ROUND), and invented rounds."""
    file = Path(path or os.environ.get("ROUND") or Path(__file__).parents[1] / "docs" / "examples" / "round.json")
    return {
        file.stem if path else "demo round": chosen(json.loads(file.read_text("utf-8"))),
        "60x5x6": [chosen(synthetic(60, 5, 6, seed)) for seed in range(3)],
        "60x5x6 without rules": [chosen(synthetic(60, 5, 6, seed, rules=False)) for seed in range(3)],
        "500x5x6 within 0.01 %": chosen(synthetic(500, 5, 6, 0), gap=1e-4, seconds=120),
        "scenarios 60x5x6": scenarios(synthetic(60, 5, 6, 1, rules=False), exact=5, bounded=50),
        "proof 40x4x6": proof(synthetic(40, 4, 6, 1), seconds=60),
    }


if __name__ == "__main__":
    json.dump(measure(*sys.argv[1:2]), sys.stdout, ensure_ascii=False, indent=2)
    print()
