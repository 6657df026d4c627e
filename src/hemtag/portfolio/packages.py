"""The package form: one 0/1 column for every possible subset of a group's blocks, exactly one subset for each group.

Rules inside an application disappear, since only permitted subsets are listed; what is left are the few rows that link
applications. The relaxation is tighter and the tables are small, which is what makes the own search fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .programme import Programme, Row

MOST_IN_GROUP = 10
MONEY = frozenset({"frame", "authorisation"})
BITS = 20
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class PackageForm:
    """`sets[i]` is a subset of columns and `home[i]` its group; subsets of a group lie together, from `starts[g]` on."""

    programme: Programme
    groups: tuple[tuple[int, ...], ...]
    sets: tuple[frozenset[int], ...]
    home: Ints
    starts: Ints
    linking: tuple[Row, ...]

    @cached_property
    def member(self) -> Ints:
        """member[i, c] = 1 when subset i holds column c."""
        table = np.zeros((len(self.sets), len(self.programme.points)), dtype=np.int64)
        for at, chosen in enumerate(self.sets):
            table[at, list(chosen)] = 1
        return table

    @cached_property
    def rows(self) -> Ints:
        """rows[i, k] = what subset i uses of linking row k."""
        table = np.zeros((len(self.programme.points), len(self.linking)), dtype=np.int64)
        for k, row in enumerate(self.linking):
            for column, amount in row.coefficients.items():
                table[column, k] = amount
        result = np.zeros((len(self.sets), len(self.linking)), dtype=np.int64)
        for at, chosen in enumerate(self.sets):
            result[at] = table[list(chosen)].sum(axis=0)
        return result

    @cached_property
    def limits(self) -> Ints:
        return np.array([row.limit for row in self.linking], dtype=np.int64)

    @cached_property
    def values(self) -> Ints:
        """Points of every subset."""
        return self.worth(self.programme.points)

    @cached_property
    def is_small(self) -> bool:
        """Whether all sums stay exact in 64 bits, also after multiplication by 2^20."""
        points = sum(map(abs, self.programme.points))
        rows = max((sum(map(abs, row.coefficients.values())) + abs(row.limit) for row in self.linking), default=0)
        return points < 1 << 38 and rows < 1 << 38

    def worth(self, points: Sequence[int]) -> Ints:
        """Points of every subset when the columns are worth `points`."""
        result = np.zeros(len(self.sets), dtype=np.int64)
        owners, columns = self.pairs
        np.add.at(result, owners, np.array(points, dtype=np.int64)[columns])
        return result

    @cached_property
    def pairs(self) -> tuple[Ints, Ints]:
        """Every (subset, column in it), as two long arrays."""
        owners = [at for at, chosen in enumerate(self.sets) for _ in chosen]
        columns = [column for chosen in self.sets for column in chosen]
        return np.array(owners, dtype=np.int64), np.array(columns, dtype=np.int64)

    @cached_property
    def marks(self) -> Ints:
        """Which columns of its group every subset holds, as bits."""
        place = {column: at for group in self.groups for at, column in enumerate(group)}
        return np.array([sum(1 << place[column] for column in chosen) for chosen in self.sets], dtype=np.int64)

    @cached_property
    def length(self) -> Ints:
        """How many subsets each group has."""
        return np.diff(np.append(self.starts, len(self.sets)))


def partition(programme: Programme) -> tuple[tuple[int, ...], ...]:
    """Columns that rules tie together, in groups small enough to enumerate; what is free is a group of its own.

    Rows inside an application join first, then those with few columns. A row that would join too many links instead.
    """
    home = {column: at for at, group in enumerate(programme.groups) for column in group}
    leader = list(range(len(programme.points)))
    members = [[column] for column in leader]
    rows = [row for row in programme.rows if row.kind not in MONEY and row.coefficients]
    for row in sorted(rows, key=lambda row: (len({home[c] for c in row.coefficients}) > 1, len(row.coefficients))):
        joined = sorted({leader[column] for column in row.coefficients})
        if len(joined) > 1 and sum(len(members[one]) for one in joined) <= MOST_IN_GROUP:
            for other in joined[1:]:
                for column in members[other]:
                    leader[column] = joined[0]
                members[joined[0]] += members[other]
                members[other] = []
    return tuple(tuple(sorted(group)) for group in members if group)


def package_form(programme: Programme) -> PackageForm:
    """Enumerates every group's subsets that break no row inside the group."""
    groups = partition(programme)
    home_of = {column: at for at, group in enumerate(groups) for column in group}
    inside: list[list[Row]] = [[] for _ in groups]
    linking = []
    for row in programme.rows:
        homes = {home_of[column] for column in row.coefficients}
        if len(homes) > 1 or row.kind in MONEY:
            linking.append(row)
        if len(homes) == 1:
            inside[homes.pop()].append(row)
    sets: list[frozenset[int]] = []
    home: list[int] = []
    starts: list[int] = []
    for at, (group, rows) in enumerate(zip(groups, inside, strict=True)):
        starts.append(len(sets))
        for size in range(len(group) + 1):
            for some in combinations(group, size):
                chosen = frozenset(some)
                if all(row.activity(chosen) <= row.limit for row in rows):
                    sets.append(chosen)
                    home.append(at)
    numbers = np.array(home, dtype=np.int64), np.array(starts, dtype=np.int64)
    return PackageForm(programme, groups, tuple(sets), *numbers, tuple(linking))
