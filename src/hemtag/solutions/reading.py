"""How hard a text is to read: LIX, the readability index for Swedish (Björnsson 1968). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_END = re.compile(r"[.!?:](?:\s|$)|\n\s*\n")
LONG = 7
"""A long word has at least this many letters: more than six."""
A_MINUTE = 200
"""Words that an adult reads in a minute."""


@dataclass(frozen=True)
class Readability:
    words: int
    lix: int | None

    @property
    def seconds(self) -> int:
        return round(self.words * 60 / A_MINUTE)

    @property
    def minutes(self) -> str:
        """'en halv minut', 'en minut', 'två minuter'…"""
        halves = max(1, round(self.seconds / 30))
        return {
            1: _("en halv minut"),
            2: _("en minut"),
            3: _("en och en halv minut"),
            4: _("två minuter"),
        }.get(halves, _("mer än två minuter"))

    @property
    def words_for_it(self) -> str:
        """What the figure means, in the customary steps."""
        if self.lix is None:
            return ""
        for below, name in (
            (30, _("mycket lättläst")),
            (40, _("lättläst")),
            (50, _("medelsvår, som vanlig tidningstext")),
            (60, _("svår, som myndighetstext")),
        ):
            if self.lix < below:
                return name
        return _("mycket svår, som forskningstext")


def readability(text: str) -> Readability:
    """Words per sentence, plus long words per hundred. None for a text without words."""
    words = _WORD.findall(text)
    if not words:
        return Readability(0, None)
    sentences = max(1, len([piece for piece in _END.split(text) if _WORD.search(piece)]))
    long = sum(len(word) >= LONG for word in words)
    return Readability(len(words), round(len(words) / sentences + 100 * long / len(words)))
