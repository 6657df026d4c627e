"""Which steps count, and how far an introduction has come by them: asked in one way everywhere.

A step that a later one corrects no longer counts, and a step that takes another back has no stage of its own. What
counts is ordered by its day: a corrected step keeps the place of its day, whenever the correction was written.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from .adopting import Adaptation, AdoptionStep


def counting() -> QuerySet[AdoptionStep]:
    """Steps that are neither corrected nor a mere taking back, newest first."""
    return AdoptionStep.objects.filter(corrected_by=None).exclude(stage="").order_by("-occurred_on", "-pk")


def newest(field: str = "stage") -> Subquery:
    """For annotating adoptions with a field of the newest step that counts; None when there is none."""
    return Subquery(counting().filter(adoption=OuterRef("pk")).values(field)[:1])


def varied() -> Exists:
    """For annotating adoptions: the region has changed a core function, and what it uses is a variant of its own."""
    return Exists(Adaptation.objects.filter(adoption=OuterRef("pk"), is_variant=True, undone_at=None))


def that_count(steps: Iterable[AdoptionStep]) -> list[AdoptionStep]:
    """The same as `counting` for all steps of one adoption that are already read: oldest first."""
    every = list(steps)
    gone = {step.corrects_id for step in every}
    return sorted(
        (step for step in every if step.pk not in gone and step.stage), key=lambda step: (step.occurred_on, step.pk)
    )
