"""The questions of the region profile and of the complexity profile: versioned data in `data/passform/`."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

VERSION = "2026-1"
LEVELS = ("simple", "complicated", "complex")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Words:
    """The same words in both languages; shown in that of the page."""

    sv: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "sv").startswith("en") else self.sv


@dataclass(frozen=True)
class Choice:
    key: str
    words: Words


@dataclass(frozen=True)
class Question:
    """One question, in one group (a domain of the complexity profile), with the answers to choose from."""

    key: str
    group: str
    words: Words
    choices: tuple[Choice, ...]
    several: bool = False

    def label_of(self, choice: str) -> str:
        return next((str(one.words) for one in self.choices if one.key == choice), choice)


@dataclass(frozen=True)
class Questions:
    version: str
    groups: tuple[Choice, ...]
    questions: tuple[Question, ...]

    def get(self, key: str) -> Question | None:
        return next((one for one in self.questions if one.key == key), None)

    def by_group(self) -> list[tuple[Choice, list[Question]]]:
        return [(group, [one for one in self.questions if one.group == group.key]) for group in self.groups]


def _words(row: Mapping[str, Any]) -> Words:
    return Words(row["sv"], row["en"])


def _read(name: str) -> dict[str, Any]:
    with Path(settings.DATA, "passform", f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@functools.cache
def profile_questions(version: str = VERSION) -> Questions:
    """What a region has: systems, size, capabilities, agreements, decision calendar."""
    data = _read(f"profil-{version}")
    return Questions(
        data["version"],
        tuple(Choice(row["key"], _words(row)) for row in data["group"]),
        tuple(
            Question(
                row["key"],
                row["group"],
                _words(row),
                tuple(Choice(choice["key"], _words(choice)) for choice in row["choices"]),
                bool(row.get("several")),
            )
            for row in data["question"]
        ),
    )


@functools.cache
def complexity_questions(version: str = VERSION) -> Questions:
    """How complex the introduction would be, by the seven domains of NASSS; every question has three answers."""
    data = _read(f"komplexitet-{version}")
    return Questions(
        data["version"],
        tuple(Choice(row["key"], _words(row)) for row in data["domain"]),
        tuple(
            Question(
                row["key"],
                row["domain"],
                _words(row),
                tuple(Choice(level, _words(row[level])) for level in LEVELS),
            )
            for row in data["question"]
        ),
    )
