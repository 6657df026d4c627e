"""How often each block is chosen when the effects turn out otherwise, and what a portfolio stands to lose."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from .model import Number, Round, plain
from .programme import programme
from .scenarios import Scenarios, draw, with_draw
from .selection import versions
from .working import CHUNK, Outcome, Told, outcomes, run

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
    """`shares` by block id. `solved`: whether every block is decided in every scenario; else some were only bounded."""

    shares: Mapping[str, Share]
    scenarios: int
    seed: int
    solved: bool
    decided: float
    round_sha256: str
    versions: Mapping[str, str]

    @property
    def reach(self) -> float:
        """The farthest that any block's 95 % interval reaches from its middle."""
        return max(((share.wilson[1] - share.wilson[0]) / 2 for share in self.shares.values()), default=0.0)

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


def core_index(
    r: Round,
    scenarios: Scenarios,
    *,
    executor: Executor | None = None,
    chunk: int = CHUNK,
    solve: bool = True,
    pool: Iterable[Sequence[str]] = (),
    told: Told | None = None,
) -> CoreIndex:
    """How often each block belongs to the optimum over the scenarios.

    With `solve=False` every scenario is only bounded, in milliseconds: the shares become proved intervals, the tighter
    the better the portfolios (block ids) in `pool` are. `told` hears how many scenarios are done, of how many.
    """
    found = run(r, scenarios, executor=executor, chunk=chunk, solve=solve, pool=pool, told=told)
    return index_of(r, scenarios, found)


def core_index_live(
    r: Round,
    scenarios: Scenarios,
    *,
    executor: Executor | None = None,
    chunk: int = CHUNK,
    pool: Iterable[Sequence[str]] = (),
    within: float | None = None,
    told: Told | None = None,
) -> Iterator[CoreIndex]:
    """The core index as it fills in: proved intervals at once, then tighter ones as every chunk of scenarios is solved.

    Stops when all are solved or, with `within`, when enough are solved for every block's 95 % interval to reach at most
    so far from its middle: then the last index counts the solved scenarios alone.
    """
    known = [tuple(ids) for ids in pool]
    found = {one.number: one for one in outcomes(r, scenarios, solve=False, pool=known)}
    yield index_of(r, scenarios, found.values())
    solved: list[Outcome] = []
    for outcome in run(r, scenarios, executor=executor, chunk=chunk, pool=known, told=told):
        solved.append(outcome)
        found[outcome.number] = outcome
        if len(solved) % max(1, chunk) and len(solved) < scenarios.count:
            continue
        if within is not None and len(solved) < scenarios.count:
            so_far = index_of(r, scenarios, solved)
            if so_far.reach <= within:
                yield so_far
                return
        yield index_of(r, scenarios, found.values())


def index_of(r: Round, scenarios: Scenarios, found: Iterable[Outcome]) -> CoreIndex:
    """The index of the outcomes given, in any order; of two with the same number, a solved one counts."""
    best: dict[int, Outcome] = {}
    for outcome in found:
        if outcome.number not in best or len(outcome.inside | outcome.outside) == len(r.blocks):
            best[outcome.number] = outcome
    count, decided, shares = len(best), 0, {}
    for column, block in enumerate(r.blocks):
        inside = sum(column in outcome.inside for outcome in best.values())
        outside = sum(column in outcome.outside for outcome in best.values())
        decided += inside + outside
        lower, upper = (inside / count, (count - outside) / count) if count else (0.0, 1.0)
        middle = inside + (count - inside - outside) / 2
        shares[block.id] = Share(lower, middle / count if count else 0.5, upper, wilson(middle, count))
    pairs = count * len(r.blocks)
    share = decided / pairs if pairs else 1.0
    return CoreIndex(shares, count, scenarios.seed, decided == pairs, share, r.sha256, versions())


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
    told: Told | None = None,
) -> tuple[Regret, ...]:
    """For every candidate portfolio what it loses against the optimum of each scenario; all meet the same scenarios."""
    index = {block.id: at for at, block in enumerate(r.blocks)}
    sets = [frozenset(index[name] for name in ids) for ids in candidates]
    losses: list[list[int]] = [[] for _ in sets]
    for outcome in run(r, scenarios, executor=executor, chunk=chunk, told=told):
        if outcome.points is None:
            continue
        given = scenarios.draws[outcome.number] if scenarios.draws else None
        p = programme(with_draw(r, given or draw(r, scenarios.seed, outcome.number, scenarios.spread)))
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
