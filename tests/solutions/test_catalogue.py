"""The catalogue: proposed, settled, introduced in region after region with dated proof."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from hemtag.history.models import Event
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from hemtag.solutions import actions, checks, queries
from hemtag.solutions.checks.waiting import GATE_OF, moved_by_hand
from hemtag.solutions.models import (
    SOLUTION_NEXT,
    AdoptionStep,
    Solution,
    SolutionKind,
    SolutionState,
    Stage,
)
from tests.followup.making import Events
from tests.knowledge.test_documents import PDF
from tests.solutions.steps import asked_at
from tests.solutions.trying import screen

TODAY = dt.date(2027, 3, 15)


@pytest.fixture(autouse=True)
def _the_day():
    with time_machine.travel(dt.datetime(2027, 3, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def author(person):
    return person(Role.AUTHOR, "14")


@pytest.fixture
def stockholm(person):
    return person(Role.ECONOMIST, "01")


@pytest.fixture
def editor(person):
    return person(Role.CATALOGUE_EDITOR)


@pytest.fixture
def auditor(person):
    return person(Role.AUDITOR)


def propose(by, region, **other):
    values = {
        "kind": SolutionKind.AI,
        "title": "Röntgengranskning",
        "specialty": "bilddiagnostik",
        "problem": "Köer.",
        "summary": "AI läser först.",
    }
    return actions.propose(by=by, region=region, **{**values, **other})


def step(by, solution, region, stage, on=TODAY, proof="Regionstyrelsen § 12", **other):
    return actions.record_step(
        by=by, solution=solution, region=region, stage=stage, occurred_on=on, proof=proof, **asked_at(stage) | other
    )


@pytest.fixture
def solution(author, regions):
    return propose(author, regions["14"])


@pytest.fixture
def published(solution, editor):
    return screen(editor, solution)


# ---------------------------------------------------------------- proposing and settling


def test_each_step_leaves_its_event(author, editor, stockholm, regions):
    with Events() as events:
        solution = propose(author, regions["14"])
        screen(editor, solution)
        step(stockholm, solution, regions["01"], Stage.IN_USE)
    assert events.verbs == ["proposed_solution", "closed_gate_review", "moved_solution", "recorded_step"]


@pytest.mark.parametrize("field", ["title", "specialty", "problem", "summary"])
def test_a_proposal_is_described(author, regions, field):
    with pytest.raises(DoesNotHold) as refusal:
        propose(author, regions["14"], **{field: "  "})
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_a_region_proposes_in_its_own_name(stockholm, editor, auditor, person, regions):
    for other in (stockholm, editor, auditor, person(Role.CASE_OFFICER)):
        with pytest.raises(NotAllowed):
            propose(other, regions["14"])


def test_every_move_by_hand_is_in_the_table_and_no_gate_is_gone_round(solution, editor, author, regions):
    other = propose(author, regions["14"], title="En annan")
    for start in SolutionState:
        for to in SolutionState:
            Solution.objects.filter(pk=solution.pk).update(state=start)
            given = {"by": editor, "solution": solution, "to": to, "reason": "x", "leads_to": other}
            if to in SOLUTION_NEXT[start] and moved_by_hand(start, to):
                assert actions.settle(**given).state == to
            else:
                with pytest.raises(WrongState):
                    actions.settle(**given)
    left = {pair for pair in GATE_OF if pair[1] not in SOLUTION_NEXT[pair[0]]}
    assert not left, "a gate leads where the table does"


def test_what_is_superseded_leads_to_what_lives(solution, editor, author, regions, client_as):
    other = propose(author, regions["14"], title="Den nya")
    Solution.objects.filter(pk=solution.pk).update(state=SolutionState.ESTABLISHED)
    for leads_to in (None, solution):
        with pytest.raises(DoesNotHold):
            actions.settle(by=editor, solution=solution, to=SolutionState.SUPERSEDED, reason="x", leads_to=leads_to)
    chief, data = client_as(editor), {"to": "superseded", "reason": "Bättre finns."}
    url = f"/losningar/{solution.slug}/avgor/"
    assert chief.post(url, {**data, "successor": "finns inte"}).status_code == 422
    assert chief.post(url, {**data, "successor": "Den nya"}).status_code == 302
    assert Solution.objects.get(pk=solution.pk).leads_to == other


def test_only_the_editor_settles_and_says_why(solution, editor, author, auditor, person):
    for other in (author, auditor, person(Role.CASE_OFFICER)):
        with pytest.raises(NotAllowed):
            actions.settle(by=other, solution=solution, to=SolutionState.PARKED, reason="x")
    with pytest.raises(DoesNotHold):
        actions.settle(by=editor, solution=solution, to=SolutionState.PARKED, reason=" ")
    with pytest.raises(WrongState):
        actions.settle(by=editor, solution=solution, to=SolutionState.SCREENED, reason="Utan grind.")
    assert Solution.objects.get().state == SolutionState.IDENTIFIED


def test_a_granted_block_comes_once(person, regions):
    officer = person(Role.CASE_OFFICER)
    values = {
        "by": officer,
        "owner": regions["14"],
        "kind": SolutionKind.AI,
        "title": "T",
        "specialty": "s",
        "problem": "p",
        "summary": "s",
        "origin": "D-1, block 1",
        "origin_key": "block-1",
    }
    actions.propose_from_grant(**values)
    with pytest.raises(WrongState):
        actions.propose_from_grant(**values)
    assert actions.propose_from_grant(**{**values, "origin_key": "block-2"}).slug == "t-2"


# ---------------------------------------------------------------- steps


@pytest.mark.parametrize(
    "on", [TODAY + dt.timedelta(days=1), dt.date(1989, 12, 31), dt.date(2027, 1, 31)], ids=["future", "old", "before"]
)
def test_a_step_has_a_possible_day(published, stockholm, regions, on):
    step(stockholm, published, regions["01"], Stage.DECIDED, dt.date(2027, 2, 1))
    with pytest.raises(DoesNotHold) as refusal:
        step(stockholm, published, regions["01"], Stage.IN_USE, on)
    assert [problem.field for problem in refusal.value.problems] == ["occurred_on"]
    assert AdoptionStep.objects.count() == 1


@given(st.dates(), st.dates(), st.none() | st.dates())
def test_what_is_taken_is_never_in_the_future_or_before_the_last(on, today, latest):
    if not checks.step_is_dated_in_the_past(on, today, latest):
        assert on <= today
        assert latest is None or latest <= on


def test_a_step_has_its_proof(published, stockholm, regions):
    with pytest.raises(DoesNotHold) as refusal:
        step(stockholm, published, regions["01"], Stage.IN_USE, proof="ja")
    assert [problem.field for problem in refusal.value.problems] == ["proof"]
    assert not published.adoptions.exists()


def test_only_the_adopting_region_says_how_far_it_is(published, author, editor, auditor, person, regions):
    for other in (author, editor, auditor, person(Role.CASE_OFFICER)):
        with pytest.raises(NotAllowed):
            step(other, published, regions["01"], Stage.IN_USE)


@pytest.mark.parametrize("state", [SolutionState.RETIRED, SolutionState.DECLINED])
def test_what_is_withdrawn_takes_no_more_steps(published, stockholm, regions, state):
    step(stockholm, published, regions["01"], Stage.DECIDED)
    Solution.objects.update(state=state)
    with pytest.raises(WrongState):
        step(stockholm, published, regions["01"], Stage.IN_USE)
    assert AdoptionStep.objects.count() == 1


def test_a_refused_file_stops_the_step(published, stockholm, regions):
    with pytest.raises(DoesNotHold), Events() as events:
        step(stockholm, published, regions["01"], Stage.IN_USE, file=("virus.exe", b"MZ"))
    assert events.verbs == []
    assert not published.adoptions.exists()


def test_steps_are_appended(published, stockholm, regions):
    step(stockholm, published, regions["01"], Stage.DECIDED, dt.date(2027, 1, 1))
    step(stockholm, published, regions["01"], Stage.IN_USE, dt.date(2027, 2, 1))
    rows = queries.stages_of(published)
    assert len(rows) == 21
    mine = next(row for row in rows if row.region.code == "01")
    assert [s.stage for s in mine.steps] == ["decided", "in_use"]
    assert mine.stage == "in_use"
    spread = {code: number for code, _word, number in queries.spread(rows)}
    assert (spread[""], spread["in_use"], spread["decided"]) == (20, 1, 0)


# ---------------------------------------------------------------- who sees what


def test_who_sees_a_declined_solution(solution, editor, author, stockholm, auditor, person):
    actions.settle(by=editor, solution=solution, to=SolutionState.DECLINED, reason="Finns redan.")
    for reader in (author, editor, auditor, person(Role.CASE_OFFICER)):
        assert queries.solution_called(reader, solution.slug) == solution
    for other in (stockholm, None):
        with pytest.raises(Solution.DoesNotExist):
            queries.solution_called(other, solution.slug)
        assert not queries.catalogue(other).exists()


def test_the_catalogue_counts_by_the_newest_step(published, author, stockholm, person, regions):
    step(stockholm, published, regions["01"], Stage.IN_USE, dt.date(2027, 1, 1))
    step(author, published, regions["14"], Stage.IN_USE, dt.date(2027, 1, 1))
    step(author, published, regions["14"], Stage.DISCONTINUED, dt.date(2027, 2, 1))
    step(person(Role.AUTHOR, "12"), published, regions["12"], Stage.DECLINED)
    row = queries.catalogue(None).get()
    assert (row.in_use, row.begun) == (1, 2)
    assert [adoption.stage for adoption in queries.adoptions_in(regions["14"])] == ["discontinued"]


def test_the_catalogue_is_searched_and_sifted(author, regions):
    propose(author, regions["14"])
    propose(author, regions["14"], title="Ronder på distans", kind=SolutionKind.WAY_OF_WORKING, specialty="primärvård")
    titles = lambda **sought: [row.title for row in queries.catalogue(None, **sought)]  # noqa: E731
    assert titles() == ["Ronder på distans", "Röntgengranskning"]
    assert titles(text="distans primärvård") == ["Ronder på distans"]
    assert titles(text="distans bilddiagnostik") == []
    assert titles(states=["screened", "identified"]) == titles()
    assert titles(states=["screened"]) == []


def test_the_pages_ask_as_much_for_one_as_for_three(author, editor, regions, person, client):
    counts = {}
    first = propose(author, regions["14"])
    adopters = [(person(Role.AUTHOR, code), regions[code]) for code in ("01", "03", "04")]
    step(adopters[0][0], first, adopters[0][1], Stage.DECIDED)
    for more in (0, 2):
        for number in range(more):
            other = propose(author, regions["14"], title=f"Nr {number}")
            by, region = adopters[1 + number]
            step(by, first, region, Stage.DECIDED)
            step(by, other, region, Stage.IN_USE)
        for url in ("/losningar/", f"/losningar/{first.slug}/"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counts.setdefault(url, []).append(len(asked))
    for url, (one, three) in counts.items():
        assert one == three <= 16, (url, one, three)


# ---------------------------------------------------------------- pages


def test_a_solution_from_proposal_to_use_through_the_pages(author, editor, stockholm, auditor, client_as, client):
    writer, chief, other = client_as(author), client_as(editor), client_as(stockholm)
    data = {
        "region": "14",
        "kind": "ai",
        "title": "<script>alert(1)</script>",
        "specialty": "bilddiagnostik",
        "problem": "min långa text",
        "summary": "",
    }
    wrong = writer.post("/losningar/foresla/", data)
    assert wrong.status_code == 422
    assert "min långa text" in wrong.content.decode()
    assert writer.post("/losningar/foresla/", {**data, "summary": "Så.", "region": "01"}).status_code == 422
    assert writer.post("/losningar/foresla/", {**data, "summary": "Så.", "kind": ""}).status_code == 422
    made = writer.post("/losningar/foresla/", {**data, "summary": "Så."})
    assert made.status_code == 302
    url = made["Location"]
    for page in ("/losningar/", url):
        shown = client.get(page).content.decode()
        assert "&lt;script&gt;alert(1)" in shown
        assert "<script>alert(1)" not in shown
    assert writer.get(f"{url}avgor/").status_code == 403
    assert chief.post(f"{url}avgor/", {"to": "withdrawn", "reason": "x"}).status_code == 422
    assert chief.post(f"{url}avgor/", {"to": "screened", "reason": "Bra."}).status_code == 422, "that is for the gate"
    assert chief.post(f"{url}avgor/", {"to": "parked", "reason": "Väntar."}).status_code == 302
    assert chief.post(f"{url}avgor/", {"to": "parked", "reason": "Väntar."}).status_code == 422
    assert chief.post(f"{url}avgor/", {"to": "identified", "reason": "Tas upp igen."}).status_code == 302
    new = f"{url}inforanden/nytt/"
    assert client.get(new).status_code == 302
    taken = {"region": "01", "stage": "in_use", "occurred_on": "2027-03-16", "proof": "Driftsatt enligt protokoll"}
    taken |= asked_at(Stage.IN_USE)
    late = other.post(new, taken)
    assert late.status_code == 422
    assert "Driftsatt enligt protokoll" in late.content.decode()
    bad = SimpleUploadedFile("bild.svg", b"<svg onload=alert(1)>")
    refused = other.post(new, {**taken, "occurred_on": "1 mars 2027", "file": bad})
    assert refused.status_code == 422
    assert "Filtypen .svg" in refused.content.decode()
    good = SimpleUploadedFile("../protokoll.pdf", PDF)
    assert other.post(new, {**taken, "occurred_on": "1 mars 2027", "file": good}).status_code == 302
    again = other.post(new, {**taken, "occurred_on": "1 mars 2027"})
    assert again.status_code == 422
    assert AdoptionStep.objects.count() == 1
    shown = client.get(url).content.decode()
    assert "1 mars 2027" in shown
    served = client.get(f"{url}inforanden/{AdoptionStep.objects.get().pk}/belagg/")
    assert served.content == PDF
    assert served["Content-Disposition"] == 'attachment; filename="protokoll.pdf"'
    assert served["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"{url}inforanden/999/belagg/").status_code == 404
    assert client.get("/losningar/finns-inte/").status_code == 404
    watcher = client_as(auditor)
    assert watcher.get(new).status_code == 200
    assert watcher.post(new, taken).status_code == 403
    assert Event.objects.filter(verb="recorded_step").count() == 1


def test_a_file_that_is_too_large_is_refused_with_the_rest_kept(solution, stockholm, client_as, settings):
    settings.MAX_FILE_BYTES = 1000
    taken = {"region": "01", "stage": "in_use", "occurred_on": "2027-03-01", "proof": "Driftsatt enligt protokoll"}
    answer = client_as(stockholm).post(
        f"/losningar/{solution.slug}/inforanden/nytt/",
        {**taken, **asked_at(Stage.IN_USE), "file": SimpleUploadedFile("stor.pdf", PDF + b" " * 2_000_000)},
    )
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "tas emot" in shown
    assert "Driftsatt enligt protokoll" in shown
    assert not AdoptionStep.objects.exists()
