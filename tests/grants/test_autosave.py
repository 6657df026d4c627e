"""One field at a time: saved, refused in words, or shown beside somebody else's; and who else is here."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hemtag.grants import actions, presence
from hemtag.grants.models import Application, Block, Participant
from hemtag.history.queries import events_about
from hemtag.organisations.models import Person, Role
from tests.grants.making import a_call, a_person, an_application, confirm, organisation, representative_of, submitted
from tests.grants.making import complete as completed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _while_the_call_is_open() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(dt.datetime(2026, 5, 23, 8, 42, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def application() -> Application:
    return an_application(a_call(), organisation("14"), [organisation("01")])


@pytest.fixture
def block(application: Application) -> Block:
    return actions.add_block(by=representative_of(organisation("14")), application=application, title="Data")


class Writer:
    """Somebody's page: sends one field, gives (status, answer)."""

    def __init__(self, person: Person, application: Application) -> None:
        self.person, self.number, self.client = person, application.number, Client()
        self.client.force_login(person)

    def ask(self, name: str, data: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        body = data if isinstance(data, str | bytes) else json.dumps(data)
        answer = self.client.post(
            reverse(name, args=[self.number]),
            body,
            content_type="application/json",
            headers={"Accept": "application/json", **headers},
        )
        assert answer["Content-Type"] == "application/json", answer.content[:300]
        return answer.status_code, answer.json()

    def save(self, section: str, field: str, value: Any, version: int = 1) -> tuple[int, dict[str, Any]]:
        return self.ask("save_field", {"section": section, "field": field, "value": value, "version": version})

    def beat(self, section: str, **more: Any) -> list[str]:
        status, answer = self.ask("give_sign", {"section": section, **more})
        assert status == 200
        return [other["words"] for other in answer.get("others", [])]


@pytest.fixture
def anna(application: Application) -> Writer:
    return Writer(a_person(Role.AUTHOR, "14"), application)


@pytest.fixture
def bo(application: Application) -> Writer:
    return Writer(a_person(Role.AUTHOR, "14"), application)


def saved(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


# ---------------------------------------------------------------- saving


def test_a_field_is_saved_and_says_when_in_swedish_time(anna: Writer, application: Application) -> None:
    status, answer = anna.save("text", "summary", "  Ett\r\ntvå. ")
    assert (status, answer["version"], answer["saved_words"]) == (200, 2, "Sparat 10:42")
    assert answer["value"] == saved(application).summary == "Ett\ntvå."
    assert answer["saved_at"] == "2026-05-23T08:42:00+00:00"
    (event,) = events_about(application).filter(verb="edited")
    assert event.actor == anna.person.name
    assert event.details["changes"] == {"summary": {"before": "", "after": "Ett\ntvå."}}


def test_every_kind_of_field_of_every_section(
    anna: Writer, application: Application, block: Block, client: Client
) -> None:
    kinds = [str(kind.pk) for kind in a_call().measure_types.all()[:2]]
    other = actions.add_block(by=representative_of(organisation("14")), application=application, title="Drift")
    points = {
        "rad-TOTAL_FORMS": "2",
        "rad-INITIAL_FORMS": "0",
        "rad-0-on": "2031-12-31",
        "rad-0-indicator": "Timmar",
        "rad-1-on": "",
    }
    effects = {
        "rad-TOTAL_FORMS": "1",
        "rad-INITIAL_FORMS": "0",
        "rad-0-kind": "more_care",
        "rad-0-horizon": "direct",
        "rad-0-perspective": "region",
        "rad-0-low_sek": "1 000",
        "rad-0-likely_sek": "2 000",
        "rad-0-high_sek": "3 000",
        "rad-0-from_year": "2027",
        "rad-0-to_year": "2030",
        "rad-0-basis": "Räknat.",
    }
    sent: list[tuple[str, str, Any, Any]] = [
        ("forutsattningar", "economic_analysis", "Ekonomin.", "Ekonomin."),
        ("text", "title", "Ny titel", "Ny titel"),
        ("text", "measure_types", kinds, kinds),
        ("text", "measure_types", kinds[:1], kinds[:1]),
        ("text", "measure_types", [], []),
        ("matpunkter", "measuring_points", points, None),
        ("block-1", "activities", "Rad ett\nRad två", "Rad ett\nRad två"),
        ("block-1", "obstacle", "law", "law"),
        ("block-1", "needs", [str(other.pk)], [str(other.pk)]),
        ("effekter-1", "effects", effects, None),
    ]
    versions: dict[str, int] = {}
    for section, field, value, kept in sent:
        row = {"effekter-1": "block-1", "matpunkter": "text"}.get(section, section)
        status, answer = anna.save(section, field, value, versions.get(row, 1))
        assert (status, answer.get("value")) == (200, kept), (field, answer)
        versions[row] = answer["version"]
    assert application.measuring_points.get().indicator == "Timmar"
    assert block.effects.get().likely_sek == 2_000
    assert versions == {"forutsattningar": 2, "text": 6, "block-1": 5}


def test_a_region_saves_its_own_decision(application: Application) -> None:
    anna = Writer(a_person(Role.AUTHOR, "01"), application)
    version = 1
    for field, value, kept in (
        ("decided_on", "20 maj 2026", "2026-05-20"),
        ("body", "Regionstyrelsen", "Regionstyrelsen"),
        ("other_support", "some", "some"),
    ):
        status, answer = anna.save("region-01", field, value, version)
        assert (status, answer["value"]) == (200, kept)
        version = answer["version"]
    participant = Participant.objects.get(region__code="01")
    assert (participant.decided_on, participant.other_support) == (dt.date(2026, 5, 20), "some")
    assert events_about(participant).filter(verb="participation_edited").count() == 3
    assert anna.save("region-14", "body", "Styrelsen")[0] == 403
    assert anna.save("text", "summary", "Inte min.")[0] == 403


def test_what_is_saved_already_writes_nothing(anna: Writer, application: Application) -> None:
    """An answer that was lost on its way is asked for again."""
    _status, first = anna.save("text", "summary", "Ett.")
    status, again = anna.save("text", "summary", "Ett.", version=1)
    assert (status, again["version"]) == (200, first["version"])
    assert events_about(application).filter(verb="edited").count() == 1


def test_two_in_different_fields_never_clash(anna: Writer, bo: Writer, application: Application) -> None:
    for turn in range(3):
        assert anna.save("text", "summary", f"A{turn}", version=1 + 2 * turn)[0] == 200
        assert bo.save("text", "goals", f"B{turn}", version=1 + 2 * turn)[0] == 200
    assert (saved(application).summary, saved(application).goals) == ("A2", "B2")


def test_two_in_one_field_see_each_others_text_and_lose_neither(
    anna: Writer, bo: Writer, application: Application
) -> None:
    bo.save("text", "summary", "Bos text.")
    status, clash = anna.save("text", "summary", "Annas text.")
    assert status == 409
    assert clash == {
        "who": bo.person.name,
        "at": "2026-05-23T08:42:00+00:00",
        "at_words": "10:42",
        "version": 2,
        "label": "Sammanfattning",
        "theirs": "Bos text.",
        "value": "Bos text.",
    }
    assert saved(application).summary == "Bos text."
    assert anna.save("text", "summary", "Bos text. Annas text.", clash["version"])[0] == 200
    assert saved(application).summary == "Bos text. Annas text."


def test_a_clash_about_choices_tells_them_in_words_and_as_keys(
    anna: Writer, bo: Writer, application: Application
) -> None:
    one, two = a_call().measure_types.all()[:2]
    bo.save("text", "measure_types", [str(one.pk)])
    status, clash = anna.save("text", "measure_types", [str(two.pk)])
    assert (status, clash["theirs"], clash["value"]) == (409, one.name, [str(one.pk)])


def test_rows_that_have_saved_themselves_survive_the_button(
    anna: Writer, application: Application, client: Client
) -> None:
    """The page still counts them as new when it is sent as a whole."""
    rows = {
        "rad-TOTAL_FORMS": "2",
        "rad-INITIAL_FORMS": "0",
        "rad-0-on": "2031-12-31",
        "rad-0-indicator": "Timmar",
        "rad-1-on": "2032-12-31",
        "rad-1-indicator": "Remisser",
    }
    _status, answer = anna.save("matpunkter", "measuring_points", rows)
    page = reverse("edit_measuring_points", args=[application.number])
    assert anna.client.post(page, {**rows, "version": str(answer["version"])}).status_code == 302
    assert [point.indicator for point in application.measuring_points.all()] == ["Timmar", "Remisser"]


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    "section, field, value, says",
    [
        ("text", "title", "", "fyllas i"),
        ("text", "title", "x" * 161, "160"),
        ("text", "summary", "x" * 20_001, "20000"),
        ("text", "measure_types", ["999"], "999"),
        ("text", "measure_types", ["x"], "x"),
        ("text", "summary", "nul\x00", "Null"),
        ("block-1", "obstacle", "finns-inte", "finns-inte"),
        ("matpunkter", "measuring_points", {}, ""),
        (
            "matpunkter",
            "measuring_points",
            {"rad-TOTAL_FORMS": "1", "rad-INITIAL_FORMS": "0", "rad-0-on": "i går", "rad-0-indicator": "Timmar"},
            "1. Dag: Skriv datumet",
        ),
        ("matpunkter", "measuring_points", {"rad-TOTAL_FORMS": "9999", "rad-INITIAL_FORMS": "0"}, ""),
    ],
)
def test_what_does_not_hold_is_said_in_words(
    anna: Writer, application: Application, block: Block, section: str, field: str, value: Any, says: str
) -> None:
    before = saved(application)
    status, answer = anna.save(section, field, value)
    assert status == 422, answer
    assert answer["problem"] and says in answer["problem"]
    assert saved(application).version == before.version


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        "{}",
        '{"section": "text", "field": "summary", "value": "x"}',
        '{"section": "text", "field": "summary", "value": "x", "version": "y"}',
        '{"section": "text", "field": "summary", "value": "x", "version": 1e999}',
        '{"section": "finns-inte", "field": "summary", "value": "x", "version": 1}',
        '{"section": "text", "field": "version", "value": "2", "version": 1}',
        '{"section": "text", "field": "touched", "value": "{}", "version": 1}',
        '{"section": "text", "field": "summary", "value": {"a": 1}, "version": 1}',
        '{"section": "kostnader-1", "field": "x", "value": "1", "version": 1}',
        '{"section": "matpunkter", "field": "measuring_points", "value": "x", "version": 1}',
        '{"section": "region-14", "field": "minutes", "value": "x", "version": 1}',
        b'{"section": "text", "field": "summary", "value": "\\ud800", "version": 1}',
        b"\xff\xfe",
    ],
)
def test_what_no_page_sends_is_refused(anna: Writer, application: Application, block: Block, body: Any) -> None:
    status, answer = anna.ask("save_field", body)
    assert status == 400 and answer["problem"]
    assert saved(application).version == 1


def test_what_no_page_sends_and_without_asking_for_json(anna: Writer) -> None:
    for name in ("save_field", "give_sign"):
        assert anna.client.post(reverse(name, args=[anna.number])).status_code == 400


def test_too_much_at_once(anna: Writer) -> None:
    assert anna.save("text", "summary", "x" * (5 * 1024 * 1024))[0] == 413


def test_who_may_not(application: Application, block: Block) -> None:
    assert Writer(a_person(Role.AUTHOR, "12"), application).save("text", "summary", "x")[0] == 404
    assert Writer(a_person(Role.CASE_OFFICER), application).save("text", "summary", "x")[0] == 403
    assert Writer(a_person(Role.AUDITOR), application).save("text", "summary", "x")[0] == 403
    anna = Writer(a_person(Role.AUTHOR, "14"), application)
    assert anna.save("block-9", "title", "x")[0] == 404
    assert anna.save("region-25", "body", "x")[0] == 404
    assert anna.client.get(reverse("save_field", args=[application.number])).status_code == 405


def test_a_log_in_that_has_ended_and_one_that_is_another_persons(anna: Writer, bo: Writer) -> None:
    data = {"section": "text", "field": "summary", "value": "x", "version": 1}
    assert anna.ask("save_field", data, **{"X-Hemtag-Person": str(bo.person.pk)})[0] == 401
    assert anna.ask("save_field", data, **{"X-Hemtag-Person": str(anna.person.pk)})[0] == 200
    anna.client.logout()
    status, answer = anna.ask("save_field", data)
    assert status == 401 and answer["problem"] == "Du är inte längre inloggad."
    assert anna.ask("give_sign", {"section": "text"})[0] == 401


def test_a_form_gets_the_same_answer_as_json(anna: Writer, application: Application) -> None:
    address = reverse("save_field", args=[application.number])
    kinds = [str(kind.pk) for kind in a_call().measure_types.all()[:2]]
    data = {"section": "text", "field": "measure_types", "value": kinds, "version": "1"}
    answer = anna.client.post(address, data, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["value"]) == (200, kinds)


def test_what_is_handed_in_or_confirmed_is_locked_with_the_reason(application: Application) -> None:
    completed(application)
    anna = Writer(a_person(Role.AUTHOR, "01"), application)
    status, answer = anna.save("region-01", "body", "Annan", 9)
    assert status == 423 and "Ta tillbaka underskriften" in answer["problem"]
    submitted(saved(application))
    status, answer = Writer(a_person(Role.AUTHOR, "14"), application).save("text", "summary", "x", 9)
    assert status == 423 and "ärendenummer" in answer["problem"]
    assert saved(application).summary == "Kort."


def test_a_regions_two_writers_clash_too(application: Application) -> None:
    anna, bo = (Writer(a_person(Role.AUTHOR, "01"), application) for _ in range(2))
    assert anna.save("region-01", "body", "Regionstyrelsen")[0] == 200
    assert bo.save("region-01", "paragraph", "§ 8")[0] == 200
    status, clash = bo.save("region-01", "body", "Nämnden")
    assert (status, clash["theirs"], clash["who"]) == (409, "Regionstyrelsen", anna.person.name)
    page = reverse("participation", args=[application.number, "01"])
    form = {"version": "1", "body": "Nämnden", "decided_on": "", "paragraph": "§ 8", "other_support_text": ""}
    answer = bo.client.post(page, form)
    assert answer.status_code == 409 and anna.person.name in answer.content.decode()
    confirm(Participant.objects.get(region__code="01"))


@pytest.mark.parametrize(
    "section, field", [("text", "summary"), ("block-1", "purpose"), ("forutsattningar", "economic_analysis")]
)
def test_a_saving_takes_few_questions(
    anna: Writer, application: Application, block: Block, section: str, field: str
) -> None:
    anna.save(section, field, "Först.")
    with CaptureQueriesContext(connection) as asked:
        assert anna.save(section, field, "Sedan.", 2)[0] == 200
    statements = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 11, "\n".join(statements)


# ---------------------------------------------------------------- who is here


def test_others_are_seen_where_they_write(application: Application, block: Block) -> None:
    karin = a_person(Role.AUTHOR, "14")
    Person.objects.filter(pk=karin.pk).update(name="Karin Thorell")
    one, two = Writer(karin, application), Writer(a_person(Role.ECONOMIST, "01"), application)
    assert one.beat("block-1") == []
    assert two.beat("kostnader-1") == ["Karin Thorell, Västra Götalandsregionen, är i Block 1"]
    assert one.beat("block-1") == [f"{two.person.name}, Region Stockholm, är i Kostnader i block 1"]
    assert one.beat("block-1", gone=True) == []
    assert two.beat("kostnader-1") == []


def test_who_gives_no_sign_is_gone_after_45_seconds(anna: Writer, bo: Writer) -> None:
    with time_machine.travel(dt.datetime(2026, 5, 23, 9, 0, tzinfo=dt.UTC), tick=False) as clock:
        anna.beat("text")
        clock.shift(presence.EXPIRES - 1)
        assert len(bo.beat("text")) == 1
        clock.shift(2)
        assert bo.beat("text") == []


def test_presence_writes_nothing_and_asks_little(anna: Writer, application: Application) -> None:
    anna.beat("text")
    with CaptureQueriesContext(connection) as asked:
        anna.beat("text", bases={"summary": 1})
    assert len(asked) <= 4
    assert not [query for query in asked if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert events_about(application).count() == 2  # started, and the other region invited


def test_a_stranger_gives_no_sign(application: Application) -> None:
    assert Writer(a_person(Role.AUTHOR, "12"), application).ask("give_sign", {"section": "text"})[0] == 404


def test_a_sign_from_no_page_of_ours(anna: Writer) -> None:
    for data in ({}, {"section": "x"}, {"section": "text", "bases": [1]}, {"section": "text", "bases": {"a": "b"}}):
        assert anna.ask("give_sign", data)[0] == 400


def test_the_page_learns_what_others_have_changed(anna: Writer, bo: Writer, application: Application) -> None:
    bo.save("text", "summary", "Bos text.")
    _status, answer = anna.ask(
        "give_sign", {"section": "text", "bases": {"summary": 1, "goals": 1, "pk": 0, "touched": 0}}
    )
    assert set(answer["news"]) == {"summary"}
    assert answer["news"]["summary"] | {"at": ""} == {
        "version": 2,
        "by": bo.person.name,
        "at": "",
        "value": "Bos text.",
    }
