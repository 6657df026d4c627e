"""Two requests at the very same moment, on connections of their own: one is done and the other is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from hemtag.grants import actions, queries
from hemtag.grants.models import Application, Call, Cost, Submission, SubmittedVersion
from hemtag.history.models import RegisterEntry
from hemtag.organisations.models import Person
from hemtag.refusals import Clash, Refusal, WrongState
from tests.grants.making import (
    a_call,
    a_submission_that_holds,
    an_application,
    in_the_window,
    organisation,
    representative_of,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("hemtag.grants.urls")]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave or how it was refused; both start before either has ended."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(10)
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with in_the_window(), ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_double_click_on_hand_in() -> None:
    pk = a_submission_that_holds().pk
    by = representative_of(organisation("14")).pk

    def act() -> SubmittedVersion:
        return actions.submit(by=Person.objects.get(pk=by), submission=Submission.objects.get(pk=pk))

    results = at_once(act, act)
    assert sorted(type(result).__name__ for result in results) == ["SubmittedVersion", "WrongState"]
    (refusal,) = [result for result in results if isinstance(result, WrongState)]
    assert "HT 2026/0001" in str(refusal)
    assert SubmittedVersion.objects.count() == RegisterEntry.objects.count() == 1


def test_two_tabs_saving_the_same_block() -> None:
    application = an_application(a_call(), organisation("14"))
    by, region = representative_of(organisation("14")), organisation("14")
    block = actions.add_block(by=by, application=application, title="Data")

    def saving(amount: int) -> Callable[[], Any]:
        cells = {(region.pk, 2026, "own_time"): (amount, 0)}
        return lambda: actions.set_costs(by=by, block=block, version=1, cells=cells)

    results = at_once(saving(1), saving(2))
    assert len([result for result in results if isinstance(result, Clash)]) == 1
    assert Cost.objects.get().requested_sek in {1, 2}
    assert queries.budget(application).total.requested_sek == Cost.objects.get().requested_sek


def test_two_applications_started_at_once_get_two_numbers() -> None:
    call = a_call()
    people = [representative_of(organisation(code)) for code in ("14", "12")]
    regions = [organisation("14"), organisation("12")]

    def starting(place: int) -> Callable[[], Application]:
        return lambda: actions.start_application(
            by=people[place], call=Call.objects.get(pk=call.pk), region=regions[place], title="Samtidig"
        )

    results = at_once(starting(0), starting(1))
    assert sorted(application.number for application in results) == ["2026-001", "2026-002"]
