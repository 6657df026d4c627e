"""The blocks of an application: what each costs in whole kronor, cell by cell, and what it is believed to give."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.knowledge.models import ObstacleKind
from hemtag.organisations.models import Organisation
from hemtag.solutions.models import Solution

from .applications import Application

PERSON = settings.AUTH_USER_MODEL


class Block(models.Model):
    """A part of an application that can be funded by itself, if the blocks it needs are funded too."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="blocks")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    purpose = models.TextField(blank=True)
    activities = models.TextField(blank=True)
    obstacle = models.CharField(max_length=10, choices=ObstacleKind.choices, blank=True)
    needs = models.ManyToManyField("self", symmetrical=False, related_name="needed_by", blank=True)
    # Where the block began: a block of another application ("2026-003/2") or a solution of the catalogue.
    copied_from = models.CharField(max_length=40, blank=True)
    solution = models.ForeignKey(Solution, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    # Per field: the `version` that last changed it, and by whom: {"title": {"version": 7, "by": "…", "at": "…"}}.
    touched = models.JSONField(default=dict, blank=True)
    costs_version = models.PositiveIntegerField(default=1)
    # Cells that were emptied, with the `costs_version` that did it: {"14.own_time.2026": 12}.
    emptied = models.JSONField(default=dict, blank=True)
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
    EXPERTISE_LAW = "expertise_law", _("Extern expertis: juridik")
    EXPERTISE_TECHNOLOGY = "expertise_technology", _("Extern expertis: teknik")
    EXPERTISE_PROCUREMENT = "expertise_procurement", _("Extern expertis: upphandling")
    EXPERTISE_INTRODUCTION = "expertise_introduction", _("Extern expertis: införande")
    EXPERTISE_METHOD = "expertise_method", _("Extern expertis: metod")
    EXPERTISE_ECONOMICS = "expertise_economics", _("Extern expertis: hälsoekonomi")
    TECHNOLOGY = "technology", _("Teknik")
    OTHER = "other", _("Övrigt")


# The five kinds that totals are shown in; outside expertise may be told apart by field.
MAIN_KINDS = (
    CostKind.OWN_TIME,
    CostKind.COORDINATION,
    CostKind.EXPERTISE,
    CostKind.TECHNOLOGY,
    CostKind.OTHER,
)


def main_kind(kind: str) -> CostKind:
    """The one of the five that a kind belongs to."""
    return CostKind.EXPERTISE if kind.startswith(CostKind.EXPERTISE.value) else CostKind(kind)


class Cost(models.Model):
    """The one cell that every total is a sum of: block × region × year × kind."""

    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="costs")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=24, choices=CostKind.choices)
    requested_sek = models.BigIntegerField(default=0)
    cofinancing_sek = models.BigIntegerField(default=0)
    # Own working time may be given in hours at a dated hourly cost; requested and co-financing are then their product.
    hours = models.PositiveIntegerField(null=True, blank=True)
    hourly_cost_sek = models.PositiveIntegerField(null=True, blank=True)
    # The block's `costs_version` that last changed this cell.
    version = models.PositiveIntegerField(default=1)

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
