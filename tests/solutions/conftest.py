"""The demo's catalogue as rows, for the tests of searching."""

import datetime as dt

import pytest

from hemtag.solutions.models import Adoption, AdoptionStep, Solution
from hemtag.solutions.search.indexing import reindex

from .judged import catalogue

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
