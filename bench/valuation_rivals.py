"""The region's net present value of the case in `valuation_case`, as three other packages are meant to be used.

Run by the Python of an environment of its own (see `valuation`), never by the project's: prints seconds as JSON. Only the
net present value, without pay-back, perspectives or value of information; squigglepy and monaco without correlations,
which they have no plain way to state. Percentiles of a PERT are taken as its limits: the speed is the same.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from bench.valuation_case import BLOCKS, INPUTS, REGIONS

YEARS, RATE, SCORE = 10, 0.03, 1.6448536269514722
ELSEWHERE = ("errors", "error_cost", "travel", "gain", "to_care")  # not in the sum that a region gets
SCALES = {"Mkr": 1e6, "tkr": 1e3, "min": 1 / 60, "%": 0.01}
Value = Any


def scale(unit: str) -> float:
    return SCALES.get(unit.split("/")[0], 1.0)


def net_of_regions(v: dict[str, Value], exp: Callable[[Value], Value]) -> list[Value]:
    """Net present value per region from the values of the inputs: numbers, arrays or a package's own variables."""
    v = {name: value * scale(INPUTS[name]["unit"]) for name, value in v.items()}
    population = {code: 1000.0 * size for code, (_, size) in REGIONS.items()}
    everyone = sum(population.values())
    time_used = 0.95  # cash, capacity and care together
    minutes = v["minutes_nurse"] * v["hour_nurse"] + v["minutes_doctor"] * v["hour_doctor"]
    worth_plain = v["minutes_clerk"] * v["hour_clerk"] * v["to_cash"] + v["avoided"] * v["visit_cost"] + v["printing"]
    worth_plain = worth_plain - v["licence"]
    care = v["stay"] * v["day_cost"]
    curves: dict[tuple[int, int], tuple[Value, Value]] = {}
    for wave in range(3):
        for t in range(wave, YEARS):
            uptake = v["ceiling"] / (1 + exp((v["midpoint"] - (t + 1 - wave)) * v["slope"]))
            more = exp(v["growth"] * t)
            curves[wave, t] = uptake * more, exp(v["erosion"] * (wave - t))
    found = []
    for n, people in enumerate(population.values()):
        wave, share, net = n % 3, people / everyone, 0.0
        for t in range(YEARS):
            flow = -(v["leading"] * share) - v["support"] * exp(v["wage"] * t)
            if t == wave:
                flow = flow - v["build"] * (0.5 * share) - v["setup"]
                flow = flow - v["training"] * v["hour_nurse"] * v["staff_need"] * (0.02 * people)
            if t >= wave:
                handled, worn = curves[wave, t]
                freed = minutes * exp(v["wage"] * t) * worn * time_used
                flow = flow + handled * (2.6 * people) * (worth_plain + freed + care * worn)
            net = net + flow * (1 / (1 + RATE) ** t)
        found.append(net)
    return found


def shape(row: dict[str, Any]) -> tuple[str, tuple[float, ...]]:
    """(family, parameters): normal (mean, sd), lognormal (mu, sigma), pert and triangular (low, likely, high), others."""
    family = row.get("family", "pert")
    if family == "pert":
        return family, (row.get("low", row.get("p05")), row["likely"], row.get("high", row.get("p95")))
    if family == "triangular":
        return family, (row["low"], row["likely"], row["high"])
    if family == "uniform":
        return family, (row["low"], row["high"])
    if family == "gamma":
        return family, ((row["mean"] / row["sd"]) ** 2, row["sd"] ** 2 / row["mean"])
    if family == "beta":
        if "a" in row:
            return family, (row["a"], row["b"])
        mean, sd = (row["p05"] + row["p95"]) / 2, (row["p95"] - row["p05"]) / (2 * SCORE)
        size = mean * (1 - mean) / sd**2 - 1
        return family, (mean * size, (1 - mean) * size)
    if "mean" in row and family == "normal":
        return family, (row["mean"], row["sd"])
    if "mean" in row:
        square = math.log1p((row["sd"] / row["mean"]) ** 2)
        return family, (math.log(row["mean"]) - square / 2, math.sqrt(square))
    low, high = (math.log(row[end]) if family == "lognormal" else row[end] for end in ("p05", "p95"))
    return family, ((low + high) / 2, (high - low) / (2 * SCORE))


def squigglepy(draws: int) -> None:
    import squigglepy as sq

    def one(row: dict[str, Any]) -> Any:
        family, p = shape(row)
        if family == "pert":
            return sq.pert(*p)
        if family == "lognormal":
            return sq.lognorm(norm_mean=p[0], norm_sd=p[1])
        made = {
            "normal": sq.norm,
            "uniform": sq.uniform,
            "gamma": sq.gamma,
            "beta": sq.beta,
            "triangular": sq.triangular,
        }
        return made[family](mean=p[0], sd=p[1]) if family == "normal" else made[family](*p)

    inputs = {name: one(row) for name, row in INPUTS.items()}

    def model() -> float:
        values = {name: float(sq.sample(dist)) for name, dist in inputs.items()}
        return float(sum(net_of_regions(values, math.exp)))

    sq.sample(model, n=draws)


def monaco(draws: int) -> None:
    import monaco as mc
    from scipy import stats

    def frozen(row: dict[str, Any]) -> tuple[Any, dict[str, float]]:
        family, p = shape(row)
        if family == "pert":
            low, likely, high = p
            a, b = 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
            return stats.beta, {"a": a, "b": b, "loc": low, "scale": high - low}
        if family == "triangular":
            return stats.triang, {"c": (p[1] - p[0]) / (p[2] - p[0]), "loc": p[0], "scale": p[2] - p[0]}
        if family == "lognormal":
            return stats.lognorm, {"s": p[1], "scale": math.exp(p[0])}
        if family == "gamma":
            return stats.gamma, {"a": p[0], "scale": p[1]}
        if family == "beta":
            return stats.beta, {"a": p[0], "b": p[1]}
        spread = {"loc": p[0], "scale": p[1] - p[0] if family == "uniform" else p[1]}
        return (stats.uniform if family == "uniform" else stats.norm), spread

    def before(case: Any) -> tuple[dict[str, float]]:
        return ({name: case.invals[name].val for name in INPUTS},)

    def run(values: dict[str, float]) -> tuple[list[float]]:
        return (net_of_regions(values, math.exp),)

    def after(case: Any, nets: list[float]) -> None:
        case.addOutVal("net", float(sum(nets)))

    functions = {mc.SimFunctions.PREPROCESS: before, mc.SimFunctions.RUN: run, mc.SimFunctions.POSTPROCESS: after}
    sim = mc.Sim(
        name="case", ndraws=draws, fcns=functions, firstcaseismedian=False, seed=1, singlethreaded=True, verbose=False,
        savecasedata=False, savesimdata=False, samplemethod=mc.SampleMethod.SOBOL_RANDOM,
    )  # fmt: skip
    for name, row in INPUTS.items():
        dist, keywords = frozen(row)
        sim.addInVar(name=name, dist=dist, distkwargs=keywords)
    sim.runSim()


def probabilit(draws: int) -> None:
    import numpy as np
    import probabilit as pr

    def one(row: dict[str, Any]) -> Any:
        family, p = shape(row)
        if family == "pert":
            return pr.PERT(*p)
        if family == "triangular":
            return pr.Distribution("triang", c=(p[1] - p[0]) / (p[2] - p[0]), loc=p[0], scale=p[2] - p[0])
        if family == "lognormal":
            return pr.Distribution("lognorm", s=p[1], scale=math.exp(p[0]))
        if family == "gamma":
            return pr.Distribution("gamma", a=p[0], scale=p[1])
        if family == "beta":
            return pr.Distribution("beta", a=p[0], b=p[1])
        if family == "uniform":
            return pr.Distribution("uniform", loc=p[0], scale=p[1] - p[0])
        return pr.Distribution("norm", loc=p[0], scale=p[1])

    inputs = {name: one(row) for name, row in INPUTS.items()}
    nets = net_of_regions(inputs, pr.Exp)
    total = nets[0]
    for net in nets[1:]:
        total = total + net
    for block in BLOCKS:
        linked = [inputs[name] for name in block if name not in ELSEWHERE]
        matrix = np.full((len(linked), len(linked)), 0.3) + 0.7 * np.eye(len(linked))
        total = total.correlate(*linked, corr_mat=matrix)
    total.sample(draws, random_state=1)


RIVALS: dict[str, tuple[Callable[[int], None], int]] = {
    "squigglepy": (squigglepy, 300),
    "monaco": (monaco, 256),
    "probabilit": (probabilit, 4096),
}


def main(name: str) -> None:
    run, draws = RIVALS[name]
    run(64)
    wall, processor = time.perf_counter(), time.process_time()
    run(draws)
    seconds, cpu = time.perf_counter() - wall, time.process_time() - processor
    answer = {
        "version": version(name),
        "draws": draws,
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu, 3),
        "cpu_ms_per_1000_draws": round(1e6 * cpu / draws, 1),
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
