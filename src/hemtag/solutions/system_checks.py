"""`manage.py check`, and every command that starts: can likeness in meaning work as the settings say?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from .search.meaning import fault


@register()
def model_of_meaning_can_be_used(**_kwargs: Any) -> list[CheckMessage]:
    said, hint = fault(settings.MEANING_MODEL)
    return [Error(said, hint=hint, id="hemtag.E004")] if said else []
