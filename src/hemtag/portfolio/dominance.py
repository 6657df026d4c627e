"""Packages that can be left out since another of the same group does the same for less, and pairs that two others beat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .compiling import compiled, kept
from .packages import Ints


@kept()
def undominated(values: Ints, rows: Ints, home: Ints, stays: Ints) -> None:
    """`stays` is 1 for packages that no other of the same group beats in value without using more of anything, else 0."""
    n, k = rows.shape
    start = 0
    while start < n:
        end = start + 1
        while end < n and home[end] == home[start]:
            end += 1
        for one in range(start, end):
            stays[one] = 1
            for other in range(start, end):
                if values[other] > values[one] and stays[one]:
                    more = False
                    for q in range(k):
                        more |= rows[other, q] > rows[one, q]
                    if not more:
                        stays[one] = 0
        start = end


@compiled
def is_beaten(values: Ints, rows: Ints, one: int, two: int, low: int, high: int, low_two: int, high_two: int) -> bool:
    """Whether other packages for both, of `low` to `high` and of `low_two` to `high_two`, are worth more and use no more."""
    for other in range(low, high):
        if other == one:
            continue
        gain = values[other] - values[one] - values[two]
        for third in range(low_two, high_two):
            if third != two and gain + values[third] > 0:
                more = False
                for q in range(rows.shape[1]):
                    if rows[other, q] + rows[third, q] > rows[one, q] + rows[two, q]:
                        more = True
                        break
                if not more:
                    return True
    return False


@kept()
def clashes(values: Ints, rows: Ints, starts: Ints, most: int, table: NDArray[np.uint64]) -> int:
    """Pairs of packages of two groups that another pair of the same two beats in value without using more of anything: how
    many, and in `table` for each package those that it clashes with, as bits. Groups that give more than `most` pairs of pairs
    are left out; the last of `starts` is the number of packages."""
    found = 0
    for g in range(len(starts) - 1):
        for h in range(g + 1, len(starts) - 1):
            if (starts[g + 1] - starts[g]) ** 2 * (starts[h + 1] - starts[h]) ** 2 > most:
                continue
            for one in range(starts[g], starts[g + 1]):
                for two in range(starts[h], starts[h + 1]):
                    if is_beaten(values, rows, one, two, starts[g], starts[g + 1], starts[h], starts[h + 1]):
                        table[one, two >> 6] |= np.uint64(1) << np.uint64(two & 63)
                        table[two, one >> 6] |= np.uint64(1) << np.uint64(one & 63)
                        found += 1
    return found
