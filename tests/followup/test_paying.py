"""Payments by two, distribution to the krona, statements."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hemtag.followup import queries, rules
from hemtag.followup.actions import paying
from hemtag.followup.models import Contribution, Payment, PaymentState
from hemtag.grants.models import Cost
from hemtag.history.models import RegisterEntry
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState
from tests.followup.making import DAY, Events

HALF = {"basis_from": dt.date(2026, 7, 1), "basis_to": dt.date(2026, 12, 31)}


def problem(refusal):
    return refusal.value.problems[0].field


# ---------------------------------------------------------------- two people


def test_two_people_pay(after):
    with Events() as events:
        payment = after.paid()
    assert events.verbs == ["prepared_payment", "approved_payment", "paid"]
    assert payment.state == PaymentState.PAID
    assert [a.person for a in payment.approvals.all()] == [after.first, after.second]
    line = RegisterEntry.objects.get()
    assert line.case_number == after.application.submission.case_number
    assert line.direction == "out"


def test_the_same_person_cannot_approve_twice(after):
    payment = after.prepared()
    with pytest.raises(NotAllowed, match="En annan person"):
        paying.approve_payment(by=after.first, payment=payment)
    payment.refresh_from_db()
    assert payment.state == PaymentState.PREPARED
    assert payment.approvals.count() == 1


def test_a_payment_is_not_paid_on_one_approval(after):
    payment = after.prepared()
    with pytest.raises(WrongState, match="inte attesterad av två"):
        paying.mark_paid(by=after.second, payment=payment, on=DAY, reference="BG 1")


@pytest.mark.parametrize("who", ["officer", "chair", "representative", "economist", "stranger", "auditor"])
def test_only_payments_officers_pay(after, who):
    person = getattr(after, who)
    with pytest.raises(NotAllowed):
        paying.prepare_payment(by=person, planned=after.planned, amount_sek=1_000_000)
    payment = after.prepared()
    for act in (
        lambda: paying.approve_payment(by=person, payment=payment),
        lambda: paying.mark_paid(by=person, payment=payment, on=DAY, reference="x"),
        lambda: paying.withhold_payment(by=person, payment=payment, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_second_click_changes_nothing(after):
    payment = after.prepared()
    with pytest.raises(WrongState, match="redan förberedd"):
        after.prepared()
    paying.approve_payment(by=after.second, payment=payment)
    with pytest.raises(WrongState, match="attesterad av två"):
        paying.approve_payment(by=after.second, payment=payment)
    paying.mark_paid(by=after.first, payment=payment, on=DAY, reference="BG 1")
    with pytest.raises(WrongState, match="utbetald"), Events() as events:
        paying.mark_paid(by=after.first, payment=payment, on=DAY, reference="BG 1")
    assert events.verbs == []
    assert Payment.objects.count() == 1
    assert RegisterEntry.objects.count() == 1
    assert queries.paid_sek(after.decision) == 1_000_000


def test_never_more_than_the_plan_and_less_with_its_reason(after):
    for amount, reason, field in ((1_000_001, "x", "amount"), (999_999, "", "reason"), (0, "x", "amount")):
        with pytest.raises(DoesNotHold) as refusal:
            after.prepared(amount, reason)
        assert problem(refusal) == field
    assert Payment.objects.count() == 0
    assert after.prepared(999_999, "En del är redan betald.").withheld_reason == "En del är redan betald."


def test_a_reason_without_a_lower_amount_is_no_withholding(after):
    assert after.prepared(1_000_000, "råkade skriva").withheld_reason == ""


def test_a_day_before_the_approval_or_after_today_is_refused(after):
    payment = after.approved()
    for day in (DAY + dt.timedelta(days=1), DAY - dt.timedelta(days=1)):
        with pytest.raises(DoesNotHold) as refusal:
            paying.mark_paid(by=after.first, payment=payment, on=day, reference="BG 1")
        assert problem(refusal) == "on"
    with pytest.raises(DoesNotHold) as refusal:
        paying.mark_paid(by=after.first, payment=payment, on=DAY, reference=" ")
    assert problem(refusal) == "reference"


def test_withheld_and_prepared_anew_needs_two_again(after):
    payment = after.approved()
    with pytest.raises(DoesNotHold):
        paying.withhold_payment(by=after.first, payment=payment, reason="  ")
    with Events() as events:
        payment = paying.withhold_payment(by=after.first, payment=payment, reason="Redovisning saknas.")
    assert events.verbs == ["withheld"]
    with pytest.raises(WrongState):
        paying.mark_paid(by=after.first, payment=payment, on=DAY, reference="BG 1")
    again = after.prepared(600_000, "Resten när redovisningen kommit.")
    assert again.pk == payment.pk
    assert [a.person for a in again.approvals.all()] == [after.first]
    paying.approve_payment(by=after.second, payment=again)
    paying.mark_paid(by=after.second, payment=again, on=DAY, reference="BG 2")
    assert queries.paid_sek(after.decision) == 600_000


def test_a_paid_payment_cannot_be_withheld(after):
    with pytest.raises(WrongState):
        paying.withhold_payment(by=after.first, payment=after.paid(), reason="Ångrar oss.")


def test_a_draft_decision_pays_nothing(after):
    after.decision.state = "draft"
    after.decision.save()
    verdict = rules.may_prepare(after.first, after.decision)
    assert not verdict
    assert "inte fattat" in verdict.reason


# ---------------------------------------------------------------- distribution


def test_a_payment_is_distributed_by_hours_and_budget(after):
    after.hours("14", 100)
    after.hours("01", 300)
    with Events() as events:
        distribution = after.distributed()
    assert events.verbs[-1] == "distributed"
    # 1 Mkr in the proportion 1 000 000 : 300 000 is 769 231 : 230 769; hours 1 : 3, technology 100 : 200.
    got = {s.region.code: (s.hours, s.by_hours_sek, s.by_budget_sek) for s in distribution.shares.all()}
    assert got == {"01": (300, 576_923, 76_923), "12": (0, 0, 153_846), "14": (100, 192_308, 0)}
    assert sum(share.amount_sek for share in distribution.shares.all()) == 1_000_000


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(1, 1_000_000),
    st.tuples(*[st.integers(0, 200_000)] * 3),
    st.tuples(*[st.integers(0, 50_000_000)] * 3),
)
def test_the_parts_always_sum_to_the_payment(after, amount, hours, technology):
    """Through the action, each example undone after it: with and without hours, with and without budget."""
    from django.db import transaction

    point = transaction.savepoint()
    try:
        Cost.objects.filter(block=after.block, kind="technology").delete()
        for code, number, sek in zip(("01", "12", "14"), hours, technology, strict=True):
            Cost.objects.create(
                block=after.block, region=after.regions[code], year=2027, kind="technology", requested_sek=sek
            )
            if number:
                after.hours(code, number)
        payment = after.paid(amount_sek=amount, reason="En del hålls inne.")
        if not any(hours):
            with pytest.raises(DoesNotHold) as refusal:
                paying.distribute(by=after.economist, payment=payment, **HALF)
            assert problem(refusal) == "basis_from"
            return
        distribution = paying.distribute(by=after.economist, payment=payment, **HALF)
        shares = list(distribution.shares.all())
        assert len(shares) == 3
        assert sum(share.by_hours_sek + share.by_budget_sek for share in shares) == amount
        assert all(share.by_hours_sek >= 0 and share.by_budget_sek >= 0 for share in shares)
    finally:
        transaction.savepoint_rollback(point)


def test_hours_of_other_periods_and_of_blocks_without_grant_do_not_count(after):
    after.hours("14", 100)
    after.hours("01", 900, starts_on=dt.date(2027, 1, 1))
    refused = after.application.blocks.create(number=2, title="Nej", updated_at=after.application.updated_at)
    Contribution.objects.create(
        block=refused,
        region=after.regions["12"],
        starts_on=dt.date(2026, 7, 1),
        ends_on=dt.date(2026, 12, 31),
        hours=500,
        reported_at=after.application.updated_at,
    )
    shares = {share.region.code: share.hours for share in after.distributed().shares.all()}
    assert shares == {"01": 0, "12": 0, "14": 100}


def test_distribution_is_done_once_and_only_of_paid_money(after):
    after.hours("14", 1)
    payment = after.approved()
    with pytest.raises(WrongState, match="Bara en utbetalning"):
        paying.distribute(by=after.economist, payment=payment, **HALF)
    paying.mark_paid(by=after.first, payment=payment, on=DAY, reference="BG 1")
    paying.distribute(by=after.economist, payment=payment, **HALF)
    with pytest.raises(WrongState, match="redan fördelad"), Events() as events:
        paying.distribute(by=after.economist, payment=payment, **HALF)
    assert events.verbs == []
    assert payment.distribution.shares.count() == 3


def test_a_cut_half_year_is_refused(after):
    after.hours("14", 1)
    payment = after.paid()
    with pytest.raises(DoesNotHold) as refusal:
        paying.distribute(
            by=after.economist, payment=payment, basis_from=dt.date(2026, 7, 1), basis_to=dt.date(2026, 12, 1)
        )
    assert problem(refusal) == "basis_to"


@pytest.mark.parametrize("who", ["author", "stockholm", "stranger", "first", "officer", "auditor"])
def test_only_the_responsible_regions_economist_or_representative_distributes(after, who):
    after.hours("14", 1)
    with pytest.raises(NotAllowed):
        paying.distribute(by=getattr(after, who), payment=after.paid(), **HALF)


# ---------------------------------------------------------------- statements


def test_the_region_itself_confirms_once(after):
    after.hours("14", 1)
    share = after.distributed().shares.get(region=after.regions["01"])
    for person in (after.economist, after.skane, after.stranger, after.first, after.auditor):
        with pytest.raises(NotAllowed):
            paying.confirm_share(by=person, share=share)
    with Events() as events:
        paying.confirm_share(by=after.stockholm, share=share)
    assert events.verbs == ["confirmed_share"]
    with pytest.raises(WrongState):
        paying.confirm_share(by=after.stockholm, share=share)


def test_a_statement_is_seen_by_its_region_the_responsible_one_and_the_delegation(after):
    after.hours("14", 1)
    share = after.distributed().shares.get(region=after.regions["01"])
    for person in (after.stockholm, after.economist, after.first, after.officer, after.auditor):
        assert queries.share_for(person, share.pk) == share
    for person in (after.skane, after.stranger):
        with pytest.raises(share.DoesNotExist):
            queries.share_for(person, share.pk)
    assert queries.statements_of(after.skane, after.decision) == {
        other.pk for other in share.distribution.shares.filter(region=after.regions["12"])
    }
    assert len(queries.statements_of(after.economist, after.decision)) == 3


# ---------------------------------------------------------------- pages


def test_the_export_holds_what_two_have_approved(after, client_as):
    after.regions["14"].orgnr = "232100-0131"
    after.regions["14"].save()
    client = client_as(after.first)
    after.prepared(planned=after.decision.planned_payments.get(due_on__year=2026))
    after.approved()
    answer = client.get("/utbetalningar/export/")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1
    assert rows[0]["organisationsnummer"] == "232100-0131"
    assert rows[0]["belopp_sek"] == "1000000"


def test_the_whole_payment_through_the_pages(after, client_as):
    first, second = client_as(after.first), client_as(after.second)
    page = first.get(f"/utbetalningar/plan/{after.planned.pk}/")
    assert "1\u202f000\u202f000" in page.content.decode()
    wrong = first.post(f"/utbetalningar/plan/{after.planned.pk}/", {"amount": "en miljon", "reason": "min text"})
    assert wrong.status_code == 422
    assert "en miljon" in wrong.content.decode()
    assert "min text" in wrong.content.decode()
    done = first.post(f"/utbetalningar/plan/{after.planned.pk}/", {"amount": "1 000 000", "reason": ""}, follow=True)
    assert "En annan person behöver attestera" in done.content.decode()
    payment = Payment.objects.get()
    own = first.get(f"/utbetalningar/{payment.pk}/").content.decode()
    assert "En annan person behöver attestera den" in own
    assert f"/utbetalningar/{payment.pk}/attestera/" not in own
    assert first.post(f"/utbetalningar/{payment.pk}/attestera/").status_code == 403
    assert second.post(f"/utbetalningar/{payment.pk}/attestera/").status_code == 302
    again = second.post(f"/utbetalningar/{payment.pk}/attestera/")
    assert again.status_code == 409
    assert "attesterad av två" in again.content.decode()
    late = first.post(f"/utbetalningar/{payment.pk}/betald/", {"on": "2027-03-16", "reference": "BG <script>"})
    assert late.status_code == 422
    assert "BG &lt;script&gt;" in late.content.decode()
    assert "BG <script>" not in late.content.decode()
    paid = first.post(f"/utbetalningar/{payment.pk}/betald/", {"on": "2027-03-15", "reference": "BG 77"})
    assert paid.status_code == 302
    again = first.post(f"/utbetalningar/{payment.pk}/betald/", {"on": "2027-03-15", "reference": "BG"})
    assert again.status_code == 422
    assert "utbetald" in again.content.decode()
    payment.refresh_from_db()
    assert payment.reference == "BG 77"


def test_distribution_through_the_pages(after, client_as):
    after.hours("14", 1)
    payment = after.paid()
    client = client_as(after.economist)
    page = client.get(f"/utbetalningar/{payment.pk}/fordela/").content.decode()
    assert 'value="2026-07-01"' in page
    days = {"basis_from": "2026-07-01", "basis_to": "2026-12-31"}
    none = client.post(f"/utbetalningar/{payment.pk}/fordela/", {"basis_from": "2025-01-01", "basis_to": "2025-06-30"})
    assert none.status_code == 422
    assert "Ingen region har redovisat" in none.content.decode()
    assert client.post(f"/utbetalningar/{payment.pk}/fordela/", days).status_code == 302
    again = client.post(f"/utbetalningar/{payment.pk}/fordela/", days)
    assert again.status_code == 422
    assert "redan fördelad" in again.content.decode()
    share = payment.distribution.shares.get(region=after.regions["01"])
    own = client_as(after.stockholm)
    assert "Bekräfta att pengarna" in own.get(f"/avrakningar/{share.pk}/").content.decode()
    assert own.post(f"/avrakningar/{share.pk}/bekrafta/").status_code == 302
    assert own.post(f"/avrakningar/{share.pk}/bekrafta/").status_code == 409
    assert client_as(after.skane).get(f"/avrakningar/{share.pk}/").status_code == 404
    follow_up = client_as(after.skane).get(f"/uppfoljning/{after.application.number}/").content.decode()
    assert f"/avrakningar/{share.pk}/" not in follow_up


def test_the_list_says_what_to_do_now_and_what_waits_for_another(after, client_as):
    after.prepared()
    own, other = (client_as(person).get("/utbetalningar/").content.decode() for person in (after.first, after.second))
    assert "Väntar på en annan person" in own
    assert "Attestera" not in own
    assert "Attestera" in other
    with time_machine.travel(dt.datetime(2026, 1, 1, 9, tzinfo=dt.UTC), tick=False):
        now, later = queries.payments_now_and_later(after.second, dt.date(2026, 1, 1))
    assert [(planned.due_on.year, planned.is_own) for planned in now] == [(2027, False)]
    assert [planned.due_on.year for planned in later] == [2026]


def test_nothing_is_paid_before_its_day(after):
    with time_machine.travel(dt.datetime(2027, 2, 20, 9, tzinfo=dt.UTC), tick=False):
        payment = after.approved()
        with pytest.raises(DoesNotHold, match="förfaller 2027-03-01"):
            paying.mark_paid(by=after.first, payment=payment, on=dt.date(2027, 2, 20), reference="BG 1")


def test_what_one_can_do_comes_before_what_waits_for_another(after):
    after.prepared()
    now, _later = queries.payments_now_and_later(after.first, DAY)
    assert [planned.is_own for planned in now] == [False, True]
    now, _later = queries.payments_now_and_later(after.second, DAY)
    assert [planned.is_own for planned in now] == [False, False]
