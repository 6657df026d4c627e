"""What can be applied for: the yearly frames, the call with its measure types and criteria, a later day for one region."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from hemtag.organisations.models import Organisation

PERSON = settings.AUTH_USER_MODEL


class Frame(models.Model):
    """What may be granted for one appropriation year, over all calls."""

    year = models.PositiveSmallIntegerField(unique=True)
    amount_sek = models.BigIntegerField(validators=[MinValueValidator(0)])
    source = models.TextField()

    class Meta:
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class EarlierCommitment(models.Model):
    """Money of a year that was granted before Hemtag kept the decisions."""

    year = models.PositiveSmallIntegerField()
    amount_sek = models.BigIntegerField(validators=[MinValueValidator(0)])
    decision = models.CharField(max_length=200)
    source = models.TextField()

    class Meta:
        ordering = ["year", "pk"]

    def __str__(self) -> str:
        return f"{self.year} {self.decision}"


class Call(models.Model):
    """One window to apply in. The rule set and everything that only this call says is data, not code."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    # Cap on what decisions of this call may bind for the years after the first.
    authorisation_sek = models.BigIntegerField(validators=[MinValueValidator(0)])
    authorisation_source = models.TextField()
    # Least effect per granted krona for a block to be worth funding though money is left: 1.000 is one krona.
    hurdle = models.DecimalField(max_digits=6, decimal_places=3, default=1)
    rule_set = models.JSONField(default=dict)
    contact = models.EmailField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # How many applications have been started: a number is never given twice, even when a draft is removed.
    started = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-opens_on"]

    def __str__(self) -> str:
        return self.title


class MeasureType(models.Model):
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="measure_types")
    code = models.SlugField()
    name = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    # What the delegation says that it would like to see; shown in assessment, never a condition.
    is_wish = models.BooleanField(default=False)
    source = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["call", "code"], name="measure_type_once")]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """What is judged, with its weight and what each level 0–5 means."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="criteria")
    code = models.SlugField()
    name = models.CharField(max_length=120)
    question = models.TextField()
    weight = models.PositiveSmallIntegerField()
    levels = models.JSONField(default=list)
    source = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["call", "code"], name="criterion_once")]

    def __str__(self) -> str:
        return self.name


class LateAccess(models.Model):
    """A logged exception: one region may hand in after the window, until a day, for a reason."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="late_accesses")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()
    reason = models.TextField()
    given_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "late accesses"

    def __str__(self) -> str:
        return f"{self.region}: {self.until}"


class StateSupport(models.Model):
    """Other state support for a region's measure that the delegation has recorded: compared with what is applied for."""

    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="state_supports")
    measure = models.CharField(max_length=200)
    grantor = models.CharField(max_length=120)
    from_year = models.PositiveSmallIntegerField()
    to_year = models.PositiveSmallIntegerField()
    amount_sek = models.BigIntegerField(null=True, blank=True, validators=[MinValueValidator(0)])
    source = models.TextField()
    recorded_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    # A line that was wrong is struck, with its reason, and no longer compared.
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["region__code", "from_year", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_year__lte=models.F("to_year")), name="state_support_years_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.region}: {self.measure}"
