"""Packages that can be left out since another of the same group does the same for less."""

from __future__ import annotations

from .compiling import kept
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
