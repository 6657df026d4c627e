"""Who assesses does not see what the others' scores lead to before the own ones are handed in: page, JSON and fragments."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from hemtag.assessment.models import Assessment, Eligibility, EligibilityVerdict
from hemtag.assessment.queries.seeing import left_to_assess, sight_of
from hemtag.assessment.rules.assessing import seeing_means
from hemtag.organisations.models import Person, Role
from tests.assessment.making import (
    assign,
    hand_in,
    make_application,
    make_eligible,
    say_conflict,
    say_no_conflict,
)
from tests.assessment.prepared import Prepared, prepared, the_day
from tests.assessment.test_deciding_pages import text

__all__ = ["prepared", "the_day"]


def addresses() -> list[str]:
    """All of the workbench that assessors reach."""
    names = ("prioritisation", "scenarios", "bench_sentences", "bench_scenarios")
    parts = ("rum", "grans", "mervarde", "priser")
    return [
        *(reverse(name, args=["2026"]) for name in names),
        *(reverse("bench_part", args=["2026", part]) for part in parts),
        reverse("repeat_run", args=["2026", 1]),
    ]


@pytest.fixture
def assigned(prepared: Prepared) -> Assessment:
    """A run stands; then a fourth application comes to the first assessor, who has declared and not yet assessed."""
    prepared.run()
    application = make_application(prepared.call, prepared.regions["20"], title="Sen ansökan")
    make_eligible(application)
    for who in prepared.delegation:
        say_no_conflict(who, application)
    return assign(application, prepared.assessors[0])[0]


def test_the_rule() -> None:
    assert seeing_means(0)
    assert "när du har lämnat in dina egna" in seeing_means(2).reason


def test_an_assessor_with_assessments_left_sees_no_means(
    prepared: Prepared, assigned: Assessment, client_as: Any
) -> None:
    client = client_as(prepared.assessors[0])
    for url in addresses():
        refused = client.get(url)
        said = text(refused)
        assert refused.status_code == 403, url
        assert "Du har 1 bedömning kvar att lämna in i omgången" in said
        assert f'href="{reverse("assessments", args=["2026"])}"' in said
        assert "2026-001" not in said and "Mkr" not in said and "block ryms" not in said
    hand_in(assigned, 3, 3, 3)
    for url in addresses():
        assert client.get(url).status_code == 200, url


def test_the_others_see_as_before(prepared: Prepared, assigned: Assessment, client_as: Any, person: Any) -> None:
    for reader in (prepared.officer, prepared.chair, prepared.assessors[1], person(Role.AUDITOR)):
        client = client_as(reader)
        for url in addresses():
            assert client.get(url).status_code == 200, (reader.name, url)


def test_who_does_both_waits_as_an_assessor(prepared: Prepared, assigned: Assessment, client_as: Any) -> None:
    """As on the application's own page: an unfinished assessment comes before other roles."""
    prepared.assessors[0].memberships.create(
        organisation=prepared.regions["delegation"], role=Role.CASE_OFFICER, starts_on="2026-01-01"
    )
    client = client_as(prepared.assessors[0])
    for name in ("prioritisation", "runs", "freeze_run"):
        assert client.get(reverse(name, args=["2026"])).status_code == 403
    hand_in(assigned, 3, 3, 3)
    assert client.get(reverse("runs", args=["2026"])).status_code == 200


def test_what_can_no_longer_be_handed_in_is_not_waited_for(prepared: Prepared, assigned: Assessment) -> None:
    assessor, call = prepared.assessors[0], prepared.call
    assert left_to_assess(assessor, call, sight_of(assessor, call)) == 1
    eligibility = Eligibility.objects.filter(application=assigned.application)
    eligibility.update(verdict=EligibilityVerdict.INELIGIBLE)
    assert left_to_assess(assessor, call, sight_of(assessor, call)) == 0
    eligibility.update(verdict=EligibilityVerdict.ELIGIBLE)
    assigned.application.conflict_declarations.filter(person=assessor).delete()
    say_conflict(assessor, assigned.application)
    assert left_to_assess(assessor, call, sight_of(assessor, call)) == 0


def test_a_role_that_has_ended_is_not_waited_for(prepared: Prepared, assigned: Assessment) -> None:
    assessor = prepared.assessors[0]
    assessor.memberships.update(ends_on="2026-08-31")
    assessor = Person.objects.get(pk=assessor.pk)
    assert left_to_assess(assessor, prepared.call, sight_of(assessor, prepared.call)) == 0


def test_it_is_asked_once_of_an_assessor_and_never_of_others(
    prepared: Prepared, assigned: Assessment, django_assert_num_queries: Any
) -> None:
    for who, queries in ((prepared.assessors[0], 1), (prepared.officer, 0)):
        sight = sight_of(who, prepared.call)
        with django_assert_num_queries(queries):
            left_to_assess(who, prepared.call, sight)
