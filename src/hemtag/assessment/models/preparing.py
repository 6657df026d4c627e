"""Conflict of interest, eligibility, completion and assessments: from handed in to assessed."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.grants.models import Application, Criterion, Opening

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
    """What an applicant is asked to complete, and by when (§§ 10, 12). Unanswered: tried as it stands.

    With an `opening` the named sections are changed and handed in as a new version; without one the answer is words.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="completion_requests")
    text = models.TextField()
    due_on = models.DateField()
    asked_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    opening = models.OneToOneField(
        Opening, null=True, blank=True, on_delete=models.PROTECT, related_name="completion_request"
    )

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
