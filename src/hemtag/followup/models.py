"""After the decision: payments, distribution to the regions, reports and recovery."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.assessment.models import Decision, PlannedPayment
from hemtag.grants.models import Application, Block
from hemtag.knowledge.models import Document
from hemtag.money import kronor
from hemtag.organisations.models import Organisation

PERSON = settings.AUTH_USER_MODEL


class PaymentState(models.TextChoices):
    PREPARED = "prepared", _("Väntar på attest")
    APPROVED = "approved", _("Attesterad av två")
    PAID = "paid", _("Utbetald")
    WITHHELD = "withheld", _("Innehållen")


PAYMENT_NEXT: dict[str, set[str]] = {
    PaymentState.PREPARED: {PaymentState.APPROVED, PaymentState.WITHHELD},
    PaymentState.APPROVED: {PaymentState.PAID, PaymentState.WITHHELD},
    PaymentState.PAID: set(),
    PaymentState.WITHHELD: {PaymentState.PREPARED},
}


class Payment(models.Model):
    """One instalment on its way to the responsible region. Two different people approve before it is paid."""

    planned = models.OneToOneField(PlannedPayment, on_delete=models.PROTECT, related_name="payment")
    amount_sek = models.BigIntegerField(validators=[MinValueValidator(1)])
    state = models.CharField(max_length=10, choices=PaymentState.choices, default=PaymentState.PREPARED)
    prepared_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    withheld_reason = models.TextField(blank=True)
    paid_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["planned__due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.planned.decision.number}: {kronor(self.amount_sek)}"


class Approval(models.Model):
    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="approvals")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["payment", "person"], name="two_different_people_approve")]

    def __str__(self) -> str:
        return f"{self.person}: {self.payment}"


class Contribution(models.Model):
    """Hours that one region has worked in one block in one half-year: the ground for sharing the money."""

    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="contributions")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    hours = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    reported_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on", "region__code", "block__number"]
        constraints = [
            models.UniqueConstraint(fields=["block", "region", "starts_on"], name="contribution_once_a_period"),
            models.CheckConstraint(condition=models.Q(starts_on__lte=models.F("ends_on")), name="contribution_period"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.starts_on}: {self.hours}"


class Distribution(models.Model):
    """A payment shared between the regions: own working time by contributed hours, all else by the decided budget."""

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="distribution")
    basis_from = models.DateField()
    basis_to = models.DateField()
    by_hours_sek = models.BigIntegerField(validators=[MinValueValidator(0)])
    by_budget_sek = models.BigIntegerField(validators=[MinValueValidator(0)])
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by_hours_sek__gte=0) & models.Q(by_budget_sek__gte=0),
                name="distribution_not_negative",
            )
        ]

    def __str__(self) -> str:
        return f"{self.payment}"


class Share(models.Model):
    """One region's part of a distribution: its statement, confirmed by the region when the money has come."""

    distribution = models.ForeignKey(Distribution, on_delete=models.PROTECT, related_name="shares")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="shares")
    hours = models.PositiveIntegerField()
    by_hours_sek = models.BigIntegerField(validators=[MinValueValidator(0)])
    by_budget_sek = models.BigIntegerField(validators=[MinValueValidator(0)])
    confirmed_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["region__code"]
        constraints = [models.UniqueConstraint(fields=["distribution", "region"], name="share_once_a_region")]

    def __str__(self) -> str:
        return f"{self.region}: {kronor(self.amount_sek)}"

    @property
    def amount_sek(self) -> int:
        return self.by_hours_sek + self.by_budget_sek


class ReportKind(models.TextChoices):
    INTERIM = "interim", _("Delredovisning")
    FINAL = "final", _("Slutredovisning")


class ReportState(models.TextChoices):
    OPEN = "open", _("Pågår")
    SUBMITTED = "submitted", _("Inlämnad")
    ACCEPTED = "accepted", _("Godtagen")


REPORT_NEXT: dict[str, set[str]] = {
    ReportState.OPEN: {ReportState.SUBMITTED},
    ReportState.SUBMITTED: {ReportState.ACCEPTED, ReportState.OPEN},
    ReportState.ACCEPTED: set(),
}


class Report(models.Model):
    """An interim or final report (§ 15). Every region writes its own part; the responsible region adds the whole."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=8, choices=ReportKind.choices)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.OPEN)
    progress = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    submitted_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["decision", "kind", "due_on"], name="report_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_on}"


class ReportPart(models.Model):
    """One region's own part: what was done and what it cost. Only that region writes here."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="parts")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    cost_sek = models.BigIntegerField(validators=[MinValueValidator(0)])
    version = models.PositiveIntegerField(default=1)
    reported_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["region__code"]
        constraints = [models.UniqueConstraint(fields=["report", "region"], name="report_part_once_a_region")]

    def __str__(self) -> str:
        return f"{self.region}: {self.report}"


class RecoveryGround(models.TextChoices):
    """§ 18: on which ground a grant shall be repaid."""

    WRONG_GROUNDS = "wrong_grounds", _("Bidraget har beviljats på felaktiga grunder eller med för högt belopp")
    UNUSED = "unused", _("Bidraget har helt eller delvis inte använts")
    USED_OTHERWISE = "used_otherwise", _("Bidraget har använts för något annat än det beviljats för")
    CONDITION_BROKEN = "condition_broken", _("Ett villkor i beslutet har inte följts")


class RecoveryState(models.TextChoices):
    OPENED = "opened", _("Öppnat")
    HEARING = "hearing", _("Kommunicerat")
    DECIDED = "decided", _("Beslutat")
    REPAID = "repaid", _("Återbetalt")
    CLOSED = "closed", _("Avslutat utan återkrav")


RECOVERY_NEXT: dict[str, set[str]] = {
    RecoveryState.OPENED: {RecoveryState.HEARING, RecoveryState.CLOSED},
    RecoveryState.HEARING: {RecoveryState.DECIDED, RecoveryState.CLOSED},
    RecoveryState.DECIDED: {RecoveryState.REPAID},
    RecoveryState.REPAID: set(),
    RecoveryState.CLOSED: set(),
}


class RecoveryCase(models.Model):
    """A case of repayment (§§ 18–20): ground, amount, hearing, decision, relief, interest, payment."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="recovery_cases")
    case_number = models.CharField(max_length=20, unique=True)
    ground = models.CharField(max_length=20, choices=RecoveryGround.choices)
    state = models.CharField(max_length=10, choices=RecoveryState.choices, default=RecoveryState.OPENED)
    claimed_sek = models.BigIntegerField(validators=[MinValueValidator(1)])
    facts = models.TextField()
    hearing_due_on = models.DateField(null=True, blank=True)
    statement = models.TextField(blank=True)
    stated_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_sek = models.BigIntegerField(null=True, blank=True)
    relief_reason = models.TextField(blank=True)
    reasons = models.TextField(blank=True)
    interest_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    interest_from = models.DateField(null=True, blank=True)
    repaid_on = models.DateField(null=True, blank=True)
    repaid_sek = models.BigIntegerField(null=True, blank=True)
    interest_sek = models.BigIntegerField(null=True, blank=True)
    opened_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.case_number}: {kronor(self.claimed_sek)}"
