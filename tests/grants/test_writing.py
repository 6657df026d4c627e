"""Writing a form: who may, on top of which version, and what history keeps of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from hemtag.grants import actions
from hemtag.grants.models import Application, Block, Participant, Submission, SubmissionState
from hemtag.history.models import Event
from hemtag.history.queries import events_about
from hemtag.organisations.models import Role
from hemtag.refusals import Clash, DoesNotHold, NotAllowed, WrongState
from tests.grants.making import (
    IN_THE_WINDOW,
    a_call,
    a_person,
    a_submission_that_holds,
    an_application,
    an_effect,
    in_the_window,
    organisation,
    representative_of,
    submitted,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("hemtag.grants.urls")]


@pytest.fixture
def application() -> Application:
    return an_application(a_call(), organisation("14"), [organisation("01")])


@pytest.fixture
def author(application: Application) -> Any:
    return a_person(Role.AUTHOR, "14")


def fields_of(refusal: Any) -> list[str]:
    return [problem.field for problem in refusal.value.problems]


def test_the_first_application_makes_the_form_and_the_next_joins_it(application: Application) -> None:
    second = an_application(a_call(), organisation("14"), title="Till")
    assert (application.number, second.number) == ("2026-001", "2026-002")
    assert application.submission == second.submission
    assert second.participants.get().region == organisation("14")


@pytest.mark.parametrize(
    ("role", "code"), [(Role.AUTHOR, "12"), (Role.CASE_OFFICER, "14"), (Role.AUDITOR, "14"), (Role.ASSESSOR, "14")]
)
def test_only_the_regions_own_people_start(role: Role, code: str) -> None:
    with in_the_window(), pytest.raises(NotAllowed, match="i Västra Götalandsregionen"):
        actions.start_application(
            by=a_person(role, code), call=a_call(), region=organisation("14"), title="En främmande"
        )


def test_only_regions_apply() -> None:
    officer = a_person(Role.CASE_OFFICER)
    delegation = officer.memberships.get().organisation
    with in_the_window(), pytest.raises(NotAllowed, match="Bara regioner"):
        actions.start_application(by=officer, call=a_call(), region=delegation, title="Egen")


@pytest.mark.parametrize("day", [dt.date(2026, 3, 31), dt.date(2026, 6, 16)])
def test_nothing_is_started_outside_the_window(day: dt.date) -> None:
    noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
    with time_machine.travel(noon, tick=False), pytest.raises(NotAllowed, match="Utlysningen"):
        actions.start_application(
            by=representative_of(organisation("14")), call=a_call(), region=organisation("14"), title="Sen"
        )


def test_an_empty_or_endless_title_is_refused_at_its_field(application: Application, author: Any) -> None:
    with in_the_window():
        for title in ("  ", "x" * 161):
            with pytest.raises(DoesNotHold) as refusal:
                actions.start_application(by=author, call=a_call(), region=organisation("14"), title=title)
            assert fields_of(refusal) == ["title"]
    assert Application.objects.count() == 1
    assert "161" in str(refusal.value) and "160" in str(refusal.value)


def test_a_number_is_never_given_twice(application: Application, author: Any) -> None:
    actions.remove_application(by=author, application=application)
    assert not Application.objects.exists() and not Participant.objects.exists()
    event = Event.objects.order_by("number").last()
    assert event is not None and event.verb == "removed" and event.details == {"number": "2026-001"}
    assert an_application(a_call(), organisation("14")).number == "2026-002"


def test_an_edit_keeps_before_and_after_of_what_changed_and_nothing_else(application: Application, author: Any) -> None:
    saved = actions.edit_application(
        by=author,
        application=application,
        version=1,
        values={"title": "En åtgärd", "summary": "Rad ett\r\nrad två ", "goals": ""},
    )
    assert (saved.version, saved.summary, saved.updated_by) == (2, "Rad ett\nrad två", author)
    event = events_about(application).first()
    assert event is not None and (event.verb, event.actor) == ("edited", author.name)
    assert event.details == {"version": 2, "changes": {"summary": {"before": "", "after": "Rad ett\nrad två"}}}


def test_nothing_changed_writes_nothing(application: Application, author: Any) -> None:
    count = Event.objects.count()
    saved = actions.edit_application(by=author, application=application, version=1, values={"title": "En åtgärd"})
    assert saved.version == 1 and Event.objects.count() == count


def test_a_script_in_a_title_is_text_like_any_other(application: Application, author: Any) -> None:
    title = "<script>alert(1)</script>"
    assert (
        actions.edit_application(by=author, application=application, version=1, values={"title": title}).title == title
    )


def test_two_people_editing_the_same_application(application: Application, author: Any) -> None:
    other = a_person(Role.AUTHOR, "14")
    with time_machine.travel(IN_THE_WINDOW, tick=False):
        actions.edit_application(
            by=other, application=application, version=1, values={"title": "Deras titel", "goals": "Lika"}
        )
    with pytest.raises(Clash) as clash:
        actions.edit_application(
            by=author,
            application=application,
            version=1,
            values={"title": "Min titel", "summary": "Min text", "goals": "Lika"},
        )
    assert (clash.value.who, clash.value.at, clash.value.version) == (other.name, IN_THE_WINDOW, 2)
    assert [(d.field, d.label, d.theirs) for d in clash.value.differences] == [("title", "Titel", "Deras titel")]
    application.refresh_from_db()
    assert (application.title, application.summary) == ("Deras titel", "")
    saved = actions.edit_application(
        by=author, application=application, version=clash.value.version, values={"title": "Min titel"}
    )
    assert saved.title == "Min titel"


def test_two_people_in_different_fields_do_not_stand_in_each_others_way(application: Application, author: Any) -> None:
    other = a_person(Role.AUTHOR, "14")
    actions.edit_application(by=other, application=application, version=1, values={"title": "Deras titel"})
    saved = actions.edit_application(by=author, application=application, version=1, values={"summary": "Min text"})
    assert (saved.title, saved.summary, saved.version) == ("Deras titel", "Min text", 3)
    assert {field: touch["by"] for field, touch in saved.touched.items()} == {
        "title": other.name,
        "summary": author.name,
    }


def test_the_same_save_twice_is_no_clash(application: Application, author: Any) -> None:
    for _time in range(2):
        saved = actions.edit_application(by=author, application=application, version=1, values={"goals": "Mål"})
    assert saved.version == 2


def test_measure_types_of_the_call_by_row_or_code(application: Application, author: Any) -> None:
    saved = actions.edit_application(
        by=author,
        application=application,
        version=1,
        values={"measure_types": ["staff_time", a_call().measure_types.get(code="structure")]},
    )
    assert {kind.code for kind in saved.measure_types.all()} == {"staff_time", "structure"}
    with pytest.raises(DoesNotHold) as refusal:
        actions.edit_application(by=author, application=saved, version=2, values={"measure_types": ["gold"]})
    assert fields_of(refusal) == ["measure_types"]
    with pytest.raises(Clash) as clash:
        actions.edit_application(by=author, application=saved, version=1, values={"measure_types": []})
    assert "Frigjord personaltid" in clash.value.differences[0].theirs


def test_a_field_that_does_not_exist_is_a_fault_in_the_program(application: Application, author: Any) -> None:
    with pytest.raises(TypeError, match="number"):
        actions.edit_application(by=author, application=application, version=1, values={"number": "2026-999"})


def test_the_common_parts(application: Application, author: Any) -> None:
    submission = actions.edit_submission(
        by=author, submission=application.submission, version=1, values={"economic_analysis": "Så här"}
    )
    assert (submission.version, submission.economic_analysis) == (2, "Så här")
    with pytest.raises(Clash) as clash:
        actions.edit_submission(by=author, submission=submission, version=1, values={"economic_analysis": "Annat"})
    assert clash.value.who == author.name
    with pytest.raises(DoesNotHold) as refusal:
        actions.edit_submission(by=author, submission=submission, version=2, values={"development_needs": "x" * 20_001})
    assert fields_of(refusal) == ["development_needs"]


def test_measuring_points_are_saved_together(application: Application, author: Any) -> None:
    rows = [
        {"on": dt.date(2031, 1, 1), "indicator": " Timmar ", "baseline": "0", "target": "10"},
        {"on": dt.date(2027, 1, 1), "indicator": "Dagar", "baseline": "", "target": ""},
    ]
    saved = actions.set_measuring_points(by=author, application=application, version=1, rows=rows)
    assert [point.indicator for point in saved.measuring_points.all()] == ["Dagar", "Timmar"]
    assert actions.set_measuring_points(by=author, application=saved, version=1, rows=rows).version == 2
    with pytest.raises(Clash) as clash:
        actions.set_measuring_points(by=author, application=saved, version=1, rows=rows[:1])
    assert "Dagar" in clash.value.differences[0].theirs
    with pytest.raises(DoesNotHold) as refusal:
        actions.set_measuring_points(
            by=author,
            application=saved,
            version=2,
            rows=[rows[0], {"on": None, "indicator": ""}, {**rows[1], "target": "x" * 121}],
        )
    assert fields_of(refusal) == ["1.on", "1.indicator", "2.target"]
    assert saved.measuring_points.count() == 2


def test_blocks_get_the_next_number_and_need_only_each_other(application: Application, author: Any) -> None:
    blocks = [actions.add_block(by=author, application=application, title=title) for title in ("Ett", "Två", "Tre")]
    one, two, three = blocks
    assert [block.number for block in blocks] == [1, 2, 3]
    two = actions.edit_block(by=author, block=two, version=1, values={"needs": [one], "obstacle": "law"})
    actions.edit_block(by=author, block=three, version=1, values={"needs": [1, 2]})
    stranger = actions.add_block(
        by=author, application=an_application(a_call(), organisation("14"), title="Till"), title="Främmande"
    )
    for needs in ([stranger], [one], [3], [99]):
        with pytest.raises(DoesNotHold) as refusal:
            actions.edit_block(by=author, block=one, version=1, values={"needs": needs})
        assert fields_of(refusal) == ["needs"]
    with pytest.raises(DoesNotHold, match="1 → 3 → 1"):
        actions.edit_block(by=author, block=one, version=1, values={"needs": [3]})
    with pytest.raises(DoesNotHold, match="behövs av 2 Två, 3 Tre"):
        actions.remove_block(by=author, block=one)
    actions.remove_block(by=author, block=three)
    assert Block.objects.filter(application=application).count() == 2
    with pytest.raises(DoesNotHold) as refusal:
        actions.edit_block(by=author, block=two, version=2, values={"obstacle": "weather"})
    assert fields_of(refusal) == ["obstacle"]


def test_two_people_editing_the_same_block(application: Application, author: Any) -> None:
    other = a_person(Role.ECONOMIST, "14")
    block = actions.add_block(by=author, application=application, title="Ett")
    actions.set_effects(by=other, block=block, version=1, rows=[an_effect()])
    saved = actions.edit_block(by=author, block=block, version=1, values={"purpose": "Mitt syfte"})
    assert saved.purpose == "Mitt syfte", "the effects are another cell of the block than its purpose"
    with pytest.raises(Clash) as clash:
        actions.set_effects(by=author, block=block, version=1, rows=[an_effect(likely_sek=3_000_000)])
    assert (clash.value.who, clash.value.version) == (other.name, 3)
    assert "2\u202f000\u202f000" in clash.value.differences[0].theirs


def test_effects_are_saved_together_or_refused_at_their_row(application: Application, author: Any) -> None:
    block = actions.add_block(by=author, application=application, title="Ett")
    with pytest.raises(DoesNotHold) as refusal:
        actions.set_effects(
            by=author, block=block, version=1, rows=[an_effect(), an_effect(low_sek=9_000_000, basis="")]
        )
    assert fields_of(refusal) == ["1.likely_sek", "1.basis"]
    saved = actions.set_effects(by=author, block=block, version=1, rows=[an_effect(), an_effect(perspective="society")])
    assert saved.effects.count() == 2
    assert actions.set_effects(by=author, block=saved, version=2, rows=[]).effects.count() == 0


def test_a_participants_people_do_not_write_the_application(application: Application) -> None:
    block = actions.add_block(by=representative_of(organisation("14")), application=application, title="Ett")
    for by in (a_person(Role.AUTHOR, "01"), a_person(Role.AUTHOR, "12"), a_person(Role.AUDITOR)):
        for act in (
            lambda by: actions.edit_application(by=by, application=application, version=1, values={"title": "x"}),
            lambda by: actions.edit_submission(by=by, submission=application.submission, version=1, values={}),
            lambda by: actions.set_measuring_points(by=by, application=application, version=1, rows=[]),
            lambda by: actions.add_block(by=by, application=application, title="x"),
            lambda by: actions.edit_block(by=by, block=block, version=1, values={"title": "x"}),
            lambda by: actions.set_effects(by=by, block=block, version=1, rows=[]),
            lambda by: actions.remove_block(by=by, block=block),
            lambda by: actions.remove_application(by=by, application=application),
            lambda by: actions.invite(by=by, application=application, region=organisation("25")),
            lambda by: actions.uninvite(by=by, application=application, region=organisation("01")),
        ):
            with pytest.raises(NotAllowed, match="Västra Götalandsregionen"):
                act(by)


def test_after_hand_in_every_edit_is_refused_with_when_and_by_whom() -> None:
    submission = a_submission_that_holds()
    application = submission.applications.get()
    block, participant = application.blocks.get(), application.participants.get(region__code="01")
    by, other = representative_of(organisation("14")), representative_of(organisation("01"))
    submitted(application)
    count = Event.objects.count()
    with in_the_window():
        for act in (
            lambda: actions.start_application(by=by, call=a_call(), region=organisation("14"), title="Ny"),
            lambda: actions.edit_submission(by=by, submission=submission, version=2, values={}),
            lambda: actions.edit_application(by=by, application=application, version=1, values={"title": "x"}),
            lambda: actions.set_measuring_points(by=by, application=application, version=1, rows=[]),
            lambda: actions.add_block(by=by, application=application, title="x"),
            lambda: actions.edit_block(by=by, block=block, version=1, values={"title": "x"}),
            lambda: actions.set_effects(by=by, block=block, version=1, rows=[]),
            lambda: actions.set_costs(by=by, block=block, version=2, cells={}),
            lambda: actions.remove_block(by=by, block=block),
            lambda: actions.remove_application(by=by, application=application),
            lambda: actions.invite(by=by, application=application, region=organisation("25")),
            lambda: actions.uninvite(by=by, application=application, region=organisation("01")),
            lambda: actions.edit_participation(by=other, participant=participant, values={"body": "x"}),
            lambda: actions.confirm_participation(by=other, participant=participant),
            lambda: actions.reopen_participation(by=other, participant=participant),
            lambda: actions.decline_participation(by=other, participant=participant, reason="x"),
        ):
            with pytest.raises(WrongState, match=r"4 maj 2026 kl\. 11\.00\.00.*HT 2026/0001"):
                act()
    assert Event.objects.count() == count
    assert Submission.objects.get().state == SubmissionState.SUBMITTED
