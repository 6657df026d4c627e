"""How fast, and where regions wait: the gap between first and last, days in each stage, the funnel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from .model import EXITS, LADDER, Solution, Stage, Step, standings
from .survival import Curve, kaplan_meier


@dataclass(frozen=True, slots=True)
class Pace:
    """Days. `reached[n-1]` is the day after publication when the n-th region came into use.

    `gap`: from the first tenth to nine tenths of the eligible regions, None until that has happened.
    """

    eligible: int
    reached: tuple[int, ...]
    gap: int | None

    @property
    def first(self) -> int | None:
        return self.reached[0] if self.reached else None

    @property
    def first_to_last(self) -> int | None:
        """Days from the first to the latest so far; None with fewer than two."""
        return self.reached[-1] - self.reached[0] if len(self.reached) > 1 else None

    def from_first(self, number: int) -> int | None:
        """Days from the first region to the `number`-th; None when so many have not come."""
        return self.reached[number - 1] - self.reached[0] if 1 <= number <= len(self.reached) else None


def pace(solution: Solution, as_of: date) -> Pace:
    """How long the n-th region took."""
    days = sorted(one.adopted for one in standings(solution, as_of) if one.adopted is not None)
    total = len(solution.eligible)
    tenth, nine = max(1, math.ceil(total / 10)), math.ceil(0.9 * total)
    gap = days[nine - 1] - days[tenth - 1] if len(days) >= nine else None
    return Pace(total, tuple(days), gap)


@dataclass(frozen=True, slots=True)
class Rung:
    """One stage of the funnel. `reached`: regions that have come at least so far. `here`: those that stand here now, with
    the days they have waited, longest first. `left`: times that someone went out from here. `days`: time to the next
    stage, those who went out or still wait censored; None when nobody has been here.
    """

    stage: Stage
    reached: int
    here: tuple[tuple[str, int], ...]
    left: int
    days: Curve | None


def funnel(solutions: tuple[Solution, ...], as_of: date) -> tuple[Rung, ...]:
    """The ladder over one or several solutions together. A stage that a region leapt over counts as reached, without days.

    For the last stage, in use, the next is to stop: its curve is how long the solution is kept.
    """
    spells: dict[Stage, list[tuple[int, bool]]] = {stage: [] for stage in LADDER}
    reached = dict.fromkeys(LADDER, 0)
    left = dict.fromkeys(LADDER, 0)
    here: dict[Stage, list[tuple[str, int]]] = {stage: [] for stage in LADDER}
    for solution in solutions:
        members = set(solution.eligible)
        of: dict[str, list[Step]] = {}
        for step in solution.steps:
            if step.region in members and step.on <= as_of:
                of.setdefault(step.region, []).append(step)
        for region, steps in of.items():
            best = max((LADDER.index(step.stage) for step in steps if step.stage not in EXITS), default=-1)
            for stage in LADDER[: best + 1]:
                reached[stage] += 1
            for step, after in zip(steps, [*steps[1:], None], strict=True):
                if step.stage in EXITS:
                    continue
                ends = (after.on if after else as_of) - step.on
                out = after is not None and after.stage in EXITS
                spells[step.stage].append((ends.days, after is not None and out is (step.stage is Stage.IN_USE)))
                left[step.stage] += out
                if after is None:
                    here[step.stage].append((region, ends.days))
    return tuple(
        Rung(
            stage,
            reached[stage],
            tuple(sorted(here[stage], key=lambda row: (-row[1], row[0]))),
            left[stage],
            _curve(spells[stage]),
        )
        for stage in LADDER
    )


def _curve(spells: list[tuple[int, bool]]) -> Curve | None:
    return kaplan_meier([days for days, _ in spells], [ended for _, ended in spells]) if spells else None


def waiting_curve(solution: Solution, as_of: date) -> Curve:
    """Kaplan–Meier of the days from publication to use. A region that has left is censored when it leaves: the curve says
    how it would be if nobody left. `incidence` says what has happened.
    """
    rows = standings(solution, as_of)
    return kaplan_meier(
        [_end(one.adopted, one.left, one.followed) for one in rows], [one.adopted is not None for one in rows]
    )


def outcomes(solution: Solution, as_of: date) -> tuple[list[int], list[int]]:
    """Days and causes for `cumulative_incidence`: 1 in use, 2 left without having come so far, 0 still waiting."""
    rows = standings(solution, as_of)
    causes = [1 if one.adopted is not None else 2 if one.left is not None else 0 for one in rows]
    return [_end(one.adopted, one.left, one.followed) for one in rows], causes


def _end(*days: int | None) -> int:
    return next(day for day in days if day is not None)
