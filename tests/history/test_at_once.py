"""Two who write at the very same moment, on connections of their own: the second waits, and the chain has one order."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from hemtag.history.actions import record, register
from hemtag.history.chain import COVERED, breaks
from hemtag.history.models import Direction, RegisterEntry
from hemtag.history.models import Event as Happening
from hemtag.history.queries import head
from hemtag.organisations.models import Organisation

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 4


def together(*acts: Callable[[], object]) -> None:
    """Each in a thread of its own; what one of them raises is raised here."""

    def run(act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))


def chain_is_whole(length: int) -> None:
    events = list(Happening.objects.order_by("number").values(*COVERED, "hash"))
    assert [event["number"] for event in events] == list(range(1, length + 1))
    assert breaks(events, head()) == []


def test_what_many_do_at_once_becomes_one_chain(regions) -> None:
    start = Barrier(WRITERS)

    def act() -> None:
        region = Organisation.objects.get(code="14")
        start.wait(10)
        for _turn in range(5):
            with transaction.atomic():
                record(by=None, verb="visited", subject=region)

    together(*[act] * WRITERS)
    chain_is_whole(5 * WRITERS)


def test_cases_opened_at_once_get_a_number_each(regions) -> None:
    start = Barrier(WRITERS)

    def act() -> None:
        start.wait(10)
        with transaction.atomic():
            register(subject="Ansökan", party="Region Skåne", direction=Direction.IN)

    together(*[act] * WRITERS)
    numbers = RegisterEntry.objects.order_by("case_number").values_list("case_number", "line")
    assert [(number[-4:], line) for number, line in numbers] == [(f"{n:04d}", 1) for n in range(1, WRITERS + 1)]


def test_papers_of_one_case_at_once_get_a_line_each(regions) -> None:
    with transaction.atomic():
        case = register(subject="Ansökan", party="Region Skåne", direction=Direction.IN).case_number
    start = Barrier(WRITERS)

    def act() -> None:
        start.wait(10)
        with transaction.atomic():
            register(subject="Beslut", party="Region Skåne", direction=Direction.OUT, case_number=case)

    together(*[act] * WRITERS)
    lines = RegisterEntry.objects.filter(case_number=case).order_by("line").values_list("line", flat=True)
    assert list(lines) == list(range(1, WRITERS + 2))


def test_two_who_take_the_same_things_in_the_other_order_both_get_done(regions) -> None:
    """One has written its event and then needs the row; the other holds the row and then writes its event."""
    has_recorded = Event()

    def first() -> None:
        with transaction.atomic():
            record(by=None, verb="visited", subject=Organisation.objects.get(code="14"))
            has_recorded.set()
            time.sleep(0.2)  # the other is given the time to take what this one needs next
            Organisation.objects.select_for_update().get(code="14")

    def second() -> None:
        has_recorded.wait(10)
        with transaction.atomic():
            region = Organisation.objects.select_for_update().get(code="14")
            record(by=None, verb="visited", subject=region)

    together(first, second)
    chain_is_whole(2)
