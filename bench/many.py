"""Fills the demo round up to many applications: `python -m bench.many 300`. Only for measuring; not part of the demo.

Each is a copy of one that the demo has handed in, with its participants, blocks, costs, effects, eligibility,
conflict declarations and assessments, so that lists meet rows as heavy as real ones.
"""

from __future__ import annotations

import sys
from typing import Any


def copies(rows: Any, **changes: Any) -> list[Any]:
    """The rows as new ones, with the changes; saved in the same order."""
    made = []
    for row in rows:
        row.pk = None
        row._state.adding = True
        for name, value in changes.items():
            setattr(row, name, value)
        made.append(row)
    return list(type(made[0]).objects.bulk_create(made)) if made else []


def copy_of(application: Any, number: str) -> None:
    from hemtag.assessment.models import Assessment, ConflictDeclaration, Eligibility, Score
    from hemtag.grants.models import Application, Cost, EffectClaim

    blocks = list(application.blocks.order_by("number"))
    kinds = list(application.measure_types.all())
    assessments = list(Assessment.objects.filter(application=application))
    new = Application.objects.get(pk=application.pk)
    new.pk, new.number, new.is_invented = None, number, True
    new._state.adding = True
    new.save()
    new.measure_types.set(kinds)
    copies(application.participants.all(), application=new)
    for block in blocks:
        costs, effects = list(Cost.objects.filter(block=block)), list(EffectClaim.objects.filter(block=block))
        (fresh,) = copies([block], application=new)
        copies(costs, block=fresh)
        copies(effects, block=fresh)
    copies(Eligibility.objects.filter(application=application), application=new)
    copies(ConflictDeclaration.objects.filter(application=application), application=new)
    for assessment in assessments:
        scores = list(Score.objects.filter(assessment=assessment))
        (fresh,) = copies([assessment], application=new)
        copies(scores, assessment=fresh)


def make(many: int) -> None:
    from django.db import transaction

    from hemtag.grants.models import Application

    handed_in = list(Application.objects.filter(submission__state="submitted", is_invented=True).order_by("number"))
    there = Application.objects.filter(submission__state="submitted").count()
    with transaction.atomic():
        for index in range(many - there):
            source = Application.objects.get(pk=handed_in[index % len(handed_in)].pk)
            copy_of(source, f"2026-{500 + index:03d}")


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hemtag.config.settings")
    django.setup()
    make(int(sys.argv[1]))
