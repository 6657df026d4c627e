"""What drives the uncertainty, and what is worth finding out first: tornado, EVPI, EVPPI.

EVPPI regresses net benefit on the input (see `regression`). It holds for correlated inputs: the fit is
E[net benefit | input]. What is found in an input that means nothing, because noise can be fitted too, is the noise floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from .distributions import SCORE_AT_95, Array
from .faults import refused
from .parallel import in_parts
from .regression import FEW_OUTCOMES, Binned, Together, binned, fit, sums

LEAST, MOST_TOGETHER = 64, 4
_WORTH_THREADS = 2**16  # fewer draws are put in bins sooner than a second thread can start
ENOUGH = 2**15  # draws that a fit of several inputs uses: evenly the first of each part


@dataclass(frozen=True, slots=True)
class Information:
    """Expected value of knowing one input, or a group. `noise_floor`: what the method finds when the draws are mixed."""

    name: str
    value: float
    standard_error: float
    noise_floor: float

    @property
    def stands_out(self) -> bool:
        """Whether the value can be told from noise; others should not be ranked."""
        return self.value > self.noise_floor + 2 * self.standard_error


@dataclass(frozen=True, slots=True, eq=False)
class InformationTable:
    """EVPPI of I inputs in D decisions, each of them to do it or not: `values`, `standard_errors` and `noise_floors`
    (I, D)."""

    names: tuple[str, ...]
    values: Array
    standard_errors: Array
    noise_floors: Array

    def of(self, decision: int) -> list[Information]:
        """One decision's inputs, most worth knowing first."""
        rows = zip(
            self.names, self.values[:, decision], self.standard_errors[:, decision], self.noise_floors[:, decision],
            strict=True,
        )  # fmt: skip
        found = [Information(name, float(value), float(error), float(floor)) for name, value, error, floor in rows]
        return sorted(found, key=lambda one: -one.value)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the tornado: the input at its 5th and 95th percentile, the expected outcome there, and the
    first-order index (the share of the outcome's variance that vanishes, on average, when the input is known)."""

    name: str
    low: float
    high: float
    outcome_at_low: float
    outcome_at_high: float
    index: float

    @property
    def width(self) -> float:
        return abs(self.outcome_at_high - self.outcome_at_low)


def evpi(net_benefits: Array) -> float:
    """Expected value of perfect information: (options, draws) net benefits; a single row is weighed against doing nothing.

    Not negative. Unit of the net benefits. Source: Raiffa & Schlaifer, Applied Statistical Decision Theory (1961).
    """
    options = _options(net_benefits)
    return float(options.max(axis=0).mean() - options.mean(axis=1).max())


def evppi(
    samples: Array,
    net_benefits: Array,
    names: Sequence[str] = (),
    *,
    scores: Array | None = None,
    groups: Sequence[Sequence[str]] = (),
    scramblings: int = 4,
    seed: int = 0,
) -> list[Information]:
    """The value of knowing each single input, then each of the `groups` of two to four names together.

    `samples` (inputs, draws), `net_benefits` (options, draws) or (draws,) against doing nothing. The draws may be
    anyone's; `scores` are their normal scores where the sampler knows them, and save a sort. When the draws lie in
    independent parts of equal size (`scramblings`), the standard error is theirs. `seed` is for the permutation behind the
    noise floor. An input that never varies is worth 0. A group's fit has every input's own curve and every pair's
    surface, on at most 32 768 of the draws.
    Raises InvalidCase for fewer than 64 draws per part, unequal lengths, unknown names and larger groups.
    """
    inputs, options = _aligned(samples, net_benefits)
    called = tuple(names) or tuple(str(row) for row in range(len(inputs)))
    work = _Worth(options, scramblings, seed)
    made = _binned(inputs, scores)
    found = work.singles(called, made)
    for group in groups:
        rows = [_position(called, name) for name in group]
        if not 2 <= len(set(rows)) == len(rows) <= MOST_TOGETHER:
            raise refused("out_of_range", value=len(rows), low=2, high=MOST_TOGETHER)
        found.append(work.together(" + ".join(group), [made[row] for row in rows]))
    return found


def evppi_of_decisions(
    samples: Array,
    net_benefits: Array,
    names: Sequence[str] = (),
    *,
    scores: Array | None = None,
    scramblings: int = 4,
    seed: int = 0,
) -> InformationTable:
    """`evppi` of every input in many decisions at once: `net_benefits` (decisions, draws), each row against doing nothing.

    One region a row, and all together: the draws are gone through once per input. Raises as `evppi`.
    """
    inputs, decisions = _aligned(samples, net_benefits, beside_nothing=False)
    work = _Worth(decisions, scramblings, seed, apart=True)
    called = tuple(names) or tuple(str(row) for row in range(len(inputs)))
    return InformationTable(called, *work.each(_binned(inputs, scores)))


class _Worth:
    """Net benefits beside the same in mixed order, and what knowing an input adds to them."""

    def __init__(self, options: Array, parts: int, seed: int, *, apart: bool = False) -> None:
        draws = options.shape[1]
        if draws // parts < LEAST:
            raise refused("not_a_power", value=draws, least=LEAST * parts)
        self._parts, self._count, self._draws = parts, len(options), draws
        mixed = np.random.default_rng(seed).permutation(draws)
        both = np.concatenate([options, options[:, mixed]]).T
        self._outcomes = both if both.shape[1] <= FEW_OUTCOMES else np.ascontiguousarray(both)
        self._best = _gain_apart if apart else _gain

    def each(self, inputs: Sequence[Binned]) -> tuple[Array, Array, Array]:
        """(values, standard errors, noise floors), each (inputs, decisions) or (inputs,) for the options of one decision.

        Inputs with curves are fitted together: they have the same bins.
        """
        shape = (len(inputs), self._count) if self._best is _gain_apart else (len(inputs),)
        value, error, floor = np.zeros((3, *shape))
        threads = 1 if self._outcomes.shape[1] <= FEW_OUTCOMES else None  # a pass for each keeps the interpreter
        found = in_parts(lambda of: sums(of, self._outcomes, self._parts) if of.varies else None, inputs, threads)
        smooth = [n for n, of in enumerate(inputs) if of.varies and not of.scenarios]
        alone = [[n] for n, of in enumerate(inputs) if of.varies and of.scenarios]
        for rows in [*([smooth] if smooth else []), *alone]:
            counts = np.stack([found[n][0] for n in rows])  # type: ignore[index]
            totals = np.stack([found[n][1] for n in rows])  # type: ignore[index]
            of, own = inputs[rows[0]], totals[..., : self._count]
            whole_counts = counts.sum(axis=1)
            fitted = fit(of, whole_counts, totals.sum(axis=1))
            value[rows] = self._best(fitted[..., : self._count], whole_counts)
            floor[rows] = self._best(fitted[..., self._count :], whole_counts)
            error[rows] = _error(np.moveaxis(self._best(fit(of, counts, own), counts), 1, 0))
        return value, error, floor

    def singles(self, names: Sequence[str], inputs: Sequence[Binned]) -> list[Information]:
        rows = zip(names, *self.each(inputs), strict=True)
        return [Information(name, float(value), float(error), float(floor)) for name, value, error, floor in rows]

    def together(self, name: str, inputs: Sequence[Binned]) -> Information:
        if sum(of.varies for of in inputs) < 2:
            return self.singles([name], [next((of for of in inputs if of.varies), inputs[0])])[0]
        model, size = Together(inputs), self._draws // self._parts
        used = min(size, ENOUGH // self._parts)
        own = [slice(part * size, part * size + used) for part in range(self._parts)]
        found = in_parts(lambda part: model.moments(self._outcomes, part), own)
        square, beside = (np.sum([pair[n] for pair in found], axis=0) for n in (0, 1))
        whole = model.solution(square, beside)

        def fitted(part: int) -> tuple[Array, Array]:
            """By all draws, and by the part's own."""
            alone = model.solution(found[part][0], found[part][1][:, : self._count])
            both = model.fitted(np.concatenate([whole, alone], axis=1), own[part])
            return both[:, : 2 * self._count], both[:, 2 * self._count :]

        parts = in_parts(fitted, range(self._parts))
        everything = np.concatenate([by_all for by_all, _ in parts])
        even = np.ones(len(everything))
        value = float(self._best(everything[:, : self._count], even))
        floor = float(self._best(everything[:, self._count :], even))
        error = _error(np.stack([self._best(by_own, np.ones(len(by_own))) for _, by_own in parts]))
        return Information(name, value, float(error), floor)


def _gain(fitted: Array, weights: Array) -> Array:
    """What choosing by the fit adds: (…, B, options) and (…, B) → (…)."""
    shares = weights / weights.sum(axis=-1, keepdims=True)
    informed = (reduce(np.maximum, np.moveaxis(fitted, -1, 0)) * shares).sum(axis=-1)
    return _beyond_rounding(informed, (fitted * shares[..., None]).sum(axis=-2).max(axis=-1))


def _gain_apart(fitted: Array, weights: Array) -> Array:
    """The same for decisions of their own, each against doing nothing: (…, B, decisions) → (…, decisions)."""
    shares = (weights / weights.sum(axis=-1, keepdims=True))[..., None]
    informed = (np.maximum(fitted, 0.0) * shares).sum(axis=-2)
    return _beyond_rounding(informed, np.maximum((fitted * shares).sum(axis=-2), 0.0))


def _beyond_rounding(informed: Array, best: Array) -> Array:
    """The difference, and nothing where it is only what rounding leaves."""
    gain = informed - best
    return np.asarray(np.where(gain > 1e-11 * np.abs(informed), gain, 0.0))


def _error(parts: Array) -> Array:
    return np.asarray(parts.std(axis=0, ddof=1) / np.sqrt(len(parts)) if len(parts) > 1 else np.zeros(parts.shape[1:]))


def tornado(samples: Array, outcome: Array, names: Sequence[str] = (), *, scores: Array | None = None) -> list[Bar]:
    """Bars for `samples` (inputs, draws) and one `outcome` (draws,), widest first; inputs that never vary are left out.

    The expected outcome with the input at each end, the others as they then are: correlations count. `scores` as in
    `evppi`.
    """
    inputs, outcomes = _aligned(samples, outcome, beside_nothing=False)
    variance = float(outcomes[0].var())
    made = _binned(inputs, scores)

    def bar(row: int) -> Bar | None:
        of = made[row]
        if not of.varies:
            return None
        counts, totals = sums(of, outcomes[:1].T, 1)
        fitted, weights = fit(of, counts, totals)[0, :, 0], counts[0] / counts.sum()
        low, high = np.quantile(inputs[row], [0.05, 0.95])
        at = np.interp([-SCORE_AT_95, SCORE_AT_95], of.scores, fitted)
        index = float(weights @ (fitted - weights @ fitted) ** 2) / variance if variance > 0 else 0.0
        name = names[row] if names else str(row)
        return Bar(name, float(low), float(high), float(at[0]), float(at[1]), min(index, 1.0))

    bars = [one for one in in_parts(bar, range(len(inputs))) if one is not None]
    return sorted(bars, key=lambda one: -one.width)


def collaboration_gain(probability_alone: Array, cost_alone: Array, joint_cost: Array) -> Array:
    """(draws,) what doing it once saves: Σ over regions of P(would have done it alone) × cost alone, less the joint cost.

    `probability_alone` (R,) between 0 and 1, `cost_alone` (R, draws), `joint_cost` (draws,). A region that never would
    have done it saves nothing. Raises InvalidCase for a probability that is none.
    """
    probability = np.asarray(probability_alone, dtype=np.float64)
    for value in probability:
        if not 0 <= value <= 1:
            raise refused("probability_above_one", value=value)
    return np.asarray(probability @ np.asarray(cost_alone) - np.asarray(joint_cost))


def _options(net_benefits: Array) -> Array:
    found = np.asarray(net_benefits, dtype=np.float64)
    if found.ndim == 1:
        found = found[None]
    if found.shape[0] == 1:
        found = np.concatenate([found, np.zeros_like(found)])
    if found.shape[1] == 0 or not np.isfinite(found).all():
        raise refused("not_number", value="nettonyttan")
    return found


def _aligned(samples: Array, outcome: Array, *, beside_nothing: bool = True) -> tuple[Array, Array]:
    inputs = np.atleast_2d(np.asarray(samples, dtype=np.float64))
    options = _options(outcome) if beside_nothing else np.atleast_2d(np.asarray(outcome, dtype=np.float64))
    if inputs.shape[1] != options.shape[1]:
        raise refused("weights_do_not_match", values=inputs.shape[1], weights=options.shape[1])
    return inputs, options


def _binned(inputs: Array, scores: Array | None) -> list[Binned]:
    threads = 1 if scores is not None and inputs.shape[1] < _WORTH_THREADS else None
    return in_parts(lambda n: binned(inputs[n], None if scores is None else scores[n]), range(len(inputs)), threads)


def _position(names: Sequence[str], name: str) -> int:
    if name not in names:
        raise refused("unknown_input", name=name)
    return list(names).index(name)
