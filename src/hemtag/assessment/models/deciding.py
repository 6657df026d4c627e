"""Prioritisation runs, meetings and decisions."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.grants.models import Application, Block, Call
from hemtag.knowledge.models import Document

PERSON = settings.AUTH_USER_MODEL


class Run(models.Model):
    """A stored prioritisation: the round as it was solved, the answer, and what simple rankings would have chosen."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    round = models.JSONField()
    result = models.JSONField()
    practice = models.JSONField(default=list)
    round_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="run_number_once")]

    def __str__(self) -> str:
        return f"{self.call} ({self.number})"


class Meeting(models.Model):
    """A meeting where the delegation decides: who decides, who reports the cases, who else is there (31 § FL)."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="meetings")
    held_on = models.DateField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="meetings")
    chair = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    deciders = models.ManyToManyField(PERSON, related_name="+")  # type: ignore[var-annotated]
    rapporteur = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    others_present = models.TextField(blank=True)

    class Meta:
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.call}, {self.held_on}"


class DecisionState(models.TextChoices):
    DRAFT = "draft", _("Förslag")
    ADOPTED = "adopted", _("Beslutat")


DECISION_NEXT: dict[str, set[str]] = {DecisionState.DRAFT: {DecisionState.ADOPTED}, DecisionState.ADOPTED: set()}


class Decision(models.Model):
    """The delegation's decision on one application, with what § 14 demands. Frozen when adopted."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="decision")
    number = models.CharField(max_length=24, unique=True)
    state = models.CharField(max_length=10, choices=DecisionState.choices, default=DecisionState.DRAFT)
    reasons = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    reporting = models.TextField(blank=True)
    dissent = models.TextField(blank=True)
    period_from = models.DateField(null=True, blank=True)
    period_to = models.DateField(null=True, blank=True)
    interim_due_on = models.DateField(null=True, blank=True)
    final_due_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    adopted_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    adopted_at = models.DateTimeField(null=True, blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.application.title}"


class BlockDecision(models.Model):
    """Granted or not, with the reason; where it departs from the run's choice, with the reason for that too."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="block_decisions")
    block = models.OneToOneField(Block, on_delete=models.PROTECT, related_name="decision")
    is_granted = models.BooleanField()
    was_proposed = models.BooleanField()
    reason = models.TextField(blank=True)
    departure_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["block__number"]

    def __str__(self) -> str:
        return f"{self.block}: {self.is_granted}"


class GrantedYear(models.Model):
    """Money granted to a block for one year: what the ledger of frames counts."""

    block_decision = models.ForeignKey(BlockDecision, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField()
    amount_sek = models.BigIntegerField(validators=[MinValueValidator(0)])

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["block_decision", "year"], name="granted_year_once"),
            models.CheckConstraint(condition=models.Q(amount_sek__gte=0), name="granted_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount_sek}"


class PlannedPayment(models.Model):
    """One instalment of the decision's payment plan."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="planned_payments")
    due_on = models.DateField()
    amount_sek = models.BigIntegerField(validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(amount_sek__gt=0), name="instalment_positive")]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.amount_sek}"
