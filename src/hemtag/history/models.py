"""Append-only records: what happened, in a chain of hashes, and the public register of what came in and went out."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that someone did. Never changed or removed: the database refuses both.

    No foreign keys: an event outlives the rows it speaks of. `number` has no gaps and `hash` covers every column and
    the hash before, so a changed, removed or reordered event is found by `hemtag.history.chain.verify`.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    actor_id = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    subject = models.CharField(max_length=300)
    ground = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["subject_type", "subject_id", "number"], name="event_subject")]

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.subject}"


class Direction(models.TextChoices):
    IN = "in", _("Inkommen")
    OUT = "out", _("Utgående")
    DRAWN_UP = "drawn_up", _("Upprättad")


class RegisterEntry(models.Model):
    """A line in the public register (diarium): number, date, party and subject of a document received or drawn up.

    Source: Offentlighets- och sekretesslagen (2009:400) 5 kap. 1–2 §§. Corrected only by a further line.
    """

    case_number = models.CharField(max_length=20, db_index=True)
    line = models.PositiveIntegerField()
    on = models.DateField(db_index=True)
    direction = models.CharField(max_length=10, choices=Direction.choices)
    party = models.CharField(max_length=200)
    subject = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, blank=True)
    secrecy_ground = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name_plural = "register entries"
        constraints = [models.UniqueConstraint(fields=["case_number", "line"], name="register_line_once")]

    def __str__(self) -> str:
        return f"{self.case_number}-{self.line}"
