"""Reading dated facts, obstacles, underlag and what reuse has gained."""

from __future__ import annotations

import datetime as dt

from .models import DatedFact


def fact_on(code: str, day: dt.date) -> DatedFact | None:
    """The newest value of a fact that applies on a day; None when the register has none."""
    return DatedFact.objects.filter(code=code, valid_from__lte=day).order_by("-valid_from").first()
