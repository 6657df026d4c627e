"""Numbers as words in the language of the page: amounts in a unit that fits them, and intervals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from hemtag import money

from ..languages import page_language


@dataclass(frozen=True, slots=True)
class Unit:
    """What amounts are written in: `size` kronor each."""

    size: float
    decimals: int

    @property
    def word(self) -> str:
        return {1.0: _("kr"), 1e3: _("tkr"), 1e6: _("Mkr")}[self.size]

    def bare(self, value: float, decimals: int | None = None) -> str:
        """The amount without the unit's word, for axes and columns whose head says it."""
        return number(value / self.size, self.decimals if decimals is None else decimals)

    def amount(self, value: float) -> str:
        return self._with_word(self.bare(value))

    def between(self, low: float, high: float, decimals: int | None = None) -> str:
        before = "SEK\u00a0" if _is_english() else ""
        high_words = self._with_word(self.bare(high, decimals)).removeprefix(before)
        return _("mellan %(low)s och %(high)s") % {"low": before + self.bare(low, decimals), "high": high_words}

    def _with_word(self, text: str) -> str:
        """English has the currency before the number: 'SEK 28 million'."""
        if not _is_english():
            return f"{text}\u00a0{self.word}"
        return f"SEK\u00a0{text}" + {1.0: "", 1e3: " thousand", 1e6: " million"}[self.size]


def _is_english() -> bool:
    return page_language() == "en"


def number(value: float, decimals: int = 0) -> str:
    """1234.5 → '1 234,5', in English '1,234.5'; never a minus before a zero."""
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}"
    if not _is_english():
        text = text.replace(",", money.THIN).replace(".", ",")
    return f"{money.MINUS}{text}" if rounded < 0 else text


def percent(share: float) -> str:
    """A probability as whole per cent; what is neither nought nor certain is never written as if it were."""
    space = "" if _is_english() else "\u00a0"
    if 0 < share < 0.005:
        return f"<\u202f1{space}%"
    if 0.995 <= share < 1:
        return f">\u202f99{space}%"
    return f"{number(100 * share)}{space}%"


def unit_for(values: Iterable[float]) -> Unit:
    """Millions, thousands or kronor, so that the largest keeps about three figures."""
    largest = max((abs(value) for value in values), default=0.0)
    if largest >= 1e8:
        return Unit(1e6, 0)
    if largest >= 1e6:
        return Unit(1e6, 1)
    return Unit(1e3, 0) if largest >= 1e4 else Unit(1.0, 0)


def figures(value: float) -> str:
    """A number of any size with about three figures, for the values of assumptions."""
    size = abs(value)
    decimals = (
        0 if size >= 100 or size == int(size) else 1 if size >= 10 else 2 if size >= 0.1 else 3 if size >= 0.01 else 4
    )
    return number(value, decimals)
