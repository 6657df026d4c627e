"""The shapes of what is loaded, and the sums over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

COST_KINDS = ("own_time", "coordination", "expertise", "technology", "other")
EFFECT_KINDS = ("more_care", "fewer_resources", "higher_quality")
HORIZONS = ("direct", "enabling", "long_term")
PERSPECTIVES = ("region", "society")
OBSTACLE_KINDS = ("data", "law", "risk", "benefit")
UNDERLAG_KINDS = (
    "legal_position",
    "risk_analysis",
    "dpia",
    "data_agreement",
    "procurement_text",
    "method",
    "calculation",
)
REUSE_MODES = ("as_is", "adapted", "not_applicable")
SOLUTION_KINDS = ("technical", "organisational", "way_of_working", "ai", "phasing_out")
SOLUTION_STATES = ("identified", "screened", "declined", "parked", "retired")
STAGES = ("interested", "decided", "piloting", "rolling_out", "in_use", "declined", "discontinued")
COURSES = ("handed_in", "draft")
ROLES = (
    "author",
    "representative",
    "economist",
    "case_officer",
    "assessor",
    "decision_maker",
    "payments_officer",
    "catalogue_editor",
    "auditor",
)
BESIDE_REGIONS = ("delegation", "catalogue", "audit")  # organisations that are not regions


@dataclass(frozen=True, kw_only=True)
class Grounded:
    """Something with figures in it: quoted from a named source, or an assumption that says how it was reasoned."""

    source: str = ""
    quote: str = ""
    assumption: str = ""

    @property
    def is_quoted(self) -> bool:
        return bool(self.source and self.quote)

    @property
    def is_grounded(self) -> bool:
        return bool(self.assumption or self.is_quoted) and bool(self.source) == bool(self.quote)


@dataclass(frozen=True)
class Region:
    code: str
    name: str
    short_name: str
    orgnr: str
    population: int
    year: int
    source: str


@dataclass(frozen=True)
class Source:
    """A document that figures are quoted from. `text` is the file in data/sources/ that holds its wording, if any."""

    key: str
    title: str
    kind: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Window(Grounded):
    """First and last day to hand in, both inclusive, in Swedish time."""

    opens: date
    closes: date


@dataclass(frozen=True, kw_only=True)
class YearAmount(Grounded):
    year: int
    amount_sek: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Authorisation(Grounded):
    """Most that may be promised for years after the first, earlier promises for those years included."""

    amount_sek: int
    years: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Hurdle(Grounded):
    """Least effect, in kronor per krona of cost, for a block to be worth funding though money is left."""

    effect_per_krona: Decimal


@dataclass(frozen=True)
class Clause:
    """A paragraph of the rule set, retold in our own words; `demands` are the single things that follow from it."""

    paragraph: str
    rule: str
    demands: tuple[str, ...]


@dataclass(frozen=True)
class RuleSet:
    """The law of the call as data. Interest is the state's lending rate plus the margin, from so many months after."""

    id: str
    title: str
    in_force_from: date
    in_force_to: date
    decided_by: str
    appeal: bool
    requisition: bool
    auditor_certificate: bool
    interest_reference: str
    interest_margin_percentage_points: Decimal
    interest_from_months_after: int
    one_form_per_responsible_region: bool
    minuted_decision_per_participant: bool
    part_funding: bool
    carry_over: bool
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, kw_only=True)
class Condition(Grounded):
    """A condition that the call's documents set, beside the rule set."""

    key: str
    text: str


@dataclass(frozen=True, kw_only=True)
class MeasureType(Grounded):
    key: str
    title: str
    description: str
    wish: bool = False


@dataclass(frozen=True)
class Level:
    level: int
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Criterion(Grounded):
    """A question answered with a level 0–5. `source` and `quote` carry the question; the weight is an assumption."""

    key: str
    title: str
    question: str
    weight: int
    levels: tuple[Level, ...]


@dataclass(frozen=True, kw_only=True)
class Fact(Grounded):
    """A dated value with its unit; `formula` says how it follows from other facts.

    `low` and `high` bound what is reasonable to meet in practice.
    """

    key: str
    title: str
    value: Decimal
    unit: str
    valid_from: date
    formula: str = ""
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Call:
    id: str
    title: str
    purpose: str
    years: tuple[int, ...]
    window: Window
    sources: tuple[Source, ...]
    frames: tuple[YearAmount, ...]
    earlier_commitments: tuple[YearAmount, ...]
    commitment_authorisation: Authorisation
    hurdle: Hurdle
    rules: RuleSet
    conditions: tuple[Condition, ...]
    measure_types: tuple[MeasureType, ...]
    criteria: tuple[Criterion, ...]
    facts: tuple[Fact, ...]

    def fact(self, key: str) -> Fact:
        return next(fact for fact in self.facts if fact.key == key)

    def frame(self, year: int) -> int:
        return sum(row.amount_sek for row in self.frames if row.year == year)

    def committed(self, year: int) -> int:
        return sum(row.amount_sek for row in self.earlier_commitments if row.year == year)

    def free(self, year: int) -> int:
        """What is left of the year's frame after earlier decisions."""
        return self.frame(year) - self.committed(year)

    def free_authorisation(self) -> int:
        """What may still be promised for the later years together."""
        authorisation = self.commitment_authorisation
        return authorisation.amount_sek - sum(self.committed(year) for year in authorisation.years)


@dataclass(frozen=True, kw_only=True)
class CostLine(Grounded):
    """A row of a budget as it is written: the same amount per listed region and year, or an amount per year.

    `regions` and `years` default to all participants and all years of the application.
    """

    kind: str
    text: str
    regions: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    per_region_per_year_sek: int = 0
    by_year_sek: Mapping[str, int] | None = None
    cofinanced_per_region_per_year_sek: int = 0


@dataclass(frozen=True)
class CostCell:
    """One block, region, year and kind of cost: what is asked for and what the region pays itself."""

    block: str
    region: str
    year: int
    kind: str
    requested_sek: int
    cofinanced_sek: int
    text: str
    basis: Grounded


@dataclass(frozen=True, kw_only=True)
class Effect(Grounded):
    """A claim of effect: kronor in total over the years for all participants, fixed prices, not discounted."""

    claim: str
    kind: str
    horizon: str
    perspective: str
    low_sek: int
    likely_sek: int
    high_sek: int
    from_year: int
    to_year: int


@dataclass(frozen=True)
class Block:
    key: str
    title: str
    purpose: str
    activities: tuple[str, ...]
    costs: tuple[CostLine, ...]
    effects: tuple[Effect, ...]
    needs: tuple[str, ...] = ()
    obstacle: str = ""


@dataclass(frozen=True)
class MeasuringPoint:
    on: date
    indicator: str
    baseline: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Plan(Grounded):
    """How the measure lives on after the grant: who owns it, what it costs then, when it is measured."""

    owner: str
    budget_after_per_year_sek: int
    budget_after_text: str
    lasting: str
    measuring_points: tuple[MeasuringPoint, ...]


@dataclass(frozen=True)
class OtherSupport:
    region: str
    name: str
    amount_sek: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Stated(Grounded):
    """A figure that a document states and the budget must add up to, every year."""

    figure: str  # total_per_year, own_time_per_region_per_year, own_time_per_year, beside_own_time_per_year
    amount_sek: int


@dataclass(frozen=True)
class Completion:
    """The delegation's request for completion and what was answered."""

    asked_on: date
    due_on: date
    question: str
    answered_on: date | None = None
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class ApplicationData(Grounded):
    """An application with its blocks. `assumption` says what holds for figures that carry no ground of their own."""

    id: str
    title: str
    invented: bool
    call: str
    responsible: str
    participants: tuple[str, ...]
    participants_note: str = ""
    years: tuple[int, ...]
    years_note: str
    measure_types: tuple[str, ...]
    summary: str
    goal: str
    example_for_others: str
    declaration: str
    blocks: tuple[Block, ...]
    plan: Plan
    stated: tuple[Stated, ...] = ()
    other_support: tuple[OtherSupport, ...] = ()
    completion: Completion | None = None
    course: str = "handed_in"

    def cells(self) -> tuple[CostCell, ...]:
        """Every cost cell of every block, the shorthands expanded; totals are sums of these and nothing else."""
        return tuple(cell for block in self.blocks for line in block.costs for cell in _cells(self, block, line))

    def block(self, key: str) -> Block:
        return next(block for block in self.blocks if block.key == key)

    @property
    def lead(self) -> str:
        """The summary's first sentence."""
        return self.summary.split(". ")[0].rstrip(".") + "."

    @property
    def is_eligible(self) -> bool:
        """Not for measures with other state support (5 §)."""
        return not self.other_support


@dataclass(frozen=True, kw_only=True)
class SubmissionData(Grounded):
    """The two parts of 9 § that a responsible region writes once for all its applications in the call."""

    responsible: str
    invented: bool
    economy: str
    needs: str


@dataclass(frozen=True)
class Minutes:
    """A minuted political decision of one region, for one or more applications."""

    region: str
    body: str
    decided_on: date
    paragraph: str
    reference: str
    applications: tuple[str, ...]


@dataclass(frozen=True)
class Assessment:
    """One assessor's levels and reasons, by criterion."""

    application: str
    assessor: str
    levels: Mapping[str, int]
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class DemoPerson:
    """A demo person with one role. `organisation` is a region's code or one of BESIDE_REGIONS."""

    name: str
    email: str
    organisation: str
    role: str
    title: str = ""
    home_region: str = ""
    conflict: str = ""


@dataclass(frozen=True)
class ObstacleData:
    key: str
    kind: str
    title: str
    description: str
    reported_by: str
    reported_on: date
    solved_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reuse:
    region: str
    mode: str
    recorded_on: date
    hours_spent: int
    hours_alone: int
    note: str

    @property
    def hours_saved(self) -> int:
        """May be negative: reading what did not fit costs time."""
        return self.hours_alone - self.hours_spent


@dataclass(frozen=True, kw_only=True)
class UnderlagData(Grounded):
    """Work made once: hours to make it, on what conditions it is true, and what other regions did with it."""

    key: str
    kind: str
    title: str
    summary: str
    body: tuple[str, ...]
    made_by: str
    published_on: date
    hours_to_make: int
    conditions: str
    valid_until: date | None = None
    obstacles: tuple[str, ...] = ()
    reuse: tuple[Reuse, ...] = ()


@dataclass(frozen=True)
class AdoptionStep:
    """`reason` is the code of why a region stopped; `covered` of `out_of` `unit` is how much of it uses the solution."""

    region: str
    stage: str
    occurred_on: date
    proof: str
    reason: str = ""
    covered: int | None = None
    out_of: int | None = None
    unit: str = ""


@dataclass(frozen=True)
class SolutionData:
    """A solution in the catalogue. `block` is "application/block" when it comes from a block of the call."""

    key: str
    kind: str
    specialty: str
    title: str
    problem: str
    summary: str
    proposed_by: str
    proposed_on: date
    state: str
    block: str = ""
    steps: tuple[AdoptionStep, ...] = ()


@dataclass(frozen=True)
class Contribution:
    """Hours that one region worked in one block during a half-year, "2026-07" meaning July to December 2026."""

    application: str
    block: str
    region: str
    from_month: str
    hours: int


@dataclass(frozen=True)
class Reference:
    """Everything, checked across files."""

    regions: tuple[Region, ...]
    call: Call
    submissions: tuple[SubmissionData, ...]
    applications: tuple[ApplicationData, ...]
    minutes: tuple[Minutes, ...]
    assessments: tuple[Assessment, ...]
    people: tuple[DemoPerson, ...]
    obstacles: tuple[ObstacleData, ...]
    underlag: tuple[UnderlagData, ...]
    solutions: tuple[SolutionData, ...]
    contributions: tuple[Contribution, ...]

    def application(self, id: str) -> ApplicationData:
        return next(application for application in self.applications if application.id == id)


def requested(cells: Iterable[CostCell]) -> int:
    return sum(cell.requested_sek for cell in cells)


def cofinanced(cells: Iterable[CostCell]) -> int:
    return sum(cell.cofinanced_sek for cell in cells)


def requested_by(cells: Iterable[CostCell], *names: str) -> dict[Any, int]:
    """Requested kronor by one attribute ("year") or several ("region", "year": then the keys are tuples)."""
    sums: Counter[Any] = Counter()
    for cell in cells:
        key = tuple(getattr(cell, name) for name in names)
        sums[key[0] if len(names) == 1 else key] += cell.requested_sek
    return dict(sorted(sums.items()))


def likely_effect(block: Block, perspective: str = "region") -> int:
    """The sum of the block's likely effects in one perspective; perspectives are never added together."""
    return sum(effect.likely_sek for effect in block.effects if effect.perspective == perspective)


def demand_by_year(applications: Iterable[ApplicationData]) -> dict[int, int]:
    return requested_by([cell for application in applications for cell in application.cells()], "year")


def _cells(application: ApplicationData, block: Block, line: CostLine) -> Iterable[CostCell]:
    basis = line if line.is_grounded else application
    for region in line.regions or application.participants:
        for year in line.years or application.years:
            amount = line.by_year_sek.get(str(year), 0) if line.by_year_sek else line.per_region_per_year_sek
            own = line.cofinanced_per_region_per_year_sek
            if amount or own:
                yield CostCell(block.key, region, year, line.kind, amount, own, line.text, basis)
