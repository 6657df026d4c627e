"""What the delegation and the applicant say to each other: § 11, the dialogue, communication before decision, withdrawal.

Nothing here is ever removed: what was wrong is put right by a further line.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.grants.models import Application, Opening
from hemtag.knowledge.models import Document

PERSON = settings.AUTH_USER_MODEL


class MeasureReviewState(models.TextChoices):
    NOTIFIED = "notified", _("Underrättad")
    STATED = "stated", _("Yttrande inkommet")
    ADJUSTING = "adjusting", _("Justering pågår")
    ADJUSTED = "adjusted", _("Justerad")
    CLOSED = "closed", _("Avslutad utan justering")


MEASURE_REVIEW_NEXT: dict[str, set[str]] = {
    # Whoever has not stated anything when the day has passed may still be let to adjust, or the step is closed.
    MeasureReviewState.NOTIFIED: {
        MeasureReviewState.STATED,
        MeasureReviewState.ADJUSTING,
        MeasureReviewState.CLOSED,
    },
    MeasureReviewState.STATED: {MeasureReviewState.ADJUSTING, MeasureReviewState.CLOSED},
    MeasureReviewState.ADJUSTING: {MeasureReviewState.ADJUSTED, MeasureReviewState.CLOSED},
    MeasureReviewState.ADJUSTED: set(),
    MeasureReviewState.CLOSED: set(),
}


class MeasureReview(models.Model):
    """§ 11: the delegation finds other measures more suitable. Notification, statement and adjustment, each with a day."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="measure_reviews")
    state = models.CharField(max_length=10, choices=MeasureReviewState.choices, default=MeasureReviewState.NOTIFIED)
    measures = models.TextField()
    reasons = models.TextField()
    notified_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    notified_at = models.DateTimeField()
    statement_due_on = models.DateField()
    statement = models.TextField(blank=True)
    stated_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField(null=True, blank=True)
    # What the applicant may adjust, and until when (the opening's day).
    adjustment = models.TextField(blank=True)
    opening = models.OneToOneField(
        Opening, null=True, blank=True, on_delete=models.PROTECT, related_name="measure_review"
    )
    adjusted_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    adjusted_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.TextField(blank=True)
    closed_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(state__in=["notified", "stated", "adjusting"]),
                name="one_measure_review_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_state_display()}"


class Side(models.TextChoices):
    DELEGATION = "delegation", _("Delegationen")
    REGIONS = "regions", _("Regionerna")


class LineKind(models.TextChoices):
    MESSAGE = "message", _("Meddelande")
    QUESTION = "question", _("Fråga")
    ANSWER = "answer", _("Svar")
    ORAL = "oral", _("Muntlig uppgift")
    CORRECTION = "correction", _("Rättelse")


class DialogueLine(models.Model):
    """One line in an application's thread. Written once: a correction is a further line that says which it corrects."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="dialogue")
    number = models.PositiveIntegerField()
    side = models.CharField(max_length=10, choices=Side.choices)
    kind = models.CharField(max_length=10, choices=LineKind.choices, default=LineKind.MESSAGE)
    text = models.TextField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # A question: the last day for the other side's answer.
    answer_by = models.DateField(null=True, blank=True)
    # The question that an answer answers, or the line that a correction corrects.
    about = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="further")
    # Oral information (27 § förvaltningslagen): who said it, and when.
    said_by = models.CharField(max_length=160, blank=True)
    said_on = models.DateField(null=True, blank=True)
    files = models.ManyToManyField(Document, related_name="+", blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="dialogue_line_once")]

    def __str__(self) -> str:
        return f"{self.application.number} ({self.number}) {self.get_kind_display()}"


class CommunicationException(models.TextChoices):
    """Why the material is not communicated (25 § första och andra stycket förvaltningslagen)."""

    NONE = "", _("Materialet kommuniceras")
    UNNECESSARY = "unnecessary", _("Uppenbart obehövligt")
    HARDER = "harder", _("Det skulle bli avsevärt svårare att genomföra beslutet")
    AT_ONCE = "at_once", _("Ett väsentligt intresse kräver att beslutet meddelas omedelbart")


class Communication(models.Model):
    """25 § förvaltningslagen: what the applicant is told before the decision, until when it may state; or why it is not.

    `material` is a list of {"title", "text"} as it stood when it was sent; the newest communication counts.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="communications")
    exception = models.CharField(max_length=12, choices=CommunicationException.choices, blank=True)
    reason = models.TextField(blank=True)
    material = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64, blank=True)
    due_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    statement = models.TextField(blank=True)
    stated_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(exception="", due_on=None) & (models.Q(exception="") | ~models.Q(reason="")),
                name="communicated_or_excepted_with_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_exception_display()}"


class WithdrawalState(models.TextChoices):
    ASKED = "asked", _("Begärd")
    GRANTED = "granted", _("Avskriven")


WITHDRAWAL_NEXT: dict[str, set[str]] = {
    WithdrawalState.ASKED: {WithdrawalState.GRANTED},
    WithdrawalState.GRANTED: set(),
}


class Withdrawal(models.Model):
    """An application that its region takes back after the window has closed; the delegation then writes the case off."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="withdrawal")
    state = models.CharField(max_length=10, choices=WithdrawalState.choices, default=WithdrawalState.ASKED)
    reason = models.TextField()
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    granted_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_state_display()}"
