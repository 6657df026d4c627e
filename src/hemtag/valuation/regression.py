"""E[outcome | input] from draws: a cubic spline on the means of narrow bins of the input's normal score.

Sums per bin need no sort: a pass over the draws for each of a few outcomes, or one sparse product for many. For several
inputs together: additive splines and tensor products of pairs, by least squares.
Source: Strong, Oakley & Brennan, Medical Decision Making 34 (2014) 311-326 (regression for the value of information);
de Boor, A Practical Guide to Splines (2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline
from scipy.linalg import eigh
from scipy.sparse import csc_matrix
from scipy.special import ndtri

from .distributions import Array

BINS, REACH = 256, 4.0
FEW = 24  # an input with so few different values is a list of scenarios: their means are the fit
FEW_OUTCOMES = 16  # more than this and one sparse product costs less than a pass for each
_LOOK = 256
_CENTRES = np.linspace(-REACH, REACH, BINS, endpoint=False, dtype=np.float64) + REACH / BINS
_ONE = ndtri(np.array([0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95]))
_PAIR = ndtri(np.array([0.2, 0.5, 0.8]))
_CHUNK = 4096
Bins = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Binned:
    """One input's draws in bins: `bins` (N,), `scores` (B,) the normal score of each, and whether they are scenarios."""

    bins: Bins
    scores: Array
    scenarios: bool

    @property
    def varies(self) -> bool:
        return len(self.scores) > 1


def binned(values: Array, score: Array | None = None) -> Binned:
    """Bins of (N,) values. `score`: their normal scores when the sampler knows them, so that nothing need be sorted."""
    looked = values[:_LOOK]
    if score is not None and len(np.unique(looked)) > 0.9 * len(looked):
        return Binned(_bin_of(score), _CENTRES, False)
    different, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    middles: Array = ndtri((np.cumsum(counts) - counts / 2) / len(values))
    if len(different) <= FEW:
        return Binned(which.reshape(-1).astype(np.int32), middles, True)
    return Binned(_bin_of(middles)[which.reshape(-1)], _CENTRES, False)


def _bin_of(score: Array) -> Bins:
    place = score * (BINS / (2 * REACH))
    place += BINS / 2
    np.clip(place, 0, BINS - 1, out=place)
    return place.astype(np.int32)


def sums(of: Binned, outcomes: Array, parts: int) -> tuple[Array, Array]:
    """(parts, B) counts and (parts, B, C) sums of `outcomes` (N, C), part by part of the draws.

    Each bin is added up in the order of the draws, whichever way it is done: the ways agree to the bit.
    """
    size, bins = len(of.bins) // parts, len(of.scores)
    place = of.bins.astype(np.intp)
    for part in range(1, parts):
        place[part * size : (part + 1) * size if part < parts - 1 else len(place)] += part * bins
    counts = np.bincount(place, minlength=parts * bins).astype(np.float64).reshape(parts, bins)
    if outcomes.shape[1] > FEW_OUTCOMES:
        ends = np.arange(len(place) + 1, dtype=np.int32)
        hits = csc_matrix((np.ones(len(place)), place.astype(np.int32), ends), shape=(parts * bins, len(place)))
        totals = hits @ outcomes
    else:
        totals = np.zeros((parts * bins, outcomes.shape[1]))
        for total, outcome in zip(totals.T, outcomes.T, strict=True):
            if outcome.any():
                total[:] = np.bincount(place, outcome, parts * bins)
    return counts, totals.reshape(parts, bins, -1)


def fit(of: Binned, counts: Array, totals: Array) -> Array:
    """(…, B, C) fitted outcomes from (…, B) counts and (…, B, C) sums; an empty bin takes no part."""
    if of.scenarios:
        return totals / np.maximum(counts, 1)[..., None]
    moments = np.swapaxes(_DESIGN * counts[..., None], -1, -2) @ _DESIGN
    ridge = 1e-9 * np.trace(moments, axis1=-2, axis2=-1)[..., None, None] / len(_DESIGN.T)
    found = np.linalg.solve(moments + ridge * np.eye(len(_DESIGN.T)), _DESIGN.T @ totals)
    return np.asarray(_DESIGN @ found)


def _knots(inner: Array) -> Array:
    return np.concatenate([np.full(4, _CENTRES[0]), inner, np.full(4, _CENTRES[-1])])


def _splines(score: Array, inner: Array) -> Array:
    """(len(score), basis) of the cubic splines with these inner knots."""
    within = np.clip(score, _CENTRES[0], _CENTRES[-1])
    return np.asarray(BSpline.design_matrix(within, _knots(inner), 3).toarray())


_DESIGN = _splines(_CENTRES, _ONE)


class Together:
    """Least squares on several inputs at once: a basis per input, and the products of each pair's."""

    def __init__(self, inputs: Sequence[Binned]) -> None:
        self._inputs = [of for of in inputs if of.varies]
        self._own = [self._basis(of, _ONE) for of in self._inputs]
        self._shared = [self._basis(of, _PAIR) for of in self._inputs]

    def _basis(self, of: Binned, inner: Array) -> Array:
        return np.eye(len(of.scores)) if of.scenarios else _splines(of.scores, inner)

    def design(self, part: slice) -> Array:
        """(draws of the part, basis)."""
        bins = [of.bins[part] for of in self._inputs]
        columns = [own[at] for own, at in zip(self._own, bins, strict=True)]
        shared = [some[at] for some, at in zip(self._shared, bins, strict=True)]
        for one, other in combinations(shared, 2):
            columns.append((one[:, :, None] * other[:, None, :]).reshape(len(one), -1))
        return np.concatenate([*columns, np.ones((len(bins[0]), 1))], axis=1)

    def moments(self, outcomes: Array, own: slice) -> tuple[Array, Array]:
        """The normal equations over the draws of a slice: (basis, basis) and (basis, C)."""
        square: Array | float = 0.0
        beside: Array | float = 0.0
        for start in range(own.start, own.stop, _CHUNK):
            part = slice(start, min(start + _CHUNK, own.stop))
            rows = self.design(part)
            square = square + rows.T @ rows
            beside = beside + rows.T @ outcomes[part]
        return np.asarray(square), np.asarray(beside)

    def solution(self, square: Array, beside: Array) -> Array:
        """(basis, C) coefficients. The basis overlaps itself, so that directions without weight are left out."""
        values, vectors = eigh(square)
        kept = values > 1e-10 * values[-1]
        return np.asarray(vectors[:, kept] @ ((vectors[:, kept].T @ beside) / values[kept][:, None]))

    def fitted(self, found: Array, own: slice) -> Array:
        """(draws of the slice, C) by these coefficients."""
        parts = [slice(start, min(start + _CHUNK, own.stop)) for start in range(own.start, own.stop, _CHUNK)]
        return np.concatenate([self.design(part) @ found for part in parts])
