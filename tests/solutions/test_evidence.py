"""Evidence: numbers that can be true, the level that several pieces reach, and how it is added and retracted."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from hemtag.solutions import actions, queries
from hemtag.solutions.actions import evidencing
from hemtag.solutions.checks.evidence import LEVELS, Item, evidence_holds, level_is_reached, level_of
from hemtag.solutions.forms.qualifying import EvidenceForm
from hemtag.solutions.models import EvidenceItem, SolutionKind
from hemtag.solutions.queries.evidencing import reached
from tests.followup.making import Events
from tests.knowledge.test_documents import PDF

TODAY = dt.date(2027, 3, 15)
D = Decimal


def item(design="before_after", where="Region A", effect=-10, low=-15, high=-5, **other):
    numbers = {"effect": effect, "low": low, "high": high}
    numbers = {name: None if value is None else D(value) for name, value in numbers.items()}
    return Item(design=design, organisation=where, **numbers, **other)


LONG = {"starts_on": dt.date(2024, 1, 1), "ends_on": dt.date(2026, 1, 1)}


@pytest.mark.parametrize(
    ("items", "level"),
    [
        ([], "E0"),
        ([item("opinion")], "E0"),
        ([item(effect=None, low=None, high=None)], "E0"),
        ([item(effect=3, low=1, high=5)], "E0"),
        ([item(failed=True)], "E0"),
        ([item(low=None, high=None)], "E1"),
        ([item(low=-20, high=3)], "E1"),
        ([item("time_series", low=-20, high=3)], "E2"),
        ([item("controlled")], "E2"),
        ([item("randomised")], "E2"),
        ([item("controlled"), item("controlled", low=-9, high=-2, effect=-5)], "E2"),
        ([item(), item(where="Region B")], "E3"),
        ([item(), item(where=" region a ")], "E1"),
        ([item(), item(where="Region B", low=-20, high=3)], "E1"),
        ([item(), item(where="Region B"), item(where="Region C", failed=True)], "E3"),
        ([item(), item(where="Region B"), item(where="Region C", effect=4, low=1, high=9)], "E1"),
        ([item("controlled"), item(where="B"), item(where="C", effect=4, low=1, high=9)], "E2"),
        ([item("multi_site", low=-20, high=3)], "E2"),
        ([item("multi_site")], "E4"),
        ([item("multi_site", verified_by="Högskolan", **LONG)], "E5"),
        ([item(verified_by="Högskolan", **LONG), item(where="Region B")], "E5"),
        ([item(verified_by="REGION ÄGARE ", **LONG), item(where="Region B")], "E3"),
        ([item(verified_by="Högskolan", starts_on=dt.date(2025, 1, 1), ends_on=dt.date(2026, 1, 1)),
          item(where="Region B")], "E3"),
        ([item(verified_by="Högskolan", **LONG)], "E1"),
        ([item(effect=2, low=D("1.5"), high=3, no_effect=D(1), lower_is_better=False)], "E1"),
        ([item(effect=D("0.8"), low=D("0.7"), high=D("0.9"), no_effect=D(1), lower_is_better=False)], "E0"),
    ],
)  # fmt: skip
def test_the_level_follows_the_convention(items, level):
    found = level_of(items, "Region Ägare")
    assert found.code == level, found.reasons
    assert found.reasons and all(found.reasons)
    assert bool(found.missing) == (level != "E5")


numbers = st.none() | st.integers(-50, 50).map(Decimal)
designs = st.sampled_from(["opinion", "before_after", "time_series", "controlled", "multi_site", "randomised"])
places = st.sampled_from(["A", "B", "C"])
many = st.lists(st.builds(Item, designs, places, numbers, numbers, numbers, failed=st.booleans()), max_size=6)


@given(many, places)
def test_what_is_known_is_never_beyond_the_scale_and_order_does_not_matter(items, owner):
    found = level_of(items, owner)
    assert found.code in LEVELS
    assert level_of(items[::-1], owner).code == found.code


@given(many)
def test_a_claim_or_a_failed_trial_adds_nothing(items):
    more = [*items, Item("opinion", "D"), Item("controlled", "E", D(-5), D(-9), D(-2), failed=True)]
    assert level_of(more).code == level_of(items).code


def test_no_higher_level_than_the_evidence_reaches():
    assert level_is_reached("E2", "E2") == level_is_reached("E0", "E4") == []
    assert [problem.field for problem in level_is_reached("E3", "E2")] == ["evidence"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"low": -5, "high": -15}, "low"),
        ({"low": None}, "low"),
        ({"high": None}, "low"),
        ({"effect": 7}, "effect"),
        ({"effect": None}, "effect"),
        ({"n": 0}, "n"),
        ({"n": -3}, "n"),
        ({"starts_on": dt.date(2027, 2, 1), "ends_on": dt.date(2027, 1, 1)}, "ends_on"),
        ({"ends_on": TODAY + dt.timedelta(days=1)}, "ends_on"),
        ({"starts_on": dt.date(2030, 1, 1)}, "starts_on"),
    ],
)
def test_numbers_that_cannot_be_true_are_refused(wrong, field):
    assert [problem.field for problem in evidence_holds(item(**wrong), TODAY)] == [field]


def test_a_number_that_no_column_holds_is_refused_at_its_field():
    assert "n" in EvidenceForm({"n": "3000000000"}, regions=[]).errors
    assert "n" not in EvidenceForm({"n": "2000000000"}, regions=[]).errors


def test_numbers_that_can_be_true_are_taken():
    assert evidence_holds(item(n=1, starts_on=TODAY, ends_on=TODAY), TODAY) == []
    assert evidence_holds(item(effect=None, low=None, high=None), TODAY) == []


# ---------------------------------------------------------------- added and retracted

GIVEN = {
    "title": "Före och efter på tolv vårdcentraler",
    "design": "before_after",
    "organisation": "Region Skåne",
    "setting": "Tolv vårdcentraler",
    "measure": "minuter per läkare och dag",
    "source": "Rapport 2027:3",
}
NUMBERS = {"effect": D("-12.5"), "low": D("-18"), "high": D("-7"), "n": 140}


@pytest.fixture(autouse=True)
def _the_day():
    with time_machine.travel(dt.datetime(2027, 3, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def author(person):
    return person(Role.AUTHOR, "14")


@pytest.fixture
def solution(author, regions):
    return actions.propose(
        by=author,
        region=regions["14"],
        kind=SolutionKind.AI,
        title="Tal till journal",
        specialty="primärvård",
        problem="Mycket dokumentation.",
        summary="Talet blir text.",
    )


def test_evidence_is_added_and_retracted_but_never_deleted(author, solution, regions, person):
    other = person(Role.ECONOMIST, "12")
    with Events() as events:
        row = evidencing.add_evidence(by=other, solution=solution, region=regions["12"], **GIVEN, **NUMBERS)
    assert events.verbs == ["added_evidence"]
    assert reached(solution).code == "E1"
    with pytest.raises(NotAllowed):
        evidencing.retract_evidence(by=author, item=row, reason="Fel.")
    with pytest.raises(DoesNotHold):
        evidencing.retract_evidence(by=other, item=row, reason=" ")
    with Events() as events:
        evidencing.retract_evidence(by=other, item=row, reason="Fel nämnare.")
    assert events.verbs == ["retracted_evidence"]
    assert reached(solution).code == "E0"
    assert EvidenceItem.objects.get().retracted_reason == "Fel nämnare."
    with pytest.raises(WrongState):
        evidencing.retract_evidence(by=other, item=row, reason="Igen.")


@pytest.mark.parametrize("field", ["title", "organisation", "setting", "measure", "source"])
def test_evidence_says_what_and_where(author, solution, regions, field):
    with pytest.raises(DoesNotHold) as refusal:
        evidencing.add_evidence(by=author, solution=solution, region=regions["14"], **{**GIVEN, field: " "})
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_nobody_adds_in_the_name_of_another_region(author, solution, regions, person):
    for by in (author, person(Role.AUDITOR), person(Role.CASE_OFFICER)):
        with pytest.raises(NotAllowed):
            evidencing.add_evidence(by=by, solution=solution, region=regions["12"], **GIVEN)
    with pytest.raises(NotAllowed):
        evidencing.add_evidence(by=author, solution=solution, **GIVEN)
    assert evidencing.add_evidence(by=person(Role.CATALOGUE_EDITOR), solution=solution, **GIVEN).region is None


def test_evidence_through_its_page(author, solution, client_as, client):
    writer, url = client_as(author), f"/losningar/{solution.slug}/evidens/ny/"
    script = "<script>alert(1)</script>"
    data = {
        **GIVEN,
        "title": script,
        "source": script,
        "bias": script,
        "region": "14",
        "no_effect": "0",
        "better": "lower",
    }
    wrong = writer.post(url, {**data, "low": "5", "high": "-5", "effect": "0", "n": "0"})
    assert wrong.status_code == 422
    assert "Den låga gränsen är högre" in wrong.content.decode()
    assert "Antalet är minst 1" in wrong.content.decode()
    bad = SimpleUploadedFile("bild.svg", b"<svg onload=alert(1)>")
    assert writer.post(url, {**data, "file": bad}).status_code == 422
    assert writer.post(url, {**data, "effect": "många"}).status_code == 422
    good = SimpleUploadedFile("rapport.pdf", PDF)
    taken = writer.post(url, {**data, "effect": "-12,5", "low": "-18", "high": "-7,25", "file": good})
    assert taken.status_code == 302
    row = EvidenceItem.objects.get()
    assert (row.effect, row.high) == (D("-12.5"), D("-7.25"))
    shown = client.get(f"/losningar/{solution.slug}/kvalificering/").content.decode()
    assert "&lt;script&gt;alert(1)" in shown and "<script>alert(1)" not in shown
    assert "−12,5" in shown and "−18" in shown and "Ingen effekt" in shown
    served = client.get(f"/losningar/{solution.slug}/evidens/{row.pk}/fil/")
    assert served.content == PDF
    assert client.get(f"/losningar/{solution.slug}/evidens/999/fil/").status_code == 404
    back = f"/losningar/{solution.slug}/evidens/{row.pk}/aterkalla/"
    assert writer.post(back, {"reason": ""}).status_code == 422
    assert writer.post(back, {"reason": "Fel tal."}).status_code == 302
    assert "Fel tal." in client.get(f"/losningar/{solution.slug}/kvalificering/").content.decode()
    assert queries.solution_called(None, solution.slug).evidence == "E0"
