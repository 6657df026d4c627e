"""The package: what another region needs to introduce a solution, part by part, in versions that never change."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.knowledge.models import Document, UnderlagVersion
from hemtag.organisations.models import Organisation

from .catalogue import Solution


class PackageState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    PUBLISHED = "published", _("Publicerat")
    SUPERSEDED = "superseded", _("Ersatt")
    RECALLED = "recalled", _("Återkallat")


PACKAGE_NEXT: dict[str, set[str]] = {
    PackageState.DRAFT: {PackageState.PUBLISHED},
    PackageState.PUBLISHED: {PackageState.SUPERSEDED, PackageState.RECALLED},
    PackageState.SUPERSEDED: {PackageState.RECALLED},
    PackageState.RECALLED: set(),
}


class PackageVersion(models.Model):
    """One version of a solution's package. From publication it is immutable and has a checksum over its parts and files."""

    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="packages")
    number = models.CharField(max_length=16)
    state = models.CharField(max_length=12, choices=PackageState.choices, default=PackageState.DRAFT)
    change_note = models.TextField(blank=True)
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    licence = models.CharField(max_length=40, blank=True)
    review_due = models.DateField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    recalled_at = models.DateTimeField(null=True, blank=True)
    recall_reason = models.TextField(blank=True)
    # What an adopter must do now: stop at once, stop new use, or go on until a date.
    recall_advice = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["solution", "number"], name="package_number_once"),
            models.UniqueConstraint(
                fields=["solution"], condition=models.Q(state="draft"), name="one_draft_package_a_solution"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.solution} {self.number}"


class Confidentiality(models.TextChoices):
    OPEN = "open", _("Öppen")
    REGIONS = "regions", _("Bara regionerna")
    SECRET = "secret", _("Sekretess: lämnas ut av ägaren efter prövning")


class PackagePart(models.Model):
    """One part of a package (P1–P20), with its own licence, confidentiality and last day of validity."""

    package = models.ForeignKey(PackageVersion, on_delete=models.CASCADE, related_name="parts")
    code = models.CharField(max_length=3)
    text = models.TextField(blank=True)
    # Answers to the part's own questions, where it has such (model card, regulation, introduction plan).
    answers = models.JSONField(default=dict)
    not_applicable = models.TextField(blank=True)
    responsible = models.CharField(max_length=160, blank=True)
    licence = models.CharField(max_length=40, blank=True)
    confidentiality = models.CharField(max_length=8, choices=Confidentiality.choices, default=Confidentiality.OPEN)
    valid_until = models.DateField(null=True, blank=True)
    underlag = models.ManyToManyField(UnderlagVersion, blank=True, related_name="package_parts")
    version = models.PositiveIntegerField(default=1)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["package", "code"], name="part_once_a_package")]

    def __str__(self) -> str:
        return f"{self.package}: {self.code}"


class PartFile(models.Model):
    """A file that belongs to a part: a template, a training deck, code, a filled-in model."""

    part = models.ForeignKey(PackagePart, on_delete=models.CASCADE, related_name="files")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.document)


class ColdStart(models.Model):
    """Someone from another region walks through the solution from the package alone; the hours are logged."""

    package = models.ForeignKey(PackageVersion, on_delete=models.PROTECT, related_name="cold_starts")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    hours = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    # True when the person got through with nothing but the package; what was missing is named part by part.
    passed = models.BooleanField(null=True, blank=True)
    missing = models.JSONField(default=list)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.region}: {self.package}"


class PackageFetch(models.Model):
    """A region has fetched a package: asked for once, so that the hours it saved can be asked for later."""

    package = models.ForeignKey(PackageVersion, on_delete=models.PROTECT, related_name="fetches")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    fetched_at = models.DateTimeField()

    class Meta:
        ordering = ["-fetched_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["package", "region"], name="fetched_once_a_region")]

    def __str__(self) -> str:
        return f"{self.region}: {self.package}"
