"""Reading profiles, requirements and fit assessments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hemtag.organisations.models import Organisation
from hemtag.organisations.rules import regions_of
from hemtag.uptake.concordance import Concordance, concordance

from ..checks import fitting as checks
from ..fit_questions import Question, Questions, complexity_questions, profile_questions
from ..models import USED, AdoptionStep, FitAssessment, RegionProfile, Requirement, Solution

DAYS_A_WEEK = 7


def profile_of(region: Organisation) -> RegionProfile | None:
    """The newest version of a region's profile."""
    return RegionProfile.objects.filter(region=region).select_related("recorded_by").order_by("-number").first()


def profile_versions(region: Organisation) -> list[RegionProfile]:
    return list(RegionProfile.objects.filter(region=region).select_related("recorded_by").order_by("-number"))


def requirements_of(solution: Solution) -> list[Requirement]:
    """Those that stand today, in their order."""
    return list(Requirement.objects.filter(solution=solution, dropped_at=None))


@dataclass(frozen=True)
class Answered:
    """A question of the profile with the region's answer in words."""

    question: Question
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    name: str
    rows: list[Answered]


def profile_in_words(profile: RegionProfile | None) -> list[Group]:
    """Every question in its group, answered or not."""
    given: Mapping[str, list[str]] = profile.answers if profile else {}
    return [
        Group(
            str(group.words),
            [Answered(one, tuple(one.label_of(key) for key in given.get(one.key, ()))) for one in questions],
        )
        for group, questions in profile_questions().by_group()
    ]


def known_answers(questions: Questions) -> dict[str, list[str]]:
    return {one.key: [choice.key for choice in one.choices] for one in questions.questions}


@dataclass(frozen=True)
class Standing:
    """One requirement beside what the region's profile says of it."""

    requirement: Requirement
    by_profile: str
    answer: str
    standing: str
    note: str = ""

    @property
    def question(self) -> Question | None:
        return profile_questions().get(self.requirement.profile_key)


def standings(
    requirements: Iterable[Requirement],
    profile: RegionProfile | None,
    said: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
) -> list[Standing]:
    """Where a region stands: what a person has said of it, else what the profile says."""
    answers: Mapping[str, list[str]] = profile.answers if profile else {}
    rows = []
    for row in requirements:
        question = profile_questions().get(row.profile_key)
        given = answers.get(row.profile_key, [])
        by_profile = checks.standing_by_profile(row.accepted, given) if question else checks.UNKNOWN
        words = ", ".join(question.label_of(key) for key in given) if question else ""
        key = str(row.pk)
        standing = (said or {}).get(key, by_profile)
        rows.append(Standing(row, by_profile, words, standing, (notes or {}).get(key, "")))
    return rows


def fit_of(rows: Iterable[Standing]) -> checks.Fit:
    return checks.fit_of(
        checks.Asked(
            key=str(row.requirement.pk),
            must=row.requirement.weight == "must",
            standing=row.standing,
            weeks=weeks_of(row.requirement),
            cost_sek=row.requirement.cost_sek,
        )
        for row in rows
    )


def weeks_of(row: Requirement) -> tuple[int, int, int] | None:
    if row.weeks_low is None or row.weeks_likely is None or row.weeks_high is None:
        return None
    return row.weeks_low, row.weeks_likely, row.weeks_high


@dataclass(frozen=True)
class DomainRow:
    name: str
    counts: checks.Domain


def complexity_of(answers: Mapping[str, str]) -> checks.Complexity:
    questions = complexity_questions().questions
    return checks.complexity_of([(one.key, one.group) for one in questions], answers)


def domains(found: checks.Complexity) -> list[DomainRow]:
    names = {group.key: str(group.words) for group in complexity_questions().groups}
    return [DomainRow(names[domain.key], domain) for domain in found.domains]


def newest_fit(solution: Solution, region: Organisation) -> FitAssessment | None:
    rows = FitAssessment.objects.filter(solution=solution, region=region)
    return rows.select_related("recorded_by", "profile").order_by("-pk").first()


@dataclass(frozen=True)
class Told:
    """What one region found when it tried the fit."""

    assessment: FitAssessment
    fit: checks.Fit
    complexity: checks.Complexity


def fits_of(solution: Solution) -> list[Told]:
    """The newest trial of each region; two queries."""
    requirements = list(Requirement.objects.filter(solution=solution))
    rows: dict[int, FitAssessment] = {}
    for row in FitAssessment.objects.filter(solution=solution).select_related("region").order_by("pk"):
        rows[row.region_id] = row
    found = []
    for row in sorted(rows.values(), key=lambda row: row.region.code):
        judged = [one for one in requirements if str(one.pk) in row.met]
        found.append(Told(row, fit_of(standings(judged, None, row.met)), complexity_of(row.complexity)))
    return found


def chosen_region(person: Any, code: str) -> Organisation | None:
    """The own region that is asked for, or the first."""
    own = regions_of(person)
    return next((region for region in own if region.code == code), own[0] if own else None)


@dataclass(frozen=True)
class Validation:
    """How well the preparation time has foretold the real one. `enough` from 30 outcomes; before that nothing is claimed."""

    outcomes: int
    followed: int
    result: Concordance | None

    @property
    def enough(self) -> bool:
        return self.outcomes >= checks.OUTCOMES_TO_VALIDATE


def validation(today: dt.date) -> Validation:
    """First trial of every (solution, region) against the days to use; those not in use yet are followed until today."""
    first: dict[tuple[int, int], FitAssessment] = {}
    for row in FitAssessment.objects.order_by("pk"):
        first.setdefault((row.solution_id, row.region_id), row)
    steps = AdoptionStep.objects.filter(stage__in=USED, corrected_by=None)
    used: dict[tuple[int, int], Any] = {}
    for solution, region, on in steps.order_by("-occurred_on").values_list(
        "adoption__solution_id", "adoption__region_id", "occurred_on"
    ):
        used[solution, region] = on
    expected: list[float] = []
    days: list[float] = []
    ended: list[bool] = []
    for key, row in first.items():
        begun = row.recorded_at.date()
        until = used.get(key, today)
        if until < begun:
            continue  # It was in use before it was tried: nothing was foretold.
        expected.append(row.weeks_likely * DAYS_A_WEEK)
        days.append((until - begun).days)
        ended.append(key in used)
    outcomes = sum(ended)
    enough = outcomes >= checks.OUTCOMES_TO_VALIDATE
    return Validation(outcomes, len(ended), concordance(expected, days, ended) if enough else None)


def requirement_of(solution: Solution, key: int) -> Requirement:
    """Raises Requirement.DoesNotExist for one of another solution."""
    return Requirement.objects.get(solution=solution, pk=key, dropped_at=None)


def starting_point(solution: Solution, region: Organisation | None) -> dict[str, Any]:
    """What the form begins with: the region's last trial, else what its profile says."""
    last = newest_fit(solution, region) if region else None
    profile = profile_of(region) if region else None
    said = last.met if last else None
    return {
        "rows": standings(requirements_of(solution), profile, said, last.notes if last else None),
        "answers": last.complexity if last else {},
        "notes": last.notes if last else {},
    }


def fit_page(person: Any, solution: Solution, code: str, today: dt.date) -> dict[str, Any]:
    """Requirements with where the own region stands, its complexity, what others found, and whether it holds."""
    region = chosen_region(person, code)
    last = newest_fit(solution, region) if region else None
    profile = profile_of(region) if region else None
    rows = standings(requirements_of(solution), profile, last.met if last else None, last.notes if last else None)
    complexity = complexity_of(last.complexity) if last else None
    return {
        "region": region,
        "profile": profile,
        "last": last,
        "rows": rows,
        "fit": fit_of(rows),
        "complexity": complexity,
        "domains": domains(complexity) if complexity else [],
        "others": [told for told in fits_of(solution) if not region or told.assessment.region_id != region.pk],
        "validation": validation(today),
    }
