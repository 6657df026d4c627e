"""The thread of an application: who reads and writes it, what each line is, and that nothing in it changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hemtag.assessment.actions.dialogue import write_line
from hemtag.assessment.models import DialogueLine, LineKind, Side
from hemtag.assessment.queries.assessing import next_for
from hemtag.grants.models import Application, Participant, SubmissionState
from hemtag.history.models import Event, RegisterEntry
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from tests.assessment.making import make_application, say_conflict, say_no_conflict

NOW = dt.datetime(2026, 7, 1, 8, 0, tzinfo=dt.UTC)
SOON = dt.date(2026, 7, 10)
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture
def july() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def author(person: Callable[..., Any]) -> Any:
    return person(Role.AUTHOR, "14", name="Sara Skribent")


@pytest.fixture
def question(july: Any, officer: Any, application: Application) -> DialogueLine:
    return write_line(
        by=officer,
        application=application,
        side=Side.DELEGATION,
        kind=LineKind.QUESTION,
        text="Vem äger lösningen?",
        answer_by=SOON,
    )


def say(by: Any, application: Application, text: str = "Hej.", side: Side = Side.REGIONS, **other: Any) -> DialogueLine:
    return write_line(by=by, application=application, side=side, text=text, **other)


def test_a_line_is_numbered_registered_and_recorded(question: DialogueLine, officer: Any) -> None:
    assert (question.number, question.by, question.answer_by) == (1, officer, SOON)
    line = RegisterEntry.objects.get()
    assert (line.direction, line.subject) == (
        "out",
        "Dialog om ansökan 2026-001, inlägg 1: fråga, svar senast 2026-07-10",
    )
    assert "äger" not in line.subject  # what is said stands in the case, not in the public register
    event = Event.objects.get(verb="wrote_line")
    assert event.details["kind"] == "question" and event.details["sha256"] == line.sha256


def test_an_answer_from_any_region_that_takes_part(
    question: DialogueLine, application: Application, person: Any, author: Any
) -> None:
    stockholm = person(Role.ECONOMIST, "01")
    answer = say(stockholm, application, "Region Stockholm.", kind=LineKind.ANSWER, about=question)
    assert (answer.number, answer.about) == (2, question)
    assert RegisterEntry.objects.get(subject__contains="inlägg 2: svar").party == "Region Stockholm"
    for by in (person(Role.AUTHOR, "12"), person(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            say(by, application)


def test_oral_information_has_who_when_and_author(
    july: Any, officer: Any, author: Any, application: Application
) -> None:
    def note(**other: Any) -> DialogueLine:
        values: dict[str, Any] = {"said_by": "En leverantör", "said_on": dt.date(2026, 6, 30)}
        return say(officer, application, "Det går.", Side.DELEGATION, kind=LineKind.ORAL, **{**values, **other})

    for wrong in ({"said_by": " "}, {"said_on": None}, {"said_on": dt.date(2026, 7, 2)}):
        with pytest.raises(DoesNotHold) as refusal:
            note(**wrong)
        assert {problem.field for problem in refusal.value.problems} == set(wrong)
    line = note()
    assert (line.said_by, line.said_on, line.by) == ("En leverantör", dt.date(2026, 6, 30), officer)
    assert RegisterEntry.objects.get().direction == "drawn_up"
    assert Event.objects.get(verb="wrote_line").ground == "27 § förvaltningslagen (2017:900)"
    with pytest.raises(WrongState):
        say(author, application, kind=LineKind.ORAL, said_by="X", said_on=dt.date(2026, 6, 30))


def test_a_question_needs_a_day_and_a_line_its_words(july: Any, author: Any, application: Application) -> None:
    for wrong in ({"kind": LineKind.QUESTION}, {"kind": LineKind.QUESTION, "answer_by": dt.date(2026, 7, 1)}):
        with pytest.raises(DoesNotHold) as refusal:
            say(author, application, **wrong)
        assert refusal.value.problems[0].field == "answer_by"
    for text in ("", "x" * 20_001):
        with pytest.raises(DoesNotHold):
            say(author, application, text)
    assert not DialogueLine.objects.exists()


def test_lines_about_other_lines(
    question: DialogueLine, application: Application, author: Any, officer: Any, call: Any, regions: Any
) -> None:
    mine = say(author, application)
    with pytest.raises(WrongState, match="andra sidans frågor"):
        say(author, application, kind=LineKind.ANSWER, about=mine)
    with pytest.raises(WrongState, match="andra sidans frågor"):
        say(officer, application, side=Side.DELEGATION, kind=LineKind.ANSWER, about=question)
    with pytest.raises(WrongState, match="egna sidans"):
        say(author, application, kind=LineKind.CORRECTION, about=question)
    with pytest.raises(WrongState, match="finns inte"):
        say(author, application, kind=LineKind.ANSWER)
    other = make_application(call, regions["14"])
    elsewhere = say(author, other)
    with pytest.raises(WrongState, match="finns inte"):
        say(author, application, kind=LineKind.CORRECTION, about=elsewhere)
    corrected = say(author, application, "Hej då.", kind=LineKind.CORRECTION, about=mine)
    mine.refresh_from_db()
    assert mine.text == "Hej." and corrected.about == mine


def test_who_reads(question: DialogueLine, application: Application, person: Any, client_as: Any) -> None:
    inside, outside = reverse("case_dialogue", args=["2026", "2026-001"]), reverse("dialogue", args=["2026-001"])
    assessor, conflicted, undeclared = (person(Role.ASSESSOR) for _ in range(3))
    say_no_conflict(assessor, application)
    say_conflict(conflicted, application)
    assert "Vem äger lösningen?" in client_as(assessor).get(inside).content.decode()
    assert client_as(conflicted).get(inside).status_code == 403
    assert client_as(undeclared).get(inside).status_code == 302
    for role, code in ((Role.ECONOMIST, "14"), (Role.AUTHOR, "01"), (Role.AUDITOR, "")):
        assert "Vem äger lösningen?" in client_as(person(role, code)).get(outside).content.decode()
    assert client_as(person(Role.AUTHOR, "12")).get(outside).status_code == 404
    assert client_as(assessor).get(outside).status_code == 403
    Participant.objects.filter(region__code="01").update(state="declined")
    assert client_as(person(Role.AUTHOR, "01")).get(outside).status_code == 404
    assert client_as(person(Role.AUDITOR)).post(outside, {"text": "x", "kind": "message"}).status_code == 403


def test_only_a_case_officer_writes_for_the_delegation(
    july: Any, application: Application, person: Any, client_as: Any
) -> None:
    assessor = person(Role.ASSESSOR)
    say_no_conflict(assessor, application)
    url = reverse("case_dialogue", args=["2026", "2026-001"])
    assert "Skriv och registrera" not in client_as(assessor).get(url).content.decode()
    assert client_as(assessor).post(url, {"kind": "message", "text": "Hej."}).status_code == 403
    assert not DialogueLine.objects.exists()


def test_both_sides_write_on_their_pages_with_files(
    july: Any, officer: Any, author: Any, application: Application, client_as: Any, person: Any
) -> None:
    delegation, region = client_as(officer), client_as(author)
    inside, outside = reverse("case_dialogue", args=["2026", "2026-001"]), reverse("dialogue", args=["2026-001"])
    delegation.post(inside, {"kind": "question", "text": "Vem äger?", "answer_by": "2026-07-10"})
    assert "Svara på fråga 1" in region.get(outside).content.decode()
    file = SimpleUploadedFile("svar.pdf", PDF, "application/pdf")
    answer = region.post(outside, {"svara": "1", "text": "Regionen.", "attachments": file})
    assert answer.status_code == 302
    line = DialogueLine.objects.get(number=2)
    (document,) = line.files.all()
    assert (line.kind, document.name, document.owner.code) == ("answer", "svar.pdf", "14")
    for client, name, args in (
        (delegation, "case_dialogue_file", ["2026", "2026-001", document.pk]),
        (region, "dialogue_file", ["2026-001", document.pk]),
    ):
        served = client.get(reverse(name, args=args))
        assert served.status_code == 200 and "attachment" in served["Content-Disposition"]
    stranger = client_as(person(Role.AUTHOR, "12"))
    assert stranger.get(reverse("dialogue_file", args=["2026-001", document.pk])).status_code == 404
    minutes = Participant.objects.get(application=application, region__code="01").minutes_id
    assert region.get(reverse("dialogue_file", args=["2026-001", minutes])).status_code == 404


def test_bad_input_is_told_at_its_place(july: Any, author: Any, application: Application, client_as: Any) -> None:
    client, url = client_as(author), reverse("dialogue", args=["2026-001"])
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"kind": "question", "text": "Vad?"}).status_code == 422
    assert client.post(url, {"kind": "oral", "text": "Vad?"}).status_code == 422
    macro = SimpleUploadedFile("svar.exe", b"MZ", "application/octet-stream")
    assert client.post(url, {"kind": "message", "text": "Hej.", "attachments": macro}).status_code == 422
    assert client.get(url, {"svara": "99999999999999999999"}).status_code == 404
    assert client.get(url, {"svara": "-1"}).status_code == 200
    assert client.post(url, {"kind": "message", "text": "<script>x</script>"}).status_code == 302
    assert "<script>x" not in client.get(url).content.decode()
    six = [SimpleUploadedFile(f"{n}.pdf", PDF, "application/pdf") for n in range(6)]
    assert client.post(url, {"kind": "message", "text": "Hej.", "attachments": six}).status_code == 422
    assert DialogueLine.objects.count() == 1


def test_a_question_stands_on_the_page_of_the_side_that_owes_the_answer(
    question: DialogueLine, application: Application, author: Any, officer: Any, person: Any
) -> None:
    stockholm = person(Role.REPRESENTATIVE, "01")
    for by in (author, stockholm):
        assert [(t.text, t.due_on) for t in next_for(by)] == [("Svara delegationen i dialogen om 2026-001", SOON)]
    assert next_for(person(Role.AUTHOR, "12")) == []
    say(author, application, kind=LineKind.ANSWER, about=question)
    assert next_for(author) == [] and next_for(stockholm) == []
    asked = say(author, application, "När?", kind=LineKind.QUESTION, answer_by=SOON)
    tasks = [(t.text, t.due_on) for t in next_for(officer)]
    assert ("Svara regionen i dialogen om 2026-001", SOON) in tasks
    say(officer, application, side=Side.DELEGATION, kind=LineKind.ANSWER, about=asked)
    assert "Svara regionen i dialogen om 2026-001" not in [task.text for task in next_for(officer)]


def test_a_draft_has_no_dialogue(july: Any, call: Any, regions: Any, author: Any, client_as: Any) -> None:
    draft = make_application(call, regions["14"], state=SubmissionState.DRAFT)
    assert client_as(author).get(reverse("dialogue", args=[draft.number])).status_code == 404
    with pytest.raises(NotAllowed):
        say(author, draft)


def test_the_thread_asks_as_many_questions_at_any_length(
    july: Any, author: Any, application: Application, client_as: Any
) -> None:
    client, url = client_as(author), reverse("dialogue", args=["2026-001"])

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        return len(asked)

    say(author, application, files=[("a.pdf", PDF)])
    questions()
    at_one = questions()
    for _ in range(3):
        say(author, application, kind=LineKind.QUESTION, answer_by=SOON, files=[("b.pdf", PDF)])
    assert questions() == at_one
