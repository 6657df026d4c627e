"""What waits for a person after the decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.assessment.queries.assessing import Waiting
from hemtag.organisations.models import Organisation, Role
from hemtag.organisations.rules import has_role, regions_of

from ..models import Payment, PaymentState, RecoveryState, ReportState, Share
from .paying import payments_to_handle
from .recovering import recovery_cases_for
from .reporting import reports_for


def next_for(person: Any) -> list[Waiting]:
    """What waits for the person after the decision."""
    found = []
    if has_role(person, Role.PAYMENTS_OFFICER):
        found += _payments_waiting(person)
    regions = regions_of(person)
    if regions:
        found += _regions_waiting(person, regions)
    if has_role(person, Role.CASE_OFFICER):
        for report in reports_for(person).filter(state=ReportState.SUBMITTED):
            text = _("Granska redovisningen %(number)s") % {"number": report.decision.application.number}
            found.append(Waiting(text, reverse("report", args=[report.pk])))
    if has_role(person, Role.DECISION_MAKER):
        for case in recovery_cases_for(person).filter(state=RecoveryState.HEARING):
            if case.stated_at or (case.hearing_due_on and case.hearing_due_on < clock.today()):
                text = _("Besluta om återkrav i %(number)s") % {"number": case.case_number}
                found.append(Waiting(text, reverse("recovery", args=[case.pk])))
    return found


def _payments_waiting(person: Any) -> list[Waiting]:
    soon = clock.today() + dt.timedelta(days=30)
    waiting = [planned for planned in payments_to_handle() if planned.due_on <= soon]
    second = [
        planned
        for planned in waiting
        if hasattr(planned, "payment")
        and planned.payment.state == PaymentState.PREPARED
        and person.pk not in {approval.person_id for approval in planned.payment.approvals.all()}
    ]
    first = [planned for planned in waiting if not hasattr(planned, "payment")]
    found = []
    for rows, one, many in (
        (second, _("Attestera %(count)s utbetalning"), _("Attestera %(count)s utbetalningar")),
        (first, _("Förbered %(count)s utbetalning"), _("Förbered %(count)s utbetalningar")),
    ):
        if rows:
            text = (one if len(rows) == 1 else many) % {"count": len(rows)}
            found.append(Waiting(text, reverse("payments"), rows[0].due_on, len(rows)))
    return found


def _regions_waiting(person: Any, regions: list[Organisation]) -> list[Waiting]:
    found = []
    money = regions_of(person, Role.ECONOMIST, Role.REPRESENTATIVE)
    undistributed = Payment.objects.filter(
        planned__decision__application__submission__responsible__in=money,
        state=PaymentState.PAID,
        distribution__isnull=True,
    )
    for payment in undistributed.select_related("planned__decision__application"):
        number = payment.planned.decision.application.number
        text = _("Fördela utbetalningen till regionerna i %(number)s") % {"number": number}
        found.append(Waiting(text, reverse("distribute", args=[payment.pk])))
    for share in Share.objects.filter(region__in=money, confirmed_at__isnull=True).select_related(
        "distribution__payment__planned__decision__application"
    ):
        number = share.distribution.payment.planned.decision.application.number
        text = _("Bekräfta att pengarna kommit för %(number)s") % {"number": number}
        found.append(Waiting(text, reverse("share", args=[share.pk])))
    for report in reports_for(person).filter(state=ReportState.OPEN):
        written = {part.region_id for part in report.parts.all()}
        if any(region.pk not in written for region in regions):
            text = _("Skriv er del av redovisningen för %(number)s") % {"number": report.decision.application.number}
            found.append(Waiting(text, reverse("report", args=[report.pk]), report.due_on))
    speakers = regions_of(person, Role.REPRESENTATIVE)
    for case in recovery_cases_for(person).filter(
        state=RecoveryState.HEARING, stated_at__isnull=True, application__submission__responsible__in=speakers
    ):
        text = _("Yttra er i återkravsärendet %(number)s") % {"number": case.case_number}
        found.append(Waiting(text, reverse("recovery", args=[case.pk]), case.hearing_due_on))
    return found
