"""How often each block is chosen when the effects turn out otherwise, and what a portfolio stands to lose.

The scenarios are split into tasks that anyone can do, in any order and any number of times: a task is the round, the
scenarios and a range of numbers, and its answer is a function of those alone. So every executor, every number of workers
and every chunking gives the same result, and a task whose worker died is simply done again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from dataclasses import dataclass, replace

from .certificate import Relaxation, rounded, settled
from .model import Number, Round, plain
from .packages import PackageForm, package_form
from .programme import Programme, in_order, programme
from .scenarios import Scenarios, scenario, with_effects
from .selection import versions
from .solver import maximise
from .ties import canonical

CHUNK = 25
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """How often a block is chosen. `lower` and `upper` hold for these very scenarios, proved; they meet at `estimate` when
    every scenario was solved. `wilson` is the 95 % interval for all scenarios that might have been drawn."""

    lower: float
    estimate: float
    upper: float
    wilson: tuple[float, float]

    def as_dict(self) -> dict[str, object]:
        interval = list(self.wilson)
        return {"lower": self.lower, "estimate": self.estimate, "upper": self.upper, "wilson": interval}


@dataclass(frozen=True)
class CoreIndex:
    """`shares` by block id. `solved`: whether every scenario was solved exactly; else they were only bounded."""

    shares: Mapping[str, Share]
    scenarios: int
    seed: int
    solved: bool
    decided: float
    round_sha256: str
    versions: Mapping[str, str]

    def as_dict(self) -> dict[str, object]:
        return {
            "shares": {block: share.as_dict() for block, share in self.shares.items()},
            "scenarios": self.scenarios,
            "seed": self.seed,
            "solved": self.solved,
            "decided": self.decided,
            "round_sha256": self.round_sha256,
            "versions": dict(self.versions),
        }


@dataclass(frozen=True, slots=True)
class Regret:
    """What a portfolio loses against the best choice in each scenario, in effect units."""

    chosen: tuple[str, ...]
    most: Number
    mean: float
    best_in: int

    def as_dict(self) -> dict[str, object]:
        most = plain(self.most)
        return {"chosen": list(self.chosen), "most": most, "mean": self.mean, "best_in": self.best_in}


@dataclass(frozen=True, slots=True)
class Task:
    """A run of scenarios of one round. `solve` exactly, or only bound with the portfolios in `pool` as lower bounds."""

    round: Round
    seed: int
    spread: float
    part: tuple[tuple[int, Mapping[str, int] | None], ...]
    solve: bool
    pool: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scenario: columns surely in and surely out of its optimum, and its points when it was solved."""

    number: int
    inside: frozenset[int]
    outside: frozenset[int]
    points: int | None


def core_index(
    r: Round,
    scenarios: Scenarios,
    *,
    executor: Executor | None = None,
    chunk: int = CHUNK,
    solve: bool = True,
    pool: Iterable[Sequence[str]] = (),
) -> CoreIndex:
    """How often each block belongs to the optimum over the scenarios.

    With `solve=False` every scenario is only bounded, in milliseconds: the shares become proved intervals, the tighter
    the better the portfolios (block ids) in `pool` are.
    """
    outcomes = list(run(r, scenarios, executor=executor, chunk=chunk, solve=solve, pool=pool))
    count, decided, shares = len(outcomes), 0, {}
    for column, block in enumerate(r.blocks):
        inside = sum(column in outcome.inside for outcome in outcomes)
        outside = sum(column in outcome.outside for outcome in outcomes)
        decided += inside + outside
        lower, upper = (inside / count, (count - outside) / count) if count else (0.0, 1.0)
        middle = inside + (count - inside - outside) / 2
        shares[block.id] = Share(lower, middle / count if count else 0.5, upper, wilson(middle, count))
    pairs = count * len(r.blocks)
    share = decided / pairs if pairs else 1.0
    return CoreIndex(shares, count, scenarios.seed, solve, share, r.sha256, versions())


def run(
    r: Round,
    scenarios: Scenarios,
    *,
    executor: Executor | None = None,
    chunk: int = CHUNK,
    solve: bool = True,
    pool: Iterable[Sequence[str]] = (),
) -> Iterator[Outcome]:
    """The outcome of every scenario in order, as the answers arrive."""
    index = {block.id: at for at, block in enumerate(r.blocks)}
    known = tuple(tuple(index[name] for name in ids) for ids in pool)
    light = replace(r, data={})
    tasks = [
        Task(light, scenarios.seed, scenarios.spread, tuple(scenarios.part(start, start + chunk)), solve, known)
        for start in range(0, scenarios.count, max(1, chunk))
    ]
    if executor is None:
        for task in tasks:
            yield from work(task)
        return
    futures = [_submit(executor, task) for task in tasks]
    for task, future in zip(tasks, futures, strict=True):
        try:
            if future is None:
                raise BrokenExecutor
            answer = future.result()
        except (BrokenExecutor, CancelledError, ConnectionError, EOFError):
            answer = work(task)  # the worker is gone; the task is the same wherever it is done
        yield from answer


def _submit(executor: Executor, task: Task):  # type: ignore[no-untyped-def]  # Future of any executor's own kind
    try:
        return executor.submit(work, task)
    except (BrokenExecutor, RuntimeError):
        return None


def work(task: Task) -> list[Outcome]:
    """Do one task; the same answer wherever and whenever it is done."""
    form = package_form(programme(task.round))
    relaxation = Relaxation(form, form.values) if form.is_small else None
    pool = list(task.pool)
    outcomes = []
    for number, given in task.part:
        effects = given if given is not None else scenario(task.round, task.seed, number, task.spread)
        changed = with_effects(task.round, effects)
        p = programme(changed)
        done = _solved(changed, p, number) if task.solve else _bounded(form, relaxation, p, pool, number)
        outcomes.append(done)
    return outcomes


def _solved(r: Round, p: Programme, number: int) -> Outcome:
    blocks = frozenset(range(p.blocks))
    answer = maximise(p)
    if answer.chosen is None:
        return Outcome(number, frozenset(), blocks, None)
    best = p.complete(answer.chosen)
    points = p.value(best)
    chosen = canonical(p, in_order(r), best, points) & blocks
    return Outcome(number, chosen, blocks - chosen, points)


def _bounded(
    form: PackageForm, relaxation: Relaxation | None, p: Programme, pool: list[tuple[int, ...]], number: int
) -> Outcome:
    nothing = Outcome(number, frozenset(), frozenset(), None)
    completed = [p.complete(chosen) for chosen in [(), *pool]]
    floors = [p.value(chosen) for chosen in completed if not p.broken(chosen)]
    if relaxation is None:
        return nothing
    values = form.worth(p.points)
    relaxation.revalue(values)
    found = relaxation.solve()
    near = None if found is None else rounded(form, values, found[0])
    if near is not None:
        floors.append(near)
    sure = settled(form, values, found[1], max(floors)) if found is not None and floors else None
    if sure is None:
        return nothing
    inside = frozenset(column for column, value in sure.items() if value and column < p.blocks)
    outside = frozenset(column for column, value in sure.items() if not value and column < p.blocks)
    return Outcome(number, inside, outside, None)


def wilson(successes: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a share."""
    if not count:
        return 0.0, 1.0
    share, z2 = successes / count, Z95 * Z95
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z95 / (1 + z2 / count) * math.sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def regret(
    r: Round,
    candidates: Sequence[Sequence[str]],
    scenarios: Scenarios,
    *,
    executor: Executor | None = None,
    chunk: int = CHUNK,
) -> tuple[Regret, ...]:
    """For every candidate portfolio what it loses against the optimum of each scenario; all meet the same scenarios."""
    index = {block.id: at for at, block in enumerate(r.blocks)}
    sets = [frozenset(index[name] for name in ids) for ids in candidates]
    losses: list[list[int]] = [[] for _ in sets]
    for outcome in run(r, scenarios, executor=executor, chunk=chunk):
        if outcome.points is None:
            continue
        given = scenarios.effects[outcome.number] if scenarios.effects else None
        effects = given if given is not None else scenario(r, scenarios.seed, outcome.number, scenarios.spread)
        p = programme(with_effects(r, effects))
        for chosen, lost in zip(sets, losses, strict=True):
            lost.append(outcome.points - p.value(p.complete(chosen)))
    return tuple(
        Regret(
            chosen=tuple(ids),
            most=r.number(max(lost, default=0)),
            mean=sum(lost) / len(lost) / r.scale if lost else 0.0,
            best_in=sum(not loss for loss in lost),
        )
        for ids, lost in zip(candidates, losses, strict=True)
    )


def minimax_regret(regrets: Sequence[Regret]) -> Regret:
    """The candidate whose greatest loss is least; the lower mean, then the earlier candidate, settles a tie."""
    return min(regrets, key=lambda one: (one.most, one.mean))
