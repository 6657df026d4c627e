"""The exact choice: the blocks that give the greatest effect within every row of the round, and how sure that is."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from typing import Any, Protocol

from . import solver, ties
from .certificate import certify
from .check import check
from .conflicts import Demand, irreducible_conflict
from .engine import LARGE, MOST_WORK, SMALL, Engine
from .faults import InvalidRound
from .model import Number, Round, plain
from .programme import Programme, in_order, programme
from .validation import faults_of

PATIENCE = 5 * MOST_WORK  # when near is good enough; with seconds to spend, twenty times that


class Proof(Protocol):
    """Anything that says itself as data for the stand-alone checker, and what it bounds."""

    @property
    def bound(self) -> int: ...

    def as_dict(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Selection:
    """`value` in effect units, exact. No permitted choice exceeds `upper_bound`; equal to `value` when optimal."""

    value: Number
    upper_bound: Number
    chosen: tuple[str, ...]
    per_year: Mapping[int, int]
    free_per_year: Mapping[int, int]
    slack: Mapping[str, int] = field(repr=False)
    status: str
    engine: str
    versions: Mapping[str, str]
    round_sha256: str
    certificate: Proof | None = field(default=None, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; what `verify` reads."""
        return {
            "value": plain(self.value),
            "upper_bound": plain(self.upper_bound),
            "chosen": list(self.chosen),
            "per_year": {str(year): amount for year, amount in self.per_year.items()},
            "free_per_year": {str(year): amount for year, amount in self.free_per_year.items()},
            "slack": dict(self.slack),
            "status": self.status,
            "engine": self.engine,
            "versions": dict(self.versions),
            "round_sha256": self.round_sha256,
            "certificate": None if self.certificate is None else self.certificate.as_dict(),
        }

    def to_json(self) -> str:
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)


class Infeasible(ValueError):
    """No choice satisfies every demand. `conflict` is a smallest set of demands that cannot all hold."""

    def __init__(self, conflict: tuple[Demand, ...]) -> None:
        self.conflict = conflict
        super().__init__("Kraven går inte att förena: " + "; ".join(demand.text for demand in conflict) + ".")


class Unverified(RuntimeError):
    """The answer did not pass the stand-alone checker; it is withheld."""


def select(
    r: Round,
    *,
    seconds: float | None = None,
    gap: float = 0.0,
    progress: solver.Progress | None = None,
    stopped: solver.Stopped | None = None,
) -> Selection:
    """The canonical optimum of the round. When `seconds` run out, a relative `gap` above 0 is enough, or `stopped` says so
    when asked, the best found so far and its bound (status `stopped`).

    Raises `InvalidRound`, `Infeasible`, or `Unverified` when the answer does not pass the stand-alone checker.
    """
    faults = faults_of(r)
    if faults:
        raise InvalidRound(faults)
    p = programme(r)
    began = time.monotonic()

    def over() -> bool:
        late = seconds is not None and time.monotonic() - began > seconds
        return late or (stopped is not None and stopped())

    def half_over() -> bool:
        if progress is not None and engine is not None and engine.proved is not None:
            progress(time.monotonic() - began, engine.reached, engine.proved)
        return over() or (seconds is not None and time.monotonic() - began > seconds / 2)

    engine: Engine | None = None
    proved = None
    if len(p.points) <= (LARGE if gap else SMALL):
        # With seconds to spend, or when near is good enough, the own search may go on for longer.
        engine = Engine(r, PATIENCE if gap else MOST_WORK if seconds is None else 20 * PATIENCE, half_over)
        if gap:
            near = engine.squeezed(gap)
            if near is not None:
                return selection(r, p, *near, "stopped", engine="packages")
        else:
            found = engine.searched()
            if found is not None:
                return selection(r, p, found, p.value(found), "optimal", engine="packages")
        proved = engine.proved
    left = None if seconds is None else max(0.0, seconds - (time.monotonic() - began))
    answer = solver.maximise(p, seconds=left, gap=gap, progress=progress, stopped=stopped)
    if answer.chosen is None and answer.finished:
        raise Infeasible(irreducible_conflict(r))
    if answer.finished and answer.chosen is not None:
        best = programme_answer(p, answer.chosen)
        if p.is_delicate:
            from .tree import TooLarge, best_exactly

            try:
                best = best_exactly(p, best)
            except TooLarge:
                most = sum(points for points in p.points if points > 0)
                return selection(r, p, best, most, "stopped")
        chosen = ties.canonical(p, in_order(r), best, p.value(best))
        return selection(r, p, chosen, p.value(chosen), "optimal")
    known = [] if answer.chosen is None else [answer.chosen]
    at_hand = (engine or Engine(r)).at_hand(p.points) if engine or not known else None
    known += [] if at_hand is None else [at_hand]
    if not known:
        raise TimeoutError("Tiden tog slut innan något tillåtet urval hade hittats.")
    chosen = max((programme_answer(p, one) for one in known), key=p.value)
    most = answer.bound or 0
    if proved is not None:
        most = min(most, proved)
    return selection(r, p, chosen, max(most, p.value(chosen)), "stopped")


def programme_answer(p: Programme, chosen: frozenset[int]) -> frozenset[int]:
    """The same blocks, with overlaps and synergies counted as favourably as the rows allow."""
    return p.complete(chosen)


def selection(
    r: Round, p: Programme, chosen: frozenset[int], bound: int, status: str, engine: str = "highs"
) -> Selection:
    """A checked `Selection` for a set of columns."""
    ids = tuple(block.id for at, block in enumerate(r.blocks) if at in chosen)
    kept = frozenset(ids)
    certificate = certify(p)
    result = Selection(
        value=r.number(p.value(chosen)),
        upper_bound=r.number(min(bound, certificate.bound)),
        chosen=ids,
        per_year=r.spent(kept),
        free_per_year=r.free(kept),
        slack={row.name: row.limit - row.activity(chosen) for row in p.rows if row.kind in SHOWN},
        status=status if bound > p.value(chosen) else "optimal",
        engine=engine,
        versions=versions(),
        round_sha256=r.sha256,
        certificate=certificate,
    )
    wrong = check(r.data, result.as_dict(), r.sha256)
    if wrong:
        raise Unverified("; ".join(wrong))
    return result


SHOWN = frozenset({"frame", "authorisation", "cap", "share", "cofinancing", "region"})


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    return (
        ("hemtag", metadata.version("hemtag")),
        ("highs", solver.version()),
        ("numba", metadata.version("numba")),
        ("python", platform.python_version()),
    )


def versions() -> dict[str, str]:
    """What computed the answer."""
    return dict(_versions())
