"""A responsible region's form, its applications, and the regions that take part in them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.knowledge.models import Document
from hemtag.organisations.models import Organisation

from .calls import Call, MeasureType

PERSON = settings.AUTH_USER_MODEL


class SubmissionState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    SUBMITTED = "submitted", _("Inlämnad")
    WITHDRAWN = "withdrawn", _("Återtagen")


SUBMISSION_NEXT: dict[str, set[str]] = {
    SubmissionState.DRAFT: {SubmissionState.SUBMITTED},
    SubmissionState.SUBMITTED: {SubmissionState.WITHDRAWN},
    # A region that has taken its form back may mend it and hand it in anew while the window is open.
    SubmissionState.WITHDRAWN: {SubmissionState.DRAFT},
}


class Submission(models.Model):
    """One responsible region's form in one call: § 9's first two parts, and all its applications."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="submissions")
    responsible = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="submissions")
    state = models.CharField(max_length=12, choices=SubmissionState.choices, default=SubmissionState.DRAFT)
    economic_analysis = models.TextField(blank=True)
    development_needs = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    # Per field: the `version` that last changed it, and by whom: {"title": {"version": 7, "by": "…", "at": "…"}}.
    touched = models.JSONField(default=dict, blank=True)
    case_number = models.CharField(max_length=20, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["call", "responsible"], name="one_form_per_responsible_region")]

    def __str__(self) -> str:
        return f"{self.responsible}, {self.call}"


class VersionGround(models.TextChoices):
    HANDED_IN = "handed_in", _("Inlämning")
    COMPLETION = "completion", _("Komplettering")
    ADJUSTMENT = "adjustment", _("Justering enligt 11 §")


class SubmittedVersion(models.Model):
    """Exactly what was handed in, as canonical JSON with its hash. Assessors read this, not what is edited.

    A completion or an adjustment is a new version in which one application differs from the version before.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="submitted_versions")
    number = models.PositiveIntegerField()
    ground = models.CharField(max_length=12, choices=VersionGround.choices, default=VersionGround.HANDED_IN)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    receipt = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="submitted_version_once")]

    def __str__(self) -> str:
        return f"{self.submission} ({self.number})"


class Application(models.Model):
    """One measure that one or several regions apply for, in blocks that can be funded each by itself."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="applications")
    # "2026-003": given at creation, never reused; the address of the application.
    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=160)
    summary = models.TextField(blank=True)
    # § 9 third part: description, what it shall achieve; the cost is the sum of the blocks' cells.
    description = models.TextField(blank=True)
    goals = models.TextField(blank=True)
    measure_types = models.ManyToManyField(MeasureType, related_name="applications", blank=True)
    plan_owner = models.CharField(max_length=160, blank=True)
    plan_budget = models.TextField(blank=True)
    plan_lasting = models.TextField(blank=True)
    spreading = models.TextField(blank=True)
    is_invented = models.BooleanField(default=False)
    # The number of the application that this one began as a copy of.
    copied_from = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1)
    # Per field: the `version` that last changed it, and by whom: {"title": {"version": 7, "by": "…", "at": "…"}}.
    touched = models.JSONField(default=dict, blank=True)
    updated_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class MeasuringPoint(models.Model):
    """When and how the effect is measured; those after the grant period show that it lasts."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="measuring_points")
    on = models.DateField()
    indicator = models.CharField(max_length=200)
    baseline = models.CharField(max_length=120, blank=True)
    target = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.on} {self.indicator}"


class ParticipantState(models.TextChoices):
    INVITED = "invited", _("Inbjuden")
    CONFIRMED = "confirmed", _("Undertecknat")
    DECLINED = "declined", _("Avböjt")


PARTICIPANT_NEXT: dict[str, set[str]] = {
    ParticipantState.INVITED: {ParticipantState.CONFIRMED, ParticipantState.DECLINED},
    # A region that has signed may take it back while the application is a draft: its decision may be changed.
    ParticipantState.CONFIRMED: {ParticipantState.INVITED, ParticipantState.DECLINED},
    ParticipantState.DECLINED: {ParticipantState.INVITED},
}


class OtherSupport(models.TextChoices):
    UNKNOWN = "", _("Inte besvarat")
    NONE = "none", _("Nej, inget annat statligt stöd")
    SOME = "some", _("Ja, annat statligt stöd")


class Participant(models.Model):
    """A region in a joint application, with its own minuted decision that it signs itself."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="participants")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="participations")
    state = models.CharField(max_length=12, choices=ParticipantState.choices, default=ParticipantState.INVITED)
    decided_on = models.DateField(null=True, blank=True)
    body = models.CharField(max_length=120, blank=True)
    paragraph = models.CharField(max_length=40, blank=True)
    minutes = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    other_support = models.CharField(max_length=8, choices=OtherSupport.choices, blank=True)
    other_support_text = models.TextField(blank=True)
    confirmed_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    # Per field: the `version` that last changed it, and by whom: {"title": {"version": 7, "by": "…", "at": "…"}}.
    touched = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["region__code"]
        constraints = [models.UniqueConstraint(fields=["application", "region"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.region}: {self.application}"
