"""What people ask and tell each other about a solution, and what they follow."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.models import Organisation

from .catalogue import Solution


class Question(models.Model):
    """A question about a solution, to its owner or to a region that uses it, with a day to answer by."""

    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="questions")
    # Set when a colleague in a region that uses it is asked; else the owner is.
    to_region = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="asked_questions"
    )
    from_region = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]


class Answer(models.Model):
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField()
    region = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Worked out, never chosen: the region had it in use when it answered.
    by_user_of_it = models.BooleanField(default=False)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["answered_at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]


class FaultState(models.TextChoices):
    REPORTED = "reported", _("Anmält")
    CONFIRMED = "confirmed", _("Bekräftat")
    MENDED = "mended", _("Rättat")
    REFUSED = "refused", _("Inget fel")


FAULT_NEXT: dict[str, set[str]] = {
    FaultState.REPORTED: {FaultState.CONFIRMED, FaultState.MENDED, FaultState.REFUSED},
    FaultState.CONFIRMED: {FaultState.MENDED, FaultState.REFUSED},
    FaultState.MENDED: {FaultState.REPORTED},
    FaultState.REFUSED: {FaultState.REPORTED},
}


class Fault(models.Model):
    """A fault in one field of a solution or one part of its package, with its public status."""

    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="faults")
    # A field of the solution or the code of a part.
    place = models.CharField(max_length=40)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=FaultState.choices, default=FaultState.REPORTED)
    answer = models.TextField(blank=True)
    # Empty when someone outside reported it without logging in.
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reported_at = models.DateTimeField()
    due_on = models.DateField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-reported_at", "pk"]

    def __str__(self) -> str:
        return f"{self.place}: {self.text[:60]}"


class Subscription(models.Model):
    """A person follows a solution, a specialty, a kind, or all of the catalogue; told in the person's own digest."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="subscriptions")
    solution = models.ForeignKey(
        Solution, null=True, blank=True, on_delete=models.PROTECT, related_name="subscriptions"
    )
    specialty = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=16, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # What happened up to here has been told of, or seen.
    told_until = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "solution"],
                condition=models.Q(ended_at__isnull=True, solution__isnull=False),
                name="solution_followed_once",
            ),
            models.UniqueConstraint(
                fields=["person", "specialty", "kind"],
                condition=models.Q(ended_at__isnull=True, solution__isnull=True),
                name="area_followed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.solution or self.specialty or self.kind}"


class News(models.Model):
    """Something that those who follow a solution want to know; also what the feed is made of."""

    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="news")
    # published, recalled, state, step, question, answer, fault, evidence…: a key of `solutions/news.py`.
    what = models.CharField(max_length=20)
    text = models.CharField(max_length=300)
    # Open to all; else only to those who may see what it is about.
    is_public = models.BooleanField(default=True)
    # Regions that must be told whether they follow or not: a recall.
    urgent_to = models.ManyToManyField(Organisation, blank=True, related_name="+")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "news"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text


class LinkCheck(models.Model):
    """How an address that someone wrote in the catalogue answered when it was last tried."""

    url = models.CharField(max_length=500, unique=True)
    # ok, gone, refused, unsafe, error.
    result = models.CharField(max_length=10)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["url"]

    def __str__(self) -> str:
        return self.url
