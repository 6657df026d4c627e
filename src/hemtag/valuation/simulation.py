"""`simulate`: every draw of a case through the ledger, and what it amounts to per region and perspective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from .case import Account, Case, Kind
from .checking import check
from .discounting import Payback, discount_factors, payback_of_discounted
from .distributions import Array, Distribution
from .faults import InvalidCase, refused
from .ledger import Entry, entries, groups
from .perspectives import PERSPECTIVES
from .sampling import SCRAMBLINGS, Estimate, Sample, mean_with_error, sample

METHOD = 1  # raised whenever the same case and seed would give other numbers
BLOCK = 2048
C = TypeVar("C")
RECOUPING = ("region", "region_cash")


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """The answer for one case, with what is needed to repeat it: case, seed, draws and method.

    Axes: R regions in the case's order, Y years, N draws. Amounts in kronor of the price year, positive is gain.
    `present`: (account, kind) → (R, N) present value · `expected`: (account, kind) → (R, Y) mean of each year's flow, not
    discounted · `quality`: (account, unit) → (R, N) discounted natural units · `joint`: perspective → (Y, N) flow of all
    regions together, not discounted · `payback`: perspective → years (R, N), for `region` and `region_cash`.
    """

    case: Case
    seed: int
    draws: int
    method: int
    sample: Sample
    present: Mapping[tuple[Account, Kind], Array]
    expected: Mapping[tuple[Account, Kind], Array]
    quality: Mapping[tuple[Account, str], Array]
    joint: Mapping[str, Array]
    payback: Mapping[str, Payback]

    def npv(self, perspective: str = "region") -> Array:
        """(R, N) net present value in a perspective (a name in `PERSPECTIVES`)."""
        held = PERSPECTIVES[perspective]
        cells = [amount for (account, kind), amount in self.present.items() if held.holds(account, kind)]
        return np.sum(cells, axis=0) if cells else np.zeros((len(self.case.regions), self.draws))

    def estimate(self, perspective: str = "region") -> Estimate:
        """Expected net present value of all regions together, with the error of the computation."""
        return mean_with_error(self.npv(perspective).sum(axis=0), self.sample.scramblings)

    def joint_payback(self, perspective: str = "region") -> Payback:
        """Pay-back (N,) of all regions together."""
        factors = discount_factors(self.case.years, self.case.rates)
        return payback_of_discounted((self.joint[perspective] * factors[:, None]).T)

    def expected_at(self, rate: float, perspective: str = "region") -> Array:
        """(R,) expected net present value at another discount rate: the same draws, no new simulation."""
        held = PERSPECTIVES[perspective]
        flows = np.zeros((len(self.case.regions), self.case.years))
        for (account, kind), amount in self.expected.items():
            if held.holds(account, kind):
                flows = flows + amount
        return np.asarray(flows @ discount_factors(self.case.years, rate))


def simulate(case: Case, draws: int = 2**14, seed: int = 0, *, block: int = BLOCK) -> Simulation:
    """Draw the inputs and fill the ledger. `draws` is raised to a power of two; `block` only moves memory, not numbers.

    Raises InvalidCase for a case that does not hold, and for what only the draws can tell: a freed hour used twice,
    a cost below zero, a number that is not finite.
    """
    faults = check(case)
    if faults:
        raise InvalidCase(faults)
    drawn = sample_of(case, draws, seed)
    sums = _Sums(case, drawn.draws)
    together = groups(case)
    with np.errstate(all="ignore"):
        for start in range(0, drawn.draws, block):
            part = slice(start, min(start + block, drawn.draws))
            scores = dict(zip(drawn.names, drawn.scores[:, part], strict=True))
            values = dict(zip(drawn.names, drawn.values[:, part], strict=True))
            for group in together:
                sums.add(list(group.rows), part, list(entries(case, group, values, scores)))
    return sums.result(seed, drawn)


def sample_of(case: Case, draws: int, seed: int) -> Sample:
    """The inputs' shared beliefs, in their own units, drawn together. A region's own belief uses the same scores."""
    random: dict[str, Distribution] = {}
    for one in case.inputs.values():
        beliefs = (one.distribution, *one.regions.values())
        random[one.name] = next((made for made in beliefs if not made.is_constant), one.distribution)
    drawn = sample(random, case.correlations, draws=draws, seed=seed, scramblings=SCRAMBLINGS)
    for row, one in enumerate(case.inputs.values()):
        if one.distribution is not random[one.name]:
            drawn.values[row] = one.distribution.at_score(drawn.scores[row])
    return drawn


class _Sums:
    """What is kept of the ledger while its blocks go by."""

    def __init__(self, case: Case, draws: int) -> None:
        self.case, self.draws = case, draws
        self.factors = discount_factors(case.years, case.rates)
        self.present: dict[tuple[Account, Kind], Array] = {}
        self.expected: dict[tuple[Account, Kind], Array] = {}
        self.quality: dict[tuple[Account, str], Array] = {}
        self.joint = {name: np.zeros((case.years, draws)) for name in PERSPECTIVES}
        self.first = {name: np.empty((len(case.regions), draws)) for name in RECOUPING}
        self.lasting = {name: np.empty((len(case.regions), draws)) for name in RECOUPING}

    def add(self, rows: list[int], part: slice, found: list[Entry]) -> None:
        width = part.stop - part.start
        for entry in found:
            if entry.kind is Kind.QUALITY:
                worth = np.broadcast_to(self.factors @ entry.by_year, width)
                self._kept(self.quality, (entry.account, entry.unit))[rows, part] += entry.by_region[:, None] * worth
        money = [entry for entry in found if entry.kind is not Kind.QUALITY]
        if not money:
            for name in RECOUPING:
                self.first[name][rows, part] = self.lasting[name][rows, part] = 0.0
            return
        by_region = np.stack([entry.by_region for entry in money])
        by_year = np.stack([np.broadcast_to(entry.by_year, (self.case.years, width)) for entry in money])
        worth = np.tensordot(by_year, self.factors, axes=([1], [0]))
        means = by_year.sum(axis=2) / self.draws
        cells = [(entry.account, entry.kind) for entry in money]
        for cell in dict.fromkeys(cells):
            own = [n for n, other in enumerate(cells) if other == cell]
            self._kept(self.present, cell)[rows, part] += by_region[own].T @ worth[own]
            expected = self.expected.setdefault(cell, np.zeros((len(self.case.regions), self.case.years)))
            expected[rows] += by_region[own].T @ means[own]
        flat = by_year.reshape(len(money), -1)
        held = np.array([[view.holds(*cell) for cell in cells] for view in PERSPECTIVES.values()], dtype=np.float64)
        discounted = (by_year * self.factors[:, None]).reshape(len(money), -1)
        joint = (held * by_region.sum(axis=1)) @ flat
        for name, flow in zip(PERSPECTIVES, joint, strict=True):
            self.joint[name][:, part] += flow.reshape(self.case.years, width)
        for name in RECOUPING:
            seen = np.flatnonzero(held[list(PERSPECTIVES).index(name)])
            flow = (by_region[seen].T @ discounted[seen]).reshape(len(rows), self.case.years, width)
            paid = payback_of_discounted(np.swapaxes(flow, 1, 2))
            self.first[name][rows, part], self.lasting[name][rows, part] = paid.first, paid.lasting

    def _kept(self, store: dict[C, Array], cell: C) -> Array:
        if cell not in store:
            store[cell] = np.zeros((len(self.case.regions), self.draws))
        return store[cell]

    def result(self, seed: int, drawn: Sample) -> Simulation:
        for amount in (*self.present.values(), *self.quality.values()):
            if not np.isfinite(amount).all():
                raise refused("not_finite", "/lines", name="summan")
        payback = {name: Payback(self.first[name], self.lasting[name]) for name in RECOUPING}
        return Simulation(
            self.case, seed, self.draws, METHOD, drawn, self.present, self.expected, self.quality, self.joint, payback
        )


def probability_of_recoup(
    result: Simulation, perspective: str = "region", by_year: int | None = None, *, joint: bool = False
) -> Array:
    """(R,) probability that each region has its discounted costs back, for good, by year `by_year` (from 0; None: at all).

    `joint`: () for all regions together. A case whose net never falls below zero counts as recouped from year 0.
    """
    paid = result.joint_payback(perspective) if joint else result.payback[perspective]
    latest = result.case.years - 1 if by_year is None else by_year
    return np.asarray((paid.lasting <= latest).mean(axis=-1))
