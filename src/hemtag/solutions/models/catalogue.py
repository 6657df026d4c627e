"""A solution, its life from tip to established, and what must not change in it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag import clock
from hemtag.organisations.models import Organisation


class SolutionKind(models.TextChoices):
    TECHNICAL = "technical", _("Teknisk lösning")
    ORGANISATIONAL = "organisational", _("Organisatorisk lösning")
    WAY_OF_WORKING = "way_of_working", _("Arbetssätt")
    AI = "ai", _("AI-tillämpning")
    PHASING_OUT = "phasing_out", _("Utmönstring")


class SolutionState(models.TextChoices):
    IDENTIFIED = "identified", _("Identifierad")
    SCREENED = "screened", _("Sållad")
    NEEDS_EVIDENCE = "needs_evidence", _("Behöver mer underlag")
    QUALIFIED = "qualified", _("Kvalificerad")
    PACKAGING = "packaging", _("Paketeras")
    PACKAGED = "packaged", _("Paketerad")
    COMMUNICATED = "communicated", _("Kommunicerad")
    SPREADING = "spreading", _("Under spridning")
    ESTABLISHED = "established", _("Etablerad")
    REVIEW_DUE = "review_due", _("Omprövas")
    SUPERSEDED = "superseded", _("Ersatt")
    RETIRED = "retired", _("Utmönstrad")
    RECALLED = "recalled", _("Återkallad")
    PARKED = "parked", _("Vilande")
    DECLINED = "declined", _("Avböjd")
    MERGED = "merged", _("Sammanslagen")


_S = SolutionState
SOLUTION_NEXT: dict[str, set[str]] = {
    _S.IDENTIFIED: {_S.SCREENED, _S.PARKED, _S.DECLINED, _S.MERGED},
    _S.SCREENED: {_S.QUALIFIED, _S.NEEDS_EVIDENCE, _S.PARKED, _S.DECLINED, _S.MERGED},
    _S.NEEDS_EVIDENCE: {_S.SCREENED, _S.PARKED, _S.DECLINED, _S.MERGED},
    _S.QUALIFIED: {_S.PACKAGING, _S.PARKED, _S.RETIRED, _S.MERGED},
    _S.PACKAGING: {_S.PACKAGED, _S.PARKED, _S.RETIRED},
    _S.PACKAGED: {_S.COMMUNICATED, _S.REVIEW_DUE, _S.RETIRED, _S.RECALLED},
    _S.COMMUNICATED: {_S.SPREADING, _S.REVIEW_DUE, _S.SUPERSEDED, _S.RETIRED, _S.RECALLED},
    _S.SPREADING: {_S.ESTABLISHED, _S.REVIEW_DUE, _S.SUPERSEDED, _S.RETIRED, _S.RECALLED},
    _S.ESTABLISHED: {_S.REVIEW_DUE, _S.SUPERSEDED, _S.RETIRED, _S.RECALLED},
    _S.REVIEW_DUE: {_S.PACKAGING, _S.SPREADING, _S.ESTABLISHED, _S.SUPERSEDED, _S.RETIRED, _S.RECALLED},
    _S.SUPERSEDED: set(),
    _S.RETIRED: {_S.IDENTIFIED},
    # A recalled package comes back as a new version of it.
    _S.RECALLED: {_S.PACKAGING, _S.RETIRED},
    _S.PARKED: {_S.IDENTIFIED},
    _S.DECLINED: {_S.IDENTIFIED},
    _S.MERGED: set(),
}

# A region may introduce what works before it is packaged; what is stopped or gone takes no new introductions.
CLOSED = frozenset({_S.SUPERSEDED, _S.RETIRED, _S.RECALLED, _S.PARKED, _S.DECLINED, _S.MERGED})
# Held to be good enough to build on: passed its qualification and not stopped since.
TRUSTED = frozenset(
    {_S.QUALIFIED, _S.PACKAGING, _S.PACKAGED, _S.COMMUNICATED, _S.SPREADING, _S.ESTABLISHED, _S.REVIEW_DUE}
)
# Looked at by an editor and found to be something: what start pages and start patterns offer.
SHOWN_FIRST = TRUSTED | {_S.SCREENED}
# Has a package out.
OUT = frozenset({_S.PACKAGED, _S.COMMUNICATED, _S.SPREADING, _S.ESTABLISHED, _S.REVIEW_DUE})


class Evidence(models.TextChoices):
    """How well the effect is known: a convention of the catalogue, from before–after to replicated and sustained."""

    E0 = "E0", _("E0 – påstående")
    E1 = "E1", _("E1 – före och efter, en verksamhet")
    E2 = "E2", _("E2 – kontrollerad eller tidsserie, en verksamhet")
    E3 = "E3", _("E3 – upprepad i minst två oberoende organisationer")
    E4 = "E4", _("E4 – kontrollerad i flera verksamheter")
    E5 = "E5", _("E5 – upprepad, varaktig i 24 månader och bekräftad av någon annan")


class Effort(models.TextChoices):
    """What it takes to introduce in one region, all roles together."""

    SMALL = "small", _("Liten: under 200 timmar")
    MEDIUM = "medium", _("Medel: 200–2 000 timmar")
    LARGE = "large", _("Stor: över 2 000 timmar")
    UNKNOWN = "", _("Inte känd")


class Regulation(models.TextChoices):
    """The class that decides what rules an adopter meets first."""

    UNKNOWN = "", _("Inte prövad")
    NONE = "none", _("Varken medicinteknik eller AI")
    AI_MINIMAL = "ai_minimal", _("AI, minimal eller begränsad risk")
    AI_HIGH = "ai_high", _("AI, hög risk")
    MDR_I = "mdr_i", _("Medicinteknisk produkt, klass I")
    MDR_II = "mdr_ii", _("Medicinteknisk produkt, klass IIa eller IIb")
    MDR_III = "mdr_iii", _("Medicinteknisk produkt, klass III")
    IN_HOUSE = "in_house", _("Egentillverkad medicinteknisk produkt")


class Solution(models.Model):
    """A technical or organisational solution or a way of working, with the problem it solves.

    `origin` names the granted block it came from, in words: this room knows nothing of applications.
    """

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=16, choices=SolutionKind.choices)
    specialty = models.CharField(max_length=80)
    problem = models.TextField()
    summary = models.TextField()
    # What has been seen, with a unit; who can tell more; where there is more to read.
    effect = models.TextField(blank=True)
    contact = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=300, blank=True)
    # For a reader outside the profession, two minutes; and what an English reader meets.
    plain = models.TextField(blank=True)
    title_en = models.CharField(max_length=160, blank=True)
    plain_en = models.TextField(blank=True)
    target_groups = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=2, choices=Evidence.choices, default=Evidence.E0)
    effort = models.CharField(max_length=8, choices=Effort.choices, default="", blank=True)
    regulation = models.CharField(max_length=12, choices=Regulation.choices, default="", blank=True)
    # Of what the catalogue tells of it: plain texts, target groups, effort and class; two who write do not overwrite.
    version = models.PositiveIntegerField(default=1)

    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="solutions")
    # Who keeps it alive for 24 months or more; the owner until somebody else has said yes.
    steward = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="stewarded_solutions"
    )
    origin = models.CharField(max_length=200, blank=True)
    origin_key = models.CharField(max_length=60, blank=True)
    variant_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="variants")
    # Set when this one is merged into, or superseded by, another.
    leads_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="led_from")

    state = models.CharField(max_length=16, choices=SolutionState.choices, default=SolutionState.IDENTIFIED)
    state_reason = models.TextField(blank=True)
    state_since = models.DateTimeField(default=clock.now)
    # Who must do the next thing, and by when: a waiting solution always has both.
    waits_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["origin_key"], condition=~models.Q(origin_key=""), name="solution_once_per_origin"
            )
        ]

    def __str__(self) -> str:
        return self.title


class CoreFunction(models.Model):
    """What must not change when a region adapts a solution; its form may."""

    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="core_functions")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    # Taken out of later packages, but kept for the checks that were made against it.
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class Need(models.Model):
    """A problem that a region has and nobody has solved for it yet, with its size."""

    title = models.CharField(max_length=160)
    specialty = models.CharField(max_length=80)
    problem = models.TextField()
    # How large it is today, with a unit and how it was measured.
    baseline = models.TextField(blank=True)
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="needs")
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    posted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-posted_at", "pk"]

    def __str__(self) -> str:
        return self.title


class NeedAnswer(models.Model):
    """A region that has the same need, or a solution that somebody says answers it."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="answers")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # Empty: the region has the same need.
    solution = models.ForeignKey(Solution, null=True, blank=True, on_delete=models.PROTECT, related_name="needs")
    note = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["answered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "region"], condition=models.Q(solution__isnull=True), name="same_need_once_a_region"
            ),
            models.UniqueConstraint(
                fields=["need", "solution"], condition=models.Q(solution__isnull=False), name="need_answered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need}: {self.solution or self.region}"
