"""Draws: scrambled Sobol points, a Gaussian copula for stated rank correlations, quantiles at the scores.

Sources: Owen, Journal of Complexity 14 (1998) 466-489 (scrambling); Kruskal, JASA 53 (1958) 814-861 (rank correlation
of the normal copula: ρ = 2 sin(π ρ_s / 6)). The generator is scipy's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtri
from scipy.stats import qmc, t

from .distributions import WORTH_A_TABLE, Array, Distribution
from .faults import refused
from .memory import evenly
from .parallel import in_parts, slices
from .products import product

SCRAMBLINGS = 4
LEAST_DRAWS = 64
_HALF_STEP = 2.0**-31  # Sobol points are whole multiples of 2^-30: half a step keeps them strictly inside (0, 1)
_KEPT = 2**20  # scores kept at most, of a seed and a number of inputs and draws: eight megabytes
_PIECE = 4096  # small enough to stay in the processor's own memory


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Draws of several inputs. `values` and `scores`: (inputs, draws); draws lie scrambling by scrambling."""

    names: tuple[str, ...]
    values: Array
    scores: Array
    scramblings: int

    @property
    def draws(self) -> int:
        return int(self.values.shape[1])

    def of(self, name: str) -> Array:
        return np.asarray(self.values[self.names.index(name)])


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with the error of the computation (not of the belief): 90 % interval from independent scramblings."""

    mean: float
    standard_error: float
    low: float
    high: float


def power_of_two(asked: int, scramblings: int = SCRAMBLINGS) -> int:
    """The least power of two that is at least `asked`: Sobol points are balanced at no other number."""
    if asked < max(LEAST_DRAWS, scramblings):
        raise refused("not_a_power", value=asked, least=max(LEAST_DRAWS, scramblings))
    return 1 << (asked - 1).bit_length()


def correlation_matrix(names: Sequence[str], spearman: Mapping[tuple[str, str], float]) -> Array:
    """Pearson correlations of the normal scores, (inputs, inputs), from stated rank correlations per pair.

    Raises InvalidCase with a report when no joint distribution has them: the smallest eigenvalue, the inputs that
    weigh most in it, and the factor that all correlations can be multiplied with to hold together.
    """
    matrix = np.eye(len(names))
    at = {name: i for i, name in enumerate(names)}
    for (one, other), rank in spearman.items():
        for name in (one, other):
            if name not in at:
                raise refused("unknown_input", name=name)
        if one == other:
            raise refused("correlation_with_itself", name=one)
        if not -1 <= rank <= 1:
            raise refused("out_of_range", value=rank, low=-1, high=1)
        matrix[at[one], at[other]] = matrix[at[other], at[one]] = 2 * np.sin(np.pi * rank / 6)
    values, vectors = np.linalg.eigh(matrix)
    if len(names) and values[0] < 1e-10:
        heavy = np.argsort(-np.abs(vectors[:, 0]), kind="stable")
        involved = [names[i] for i in heavy if abs(vectors[i, 0]) > 0.1]
        factor = np.floor(1000 / (1 - values[0] + 1e-6)) / 1000
        raise refused(
            "not_positive_definite",
            smallest=f"{values[0]:.4f}",
            names=", ".join(involved),
            factor=f"{factor:.3f}",
        )
    return matrix


def sample(
    distributions: Mapping[str, Distribution],
    spearman: Mapping[tuple[str, str], float] | None = None,
    *,
    draws: int = 2**14,
    seed: int = 0,
    scramblings: int = SCRAMBLINGS,
    threads: int | None = None,
) -> Sample:
    """Draw all inputs together; the same arguments give the same numbers, whatever the number of threads.

    `draws` is raised to a power of two and divided over independent scramblings (a power of two of them). Constants
    take no dimension. Raises InvalidCase for correlations that cannot be and for too few draws.
    """
    total = power_of_two(draws, scramblings)
    names = tuple(distributions)
    random = [name for name in names if not distributions[name].is_constant]
    for pair in spearman or {}:
        for name in pair:
            if name in distributions and name not in random:
                raise refused("correlation_of_constant", name=name)
    mixing = _mixing(correlation_matrix(random, spearman or {}))
    rows = [names.index(name) for name in random]
    per = total // scramblings
    alone = _independent(len(rows), per, seed, scramblings, threads)
    scores, values = np.empty((2, len(names), total))
    linked = {int(at) for of, _ in mixing for at in of}
    for row in range(len(names)):
        if row not in rows:
            scores[row] = 0.0
    for at, row in enumerate(rows):
        if at not in linked:
            scores[row] = alone[at]
    for of, lower in mixing:
        source, target = evenly(of.tolist()), evenly([rows[at] for at in of])
        for part in slices(total, min(per, _PIECE)):
            scores[target, part] = product(lower, alone[source, part])
    parts = slices(total, total if per >= WORTH_A_TABLE else per)
    for row, name in enumerate(names):
        for part in parts:
            values[row, part] = distributions[name].at_score(scores[row, part])
    return Sample(names, values, scores, scramblings)


def _independent(inputs: int, per: int, seed: int, scramblings: int, threads: int | None) -> Array:
    """(inputs, scramblings · per) normal scores of scrambled Sobol points. They are the same for every case with as many
    inputs, so that those of the usual numbers of draws are kept: a case that is changed and asked again draws nothing."""
    if inputs * per * scramblings <= _KEPT:
        return _kept(inputs, per, seed, scramblings)
    return _drawn(inputs, per, seed, scramblings, threads)


@lru_cache(maxsize=4)
def _kept(inputs: int, per: int, seed: int, scramblings: int) -> Array:
    made = _drawn(inputs, per, seed, scramblings, None)
    made.flags.writeable = False
    return made


def _drawn(inputs: int, per: int, seed: int, scramblings: int, threads: int | None) -> Array:
    made = np.empty((inputs, scramblings * per))
    sources = np.random.SeedSequence(seed).spawn(scramblings)

    def scrambling(part: int) -> None:
        engine = qmc.Sobol(inputs, scramble=True, rng=np.random.default_rng(sources[part]))
        points = engine.random_base2(per.bit_length() - 1)
        for piece in slices(per, _PIECE):
            own = made[:, part * per + piece.start : part * per + piece.stop]
            np.add(points[piece].T, _HALF_STEP, out=own)
            ndtri(own, out=own)

    if inputs:
        in_parts(scrambling, range(scramblings), threads)
    return made


def _mixing(matrix: Array) -> list[tuple[NDArray[np.int64], Array]]:
    """(positions, lower triangle) for each set of inputs that are linked by correlations, directly or by others."""
    count, label = connected_components(matrix != 0, directed=False) if len(matrix) else (0, np.empty(0))
    linked = [np.flatnonzero(label == one) for one in range(count)]
    return [(rows, cholesky(matrix[np.ix_(rows, rows)], lower=True)) for rows in linked if len(rows) > 1]


def mean_with_error(values: Array, scramblings: int = SCRAMBLINGS) -> Estimate:
    """Mean over draws (last axis must be the only one) with a 90 % interval by Student's t over the scramblings."""
    if not scramblings > 1:
        raise refused("out_of_range", value=scramblings, low=2, high="antalet dragningar")
    means = values.reshape(scramblings, -1).mean(axis=1)
    mean, error = float(means.mean()), float(means.std(ddof=1) / np.sqrt(scramblings))
    reach = _student(scramblings - 1) * error
    return Estimate(mean, error, mean - reach, mean + reach)


@lru_cache
def _student(freedom: int) -> float:
    return float(t.ppf(0.95, freedom))
