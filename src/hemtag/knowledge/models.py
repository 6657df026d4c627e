"""What is made once for 21: documents, dated facts, obstacles, underlag and its reuse."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.models import Organisation


class ScanState(models.TextChoices):
    """How a file stands with the virus scanner."""

    WAITING = "waiting", _("Väntar på viruskontroll")
    CLEAN = "clean", _("Viruskontrollerad")
    INFECTED = "infected", _("Virus hittat")
    NOT_SCANNED = "not_scanned", _("Inte viruskontrollerad")
    MADE_HERE = "made_here", _("Skapad av Hemtag")


# A later scan, with newer signatures, may find what an earlier did not, or clear a false alarm.
SCAN_NEXT: dict[str, set[str]] = {
    ScanState.WAITING: {ScanState.CLEAN, ScanState.INFECTED},
    ScanState.NOT_SCANNED: {ScanState.CLEAN, ScanState.INFECTED},
    ScanState.CLEAN: {ScanState.INFECTED},
    ScanState.INFECTED: {ScanState.CLEAN},
    ScanState.MADE_HERE: set(),
}
QUARANTINE = frozenset({ScanState.WAITING.value, ScanState.INFECTED.value})


class Document(models.Model):
    """A stored file. Its bytes lie in the file storage under its hash; who may read it follows from what it belongs to."""

    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="documents")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    scan_state = models.CharField(max_length=12, choices=ScanState.choices, default=ScanState.NOT_SCANNED)
    scanned_at = models.DateTimeField(null=True, blank=True)
    # The scanner's name for what it found.
    infection = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_in_quarantine(self) -> bool:
        """Kept but handed to nobody: not scanned yet, or found infected."""
        return self.scan_state in QUARANTINE


class DatedFact(models.Model):
    """A value with a unit, the day it applies from, and where it comes from."""

    code = models.SlugField()
    name = models.CharField(max_length=200)
    value = models.DecimalField(max_digits=16, decimal_places=4)
    # The interval that is reasonable to meet in practice; None when nothing is known of it.
    low = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=40)
    valid_from = models.DateField()
    source = models.TextField()
    is_assumption = models.BooleanField(default=False)

    class Meta:
        ordering = ["code", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="fact_once_a_day")]

    def __str__(self) -> str:
        return f"{self.name}, {self.valid_from}"


class ObstacleKind(models.TextChoices):
    """The four obstacles of the joint work with AI."""

    DATA = "data", _("Data")
    LAW = "law", _("Juridik")
    RISK = "risk", _("Riskhantering")
    BENEFIT = "benefit", _("Nyttorealisering")


class Obstacle(models.Model):
    """Something that stops regions, reported by one of them; solved by published underlag."""

    kind = models.CharField(max_length=10, choices=ObstacleKind.choices)
    title = models.CharField(max_length=160)
    description = models.TextField()
    reported_by_region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="obstacles")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "title"]

    def __str__(self) -> str:
        return self.title


class UnderlagKind(models.TextChoices):
    LEGAL_POSITION = "legal_position", _("Rättsligt ställningstagande")
    RISK_ANALYSIS = "risk_analysis", _("Riskanalys")
    DPIA = "dpia", _("Konsekvensbedömning (dataskydd)")
    DATA_AGREEMENT = "data_agreement", _("Dataavtal")
    PROCUREMENT_TEXT = "procurement_text", _("Upphandlingstext")
    METHOD = "method", _("Metod")
    CALCULATION = "calculation", _("Kalkyl")


class UnderlagState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    PUBLISHED = "published", _("Publicerat")
    WITHDRAWN = "withdrawn", _("Återkallat")


UNDERLAG_NEXT: dict[str, set[str]] = {
    UnderlagState.DRAFT: {UnderlagState.PUBLISHED},
    UnderlagState.PUBLISHED: {UnderlagState.WITHDRAWN},
    UnderlagState.WITHDRAWN: set(),
}


class Underlag(models.Model):
    """Work that every region needs and one has done: what, who made it, and how many hours it took."""

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=UnderlagKind.choices)
    title = models.CharField(max_length=160)
    summary = models.TextField()
    body = models.TextField()
    # What it rests on, and where it stops being true: a reader in another region decides by this.
    conditions = models.TextField(blank=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="underlag")
    obstacles = models.ManyToManyField(Obstacle, related_name="underlag", blank=True)
    hours_to_make = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=UnderlagState.choices, default=UnderlagState.DRAFT)
    valid_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "underlag"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class UnderlagVersion(models.Model):
    """The text as it stood when a version was published; never changed afterwards."""

    underlag = models.ForeignKey(Underlag, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    summary = models.TextField()
    body = models.TextField()
    conditions = models.TextField(blank=True)
    change_note = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["underlag", "number"], name="underlag_version_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class ReuseKind(models.TextChoices):
    AS_IS = "as_is", _("Används som det är")
    ADAPTED = "adapted", _("Anpassat")
    NOT_APPLICABLE = "not_applicable", _("Inte tillämpligt")


class Reuse(models.Model):
    """One region's use of an underlag: hours it spent, and hours it says the work would have taken alone."""

    underlag = models.ForeignKey(Underlag, on_delete=models.PROTECT, related_name="reuses")
    version = models.PositiveIntegerField()
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reuses")
    kind = models.CharField(max_length=16, choices=ReuseKind.choices)
    hours_spent = models.PositiveIntegerField()
    hours_alone = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["region__code"]
        constraints = [models.UniqueConstraint(fields=["underlag", "region"], name="reuse_once_a_region")]

    def __str__(self) -> str:
        return f"{self.region}: {self.underlag}"
