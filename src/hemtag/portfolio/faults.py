"""What can be wrong with a round: a code, the place as a JSON pointer, parameters, and plain Swedish.

The package knows no gettext: a page that wants another language translates by `code` and `params`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# code: (what is wrong, how to mend it)
TEXTS: Mapping[str, tuple[str, str]] = {
    "not_object": ("Här ska stå ett objekt med namngivna fält.", "Omge fälten med klammerparenteser."),
    "not_list": ("Här ska stå en lista.", "Omge posterna med hakparenteser."),
    "not_text": ("Här ska stå en text.", "Skriv texten inom citattecken."),
    "not_bool": ("Här ska stå true eller false.", "Skriv true eller false utan citattecken."),
    "not_whole": (
        "{value} är inte ett helt tal.",
        "Skriv ett helt tal utan citattecken; belopp anges i hela tusental kronor.",
    ),
    "not_number": ("{value} är inte ett tal.", "Skriv ett tal utan citattecken, med decimalpunkt."),
    "negative": ("{value} är mindre än noll.", "Skriv noll eller mer."),
    "too_large": (
        "{value} är för stort för att räknas exakt.",
        "Skriv högst 1 000 000 000; belopp anges i hela tusental kronor.",
    ),
    "not_weight": (
        "Kriteriets vikt {value} går inte att väga med.",
        "Skriv en vikt över noll och, om den får variera, två tal ”range” som omsluter den.",
    ),
    "unknown_criterion": (
        "Kriteriet ”{name}” finns inte bland omgångens kriterier.",
        "Rätta namnet eller lägg till det.",
    ),
    "not_share": ("{value} är ingen andel.", "Skriv ett tal mellan 0 och 1."),
    "not_range": (
        "Spannet omsluter inte effekten {effect}.",
        "Skriv två hela tal, det minsta först, med effekten däremellan.",
    ),
    "not_year": ("”{value}” är inget årtal.", "Skriv årtalet med fyra siffror, till exempel ”2026”."),
    "missing": ("Fältet ”{name}” saknas.", "Lägg till det."),
    "unknown_field": ("Fältet ”{name}” finns inte i formatet.", "Ta bort det eller rätta stavningen."),
    "no_frames": ("Omgången har ingen årsram.", "Ange minst ett år med belopp."),
    "no_cost": ("Blocket ”{block}” har ingen kostnad i något år.", "Ange kostnaden per år."),
    "year_without_frame": (
        "Året {year} har ingen ram.",
        "Lägg till året bland ramarna eller flytta beloppet till ett år med ram ({years}).",
    ),
    "committed_above_frame": (
        "Redan beslutade {committed} tkr överstiger ramen {frame} tkr för {year}.",
        "Höj ramen eller rätta det beslutade beloppet.",
    ),
    "committed_above_authorisation": (
        "Redan beslutade {committed} tkr efter första året överstiger bemyndiganderamen {frame} tkr.",
        "Höj bemyndiganderamen eller rätta de beslutade beloppen.",
    ),
    "double_id": (
        "Beteckningen ”{id}” finns redan på {first}.",
        "Ge varje ansökan och varje block en egen beteckning.",
    ),
    "double_key": ("Fältet ”{name}” förekommer två gånger i samma objekt.", "Behåll det ena."),
    "unknown_block": ("Blocket ”{block}” finns inte i omgången.", "Rätta beteckningen eller lägg till blocket."),
    "foreign_block": (
        "Blocket ”{block}” hör inte till ansökan ”{application}”.",
        "Nämn ett block i samma ansökan.",
    ),
    "needs_itself": ("Blocket ”{block}” behöver sig självt.", "Ta bort det ur listan."),
    "cycle": (
        "Blocken behöver varandra i en ring: {cycle}.",
        "Ta bort ett av behoven, eller slå ihop blocken till ett.",
    ),
    "empty_group": ("Gruppen är tom.", "Nämn minst ett block, eller ta bort gruppen."),
    "mixed_units": (
        "Effekten anges i ”{unit}”, men tidigare block anger den i ”{first}”.",
        "Räkna om alla effekter till samma enhet.",
    ),
    "unknown_region": ("Regionkoden ”{region}” finns inte.", "Använd länskoden med två siffror, till exempel ”14”."),
    "region_cost_above_cost": (
        "Regionernas del {part} tkr överstiger blockets kostnad {whole} tkr.",
        "Rätta fördelningen så att den ryms i kostnaden.",
    ),
    "unknown_tag": ("Inget block bär märket ”{tag}”.", "Rätta stavningen eller märk blocken."),
    "locked_both_ways": ("Blocket ”{block}” är låst både in och ut.", "Behåll den ena låsningen."),
    "region_not_touched": (
        "Inget block har kostnad i region ”{region}”.",
        "Ta bort kravet eller rätta blockens kostnad per region.",
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it is, what is wrong and how to mend it."""

    code: str
    place: str
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


class InvalidRound(ValueError):
    """The round cannot be used; `faults` says where and why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class NotARoundFile(ValueError):
    """The file is not JSON at all."""
