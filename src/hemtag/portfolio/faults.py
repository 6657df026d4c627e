"""What can be wrong with a round, and how it is mended."""

from __future__ import annotations

from typing import ClassVar

from hemtag.faults import COMMON, Invalid, Texts
from hemtag.faults import Fault as AnyFault

# code: (what is wrong, how to mend it)
TEXTS: Texts = {
    **COMMON,
    "not_object": ("Här ska stå ett objekt med namngivna fält.", "Omge fälten med klammerparenteser."),
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


class Fault(AnyFault):
    """One fault: where it is (JSON pointer, RFC 6901), what is wrong and how to mend it."""

    __slots__ = ()
    TEXTS: ClassVar[Texts] = TEXTS


class InvalidRound(Invalid[Fault]):
    """The round cannot be used; `faults` says where and why."""

    fault = Fault


class NotARoundFile(ValueError):
    """The file is not JSON at all."""
