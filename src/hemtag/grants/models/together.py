"""Writing together: named versions, remarks, what one has seen, moving an application, and opening what is handed in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.models import Organisation

from .applications import Application

PERSON = settings.AUTH_USER_MODEL


class NamedVersion(models.Model):
    """A draft as it stood when somebody kept it under a name: canonical JSON of the application and the common texts."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="named_versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="named_version_once")]

    def __str__(self) -> str:
        return f"{self.application.number} ({self.number}) {self.name}"


class Look(models.Model):
    """How far a person has said to have seen the changes of an application: the number of the last event."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="looks")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    event = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField()
    # The application and the common texts as they stood then: what has changed is what differs from it.
    content = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["application", "person"], name="look_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.application}"


class RemarkKind(models.TextChoices):
    COMMENT = "comment", _("Kommentar")
    TODO = "todo", _("Att göra")


class RemarkState(models.TextChoices):
    OPEN = "open", _("Öppen")
    RESOLVED = "resolved", _("Löst")


REMARK_NEXT: dict[str, set[str]] = {
    RemarkState.OPEN: {RemarkState.RESOLVED},
    RemarkState.RESOLVED: {RemarkState.OPEN},
}


class Remark(models.Model):
    """A comment or a to-do on a section of a draft. Only the people of the taking regions read it, never the delegation."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="remarks")
    # A key of `grants.sections`: "text", "block-3", "region-14" …
    section = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=RemarkKind.choices, default=RemarkKind.COMMENT)
    state = models.CharField(max_length=10, choices=RemarkState.choices, default=RemarkState.OPEN)
    text = models.TextField()
    # The remark that this one answers.
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="answers")
    # A to-do may be given to one region.
    region = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    resolved_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application.number} {self.section}: {self.text[:60]}"


class TransferState(models.TextChoices):
    OFFERED = "offered", _("Erbjuden")
    ACCEPTED = "accepted", _("Godtagen")
    DECLINED = "declined", _("Avböjd")
    CANCELLED = "cancelled", _("Återtagen")


TRANSFER_NEXT: dict[str, set[str]] = {
    TransferState.OFFERED: {TransferState.ACCEPTED, TransferState.DECLINED, TransferState.CANCELLED},
    TransferState.ACCEPTED: set(),
    TransferState.DECLINED: set(),
    TransferState.CANCELLED: set(),
}


class Transfer(models.Model):
    """The responsible region offers the responsibility for a draft to a participant, which accepts or declines."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="transfers")
    from_region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to_region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=TransferState.choices, default=TransferState.OFFERED)
    message = models.TextField(blank=True)
    offered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(state="offered"), name="one_offered_transfer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application.number}: {self.from_region} → {self.to_region}"


class OpeningGround(models.TextChoices):
    COMPLETION = "completion", _("Komplettering")
    ADJUSTMENT = "adjustment", _("Justering enligt 11 §")


class OpeningState(models.TextChoices):
    OPEN = "open", _("Öppen")
    ANSWERED = "answered", _("Besvarad")
    LAPSED = "lapsed", _("Tiden gick ut")
    CANCELLED = "cancelled", _("Återkallad")


OPENING_NEXT: dict[str, set[str]] = {
    OpeningState.OPEN: {OpeningState.ANSWERED, OpeningState.LAPSED, OpeningState.CANCELLED},
    OpeningState.ANSWERED: set(),
    OpeningState.LAPSED: set(),
    OpeningState.CANCELLED: set(),
}


class Opening(models.Model):
    """Sections of a handed-in application that its regions may change again until a day (§§ 10–12).

    The delegation goes on reading the version that was handed in until the answer is handed in as a new one.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="openings")
    ground = models.CharField(max_length=12, choices=OpeningGround.choices)
    state = models.CharField(max_length=10, choices=OpeningState.choices, default=OpeningState.OPEN)
    # Keys of `grants.sections`.
    sections = models.JSONField(default=list)
    until = models.DateField()
    opened_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application"], condition=models.Q(state="open"), name="one_open_opening")
        ]

    def __str__(self) -> str:
        return f"{self.application.number}: {self.get_ground_display()} {self.until}"
