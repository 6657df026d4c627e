"""What can be wrong with a file of introductions: a code, the place as a JSON pointer, parameters, and plain Swedish.

The package knows no gettext: a page that wants another language translates by `code` and `params`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# code: (what is wrong, how to mend it)
TEXTS: Mapping[str, tuple[str, str]] = {
    "not_object": ("Här ska stå en tabell med namngivna fält.", "Skriv fälten med namn och värde."),
    "not_list": ("Här ska stå en lista.", "Omge posterna med hakparenteser."),
    "not_text": ("Här ska stå en text.", "Skriv texten inom citattecken."),
    "not_number": ("{value} är inte ett ändligt tal.", "Skriv ett tal utan citattecken, med decimalpunkt."),
    "not_a_day": ("{value} är ingen dag.", "Skriv dagen som ÅÅÅÅ-MM-DD."),
    "missing": ("Fältet ”{name}” saknas.", "Lägg till det."),
    "unknown_field": ("Fältet ”{name}” finns inte i formatet.", "Ta bort det eller rätta stavningen."),
    "unknown_choice": ("”{value}” är inget giltigt val.", "Välj ett av: {choices}."),
    "empty": ("Listan är tom.", "Lägg till minst en post."),
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


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it is (JSON pointer, RFC 6901), what is wrong and how to mend it."""

    code: str
    place: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return TEXTS[self.code][0].format(**self.params)

    @property
    def mend(self) -> str:
        return TEXTS[self.code][1].format(**self.params)

    def __str__(self) -> str:
        return f"{self.place or '/'}: {self.message} {self.mend}"

    def as_dict(self) -> dict[str, object]:
        return {
            "code": self.code,
            "place": self.place,
            "message": self.message,
            "mend": self.mend,
            "params": dict(self.params),
        }


class InvalidSpread(ValueError):
    """The introductions, or a value given to a function, cannot be used; `faults` says where and why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class NotASpreadFile(ValueError):
    """The file is neither JSON nor TOML."""


def refused(code: str, place: str = "", **params: object) -> InvalidSpread:
    """The exception for one fault."""
    return InvalidSpread([Fault(code, place, {key: str(value) for key, value in params.items()})])
