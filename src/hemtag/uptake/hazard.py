"""The discrete-time hazard: how likely a region that waits is to adopt in the next period.

    link(h) = a + b·log(period) + c·(adopted share) + d·traits + u_s + log(width)        u_s ~ N(0, tau²) per solution

Link: complementary log-log (a proportional hazard seen in periods; the width of a period cut short then enters exactly) or
logistic. Partial pooling: everything but u_s is common, and u_s has the spread tau that the solutions themselves show, so that
a solution with few adopters lies near the others and one with many speaks for itself. u_s is integrated out on a fixed grid
(33 nodes over ±4 tau); the common part is the mode of the posterior under weak priors: b, c and d (per standard deviation)
N(0, 2.5²), a N(−3, 3²), tau Gamma(2, rate 2), which keeps it off zero (Chung et al. 2013). Cox (1972), Prentice and Gloeckler
(1978), Singer and Willett (1993).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit, logsumexp, softmax

from .exposure import Array, Cells
from .faults import refused


class Link(StrEnum):
    """How the linear predictor becomes a probability."""

    CLOGLOG = "cloglog"
    LOGIT = "logit"


NODES: Array = np.linspace(-4.0, 4.0, 33)
LOG_WEIGHTS: Array = -(NODES**2) / 2 - logsumexp(-(NODES**2) / 2)
PRIOR_MEAN, PRIOR_SD, PRIOR_COEFFICIENT = -3.0, 3.0, 2.5
_REACH = 30.0


@dataclass(frozen=True, slots=True)
class Hazard:
    """The common coefficients (`names`, the last is log tau), their covariance, and what each solution adds.

    `posterior`: (solutions with rows, nodes), the weights of u_s/tau on NODES. `effects` their means times tau.
    """

    link: Link
    names: tuple[str, ...]
    values: Array
    covariance: Array
    posterior: Array
    solutions: tuple[int, ...]
    log_posterior: float

    @property
    def tau(self) -> float:
        return float(np.exp(self.values[-1]))

    @property
    def effects(self) -> Array:
        return np.asarray(self.posterior @ NODES * self.tau)

    @property
    def standard_errors(self) -> Array:
        return np.asarray(np.sqrt(np.diag(self.covariance)))


def cell_terms(link: Link, eta: Array, at_risk: Array, adopted: Array) -> tuple[Array, Array]:
    """Log-likelihood of rows without its constant, and its derivative, at linear predictors of one shape with the rows."""
    held = np.clip(eta, -_REACH, _REACH)
    if link is Link.LOGIT:
        return adopted * held - at_risk * np.logaddexp(0, held), adopted - at_risk * expit(held)
    rate = np.exp(held)
    some = np.broadcast_to(adopted > 0, eta.shape)
    log_h = np.zeros_like(eta)
    ratio = np.ones_like(eta)
    positive = rate[some]
    log_h[some] = np.log(-np.expm1(-positive))
    ratio[some] = positive * np.exp(-positive) / -np.expm1(-positive)
    return adopted * log_h - (at_risk - adopted) * rate, adopted * ratio - (at_risk - adopted) * rate


def design(table: Cells) -> Array:
    """(rows, coefficients): one, log period, adopted share, traits."""
    return np.column_stack([np.ones(len(table.period)), table.log_time, table.share, table.traits])


Parts = tuple[float, Array, Array, float]


def _times(matrix: Array, values: Array) -> Array:
    """The product, always summed in one order: a library's threads sum in theirs, and are slower on so few columns."""
    return np.asarray(np.einsum("ij,j->i", matrix, values))


def _by_row(table: Cells, eta: Array, tau: float, own: NDArray[np.int64]) -> Parts:
    """Log-likelihood, weights on the nodes, its slope by row and by tau: every row at every node."""
    terms, slopes = cell_terms(Link.LOGIT, eta[:, None] + tau * NODES, table.at_risk[:, None], table.adopted[:, None])
    joint = np.add.reduceat(terms, table.starts, axis=0) + LOG_WEIGHTS
    per_solution = logsumexp(joint, axis=1)
    weights = np.exp(joint - per_solution[:, None])
    pulled = slopes * weights[own]
    return float(per_solution.sum()), weights, pulled.sum(axis=1), float((pulled @ NODES).sum())


def _rates(table: Cells, eta: Array, tau: float) -> tuple[Array, Array, NDArray[np.int64], Array, Array]:
    """For the complementary log-log: those who wait, as a rate per row; what u adds at each node; the rows where somebody
    adopts, with their rates and their probabilities at each node.
    """
    rate, lift = np.exp(np.clip(eta, -_REACH, _REACH)), np.exp(tau * NODES)
    some = np.flatnonzero(table.adopted > 0)
    rates = rate[some, None] * lift
    comes = np.expm1(-rates)
    return (table.at_risk - table.adopted) * rate, lift, some, rates, np.negative(comes, out=comes)


def _joint(
    table: Cells, kept: Array, lift: Array, some: NDArray[np.int64], comes: Array, own: NDArray[np.int64]
) -> Array:
    """(solutions, nodes): the log of the likelihood times the node's weight; those who wait enter by their sum alone."""
    joint = LOG_WEIGHTS - np.add.reduceat(kept, table.starts)[:, None] * lift
    if len(some):
        terms = np.log(comes)
        terms *= table.adopted[some, None]
        owners, begins = np.unique(own[some], return_index=True)
        joint[owners] += np.add.reduceat(terms, begins, axis=0)
    return joint


def _by_rate(table: Cells, eta: Array, tau: float, own: NDArray[np.int64]) -> Parts:
    """As `_by_row` for the complementary log-log, where only rows in which somebody adopts are seen at every node."""
    kept, lift, some, rates, comes = _rates(table, eta, tau)
    joint = _joint(table, kept, lift, some, comes, own)
    per_solution = logsumexp(joint, axis=1)
    weights = np.exp(joint - per_solution[:, None])
    pulled = rates / comes
    pulled -= rates
    pulled *= weights[own[some]]
    by_node = np.einsum("i,ij->j", table.adopted[some], pulled)
    slope = -kept * _times(weights, lift)[own]
    slope[some] += table.adopted[some] * pulled.sum(axis=1)
    total = np.add.reduceat(kept, table.starts)
    return float(per_solution.sum()), weights, slope, float(by_node @ NODES - total @ _times(weights, lift * NODES))


def weights_of(table: Cells, values: Array, link: Link, matrix: Array, owner: NDArray[np.int64]) -> Array:
    """(solutions with rows, nodes): the weights on the nodes alone, as `log_posterior` gives them."""
    if link is Link.LOGIT:
        return log_posterior(table, values, link, matrix, owner)[2]
    kept, lift, some, _rate, comes = _rates(
        table, _times(matrix, values[:-1]) + np.log(table.width), float(np.exp(values[-1]))
    )
    return np.asarray(softmax(_joint(table, kept, lift, some, comes, owner), axis=1))


def log_posterior(
    table: Cells,
    values: Array,
    link: Link = Link.CLOGLOG,
    matrix: Array | None = None,
    owner: NDArray[np.int64] | None = None,
) -> tuple[float, Array, Array]:
    """The log posterior of (coefficients, log tau) up to a constant, its gradient, and the weights on the nodes."""
    x = design(table) if matrix is None else matrix
    own = table.owner if owner is None else owner
    coefficients, tau = values[:-1], float(np.exp(values[-1]))
    eta = _times(x, coefficients) + np.log(table.width)
    likelihood = _by_rate if link is Link.CLOGLOG else _by_row
    per_solution, weights, slope, pull = likelihood(table, eta, tau, own)
    gradient = np.append(np.einsum("ij,i->j", x, slope), pull * tau)
    sds = np.full(len(coefficients), PRIOR_COEFFICIENT)
    sds[0] = PRIOR_SD
    off = coefficients - np.concatenate([[PRIOR_MEAN], np.zeros(len(coefficients) - 1)])
    gradient[:-1] -= off / sds**2
    gradient[-1] += 1 - 2 * tau
    value = per_solution - float((off**2 / sds**2).sum()) / 2 + float(values[-1]) - 2 * tau
    return value, gradient, weights


def fit_hazard(table: Cells, traits: Sequence[str] = (), link: Link = Link.CLOGLOG) -> Hazard:
    """The pooled model; with no rows at all the priors themselves. `traits`: the names of the table's trait columns."""
    names = ("intercept", "log_period", "adopted_share", *traits, "log_tau")
    count = len(names) - 1
    if len(table.starts) == 0:
        sds = [PRIOR_SD, *[PRIOR_COEFFICIENT] * (count - 1), 0.7]
        begin = np.array([PRIOR_MEAN, *[0.0] * (count - 1), np.log(0.5)])
        return Hazard(link, names, begin, np.diag(np.square(sds)), np.empty((0, len(NODES))), (), 0.0)
    x, own = design(table), table.owner

    def turned(values: Array) -> tuple[float, Array]:
        value, gradient, _ = log_posterior(table, values, link, x, own)
        return -value, -gradient

    rate = (table.adopted.sum() + 0.5) / (table.at_risk.sum() + 1)
    begin = np.array([np.log(rate), *[0.0] * (count - 1), np.log(0.5)])
    bounds = [(-20.0, 20.0)] * count + [(-4.0, 2.0)]
    found = minimize(turned, begin, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-10, "gtol": 1e-5})
    best = np.asarray(found.x)
    value, _, weights = log_posterior(table, best, link, x, own)
    step, rows = 1e-4, []
    for at in range(count + 1):
        move = np.zeros(count + 1)
        move[at] = step
        rows.append((turned(best + move)[1] - turned(best - move)[1]) / (2 * step))
    bent = (np.array(rows) + np.array(rows).T) / 2
    sizes, axes = np.linalg.eigh(bent)
    covariance = (axes / np.maximum(sizes, 1e-2)) @ axes.T
    return Hazard(link, names, best, covariance, weights, table.solutions, value)


def draws_of(model: Hazard, table: Cells, number: int, rng: np.random.Generator) -> list[tuple[Array, float, Array]]:
    """`number` sets of (coefficients, tau, weights on the nodes): normal around the mode, the weights anew for each."""
    sizes, axes = np.linalg.eigh(model.covariance)
    root = axes * np.sqrt(np.maximum(sizes, 0))
    x, own = design(table), table.owner
    sets = []
    for _ in range(number):
        values = model.values + root @ rng.standard_normal(len(model.values))
        values[-1] = np.clip(values[-1], -4.0, 2.0)
        weights = weights_of(table, values, model.link, x, own)
        sets.append((values[:-1], float(np.exp(values[-1])), weights))
    return sets


def fit_rows(matrix: ArrayLike, at_risk: ArrayLike, adopted: ArrayLike, link: Link = Link.LOGIT) -> tuple[Array, Array]:
    """Plain maximum likelihood of grouped rows, no pooling and no priors: (coefficients, standard errors).

    What textbooks compute. Raises InvalidSpread when the columns are dependent or nobody, or everybody, adopts.
    """
    x, n, d = (np.asarray(one, dtype=float) for one in (matrix, at_risk, adopted))
    if not 0 < d.sum() < n.sum():
        raise refused("out_of_range", value=f"{d.sum():g}", low=1, high=f"{n.sum() - 1:g}")
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise refused("out_of_range", value="antalet oberoende kolumner", low=x.shape[1], high=x.shape[1])
    values = np.linalg.lstsq(x, np.full(len(x), np.log(d.sum() / n.sum())), rcond=None)[0]
    for _ in range(100):
        eta = x @ values
        slope = cell_terms(link, eta, n, d)[1]
        if link is Link.LOGIT:
            h = expit(eta)
            weight = n * h * (1 - h)
        else:
            rate = np.exp(np.clip(eta, -_REACH, _REACH))
            weight = n * rate**2 * np.exp(-rate) / -np.expm1(-rate)
        information = x.T @ (weight[:, None] * x)
        move = np.linalg.solve(information, x.T @ slope)
        values = values + np.clip(move, -2, 2)
        if float(np.abs(move).max()) < 1e-12:
            break
    return values, np.sqrt(np.diag(np.linalg.inv(information)))
