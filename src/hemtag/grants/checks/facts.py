"""The plain data that the checks of hand-in read: exactly the content that will be frozen, and where it is mended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class CostFact:
    """One cell of the budget: region by its county code, whole kronor."""

    region: str
    year: int
    kind: str
    requested_sek: int
    cofinancing_sek: int
    hours: int | None = None
    hourly_cost_sek: int | None = None


@dataclass(frozen=True)
class EffectFact:
    perspective: str
    low_sek: int
    likely_sek: int
    high_sek: int
    basis: str


@dataclass(frozen=True)
class BlockFact:
    number: int
    title: str
    purpose: str
    activities: str
    needs: tuple[int, ...] = ()
    costs: tuple[CostFact, ...] = ()
    effects: tuple[EffectFact, ...] = ()
    link: str = ""
    costs_link: str = ""
    effects_link: str = ""

    @property
    def name(self) -> str:
        return f"{self.number} {self.title}"


@dataclass(frozen=True)
class ParticipantFact:
    """A participating region; one that has declined is no participant and gives no fact."""

    code: str
    region: str
    is_confirmed: bool
    decided_on: dt.date | None
    body: str
    paragraph: str
    has_minutes: bool
    other_support: str
    other_support_text: str = ""
    link: str = ""
    # Something else stands in the draft now than the region signed.
    is_outdated: bool = False
    population: int | None = None
    # The minutes, in the words of the virus scan: "infected", "waiting", else nothing that stands in the way.
    minutes_scan: str = ""


@dataclass(frozen=True)
class PointFact:
    on: dt.date
    indicator: str


@dataclass(frozen=True)
class ApplicationFact:
    number: str
    title: str
    description: str
    goals: str
    measure_types: tuple[str, ...]
    plan_owner: str
    plan_budget: str
    plan_lasting: str
    spreading: str
    points: tuple[PointFact, ...] = ()
    participants: tuple[ParticipantFact, ...] = ()
    blocks: tuple[BlockFact, ...] = ()
    link: str = ""
    edit_link: str = ""
    points_link: str = ""
    participations_link: str = ""
    budget_link: str = ""

    @property
    def name(self) -> str:
        return f"{self.number} {self.title}"

    def region_name(self, code: str) -> str:
        return next((each.region for each in self.participants if each.code == code), code)

    @property
    def last_year(self) -> int | None:
        """The last year that money is asked for, or None when none is."""
        return max((cost.year for block in self.blocks for cost in block.costs if cost.requested_sek), default=None)


@dataclass(frozen=True)
class OtherApplication:
    """An application in another form that is handed in, for finding the same measure twice."""

    number: str
    title: str
    regions: frozenset[str]


@dataclass(frozen=True)
class SupportFact:
    """Other state support that the delegation has recorded for a region's measure (§ 5)."""

    region: str
    measure: str
    grantor: str
    years: str


@dataclass(frozen=True)
class HourlyCostFact:
    """What an hour of a region's own working time is known to cost, in kronor."""

    low: int
    likely: int
    high: int
    valid_from: dt.date
    source: str = ""


@dataclass(frozen=True)
class SubmissionFact:
    """A responsible region's whole form, the call's window and years, and the day that it is judged on."""

    today: dt.date
    opens_on: dt.date
    closes_on: dt.date
    first_year: int
    last_year: int
    responsible: str
    economic_analysis: str
    development_needs: str
    is_published: bool = True
    late_until: dt.date | None = None
    contact: str = ""
    applications: tuple[ApplicationFact, ...] = ()
    others: tuple[OtherApplication, ...] = ()
    supports: tuple[SupportFact, ...] = ()
    hourly_cost: HourlyCostFact | None = None
    link: str = ""
    call_link: str = ""
