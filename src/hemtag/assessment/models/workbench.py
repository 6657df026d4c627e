"""What the delegation keeps from the workbench: scenarios with a name, and what it froze and published."""

from django.conf import settings
from django.db import models

from hemtag.grants.models import Call

from .deciding import Run

PERSON = settings.AUTH_USER_MODEL


class NamedScenario(models.Model):
    """Changes to a run that somebody gave a name, with the round and the answer that they lead to."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="scenarios")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="scenarios")
    name = models.CharField(max_length=80)
    note = models.TextField(blank=True)
    # As `whatif.as_text` writes each change, in the order they were made.
    changes = models.JSONField(default=list)
    round = models.JSONField()
    round_sha256 = models.CharField(max_length=64)
    result = models.JSONField()
    made_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["call", "name"], name="scenario_name_once")]

    def __str__(self) -> str:
        return self.name


class Freeze(models.Model):
    """The minutes of a run that the delegation settled on, and where it is published for anyone to verify."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="freeze")
    # The unchanged round that the changes were made to: tells whether the applications are still the same.
    base_sha256 = models.CharField(max_length=64)
    changes = models.JSONField(default=list)
    note = models.TextField()
    present = models.TextField(blank=True)
    frozen_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()
    # The number of the public address /prioritering/<number>/; None until published.
    public_number = models.PositiveIntegerField(null=True, blank=True, unique=True)
    published_by = models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-frozen_at"]

    def __str__(self) -> str:
        return f"{self.run} {self.frozen_at:%Y-%m-%d}"
