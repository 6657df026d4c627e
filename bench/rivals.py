"""CP-SAT and CBC on a programme from standard input, each in a process of its own: highspy and ortools do not share one.

Run by `bench.portfolio` with the Python named in RIVALS, an environment with `ortools` and `cbcbox`:
    python3 -m venv /tmp/rivals && /tmp/rivals/bin/pip install ortools cbcbox
    RIVALS=/tmp/rivals/bin/python make bench
Needs no other part of the project. A line of JSON in for each programme: {"solver", "points", "rows": [[{column: amount},
limit]], "seconds"}; a line of JSON out: {"value", "bound", "cpu_seconds", "finished"}.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def cp_sat(task: dict) -> dict:
    from ortools.sat.python import cp_model

    started = time.process_time()
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in task["points"]]
    for coefficients, limit in task["rows"]:
        model.add(sum(amount * x[int(column)] for column, amount in coefficients.items()) <= limit)
    model.maximize(sum(points * column for points, column in zip(task["points"], x, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = task["seconds"]
    status = solver.solve(model)
    return {
        "value": round(solver.objective_value) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None,
        "bound": solver.best_objective_bound,
        "cpu_seconds": time.process_time() - started,
        "finished": status == cp_model.OPTIMAL,
    }


def cbc(task: dict) -> dict:
    import cbcbox

    with tempfile.TemporaryDirectory() as folder:
        model, answer = Path(folder) / "round.lp", Path(folder) / "answer.txt"
        model.write_text(as_lp(task), "utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        limits = ["-seconds", str(task["seconds"]), "-ratioGap", "0", "-allowableGap", "0.9"]
        subprocess.run(
            [cbcbox.cbc_bin_path(), str(model), *limits, "-solve", "-solution", str(answer)],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        first = answer.read_text("utf-8").splitlines()[0]
    finished = first.startswith("Optimal")
    return {
        "value": round(-float(first.split()[-1])) if "objective value" in first else None,
        "bound": None,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "finished": finished,
    }


def as_lp(task: dict) -> str:
    def terms(pairs) -> str:  # type: ignore[no-untyped-def]
        return " ".join(f"{amount:+d} x{column}" for column, amount in pairs) or "0 x0"

    rows = [f" r{k}: {terms(row.items())} <= {limit}" for k, (row, limit) in enumerate(task["rows"])]
    names = [f"x{column}" for column in range(len(task["points"]))]
    goal = terms((column, -points) for column, points in enumerate(task["points"]))
    return "\n".join(["Minimize", f" value: {goal}", "Subject To", *rows, "Binary", *names, "End", ""])


if __name__ == "__main__":
    for line in sys.stdin:
        task = json.loads(line)
        print(json.dumps({"cp_sat": cp_sat, "cbc": cbc}[task["solver"]](task)), flush=True)
