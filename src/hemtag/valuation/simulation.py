"""`simulate`: every draw of a case through the ledger, and what it amounts to per region and perspective."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .case import Account, Case, Kind
from .checking import check
from .discounting import NEVER, Payback, discount_factors
from .distributions import Array, Distribution
from .faults import InvalidCase, refused
from .filling import BESIDE, BLOCK, RECOUPING, Filled, beside, fill
from .ledger import Block, Layout, discounting, is_money, view
from .memory import evenly
from .parallel import in_parts, slices
from .perspectives import PERSPECTIVES
from .plan import Entry, Group
from .products import product
from .sampling import SCRAMBLINGS, Estimate, Sample, mean_with_error, sample

METHOD = 2  # raised whenever the same case and seed would give other numbers
SOCIETY = ("region", "others", "patients")  # whose sum it is, by construction
K = TypeVar("K")


class Cells(Mapping[K, Array]):
    """Arrays by name, each worked out when it is asked for."""

    def __init__(self, names: list[K], make: Callable[[K], Array]) -> None:
        self._names, self._make = dict.fromkeys(names), make

    def __getitem__(self, name: K) -> Array:
        if name not in self._names:
            raise KeyError(name)
        return self._make(name)

    def __iter__(self) -> Iterator[K]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True, eq=False)
class Simulation:
    """The answer for one case, with what is needed to repeat it: case, seed, draws and method.

    Axes: R regions in the case's order, Y years, N draws. Amounts in kronor of the price year, positive is gain.
    What is below is worked out when it is asked for, from columns that are kept:
    `present`: (account, kind) → (R, N) present value · `expected`: (account, kind) → (R, Y) mean of each year's flow, not
    discounted · `quality`: (account, unit) → (R, N) discounted natural units · `joint`: perspective → (Y, N) flow of all
    regions together, not discounted · `payback`: perspective → years (R, N), for `region` and `region_cash`.
    """

    case: Case
    seed: int
    draws: int
    method: int
    sample: Sample
    kept: Filled

    @property
    def present(self) -> Mapping[tuple[Account, Kind], Array]:
        return Cells(self._cells(True), lambda cell: self._worth(lambda e: (e.account, e.kind) == cell))

    @property
    def quality(self) -> Mapping[tuple[Account, str], Array]:
        names = [(e.account, e.unit) for group in self.kept.plan.groups for e in group.entries if not is_money(e.kind)]
        return Cells(
            list(dict.fromkeys(names)),
            lambda cell: self._worth(lambda e: not is_money(e.kind) and (e.account, e.unit) == cell),
        )

    @property
    def expected(self) -> Mapping[tuple[Account, Kind], Array]:
        return Cells(self._cells(True), lambda cell: self._expected(lambda e: (e.account, e.kind) == cell))

    @property
    def joint(self) -> Mapping[str, Array]:
        return Cells(list(PERSPECTIVES), self._joint)

    @cached_property
    def payback(self) -> Mapping[str, Payback]:
        return {name: Payback(*(self._years(codes[:-1]) for codes in self._codes(name))) for name in RECOUPING}

    def npv(self, perspective: str = "region") -> Array:
        """(R, N) net present value in a perspective (a name in `PERSPECTIVES`)."""
        held = PERSPECTIVES[perspective]
        return self._worth(lambda entry: held.holds(entry.account, entry.kind))

    def estimate(self, perspective: str = "region") -> Estimate:
        """Expected net present value of all regions together, with the error of the computation."""
        names = SOCIETY if perspective == "society" else (perspective,)
        worth = np.sum([self.kept.last[name] for name in names], axis=0)
        return mean_with_error(worth, self.sample.scramblings)

    def cumulative(self, perspective: str = "region") -> Array:
        """(Y, N) discounted net of all regions together, added up from the first year: the last year is the NPV."""
        if perspective == "society":
            return np.asarray(sum(self.cumulative(name) for name in SOCIETY))
        found = self.kept.cumulative.get(perspective)
        return self._beside(perspective) if found is None else found

    def joint_payback(self, perspective: str = "region") -> Payback:
        """Pay-back (N,) of all regions together, for `region` and `region_cash`."""
        return Payback(*(self._years(codes[-1]) for codes in self._codes(perspective)))

    def expected_at(self, rate: float, perspective: str = "region") -> Array:
        """(R,) expected net present value at another discount rate: the same draws, no new simulation."""
        held = PERSPECTIVES[perspective]
        flows = self._expected(lambda entry: held.holds(entry.account, entry.kind))
        return np.asarray(flows @ discount_factors(self.case.years, rate))

    def flow(self, code: str, perspective: str = "region") -> Array:
        """(Y, N) flow of one region, not discounted; worked out anew."""
        held = PERSPECTIVES[perspective]
        return self._flow(lambda entry: held.holds(entry.account, entry.kind), code)

    def claim(self, line: str, code: str | None = None) -> Array:
        """(Y, N) what one line gives its account each year, not discounted, in one region or all together.

        In kronor, or the line's unit. A line whose freed hours have several uses gives their sum. Worked out anew.
        """
        names = [one.name for one in self.case.lines]
        account = self.case.lines[names.index(line)].account
        return self._flow(lambda entry: names[entry.line] == line and entry.account is account, code)

    def recouped(self, perspective: str = "region") -> NDArray[np.uint8]:
        """(R + 1, N) the year from 0 in which the net is back for good, Y for never; the last row is all together."""
        found: NDArray[np.uint8] = self.kept.lasting[RECOUPING.index(perspective)][self._order]
        return found

    def _codes(self, perspective: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        return self.kept.first[RECOUPING.index(perspective)][self._order], self.recouped(perspective)

    @property
    def _order(self) -> list[int]:
        """Where each region's row lies, and that of all together."""
        return [*self.kept.row_of, len(self.kept.row_of)]

    def _years(self, codes: NDArray[np.uint8]) -> Array:
        return np.where(codes < self.case.years, codes.astype(np.float64), NEVER)

    def _cells(self, money: bool) -> list[tuple[Account, Kind]]:
        entries = (entry for group in self.kept.plan.groups for entry in group.entries)
        return list(dict.fromkeys((e.account, e.kind) for e in entries if is_money(e.kind) is money))

    def _worth(self, wanted: Callable[[Entry], bool]) -> Array:
        made = np.empty((len(self.case.regions), self.draws))
        for group, lie, worth in zip(self.kept.plan.groups, self.kept.layouts, self.kept.worth, strict=True):
            rows, weights = evenly(group.rows), _weights(group, lie, wanted)
            if isinstance(rows, slice):
                product(weights, worth, out=made[rows])
            else:
                made[rows] = product(weights, worth)
        return made

    def _expected(self, wanted: Callable[[Entry], bool]) -> Array:
        made = np.zeros((len(self.case.regions), self.case.years))
        for group, lie, means in zip(self.kept.plan.groups, self.kept.layouts, self.kept.means, strict=True):
            made[list(group.rows)] = _weights(group, lie, wanted) @ means
        return made

    def _joint(self, perspective: str) -> Array:
        factors = discount_factors(self.case.years, self.case.rates)[:, None]
        return np.asarray(np.diff(self.cumulative(perspective), axis=0, prepend=0.0) / factors)

    def _beside(self, perspective: str) -> Array:
        """The other accounts, worked out anew: nothing but their last year is kept."""
        made = np.zeros((self.case.years, self.draws))
        adding = discounting(self.case, discount_factors(self.case.years, self.case.rates))
        which = BESIDE.index(perspective)
        held = [
            (lie, beside(group, lie)[which])
            for group, lie in zip(self.kept.plan.groups, self.kept.layouts, strict=True)
        ]

        def work(part: slice) -> None:
            block = block_of(self.kept, self.sample, part)
            for lie, other in held:
                for amount, curve in zip(block.mixed(lie.columns, other.mix), other.curves, strict=True):
                    made[:, part] += product(adding, block.by_year(lie.columns[lie.curves[curve].start])) * amount

        in_parts(work, slices(self.draws, BLOCK))
        return made

    def _flow(self, wanted: Callable[[Entry], bool], code: str | None) -> Array:
        made = np.zeros((self.case.years, self.draws))
        plan = self.kept.plan
        picked = [
            (group, lie, view(group, lie, [wanted(entry) for entry in group.entries]))
            for group, lie in zip(plan.groups, self.kept.layouts, strict=True)
            if code is None or code in group.codes
        ]

        def work(part: slice) -> None:
            block = block_of(self.kept, self.sample, part)
            for group, lie, held in picked:
                by_draw = held.mix @ block.stacked(lie.columns)
                sizes = held.directions.sum(axis=0) if code is None else held.directions[group.codes.index(code)]
                for at, curve in enumerate(held.curves):
                    made[:, part] += sizes[at] * by_draw[at] * block.by_year(lie.columns[lie.curves[curve].start])

        in_parts(work, slices(self.draws, BLOCK))
        return made


def block_of(kept: Filled, drawn: Sample, part: slice) -> Block:
    """The draws of one slice, ready to be worked out."""
    values = dict(zip(drawn.names, drawn.values[:, part], strict=True))
    scores = dict(zip(drawn.names, drawn.scores[:, part], strict=True))
    return Block(kept.plan, values, scores, part.stop - part.start)


def _weights(group: Group, lie: Layout, wanted: Callable[[Entry], bool]) -> Array:
    weights = np.zeros((len(group.rows), len(lie.columns)))
    for entry in group.entries:
        if wanted(entry):
            weights[:, lie.place[entry.column]] += entry.factor * entry.direction
    return weights


def simulate(
    case: Case, draws: int = 2**14, seed: int = 0, *, block: int | None = None, threads: int | None = None
) -> Simulation:
    """Draw the inputs and fill the ledger. `draws` is raised to a power of two; `block` and `threads` only move memory
    and work: the number of threads never changes a bit, the size of the blocks only what rounding does.

    Raises InvalidCase for a case that does not hold, and for what only the draws can tell: a freed hour used twice,
    a cost below zero, a number that is not finite.
    """
    faults = check(case)
    if faults:
        raise InvalidCase(faults)
    drawn = sample_of(case, draws, seed, threads)
    return Simulation(case, seed, drawn.draws, METHOD, drawn, fill(case, drawn, block, threads))


def sample_of(case: Case, draws: int, seed: int, threads: int | None = None) -> Sample:
    """The inputs' shared beliefs, in their own units, drawn together. A region's own belief uses the same scores."""
    random: dict[str, Distribution] = {}
    for one in case.inputs.values():
        beliefs = (one.distribution, *one.regions.values())
        random[one.name] = next((made for made in beliefs if not made.is_constant), one.distribution)
    drawn = sample(random, case.correlations, draws=draws, seed=seed, scramblings=SCRAMBLINGS, threads=threads)
    for row, one in enumerate(case.inputs.values()):
        if one.distribution is not random[one.name]:
            drawn.values[row] = one.distribution.at_score(drawn.scores[row])
    return drawn


def probability_of_recoup(
    result: Simulation, perspective: str = "region", by_year: int | None = None, *, joint: bool = False
) -> Array:
    """(R,) probability that each region has its discounted costs back, for good, by year `by_year` (from 0; None: at all).

    `joint`: () for all regions together. A case whose net never falls below zero counts as recouped from year 0.
    """
    if perspective not in RECOUPING:
        raise refused("unknown_choice", value=perspective, choices=", ".join(RECOUPING))
    years = result.recouped(perspective)
    latest = result.case.years - 1 if by_year is None else min(by_year, result.case.years - 1)
    return np.asarray(((years[-1] if joint else years[:-1]) <= latest).mean(axis=-1))
