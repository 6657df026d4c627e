"""What is read: one application's content, and what it is a copy of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.refusals import Problem

from .. import document, queries
from ..models import Application, SubmissionState

COMMON = ("call", "responsible", "economic_analysis", "development_needs")


@dataclass(frozen=True)
class Reading:
    """`content` is the application's part of a form with the form's common texts, as `queries.submitted_content` has it.

    `at` is the moment of hand-in; for what is not handed in, the moment of the copy. `sha256` is that of the whole
    form's content: the one that receipt and register give.
    """

    content: Mapping[str, Any]
    state: str
    at: dt.datetime
    sha256: str
    case_number: str = ""
    version: int = 0
    missing: tuple[Problem, ...] = ()

    @property
    def number(self) -> str:
        return str(self.content["number"])

    @property
    def is_handed_in(self) -> bool:
        return self.state == SubmissionState.SUBMITTED

    @property
    def at_in_words(self) -> str:
        """'15 juni 2026 kl. 10.42', Swedish time."""
        local = self.at.astimezone(clock.STOCKHOLM)
        return _("%(day)s kl. %(time)s") % {
            "day": date_format(local, "j F Y", use_l10n=False),
            "time": f"{local:%H:%M}" if (get_language() or "sv").startswith("en") else f"{local:%H.%M}",
        }

    @property
    def mark(self) -> str:
        """What stands on every page of a copy that is not of something handed in: UTKAST and when."""
        if self.is_handed_in:
            return ""
        return f"{SubmissionState(self.state).label.upper()} {self.at_in_words}"

    @property
    def state_label(self) -> str:
        return str(SubmissionState(self.state).label)


def reading_of(application: Application, now: dt.datetime) -> Reading:
    """What was handed in; for a draft and after a withdrawal, what stands in the form now."""
    submission = application.submission
    if submission.state == SubmissionState.SUBMITTED:
        return handed_in(queries.submitted_content(application))
    form = queries.content_of(submission)
    missing: list[Problem] = []
    if submission.state == SubmissionState.DRAFT:
        facts = queries.facts_of(submission, form, clock.day_of(now))
        missing = document.missing_in(queries.lines(facts, only=application))
    return Reading(
        content={**document.part(form, application.number), **{name: form[name] for name in COMMON}},
        state=submission.state,
        at=now,
        sha256=queries.sha256_of(form),
        case_number=submission.case_number,
        missing=tuple(missing),
    )


def handed_in(content: Mapping[str, Any]) -> Reading:
    """From `queries.submitted_content`."""
    return Reading(
        content=content,
        state=SubmissionState.SUBMITTED,
        at=content["submitted_at"],
        sha256=content["sha256"],
        case_number=content["case_number"],
        version=content["version"],
    )
