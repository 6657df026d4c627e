"""What can be wrong with a benefit case, and how it is mended."""

from __future__ import annotations

from typing import ClassVar

from hemtag.faults import TABLES, Invalid, Texts
from hemtag.faults import Fault as AnyFault

# code: (what is wrong, how to mend it)
TEXTS: Texts = {
    **TABLES,
    "not_whole": ("{value} är inte ett helt tal.", "Skriv ett helt tal utan citattecken."),
    "bad_name": ("”{name}” duger inte som namn.", "Använd små bokstäver, siffror och understreck; börja med bokstav."),
    "double_name": ("Namnet ”{name}” används redan för {first}.", "Ge var sak ett eget namn."),
    "out_of_range": ("{value} ligger utanför {low}–{high}.", "Skriv ett tal mellan {low} och {high}."),
    "low_above_high": ("Det låga värdet {low} är större än det höga {high}.", "Byt plats på dem."),
    "likely_outside": (
        "Det troliga värdet {likely} ligger utanför {low}–{high}.",
        "Ange ett troligt värde däremellan.",
    ),
    "no_spread": ("Lågt och högt värde är lika ({low}).", "Ange ett spann, eller använd familjen constant."),
    "not_positive": ("{name} är {value} men måste vara större än noll.", "Skriv ett tal större än noll."),
    "negative": ("{name} är {value} men får inte vara negativt.", "Skriv noll eller mer."),
    "probability_above_one": (
        "{value} är ingen sannolikhet eller andel.",
        "Skriv ett tal mellan 0 och 1, eller ange enheten %.",
    ),
    "weights_do_not_sum": ("Sannolikheterna summerar till {total}.", "Låt dem summera till 1."),
    "weights_do_not_match": (
        "{values} värden har {weights} sannolikheter.",
        "Ange en sannolikhet per värde.",
    ),
    "spread_impossible": (
        "Medelvärdet {mean} och standardavvikelsen {sd} kan inte höra till familjen {family}.",
        "Minska standardavvikelsen eller välj en annan familj.",
    ),
    "quantiles_impossible": (
        "Ingen fördelning i familjen {family} har 5-percentilen {low} och 95-percentilen {high}.",
        "Justera värdena eller välj en annan familj.",
    ),
    "way_unknown": (
        "Familjen {family} kan inte anges med fälten {given}.",
        "Ange något av: {ways}.",
    ),
    "not_positive_definite": (
        "Korrelationerna kan inte gälla samtidigt (minsta egenvärde {smallest}); mest berörda: {names}.",
        "Sänk dem; om alla multipliceras med högst {factor} går de ihop.",
    ),
    "correlation_with_itself": ("”{name}” korreleras med sig själv.", "Nämn två olika indata."),
    "double_correlation": ("Paret {names} har redan en korrelation.", "Behåll den ena."),
    "correlation_of_constant": ("”{name}” är en konstant och kan inte korreleras.", "Ta bort korrelationen."),
    "unknown_unit": ("Enheten ”{unit}” är okänd.", "Använd en av {units}, eller lägg till enheten under units."),
    "units_do_not_add": (
        "{left} och {right} kan inte jämföras eller adderas i ”{formula}”.",
        "Räkna om till samma enhet.",
    ),
    "unit_not_plain": ("{function} kräver ett tal utan enhet, men får {unit} i ”{formula}”.", "Dela bort enheten."),
    "unit_of_result": (
        "Formeln ”{formula}” ger {found}, men här krävs {wanted}.",
        "Lägg till den faktor som fattas, eller rätta enheten.",
    ),
    "syntax": ("Formeln ”{formula}” går inte att läsa vid tecken {at}: {what}.", "Rätta formeln."),
    "formula_too_long": ("Formeln har {found} delar; högst {most} är tillåtna.", "Dela upp den i beräkningar."),
    "unknown_name": ("”{name}” i ”{formula}” finns inte i kalkylen.", "Rätta stavningen eller lägg till det."),
    "unknown_input": ("Indata ”{name}” finns inte.", "Rätta stavningen eller lägg till den."),
    "cycle": ("Beräkningarna beror på varandra i en ring: {cycle}.", "Bryt ringen."),
    "unused": ("”{name}” används inte av någon rad.", "Ta bort den eller använd den i en formel."),
    "divides_by_zero": (
        "Nämnaren ”{denominator}” i ”{formula}” kan bli noll ({low} till {high}).",
        "Välj en fördelning som håller sig på ena sidan om noll.",
    ),
    "log_of_negative": (
        "log i ”{formula}” kan få {low}, som inte är större än noll.",
        "Välj en fördelning som är större än noll.",
    ),
    "shares_above_one": (
        "En frigjord timme används mer än en gång: andelarna summerar till {total} i något utfall.",
        "Låt andelarna vara högst 1 tillsammans; resten räknas som värdelös.",
    ),
    "share_negative": ("En användning av frigjord tid blir negativ ({value}) i något utfall.", "Ange en andel ≥ 0."),
    "unknown_region": ("Regionkoden ”{region}” finns inte i kalkylen.", "Rätta koden eller lägg till regionen."),
    "region_without_value": ("Region {region} saknar värde för ”{name}”.", "Ange värdet, eller ett default."),
    "years_outside": ("Åren {first}–{last} ryms inte i kalkylen {begin}–{end}.", "Rätta åren."),
    "too_many": ("{found} {name} är fler än de {most} som tillåts.", "Slå ihop rader som liknar varandra."),
    "no_lines": ("Kalkylen har inga rader.", "Lägg till minst en rad."),
    "kind_and_unit": (
        "Raden har slaget {kind} men formeln är i {unit}.",
        "Pengar har slaget cost, grant, cash, capacity eller care; allt annat har slaget quality.",
    ),
    "sign_of_cost": ("Kostnaden blir {value} i något utfall.", "En kostnad skrivs som ett positivt belopp."),
    "not_finite": ("Raden ”{name}” ger inte ett ändligt tal i alla utfall.", "Begränsa indata eller formeln."),
    "fact_missing": (
        "Faktan ”{name}” finns inte i registret.",
        "Rätta stavningen, lägg till den i registret eller ange värdet i kalkylen. Finns: {known}.",
    ),
    "fact_out_of_date": (
        "Faktan ”{name}” gäller från {on} och är äldre än {most} år.",
        "Uppdatera den i registret, eller ange max_age och säg varför i note.",
    ),
    "fact_and_value": (
        "Här står ett eget värde bredvid en hänvisning till faktan ”{name}”.",
        "Behåll det ena: värdet eller hänvisningen.",
    ),
    "fact_unit": (
        "Enheten {unit} mäter något annat än faktans enhet {fact}.",
        "Ta bort enheten, så gäller faktans, eller välj en som mäter samma sak.",
    ),
    "fact_per_region": (
        "Faktan ”{name}” har ett värde per region och kan inte vara indata.",
        "Hänvisa till den från drivers.",
    ),
    "not_a_power": ("{value} dragningar är för få.", "Ange minst {least}."),
}


class Fault(AnyFault):
    """One fault: where it is (JSON pointer, RFC 6901), what is wrong and how to mend it."""

    __slots__ = ()
    TEXTS: ClassVar[Texts] = TEXTS


class InvalidCase(Invalid[Fault]):
    """The case, or a value given to a function, cannot be used; `faults` says where and why."""

    fault = Fault


class NotACaseFile(ValueError):
    """The file is neither TOML nor JSON."""


refused = InvalidCase.of
