"""From the open window to the handed-in submission. Money is whole kronor in cells; every total is a sum of them."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.knowledge.models import Document, ObstacleKind
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
    case_number = models.CharField(max_length=20, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["call", "responsible"], name="one_form_per_responsible_region")]

    def __str__(self) -> str:
        return f"{self.responsible}, {self.call}"


class SubmittedVersion(models.Model):
    """Exactly what was handed in, as canonical JSON with its hash. Assessors read this, not what is edited."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="submitted_versions")
    number = models.PositiveIntegerField()
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
    version = models.PositiveIntegerField(default=1)
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
    CONFIRMED = "confirmed", _("Bekräftad")
    DECLINED = "declined", _("Avböjt")


PARTICIPANT_NEXT: dict[str, set[str]] = {
    ParticipantState.INVITED: {ParticipantState.CONFIRMED, ParticipantState.DECLINED},
    # A region that has confirmed may take it back while the application is a draft: its decision may be changed.
    ParticipantState.CONFIRMED: {ParticipantState.INVITED, ParticipantState.DECLINED},
    ParticipantState.DECLINED: {ParticipantState.INVITED},
}


class OtherSupport(models.TextChoices):
    UNKNOWN = "", _("Inte besvarat")
    NONE = "none", _("Nej, inget annat statligt stöd")
    SOME = "some", _("Ja, annat statligt stöd")


class Participant(models.Model):
    """A region in a joint application, with its own minuted decision that it confirms itself."""

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

    class Meta:
        ordering = ["region__code"]
        constraints = [models.UniqueConstraint(fields=["application", "region"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.region}: {self.application}"


class Block(models.Model):
    """A part of an application that can be funded by itself, if the blocks it needs are funded too."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="blocks")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    purpose = models.TextField(blank=True)
    activities = models.TextField(blank=True)
    obstacle = models.CharField(max_length=10, choices=ObstacleKind.choices, blank=True)
    needs = models.ManyToManyField("self", symmetrical=False, related_name="needed_by", blank=True)
    version = models.PositiveIntegerField(default=1)
    costs_version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["application", "number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="block_number_once")]

    def __str__(self) -> str:
        return f"{self.application.number}/{self.number} {self.title}"


class CostKind(models.TextChoices):
    OWN_TIME = "own_time", _("Egen arbetstid")
    COORDINATION = "coordination", _("Samordning")
    EXPERTISE = "expertise", _("Extern expertis")
    TECHNOLOGY = "technology", _("Teknik")
    OTHER = "other", _("Övrigt")


class Cost(models.Model):
    """The one cell that every total is a sum of: block × region × year × kind."""

    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="costs")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=CostKind.choices)
    requested_sek = models.BigIntegerField(default=0)
    cofinancing_sek = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["block", "region__code", "kind", "year"]
        constraints = [
            models.UniqueConstraint(fields=["block", "region", "year", "kind"], name="cost_cell_once"),
            models.CheckConstraint(
                condition=models.Q(requested_sek__gte=0) & models.Q(cofinancing_sek__gte=0), name="cost_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.block_id} {self.year}"


class EffectKind(models.TextChoices):
    MORE_CARE = "more_care", _("Mer vård med samma resurser")
    FEWER_RESOURCES = "fewer_resources", _("Samma vård med mindre resurser")
    HIGHER_QUALITY = "higher_quality", _("Högre kvalitet med samma resurser")


class Horizon(models.TextChoices):
    DIRECT = "direct", _("Direkt effekt")
    ENABLING = "enabling", _("Förutsättningseffekt")
    LONG_TERM = "long_term", _("Långsiktig effekt")


class Perspective(models.TextChoices):
    REGION = "region", _("Regionen")
    SOCIETY = "society", _("Samhället")


class EffectClaim(models.Model):
    """What the applicant believes a block is worth: low, likely and high in kronor over a period, and why.

    The region's and society's perspectives are shown apart and never added.
    """

    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="effects")
    kind = models.CharField(max_length=16, choices=EffectKind.choices)
    horizon = models.CharField(max_length=10, choices=Horizon.choices)
    perspective = models.CharField(max_length=8, choices=Perspective.choices, default=Perspective.REGION)
    low_sek = models.BigIntegerField()
    likely_sek = models.BigIntegerField()
    high_sek = models.BigIntegerField()
    from_year = models.PositiveSmallIntegerField()
    to_year = models.PositiveSmallIntegerField()
    basis = models.TextField()

    class Meta:
        ordering = ["block", "perspective", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(low_sek__lte=models.F("likely_sek"))
                & models.Q(likely_sek__lte=models.F("high_sek")),
                name="effect_low_likely_high",
            ),
            models.CheckConstraint(
                condition=models.Q(from_year__lte=models.F("to_year")), name="effect_years_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.likely_sek}"
