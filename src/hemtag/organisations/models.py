"""Who is who: organisations, people, and the roles that people hold in organisations from one day to another."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    REGION = "region", _("Region")
    DELEGATION = "delegation", _("Delegation")
    CATALOGUE = "catalogue", _("Katalogredaktion")
    AUDIT = "audit", _("Granskning")


class Organisation(models.Model):
    """A region (by its county code), the delegation, the catalogue's editors or an auditing body."""

    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60)
    orgnr = models.CharField(max_length=11, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.TextField(blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Often(models.TextChoices):
    """How often somebody wants to be told by e-mail what waits."""

    NONE = "none", _("Aldrig")
    DAILY = "daily", _("Varje dag när något är nytt")
    WEEKLY = "weekly", _("En gång i veckan när något är nytt")


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **columns: Any) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), **columns)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username or "")


class Person(AbstractBaseUser):
    """Someone who logs in. `external_id` is the door for log-in through a region's own identity provider."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    external_id = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=8, choices=Often.choices, default=Often.DAILY)
    # The language of mail to the person; pages follow the browser. Empty is Swedish.
    language = models.CharField(max_length=2, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = PersonManager()

    class Meta:
        verbose_name_plural = "people"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    AUTHOR = "author", _("Skribent")
    REPRESENTATIVE = "representative", _("Behörig företrädare")
    ECONOMIST = "economist", _("Ekonom")
    CASE_OFFICER = "case_officer", _("Handläggare")
    ASSESSOR = "assessor", _("Bedömare")
    DECISION_MAKER = "decision_maker", _("Beslutsfattare")
    PAYMENTS_OFFICER = "payments_officer", _("Utbetalningshandläggare")
    CATALOGUE_EDITOR = "catalogue_editor", _("Katalogredaktör")
    AUDITOR = "auditor", _("Granskare")


# Which roles an organisation of each kind can give.
ROLES_OF_KIND = {
    Kind.REGION: {Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST},
    Kind.DELEGATION: {Role.CASE_OFFICER, Role.ASSESSOR, Role.DECISION_MAKER, Role.PAYMENTS_OFFICER},
    Kind.CATALOGUE: {Role.CATALOGUE_EDITOR},
    Kind.AUDIT: {Role.AUDITOR},
}


class Membership(models.Model):
    """One role of one person in one organisation, from a day and, when it has ended, to a day (inclusive)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "organisation", "role", "starts_on"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}, {self.organisation}"


class Digest(models.Model):
    """One mail of what waits for a person on a day. `sent_at` is empty while it is on its way."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="digests")
    on = models.DateField()
    # How many of each kind the mail told of; never what they are.
    counts = models.JSONField(default=dict)
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-on", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "on"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.person} {self.on}"
