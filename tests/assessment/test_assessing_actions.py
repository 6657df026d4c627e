"""Conflict, eligibility, completion, assignment and assessment: who may, what must hold, what is written."""

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from hemtag import clock
from hemtag.assessment.actions import assessing as actions
from hemtag.assessment.checks.assessing import Answer, Mark, conditions_of
from hemtag.assessment.models import Assessment, CompletionRequest, ConflictDeclaration, EligibilityVerdict
from hemtag.assessment.queries import assessing as queries
from hemtag.assessment.rules import assessing as rules
from hemtag.grants.models import Participant, ParticipantState, SubmissionState
from hemtag.history.models import Event, RegisterEntry
from hemtag.organisations.models import Membership, Role
from hemtag.refusals import Clash, DoesNotHold, NotAllowed, WrongState
from tests.assessment.making import (
    assign,
    hand_in,
    make_application,
    make_call,
    make_eligible,
    say_conflict,
    say_no_conflict,
)

TODAY = clock.today()
SOON = TODAY + dt.timedelta(days=10)


def verbs() -> list[str]:
    return list(Event.objects.values_list("verb", flat=True))


def marks(*levels: int) -> dict[str, Mark]:
    return {
        code: Mark(level, f"Därför {level}.")
        for code, level in zip(("effect", "lasting", "example"), levels, strict=True)
    }


def all_met(application: Any) -> list[Answer]:
    return [Answer(condition.key, True) for condition in conditions_of(application.submission.call.rule_set)]


def try_it(by: Any, application: Any, **changes: Any) -> Any:
    given = {"version": 1, "answers": all_met(application), "is_eligible": True, "reasons": "Alla villkor uppfyllda."}
    return actions.try_eligibility(by=by, application=application, **(given | changes))


# ---------------------------------------------------------------- conflict of interest


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.ASSESSOR, Role.DECISION_MAKER, Role.PAYMENTS_OFFICER])
def test_everyone_in_the_delegation_declares_before_reading(person: Any, application: Any, role: Role) -> None:
    someone = person(role)
    assert "Svara först" in rules.may_read(someone, application).reason
    actions.declare_conflict(by=someone, application=application, has_conflict=False)
    assert rules.may_read(someone, application)
    assert verbs() == ["declared_conflict"]


@pytest.mark.parametrize(
    "role", [Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST, Role.CATALOGUE_EDITOR, Role.AUDITOR]
)
def test_nobody_else_declares(person: Any, application: Any, role: Role) -> None:
    someone = person(role, "14" if role in {Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST} else "")
    with pytest.raises(NotAllowed):
        actions.declare_conflict(by=someone, application=application, has_conflict=False)
    assert bool(rules.may_read(someone, application)) is (role == Role.AUDITOR)
    assert not verbs()


def test_a_declared_conflict_hides_the_application_and_cannot_be_taken_back(person: Any, application: Any) -> None:
    someone = person(Role.ASSESSOR)
    actions.declare_conflict(
        by=someone, application=application, has_conflict=True, circumstances=" Syskon i projektet. "
    )
    assert "Syskon i projektet." in rules.may_read(someone, application).reason
    with pytest.raises(WrongState, match="tas tillbaka"):
        actions.declare_conflict(by=someone, application=application, has_conflict=False)
    assert ConflictDeclaration.objects.get().has_conflict is True
    assert "Syskon" not in str(Event.objects.get().details)


def test_a_no_may_become_a_yes_and_a_double_click_changes_nothing(person: Any, application: Any) -> None:
    someone = person(Role.ASSESSOR)
    for _click in range(2):
        actions.declare_conflict(by=someone, application=application, has_conflict=False)
    assert len(verbs()) == 1
    actions.declare_conflict(by=someone, application=application, has_conflict=True, circumstances="Ny anställning.")
    assert not rules.may_read(someone, application)
    assert ConflictDeclaration.objects.count() == 1 and len(verbs()) == 2


@pytest.mark.parametrize("code", ["14", "01"])
def test_a_role_in_a_participating_region_is_a_conflict_by_itself(
    person: Any, application: Any, regions: Any, code: str
) -> None:
    someone = person(Role.ASSESSOR)
    give(someone, regions[code], Role.ECONOMIST)
    assert regions[code].name in rules.may_read(someone, application).reason
    with pytest.raises(DoesNotHold, match="Det är jäv"):
        actions.declare_conflict(by=someone, application=application, has_conflict=False)
    actions.declare_conflict(by=someone, application=application, has_conflict=True)
    assert not rules.may_read(someone, application)


def test_a_region_that_declined_is_no_conflict(person: Any, application: Any, regions: Any) -> None:
    Participant.objects.filter(region=regions["01"]).update(state=ParticipantState.DECLINED)
    someone = person(Role.ASSESSOR)
    give(someone, regions["01"], Role.AUTHOR)
    actions.declare_conflict(by=someone, application=application, has_conflict=False)
    assert rules.may_read(someone, application)


def give(someone: Any, region: Any, role: Role) -> None:
    Membership.objects.create(person=someone, organisation=region, role=role, starts_on=dt.date(2020, 1, 1))
    someone.__dict__.pop("_memberships", None)


def test_several_are_declared_at_once_or_not_at_all(person: Any, call: Any, application: Any, regions: Any) -> None:
    other = make_application(call, regions["03"])
    someone = person(Role.DECISION_MAKER)
    answers = {application.number: (False, ""), other.number: (True, " ")}
    with pytest.raises(DoesNotHold) as refusal:
        actions.declare_conflicts(by=someone, applications=[application, other], answers=answers)
    assert [p.field for p in refusal.value.problems] == [f"circumstances_{other.number}"]
    assert not ConflictDeclaration.objects.exists() and not verbs()
    answers[other.number] = (True, "Ledamot i styrelsen.")
    actions.declare_conflicts(by=someone, applications=[application, other], answers=answers)
    assert verbs() == ["declared_conflict", "declared_conflict"]


def test_a_draft_cannot_be_declared_on_or_read(person: Any, call: Any, regions: Any) -> None:
    draft = make_application(call, regions["05"], state=SubmissionState.DRAFT)
    someone = person(Role.CASE_OFFICER)
    assert not rules.may_declare(someone, draft) and not rules.may_read(person(Role.AUDITOR), draft)
    with pytest.raises(NotAllowed):
        actions.declare_conflict(by=someone, application=draft, has_conflict=False)


# ---------------------------------------------------------------- eligibility


def test_eligibility_is_tried_with_reasons_and_registered(officer: Any, application: Any) -> None:
    eligibility = try_it(officer, application)
    assert eligibility.verdict == EligibilityVerdict.ELIGIBLE and eligibility.tried_by == officer
    assert {answer["key"] for answer in eligibility.answers} == {c.key for c in conditions_of({})}
    assert verbs() == ["tried_eligibility"]
    line = RegisterEntry.objects.get()
    assert (line.direction, line.case_number) == ("drawn_up", application.submission.case_number)


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.DECISION_MAKER, Role.PAYMENTS_OFFICER, Role.AUDITOR])
def test_only_a_case_officer_tries(person: Any, application: Any, role: Role) -> None:
    someone = person(role)
    say_no_conflict(someone, application)
    with pytest.raises(NotAllowed):
        try_it(someone, application)


def test_a_case_officer_with_a_conflict_handles_nothing(person: Any, application: Any, three: Any) -> None:
    someone = person(Role.CASE_OFFICER)
    say_conflict(someone, application)
    make_eligible(application)
    for act in (
        lambda: try_it(someone, application),
        lambda: actions.ask_completion(by=someone, application=application, text="Vad?", due_on=SOON),
        lambda: actions.assign_assessors(by=someone, application=application, assessors=three),
    ):
        with pytest.raises(NotAllowed, match="Jäv"):
            act()
    assert actions.assign_round(by=someone, call=application.submission.call).made == 0
    assert not verbs()


def test_answers_and_verdict_must_agree(officer: Any, application: Any) -> None:
    one_no = [Answer(a.key, a.key != "minuted_decisions") for a in all_met(application)]
    with pytest.raises(DoesNotHold) as refusal:
        try_it(officer, application, answers=one_no, reasons=" ")
    assert {p.rule for p in refusal.value.problems} == {
        "every_no_has_a_remark",
        "verdict_follows_from_the_answers",
        "verdict_has_reasons",
    }
    with pytest.raises(DoesNotHold, match="Svara ja eller nej"):
        try_it(officer, application, answers=all_met(application)[1:])
    with_remark = [Answer(a.key, a.is_met, "" if a.is_met else "Stockholm saknar protokoll.") for a in one_no]
    assert try_it(officer, application, answers=with_remark, is_eligible=False).verdict == "ineligible"
    assert Event.objects.get().details["not_met"] == ["minuted_decisions"]


def test_it_may_be_tried_again_until_an_assessment_is_handed_in(officer: Any, application: Any, three: Any) -> None:
    try_it(officer, application)
    application = queries.case_for(officer, "2026", application.number)
    with pytest.raises(Clash) as clash:
        try_it(officer, application, reasons="En annan mening.")
    assert clash.value.who == officer.name and "Alla villkor" in clash.value.differences[0].theirs
    try_it(officer, application, version=clash.value.version, reasons="En annan mening.")
    hand_in(assign(application, three[0])[0], 1, 2, 3)
    application = queries.case_for(officer, "2026", application.number)
    with pytest.raises(WrongState, match="prövas inte om"):
        try_it(officer, application, version=queries.eligibility_version(application))


def test_the_checks_of_hand_in_are_suggested_as_answers(officer: Any, application: Any) -> None:
    found = queries.suggestions_for(application)
    assert [s.condition.key for s in found] == [c.key for c in conditions_of({})]
    assert all(s.is_met for s in found), [s for s in found if not s.is_met]


def test_what_was_handed_in_decides_the_suggestion_and_not_later_rows(officer: Any, application: Any) -> None:
    version = application.submission.submitted_versions.get()
    version.content["applications"][0]["participants"][0]["minutes"] = None
    version.save()
    missing = [s for s in queries.suggestions_for(application) if not s.is_met]
    assert [s.condition.key for s in missing] == ["minuted_decisions"] and "Region Stockholm" in missing[0].said[0]


# ---------------------------------------------------------------- completion


def test_a_completion_is_asked_and_answered(officer: Any, person: Any, application: Any) -> None:
    request = actions.ask_completion(by=officer, application=application, text="Protokoll saknas.", due_on=SOON)
    with pytest.raises(WrongState, match="Pröva behörigheten därefter"):
        try_it(officer, application)
    with pytest.raises(WrongState, match="väntar redan"):
        actions.ask_completion(by=officer, application=application, text="Mer.", due_on=SOON)
    writer = person(Role.REPRESENTATIVE, "14")
    actions.answer_completion(by=writer, request=request, answer="Här är det.")
    with pytest.raises(WrongState, match="besvarades"):
        actions.answer_completion(by=writer, request=request, answer="Igen.")
    try_it(officer, application)
    assert verbs() == ["asked_completion", "answered_completion", "tried_eligibility"]
    assert list(RegisterEntry.objects.order_by("line").values_list("direction", flat=True)) == ["out", "in", "drawn_up"]
    assert len(set(RegisterEntry.objects.values_list("case_number", flat=True))) == 1


def test_a_deadline_lies_ahead_and_the_request_says_something(officer: Any, application: Any) -> None:
    with pytest.raises(DoesNotHold) as refusal:
        actions.ask_completion(by=officer, application=application, text=" ", due_on=TODAY)
    assert {p.field for p in refusal.value.problems} == {"text", "due_on"}


def test_after_the_deadline_it_is_tried_as_it_stands(officer: Any, person: Any, application: Any) -> None:
    request = CompletionRequest.objects.create(
        application=application, text="Vad?", due_on=TODAY - dt.timedelta(days=1), asked_at=clock.now()
    )
    with pytest.raises(WrongState, match="prövas i befintligt skick"):
        actions.answer_completion(by=person(Role.AUTHOR, "14"), request=request, answer="För sent.")
    assert try_it(officer, application).verdict == "eligible"


@pytest.mark.parametrize("role, code", [(Role.ECONOMIST, "14"), (Role.AUTHOR, "01"), (Role.CASE_OFFICER, "")])
def test_only_the_responsible_regions_writers_answer(person: Any, application: Any, role: Role, code: str) -> None:
    request = CompletionRequest.objects.create(application=application, text="Vad?", due_on=SOON, asked_at=clock.now())
    with pytest.raises(NotAllowed):
        actions.answer_completion(by=person(role, code), request=request, answer="Svar.")
    with pytest.raises(DoesNotHold):
        actions.answer_completion(by=person(Role.AUTHOR, "14"), request=request, answer=" ")


# ---------------------------------------------------------------- assessors


def test_three_assessors_are_assigned(officer: Any, application: Any, three: Any) -> None:
    with pytest.raises(WrongState, match="behörig"):
        actions.assign_assessors(by=officer, application=application, assessors=three)
    make_eligible(application)
    actions.assign_assessors(by=officer, application=application, assessors=three)
    assert set(application.assessments.values_list("assessor", flat=True)) == {p.pk for p in three}
    actions.assign_assessors(by=officer, application=application, assessors=three)
    assert verbs() == ["assigned_assessor"]


def test_an_assessor_has_the_role_and_no_conflict(officer: Any, person: Any, application: Any, three: Any) -> None:
    make_eligible(application)
    say_conflict(barred := person(Role.ASSESSOR, name="Jäv Jävig"), application)
    for chosen in ([person(Role.DECISION_MAKER)], [barred], [], [three[0], three[0]], [*three, person(Role.ASSESSOR)]):
        with pytest.raises(DoesNotHold):
            actions.assign_assessors(by=officer, application=application, assessors=chosen)
    assert not Assessment.objects.exists()


def test_who_has_handed_in_stays_and_who_has_a_conflict_is_replaced(
    officer: Any, person: Any, application: Any, three: Any
) -> None:
    make_eligible(application)
    first, _second, _third = assign(application, *three)
    hand_in(first, 1, 1, 1)
    fourth = person(Role.ASSESSOR, name="Bedömare D")
    actions.assign_assessors(by=officer, application=application, assessors=[three[1], fourth])
    assert {a.assessor.name for a in application.assessments.all()} == {"Bedömare A", "Bedömare B", "Bedömare D"}
    assert Event.objects.get().details == {"added": ["Bedömare D"], "removed": ["Bedömare C"]}
    ConflictDeclaration.objects.filter(person=three[0]).update(has_conflict=True)
    actions.assign_assessors(by=officer, application=application, assessors=[three[1], three[2], fourth])
    assert application.assessments.count() == 4 and first in application.assessments.all()
    assert queries.mean_scores(application.submission.call) == {}


def test_a_round_is_assigned_evenly_and_only_where_it_can_be(
    officer: Any, person: Any, call: Any, application: Any, regions: Any
) -> None:
    others = [make_application(call, regions[code]) for code in ("03", "04", "05", "06")]
    say_no_conflict(officer, *others[:3])  # the fourth is undeclared
    for case in (application, *others[:2], others[3]):
        make_eligible(case)
    people = [person(Role.ASSESSOR) for _number in range(4)]
    give(people[0], regions["03"], Role.AUTHOR)
    assigned = actions.assign_round(by=officer, call=call)
    assert assigned.made == 9 and assigned.short == ()
    load = [Assessment.objects.filter(assessor=someone).count() for someone in people]
    assert sorted(load) == [2, 2, 2, 3]
    assert not Assessment.objects.filter(application=others[0], assessor=people[0]).exists()
    assert not Assessment.objects.filter(application__in=others[2:]).exists()
    assert verbs() == ["assigned_assessor"] * 3
    assert actions.assign_round(by=officer, call=call).made == 0


def test_a_round_says_where_assessors_are_too_few(officer: Any, call: Any, application: Any, person: Any) -> None:
    make_eligible(application)
    person(Role.ASSESSOR)
    assert actions.assign_round(by=officer, call=call).short == (application.number,)
    with pytest.raises(NotAllowed):
        actions.assign_round(by=person(Role.ASSESSOR), call=call)


# ---------------------------------------------------------------- assessments


@pytest.fixture
def assessment(application: Any, three: Any) -> Assessment:
    make_eligible(application)
    return assign(application, *three)[0]


def test_a_draft_keeps_what_there_is(assessment: Assessment, three: Any) -> None:
    partial = {"effect": Mark(3), "lasting": Mark(None, "Tänker på planen.")}
    saved = actions.save_assessment(by=three[0], assessment=assessment, version=1, marks=partial)
    assert queries.marks_of(saved) == partial and saved.version == 2
    actions.save_assessment(by=three[0], assessment=saved, version=2, marks={"effect": Mark(None, " ")})
    assert queries.marks_of(assessment) == {}
    assert verbs() == ["saved_assessment", "saved_assessment"]


def test_two_tabs_do_not_write_over_each_other(assessment: Assessment, three: Any) -> None:
    actions.save_assessment(by=three[0], assessment=assessment, version=1, marks=marks(1, 2, 3))
    with pytest.raises(Clash) as clash:
        actions.save_assessment(by=three[0], assessment=assessment, version=1, marks=marks(1, 2, 5))
    assert [d.label for d in clash.value.differences] == ["Kriterium example"]
    assert "Nivå 3." in clash.value.differences[0].theirs and clash.value.version == 2
    assert queries.marks_of(assessment) == marks(1, 2, 3)
    actions.save_assessment(by=three[0], assessment=assessment, version=2, marks=marks(1, 2, 5))


def test_hand_in_needs_everything_and_happens_once(assessment: Assessment, three: Any) -> None:
    lacking = marks(1, 2, 3) | {"lasting": Mark(2, ""), "example": Mark(None, "Oklart.")}
    with pytest.raises(DoesNotHold) as refusal:
        actions.submit_assessment(by=three[0], assessment=assessment, version=1, marks=lacking)
    assert {p.field for p in refusal.value.problems} == {"lasting_reason", "example_level"}
    assert not assessment.scores.exists() and not verbs()
    actions.submit_assessment(by=three[0], assessment=assessment, version=1, marks=marks(1, 2, 3))
    for act in (actions.submit_assessment, actions.save_assessment):
        with pytest.raises(WrongState, match="lämnades in"):
            act(by=three[0], assessment=assessment, version=2, marks=marks(5, 5, 5))
    assert queries.marks_of(assessment) == marks(1, 2, 3)
    assert verbs() == ["submitted_assessment"]


def test_levels_outside_the_scale_are_refused(assessment: Assessment, three: Any) -> None:
    with pytest.raises(DoesNotHold, match="0 till 5"):
        actions.save_assessment(by=three[0], assessment=assessment, version=1, marks={"effect": Mark(7, "!")})


def test_only_the_own_assignment_without_conflict_of_an_eligible_one(
    assessment: Assessment, application: Any, three: Any, officer: Any
) -> None:
    for someone in (three[1], officer):
        with pytest.raises(NotAllowed):
            actions.save_assessment(by=someone, assessment=assessment, version=1, marks=marks(1, 2, 3))
    actions.declare_conflict(by=three[0], application=application, has_conflict=True, circumstances="Ny anställning.")
    with pytest.raises(NotAllowed, match="Jäv"):
        actions.submit_assessment(by=three[0], assessment=assessment, version=1, marks=marks(1, 2, 3))
    other = application.assessments.get(assessor=three[1])
    application.eligibility.verdict = "ineligible"
    application.eligibility.save()
    with pytest.raises(NotAllowed, match="behörig"):
        actions.save_assessment(
            by=three[1], assessment=Assessment.objects.get(pk=other.pk), version=1, marks=marks(1, 2, 3)
        )


# ---------------------------------------------------------------- reading scores


def test_others_scores_are_hidden_until_the_own_is_handed_in(application: Any, three: Any, person: Any) -> None:
    make_eligible(application)
    first, second, _third = assign(application, *three)
    hand_in(first, 1, 2, 3)
    assert rules.may_see_assessments(three[0], application)
    assert "din egen" in rules.may_see_assessments(three[1], application).reason
    hand_in(second, 5, 4, 3)
    assert rules.may_see_assessments(three[1], application)
    for role, may in ((Role.CASE_OFFICER, True), (Role.DECISION_MAKER, True), (Role.ASSESSOR, False)):
        someone = person(role)
        assert not rules.may_see_assessments(someone, application)  # not declared
        say_no_conflict(someone, application)
        assert bool(rules.may_see_assessments(someone, application)) is may
    assert rules.may_see_assessments(person(Role.AUDITOR), application)


def test_the_mean_is_that_of_the_weighted_sums(application: Any, three: Any, call: Any) -> None:
    make_eligible(application)
    first, second, third = assign(application, *three)
    hand_in(first, 5, 1, 2)  # (150 + 20 + 100) / 100
    hand_in(second, 0, 0, 5)  # 250 / 100
    expected = Fraction(Fraction(270, 100) + Fraction(250, 100), 2)
    assert queries.mean_scores(call) == {application.pk: expected}
    assert queries.assessed(call) == set()
    comparison = queries.comparison_of(application)
    assert comparison.mean == expected and comparison.totals == (Fraction(27, 10), Fraction(5, 2))
    assert [line.spread for line in comparison.lines] == [5, 1, 3]
    assert [line.name for line in comparison.widest] == ["Kriterium effect", "Kriterium example"]
    hand_in(third, 3, 3, 3)
    assert queries.assessed(call) == {application.pk}
    say = ConflictDeclaration.objects.get(application=application, person=three[2])
    say.has_conflict = True
    say.save()
    assert queries.assessed(call) == set() and queries.mean_scores(call) == {application.pk: expected}


def test_calls_are_kept_apart(application: Any, three: Any, regions: Any) -> None:
    hand_in(assign(application, three[0])[0], 1, 1, 1)
    assert queries.mean_scores(make_call("2027")) == {}


# ---------------------------------------------------------------- what waits


def test_what_waits_for_each(application: Any, officer: Any, three: Any, person: Any) -> None:
    newcomer = person(Role.CASE_OFFICER)
    assert [w.url for w in queries.next_for(newcomer)] == ["/beredning/2026/jav/"]
    assert [w.url for w in queries.next_for(officer)] == [f"/beredning/2026/ansokan/{application.number}/behorighet/"]
    make_eligible(application)
    assign(application, *three)
    assert queries.next_for(officer) == []
    assert [w.url for w in queries.next_for(three[0])] == [f"/beredning/2026/bedomning/{application.number}/"]
    writer, stranger = person(Role.AUTHOR, "14"), person(Role.AUTHOR, "05")
    request = actions.ask_completion(by=officer, application=application, text="Vad?", due_on=SOON)
    assert [(w.url, w.due_on) for w in queries.next_for(writer)] == [
        (f"/ansokningar/{application.number}/komplettering/{request.pk}/", SOON)
    ]
    assert queries.next_for(stranger) == []
