"""Two people of one region at the very same moment: one step is written, and the other is told where the region stands."""

import datetime as dt

import pytest

from hemtag.organisations.models import Role
from hemtag.refusals import WrongState
from hemtag.solutions.actions import adopting
from hemtag.solutions.models import Adoption, AdoptionStep, Solution, SolutionState, Stage
from tests.grants.test_at_once import at_once

from .steps import PROOF, asked_at

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_of_one_region_declare_at_once(regions, person):
    people = [person(Role.AUTHOR, "01"), person(Role.ECONOMIST, "01")]
    born = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    solution = Solution.objects.create(
        slug="tolk", title="Tolk", kind="ai", owner=regions["14"], state=SolutionState.COMMUNICATED, proposed_at=born
    )

    def declaring(by):
        return lambda: adopting.record_step(
            by=by,
            solution=solution,
            region=regions["01"],
            stage=Stage.IN_USE,
            occurred_on=dt.date(2026, 1, 2),
            proof=PROOF,
            **asked_at(Stage.IN_USE),
        )

    results = at_once(*(declaring(by) for by in people))
    assert sorted(type(result).__name__ for result in results) == ["AdoptionStep", "WrongState"]
    (refusal,) = [result for result in results if isinstance(result, WrongState)]
    assert "i drift" in str(refusal)
    assert Adoption.objects.count() == AdoptionStep.objects.count() == 1
    assert Solution.objects.get().state == SolutionState.SPREADING
