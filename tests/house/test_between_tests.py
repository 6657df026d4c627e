"""The tests' own ground: a test that commits leaves nothing behind, not even in tables that refuse DELETE."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from hemtag.history.actions import register
from hemtag.history.models import Direction, RegisterEntry


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
