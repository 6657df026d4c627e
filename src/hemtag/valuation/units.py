"""Units of measure: what may be added to what, and how many of one go into another."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from .faults import refused

# symbol: (what it measures, how many of the base unit); the base units stand first with 1
KNOWN: dict[str, tuple[str, float]] = {
    "kr": ("kr", 1.0),
    "tkr": ("kr", 1e3),
    "Mkr": ("kr", 1e6),
    "h": ("h", 1.0),
    "min": ("h", 1 / 60),
    "år": ("år", 1.0),
    "månad": ("år", 1 / 12),
    "vecka": ("år", 1 / 52),
    "dag": ("år", 1 / 365),
    "tjänst": ("tjänst", 1.0),
    "person": ("person", 1.0),
    "patient": ("patient", 1.0),
    "besök": ("besök", 1.0),
    "vårddag": ("vårddag", 1.0),
    "st": ("st", 1.0),
    "QALY": ("QALY", 1.0),
    "andel": ("", 1.0),
    "%": ("", 0.01),
    "1": ("", 1.0),
}
_PART = re.compile(r"\s*([*·×/]?)\s*([A-Za-zÅÄÖåäö_]+|%|1)\s*")


@dataclass(frozen=True, slots=True)
class Unit:
    """Powers of base units, sorted by name, and how many of those one of this unit is."""

    powers: tuple[tuple[str, int], ...] = ()
    scale: float = 1.0

    def times(self, other: Unit, power: int = 1) -> Unit:
        powers = dict(self.powers)
        for name, exponent in other.powers:
            powers[name] = powers.get(name, 0) + power * exponent
        kept = tuple(sorted((name, exponent) for name, exponent in powers.items() if exponent))
        return Unit(kept, self.scale * other.scale**power)

    def yearly(self) -> Unit:
        """Without “per year”: a line of the ledger speaks of one year."""
        powers = dict(self.powers)
        if powers.get("år") == -1:
            del powers["år"]
        return Unit(tuple(sorted(powers.items())), self.scale)

    def __str__(self) -> str:
        over = "·".join(name if power == 1 else f"{name}^{power}" for name, power in self.powers if power > 0)
        under = "·".join(name if power == -1 else f"{name}^{-power}" for name, power in self.powers if power < 0)
        return f"{over or '1'}/{under}" if under else over or "tal utan enhet"


PLAIN = Unit()
KRONOR = Unit((("kr", 1),))
HOURS = Unit((("h", 1),))


def parse_unit(text: str, own: Collection[str] = ()) -> Unit:
    """“kr/h”, “h·tjänst/år”; each / divides by the one symbol after it. `own`: units that the case has named itself.

    Raises InvalidCase (`unknown_unit`) with the known ones.
    """
    unit, at = PLAIN, 0
    while at < len(text) or not text:
        part = _PART.match(text, at)
        if part is None or bool(part[1]) != bool(at):
            raise _unknown(text, own)
        if part[2] in own:
            one = Unit(((part[2], 1),))
        elif part[2] in KNOWN:
            base, scale = KNOWN[part[2]]
            one = Unit(((base, 1),) if base else (), scale)
        else:
            raise _unknown(text, own)
        unit = unit.times(one, -1 if part[1] == "/" else 1)
        at = part.end()
    return unit


def _unknown(text: str, own: Collection[str]) -> Exception:
    return refused("unknown_unit", unit=text, units=", ".join([*KNOWN, *own]))
