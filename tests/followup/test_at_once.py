"""Two who move money at the very same moment, on connections of their own: it is moved once, and within what was paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from hemtag.assessment.models import Decision, PlannedPayment
from hemtag.followup.actions import paying, recovering
from hemtag.followup.models import Approval, Distribution, Payment, PaymentState, RecoveryCase, RecoveryGround, Share
from hemtag.history.chain import COVERED, breaks
from hemtag.history.models import Event, RegisterEntry
from hemtag.refusals import Refusal
from tests.followup.making import DAY

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What each act gave, or how it was refused, by the name of its class; both start before either has ended."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        try:
            barrier.wait(10)
            return type(act()).__name__
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        results = list(pool.map(run, acts))
    assert breaks(Event.objects.order_by("number").values(*COVERED, "hash")) == []
    return sorted(results)


def test_two_officers_prepare_the_same_instalment(after) -> None:
    pk = after.planned.pk

    def preparing(by: Any) -> Callable[[], Payment]:
        return lambda: paying.prepare_payment(by=by, planned=PlannedPayment.objects.get(pk=pk), amount_sek=1_000_000)

    assert at_once(preparing(after.first), preparing(after.second)) == ["Payment", "WrongState"]
    assert Payment.objects.get().approvals.count() == 1


def test_one_approves_while_the_other_withholds(after) -> None:
    pk = after.prepared().pk
    results = at_once(
        lambda: paying.approve_payment(by=after.second, payment=Payment.objects.get(pk=pk)),
        lambda: paying.withhold_payment(
            by=after.second, payment=Payment.objects.get(pk=pk), reason="Villkoret brister."
        ),
    )
    # Withheld after it was approved is allowed; approved after it was withheld is not.
    assert results in (["Payment", "Payment"], ["Payment", "WrongState"])
    assert Payment.objects.get().state == PaymentState.WITHHELD
    assert Approval.objects.count() == (2 if results == ["Payment", "Payment"] else 1)


def test_a_double_click_on_paid_and_on_distribute(after) -> None:
    pk = after.approved().pk

    def paid() -> Payment:
        return paying.mark_paid(by=after.second, payment=Payment.objects.get(pk=pk), on=DAY, reference="BG 1")

    assert at_once(paid, paid) == ["Payment", "WrongState"]
    assert RegisterEntry.objects.count() == 1
    after.hours("14", 100)

    def distributed() -> Distribution:
        return paying.distribute(
            by=after.economist,
            payment=Payment.objects.get(pk=pk),
            basis_from=dt.date(2026, 7, 1),
            basis_to=dt.date(2026, 12, 31),
        )

    assert at_once(distributed, distributed) == ["Distribution", "WrongState"]
    assert sum(share.amount_sek for share in Share.objects.all()) == Payment.objects.get().amount_sek


def test_two_claims_at_once_are_not_more_than_what_was_paid(after) -> None:
    paid_sek = after.paid().amount_sek
    pk = after.decision.pk

    def claiming() -> RecoveryCase:
        return recovering.open_recovery(
            by=after.officer,
            decision=Decision.objects.get(pk=pk),
            ground=RecoveryGround.UNUSED,
            claimed_sek=paid_sek,
            facts="Tjänsten tillsattes aldrig.",
        )

    assert at_once(claiming, claiming) == ["DoesNotHold", "RecoveryCase"]
    assert RecoveryCase.objects.get().claimed_sek == paid_sek
