"""Ready patterns: a few questions that a case owner can answer, and the case that the answers make.

Each is data (data/patterns/*.toml): its questions are the case's inputs, and `case` holds the lines, curves and
calculations that are the same for everybody. Regions differ by the driver `size` (population beside the owner's)
until each has said its own.
"""

from __future__ import annotations

import copy
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .languages import page_language

GROUPS: dict[str, Any] = {
    "today": _("Vad görs i dag, och hur mycket?"),
    "change": _("Vad ändras?"),
    "when": _("Från när?"),
    "whom": _("För vem, och vart tar det frigjorda vägen?"),
    "cost": _("Vad kostar det?"),
}


# Units are symbols of the engine, in Swedish; on English pages their words are these. What has none is asked for in years.
UNITS_IN_ENGLISH = {
    "ärende": "case",
    "år": "year",
    "andel": "share",
    "underlag": "document",
    "besök": "visit",
    "granskning": "review",
    "fynd": "finding",
    "åtgärd": "act",
    "patient": "patient",
    "vårddag": "bed day",
    "kr": "SEK",
    "tkr": "SEK thousand",
    "1": "years",
    "h": "h",
    "min": "min",
}


@dataclass(frozen=True)
class Said:
    """A question's words in one language."""

    label: str
    help: str
    unit: str


@dataclass(frozen=True)
class Question:
    """One uncertain value that is asked for. `default` is a proposal (low, likely, high), an assumption until changed.

    `label` and `help` are Swedish, and what the case's data holds; `en` has the same in English.
    """

    name: str
    group: str
    label: str
    unit: str
    en: Mapping[str, str]
    help: str = ""
    fact: str = ""
    default: tuple[float, float, float] | None = None
    limits: tuple[float, float] | None = None

    @property
    def said(self) -> Said:
        """The words in the language of the page."""
        if page_language() == "sv":
            return Said(self.label, self.help, "år" if self.unit == "1" else self.unit)
        unit = "/".join(UNITS_IN_ENGLISH[part] for part in self.unit.split("/"))
        return Said(self.en["label"], self.en.get("help", ""), unit)


@dataclass(frozen=True)
class Pattern:
    key: str
    name: str
    about: str
    questions: tuple[Question, ...]
    case: Mapping[str, Any] = field(default_factory=dict)


@functools.cache
def patterns() -> dict[str, Pattern]:
    """All patterns by key, in the order of their names."""
    found = [_read(path) for path in sorted(Path(settings.DATA, "patterns").glob("*.toml"))]
    return {one.key: one for one in sorted(found, key=lambda one: one.name)}


def _read(path: Path) -> Pattern:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    questions = tuple(_question(row) for row in data["questions"])
    return Pattern(data["key"], data["name"], data["about"], questions, data["case"])


def _question(row: Mapping[str, Any]) -> Question:
    plain: dict[str, Any] = {
        key: tuple(float(number) for number in value) if isinstance(value, list) else value
        for key, value in row.items()
    }
    return Question(**plain)


def case_from(
    pattern: Pattern,
    *,
    title: str,
    answers: Mapping[str, Mapping[str, Any]],
    first_year: int,
    years: int,
    price_year: int,
    regions: Mapping[str, str],
    sizes: Mapping[str, float],
    size_source: str,
) -> dict[str, Any]:
    """The case as data. `answers`: question → the input's belief with unit, source, kind, judged_by · `sizes`: region
    code → how large it is beside the owner's region."""
    made: dict[str, Any] = copy.deepcopy(dict(pattern.case))
    inputs = {
        question.name: {"label": question.label, "unit": question.unit, **answers[question.name]}
        for question in pattern.questions
        if question.name in answers
    }
    for row in inputs.values():
        if "fact" in row:
            row.pop("kind", None)
    return {
        "format": 1,
        "name": title,
        "first_year": first_year,
        "years": years,
        "price_year": price_year,
        "discount_rate": 0.03,
        **made,
        "regions": dict(regions),
        "drivers": {
            "size": {
                "label": "Storlek i förhållande till regionen som svarat",
                "unit": "1",
                "values": dict(sizes),
                "source": size_source,
            }
        },
        "inputs": inputs,
    }
