"""Gates: what was judged, by whom, on which version of the criteria, and with what outcome."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.knowledge.models import Document
from hemtag.organisations.models import Organisation

from .catalogue import Evidence, Solution


class Gate(models.TextChoices):
    G1 = "G1", _("G1 Sållning")
    G2 = "G2", _("G2 Kvalificering")
    G3 = "G3", _("G3 Paketering")
    G4 = "G4", _("G4 Kommunicering")
    G5 = "G5", _("G5 Etablering")


class Design(models.TextChoices):
    OPINION = "opinion", _("Erfarenhet eller påstående")
    BEFORE_AFTER = "before_after", _("Före och efter")
    TIME_SERIES = "time_series", _("Avbruten tidsserie")
    CONTROLLED = "controlled", _("Kontrollerad, en verksamhet")
    MULTI_SITE = "multi_site", _("Kontrollerad i flera verksamheter")
    RANDOMISED = "randomised", _("Randomiserad")


class EvidenceItem(models.Model):
    """One study or follow-up: how it was done, how many, where, and the effect with its interval."""

    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="evidence_items")
    title = models.CharField(max_length=200)
    design = models.CharField(max_length=12, choices=Design.choices)
    organisation = models.CharField(max_length=160)
    setting = models.CharField(max_length=200)
    n = models.PositiveIntegerField(null=True, blank=True)
    # Of what and in what unit the effect is: "minuter dokumentation per läkare och dag".
    measure = models.CharField(max_length=160)
    effect = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    low = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    # The value that means no effect: 0 for a difference, 1 for a ratio; and which way is better.
    no_effect = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    lower_is_better = models.BooleanField(default=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    # Verified by someone other than the owner of the solution.
    verified_by = models.CharField(max_length=160, blank=True)
    bias = models.TextField(blank=True)
    failed = models.BooleanField(default=False)
    source = models.TextField()
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True, blank=True)
    retracted_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class ReviewState(models.TextChoices):
    OPEN = "open", _("Pågår")
    CLOSED = "closed", _("Avgjord")
    CANCELLED = "cancelled", _("Avbruten")


class Outcome(models.TextChoices):
    PASSED = "passed", _("Uppfylld")
    WITH_CONDITIONS = "with_conditions", _("Uppfylld med villkor")
    BACK = "back", _("Tillbaka för mer underlag")
    DECLINED = "declined", _("Avböjd")


class GateReview(models.Model):
    """One trial of a solution at a gate. Keeps the version and the hash of the criteria it was tried by."""

    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="gate_reviews")
    gate = models.CharField(max_length=2, choices=Gate.choices)
    criteria_version = models.CharField(max_length=20)
    criteria_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ReviewState.choices, default=ReviewState.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    reasons = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    evidence = models.CharField(max_length=2, choices=Evidence.choices, blank=True)
    # What the data itself said when it was closed: key, holds, says, link.
    facts = models.JSONField(default=list)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["solution"], condition=models.Q(state="open"), name="one_open_review_a_solution"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.solution}"


class Reviewer(models.Model):
    """One person's trial at a gate, for a region, and in a field of their own when asked as an expert."""

    review = models.ForeignKey(GateReview, on_delete=models.PROTECT, related_name="reviewers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="gate_reviews")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # law, technology, procurement, introduction, method, health_economics, or empty.
    field = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    # None: not declared yet. With a conflict the text says which, and the reviewer judges nothing.
    has_conflict = models.BooleanField(null=True, blank=True)
    conflict_note = models.TextField(blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    recommends = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    reasons = models.TextField(blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    # Differs from the outcome: shown beside it for as long as the review is.
    dissents = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["review", "person"], name="reviewer_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.review}"


class Mark(models.TextChoices):
    MET = "met", _("Uppfyllt")
    PARTLY = "partly", _("Delvis")
    NOT_MET = "not_met", _("Ej uppfyllt")
    NOT_APPLICABLE = "not_applicable", _("Ej tillämpligt")


class Judgement(models.Model):
    """What one reviewer says of one criterion, with the comment and what it rests on."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="judgements")
    criterion = models.CharField(max_length=20)
    mark = models.CharField(max_length=16, choices=Mark.choices)
    comment = models.TextField(blank=True)
    evidence = models.ForeignKey(EvidenceItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    link = models.URLField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["reviewer", "criterion"], name="judged_once")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_mark_display()}"
