"""How long the exact choice takes on invented rounds of the size of a real one and larger.

python -m bench portfolio             with ROUND=file.json in the environment, that round too
python -m bench.portfolio [ROUND]     PARTS="demo,knapsacks" for those that begin so; RIVALS: see bench/rivals.py
"""

from __future__ import annotations

import json
import math
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from hemtag.portfolio import (
    Scenarios,
    TooLarge,
    compare_with_practice,
    core_index,
    draw,
    explain,
    flip_prices,
    frontier,
    load_round,
    marginal,
    near_optimal,
    policy_price,
    prove,
    select,
    verify,
)
from hemtag.portfolio.engine import Engine
from hemtag.portfolio.model import plain
from hemtag.portfolio.programme import Programme, programme
from hemtag.portfolio.scenarios import with_draw
from hemtag.portfolio.solver import maximise

T = TypeVar("T")


def synthetic(
    applications: int, blocks: int, years: int, seed: int, *, rules: bool = True, across: bool = True
) -> dict[str, Any]:
    """An invented round: costs and effects correlated within an application, frames that carry a good third of it all.

    `rules`: needs, least levels and variants; `across` applications too, with overlaps and a policy. Otherwise all rules
    but the yearly frames are within applications."""
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
    if rules and not across:
        del data["overlaps"], data["policies"]
        some = [application["blocks"] for application in made if draw.random() < 0.3]
        data["exclusive"] = [[block["id"] for block in draw.sample(own, 2)] for own in some]
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


class Rivals:
    """CP-SAT and CBC in a process of their own, with the Python named in RIVALS; nobody when it names none."""

    def __init__(self) -> None:
        python = os.environ.get("RIVALS")
        self.names = ("cp_sat", "cbc") if python else ()
        script = str(Path(__file__).with_name("rivals.py"))
        self.process = python and subprocess.Popen(
            [python, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def ask(self, solver: str, p: Programme, seconds: float) -> dict[str, Any]:
        assert self.process and self.process.stdin and self.process.stdout
        rows = [[dict(row.coefficients), row.limit] for row in p.rows]
        task = {"solver": solver, "points": p.points, "rows": rows, "seconds": seconds}
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        if self.process:
            self.process.stdin.close()
            self.process.wait(60)


class Contest:
    """Processor seconds of everyone on the same programmes, one after another; values must agree where all finished."""

    def __init__(self, rivals: Rivals, seconds: float) -> None:
        self.rivals, self.seconds = rivals, seconds
        self.spent: dict[str, list[float]] = {}
        self.unfinished: dict[str, int] = {}
        self.differences = 0

    def meet(self, p: Programme, ours: Callable[[], int], name: str = "hemtag") -> None:
        value, spent = timed(ours)
        self.note(name, spent["cpu_seconds"], True)
        answer, spent = timed(lambda: maximise(p, seconds=self.seconds))
        self.note("highs", spent["cpu_seconds"], answer.finished)
        self.differences += answer.finished and answer.value != value
        for solver in self.rivals.names:
            told = self.rivals.ask(solver, p, self.seconds)
            self.note(solver, told["cpu_seconds"], told["finished"])
            self.differences += bool(told["finished"] and told["value"] != value)

    def note(self, name: str, seconds: float, finished: bool) -> None:
        self.spent.setdefault(name, []).append(seconds)
        self.unfinished[name] = self.unfinished.get(name, 0) + (not finished)

    def result(self, name: str = "hemtag") -> dict[str, Any]:
        own = sum(self.spent[name])
        return {
            "programmes": len(self.spent[name]),
            "mean_cpu_seconds": {who: round(sum(each) / len(each), 4) for who, each in self.spent.items()},
            "stopped_at_limit": {who: count for who, count in self.unfinished.items() if count},
            "times_ours": {who: round(sum(each) / own, 2) for who, each in self.spent.items() if who != name},
            "values_that_differ": self.differences,
        }


def scenario_loop(rounds: Sequence[Mapping[str, Any]], count: int, rivals: Rivals) -> dict[str, Any]:
    """The loop over scenarios, hot, with the published order's choice, beside cold solvers that give any best choice."""
    contest, handed_over = Contest(rivals, seconds=60), 0
    for data in rounds:
        r = load_round(data)
        engine = Engine(r)
        for number in range(count):
            points = engine.points(with_draw(r, draw(r, 1, number)))
            p = replace(engine.programme, points=points)
            contest.meet(p, lambda: p.value(engine.optimum(points) or ()))  # noqa: B023  # called at once
        handed_over += engine.handed_over
    return {**contest.result(), "handed_over_to_highs": handed_over}


def knapsack(items: int, rows: int, tightness: float, seed: int) -> dict[str, Any]:
    """A multidimensional knapsack as Chu and Beasley made theirs (1998, Journal of Heuristics 4): weights uniform up to
    1000, room a share of their sum, values correlated with the weights. Every item a block, every row a year."""
    draw = random.Random(seed)
    weights = [[draw.randint(1, 1000) for _ in range(items)] for _ in range(rows)]
    years = [str(2025 + k) for k in range(rows)]
    applications = []
    for item in range(items):
        value = round(sum(row[item] for row in weights) / rows + 500 * draw.random())
        cost = {year: row[item] for year, row in zip(years, weights, strict=True)}
        applications.append({"id": f"i{item}", "blocks": [{"id": f"x{item}", "effect": value, "cost": cost}]})
    frames = {year: int(tightness * sum(row)) for year, row in zip(years, weights, strict=True)}
    return {"frames": frames, "applications": applications}


def knapsacks(rivals: Rivals) -> dict[str, Any]:
    """Five rows: 100 items proved, beside rivals; 250 and 500 items to the gap that a minute certifies."""
    contest = Contest(rivals, seconds=120)
    for tightness in (0.25, 0.5, 0.75):
        r = load_round(knapsack(100, 5, tightness, seed=1))
        contest.meet(programme(r), lambda: int(select(r).value))  # noqa: B023  # called at once
    gaps = {}
    for items in (250, 500):
        for tightness in (0.25, 0.5, 0.75):
            r = load_round(knapsack(items, 5, tightness, seed=1))
            result, spent = timed(lambda: select(r, seconds=60))  # noqa: B023
            gap = (float(result.upper_bound) - float(result.value)) / float(result.value)
            gaps[f"{items} items, {tightness}"] = {"gap_percent": round(100 * gap, 4), **spent}
    return {"5x100": contest.result(), "within a minute": gaps}


def questions(data: Mapping[str, Any]) -> dict[str, Any]:
    """Processor seconds for what a meeting asks: every flip price, the least cut of some blocks that are not chosen, ten
    others within a hundredth, one more million in each year, every policy's price, eleven sizes of the frame."""
    r = load_round(data)
    result = select(r)
    outside = [block.id for block in r.blocks if block.id not in result.chosen][:5]
    asked: dict[str, Callable[[], Any]] = {
        "flip_prices": lambda: flip_prices(r, result),
        "near_optimal": lambda: near_optimal(r, 0.01, 10, selection=result),
        "marginal": lambda: marginal(r, result),
        "policy_price": lambda: policy_price(r, result),
        "frontier": lambda: frontier(r),
    }
    cuts = [timed(lambda: explain(r, block, result, frames=False))[1]["cpu_seconds"] for block in outside]  # noqa: B023
    return {
        "blocks": len(r.blocks),
        **{name: timed(work)[1]["cpu_seconds"] for name, work in asked.items()},
        "least_cut": cuts,
    }


def first_search() -> dict[str, float]:
    """Seconds for the first search of a process: the compiler is loaded, and compiles what is not kept from before."""
    r = load_round(synthetic(5, 3, 3, seed=1))
    return timed(lambda: Engine(r).searched())[1]


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
    demo = json.loads(file.read_text("utf-8"))
    rivals = Rivals()
    parts: dict[str, Callable[[], Any]] = {
        file.stem if path else "demo round": lambda: chosen(demo),
        "questions of the demo round": lambda: questions(demo),
        "scenario loop, demo round": lambda: scenario_loop([demo], 10, rivals),
        "scenario loop 60x5x6, rules within applications": lambda: scenario_loop(
            [synthetic(60, 5, 6, s, across=False) for s in (0, 1)], 4, rivals
        ),
        "scenario loop 60x5x3, rules within applications": lambda: scenario_loop(
            [synthetic(60, 5, 3, s, across=False) for s in (0, 1)], 4, rivals
        ),
        "scenario loop 60x5x6": lambda: scenario_loop([synthetic(60, 5, 6, s, rules=False) for s in (0, 1)], 8, rivals),
        "scenario loop 60x5x6 with rules": lambda: scenario_loop([synthetic(60, 5, 6, s) for s in (0, 1)], 4, rivals),
        "60x5x6": lambda: [chosen(synthetic(60, 5, 6, seed)) for seed in range(3)],
        "60x5x6 without rules": lambda: [chosen(synthetic(60, 5, 6, seed, rules=False)) for seed in range(3)],
        "questions of 60x5x6": lambda: questions(synthetic(60, 5, 6, 0, rules=False)),
        "questions of 60x5x6 with rules": lambda: questions(synthetic(60, 5, 6, 0)),
        "questions of 60x5x6, rules within applications": lambda: questions(synthetic(60, 5, 6, 0, across=False)),
        "knapsacks": lambda: knapsacks(rivals),
        "scenarios 60x5x6": lambda: scenarios(synthetic(60, 5, 6, 1, rules=False), exact=5, bounded=50),
        "proof 40x4x6": lambda: proof(synthetic(40, 4, 6, 1), seconds=60),
        "500x5x6 within 0.01 %": lambda: chosen(synthetic(500, 5, 6, 0), gap=1e-4, seconds=120),
        "2000x5x6 within 0.01 %": lambda: chosen(synthetic(2000, 5, 6, 0), gap=1e-4, seconds=120),
        "500 applications, bounds": lambda: scenarios_of_many(500, 10),
    }
    wanted = os.environ.get("PARTS", "").split(",")
    result: dict[str, Any] = {"rivals": list(rivals.names) or "RIVALS names no Python", "first search": first_search()}
    for name, part in parts.items():
        if wanted == [""] or any(name.startswith(one) for one in wanted):
            print(f"  {name} …", file=sys.stderr, flush=True)
            result[name] = part()
            result.setdefault("peak_mb", {})[name] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rivals.close()
    return result


def scenarios_of_many(applications: int, count: int) -> dict[str, Any]:
    """What a large round costs: processor seconds for each scenario that is only bounded, and for one choice within 0.1 %."""
    r = load_round(synthetic(applications, 5, 6, 0, rules=False))
    near, solving = timed(lambda: select(r, gap=1e-3, seconds=120))
    index, bounding = timed(lambda: core_index(r, Scenarios(count, seed=1), solve=False, pool=[near.chosen]))
    return {
        "bounded_seconds_each": round(bounding["cpu_seconds"] / count, 4),
        "decided_by_bounds": round(index.decided, 3),
        "one_choice_within_0.1_percent": solving["cpu_seconds"],
        "hours_for_100_000_bounded": round(100_000 * bounding["cpu_seconds"] / count / 3600, 2),
    }


if __name__ == "__main__":
    json.dump(measure(*sys.argv[1:2]), sys.stdout, ensure_ascii=False, indent=2)
    print()
