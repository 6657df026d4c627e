"""A benefit case: what is believed, about whom, and how it becomes money in someone's account. Data, not code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .distributions import Distribution
from .expression import Node
from .units import Unit


class Evidence(StrEnum):
    """Where a number comes from; anything but `measured` is somebody's judgement."""

    MEASURED = "measured"
    LITERATURE = "literature"
    EXPERT = "expert"
    ASSUMPTION = "assumption"


class Account(StrEnum):
    """Who gets or pays."""

    REGION = "region"
    OTHER_REGIONS = "other_regions"
    MUNICIPALITIES = "municipalities"
    STATE = "state"
    PATIENTS = "patients"


class Kind(StrEnum):
    """What sort of effect. They are told apart in every result and never added into one “saving”."""

    COST = "cost"
    GRANT = "grant"
    CASH = "cash"
    CAPACITY = "capacity"
    CARE = "care"
    QUALITY = "quality"


class Shape(StrEnum):
    """The shapes of a curve; see `Curve`."""

    ADOPTION = "adoption"
    GROWTH = "growth"
    DECAY = "decay"
    TABLE = "table"


class Form(StrEnum):
    """The three forms of effect that the grant names; a label."""

    MORE_CARE = "more_care"
    FEWER_RESOURCES = "fewer_resources"
    HIGHER_QUALITY = "higher_quality"


class Horizon(StrEnum):
    """The three horizons of an effect; a label."""

    DIRECT = "direct"
    ENABLING = "enabling"
    LONG_TERM = "long_term"


@dataclass(frozen=True, slots=True)
class Input:
    """One uncertain number in its own unit. `regions`: a region's own belief in place of the shared one."""

    name: str
    unit: Unit
    unit_text: str
    distribution: Distribution
    label: str = ""
    evidence: Evidence = Evidence.ASSUMPTION
    source: str = ""
    date: str = ""
    judged_by: str = ""
    regions: Mapping[str, Distribution] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Driver:
    """A baseline that differs between regions (population, visits, staff), one value per region in its own unit."""

    name: str
    unit: Unit
    unit_text: str
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """A number per year; t is years from the first year, w the region's wave (years it starts after the first).

    adoption: 0 until t + 1 > w + delay, then ceiling / (1 + exp(-slope · (t + 1 - w - delay - midpoint))) ·
    growth: (1 + rate)^t · decay: (1 - rate)^max(t - w, 0) · table: the stated values from year w on, 0 before,
    the last one going on.
    """

    name: str
    shape: Shape
    parameters: Mapping[str, Node]
    waves: Mapping[str, int] = field(default_factory=dict)
    table: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Calculation:
    """A named formula that lines and other calculations may ask for."""

    name: str
    formula: Node
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the case: an amount per region and year, in kronor unless the kind is quality.

    Costs are written as positive amounts. `shared_by`: the amount is one for all regions together and divided by this
    driver (or equally by “equal”). `paid_by`: the money leaves that account: a transfer, nothing for society.
    `uses` and `price`: the amount is freed hours; each share of them (cash, capacity, care) is worth the price, and
    what no share takes is worth nothing. `first` and `last` count from the case's first year.
    """

    name: str
    account: Account
    kind: Kind
    amount: Node
    text: str
    unit_text: str
    first: int
    last: int
    label: str = ""
    shared_by: str = ""
    paid_by: Account | None = None
    price: Node | None = None
    uses: Mapping[Kind, Node] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    form: Form | None = None
    horizon: Horizon | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The whole case. `regions`: code → name, in the order of every result's region axis.

    `prepared` is what only follows from the fields, kept by whoever works it out, so that a case that is asked again need
    not be checked and planned again.
    """

    name: str
    first_year: int
    years: int
    price_year: int
    rates: tuple[float, ...]
    regions: Mapping[str, str]
    inputs: Mapping[str, Input]
    drivers: Mapping[str, Driver]
    curves: Mapping[str, Curve]
    calculations: Mapping[str, Calculation]
    lines: tuple[Line, ...]
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    described: Mapping[str, str] = field(default_factory=dict)
    prepared: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
