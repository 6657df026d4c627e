"""What must hold for a solution and a step of its introduction: pure functions on plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

# The catalogue begins with the first call; an introduction may be older than that, but not than modern health care IT.
EARLIEST = dt.date(1990, 1, 1)


def solution_is_described(values: Mapping[str, str]) -> list[Problem]:
    """Title, problem and summary say what it is to someone in another region."""
    problems = []
    for field, words in (
        ("title", _("Ge lösningen ett namn.")),
        ("problem", _("Skriv vilket problem den löser.")),
        ("summary", _("Beskriv lösningen i några meningar.")),
        ("specialty", _("Ange verksamhetsområde.")),
    ):
        if not values.get(field, "").strip():
            problems.append(Problem(words, field=field, rule="solution_is_described"))
    return problems


def step_is_dated_in_the_past(occurred_on: dt.date, today: dt.date, latest: dt.date | None) -> list[Problem]:
    """A plan is never stored as an introduction, and steps follow each other in time."""
    rule = "step_is_dated_in_the_past"
    if occurred_on > today:
        message = _("Datumet ligger i framtiden. Här anges bara det som har hänt; ange planen i texten.")
        return [Problem(message, field="occurred_on", rule=rule)]
    if occurred_on < EARLIEST:
        return [Problem(_("Datumet ligger för långt tillbaka i tiden."), field="occurred_on", rule=rule)]
    if latest is not None and occurred_on < latest:
        return [
            Problem(
                _("Regionens förra steg är daterat %(day)s; det här kan inte ligga före.")
                % {"day": latest.isoformat()},
                field="occurred_on",
                rule=rule,
            )
        ]
    return []


def step_has_its_proof(proof: str) -> list[Problem]:
    if len(proof.strip()) >= 10:
        return []
    return [
        Problem(
            _("Skriv vad som visar att det har hänt: beslut med paragraf, driftsättningsprotokoll eller mätning."),
            field="proof",
            rule="step_has_its_proof",
        )
    ]
