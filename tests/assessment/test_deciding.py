"""Meetings, drafts and adoption: people decide, within the frames, with reasons; what is adopted is frozen."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from hemtag.assessment import planning
from hemtag.assessment.actions.deciding import adopt, edit_decision
from hemtag.assessment.actions.meetings import draft_decisions
from hemtag.assessment.checks import deciding as checks
from hemtag.assessment.checks.deciding import ProposedBlock
from hemtag.assessment.models import Decision, Eligibility, EligibilityVerdict, GrantedYear, Meeting, PlannedPayment
from hemtag.assessment.queries import deciding as queries
from hemtag.assessment.queries.ledger import adopted_decisions, authorisation_left, free_money, granted_blocks
from hemtag.grants.models import EarlierCommitment
from hemtag.history.models import Direction, Event, RegisterEntry
from hemtag.knowledge.storing import kept
from hemtag.organisations.models import Role
from hemtag.refusals import Clash, DoesNotHold, NotAllowed, WrongState
from tests.assessment.making import make_application, need_no_communication, say_conflict, say_no_conflict
from tests.assessment.prepared import DAY, Prepared, add_block, prepared, set_costs, set_frame, the_day

__all__ = ["prepared", "the_day"]

TEN = [
    "1. Bidragets storlek",
    "2. När bidraget betalas ut",
    "3. Vilka åtgärder bidraget avser",
    "4. Vilken tid bidraget avser",
    "5. Om delredovisning ska lämnas",
    "6. Hur och när redovisning ska lämnas",
    "7. Övriga villkor",
    "8. Vad som gäller om innehållen utbetalning (17 §)",
    "9. Vad som gäller om återbetalning (18 §)",
    "10. Vad som gäller om återkrav (19 §)",
]


def rules_of(refusal: pytest.ExceptionInfo[DoesNotHold]) -> set[str]:
    return {problem.rule for problem in refusal.value.problems}


def text_of(decision: Decision) -> str:
    assert decision.document is not None
    pages = PdfReader(io.BytesIO(kept(decision.document.sha256) or b"")).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


# ------------------------------------------------------------------------------------------------ payment plan


@given(
    st.dictionaries(st.integers(2026, 2032), st.integers(0, 10**10), max_size=6),
    st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
)
def test_usual_plan_pays_every_krona_in_its_year(granted: dict[int, int], decided_on: dt.date) -> None:
    plan = planning.usual_plan(granted, decided_on)
    assert checks.instalments_equal_the_grant_of_every_year(granted, plan) == []
    assert all(sek > 0 for _day, sek in plan)
    assert [day for day, _sek in plan] == sorted({day for day, _sek in plan})
    assert all(day > decided_on for day, _sek in plan) or decided_on == dt.date(2026, 12, 31)


def test_usual_plan_is_two_instalments_a_year() -> None:
    plan = planning.usual_plan({2026: 101, 2027: 1_000}, dt.date(2026, 7, 1))
    assert plan == [
        (dt.date(2026, 8, 1), 51),
        (dt.date(2026, 9, 1), 50),
        (dt.date(2027, 3, 1), 500),
        (dt.date(2027, 9, 1), 500),
    ]


def test_usual_plan_late_in_the_year_is_one_instalment() -> None:
    assert planning.usual_plan({2026: 100}, dt.date(2026, 10, 31)) == [(dt.date(2026, 11, 30), 100)]
    assert planning.usual_plan({2026: 100}, dt.date(2026, 12, 15)) == [(dt.date(2026, 12, 31), 100)]


# ------------------------------------------------------------------------------------------------------ checks


def proposed(**columns: Any) -> ProposedBlock:
    return ProposedBlock(
        **{
            "key": "a/1",
            "number": 1,
            "title": "Block",
            "is_granted": True,
            "was_proposed": True,
            "requested": {2026: 100, 2027: 50},
            "granted": {2026: 100, 2027: 50},
            "reason": "Därför.",
        }
        | columns
    )


def test_departures_need_a_reason() -> None:
    assert checks.departures_are_explained([proposed()]) == []
    for departure in (
        proposed(is_granted=False, granted={}),
        proposed(was_proposed=False),
        proposed(granted={2026: 99, 2027: 50}),
    ):
        (problem,) = checks.departures_are_explained([departure])
        assert problem.field == "block-1-departure_reason"
    assert checks.departures_are_explained([proposed(was_proposed=False, departure_reason="Bättre fördelning.")]) == []


@pytest.mark.parametrize("granted", [{2026: 101}, {2028: 1}, {2026: -1}])
def test_amounts_stay_within_the_request(granted: dict[int, int]) -> None:
    (problem,) = checks.amounts_are_within_the_request([proposed(granted=granted)])
    assert problem.field == f"block-1-{next(iter(granted))}"


def test_needs_may_be_met_here_or_elsewhere() -> None:
    needing = proposed(key="a/2", number=2, needs=("a/1",))
    assert checks.needed_blocks_are_granted([proposed(), needing], set()) == []
    assert checks.needed_blocks_are_granted([proposed(is_granted=False), needing], {"a/1"}) == []
    (problem,) = checks.needed_blocks_are_granted([proposed(is_granted=False), needing], set())
    assert problem.field == "block-2-granted"


@given(st.dictionaries(st.integers(2026, 2030), st.integers(0, 1000), max_size=4), st.integers(0, 1000))
def test_frame_is_kept_to_the_krona(granted: dict[int, int], free: int) -> None:
    problems = checks.every_year_is_within_its_frame(granted, dict.fromkeys(range(2026, 2031), free))
    assert len(problems) == sum(sek > free for sek in granted.values())


def test_period_and_reports_come_in_order() -> None:
    start, end = dt.date(2026, 9, 10), dt.date(2027, 12, 31)
    assert checks.granted_years_are_within_the_period({2026: 1, 2027: 1}, start, end) == []
    for period in (
        (None, end),
        (start, None),
        (end, start),
        (dt.date(2027, 1, 1), end),
        (start, dt.date(2026, 12, 31)),
    ):
        assert len(checks.granted_years_are_within_the_period({2026: 1, 2027: 1}, *period)) == 1
    assert checks.reports_are_due_in_order(True, end, None, dt.date(2028, 3, 31)) == []
    assert checks.reports_are_due_in_order(False, None, None, None) == []
    assert len(checks.reports_are_due_in_order(True, end, None, None)) == 1
    assert len(checks.reports_are_due_in_order(True, end, dt.date(2028, 4, 1), end)) == 2


# ----------------------------------------------------------------------------------------------------- meetings


def test_meeting_names_who_decides(prepared: Prepared) -> None:
    meeting = prepared.meet()
    assert [person.name for person in meeting.deciders.order_by("name")] == ["Lena Ledamot", "Olle Ordförande"]
    assert Event.objects.get(verb="arranged_meeting").subject_id == str(meeting.pk)


@pytest.mark.parametrize(
    "columns, field",
    [
        ({"deciders": ["decider"]}, "chair"),
        ({"deciders": ["chair", "officer"]}, "deciders"),
        ({"deciders": []}, "deciders"),
        ({"rapporteur": "chair"}, "rapporteur"),
        ({"rapporteur": "assessor"}, "rapporteur"),
    ],
)
def test_meeting_is_refused_with_the_wrong_people(prepared: Prepared, columns: dict[str, Any], field: str) -> None:
    people = {
        "chair": prepared.chair,
        "decider": prepared.decider,
        "officer": prepared.officer,
        "assessor": prepared.assessors[0],
    }
    named = {
        name: [people[key] for key in value] if isinstance(value, list) else people[value]
        for name, value in columns.items()
    }
    with pytest.raises(DoesNotHold) as refusal:
        prepared.meet(**named)
    assert field in {problem.field for problem in refusal.value.problems}
    assert not Meeting.objects.exists()


def test_only_a_case_officer_arranges_and_drafts(prepared: Prepared) -> None:
    meeting = prepared.meet()
    for person in (prepared.chair, prepared.assessors[0]):
        with pytest.raises(NotAllowed):
            prepared.meet(by=person, run=meeting.run)
        with pytest.raises(NotAllowed):
            draft_decisions(by=person, meeting=meeting)
    assert Meeting.objects.count() == 1 and not Decision.objects.exists()


# ------------------------------------------------------------------------------------------------------- drafts


def test_drafts_follow_the_run_to_the_krona(prepared: Prepared) -> None:
    set_costs(prepared.applications[1].blocks.get(), {2026: 1_000_001, 2027: 1_234_567})
    first, second, third = prepared.drafts()
    assert [d.number for d in (first, second, third)] == ["B2026-001", "B2026-002", "B2026-003"]
    assert list(second.planned_payments.values_list("due_on", "amount_sek")) == [
        (dt.date(2026, 10, 10), 1_000_001),
        (dt.date(2027, 3, 1), 617_284),
        (dt.date(2027, 9, 1), 617_283),
    ]
    assert GrantedYear.objects.filter(block_decision__decision=third).count() == 0
    assert third.planned_payments.count() == 0 and third.conditions == ""
    assert "5,0 av 5" in first.reasons and "13 §" in first.reasons
    assert (first.period_from, first.period_to) == (DAY, dt.date(2027, 12, 31))
    assert (first.interim_due_on, first.final_due_on) == (dt.date(2027, 3, 1), dt.date(2028, 3, 31))
    assert "Besök per vecka" in first.conditions
    assert "Pengarna räcker inte" in third.block_decisions.get().reason
    assert Event.objects.filter(verb="drafted_decisions").count() == 1


def test_an_ineligible_application_is_dismissed(prepared: Prepared) -> None:
    other = make_application(prepared.call, prepared.regions["17"])
    Eligibility.objects.create(
        application=other,
        verdict=EligibilityVerdict.INELIGIBLE,
        reasons="Annat statligt stöd lämnas.",
        tried_at=dt.datetime(2026, 8, 1, tzinfo=dt.UTC),
    )
    draft = prepared.drafts()[-1]
    assert draft.application == other and "Annat statligt stöd" in draft.reasons
    for person in prepared.delegation:
        say_no_conflict(person, other)
    need_no_communication(other, prepared.officer)
    with pytest.raises(DoesNotHold) as refusal:
        prepared.edit(draft, blocks={1: {"is_granted": True, "departure_reason": "Ändå."}})
    assert "only_eligible_applications_are_granted" in rules_of(refusal)
    assert "avvisar ansökan" in text_of(prepared.adopt(draft))


def test_one_found_ineligible_after_the_run_gets_nothing(prepared: Prepared) -> None:
    meeting = prepared.meet()
    Eligibility.objects.filter(application=prepared.applications[1]).update(verdict=EligibilityVerdict.INELIGIBLE)
    second = draft_decisions(by=prepared.officer, meeting=meeting)[1]
    (block,) = queries.proposed_blocks(second)
    assert (block.is_granted, block.was_proposed, block.granted) == (False, False, {})
    assert second.planned_payments.count() == 0 and second.reasons.startswith("Ansökan uppfyller inte")


def test_a_new_meeting_takes_over_what_was_left_undecided(prepared: Prepared) -> None:
    first, *_rest = prepared.drafts()
    prepared.adopt(first)
    with pytest.raises(WrongState):
        draft_decisions(by=prepared.officer, meeting=first.meeting)
    later = prepared.meet(run=first.meeting.run)
    again = draft_decisions(by=prepared.officer, meeting=later)
    assert [d.number for d in again] == ["B2026-002", "B2026-003"]
    assert Decision.objects.count() == 3 and first.meeting.decisions.count() == 1


# ------------------------------------------------------------------------------------------------------ editing


def test_a_departure_without_reason_is_refused(prepared: Prepared) -> None:
    draft = prepared.drafts()[0]
    with pytest.raises(DoesNotHold) as refusal:
        prepared.edit(draft, blocks={2: {"is_granted": False}})
    assert rules_of(refusal) == {"departures_are_explained"}
    saved = prepared.edit(draft, blocks={2: {"is_granted": False, "departure_reason": "Regionen har redan gjort det."}})
    assert queries.proposed_blocks(saved)[1].granted == {}
    # The payment plan follows the amounts when no other plan is given.
    assert sum(saved.planned_payments.values_list("amount_sek", flat=True)) == 2_000_000


def test_a_lower_amount_is_a_departure_and_a_higher_is_refused(prepared: Prepared) -> None:
    draft = prepared.drafts()[1]
    with pytest.raises(DoesNotHold) as refusal:
        prepared.edit(draft, blocks={1: {"amounts": {2026: 500_000, 2027: 1_000_000}}})
    assert rules_of(refusal) == {"departures_are_explained"}
    with pytest.raises(DoesNotHold) as refusal:
        prepared.edit(draft, blocks={1: {"amounts": {2026: 1_000_001}, "departure_reason": "Mer behövs."}})
    assert "amounts_are_within_the_request" in rules_of(refusal)
    less = {"amounts": {2026: 500_000, 2027: 1_000_000}, "departure_reason": "Halva första året."}
    saved = prepared.edit(draft, blocks={1: less})
    assert queries.editable(saved)["blocks"][1]["amounts"] == {2026: 500_000, 2027: 1_000_000}


def test_what_a_granted_block_needs_is_granted_too(prepared: Prepared) -> None:
    draft = prepared.drafts()[0]
    with pytest.raises(DoesNotHold) as refusal:
        prepared.edit(draft, blocks={1: {"is_granted": False, "departure_reason": "Nej."}})
    assert "needed_blocks_are_granted" in rules_of(refusal)


def test_a_plan_that_does_not_sum_is_refused(prepared: Prepared) -> None:
    draft = prepared.drafts()[1]
    with pytest.raises(DoesNotHold) as refusal:
        prepared.edit(draft, payments=[(dt.date(2026, 12, 1), 1_000_000), (dt.date(2027, 3, 1), 999_999)])
    (problem,) = refusal.value.problems
    assert problem.field == "payments" and "1\u00a0kr" in problem.message
    with pytest.raises(DoesNotHold) as refusal:
        prepared.edit(draft, payments=[(dt.date(2026, 9, 9), 1_000_000), (dt.date(2027, 3, 1), 1_000_000)])
    assert rules_of(refusal) == {"instalments_come_after_the_decision"}
    plan = [(dt.date(2026, 12, 1), 1_000_000), (dt.date(2027, 3, 1), 400_000), (dt.date(2027, 6, 1), 600_000)]
    assert queries.editable(prepared.edit(draft, payments=plan))["payments"] == plan


def test_an_older_version_is_refused_with_what_differs(prepared: Prepared) -> None:
    draft = prepared.drafts()[1]
    prepared.edit(draft, reasons="Nya skäl.")
    with pytest.raises(Clash) as clash:
        edit_decision(by=prepared.officer, decision=draft, version=1, values={"reasons": "Andra skäl."})
    assert clash.value.who == prepared.officer.name and clash.value.version == 2
    assert [d.theirs for d in clash.value.differences] == ["Nya skäl."]
    assert Decision.objects.get(pk=draft.pk).reasons == "Nya skäl."


def test_only_a_case_officer_without_conflict_edits(prepared: Prepared, person: Any) -> None:
    draft = prepared.drafts()[0]
    for other in (prepared.chair, prepared.assessors[0], person(Role.CASE_OFFICER), person(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            edit_decision(by=other, decision=draft, version=1, values={"reasons": "Nya."})
    draft.application.conflict_declarations.filter(person=prepared.officer).delete()
    say_conflict(prepared.officer, draft.application)
    with pytest.raises(NotAllowed, match="Jäv"):
        edit_decision(by=prepared.officer, decision=draft, version=1, values={"reasons": "Nya."})


# ----------------------------------------------------------------------------------------------------- adopting


def test_adopting_freezes_registers_and_counts(prepared: Prepared) -> None:
    first, *_rest = prepared.drafts()
    events = Event.objects.count()
    done = prepared.adopt(first)
    assert done.state == "adopted" and done.adopted_by == prepared.chair
    assert Event.objects.filter(verb="adopted_decision").count() == 1
    assert Event.objects.count() == events + 2  # the decision, and the stored file
    line = RegisterEntry.objects.get(direction=Direction.OUT)
    assert line.case_number == first.application.submission.case_number
    assert done.document is not None and line.sha256 == done.document.sha256
    with pytest.raises(WrongState, match="Olle Ordförande"):
        prepared.edit(done, reasons="Nya.")
    money = free_money()
    assert money[2026].decided_sek == 3_000_000 and money[2026].free_sek == 7_000_000
    assert authorisation_left(prepared.call) == 700_000_000 - 3_000_000
    assert [row.block.number for row in granted_blocks()] == [1, 2]
    assert [row.granted_sek for row in adopted_decisions()] == [6_000_000]


def test_the_document_has_the_ten_items_and_the_reasons(prepared: Prepared) -> None:
    first, _second, third = prepared.drafts()
    prepared.edit(first, dissent="Lena Ledamot anser att block 2 kan vänta.")
    text = text_of(prepared.adopt(first))
    for heading in TEN:
        assert heading in text
    for fact in (
        "6\u202f000\u202f000 kr",
        "10 oktober 2026",
        "Slutredovisningen ska lämnas senast 31 mars 2028",
        "(13 §)",
        "Olle Ordförande",
        "Lena Ledamot anser att block 2 kan vänta.",
        "Hanna Handläggare",
        "Sekreteraren",
        "får inte överklagas",
        "10 september 2026",
    ):
        assert fact.replace("\u202f", " ") in text.replace("\u202f", " ").replace("\u00a0", " "), fact
    rejected = text_of(prepared.adopt(third))
    assert all(heading in rejected for heading in TEN) and "avslår ansökan" in rejected


def test_a_script_in_a_title_stays_text(prepared: Prepared) -> None:
    application = prepared.applications[1]
    application.title = '#panic("x") <script>alert(1)</script> *fet*'
    application.save()
    assert '#panic("x") <script>alert(1)</script> *fet*' in text_of(prepared.adopt(prepared.drafts()[1]))


def test_adopting_twice_doubles_nothing(prepared: Prepared) -> None:
    draft = prepared.drafts()[0]
    prepared.adopt(draft)
    with pytest.raises(WrongState, match=r"redan 2026-09-10 av Olle Ordförande"):
        prepared.adopt(draft, by=prepared.decider)
    assert Event.objects.filter(verb="adopted_decision").count() == 1
    assert RegisterEntry.objects.filter(direction=Direction.OUT).count() == 1
    assert free_money()[2026].decided_sek == 3_000_000


def test_a_frame_is_never_exceeded_by_two_decisions_in_a_row(prepared: Prepared) -> None:
    """The drafts fit together; then the frame is found to be smaller, and the second one no longer fits."""
    first, second, _third = prepared.drafts()
    set_frame(2027, 3_999_999)
    prepared.adopt(first)
    with pytest.raises(DoesNotHold) as refusal:
        prepared.adopt(second)
    assert rules_of(refusal) == {"every_year_is_within_its_frame"}
    assert Decision.objects.get(pk=second.pk).state == "draft"
    assert free_money()[2027].free_sek == 999_999


def test_earlier_commitments_count_against_the_frame(prepared: Prepared) -> None:
    draft = prepared.drafts()[0]
    EarlierCommitment.objects.create(year=2026, amount_sek=7_000_001, decision="Utlysningen 2025", source="test")
    with pytest.raises(DoesNotHold) as refusal:
        prepared.adopt(draft)
    assert rules_of(refusal) == {"every_year_is_within_its_frame"}


def test_the_commitment_authorisation_is_kept(prepared: Prepared) -> None:
    draft = prepared.drafts()[0]
    prepared.call.authorisation_sek = 2_999_999
    prepared.call.save()
    with pytest.raises(DoesNotHold) as refusal:
        prepared.adopt(draft)
    assert rules_of(refusal) == {"beyond_the_first_year_is_authorised"}


def test_a_need_in_another_application_is_adopted_first(prepared: Prepared) -> None:
    needed = prepared.applications[0].blocks.get(number=1)
    add_block(prepared.applications[1], {2026: 10_000}, 5_000_000, needs=(needed,))
    first, second, _third = prepared.drafts()
    assert all(block.is_granted for block in queries.proposed_blocks(second))
    with pytest.raises(DoesNotHold) as refusal:
        prepared.adopt(second)
    assert rules_of(refusal) == {"needed_blocks_are_granted"}
    prepared.adopt(first)
    assert prepared.adopt(second).state == "adopted"


def test_who_may_adopt(prepared: Prepared, person: Any) -> None:
    draft = prepared.drafts()[0]
    for other in (prepared.officer, prepared.assessors[0], person(Role.DECISION_MAKER), person(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            adopt(by=other, decision=draft, version=1)
    assert Decision.objects.get(pk=draft.pk).state == "draft"


def test_a_decider_with_a_conflict_stands_aside_and_is_named(prepared: Prepared) -> None:
    draft = prepared.drafts()[0]
    draft.application.conflict_declarations.filter(person=prepared.decider).delete()
    say_conflict(prepared.decider, draft.application)
    with pytest.raises(NotAllowed, match="Jäv"):
        prepared.adopt(draft, by=prepared.decider)
    done = prepared.adopt(draft)
    text = text_of(done)
    assert "Deltog inte på grund av jäv Lena Ledamot" in text and "Beslutande Olle Ordförande" in text
    # What is declared afterwards does not rewrite who decided.
    draft.application.conflict_declarations.filter(person=prepared.chair).delete()
    with time_machine.travel(dt.datetime(2026, 9, 20, 8, 0, tzinfo=dt.UTC)):
        say_conflict(prepared.chair, draft.application)
    assert [person.name for person in queries.taking_part(done)[0]] == ["Olle Ordförande"]


def test_a_decider_with_a_role_in_a_participating_region_stands_aside(prepared: Prepared) -> None:
    prepared.decider.memberships.create(
        organisation=prepared.regions["01"], role=Role.ECONOMIST, starts_on=dt.date(2020, 1, 1)
    )
    deciding, aside = queries.taking_part(prepared.drafts()[0])
    assert ([p.name for p in deciding], [p.name for p in aside]) == (["Olle Ordförande"], ["Lena Ledamot"])


def test_nothing_is_adopted_before_the_day_or_after_a_change(prepared: Prepared) -> None:
    draft = prepared.drafts()[0]
    with time_machine.travel(dt.datetime(2026, 9, 9, 8, 0, tzinfo=dt.UTC)), pytest.raises(WrongState):
        prepared.adopt(draft)
    prepared.edit(draft, reasons="Nya skäl.")
    with pytest.raises(Clash):
        adopt(by=prepared.chair, decision=draft, version=1)
    assert not Decision.objects.filter(state="adopted").exists()


def test_sums_are_exact_after_everything(prepared: Prepared) -> None:
    set_costs(prepared.applications[0].blocks.get(number=1), {2026: 333_333, 2027: 1})
    for draft in prepared.drafts():
        prepared.adopt(draft)
    granted: dict[int, int] = {}
    for row in GrantedYear.objects.all():
        granted[row.year] = granted.get(row.year, 0) + row.amount_sek
    paid: dict[int, int] = {}
    for payment in PlannedPayment.objects.all():
        paid[payment.due_on.year] = paid.get(payment.due_on.year, 0) + payment.amount_sek
    assert granted == paid == {2026: 3_333_333, 2027: 3_000_001}
    assert {year: row.decided_sek for year, row in free_money().items() if row.decided_sek} == granted


# ------------------------------------------------------------------------------------------------- who sees what


def test_the_public_never_sees_a_draft(prepared: Prepared, person: Any) -> None:
    first, second, _third = prepared.drafts()
    prepared.adopt(first)
    for other in (None, person(Role.AUTHOR, "14"), person(Role.CATALOGUE_EDITOR)):
        assert [d.number for d in queries.decisions_for(other)] == ["B2026-001"]
        assert not queries.meetings_for(other).exists()
        with pytest.raises(Decision.DoesNotExist):
            queries.decision_for(other, second.number)
    assert queries.decisions_for(person(Role.AUDITOR)).count() == 3
    assert queries.decision_for(person(Role.AUDITOR), second.number) == second
    with pytest.raises(NotAllowed, match="Svara först"):
        queries.decision_for(person(Role.DECISION_MAKER), second.number)


def test_lists_ask_as_many_questions_at_any_size(prepared: Prepared, django_assert_num_queries: Any) -> None:
    drafts = prepared.drafts()
    prepared.adopt(drafts[0])
    with django_assert_num_queries(1):
        assert len(queries.DecisionList(None).listed) == 1
    with django_assert_num_queries(3):
        assert [row.block_decisions.all()[0].years.all() for row in adopted_decisions()]
    prepared.adopt(drafts[1])
    prepared.adopt(drafts[2])
    with django_assert_num_queries(1):
        assert len(queries.DecisionList(None).listed) == 3
    with django_assert_num_queries(3):
        assert [row.block_decisions.all()[0].years.all() for row in adopted_decisions()]


def test_the_list_is_filtered_and_summed(prepared: Prepared) -> None:
    for draft in prepared.drafts():
        prepared.adopt(draft)
    assert queries.DecisionList(None).total_sek == 8_000_000
    assert queries.DecisionList(None, outcome="granted").granting == 2
    assert [d.number for d in queries.DecisionList(None, outcome="rejected").listed] == ["B2026-003"]
    assert [d.number for d in queries.DecisionList(None, text="remiss").listed] == ["B2026-002"]
    assert queries.DecisionList(None, year=2027).listed == []
