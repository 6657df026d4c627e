"""Solutions, the regions that may introduce them, and the dated steps they have taken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


class Stage(StrEnum):
    """How far a region has come; the last two are ways out."""

    INTERESTED = "interested"
    DECIDED = "decided"
    PILOTING = "piloting"
    ROLLING_OUT = "rolling_out"
    IN_USE = "in_use"
    DECLINED = "declined"
    DISCONTINUED = "discontinued"


LADDER = (Stage.INTERESTED, Stage.DECIDED, Stage.PILOTING, Stage.ROLLING_OUT, Stage.IN_USE)
EXITS = (Stage.DECLINED, Stage.DISCONTINUED)
STAGE_WORDS: Mapping[Stage, str] = {
    Stage.INTERESTED: "intresserad",
    Stage.DECIDED: "beslutat införa",
    Stage.PILOTING: "pilot",
    Stage.ROLLING_OUT: "breddinför",
    Stage.IN_USE: "i drift",
    Stage.DECLINED: "avböjt",
    Stage.DISCONTINUED: "avslutat",
}


class Period(StrEnum):
    """The unit of time of hazards and forecasts."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def days(self) -> float:
        """Days of a period: a twelfth, a fourth or the whole of 365.25."""
        return 365.25 / self.a_year

    @property
    def a_year(self) -> int:
        return _A_YEAR[self.value]

    @property
    def words(self) -> tuple[str, str]:
        """One and several, in Swedish."""
        return {"month": ("månad", "månader"), "quarter": ("kvartal", "kvartal"), "year": ("år", "år")}[self.value]


_A_YEAR = {"month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, slots=True)
class Step:
    """One region came to one stage on one day."""

    region: str
    stage: Stage
    on: date


@dataclass(frozen=True, slots=True)
class Solution:
    """`eligible` are the regions that can introduce it, without those that made it (`origin`); both in order of code.
    `steps` are in order of day; `traits`: name → region → number, for this solution.
    """

    id: str
    published_on: date
    eligible: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    title: str = ""
    origin: tuple[str, ...] = ()
    traits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spread:
    """What is known on the day `as_of`. Solutions are in order of id, so that the order of a file never matters."""

    as_of: date
    solutions: tuple[Solution, ...]
    regions: Mapping[str, str] = field(default_factory=dict)
    period: Period = Period.QUARTER
    name: str = ""
    traits: tuple[str, ...] = ()

    def solution(self, code: str) -> Solution:
        """Raises KeyError for a solution that is not here."""
        for one in self.solutions:
            if one.id == code:
                return one
        raise KeyError(code)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything that a number here can depend on."""
        plain = [
            self.as_of.isoformat(), self.period, self.traits,
            [
                [
                    one.id, one.published_on.isoformat(), one.eligible, one.origin,
                    [[step.region, step.stage, step.on.isoformat()] for step in one.steps],
                    {name: [values[code] for code in one.eligible] for name, values in sorted(one.traits.items())},
                ]
                for one in self.solutions
            ],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(plain, separators=(",", ":"), ensure_ascii=True).encode()).hexdigest()

    def day(self, periods: float) -> date:
        """The day so many periods after `as_of`."""
        return self.as_of + timedelta(days=round(periods * self.period.days))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one eligible region stands, in days after publication.

    `adopted`: when it first came into use. `left`: when it declined or stopped before that, and has not begun anew: the
    competing way out. `discontinued`: when it first stopped using it. `in_use`: whether it is in use now.
    """

    region: str
    followed: int
    adopted: int | None = None
    left: int | None = None
    discontinued: int | None = None
    in_use: bool = False
    stage: Stage | None = None
    stage_since: int | None = None

    @property
    def is_at_risk(self) -> bool:
        """It may yet adopt: has neither adopted nor left."""
        return self.adopted is None and self.left is None


def standings(solution: Solution, as_of: date) -> tuple[Standing, ...]:
    """One per eligible region, in their order; nothing after `as_of` is looked at."""
    of: dict[str, list[Step]] = {code: [] for code in solution.eligible}
    for step in solution.steps:
        if step.region in of and step.on <= as_of:
            of[step.region].append(step)
    followed = (as_of - solution.published_on).days
    return tuple(_standing(code, steps, solution.published_on, followed) for code, steps in of.items())


def _standing(code: str, steps: list[Step], start: date, followed: int) -> Standing:
    if not steps:
        return Standing(code, followed)
    adopted = discontinued = None
    for step in steps:
        days = (step.on - start).days
        if step.stage is Stage.IN_USE and adopted is None:
            adopted = days
        elif step.stage in EXITS and adopted is not None and discontinued is None:
            discontinued = days
    last = steps[-1]
    since = (last.on - start).days
    left = since if adopted is None and last.stage in EXITS else None
    return Standing(code, followed, adopted, left, discontinued, last.stage is Stage.IN_USE, last.stage, since)


def known_on(spread: Spread, day: date) -> Spread:
    """The same as it was known on an earlier day: later steps and solutions not yet published are taken away."""
    return Spread(
        as_of=day,
        solutions=tuple(
            Solution(
                one.id, one.published_on, one.eligible, tuple(step for step in one.steps if step.on <= day),
                one.title, one.origin, one.traits,
            )
            for one in spread.solutions
            if one.published_on <= day
        ),
        regions=spread.regions,
        period=spread.period,
        name=spread.name,
        traits=spread.traits,
    )  # fmt: skip
