"""A round that has been solved once, and is asked what would happen if: every answer is an exact new solution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from .engine import Engine
from .model import Block, Number, Round
from .programme import Programme, Row, programme
from .selection import Selection, select
from .solver import maximise


@dataclass(frozen=True)
class Study:
    """A round, its programme and its canonical optimum (columns and points)."""

    round: Round
    programme: Programme
    selection: Selection
    chosen: frozenset[int]
    points: int

    def number(self, points: int) -> Number:
        return self.round.number(points)

    def ids(self, columns: frozenset[int]) -> tuple[str, ...]:
        """Block ids of the block columns, in file order."""
        return tuple(block.id for at, block in enumerate(self.round.blocks) if at in columns)

    @cached_property
    def engine(self) -> Engine:
        """The round's engine, which knows the best choice."""
        engine = Engine(self.round)
        if engine.form.is_small:
            engine.start_from(self.chosen)
        return engine

    def best(self, fixed: Mapping[int, int]) -> frozenset[int] | None:
        """The best columns when some are in (1) or out (0), or None when nothing is permitted."""
        return best(self.engine, fixed)


def best(engine: Engine, fixed: Mapping[int, int] | None = None) -> frozenset[int] | None:
    """The best columns of the engine's round, or None when nothing is permitted: HiGHS's when the own search gives up."""
    found = engine.searched(fixed=fixed)
    if found is None and not engine.is_impossible:
        found = maximise(engine.programme, fixed=fixed).chosen
    return None if found is None else engine.programme.complete(found)


def best_points(engine: Engine, fixed: Mapping[int, int] | None = None) -> int | None:
    """The greatest value in points of the engine's round, or None when nothing is permitted."""
    decided, points = engine.greatest(fixed or {})
    if decided:
        return points
    found = maximise(engine.programme, fixed=fixed).chosen
    return None if found is None else engine.programme.value(engine.programme.complete(found))


def reaches(engine: Engine, fixed: Mapping[int, int], points: int) -> bool:
    """Whether some choice with columns in (1) or out (0) is worth at least so many points; any one will do."""
    found = engine.reaches(fixed, points)
    if found is not None:
        return found
    values = {c: -worth for c, worth in enumerate(engine.programme.points) if worth}
    enough = Row("value", "value", values, -points)
    return maximise(engine.programme, extra=[enough], fixed=fixed, gap=1e9).chosen is not None


def study(r: Round, selection: Selection | None = None) -> Study:
    """Solve the round, or take its selection if it is solved already."""
    result = select(r) if selection is None else selection
    p = programme(r)
    index = {block.id: at for at, block in enumerate(r.blocks)}
    chosen = p.complete({index[name] for name in result.chosen})
    return Study(r, p, result, chosen, p.value(chosen))


def with_extra(r: Round, year: int, amount: int) -> Round:
    """The round with `amount` more free money in one year; authorisation and what may be carried over stay."""
    at = r.years.index(year)
    committed = list(r.committed)
    committed[at] -= amount
    authorisation = r.commitment_authorisation
    if authorisation is not None and at:
        authorisation -= amount  # the authorisation itself grants nothing more
    return replace(r, committed=tuple(committed), commitment_authorisation=authorisation)


def with_block(r: Round, changed: Block) -> Round:
    """The round with one block replaced by another of the same id."""
    applications = tuple(
        replace(a, blocks=tuple(changed if block.id == changed.id else block for block in a.blocks))
        for a in r.applications
    )
    return replace(r, applications=applications)
