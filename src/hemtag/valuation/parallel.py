"""The same work on several parts at once. Numpy lets go of the interpreter in its loops, so threads are enough."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
P = TypeVar("P")
MOST = 4


def in_parts(work: Callable[[P], T], parts: Sequence[P], threads: int | None = None) -> list[T]:
    """`work` of each part, in the parts' order. What comes out never depends on the number of threads."""
    count = min(threads or min(os.cpu_count() or 1, MOST), len(parts))
    if count < 2:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, parts))


def slices(length: int, size: int) -> list[slice]:
    """Consecutive slices of at most `size`."""
    return [slice(start, min(start + size, length)) for start in range(0, length, size)]
