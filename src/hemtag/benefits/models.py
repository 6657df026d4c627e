"""Benefit cases: what is believed of a measure, the runs that were made of it, and what was realised."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.models import Organisation

from .checks import SYSTEM_RUNS

PERSON = settings.AUTH_USER_MODEL


class CaseState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    SHARED = "shared", _("Delad")
    FROZEN = "frozen", _("Fryst")


CASE_NEXT: dict[str, set[str]] = {
    CaseState.DRAFT: {CaseState.SHARED, CaseState.FROZEN},
    CaseState.SHARED: {CaseState.DRAFT, CaseState.FROZEN},
    # What was decided on is what follow-up measures against: a frozen case is never changed, only copied.
    CaseState.FROZEN: set(),
}


class BenefitCase(models.Model):
    """A calculation of benefit as data (data/schemas/case.schema.json), owned by one region and shared with others.

    This room knows nothing of applications and solutions: `about_kind` and `about_key` name what the case is for, so
    that the rooms above find it, and `about` says it in words.
    """

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    # "block", "application", "solution" or "" for a case that stands by itself.
    about_kind = models.CharField(max_length=16, blank=True)
    about_key = models.CharField(max_length=80, blank=True)
    about = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="benefit_cases")
    # Regions whose people read the case and adjust their own values in it, beside the owner.
    regions = models.ManyToManyField(Organisation, related_name="shared_benefit_cases", blank=True)
    # Which pattern of questions it began from ("freed_time" …), blank when it came from a file.
    pattern = models.CharField(max_length=40, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.DRAFT)
    is_public = models.BooleanField(default=False)
    # What it is about has been handed in: the delegation reads it from then on.
    is_handed_in = models.BooleanField(default=False)
    is_invented = models.BooleanField(default=False)
    # The case itself, in the format of hemtag.valuation.
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    # Per place in the data: the `version` that last changed it, and by whom.
    touched = models.JSONField(default=dict, blank=True)
    copied_from = models.CharField(max_length=80, blank=True)
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    updated_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "pk"]
        indexes = [models.Index(fields=["about_kind", "about_key"], name="case_about")]

    def __str__(self) -> str:
        return self.title


class CaseRun(models.Model):
    """One computation, kept with all that is needed to make it again: data with its facts filled in, seed, draws, method."""

    case = models.ForeignKey(BenefitCase, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120, blank=True)
    data = models.JSONField()
    data_sha256 = models.CharField(max_length=64)
    seed = models.PositiveIntegerField()
    draws = models.PositiveIntegerField()
    method = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    # What the pages show (valuation.as_page) and its fingerprint to nine figures.
    result = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="case_run_number_once")]

    def __str__(self) -> str:
        return f"{self.case} ({self.number})"

    @property
    def called(self) -> str:
        """The name in the language of the page, when the system gave it."""
        return str(SYSTEM_RUNS.get(self.name, self.name))


class RealisedValue(models.Model):
    """What one line of a frozen case has given in one region in one year, beside what was expected."""

    case = models.ForeignKey(BenefitCase, on_delete=models.PROTECT, related_name="realised")
    line = models.CharField(max_length=80)
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    value_sek = models.BigIntegerField()
    # How exact the measurement is, as a share: 0.1 is give or take a tenth.
    uncertainty = models.DecimalField(max_digits=5, decimal_places=3, default=0)
    source = models.TextField()
    recorded_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["year", "region__code", "line"]
        constraints = [models.UniqueConstraint(fields=["case", "line", "region", "year"], name="realised_once_a_year")]

    def __str__(self) -> str:
        return f"{self.case}: {self.line} {self.region} {self.year}"
