"""What can be wrong with a file of introductions, and how it is mended."""

from __future__ import annotations

from typing import ClassVar

from hemtag.faults import TABLES, Invalid, Texts
from hemtag.faults import Fault as AnyFault

# code: (what is wrong, how to mend it)
TEXTS: Texts = {
    **TABLES,
    "too_many": ("{found} {name} är fler än de {most} som tillåts.", "Dela upp filen."),
    "double_id": ("Lösningen ”{id}” finns redan på {first}.", "Ge varje lösning sin egen beteckning."),
    "unknown_region": ("Regionkoden ”{region}” finns inte i filen.", "Rätta koden eller lägg till regionen."),
    "double_region": ("Regionen {region} står två gånger.", "Behåll den ena."),
    "no_eligible": (
        "Ingen region kan införa lösningen: alla är undantagna eller upphov.",
        "Ange minst en region under eligible som inte också står under origin.",
    ),
    "not_eligible": (
        "Regionen {region} har ett steg men räknas inte till dem som kan införa lösningen.",
        "Lägg till den under eligible eller ta bort steget.",
    ),
    "in_the_future": (
        "{day} ligger efter {today}; bara det som har hänt räknas.",
        "Ange den dag det skedde. En plan är inget införande.",
    ),
    "before_published": (
        "{day} ligger före {published}, då lösningen blev tillgänglig för andra.",
        "Rätta dagen eller published_on; en region som tog fram lösningen anges under origin.",
    ),
    "too_old": ("{day} ligger före 1900.", "Rätta året."),
    "double_step": (
        "Regionen {region} har redan steget {stage} ({first}).",
        "Behåll det första; ett nytt försök föregås av declined eller discontinued.",
    ),
    "stage_backwards": (
        "Regionen {region} går tillbaka från {before} till {stage}.",
        "Rätta dagarna; ett nytt försök föregås av declined eller discontinued.",
    ),
    "exit_without_entry": (
        "Regionen {region} avslutar (discontinued) något som inte har börjat.",
        "Lägg till steget som avslutades, eller skriv declined.",
    ),
    "declined_in_use": (
        "Regionen {region} avböjer (declined) något som redan är i drift.",
        "Skriv discontinued när en region slutar använda lösningen.",
    ),
    "trait_missing": (
        "Regionen {region} saknar värde för egenskapen ”{trait}”.",
        "Ange värdet för varje region som kan införa lösningen, eller ta bort egenskapen.",
    ),
    "out_of_range": ("{value} ligger utanför {low}–{high}.", "Ange ett värde mellan {low} och {high}."),
    "lengths_differ": ("{left} tider har {right} utfall.", "Ange ett utfall per tid."),
}


class Fault(AnyFault):
    """One fault: where it is (JSON pointer, RFC 6901), what is wrong and how to mend it."""

    __slots__ = ()
    TEXTS: ClassVar[Texts] = TEXTS


class InvalidSpread(Invalid[Fault]):
    """The introductions, or a value given to a function, cannot be used; `faults` says where and why."""

    fault = Fault


class NotASpreadFile(ValueError):
    """The file is neither JSON nor TOML."""


refused = InvalidSpread.of
