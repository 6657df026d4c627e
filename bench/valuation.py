"""How long the benefit engine takes, how much memory, how exact the answer is, and how other packages do.

The case is the invented one of `valuation_case`: 21 regions, 10 years, 30 correlated inputs. "The whole answer" is the net
present value in three perspectives, pay-back, probabilities, and the value of knowing each input. Seconds by the wall and
by the processor, the least of several rounds; on a shared machine the latter is what to compare.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.valuation_case import case as case_data
from hemtag import valuation
from hemtag.valuation.distributions import _table
from hemtag.valuation.sampling import _kept, sample

ROOT = Path(__file__).resolve().parents[1]
RIVALS = ROOT / ".verktyg" / "rivals"
NAMES = ("squigglepy", "monaco", "probabilit")
WHOLE, USUAL = 100_000, 2**14
ROUNDS, PAUSE = 40, 0.05


def least(work: Callable[[], Any], rounds: int) -> dict[str, float]:
    """The least seconds of several rounds."""
    walls, processors = [], []
    for _ in range(rounds):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return {"seconds": round(min(walls), 4), "cpu_seconds": round(min(processors), 4)}


def whole(case: valuation.Case, draws: int, seed: int) -> tuple[Any, ...]:
    """The whole answer."""
    result = valuation.simulate(case, draws, seed)
    names, drawn = ("region", "region_cash", "society"), result.sample
    return (
        [result.estimate(name) for name in names],
        [result.npv(name).mean(axis=1) for name in names],
        [valuation.probability_of_recoup(result, name) for name in names[:2]],
        [np.bincount(years, minlength=11) for years in result.recouped()],
        valuation.evppi(drawn.values, result.npv().sum(axis=0), drawn.names, scores=drawn.scores),
    )


def beside_a_matrix_product() -> dict[str, dict[str, float]]:
    """The whole answer at 2^14 draws beside a 1000 × 1000 matrix product, in turn, so that all meet the same machine.

    Timed is everything from a case that has been read (and so checked) to the last number of `whole`. Four askers:
    `changed`, as the pages ask: one value of the case is another than last time, so that its plan and that value's quantile
    table are made within the time, while the points of the pages' only seed are kept · `again`: the same case once more ·
    `another seed`: the same case, all points drawn within the time · `first`: nothing kept at all, as in a new process.
    Before each a pause, because the product's threads look for work a while after it. Least and median of the rounds.
    """
    matrix = np.random.default_rng(1).random((1000, 1000))
    data = case_data()
    case = valuation.load_case(data)

    def changed(at: int) -> valuation.Case:
        data["inputs"]["minutes_nurse"]["likely"] = 1.2 + at / 1000
        return valuation.load_case(data)

    spent: dict[str, list[tuple[float, float]]] = {}

    def time_of(name: str, work: Callable[[], Any]) -> None:
        time.sleep(PAUSE)
        wall, processor = time.perf_counter(), time.process_time()
        work()
        spent.setdefault(name, []).append((time.perf_counter() - wall, time.process_time() - processor))

    for at in range(ROUNDS):
        other, fresh = changed(at), valuation.load_case(case_data())
        time_of("matrix product", lambda: matrix @ matrix)
        time_of("changed", lambda other=other: whole(other, USUAL, 1))  # type: ignore[misc]
        time_of("again", lambda: whole(case, USUAL, 1))
        time_of("another seed", lambda at=at: whole(case, USUAL, 100 + at))  # type: ignore[misc]
        if at % 5 == 0:
            _table.cache_clear()
            _kept.cache_clear()
            time_of("first", lambda fresh=fresh: whole(fresh, USUAL, 1))  # type: ignore[misc]
    yardstick = np.array(spent["matrix product"])
    found = {}
    for name, pairs in spent.items():
        rounds = np.array(pairs)
        found[name] = {
            "seconds": round(float(rounds[:, 0].min()), 4),
            "median_seconds": round(float(np.median(rounds[:, 0])), 4),
            "cpu_seconds": round(float(rounds[:, 1].min()), 4),
            "ratio": round(float(rounds[:, 0].min() / yardstick[:, 0].min()), 2),
            "ratio_of_medians": round(float(np.median(rounds[:, 0]) / np.median(yardstick[:, 0])), 2),
            "ratio_of_cpu": round(float(rounds[:, 1].min() / yardstick[:, 1].min()), 2),
        }
    return found


def value_of_information(case: valuation.Case) -> dict[str, Any]:
    result = valuation.simulate(case, WHOLE, 1)
    drawn, nets = result.sample, result.npv()
    nets = np.concatenate([nets, nets.sum(axis=0, keepdims=True)])
    spent = least(
        lambda: valuation.evppi_of_decisions(drawn.values, nets, drawn.names, scores=drawn.scores), 5
    )  # fmt: skip
    return {"inputs": len(drawn.names), "decisions": len(nets), "draws": result.draws} | spent


def cost_effectiveness() -> dict[str, Any]:
    draw = np.random.default_rng(1)
    costs = draw.lognormal(10, 0.4, (4, WHOLE)) + np.array([0, 5_000, 9_000, 20_000])[:, None]
    effects = draw.normal(1, 0.3, (4, WHOLE)) + np.array([0, 0.1, 0.15, 0.3])[:, None]
    sweep = np.linspace(0, 1e6, 501)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = least(lambda: valuation.cost_effectiveness(costs, effects, sweep), 3)
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "thresholds": 501,
        "draws": WHOLE,
        "options": 4,
        "memory_mb": round((more + costs.nbytes / 512) / 1024),
    } | spent


def exactness(case: valuation.Case) -> dict[str, Any]:
    """Root mean square error of the mean net present value at 2^14 draws over seeds, against plain draws as many."""
    truth = np.mean([valuation.simulate(case, 2**18, 1000 + n).npv().sum(axis=0).mean() for n in range(2)])
    found = [valuation.simulate(case, USUAL, seed).npv().sum(axis=0) for seed in range(40)]
    ours = float(np.sqrt(np.mean([(net.mean() - truth) ** 2 for net in found])))
    plain = float(found[0].std() / np.sqrt(USUAL))
    return {
        "error_mkr": round(ours / 1e6, 3),
        "plain_error_mkr": round(plain / 1e6, 3),
        "times_better": round(plain / ours, 1),
    }


def rivals() -> dict[str, Any]:
    """The region's net present value alone, per 1 000 draws, in the packages' own environment; and ours, all of it."""
    failure = _environment()
    if failure:
        return {"not_measured": failure}
    found: dict[str, Any] = {}
    for name in NAMES:
        done = subprocess.run(
            [RIVALS / "bin" / "python", "-W", "ignore", "-m", "bench.valuation_rivals", name],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=300, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        lines = done.stderr.strip().splitlines() or [""]
        found[name] = json.loads(done.stdout) if done.returncode == 0 else {"not_measured": lines[-1][:200]}
    return found


def _environment() -> str:
    """Make the environment, once; what stood in the way, if anything did."""
    if (RIVALS / ".complete").exists():
        return ""
    uv = ROOT / ".verktyg" / "uv" / "bin" / "uv"
    tool = str(uv) if uv.exists() else shutil.which("uv")
    if tool is None:
        return "uv was not found; `make bench` fetches it"
    steps = [
        [tool, "venv", "-q", "--clear", "--python", sys.executable, str(RIVALS)],
        [tool, "pip", "install", "-q", "--python", str(RIVALS / "bin" / "python"), *NAMES],
    ]
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"could not be installed: {(done.stderr.strip().splitlines() or [''])[-1][:200]}"
    (RIVALS / ".complete").touch()
    return ""


def measure() -> dict[str, Any]:
    case = valuation.load_case(case_data())
    whole(case, 4096, 0)
    spent = least(lambda: whole(case, WHOLE, 1), 5)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer: dict[str, Any] = {
        "whole answer": {"draws": 2**17, "asked": WHOLE, "peak_memory_mb": round(peak)} | spent,
        "2^14 draws": beside_a_matrix_product(),
        "evppi": value_of_information(case),
        "ceac and evpi": cost_effectiveness(),
        "error of the mean": exactness(case),
        "sampling alone": least(
            lambda: sample({n: i.distribution for n, i in case.inputs.items()}, case.correlations), 5
        ),
        "rivals": rivals(),
    }
    own = 1e6 * spent["cpu_seconds"] / 2**17
    answer["rivals"]["hemtag, the whole answer"] = {"cpu_ms_per_1000_draws": round(own, 2)}
    for name in NAMES:
        if "cpu_ms_per_1000_draws" in answer["rivals"].get(name, {}):
            answer["rivals"][name]["times_slower"] = round(answer["rivals"][name]["cpu_ms_per_1000_draws"] / own, 1)
    return answer


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, ensure_ascii=False, indent=2)
    print()
