"""A round that has been solved once, and is asked what would happen if: every answer is an exact new solution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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

    def best(self, *, fixed: Mapping[int, int] | None = None, extra: Sequence[Row] = ()) -> frozenset[int] | None:
        """The best columns under further conditions, or None when nothing is permitted."""
        found = maximise(self.programme, fixed=fixed, extra=extra).chosen
        return None if found is None else self.programme.complete(found)


def study(r: Round, selection: Selection | None = None) -> Study:
    """Solve the round, or take its selection if it is solved already."""
    result = select(r) if selection is None else selection
    p = programme(r)
    index = {block.id: at for at, block in enumerate(r.blocks)}
    chosen = p.complete({index[name] for name in result.chosen})
    return Study(r, p, result, chosen, p.value(chosen))


def best_points(r: Round, *, fixed: Mapping[int, int] | None = None) -> int | None:
    """The greatest value in points of a round, or None when nothing is permitted."""
    p = programme(r)
    answer = maximise(p, fixed=fixed)
    return None if answer.chosen is None else p.value(p.complete(answer.chosen))


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
