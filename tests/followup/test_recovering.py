"""Recovery: claim, hearing, relief, interest, repayment."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from hemtag.followup import queries
from hemtag.followup.actions import recovering
from hemtag.followup.models import RecoveryCase, RecoveryGround, RecoveryState
from hemtag.history.models import RegisterEntry
from hemtag.knowledge.models import DatedFact
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from tests.followup.making import Events


def at(year, month, day):
    return time_machine.travel(dt.datetime(year, month, day, 9, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def paid(after):
    after.paid()
    return after


def opened(after, claimed_sek=400_000, facts="Tjänsten tillsattes aldrig."):
    return recovering.open_recovery(
        by=after.officer,
        decision=after.decision,
        ground=RecoveryGround.UNUSED,
        claimed_sek=claimed_sek,
        facts=facts,
    )


def heard(after, **how):
    return recovering.hear(by=after.officer, case=opened(after, **how), due_on=dt.date(2027, 4, 1))


def stated(after, **how):
    return recovering.give_statement(
        by=after.representative, case=heard(after, **how), statement="Vi har sökt tre gånger."
    )


def decided(after, decided_sek=400_000, relief_reason=""):
    return recovering.decide_recovery(
        by=after.chair, case=stated(after), decided_sek=decided_sek, reasons="18 §.", relief_reason=relief_reason
    )


def test_the_whole_case(paid):
    with Events() as events:
        case = decided(paid)
        assert (case.decided_on, case.interest_from) == (dt.date(2027, 3, 15), dt.date(2027, 4, 15))
        assert case.interest_percent == Decimal("4.5")  # lending rate 2,5 + 2
        with at(2027, 9, 1):
            assert queries.interest_if_paid(case, dt.date(2027, 9, 1)) == 6_855
            case = recovering.record_repayment(by=paid.first, case=case, on=dt.date(2027, 8, 30))
    assert events.verbs == ["opened_recovery", "communicated_recovery", "stated", "decided_recovery", "repaid"]
    # By hand: 15 April to 30 August is 137 days; 400 000 · 4,5 % · 137 / 365 = 6 756,16.
    assert (case.repaid_sek, case.interest_sek) == (400_000, 6_756)
    lines = RegisterEntry.objects.filter(case_number=case.case_number).order_by("line")
    assert [line.direction for line in lines] == ["drawn_up", "out", "in", "out"]
    assert case.case_number != paid.application.submission.case_number


def test_no_interest_in_the_first_month(paid):
    case = decided(paid)
    with at(2027, 4, 15):
        assert recovering.record_repayment(by=paid.first, case=case, on=dt.date(2027, 4, 15)).interest_sek == 0


def test_the_margin_is_the_calls_own(paid):
    paid.call.rule_set = {"interest_margin_percentage_points": "3.5"}
    paid.call.save()
    assert decided(paid).interest_percent == Decimal("6.0")


@pytest.mark.parametrize("claimed", [0, -1, 1_000_001])
def test_a_claim_is_at_most_what_was_paid(paid, claimed):
    with pytest.raises(DoesNotHold) as refusal:
        opened(paid, claimed)
    assert refusal.value.problems[0].field == "claimed"
    assert not RecoveryCase.objects.exists()
    assert not RegisterEntry.objects.filter(subject__contains="återkrav").exists()


def test_the_same_money_is_not_claimed_twice(paid):
    opened(paid, 700_000)
    assert queries.claimable_sek(paid.decision) == 300_000
    with pytest.raises(DoesNotHold):
        opened(paid, 300_001)
    second = opened(paid, 300_000)
    recovering.close_recovery(by=paid.officer, case=second, reason="Felräknat.")
    assert queries.claimable_sek(paid.decision) == 300_000


def test_a_claim_needs_its_facts(paid):
    with pytest.raises(DoesNotHold) as refusal:
        opened(paid, facts=" ")
    assert refusal.value.problems[0].field == "facts"


def test_what_relief_leaves_can_be_claimed_again(paid):
    decided(paid, 100_000, "Ringa del.")
    assert queries.claimable_sek(paid.decision) == 900_000


def test_no_decision_before_the_region_is_heard(paid):
    case = opened(paid)
    with pytest.raises(WrongState, match="öppnat"):
        recovering.decide_recovery(by=paid.chair, case=case, decided_sek=0, reasons="x", relief_reason="y")
    case = recovering.hear(by=paid.officer, case=case, due_on=dt.date(2027, 4, 1))
    with at(2027, 4, 1), pytest.raises(DoesNotHold, match="2027-04-01"):
        recovering.decide_recovery(by=paid.chair, case=case, decided_sek=400_000, reasons="x")
    with at(2027, 4, 2):
        case = recovering.decide_recovery(by=paid.chair, case=case, decided_sek=400_000, reasons="x")
    assert case.state == RecoveryState.DECIDED


def test_the_region_gets_a_day_that_has_not_come(paid):
    case = opened(paid)
    with pytest.raises(DoesNotHold) as refusal:
        recovering.hear(by=paid.officer, case=case, due_on=dt.date(2027, 3, 15))
    assert refusal.value.problems[0].field == "due_on"
    case.refresh_from_db()
    assert case.state == RecoveryState.OPENED


def test_relief_needs_its_reason_and_reasons_are_given(paid):
    case = stated(paid)
    for values, field in (
        ({"decided_sek": 399_999, "reasons": "x"}, "relief_reason"),
        ({"decided_sek": 400_001, "reasons": "x"}, "decided"),
        ({"decided_sek": 400_000, "reasons": " "}, "reasons"),
    ):
        with pytest.raises(DoesNotHold) as refusal:
            recovering.decide_recovery(by=paid.chair, case=case, **values)
        assert [problem.field for problem in refusal.value.problems] == [field]
    case.refresh_from_db()
    assert case.state == RecoveryState.HEARING


def test_full_relief_ends_the_case(paid):
    case = decided(paid, 0, "Särskilda skäl.")
    assert case.state == RecoveryState.CLOSED
    with pytest.raises(WrongState):
        recovering.record_repayment(by=paid.first, case=case, on=dt.date(2027, 3, 15))


def test_no_decision_without_a_known_rate(paid):
    case = stated(paid)
    DatedFact.objects.all().delete()
    with pytest.raises(DoesNotHold, match="utlåningsränta"):
        recovering.decide_recovery(by=paid.chair, case=case, decided_sek=400_000, reasons="x")


def test_a_repayment_has_a_possible_day(paid):
    case = decided(paid)
    for day in (dt.date(2027, 3, 14), dt.date(2027, 3, 16)):
        with pytest.raises(DoesNotHold) as refusal:
            recovering.record_repayment(by=paid.first, case=case, on=day)
        assert refusal.value.problems[0].field == "on"


def test_nothing_happens_twice(paid):
    case = heard(paid)
    with pytest.raises(WrongState):
        recovering.hear(by=paid.officer, case=case, due_on=dt.date(2027, 5, 1))
    recovering.give_statement(by=paid.representative, case=case, statement="Ja.")
    with pytest.raises(WrongState, match="redan yttrat"):
        recovering.give_statement(by=paid.representative, case=case, statement="Nej.")
    case = recovering.decide_recovery(by=paid.chair, case=case, decided_sek=400_000, reasons="x")
    for act in (
        lambda: recovering.decide_recovery(by=paid.chair, case=case, decided_sek=400_000, reasons="x"),
        lambda: recovering.give_statement(by=paid.representative, case=case, statement="x"),
        lambda: recovering.close_recovery(by=paid.officer, case=case, reason="x"),
    ):
        with pytest.raises(WrongState, match="beslutat"):
            act()


def test_each_act_has_its_role(paid):
    everyone = {"officer", "chair", "first", "representative", "economist", "author", "stockholm", "auditor"}
    case = opened(paid)
    acts = [
        (
            {"officer"},
            lambda by: (
                opened(paid)
                if by == paid.officer
                else recovering.open_recovery(
                    by=by, decision=paid.decision, ground=RecoveryGround.UNUSED, claimed_sek=1, facts="x"
                )
            ),
        ),
        ({"officer"}, lambda by: recovering.hear(by=by, case=case, due_on=dt.date(2027, 4, 1))),
        ({"officer"}, lambda by: recovering.close_recovery(by=by, case=case, reason="x")),
        ({"representative"}, lambda by: recovering.give_statement(by=by, case=case, statement="x")),
        ({"chair"}, lambda by: recovering.decide_recovery(by=by, case=case, decided_sek=1, reasons="x")),
        ({"first"}, lambda by: recovering.record_repayment(by=by, case=case, on=dt.date(2027, 3, 15))),
    ]
    for may, act in acts:
        for who in everyone - may:
            with pytest.raises(NotAllowed):
                act(getattr(paid, who))


def test_a_case_through_the_pages(paid, client_as):
    officer, region = client_as(paid.officer), client_as(paid.representative)
    url = f"/uppfoljning/{paid.application.number}/aterkrav/"
    assert region.get(url).status_code == 403
    data = {"ground": "unused", "claimed": "2 000 000", "facts": "min långa text"}
    wrong = officer.post(url, data)
    assert wrong.status_code == 422
    assert "min långa text" in wrong.content.decode()
    assert "2 000 000" in wrong.content.decode()
    opened = officer.post(url, {**data, "claimed": "400 000"})
    assert opened.status_code == 302
    page = opened["Location"]
    assert client_as(paid.stranger).get(page).status_code == 404
    assert officer.post(f"{page}kommunicera/", {"due_on": "2027-03-01"}).status_code == 422
    assert officer.post(f"{page}kommunicera/", {"due_on": "2027-04-01"}).status_code == 302
    assert "Beslut kan fattas när" in client_as(paid.chair).get(page).content.decode()
    assert "Yttra er" in region.get(page).content.decode()
    assert region.post(f"{page}yttrande/", {"statement": "<img src=x> nej"}).status_code == 302
    shown = officer.get(page).content.decode()
    assert "&lt;img src=x&gt; nej" in shown
    assert "<img src=x>" not in shown
    chair = client_as(paid.chair)
    lower = chair.post(f"{page}besluta/", {"decided": "1 000", "reasons": "mina skäl", "relief_reason": ""})
    assert lower.status_code == 422
    assert "mina skäl" in lower.content.decode()
    assert chair.post(f"{page}besluta/", {"decided": "400 000", "reasons": "mina skäl"}).status_code == 302
    payer = client_as(paid.first)
    assert "ränta" in payer.get(page).content.decode()
    assert payer.post(f"{page}betalt/", {"on": "2027-03-20"}).status_code == 422
    assert payer.post(f"{page}betalt/", {"on": "2027-03-15"}).status_code == 302
    assert client_as(paid.auditor).get(page).status_code == 200
    assert client_as(paid.auditor).post(f"{page}avsluta/", {"reason": "x"}).status_code == 403
