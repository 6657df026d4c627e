"""The parts of a package as data (data/paket/*.toml): what each is called, when it must be there, what it asks."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

NEWEST = "delar-2026-1.toml"
ALWAYS, RELEVANT, AI = "always", "relevant", "ai"
CORE_FUNCTIONS, FILES, BENEFIT_CASE = "core_functions", "files", "benefit_case"


def _in_language(swedish: str, english: str) -> str:
    return swedish if (get_language() or "sv").startswith("sv") or not english else english


@dataclass(frozen=True)
class Question:
    """One thing a part asks. `kind` is text, choice (of `options`) or hours (lines of "role: hours")."""

    key: str
    label_sv: str
    label_en: str
    kind: str = "text"
    options: tuple[tuple[str, str, str], ...] = ()
    tidier: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        return _in_language(self.label_sv, self.label_en)

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(code, _in_language(swedish, english)) for code, swedish, english in self.options]

    def shown(self, answer: str) -> str:
        """The answer in words: a choice's own wording, else as it was written."""
        return dict(self.choices).get(answer, answer)


@dataclass(frozen=True)
class Part:
    """A part of the package. `needs` names something beside the answers: core functions, files, a benefit case."""

    code: str
    name_sv: str
    name_en: str
    when: str
    help_sv: str
    help_en: str
    questions: tuple[Question, ...]
    needs: str = ""
    always_for_ai: bool = False

    @property
    def name(self) -> str:
        return _in_language(self.name_sv, self.name_en)

    @property
    def help(self) -> str:
        return _in_language(self.help_sv, self.help_en)

    @property
    def tidier(self) -> tuple[int, ...]:
        return tuple(sorted({item for question in self.questions for item in question.tidier}))

    def is_asked(self, is_ai: bool) -> bool:
        return self.when != AI or is_ai

    def is_mandatory(self, is_ai: bool) -> bool:
        """Must be complete; the others may say why they do not apply."""
        return self.when == ALWAYS or (is_ai and (self.when == AI or self.always_for_ai))


@dataclass(frozen=True)
class Dossier:
    version: str
    parts: Mapping[str, Part]
    tidier_sv: Mapping[int, str]
    tidier_en: Mapping[int, str]
    licences: Mapping[str, str]
    licences_en: Mapping[str, str]

    def asked(self, is_ai: bool) -> list[Part]:
        return [part for part in self.parts.values() if part.is_asked(is_ai)]

    def tidier(self, item: int) -> str:
        return _in_language(self.tidier_sv[item], self.tidier_en[item])

    def licence(self, code: str) -> str:
        return _in_language(self.licences[code], self.licences_en.get(code, ""))


@functools.cache
def dossier() -> Dossier:
    with Path(settings.DATA, "paket", NEWEST).open("rb") as file:
        data = tomllib.load(file)
    return Dossier(
        version=data["version"],
        parts={row["code"]: _part(row) for row in data["parts"]},
        tidier_sv={int(number): names[0] for number, names in data["tidier"].items()},
        tidier_en={int(number): names[1] for number, names in data["tidier"].items()},
        licences=data["licences"],
        licences_en=data["licences_en"],
    )


def _part(row: dict) -> Part:
    return Part(
        code=row["code"],
        name_sv=row["name"],
        name_en=row["name_en"],
        when=row["when"],
        help_sv=row["help"],
        help_en=row["help_en"],
        questions=tuple(_question(one) for one in row["questions"]),
        needs=row.get("needs", ""),
        always_for_ai=row.get("always_for_ai", False),
    )


def _question(row: dict) -> Question:
    return Question(
        key=row["key"],
        label_sv=row["label"],
        label_en=row["en"],
        kind=row.get("kind", "text"),
        options=tuple((code, swedish, english) for code, swedish, english in row.get("options", ())),
        tidier=tuple(row.get("tidier", ())),
    )
