"""Arrays that are used again, laid out so that the processor keeps them near."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .distributions import Array

_SHORTER_THAN_A_ROW = 256
_BETWEEN = 72  # numbers between rows: rows a power of two apart would push each other out of the processor's own memory


@contextmanager
def by_row() -> Iterator[None]:
    """Work out arrays row by row where they lie, and let numbers that are not finite pass: they are looked for later.

    Left alone, numpy gathers rows shorter than its buffer before it works on them, at three times the cost.
    """
    with np.errstate(all="ignore"):  # gives the buffer its size back too
        np.setbufsize(_SHORTER_THAN_A_ROW)
        yield


class Memory:
    """One large request, handed out in parts. Many small ones are given back to the system and asked for again each time,
    at more than it costs to fill them."""

    def __init__(self, numbers: int = 0) -> None:
        self._whole, self._used = np.empty(numbers), 0

    def take(self, *shape: int, dtype: type = np.float64) -> NDArray[Any]:
        """An array with whatever was there before, and room between its rows; a request of its own when none is left."""
        shape_in_memory = (*shape[:-1], shape[-1] + _BETWEEN)
        size = -(-math.prod(shape_in_memory) * np.dtype(dtype).itemsize // self._whole.itemsize)
        start, self._used = self._used, self._used + size
        made: NDArray[Any]
        if self._used > len(self._whole):
            self._used = start
            made = np.empty(shape_in_memory, dtype)
        else:
            made = np.ndarray(shape_in_memory, dtype, self._whole, start * self._whole.itemsize)
        return made[..., : shape[-1]]


def numbers_of(*shape: int) -> int:
    """How many numbers of a memory an array takes."""
    return math.prod((*shape[:-1], shape[-1] + _BETWEEN))


class Shelf:
    """Arrays that are used again by one block after the other."""

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = memory or Memory()
        self._free: dict[tuple[int, ...], list[Array]] = {}

    def take(self, *shape: int) -> Array:
        """An array with whatever it held before."""
        free = self._free.get(shape)
        return free.pop() if free else self._memory.take(*shape)

    def give(self, *arrays: Array) -> None:
        """Put back what nothing points to any more."""
        for one in arrays:
            self._free.setdefault(one.shape, []).append(one)


def evenly(rows: Sequence[int]) -> slice | list[int]:
    """Positions as a slice where they rise by equal steps, so that what they pick need not be copied."""
    steps = {after - before for before, after in pairwise(rows)} or {1}
    return slice(rows[0], rows[-1] + 1, steps.pop()) if len(steps) == 1 and min(steps) > 0 else list(rows)
