"""The round as an integer programme: maximise points·x, every row ≤ its limit, every column 0 or 1.

All rules become rows over the same kind of column. Overlapping and joint effects get columns of their own, so that
solver, certificate and explanation speak of one and the same thing. Everything is an exact integer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import gcd

from .model import Round

DELICATE = 10**8


@dataclass(frozen=True, slots=True)
class Row:
    """Σ coefficient × column ≤ limit. `name` is its identity everywhere; `subject` the year, region or block ids."""

    kind: str
    name: str
    coefficients: Mapping[int, int]
    limit: int
    subject: tuple[str, ...] = ()

    def activity(self, chosen: Set[int]) -> int:
        return sum(amount for column, amount in self.coefficients.items() if column in chosen)


@dataclass(frozen=True)
class Programme:
    """Columns 0 … blocks−1 are the round's blocks in file order; the rest are overlaps and synergies."""

    points: tuple[int, ...]
    blocks: int
    rows: tuple[Row, ...]
    groups: tuple[tuple[int, ...], ...] = field(repr=False)

    @cached_property
    def row_named(self) -> Mapping[str, Row]:
        return {row.name: row for row in self.rows}

    @cached_property
    def is_delicate(self) -> bool:
        """Whether the numbers are so large that a solver's tolerance may hide a whole unit."""
        sums = [sum(map(abs, self.points)) // (gcd(*self.points) or 1)]
        for row in self.rows:
            if row.kind in ("frame", "authorisation", "cap"):
                sums.append(sum(map(abs, row.coefficients.values())) // (gcd(*row.coefficients.values()) or 1))
        return max(sums) > DELICATE

    def value(self, chosen: Iterable[int]) -> int:
        """Points of a set of columns."""
        return sum(self.points[column] for column in chosen)

    def complete(self, chosen: Iterable[int]) -> frozenset[int]:
        """The chosen block columns, and the best choice of overlap and synergy columns for them."""
        blocks = {column for column in chosen if column < self.blocks}
        extra: set[int] = set()
        by_points = sorted(range(self.blocks, len(self.points)), key=lambda column: -self.points[column])
        for column in by_points:
            if self.points[column] > 0 and self._fits_aux(blocks | extra, column):
                extra.add(column)
        return frozenset(blocks | extra)

    @cached_property
    def _aux_rows(self) -> Mapping[int, tuple[Row, ...]]:
        found: dict[int, list[Row]] = {column: [] for column in range(self.blocks, len(self.points))}
        for row in self.rows:
            if row.kind in ("overlap", "synergy"):
                for column in row.coefficients:
                    if column >= self.blocks:
                        found[column].append(row)
        return {column: tuple(rows) for column, rows in found.items()}

    def _fits_aux(self, chosen: set[int], column: int) -> bool:
        return all(row.activity(chosen | {column}) <= row.limit for row in self._aux_rows[column])

    def broken(self, chosen: Iterable[int]) -> list[Row]:
        """The rows that a set of columns breaks."""
        columns = frozenset(chosen)
        return [row for row in self.rows if row.activity(columns) > row.limit]


def programme(r: Round) -> Programme:
    """The integer programme of a valid round."""
    index = {block.id: at for at, block in enumerate(r.blocks)}
    points = [r.points(block) for block in r.blocks]
    rows = [*_money(r, index), *_logic(r, index), *_policies(r), *_locks(r, index)]
    groups = [[index[block.id] for block in application.blocks] for application in r.applications]
    home = {column: at for at, group in enumerate(groups) for column in group}

    def auxiliary(value: int, members: Iterable[str]) -> int:
        points.append(value * r.scale)
        homes = {home[index[name]] for name in members}
        if len(homes) == 1:
            groups[homes.pop()].append(len(points) - 1)
        else:
            groups.append([len(points) - 1])
        return len(points) - 1

    for at, overlap in enumerate(r.overlaps):
        columns = []
        for name, effect in overlap.effects.items():
            column = auxiliary(effect, overlap.effects)
            columns.append(column)
            rows.append(Row("overlap", f"overlap:{at}:{name}", {column: 1, index[name]: -1}, 0, (overlap.id, name)))
        rows.append(Row("overlap", f"overlap:{at}", dict.fromkeys(columns, 1), 1, (overlap.id,)))
    for at, synergy in enumerate(r.synergies):
        column = auxiliary(synergy.effect, synergy.blocks)
        for name in synergy.blocks:
            rows.append(Row("synergy", f"synergy:{at}:{name}", {column: 1, index[name]: -1}, 0, (synergy.id, name)))
    return Programme(
        points=tuple(points),
        blocks=len(r.blocks),
        rows=tuple(replace(row, coefficients={c: a for c, a in row.coefficients.items() if a}) for row in rows),
        groups=tuple(tuple(group) for group in groups if group),
    )


def _money(r: Round, index: Mapping[str, int]) -> Iterator[Row]:
    """Yearly frames. Carry-over s_t ≤ κ_t F_t is projected out: for every run of years that carry-over joins, the run's
    costs must fit in its frames, what is committed, and the most that can be carried in."""
    for last in range(len(r.years)):
        for first in range(last, -1, -1):
            if first < last and not r.carry_limits[first]:
                break
            carried = r.carry_limits[first - 1] if first else 0
            free = sum(r.frames[first : last + 1]) - sum(r.committed[first : last + 1]) + carried
            years = frozenset(r.years[first : last + 1])
            name = str(r.years[last]) if first == last else f"{r.years[first]}-{r.years[last]}"
            yield Row("frame", f"frame:{name}", _sums(r, index, years), free, (name,))
    if r.commitment_authorisation is not None:
        beyond = r.commitment_authorisation - sum(r.committed[1:])
        yield Row("authorisation", "authorisation", _sums(r, index, frozenset(r.years[1:])), beyond)


def _sums(r: Round, index: Mapping[str, int], years: frozenset[int]) -> dict[int, int]:
    sums = {index[b.id]: sum(amount for year, amount in b.cost.items() if year in years) for b in r.blocks}
    return {column: amount for column, amount in sums.items() if amount}


def _logic(r: Round, index: Mapping[str, int]) -> Iterator[Row]:
    for block in r.blocks:
        own = index[block.id]
        for name in block.needs:
            yield Row("needs", f"needs:{block.id}:{name}", {own: 1, index[name]: -1}, 0, (block.id, name))
        for at, group in enumerate(block.needs_one_of):
            coefficients = dict.fromkeys((index[name] for name in group), -1)
            coefficients[own] = coefficients.get(own, 0) + 1
            yield Row("one_of", f"one_of:{block.id}:{at}", coefficients, 0, (block.id, *group))
    for at, group in enumerate(r.exclusive):
        yield Row("exclusive", f"exclusive:{at}", dict.fromkeys((index[name] for name in group), 1), 1, group)
    for application in r.applications:
        columns = {index[block.id]: block for block in application.blocks}
        required = tuple(columns[c].id for c in columns) if application.whole_only else application.must_have
        kind = "whole" if application.whole_only else "must"
        for column, block in columns.items():
            for name in required:
                if name != block.id:
                    row = {column: 1, index[name]: -1}
                    yield Row(kind, f"{kind}:{block.id}:{name}", row, 0, (block.id, name, application.id))
            if application.minimum:
                row = {other: -columns[other].total for other in columns}
                row[column] += application.minimum
                yield Row("minimum", f"minimum:{block.id}", row, 0, (application.id, block.id))


def _policies(r: Round) -> Iterator[Row]:
    """Shares are of the granted sum, a cap of the region's part; a block with cost in a region touches it."""
    for at, (tag, share) in enumerate(r.shares):
        part, whole = share.numerator, share.denominator
        row = {c: b.total * (part - whole * (tag in b.tags)) for c, b in enumerate(r.blocks)}
        yield Row("share", f"share:{at}", row, 0, (tag, str(share)))
    for region, cap in r.region_caps.items():
        row = {c: b.region_cost.get(region, 0) for c, b in enumerate(r.blocks)}
        yield Row("cap", f"cap:{region}", {c: a for c, a in row.items() if a}, cap, (region,))
    for region in r.every_region:
        row = {c: -1 for c, b in enumerate(r.blocks) if b.region_cost.get(region)}
        yield Row("region", f"region:{region}", row, -1, (region,))
    if r.cofinancing_share is not None:
        part, whole = r.cofinancing_share.numerator, r.cofinancing_share.denominator
        row = {c: part * (b.total + b.cofinancing) - whole * b.cofinancing for c, b in enumerate(r.blocks)}
        yield Row("cofinancing", "cofinancing", row, 0, (str(r.cofinancing_share),))


def _locks(r: Round, index: Mapping[str, int]) -> Iterator[Row]:
    for name in r.locked_in:
        yield Row("in", f"in:{name}", {index[name]: -1}, -1, (name,))
    for name in r.locked_out:
        yield Row("out", f"out:{name}", {index[name]: 1}, 0, (name,))


def in_order(r: Round, ids: Sequence[str] | None = None) -> tuple[int, ...]:
    """All block columns in the published order; blocks that it does not name come last, in file order."""
    index = {block.id: at for at, block in enumerate(r.blocks)}
    named = [index[name] for name in (r.order if ids is None else ids)]
    return tuple(dict.fromkeys([*named, *range(len(r.blocks))]))
