"""The scenarios as tasks that anyone can do, in any order and any number of times.

A task is the round, the scenarios and a range of numbers, and its answer is a function of those alone. So every executor,
every number of workers and every chunking gives the same result, and a task whose worker died is simply done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

from .engine import Engine
from .model import Round
from .scenarios import Draw, Scenarios, draw, with_draw

CHUNK = 25
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Task:
    """A run of scenarios of one round. `solve` exactly, or only bound with the portfolios in `pool` as lower bounds."""

    round: Round
    seed: int
    spread: float
    part: tuple[tuple[int, Draw | None], ...]
    solve: bool
    pool: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scenario: columns surely in and surely out of its optimum, and its points when it was solved."""

    number: int
    inside: frozenset[int]
    outside: frozenset[int]
    points: int | None

    def as_dict(self) -> dict[str, Any]:
        inside, outside = sorted(self.inside), sorted(self.outside)
        return {"number": self.number, "inside": inside, "outside": outside, "points": self.points}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Outcome:
        return cls(data["number"], frozenset(data["inside"]), frozenset(data["outside"]), data["points"])


def outcomes(
    r: Round,
    scenarios: Scenarios,
    start: int = 0,
    stop: int | None = None,
    *,
    solve: bool = True,
    pool: Iterable[Sequence[str]] = (),
) -> tuple[Outcome, ...]:
    """The outcomes of scenarios `start` up to but not including `stop`: a part of the work, done here and now."""
    part = tuple(scenarios.part(start, scenarios.count if stop is None else stop))
    return tuple(work(Task(light(r), scenarios.seed, scenarios.spread, part, solve, columns_of(r, pool))))


def run(
    r: Round,
    scenarios: Scenarios,
    *,
    executor: Executor | None = None,
    chunk: int = CHUNK,
    solve: bool = True,
    pool: Iterable[Sequence[str]] = (),
    told: Told | None = None,
) -> Iterator[Outcome]:
    """The outcome of every scenario in order, as the answers arrive. `told` hears how many are done, of how many."""
    known, small = columns_of(r, pool), light(r)
    tasks = [
        Task(small, scenarios.seed, scenarios.spread, tuple(scenarios.part(start, start + chunk)), solve, known)
        for start in range(0, scenarios.count, max(1, chunk))
    ]
    futures = [None if executor is None else _submit(executor, task) for task in tasks]
    done = 0
    try:
        for task, future in zip(tasks, futures, strict=True):
            answer = work(task) if future is None else _result(future, task)
            done += len(answer)
            if told is not None:
                told(done, scenarios.count)
            yield from answer
    finally:
        for future in futures:
            if future is not None:
                future.cancel()  # whoever stops listening needs no more answers


def light(r: Round) -> Round:
    """The round without the data it was read from: all that a worker needs."""
    return replace(r, data={})


def columns_of(r: Round, pool: Iterable[Sequence[str]]) -> tuple[tuple[int, ...], ...]:
    index = {block.id: at for at, block in enumerate(r.blocks)}
    return tuple(tuple(index[name] for name in ids) for ids in pool)


def _result(future: Any, task: Task) -> list[Outcome]:
    try:
        return list(future.result())
    except Exception:  # every executor has its own words for a worker that died; a fault of the task's own comes again
        return work(task)


def _submit(executor: Executor, task: Task):  # type: ignore[no-untyped-def]  # Future of any executor's own kind
    try:
        return executor.submit(work, task)
    except RuntimeError:  # the workers are gone already; the task is the same wherever it is done
        return None


def work(task: Task) -> list[Outcome]:
    """Do one task; the same answer wherever and whenever it is done."""
    engine = Engine(task.round)
    for chosen in task.pool:
        engine.remember(frozenset(chosen))
    found = []
    for number, given in task.part:
        effects = given if given is not None else draw(task.round, task.seed, number, task.spread)
        points = engine.points(with_draw(task.round, effects))
        found.append(_solved(engine, points, number) if task.solve else _bounded(engine, points, number))
    return found


def _solved(engine: Engine, points: tuple[int, ...], number: int) -> Outcome:
    blocks = frozenset(range(engine.programme.blocks))
    best = engine.optimum(points)
    if best is None:
        return Outcome(number, frozenset(), blocks, None)
    return Outcome(number, best & blocks, blocks - best, sum(points[column] for column in best))


def _bounded(engine: Engine, points: tuple[int, ...], number: int) -> Outcome:
    sure = engine.settled(points)
    blocks = engine.programme.blocks
    inside = frozenset(column for column, value in sure.items() if value and column < blocks)
    outside = frozenset(column for column, value in sure.items() if not value and column < blocks)
    return Outcome(number, inside, outside, None)
