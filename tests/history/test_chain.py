"""Nothing that has happened can be changed, removed or moved without being found and named."""

import itertools

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from hemtag.history import triggers
from hemtag.history.actions import record, register
from hemtag.history.chain import COVERED, FIRST, Break, breaks, digest
from hemtag.history.models import Direction, Event, RegisterEntry
from hemtag.history.queries import events_about, head

pytestmark = pytest.mark.django_db


def five_events(regions):
    with transaction.atomic():
        for region in itertools.islice(regions.values(), 5):
            record(by=None, verb="visited", subject=region, details={"name": region.name})


def rows():
    return list(Event.objects.order_by("number").values(*COVERED, "hash"))


def by_force(*statements: str) -> None:
    """What someone with the database's own tools could do: take the triggers away first."""
    with connection.cursor() as cursor:
        for statement in triggers.allow("history_event", connection.vendor):
            cursor.execute(statement)
        for statement in statements:
            cursor.execute(statement)


def test_events_follow_each_other_from_the_first(regions):
    five_events(regions)
    events = rows()
    assert [event["number"] for event in events] == [1, 2, 3, 4, 5]
    assert events[0]["previous"] == FIRST
    assert all(later["previous"] == earlier["hash"] for earlier, later in itertools.pairwise(events))
    assert breaks(events, head()) == []
    call_command("verify_history", "--head", "{}:{}".format(*head()))


def test_the_database_refuses_update_and_delete(regions):
    five_events(regions)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(number=2).update(actor="Någon annan")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(number=2).delete()
    with transaction.atomic():
        register(subject="Ansökan", party="Region Skåne", direction=Direction.IN)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        RegisterEntry.objects.update(party="Någon annan")


@pytest.mark.parametrize(
    "column, value",
    [
        ("actor", "Någon annan"),
        ("at", "2020-01-01 00:00:00"),
        ("verb", "paid"),
        ("subject", "något annat"),
        ("ground", "9 §"),
        ("details", '{"name": "x"}'),
        ("previous", "f" * 64),
        ("hash", "f" * 64),
    ],
)
def test_a_changed_event_is_named(regions, column, value):
    five_events(regions)
    by_force(f"UPDATE history_event SET {column} = '{value}' WHERE number = 3")
    assert breaks(rows()) == [Break(3, "changed")]


def test_a_changed_event_with_a_new_hash_of_its_own_is_named(regions):
    five_events(regions)
    events = rows()
    events[2]["actor"] = "Någon annan"
    events[2]["hash"] = digest(events[2])
    assert breaks(events) == [Break(3, "changed")]


@pytest.mark.parametrize("number", [1, 3])
def test_a_removed_event_is_named(regions, number):
    five_events(regions)
    by_force(f"DELETE FROM history_event WHERE number = {number}")
    assert breaks(rows()) == [Break(number, "removed")]


@pytest.mark.parametrize(
    "details",
    [
        {"hours": {2: 40, 10: 60}},  # as text "10" comes before "2"
        {"hours": {1: {"from": (1, 2)}}},
        {"number": -0.0},
        {"number": [1e16, -3e20, 1e-7, 0.1, 1.0, 12]},
    ],
)
def test_what_is_kept_with_an_event_comes_back_as_it_was_hashed(regions, details):
    with transaction.atomic():
        record(by=None, verb="reported_hours", subject=regions["14"], details=details)
    assert breaks(rows()) == []


def test_events_removed_from_the_end_are_found_by_the_published_head(regions):
    five_events(regions)
    known = head()
    by_force("DELETE FROM history_event WHERE number >= 4")
    assert breaks(rows()) == []
    assert breaks(rows(), known) == [Break(4, "cut")]
    with pytest.raises(CommandError):
        call_command("verify_history", "--head", "{}:{}".format(*known))


def test_reordered_events_are_named(regions):
    five_events(regions)
    by_force(
        "UPDATE history_event SET number = 99 WHERE number = 3",
        "UPDATE history_event SET number = 3 WHERE number = 4",
        "UPDATE history_event SET number = 4 WHERE number = 99",
    )
    assert breaks(rows()) == [Break(3, "reordered"), Break(4, "reordered")]


def test_the_command_names_the_event(regions, capsys):
    five_events(regions)
    by_force("UPDATE history_event SET actor = 'x' WHERE number = 2")
    with pytest.raises(CommandError, match="1 ställen"):
        call_command("verify_history")
    assert "händelse 2 är ändrad" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_a_bug(regions):
    with pytest.raises(RuntimeError):
        record(by=None, verb="visited", subject=regions["14"])


def test_events_about_one_thing_only(regions):
    five_events(regions)
    first = next(iter(regions.values()))
    assert [event.subject_id for event in events_about(first)] == [str(first.pk)]


def test_case_numbers_run_within_the_year_and_lines_within_the_case():
    with transaction.atomic():
        first = register(subject="Ansökan A", party="Region Skåne", direction=Direction.IN)
        second = register(subject="Ansökan B", party="Region Halland", direction=Direction.IN)
        answer = register(
            subject="Beslut", party="Region Skåne", direction=Direction.OUT, case_number=first.case_number
        )
    year = first.on.year
    assert [str(entry) for entry in (first, second, answer)] == [
        f"HT {year}/0001-1",
        f"HT {year}/0002-1",
        f"HT {year}/0001-2",
    ]
