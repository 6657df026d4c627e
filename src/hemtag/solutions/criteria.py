"""The criteria of each gate, as versioned data (data/criteria/*.toml). A released file never changes.

`utgivna.toml` holds the fingerprint of every released file; a file that differs from it is not read. A trial keeps the
version it was made by, so that what was said years ago is read beside the words it was said of.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

FIELDS: dict[str, Promise] = {
    "law": _("juridik"),
    "technology": _("teknik"),
    "procurement": _("upphandling"),
    "introduction": _("införande"),
    "method": _("metod"),
    "health_economics": _("hälsoekonomi"),
}
"""What a reviewer may be asked as an expert in. An expert's no stops a solution, but only in the own field."""


class ChangedCriteria(Exception):
    """A released file of criteria is not what it was when it was released."""


@dataclass(frozen=True)
class Criterion:
    """One thing to judge. `computed` names the fact that the data itself answers; `must` lets no gate pass it by."""

    id: str
    source: str
    texts: Mapping[str, str]
    field: str = ""
    computed: str = ""
    must: bool = False

    def _said(self, what: str) -> str:
        return self.texts[f"{what}_{'en' if (get_language() or 'sv').startswith('en') else 'sv'}"]

    @property
    def text(self) -> str:
        return self._said("text")

    @property
    def passes(self) -> str:
        return self._said("passes")

    @property
    def judged(self) -> str:
        return self._said("judged")

    @property
    def field_word(self) -> str:
        return str(FIELDS[self.field]) if self.field else ""


@dataclass(frozen=True)
class CriteriaSet:
    gate: str
    version: str
    sha256: str
    criteria: tuple[Criterion, ...]


def _folder() -> Path:
    return Path(settings.DATA, "criteria")


@functools.cache
def released(folder: Path | None = None) -> dict[str, str]:
    """Every released set by name ("G2-2026-1") with its fingerprint, oldest first."""
    text = ((folder or _folder()) / "utgivna.toml").read_text(encoding="utf-8")
    return {str(name): str(sha256) for name, sha256 in tomllib.loads(text).items()}


@functools.cache
def criteria_of(gate: str, version: str, folder: Path | None = None) -> CriteriaSet:
    """Raises KeyError for one that is not released, ChangedCriteria for a file that is not what was released."""
    name = f"{gate}-{version}"
    pinned = released(folder)[name]
    content = ((folder or _folder()) / f"{name}.toml").read_bytes()
    if (found := hashlib.sha256(content).hexdigest()) != pinned:
        raise ChangedCriteria(f"data/criteria/{name}.toml is {found}, released as {pinned}")
    data = tomllib.loads(content.decode())
    return CriteriaSet(gate, version, pinned, tuple(_criterion(row) for row in data["criterion"]))


def newest(gate: str, folder: Path | None = None) -> CriteriaSet:
    """The set that a trial beginning now is made by: the last one released for the gate."""
    name = [name for name in released(folder) if name.startswith(f"{gate}-")][-1]
    return criteria_of(gate, name.removeprefix(f"{gate}-"), folder)


def _criterion(row: Mapping[str, Any]) -> Criterion:
    texts = {
        f"{what}_{language}": row[f"{what}_{language}"]
        for what in ("text", "passes", "judged")
        for language in ("sv", "en")
    }
    if (field := row.get("field", "")) not in {"", *FIELDS}:
        raise ValueError(f"{row['id']}: no such field: {field}")
    return Criterion(row["id"], row["source"], texts, field, row.get("computed", ""), row.get("must", False))
