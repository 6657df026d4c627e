"""An adopted decision with a payment plan, made row by row: how it came about is tested in the rooms before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from hemtag.assessment.models import (
    BlockDecision,
    Decision,
    DecisionState,
    GrantedYear,
    Meeting,
    PlannedPayment,
    Run,
)
from hemtag.followup.actions import paying, reporting
from hemtag.followup.models import Payment, Report, ReportKind
from hemtag.grants.models import Cost, CostKind
from hemtag.history.models import Event
from hemtag.knowledge.models import DatedFact
from hemtag.organisations.models import Role
from tests.assessment.making import make_application, make_call

DAY = dt.date(2027, 3, 15)


def adopt(application: Any, chair: Any, years: Sequence[int] = (2026, 2027)) -> Decision:
    """Every block granted; one instalment of a million a year, on 1 March."""
    call = application.submission.call
    run, _new = Run.objects.get_or_create(
        call=call, number=1, defaults={"round": {}, "result": {}, "round_sha256": "0" * 64, "made_at": timezone.now()}
    )
    meeting = Meeting.objects.create(call=call, held_on=dt.date(2026, 9, 10), run=run, chair=chair, rapporteur=chair)
    decision = Decision.objects.create(
        meeting=meeting,
        application=application,
        number=f"D-{application.number}",
        state=DecisionState.ADOPTED,
        period_from=dt.date(2026, 9, 10),
        period_to=dt.date(2027, 12, 31),
        interim_due_on=dt.date(2027, 3, 1),
        final_due_on=dt.date(2028, 3, 31),
        adopted_by=chair,
        adopted_at=timezone.now(),
    )
    for block in application.blocks.all():
        granted = BlockDecision.objects.create(decision=decision, block=block, is_granted=True, was_proposed=True)
        for year in years:
            GrantedYear.objects.create(block_decision=granted, year=year, amount_sek=1_000_000)
    for year in years:
        PlannedPayment.objects.create(decision=decision, due_on=dt.date(year, 3, 1), amount_sek=1_000_000)
    return decision


@dataclass
class After:
    """A decision of Västra Götaland (responsible), Stockholm and Skåne, and the people who act on it."""

    call: Any
    regions: dict[str, Any]
    application: Any
    decision: Decision
    block: Any
    first: Any
    second: Any
    officer: Any
    chair: Any
    economist: Any
    representative: Any
    author: Any
    stockholm: Any
    skane: Any
    stranger: Any
    auditor: Any
    others: list[Decision] = field(default_factory=list)

    @property
    def planned(self) -> PlannedPayment:
        """The instalment of 2027."""
        return self.decision.planned_payments.get(due_on__year=2027)

    def prepared(self, amount_sek: int = 1_000_000, reason: str = "", planned: Any = None) -> Payment:
        return paying.prepare_payment(
            by=self.first, planned=planned or self.planned, amount_sek=amount_sek, reason=reason
        )

    def approved(self, **how: Any) -> Payment:
        return paying.approve_payment(by=self.second, payment=self.prepared(**how))

    def paid(self, **how: Any) -> Payment:
        return paying.mark_paid(by=self.first, payment=self.approved(**how), on=DAY, reference="BG 1")

    def hours(self, code: str, hours: int, starts_on: dt.date = dt.date(2026, 7, 1)) -> None:
        by = {"14": self.author, "01": self.stockholm, "12": self.skane}[code]
        reporting.report_hours(
            by=by,
            decision=self.decision,
            region=self.regions[code],
            starts_on=starts_on,
            hours={self.block.pk: hours},
        )

    def distributed(self, **how: Any) -> Any:
        return paying.distribute(
            by=self.economist,
            payment=self.paid(**how),
            basis_from=dt.date(2026, 7, 1),
            basis_to=dt.date(2026, 12, 31),
        )

    def report(self, kind: ReportKind = ReportKind.INTERIM) -> Report:
        return reporting.open_report(by=self.author, decision=self.decision, kind=kind)

    def part(self, report: Report, code: str, version: int = 0, text: str = "Gjort.", cost_sek: int = 100_000) -> Any:
        by = {"14": self.author, "01": self.stockholm, "12": self.skane}[code]
        return reporting.write_part(
            by=by, report=report, region=self.regions[code], version=version, text=text, cost_sek=cost_sek
        )

    def written(self) -> Report:
        report = self.report()
        for code in ("01", "12", "14"):
            self.part(report, code)
        return reporting.write_progress(by=self.author, report=report, version=1, progress="Det går bra.")


@pytest.fixture
def after(regions: dict[str, Any], person: Callable[..., Any]) -> Iterator[After]:
    """15 March 2027: 1 Mkr own working time and 300 000 kr technology a year, two instalments, nothing paid."""
    with time_machine.travel(dt.datetime(2027, 3, 15, 15, 45, tzinfo=dt.UTC), tick=False):
        call = make_call()
        application = make_application(call, regions["14"], others=[regions["01"], regions["12"]])
        block = application.blocks.get()
        for year in (2026, 2027):
            for code, sek in (("01", 100_000), ("12", 200_000)):
                Cost.objects.create(
                    block=block, region=regions[code], year=year, kind=CostKind.TECHNOLOGY, requested_sek=sek
                )
        DatedFact.objects.create(
            code="state_lending_rate",
            name="Statens utlåningsränta",
            value=Decimal("2.5"),
            unit="procent per år",
            valid_from=dt.date(2027, 1, 1),
            source="prov",
        )
        chair = person(Role.DECISION_MAKER, name="Olle Ordförande")
        yield After(
            call=call,
            regions=regions,
            application=application,
            decision=adopt(application, chair),
            block=block,
            first=person(Role.PAYMENTS_OFFICER, name="Petra Pengar"),
            second=person(Role.PAYMENTS_OFFICER, name="Anders Andra"),
            officer=person(Role.CASE_OFFICER, name="Hanna Handläggare"),
            chair=chair,
            economist=person(Role.ECONOMIST, "14", name="Eva Ekonom"),
            representative=person(Role.REPRESENTATIVE, "14", name="Fredrik Företrädare"),
            author=person(Role.AUTHOR, "14", name="Sara Skribent"),
            stockholm=person(Role.REPRESENTATIVE, "01", name="Stina Stockholm"),
            skane=person(Role.REPRESENTATIVE, "12", name="Sven Skåne"),
            stranger=person(Role.REPRESENTATIVE, "25", name="Nils Norrbotten"),
            auditor=person(Role.AUDITOR, name="Greta Granskare"),
        )


class Events:
    """The verbs recorded since the block began."""

    def __enter__(self) -> Events:
        self.before = Event.objects.count()
        return self

    def __exit__(self, *_unused: object) -> None:
        self.verbs = list(Event.objects.order_by("number")[self.before :].values_list("verb", flat=True))
