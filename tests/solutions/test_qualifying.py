"""Solutions at their gates: who judges, what is hidden until when, what stops a pass, and what comes of it."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from hemtag.solutions import actions, criteria
from hemtag.solutions.actions import evidencing, identifying, moving
from hemtag.solutions.actions import qualifying as acts
from hemtag.solutions.checks import judging, waiting
from hemtag.solutions.models import (
    SOLUTION_NEXT,
    Confirmation,
    FidelityCheck,
    GateReview,
    News,
    Reviewer,
    Solution,
    SolutionKind,
    SolutionState,
    Stage,
)
from hemtag.solutions.queries import facts, processing, qualifying
from hemtag.solutions.queries.packaging import facts_for_gate
from hemtag.web.queries import my_page
from tests.followup.making import Events
from tests.solutions.steps import asked_at

TODAY = dt.date(2027, 3, 15)
D = Decimal


@pytest.fixture(autouse=True)
def _the_day():
    with time_machine.travel(dt.datetime(2027, 3, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def author(person):
    return person(Role.AUTHOR, "14", "Anna Ägare")


@pytest.fixture
def editor(person):
    return person(Role.CATALOGUE_EDITOR, "", "Ella Redaktör")


@pytest.fixture
def solution(author, regions):
    return actions.propose(
        by=author,
        region=regions["14"],
        kind=SolutionKind.AI,
        title="Tal till journal",
        specialty="primärvård",
        problem="Läkare skriver efter arbetstid.",
        summary="Samtalet blir ett utkast.",
        effect="40 minuter per läkare och dag.",
        contact="talstod@example.org",
    )


def said(gate, mark="met", comment="", **other):
    rows = {one.id: mark for one in criteria.newest(gate).criteria} | other
    return [{"criterion": key, "mark": value, "comment": comment or ("Skäl." if value != "met" else "")}
            for key, value in rows.items()]  # fmt: skip


def alone(by, solution, gate="G1", outcome="passed", **other):
    values = {"has_conflict": False, "said": said(gate), "reasons": "Väl beskriven.", **other}
    return acts.try_alone(by=by, solution=solution, gate=gate, outcome=outcome, **values)


@pytest.fixture
def screened(solution, editor):
    alone(editor, solution)
    return Solution.objects.get(pk=solution.pk)


@pytest.fixture
def review(screened, editor):
    return acts.open_review(by=editor, solution=screened)


@pytest.fixture
def three(person):
    """Two of other regions, and an assessor of the delegation."""
    return [
        person(Role.AUTHOR, "01", "Sten Stockholm"),
        person(Role.ECONOMIST, "12", "Sara Skåne"),
        person(Role.ASSESSOR, "", "Asta Bedömare"),
    ]


def seat(editor, review, person, field=""):
    return acts.ask_reviewer(by=editor, review=review, person=person, field=field)


def hand_in(row, recommends="passed", marks=None, **other):
    acts.declare_at_gate(by=row.person, reviewer=row, has_conflict=False)
    return acts.judge_at_gate(
        by=row.person,
        reviewer=row,
        said=marks or said("G2", **other),
        recommends=recommends,
        reasons="Jag har läst allt.",
        hand_in=True,
    )


@pytest.fixture
def judged(review, editor, three):
    """All three have handed in and say yes."""
    return [hand_in(seat(editor, review, one)) for one in three]


def close(by, review, outcome="passed", **other):
    return acts.close_review(by=by, review=review, outcome=outcome, reasons="Tre av tre.", **other)


# ---------------------------------------------------------------- the way of a state


def test_every_waiting_state_has_a_clock_and_a_turn(solution, editor, author):
    for before, following in SOLUTION_NEXT.items():
        for to in following:
            Solution.objects.update(state=before, waits_for=None, due_on=None)
            row = moving.move(by=editor, solution=solution, to=to, reason="x")
            wait = waiting.WAITS.get(to)
            assert (row.due_on is None) == (wait is None), (before, to)
            assert row.waits_for == (author if wait and wait.who == "owner" else None), (before, to)
            if row.due_on is not None:
                assert row.due_on > TODAY


def test_every_state_that_leads_on_waits_for_somebody():
    left = {state for state, following in SOLUTION_NEXT.items() if following} - waiting.WAITS.keys()
    assert left == {SolutionState.RETIRED, SolutionState.PARKED, SolutionState.DECLINED}, "reopened when somebody wants"


def test_a_move_is_told_and_has_its_reason(solution, editor):
    with pytest.raises(DoesNotHold):
        moving.move(by=editor, solution=solution, to=SolutionState.PARKED, reason=" ")
    moving.move(by=editor, solution=solution, to=SolutionState.DECLINED, reason="Bara för redaktionen.")
    assert not News.objects.get(what="state").is_public


# ---------------------------------------------------------------- one alone


def test_one_editor_screens_a_tip(solution, editor):
    with Events() as events:
        review = alone(editor, solution)
    assert events.verbs == ["closed_gate_review", "moved_solution"]
    solution.refresh_from_db()
    assert (solution.state, solution.due_on) == (SolutionState.SCREENED, dt.date(2027, 4, 14))
    assert (review.criteria_version, review.criteria_sha256) == ("2026-1", criteria.newest("G1").sha256)
    assert {fact["key"]: fact["holds"] for fact in review.facts} == {
        "effect": True, "contact": True, "other_regions": False}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"said": said("G1")[1:]}, "mark_S1"),
        ({"said": said("G1", S4="partly", comment=" ")}, "comment_S4"),
        ({"outcome": "perhaps"}, "outcome"),
        ({"reasons": " "}, "reasons"),
        ({"outcome": "with_conditions"}, "conditions"),
        ({"conditions": "Skriv enheten."}, "conditions"),
        ({"has_conflict": True}, "has_conflict"),
        ({"said": [*said("G1")[1:], {"criterion": "S1", "mark": "met", "link": "javascript:alert(1)"}]}, "link_S1"),
    ],
)
def test_a_trial_is_whole(solution, editor, wrong, field):
    with pytest.raises(DoesNotHold) as refusal:
        alone(editor, solution, **wrong)
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert not GateReview.objects.exists()


def test_a_tip_is_handed_back_and_comes_again(solution, editor, author):
    alone(editor, solution, outcome="back", reasons="Skriv enheten.")
    solution.refresh_from_db()
    assert (solution.state, solution.waits_for) == (SolutionState.IDENTIFIED, author)
    assert any("Komplettera tipset" in task.text for task in my_page(author)["waiting"])
    texts = {name: getattr(solution, name) for name in ("title", "specialty", "problem", "summary", "contact", "link")}
    with Events() as events:
        identifying.edit_tip(by=author, solution=solution, kind="ai", version=1, effect="40 minuter.", **texts)
    assert events.verbs == ["edited_tip", "handed_over_solution"]
    solution.refresh_from_db()
    assert solution.waits_for is None
    alone(editor, solution, outcome="declined", reasons="Finns redan nationellt.")
    solution.refresh_from_db()
    assert solution.state == SolutionState.DECLINED


def test_only_an_editor_tries_and_only_at_the_gate_where_it_stands(solution, editor, author, person):
    for other in (author, person(Role.CASE_OFFICER), person(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            alone(other, solution)
    for gate in ("G3", "G4", "G5"):
        with pytest.raises(WrongState):
            alone(editor, solution, gate)
    with pytest.raises(WrongState):
        alone(editor, solution, "G2")
    alone(editor, solution)
    with pytest.raises(WrongState):
        alone(editor, solution)


# ---------------------------------------------------------------- several together


def test_a_solution_is_qualified_by_three_from_two_regions(review, editor, judged, solution, regions):
    with Events() as events:
        done = close(editor, review, evidence="E0")
    assert events.verbs == ["closed_gate_review", "moved_solution"]
    solution.refresh_from_db()
    assert solution.state == SolutionState.QUALIFIED
    assert done.evidence == "E0"
    assert not Reviewer.objects.filter(dissents=True).exists()


def test_nobody_of_the_owners_region_judges_and_nobody_twice(review, editor, author, person, three):
    for own in (author, person(Role.REPRESENTATIVE, "14")):
        with pytest.raises(DoesNotHold) as refusal:
            seat(editor, review, own)
        assert "äger" in str(refusal.value.problems[0])
    with pytest.raises(DoesNotHold):
        seat(editor, review, person(Role.CASE_OFFICER))
    with pytest.raises(DoesNotHold):
        seat(editor, review, three[0], field="astrologi")
    seat(editor, review, three[0])
    with pytest.raises(DoesNotHold):
        seat(editor, review, three[0])
    with pytest.raises(NotAllowed):
        seat(three[0], review, three[1])


def test_somebody_with_a_role_in_the_owners_region_too_is_of_it(review, editor, three, regions):
    three[0].memberships.create(organisation=regions["14"], role=Role.AUTHOR, starts_on=dt.date(2026, 1, 1))
    with pytest.raises(DoesNotHold):
        seat(editor, review, three[0])


def test_it_takes_three_from_two_regions(review, editor, three, person):
    hand_in(seat(editor, review, three[0]))
    hand_in(seat(editor, review, person(Role.AUTHOR, "01")))
    with pytest.raises(DoesNotHold) as refusal:
        close(editor, review)
    assert len(refusal.value.problems) == 2
    hand_in(seat(editor, review, three[2]))
    with pytest.raises(DoesNotHold) as refusal:
        close(editor, review)
    assert [problem.rule for problem in refusal.value.problems] == ["enough_reviewers"]
    hand_in(seat(editor, review, three[1]))
    assert close(editor, review).outcome == "passed"


def test_a_conflict_is_declared_first_and_with_one_nothing_is_judged(review, editor, three):
    row = seat(editor, review, three[0])
    with pytest.raises(WrongState, match="jävig"):
        acts.judge_at_gate(by=three[0], reviewer=row, said=said("G2"))
    with pytest.raises(NotAllowed):
        acts.declare_at_gate(by=three[1], reviewer=row, has_conflict=False)
    with pytest.raises(DoesNotHold):
        acts.declare_at_gate(by=three[0], reviewer=row, has_conflict=True)
    with Events() as events:
        acts.declare_at_gate(by=three[0], reviewer=row, has_conflict=True, note="Jag säljer den.")
    assert events.verbs == ["declared_at_gate"]
    with pytest.raises(WrongState):
        acts.declare_at_gate(by=three[0], reviewer=row, has_conflict=False)
    with pytest.raises(WrongState, match="bedömer inte"):
        acts.judge_at_gate(by=three[0], reviewer=row, said=said("G2"))
    assert not any("Bedöm" in task.text for task in my_page(three[0])["waiting"])


def test_a_judgement_is_saved_handed_in_whole_and_then_stands(review, editor, three):
    row = seat(editor, review, three[0])
    acts.declare_at_gate(by=three[0], reviewer=row, has_conflict=False)
    with Events() as events:
        acts.judge_at_gate(by=three[0], reviewer=row, said=said("G2")[:3])
        acts.judge_at_gate(by=three[0], reviewer=row, said=[{"criterion": "Q1", "mark": ""}])
    assert events.verbs == ["judged_at_gate"] * 2
    assert sorted(row.judgements.values_list("criterion", flat=True)) == ["Q2", "Q3"]
    with pytest.raises(DoesNotHold) as refusal:
        acts.judge_at_gate(by=three[0], reviewer=row, said=said("G2")[:3], hand_in=True)
    assert {problem.field for problem in refusal.value.problems} >= {"mark_Q11", "recommends", "reasons"}
    with Events() as events:
        acts.judge_at_gate(
            by=three[0], reviewer=row, said=said("G2"), recommends="back", reasons="Mer data.", hand_in=True
        )
    assert events.verbs == ["handed_in_at_gate"]
    with pytest.raises(WrongState, match="redan inlämnad"):
        acts.judge_at_gate(by=three[0], reviewer=row, said=said("G2"), recommends="passed", reasons="x", hand_in=True)


def test_who_recommends_otherwise_is_shown_beside_the_outcome(review, editor, three, client, solution):
    hand_in(seat(editor, review, three[0]))
    hand_in(seat(editor, review, three[1]))
    hand_in(seat(editor, review, three[2]), "back", Q3="partly")
    close(editor, review, "with_conditions", conditions="Visa kostnaden i en region till före juni.")
    assert [row.person for row in Reviewer.objects.filter(dissents=True)] == three, "nobody asked for conditions"
    shown = client.get(f"/losningar/{solution.slug}/kvalificering/").content.decode()
    assert "Annan mening" in shown and "Visa kostnaden i en region till" in shown


def test_an_experts_no_stops_only_in_the_own_field(review, editor, three, solution):
    hand_in(seat(editor, review, three[0], "law"), "declined", Q4="not_met", Q9="not_met")
    hand_in(seat(editor, review, three[1], "method"), Q4="not_met")
    hand_in(seat(editor, review, three[2]), Q1="not_met")
    for outcome, conditions in (("passed", ""), ("with_conditions", "Lös juridiken.")):
        with pytest.raises(DoesNotHold) as refusal:
            close(editor, review, outcome, conditions=conditions)
        assert [(problem.rule, "Q4" in str(problem)) for problem in refusal.value.problems] == [
            ("outcome_respects_vetoes", True)
        ]
    close(editor, review, "back")
    solution.refresh_from_db()
    assert solution.state == SolutionState.NEEDS_EVIDENCE


marks = st.sampled_from(["met", "partly", "not_met", "not_applicable"])
fields = st.sampled_from(["", "law", "method"])
seats = st.builds(
    judging.Seat,
    who=st.just("X"),
    organisation=st.sampled_from(["01", "12", "delegation"]),
    is_region=st.booleans(),
    field=fields,
    has_conflict=st.booleans(),
    handed_in=st.booleans(),
    said=st.lists(st.builds(judging.Said, st.sampled_from(["Q1", "Q4"]), marks), max_size=2).map(tuple),
)


@given(st.lists(seats, max_size=6))
def test_only_those_who_handed_in_without_conflict_count(rows):
    of = {"Q1": "method", "Q4": "law"}
    for row, criterion in judging.vetoes(rows, of):
        assert row.counts and row.field == of[criterion]
    enough = not judging.enough_reviewers(rows)
    counting = [row for row in rows if row.handed_in and not row.has_conflict]
    assert enough == (len(counting) >= 3 and len({row.organisation for row in counting if row.is_region}) >= 2)


def test_back_means_more_and_then_again(review, editor, judged, solution, author, three, client_as):
    close(editor, review, "back")
    solution.refresh_from_db()
    assert (solution.state, solution.waits_for) == (SolutionState.NEEDS_EVIDENCE, author)
    with pytest.raises(NotAllowed):
        acts.hand_in_more(by=three[0], solution=solution, added="En studie.")
    url = f"/losningar/{solution.slug}/kvalificering/komplettera/"
    assert client_as(author).post(url, {"added": ""}).status_code == 422
    assert client_as(author).post(url, {"added": "En studie i två regioner."}).status_code == 302
    with pytest.raises(WrongState):
        acts.hand_in_more(by=author, solution=solution, added="Igen.")
    again = acts.open_review(by=editor, solution=solution)
    assert again.pk != review.pk and GateReview.objects.filter(solution=solution, gate="G2").count() == 2


def test_the_level_is_set_no_higher_than_the_evidence_reaches(review, editor, judged, solution, regions, author):
    with pytest.raises(DoesNotHold) as refusal:
        close(editor, review, evidence="E1")
    assert [problem.field for problem in refusal.value.problems] == ["evidence"]
    evidencing.add_evidence(
        by=author, solution=solution, region=regions["14"], title="T", design="controlled", organisation="Region A",
        setting="S", measure="min", source="Rapport", effect=D(-5), low=D(-9), high=D(-1),
    )  # fmt: skip
    close(editor, review, evidence="E2")
    solution.refresh_from_db()
    assert solution.evidence == "E2"


def test_a_closed_review_is_closed(review, editor, judged, person, three):
    close(editor, review)
    for act in (
        lambda: close(editor, review, "declined"),
        lambda: acts.cancel_review(by=editor, review=review, reason="x"),
        lambda: seat(editor, review, person(Role.AUTHOR, "03")),
        lambda: acts.judge_at_gate(by=three[0], reviewer=judged[0], said=said("G2")),
        lambda: acts.declare_at_gate(by=three[0], reviewer=judged[0], has_conflict=False),
    ):
        with pytest.raises(WrongState):
            act()


def test_two_editors_cannot_open_or_try_the_same(screened, editor, person):
    second = person(Role.CATALOGUE_EDITOR)
    acts.open_review(by=editor, solution=screened)
    with pytest.raises(WrongState, match="pågår redan"):
        acts.open_review(by=second, solution=screened)
    GateReview.objects.filter(state="open").update(state="cancelled")
    with pytest.raises(DoesNotHold):
        acts.open_review(by=second, solution=screened, due_on=dt.date(2027, 3, 14))


def test_a_review_is_broken_off_with_its_reason(review, editor, three, solution):
    with pytest.raises(NotAllowed):
        acts.cancel_review(by=three[0], review=review, reason="x")
    with pytest.raises(DoesNotHold):
        acts.cancel_review(by=editor, review=review, reason=" ")
    with Events() as events:
        acts.cancel_review(by=editor, review=review, reason="Ägaren drar tillbaka frågan.")
    assert events.verbs == ["cancelled_gate_review"]
    assert acts.open_review(by=editor, solution=solution).pk != review.pk


# ---------------------------------------------------------------- who sees what


def test_judgements_are_hidden_until_ones_own_are_handed_in(review, editor, three, person, author, solution):
    first, second = seat(editor, review, three[0]), seat(editor, review, three[1])
    hand_in(first)
    seen = lambda who: qualifying.told_review(who, qualifying.review_of(solution, review.pk)).is_seen  # noqa: E731
    assert [seen(who) for who in (three[0], editor, person(Role.AUDITOR))] == [True] * 3
    assert [seen(who) for who in (three[1], author, person(Role.CASE_OFFICER), None)] == [False] * 4
    assert all(
        not row.judged for row in qualifying.told_review(three[1], qualifying.review_of(solution, review.pk)).rows
    )
    hand_in(second)
    assert seen(three[1])


def test_an_editor_who_is_asked_to_judge_sees_nothing_first(review, editor, three, regions, person, solution):
    both = person(Role.CATALOGUE_EDITOR)
    both.memberships.create(organisation=regions["01"], role=Role.AUTHOR, starts_on=dt.date(2026, 1, 1))
    row = seat(editor, review, both)
    hand_in(seat(editor, review, three[1]))
    assert not qualifying.sees_judgements(both, qualifying.review_of(solution, review.pk))
    hand_in(row)
    assert qualifying.sees_judgements(both, qualifying.review_of(solution, review.pk))


def test_a_review_shows_the_words_it_was_made_by(review, editor, judged, solution, client, monkeypatch):
    close(editor, review)
    shown = client.get(f"/losningar/{solution.slug}/kvalificering/").content.decode()
    for one in criteria.criteria_of("G2", "2026-1").criteria:
        assert one.text in shown.replace("&#x27;", "'"), one.id
    assert "utgåva 2026-1" in shown


# ---------------------------------------------------------------- what the data says


def put(solution, state):
    Solution.objects.filter(pk=solution.pk).update(state=state)
    solution.refresh_from_db()


def test_a_gate_names_the_facts_that_it_knows():
    """Every `computed` of the newest criteria is answered by a fact, and every must has one."""
    for gate in ("G1", "G2", "G3", "G4", "G5"):
        named = {one.computed for one in criteria.newest(gate).criteria if one.computed}
        assert named <= set(FACTS[gate]), gate


FACTS = {
    "G1": ("effect", "contact", "other_regions"),
    "G2": ("evidence", "regulation", "demand"),
    "G3": tuple(facts.OF_THE_PACKAGE),
    "G4": ("published", "plain", "target_groups", "answering"),
    "G5": ("in_use", "confirmed", "fidelity"),
}


@pytest.mark.parametrize("gate", FACTS)
def test_the_facts_of_a_gate_are_those(solution, gate):
    found = facts.facts_of(solution, gate)
    assert tuple(found) == FACTS[gate]
    assert all(fact.says and (fact.holds or fact.mend or gate == "G3") for fact in found.values())


def test_what_the_gate_of_packaging_asks_is_what_a_package_tells(solution):
    """The names that the package gives its facts: one that is renamed there would otherwise never fail here."""
    known = {"package_exists", *(name for names in facts.OF_THE_PACKAGE.values() for name in names)}
    assert {fact.key for fact in facts_for_gate(solution)} <= known


@pytest.mark.parametrize(("gate", "state"), [("G3", "packaging"), ("G4", "packaged"), ("G5", "spreading")])
def test_no_gate_is_passed_while_the_data_says_no(solution, editor, author, gate, state):
    put(solution, state)
    for outcome, conditions in (("passed", ""), ("with_conditions", "Senare.")):
        with pytest.raises(DoesNotHold) as refusal:
            alone(editor, solution, gate, outcome, conditions=conditions)
        musts = [one for one in criteria.newest(gate).criteria if one.must]
        failing = [one for one in musts if not facts.facts_of(solution, gate)[one.computed].holds]
        assert failing and len(refusal.value.problems) == len(failing)
        for one, problem in zip(failing, refusal.value.problems, strict=True):
            assert one.id in str(problem) and problem.rule == "computed_musts_hold"
    alone(editor, solution, gate, "back", reasons="Inte än.")
    solution.refresh_from_db()
    assert (solution.state, solution.waits_for) == (state, author)


def test_a_solution_is_established_when_eleven_regions_use_it(solution, editor, person, regions):
    put(solution, "spreading")
    for code in list(regions)[:11]:
        by = person(Role.AUTHOR, code)
        step = actions.record_step(
            by=by, solution=solution, region=regions[code], stage=Stage.IN_USE, occurred_on=dt.date(2027, 1, 1),
            proof="Driftsättningsprotokoll § 12", **asked_at(Stage.IN_USE),
        )  # fmt: skip
        now = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
        Confirmation.objects.create(adoption=step.adoption, confirmed_by=by, confirmed_at=now)
        FidelityCheck.objects.create(
            adoption=step.adoption, checked_on=dt.date(2027, 2, 1), method="Journaler", planned=5, delivered=4,
            recorded_at=now,
        )  # fmt: skip
    assert all(fact.holds for fact in facts.facts_of(solution, "G5").values())
    alone(editor, solution, "G5")
    solution.refresh_from_db()
    assert solution.state == SolutionState.ESTABLISHED


def test_a_plain_text_and_a_package_are_communicated(solution, editor, author):
    put(solution, "packaged")
    solution.packages.create(number="1.0.0", state="published", started_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    Solution.objects.update(plain="ord " * 400, target_groups="Verksamhetschefer")
    solution.refresh_from_db()
    found = facts.facts_of(solution, "G4")
    assert all(fact.holds for fact in found.values()), found
    solution.questions.create(text="?", asked_by=author, asked_at=solution.proposed_at, due_on=dt.date(2027, 3, 1))
    assert not facts.facts_of(solution, "G4")["answering"].holds
    Solution.objects.update(plain="ord " * 401)
    solution.refresh_from_db()
    assert not facts.facts_of(solution, "G4")["plain"].holds
    solution.questions.all().delete()
    Solution.objects.update(plain="ord")
    alone(editor, solution, "G4")
    solution.refresh_from_db()
    assert solution.state == SolutionState.COMMUNICATED


# ---------------------------------------------------------------- the process, the queue, my page


def test_the_queue_has_the_latest_first(author, editor, regions, review, three):
    seat(editor, review, three[0])
    late = actions.propose(
        by=author, region=regions["14"], kind=SolutionKind.AI, title="Sen", specialty="s", problem="p", summary="s"
    )
    Solution.objects.filter(pk=late.pk).update(due_on=dt.date(2027, 3, 1))
    turns = processing.queue()
    assert [(turn.solution.title, turn.is_late) for turn in turns] == [("Sen", True), ("Tal till journal", False)]
    assert turns[1].note == "0 av 1 har lämnat in"
    rows = my_page(editor)
    assert [task.text for task in rows["late"]] == ["2 lösningar väntar på redaktionen, 1 försenade"]
    assert [task.text for task in my_page(three[0])["waiting"]] == ["Bedöm Tal till journal"]


def test_the_process_counts_days_and_what_is_late(solution, editor, client):
    with time_machine.travel(dt.datetime(2027, 3, 22, 9, tzinfo=dt.UTC), tick=False):
        alone(editor, solution)
    with time_machine.travel(dt.datetime(2027, 6, 1, 9, tzinfo=dt.UTC), tick=False):
        told = processing.process_for(None)
        steps = {step.state.value: step for step in told.steps}
        assert (steps["identified"].number, steps["identified"].days) == (0, 7)
        assert (steps["screened"].number, steps["screened"].late, told.late_number) == (1, 1, 1)
        shown = client.get("/losningar/processen/").content.decode()
        assert "Tal till journal" in shown and "katalogredaktionen" in shown
        assert "Ella Redaktör" not in shown and "Anna Ägare" not in shown


# ---------------------------------------------------------------- pages


def test_from_tip_to_qualified_through_the_pages(solution, editor, three, person, author, client_as, client):
    chief, base = client_as(editor), f"/losningar/{solution.slug}"
    g1 = {f"mark_{one.id}": "met" for one in criteria.newest("G1").criteria} | {
        "has_conflict": "no",
        "outcome": "passed",
    }
    assert solution.title in chief.get("/losningar/ko/").content.decode()
    page = chief.get(f"{base}/grind/g1/").content.decode()
    assert "Problemet och de som har det är namngivna." in page
    assert chief.post(f"{base}/grind/g1/", g1).status_code == 422
    assert chief.post(f"{base}/grind/g1/", {**g1, "reasons": "<script>alert(1)</script>"}).status_code == 302
    assert chief.post(f"{base}/grind/g1/", {**g1, "reasons": "Igen."}).status_code == 422
    assert chief.get(f"{base}/grind/g2/").status_code == chief.get(f"{base}/grind/g9/").status_code == 404
    assert client_as(author).get(f"{base}/grind/g3/").status_code == 403
    shown = client.get(f"{base}/kvalificering/").content.decode()
    assert "&lt;script&gt;" in shown and "<script>alert" not in shown
    assert chief.post(f"{base}/kvalificering/oppna/", {"due_on": "1 mars 2027"}).status_code == 422
    url = chief.post(f"{base}/kvalificering/oppna/", {"due_on": "2027-04-15"})["Location"]
    assert chief.post(f"{url}fraga/", {"fraga-person": str(author.pk)}).status_code == 422
    assert chief.post(f"{url}fraga/", {"fraga-person": ""}).status_code == 422
    for one in three:
        assert chief.post(f"{url}fraga/", {"fraga-person": str(one.pk), "fraga-field": ""}).status_code == 302
    assert client_as(author).get(f"{url}bedom/").status_code == 404
    g2 = {f"mark_{one.id}": "met" for one in criteria.newest("G2").criteria}
    for number, one in enumerate(three):
        reader = client_as(one)
        assert "Ange jäv" in reader.get(f"{url}bedom/").content.decode()
        assert reader.post(f"{url}bedom/", {"has_conflict": "yes"}).status_code == 422
        assert reader.post(f"{url}bedom/", {"has_conflict": "no"}).status_code == 302
        assert "Jag har läst allt." not in reader.get(url).content.decode()
        assert reader.post(f"{url}bedom/", {**g2, "reasons": f"Utkast {number}"}).status_code == 302
        assert f"Utkast {number}" in reader.get(f"{url}bedom/").content.decode()
        assert reader.post(f"{url}bedom/", {**g2, "lamna-in": "1"}).status_code == 422
        whole = {**g2, "recommends": "passed", "reasons": "Jag har läst allt.", "lamna-in": "1"}
        assert reader.post(f"{url}bedom/", whole).status_code == 302
        assert reader.get(f"{url}bedom/").status_code == 302
        assert "Jag har läst allt." in reader.get(url).content.decode()
        assert "Jag har läst allt." not in client.get(url).content.decode()
    assert chief.post(f"{url}avbryt/", {"avbryt-reason": ""}).status_code == 422
    bad = chief.post(f"{url}avgor/", {"avgor-outcome": "passed", "avgor-evidence": "E4", "avgor-reasons": "Bra."})
    assert bad.status_code == 422 and "Underlaget räcker till E0" in bad.content.decode()
    done = chief.post(f"{url}avgor/", {"avgor-outcome": "passed", "avgor-evidence": "E0", "avgor-reasons": "Bra."})
    assert done.status_code == 302
    solution.refresh_from_db()
    assert solution.state == SolutionState.QUALIFIED
    assert "Jag har läst allt." in client.get(url).content.decode()
    assert client.get(f"{base}/kvalificering/999/").status_code == 404
    assert client_as(person(Role.AUDITOR)).get("/losningar/ko/").status_code == 200


def test_the_pages_ask_as_much_for_one_reviewer_as_for_three(
    review, editor, three, solution, client, client_as, author, regions
):
    counts = {}
    chief = client_as(editor)
    for number, one in enumerate(three):
        hand_in(seat(editor, review, one))
        evidencing.add_evidence(
            by=author, solution=solution, region=regions["14"], title=f"T{number}", design="controlled",
            organisation="A", setting="S", measure="min", source="R", effect=D(-5), low=D(-9), high=D(-1),
        )  # fmt: skip
        base = f"/losningar/{solution.slug}/kvalificering/"
        for url in (f"{base}{review.pk}/", base, "/losningar/ko/"):
            with CaptureQueriesContext(connection) as asked:
                assert chief.get(url).status_code == 200
            counts.setdefault(url, []).append(len(asked))
    for url, found in counts.items():
        assert max(found) <= min(found) + 1 <= 26, (url, found)
