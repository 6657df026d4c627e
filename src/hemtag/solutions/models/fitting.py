"""What a region has, what a package asks for, and how complex the introduction would be."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.models import Organisation

from .catalogue import Solution


class RegionProfile(models.Model):
    """A region's systems, size, capabilities, agreements and decision calendar, in versions that never change.

    `answers` follow the questions of `data/profile/`, by their keys.
    """

    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="profiles")
    number = models.PositiveIntegerField()
    answers = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["region__code", "-number"]
        constraints = [models.UniqueConstraint(fields=["region", "number"], name="profile_once")]

    def __str__(self) -> str:
        return f"{self.region} {self.number}"


class Weight(models.TextChoices):
    MUST = "must", _("Måste")
    SHOULD = "should", _("Bör")


class Requirement(models.Model):
    """What a region must or should have before it can introduce a solution, and what it takes to get it."""

    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="requirements")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    weight = models.CharField(max_length=6, choices=Weight.choices, default=Weight.MUST)
    # A key of the profile and the answers that meet it; empty when only a person can say.
    profile_key = models.CharField(max_length=40, blank=True)
    accepted = models.JSONField(default=list)
    # What closing the gap takes, when it can be closed at all.
    weeks_low = models.PositiveSmallIntegerField(null=True, blank=True)
    weeks_likely = models.PositiveSmallIntegerField(null=True, blank=True)
    weeks_high = models.PositiveSmallIntegerField(null=True, blank=True)
    cost_sek = models.PositiveBigIntegerField(null=True, blank=True)
    owner = models.CharField(max_length=120, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class FitAssessment(models.Model):
    """One region's trial of whether a solution fits: requirements met or not, and the complexity by domain.

    `met` is {requirement: met|gap|blocker|unknown}, `complexity` is {question: simple|complicated|complex|unknown};
    they are never blended.
    """

    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="fits")
    region = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="fits")
    profile = models.ForeignKey(RegionProfile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    questions_version = models.CharField(max_length=20)
    met = models.JSONField(default=dict)
    complexity = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    weeks_low = models.PositiveSmallIntegerField(default=0)
    weeks_likely = models.PositiveSmallIntegerField(default=0)
    weeks_high = models.PositiveSmallIntegerField(default=0)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.region}: {self.solution}"
