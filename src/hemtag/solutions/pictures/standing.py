"""The map: where each of the 21 regions stands, by a mark of its own and not by colour alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hemtag.benefits.pictures import sweden


class Row(Protocol):
    @property
    def stage(self) -> str: ...
    @property
    def is_variant(self) -> bool: ...
    @property
    def is_used(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Look:
    """How a standing is shown: `step` is the depth of colour (None: only the mark), `mark` stands on the map."""

    step: int | None
    mark: str
    words: str | Promise

    @property
    def shade(self) -> str:
        return "none" if self.step is None else str(self.step)


LOOKS = {
    "used": Look(4, "D", _("I drift eller varaktig")),
    "variant": Look(3, "V", _("Egen variant i drift")),
    "starting": Look(2, "P", _("Pilot eller breddinför")),
    "decided": Look(1, "B", _("Beslutat eller förbereder")),
    "looking": Look(0, "I", _("Intresserad eller prövar")),
    "paused": Look(None, "‖", _("Pausat")),
    "stopped": Look(None, "×", _("Avböjt, avslutat eller ersatt")),
    "away": Look(None, "○", _("Ej aktuellt")),
    "nothing": Look(None, "–", _("Ej påbörjat")),
}
OF_STAGE = {
    "interested": "looking",
    "assessing": "looking",
    "decided": "decided",
    "preparing": "decided",
    "piloting": "starting",
    "rolling_out": "starting",
    "in_use": "used",
    "sustained": "used",
    "paused": "paused",
    "declined": "stopped",
    "discontinued": "stopped",
    "replaced": "stopped",
    "not_applicable": "away",
    "": "nothing",
}


def look_of(row: Row) -> str:
    return "variant" if row.is_variant and row.is_used else OF_STAGE[row.stage]


def draw(rows: Iterable[tuple[str, str, Row]]) -> sweden.Drawing:
    """`rows`: code, name and standing of each region."""
    shades, called = {}, {}
    for code, name, row in rows:
        look = LOOKS[look_of(row)]
        shades[code] = sweden.Shade(look.step, look.mark, str(look.words))
        called[code] = name
    return sweden.draw(shades, called)


def legend(rows: Iterable[Row]) -> list[tuple[Look, int]]:
    """Every look that somebody has, with how many."""
    counted = Counter(look_of(row) for row in rows)
    return [(look, counted[key]) for key, look in LOOKS.items() if counted[key]]
