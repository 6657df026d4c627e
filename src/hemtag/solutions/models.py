"""Solutions that work, and the regions that introduce them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.knowledge.models import Document
from hemtag.organisations.models import Organisation


class SolutionKind(models.TextChoices):
    TECHNICAL = "technical", _("Teknisk lösning")
    ORGANISATIONAL = "organisational", _("Organisatorisk lösning")
    WAY_OF_WORKING = "way_of_working", _("Arbetssätt")
    AI = "ai", _("AI-tillämpning")
    PHASING_OUT = "phasing_out", _("Utmönstring")


class SolutionState(models.TextChoices):
    PROPOSED = "proposed", _("Föreslagen")
    PUBLISHED = "published", _("Publicerad")
    DECLINED = "declined", _("Avböjd")
    WITHDRAWN = "withdrawn", _("Återkallad")


SOLUTION_NEXT: dict[str, set[str]] = {
    SolutionState.PROPOSED: {SolutionState.PUBLISHED, SolutionState.DECLINED},
    SolutionState.PUBLISHED: {SolutionState.WITHDRAWN},
    SolutionState.DECLINED: {SolutionState.PROPOSED},
    SolutionState.WITHDRAWN: set(),
}


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
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="solutions")
    origin = models.CharField(max_length=200, blank=True)
    origin_key = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=12, choices=SolutionState.choices, default=SolutionState.PROPOSED)
    state_reason = models.TextField(blank=True)
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


class Stage(models.TextChoices):
    """How far a region has come; each step is dated and carries its proof."""

    INTERESTED = "interested", _("Intresserad")
    DECIDED = "decided", _("Beslutat införa")
    PILOTING = "piloting", _("Pilot")
    ROLLING_OUT = "rolling_out", _("Breddinför")
    IN_USE = "in_use", _("I drift")
    DECLINED = "declined", _("Avböjt")
    DISCONTINUED = "discontinued", _("Avslutat")


STAGE_NEXT: dict[str, set[str]] = {
    "": {Stage.INTERESTED, Stage.DECIDED, Stage.PILOTING, Stage.ROLLING_OUT, Stage.IN_USE, Stage.DECLINED},
    Stage.INTERESTED: {Stage.DECIDED, Stage.PILOTING, Stage.ROLLING_OUT, Stage.IN_USE, Stage.DECLINED},
    Stage.DECIDED: {Stage.PILOTING, Stage.ROLLING_OUT, Stage.IN_USE, Stage.DECLINED},
    Stage.PILOTING: {Stage.ROLLING_OUT, Stage.IN_USE, Stage.DISCONTINUED},
    Stage.ROLLING_OUT: {Stage.IN_USE, Stage.DISCONTINUED},
    Stage.IN_USE: {Stage.DISCONTINUED},
    Stage.DECLINED: {Stage.INTERESTED, Stage.DECIDED},
    Stage.DISCONTINUED: {Stage.INTERESTED, Stage.DECIDED},
}


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
    """A dated step with its proof, declared by the adopting region. Appended, never changed."""

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="steps")
    stage = models.CharField(max_length=16, choices=Stage.choices)
    occurred_on = models.DateField()
    proof = models.TextField()
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.occurred_on}"


class SearchPosting(models.Model):
    """Which solutions of a block of 4 096 have a term, and with what weight, packed: the search reads few rows.

    `space` says what the term is: a word, a part, a value to filter by, or the order of titles.
    """

    space = models.CharField(max_length=1)
    term = models.CharField(max_length=100)
    block = models.PositiveIntegerField()
    places = models.BinaryField()
    weights = models.BinaryField()

    class Meta:
        ordering = ["space", "term", "block"]
        constraints = [models.UniqueConstraint(fields=["space", "term", "block"], name="search_posting_once")]

    def __str__(self) -> str:
        return f"{self.space}:{self.term} ({self.block})"


class SearchGram(models.Model):
    """Three letters in a row of a word that some solution has: how a misspelt word finds its likes."""

    gram = models.CharField(max_length=3)
    word = models.CharField(max_length=100)

    class Meta:
        ordering = ["gram", "word"]
        constraints = [models.UniqueConstraint(fields=["gram", "word"], name="search_gram_once")]

    def __str__(self) -> str:
        return f"{self.gram}: {self.word}"


class SearchDocument(models.Model):
    """The terms that a solution stands under, so that exactly those can be taken away when it changes."""

    solution = models.OneToOneField(Solution, primary_key=True, on_delete=models.CASCADE, related_name="+")
    terms = models.BinaryField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.solution_id}"
