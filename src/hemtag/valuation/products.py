"""Matrix products of few rows and many draws, in pieces so small that the library does each with one thread.

The blocks of a simulation run side by side already: a product that starts threads of its own only waits for them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_ALONE = 2**18  # multiplications, at most, of a product that is done by one thread


def _piece(rows: int, inner: int, draws: int) -> int:
    """A power of two that divides the draws and keeps the product small, or all of them."""
    if rows * inner * draws <= _ALONE:
        return draws
    size = max(_ALONE // max(rows * inner, 1), 64)
    piece = 1 << (size.bit_length() - 1)
    return piece if draws % piece == 0 else draws


def product(left: Array, right: Array, out: Array | None = None) -> Array:
    """`left` (rows, inner) @ `right` (inner, draws), in `out` where that is given."""
    (rows, inner), draws = left.shape, right.shape[1]
    made = np.empty((rows, draws)) if out is None else out
    piece = _piece(rows, inner, draws)
    if piece == draws:
        return np.matmul(left, right, out=made)
    parts = right.reshape(inner, -1, piece).transpose(1, 0, 2)
    np.matmul(left, parts, out=made.reshape(rows, -1, piece).transpose(1, 0, 2))
    return made


def sums_of_products(one: Array, other: Array) -> Array:
    """`one` (rows, draws) @ `other`.T (draws, columns): sums over the draws."""
    (rows, draws), columns = one.shape, other.shape[0]
    piece = _piece(rows, columns, draws)
    if piece == draws:
        return np.asarray(one @ other.T)
    parts = one.reshape(rows, -1, piece).transpose(1, 0, 2) @ other.reshape(columns, -1, piece).transpose(1, 2, 0)
    return np.asarray(parts.sum(axis=0))
