"""From handed in to decided: eligibility, conflict of interest, assessments, prioritisation runs, decisions."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.grants.models import Application, Block, Call, Criterion
from hemtag.knowledge.models import Document

PERSON = settings.AUTH_USER_MODEL


class ConflictDeclaration(models.Model):
    """A person's word on conflict of interest (jäv, 16–18 §§ förvaltningslagen) before reading one application."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="conflict_declarations")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="conflict_declarations")
    has_conflict = models.BooleanField()
    circumstances = models.TextField(blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["application", "person"], name="conflict_declared_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.application}"


class EligibilityVerdict(models.TextChoices):
    ELIGIBLE = "eligible", _("Behörig")
    INELIGIBLE = "ineligible", _("Avvisas")


class Eligibility(models.Model):
    """A case officer's trial of the formal conditions, one answer per condition with its reason."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="eligibility")
    verdict = models.CharField(max_length=12, choices=EligibilityVerdict.choices)
    answers = models.JSONField(default=list)
    reasons = models.TextField()
    tried_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    tried_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "eligibilities"

    def __str__(self) -> str:
        return f"{self.application}: {self.get_verdict_display()}"


class CompletionRequest(models.Model):
    """What an applicant is asked to complete, and by when (§§ 10, 12). Unanswered: tried as it stands."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="completion_requests")
    text = models.TextField()
    due_on = models.DateField()
    asked_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application}: {self.due_on}"


class AssessmentState(models.TextChoices):
    ASSIGNED = "assigned", _("Tilldelad")
    SUBMITTED = "submitted", _("Inlämnad")


ASSESSMENT_NEXT: dict[str, set[str]] = {
    AssessmentState.ASSIGNED: {AssessmentState.SUBMITTED},
    AssessmentState.SUBMITTED: set(),
}


class Assessment(models.Model):
    """One assessor's work on one application; others' are hidden until the own is handed in."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="assessments")
    assessor = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="assessments")
    state = models.CharField(max_length=12, choices=AssessmentState.choices, default=AssessmentState.ASSIGNED)
    assigned_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["application", "assessor"], name="assessment_once")]

    def __str__(self) -> str:
        return f"{self.assessor}: {self.application}"


class Score(models.Model):
    """A level 0–5 on one criterion, with the reason in words."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    # A draft may lack either: what has been written so far is kept.
    level = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(5)]
    )
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["criterion"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="score_once"),
            models.CheckConstraint(condition=models.Q(level__lte=5), name="score_at_most_five"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.level}"


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
