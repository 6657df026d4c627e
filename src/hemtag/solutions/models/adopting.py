"""One region's introduction of one solution: dated steps, confirmations, adaptations and fidelity."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.knowledge.models import Document
from hemtag.organisations.models import Organisation

from .catalogue import CoreFunction, Solution
from .packaging import PackageVersion


class Stage(models.TextChoices):
    """How far a region has come; each step is dated and carries its proof."""

    NOT_APPLICABLE = "not_applicable", _("Ej aktuellt")
    INTERESTED = "interested", _("Intresserad")
    ASSESSING = "assessing", _("Prövar")
    DECIDED = "decided", _("Beslutat införa")
    PREPARING = "preparing", _("Förbereder")
    PILOTING = "piloting", _("Pilot")
    ROLLING_OUT = "rolling_out", _("Breddinför")
    IN_USE = "in_use", _("I drift")
    SUSTAINED = "sustained", _("Varaktig")
    PAUSED = "paused", _("Pausat")
    DECLINED = "declined", _("Avböjt")
    DISCONTINUED = "discontinued", _("Avslutat")
    REPLACED = "replaced", _("Ersatt av annat")


LADDER = (
    Stage.INTERESTED,
    Stage.ASSESSING,
    Stage.DECIDED,
    Stage.PREPARING,
    Stage.PILOTING,
    Stage.ROLLING_OUT,
    Stage.IN_USE,
    Stage.SUSTAINED,
)
"""From first interest to lasting use; a region may skip rungs but only climbs."""
USED = frozenset({Stage.IN_USE, Stage.SUSTAINED})
STARTED = frozenset({Stage.PILOTING, Stage.ROLLING_OUT, Stage.IN_USE, Stage.SUSTAINED})
NEEDS_REASON = frozenset({Stage.NOT_APPLICABLE, Stage.PAUSED, Stage.DECLINED, Stage.DISCONTINUED, Stage.REPLACED})


def _after(stage: Stage) -> set[str]:
    return set(LADDER[LADDER.index(stage) + 1 :])


STAGE_NEXT: dict[str, set[str]] = {
    "": {*LADDER[:-1], Stage.NOT_APPLICABLE, Stage.DECLINED},
    Stage.NOT_APPLICABLE: {Stage.INTERESTED, Stage.ASSESSING, Stage.DECIDED},
    Stage.INTERESTED: _after(Stage.INTERESTED) - {Stage.SUSTAINED} | {Stage.NOT_APPLICABLE, Stage.DECLINED},
    Stage.ASSESSING: _after(Stage.ASSESSING) - {Stage.SUSTAINED} | {Stage.NOT_APPLICABLE, Stage.DECLINED},
    Stage.DECIDED: _after(Stage.DECIDED) - {Stage.SUSTAINED} | {Stage.PAUSED, Stage.DECLINED},
    Stage.PREPARING: _after(Stage.PREPARING) - {Stage.SUSTAINED} | {Stage.PAUSED, Stage.DECLINED},
    Stage.PILOTING: {Stage.ROLLING_OUT, Stage.IN_USE, Stage.PAUSED, Stage.DISCONTINUED, Stage.REPLACED},
    Stage.ROLLING_OUT: {Stage.IN_USE, Stage.PAUSED, Stage.DISCONTINUED, Stage.REPLACED},
    Stage.IN_USE: {Stage.SUSTAINED, Stage.PAUSED, Stage.DISCONTINUED, Stage.REPLACED},
    Stage.SUSTAINED: {Stage.PAUSED, Stage.DISCONTINUED, Stage.REPLACED},
    Stage.PAUSED: {*LADDER[2:-1], Stage.DISCONTINUED, Stage.REPLACED, Stage.DECLINED},
    Stage.DECLINED: {Stage.INTERESTED, Stage.ASSESSING, Stage.DECIDED},
    Stage.DISCONTINUED: {Stage.INTERESTED, Stage.ASSESSING, Stage.DECIDED},
    Stage.REPLACED: {Stage.INTERESTED, Stage.ASSESSING, Stage.DECIDED},
}


class StopReason(models.TextChoices):
    """Why a region declined, paused or stopped: coded, so that what stops many can be seen."""

    LEADERSHIP = "leadership", _("Ledningens stöd saknas")
    APPROVALS = "approvals", _("Godkännanden saknas eller dröjer")
    MONEY = "money", _("Pengar saknas")
    STAFF = "staff", _("Personal eller tid saknas")
    PROCUREMENT = "procurement", _("Upphandling hindrar")
    LAW = "law", _("Juridik hindrar")
    INTEGRATION = "integration", _("Går inte att koppla till våra system")
    EVIDENCE = "evidence", _("Underlaget övertygar inte")
    NO_NEED = "no_need", _("Behovet finns inte hos oss")
    PRIORITY = "priority", _("Annat går före")
    SUPPLIER = "supplier", _("Leverantören har lämnat")
    WORSE = "worse", _("Resultatet blev sämre")
    RECALLED = "recalled", _("Paketet är återkallat")
    OTHER = "other", _("Annat skäl")


class Adoption(models.Model):
    """One region's introduction of one solution. Its stage is the stage of its newest step."""

    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="adoptions")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="adoptions")

    class Meta:
        ordering = ["region__code"]
        constraints = [models.UniqueConstraint(fields=["solution", "region"], name="adoption_once_a_region")]

    def __str__(self) -> str:
        return f"{self.region}: {self.solution}"


class AdoptionStep(models.Model):
    """A dated step with its proof, declared by the adopting region. Appended, never changed.

    A step that was wrong is corrected by a later one that says which it `corrects`, and no longer counts.
    """

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="steps")
    stage = models.CharField(max_length=16, choices=Stage.choices)
    occurred_on = models.DateField()
    proof = models.TextField()
    # Which body decided, and its § or diary number, at the step where somebody decides.
    decision_reference = models.CharField(max_length=160, blank=True)
    reason = models.CharField(max_length=12, choices=StopReason.choices, blank=True)
    package = models.ForeignKey(
        PackageVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="adoption_steps"
    )
    # How much of what is meant to use it does: units, staff or patients in use, and in all.
    covered = models.PositiveIntegerField(null=True, blank=True)
    out_of = models.PositiveIntegerField(null=True, blank=True)
    covered_unit = models.CharField(max_length=60, blank=True)
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.occurred_on}"


class Suggestion(models.Model):
    """The owner, or anyone, believes that a region uses the solution: the region answers, only it can declare."""

    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="suggestions")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    suggested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    suggested_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    # Empty until answered: "yes" leads to a step, "no" says why.
    answer = models.CharField(max_length=3, blank=True)
    answer_note = models.TextField(blank=True)

    class Meta:
        ordering = ["-suggested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["solution", "region"], condition=models.Q(answered_at__isnull=True), name="one_open_suggestion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.solution}: {self.region}"


class Confirmation(models.Model):
    """The region says that what it last declared still holds. Without one for 180 days it is shown as unconfirmed."""

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="confirmations")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.adoption} {self.confirmed_at:%Y-%m-%d}"


class Adaptation(models.Model):
    """What a region has changed, in the terms of FRAME: when, planned or not, who, what, level, nature, why."""

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="adaptations")
    occurred_on = models.DateField()
    # Keys of `solutions/frame.py`.
    phase = models.CharField(max_length=20)
    planned = models.CharField(max_length=20)
    decided_by = models.CharField(max_length=20)
    what = models.CharField(max_length=20)
    level = models.CharField(max_length=20)
    nature = models.CharField(max_length=20)
    goal = models.CharField(max_length=20)
    text = models.TextField()
    # Which core functions it changes; any makes the region's use a variant of its own.
    touches = models.ManyToManyField(CoreFunction, blank=True, related_name="adaptations")
    is_variant = models.BooleanField(default=False)
    package = models.ForeignKey(PackageVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The regions' own word on whether it turns the user of an AI system into its provider.
    becomes_provider = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_note = models.TextField(blank=True)

    class Meta:
        ordering = ["occurred_on", "pk"]

    def __str__(self) -> str:
        return f"{self.adoption}: {self.text[:60]}"


class FidelityCheck(models.Model):
    """How many of the core functions a region delivers, on a day, by a stated method."""

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="fidelity_checks")
    checked_on = models.DateField()
    method = models.TextField()
    planned = models.PositiveSmallIntegerField()
    delivered = models.PositiveSmallIntegerField()
    functions = models.ManyToManyField(CoreFunction, blank=True, related_name="delivered_in")
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["checked_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(planned__gte=1, delivered__lte=models.F("planned")), name="fidelity_is_a_share"
            )
        ]

    def __str__(self) -> str:
        return f"{self.delivered}/{self.planned} {self.checked_on}"


class PhasedVolume(models.Model):
    """How much a region still does of what is being phased out, over a period: the volume before and after."""

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="volumes")
    starts_on = models.DateField()
    ends_on = models.DateField()
    number = models.PositiveIntegerField()
    # The same unit in every period of one region.
    unit = models.CharField(max_length=80)
    is_before = models.BooleanField(default=False)
    source = models.TextField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["adoption", "starts_on", "ends_on"], name="volume_once_a_period"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="volume_ends_after"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.unit} {self.starts_on}"
