"""The demo's catalogue as rows, for the tests of searching."""

import datetime as dt

import pytest

from hemtag.organisations.models import Role
from hemtag.solutions.actions import adopting
from hemtag.solutions.models import Adoption, AdoptionStep, Solution, SolutionState, Stage
from hemtag.solutions.search.indexing import reindex

from .judged import catalogue
from .steps import NOW, PROOF, TODAY, asked_at

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def fill(regions, rows, indexed=True):
    for row in rows:
        solution = Solution.objects.create(
            slug=row["key"],
            title=row["title"],
            kind=row["kind"],
            specialty=row["specialty"],
            problem=row["problem"],
            summary=row["summary"],
            owner=regions[row["proposed_by"]],
            state=row["state"],
            proposed_at=LONG_AGO,
        )
        for step in sorted(row.get("steps", ()), key=lambda step: step["occurred_on"]):
            adoption, _new = Adoption.objects.get_or_create(solution=solution, region=regions[step["region"]])
            AdoptionStep.objects.create(
                adoption=adoption, recorded_at=LONG_AGO, **{k: step[k] for k in ("stage", "occurred_on", "proof")}
            )
    if indexed:
        reindex()


@pytest.fixture
def filled(regions):
    fill(regions, catalogue())


@pytest.fixture
def people(person):
    return {code: person(Role.AUTHOR, code) for code in ("01", "03", "12", "14")}


@pytest.fixture
def make(regions):
    """`make()`: a solution that region 14 owns."""

    def one(slug="tolk", **values):
        given = {"title": "Digital tolk", "kind": "ai", "specialty": "primärvård", "problem": "Köer.", "summary": "Så."}
        given |= {"owner": regions["14"], "state": SolutionState.SCREENED, "proposed_at": NOW, **values}
        return Solution.objects.create(slug=slug, **given)

    return one


@pytest.fixture
def solution(make):
    return make()


@pytest.fixture
def step(people, regions):
    def take(solution, code, stage, on=TODAY, **other):
        values = {"proof": PROOF, **asked_at(stage), **other}
        return adopting.record_step(
            by=people[code], solution=solution, region=regions[code], stage=Stage(stage), occurred_on=on, **values
        )

    return take
