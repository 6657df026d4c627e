"""HiGHS behind one function. It proposes; integers decide: every answer is rounded and checked in exact arithmetic,
and an answer that does not hold is cut off and asked for again, never passed on."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from .programme import Programme, Row

Progress = Callable[[float, int | None, int], None]
Stopped = Callable[[], bool]
ATTEMPTS = 40


class SolverFault(RuntimeError):
    """The solver gave no answer that holds in integer arithmetic."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`chosen` is None when no set of columns satisfies the rows (or none was found in time).

    `bound` is the greatest value that the objective can have, by the solver's account; None when nothing is feasible.
    """

    chosen: frozenset[int] | None
    value: int
    bound: int | None
    finished: bool


def version() -> str:
    return str(quiet_highs().version())


def maximise(
    programme: Programme,
    *,
    objective: Mapping[int, int] | None = None,
    extra: Sequence[Row] = (),
    fixed: Mapping[int, int] | None = None,
    rows: Sequence[Row] | None = None,
    seconds: float | None = None,
    gap: float = 0.0,
    progress: Progress | None = None,
    stopped: Stopped | None = None,
) -> Answer:
    """The best set of columns: `objective` (default the programme's points) under the programme's rows and `extra`.

    `fixed` columns are 0 or 1. `rows` replaces the programme's own rows. The gap is 0 unless `seconds` runs out, or a
    relative `gap` is said to be enough, or `stopped` is asked and says so: then the answer is unfinished and its bound
    says what remains.
    """
    goal = dict(enumerate(programme.points)) if objective is None else objective
    all_rows = [*(programme.rows if rows is None else rows), *extra]
    held = fixed or {}
    if not programme.points:
        return Answer(frozenset() if all(row.limit >= 0 for row in all_rows) else None, 0, 0, True)
    deadline = None if seconds is None else time.monotonic() + seconds
    for _ in range(ATTEMPTS):
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        answer = _ask(len(programme.points), goal, all_rows, held, left, gap, progress, stopped)
        if answer.chosen is None:
            return answer
        if all(row.activity(answer.chosen) <= row.limit for row in all_rows) and all(
            (column in answer.chosen) == bool(value) for column, value in held.items()
        ):
            return answer
        all_rows.append(differs_from(answer.chosen, range(len(programme.points))))
    raise SolverFault("Lösaren gav inget svar som håller i heltal.")


def differs_from(chosen: frozenset[int], columns: Sequence[int] | range) -> Row:
    """A row that only the very set `chosen` (seen over `columns`) breaks."""
    coefficients = {column: 1 if column in chosen else -1 for column in columns}
    return Row("differs", "differs", coefficients, sum(column in chosen for column in columns) - 1)


def _ask(
    columns: int,
    goal: Mapping[int, int],
    rows: Sequence[Row],
    held: Mapping[int, int],
    seconds: float | None,
    gap: float,
    progress: Progress | None,
    stopped: Stopped | None,
) -> Answer:
    highs = quiet_highs()
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("mip_abs_gap", 0.0)
    highs.setOptionValue("primal_feasibility_tolerance", 1e-9)
    # 1.15.1 has said "optimal" of less than the best with a narrower mip_feasibility_tolerance, after a restart. Without
    # restarts it is faster on rounds, and whole numbers are seen to below.
    highs.setOptionValue("mip_allow_restart", False)
    if seconds is not None:
        highs.setOptionValue("time_limit", seconds)
    model, unit = linear_model(columns, goal, rows, held)
    model.integrality_ = [highspy.HighsVarType.kInteger] * columns
    if highs.passModel(model) == highspy.HighsStatus.kError:
        raise SolverFault("Lösaren tog inte emot omgången.")
    if progress is not None:
        _report(highs, progress, unit)
    if stopped is not None:
        highs.cbMipInterrupt.subscribe(lambda event: event.interrupt(stopped()))
    highs.run()
    status = highs.getModelStatus()
    info = highs.getInfo()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Answer(None, 0, None, True)
    finished = status == highspy.HighsModelStatus.kOptimal
    bound = info.mip_dual_bound * unit
    # A search that is interrupted in the middle of a linear programme may end in a word of that programme's own.
    asked_to_stop = stopped is not None and stopped()
    if not (finished or asked_to_stop) and status not in (
        highspy.HighsModelStatus.kTimeLimit,
        highspy.HighsModelStatus.kInterrupt,
        highspy.HighsModelStatus.kSolutionLimit,
    ):
        raise SolverFault(f"Lösaren slutade med ”{highs.modelStatusToString(status)}”.")
    most = sum(value for value in goal.values() if value > 0)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        if finished:
            raise SolverFault("Lösaren sade sig vara klar men lämnade inget svar.")
        return Answer(None, 0, min(most, math.floor(bound + 1e-6)) if math.isfinite(bound) else most, False)
    chosen = frozenset(column for column, x in enumerate(highs.getSolution().col_value) if x > 0.5)
    value = sum(goal.get(column, 0) for column in chosen)
    if finished and not gap:
        return Answer(chosen, value, value, True)
    limit = min(most, math.floor(bound + 1e-6 * max(1.0, abs(bound)))) if math.isfinite(bound) else most
    return Answer(chosen, value, max(limit, value), False)


def quiet_highs() -> Any:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 0)
    return highs


def linear_model(
    columns: int, goal: Mapping[int, int], rows: Sequence[Row], held: Mapping[int, int]
) -> tuple[Any, int]:
    """The relaxation as HiGHS wants it, and its unit: rows and goal are divided by their common divisor,
    which keeps large amounts well inside the exact range of a double."""
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, len(rows)
    unit = math.gcd(*goal.values()) or 1
    model.col_cost_ = np.array([goal.get(column, 0) // unit for column in range(columns)], dtype=np.float64)
    model.col_lower_ = np.array([float(held.get(column, 0)) for column in range(columns)])
    model.col_upper_ = np.array([float(held.get(column, 1)) for column in range(columns)])
    model.sense_ = highspy.ObjSense.kMaximize
    starts, indices, values, limits = [0], [], [], []
    for row in rows:
        divisor = math.gcd(*row.coefficients.values()) or 1
        limits.append(float(row.limit // divisor))
        for column, amount in row.coefficients.items():
            if amount:
                indices.append(column)
                values.append(float(amount // divisor))
        starts.append(len(indices))
    model.row_lower_ = np.full(len(rows), -highspy.kHighsInf)
    model.row_upper_ = np.array(limits, dtype=np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    model.a_matrix_.index_ = np.array(indices, dtype=np.int32)
    model.a_matrix_.value_ = np.array(values, dtype=np.float64)
    return model, unit


def _report(highs: Any, progress: Progress, unit: int) -> None:
    started = time.monotonic()

    def each(event: Any) -> None:
        out = event.data_out
        best, bound = out.mip_primal_bound * unit, out.mip_dual_bound * unit
        if math.isfinite(bound):
            progress(time.monotonic() - started, round(best) if math.isfinite(best) else None, math.floor(bound + 1e-6))

    highs.cbMipLogging.subscribe(each)
    highs.cbMipInterrupt.subscribe(each)  # asked often, also between the lines of the log
