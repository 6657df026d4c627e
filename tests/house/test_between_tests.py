"""The tests' own ground: a test that commits leaves nothing behind, not even in tables that refuse DELETE."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from hemtag import clock
from hemtag.history.actions import register
from hemtag.history.models import Direction, RegisterEntry
from hemtag.web.demo.clockwork import on


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_is_committed_is_gone_in_the_next_test(time: str):
    assert not RegisterEntry.objects.exists()
    with transaction.atomic():
        register(subject="Ansökan", party="Region Gotland", direction=Direction.IN)
    assert RegisterEntry.objects.count() == 1
    with pytest.raises(DatabaseError, match="append-only"):
        RegisterEntry.objects.all().delete()


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_starts_in_swedish(time: str):
    assert translation.get_language() == "sv"
    translation.activate("en")


def test_a_day_of_the_demo_leaves_the_clock_as_it_was():
    before = clock._shift
    with on(dt.date(2026, 6, 8)):
        with on(dt.date(2027, 9, 20)):
            assert clock.today() == dt.date(2027, 9, 20)
        assert clock.today() == dt.date(2026, 6, 8)
    assert clock._shift is before
