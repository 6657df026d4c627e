"""The reporting table of CHEERS 2022, filled in from a case and its simulation as far as they know.

Source: Husereau et al., Value in Health 25 (2022) 3-9. What a case cannot know is left to its owner, and said so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .case import Kind
from .perspectives import PERSPECTIVES
from .report import NAMES, decimal, percent
from .simulation import Simulation, probability_of_recoup

FOR_THE_OWNER = "Skrivs av fallets ägare."
ITEMS = (
    "Titel", "Sammanfattning", "Bakgrund och syfte", "Analysplan", "Population", "Miljö och plats",
    "Jämförda alternativ", "Perspektiv", "Tidshorisont", "Diskonteringsränta", "Val av utfall", "Mätning av utfall",
    "Värdering av utfall", "Mätning och värdering av resurser och kostnader", "Valuta, prisår och omräkning",
    "Modell och skäl för den", "Analys och antaganden", "Skillnader mellan grupper", "Fördelningseffekter",
    "Osäkerhet", "Medverkan av patienter och andra berörda", "Parametrar", "Huvudresultat", "Osäkerhetens effekt",
    "Medverkans effekt", "Slutsatser, begränsningar och överförbarhet", "Finansiering", "Intressekonflikter",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheersItem:
    """One of the 28 items. `answered` is False where only the case's owner can tell."""

    number: int
    heading: str
    text: str
    answered: bool


def cheers_table(result: Simulation) -> list[CheersItem]:
    """All 28 items in order, in Swedish."""
    known = _known(result)
    return [
        CheersItem(number, heading, known.get(number, FOR_THE_OWNER), number in known)
        for number, heading in enumerate(ITEMS, 1)
    ]


def _known(result: Simulation) -> dict[int, str]:
    case = result.case
    last = case.first_year + case.years - 1
    rates = ", ".join(percent(rate, 1) for rate in case.rates)
    kinds = sorted({kind.value for _, kind in result.present})
    evidence = Counter(one.evidence.value for one in case.inputs.values())
    units = sorted({unit for _, unit in result.quality})
    society, region = result.estimate("society"), result.estimate("region")
    recoup = float(probability_of_recoup(result, joint=True))
    own = sorted({code for one in case.inputs.values() for code in one.regions})
    found = {
        1: case.name,
        6: f"{len(case.regions)} regioner: {', '.join(case.regions.values())}.",
        7: "Åtgärden jämförs med att inte göra något, vars netto är noll.",
        8: "; ".join(NAMES[name] for name in PERSPECTIVES) + ". Alla är urval ur en och samma huvudbok.",
        9: f"{case.first_year}–{last} ({case.years} år).",
        10: f"{rates} på kostnader och effekter; år 0 diskonteras inte. 0, 3 och 5 procent visas alltid.",
        11: f"Slag: {', '.join(kinds)}." + (f" Kvalitet i {', '.join(units)}." if units else ""),
        14: f"{sum(line.kind is Kind.COST for line in case.lines)} kostnadsrader av {len(case.lines)} rader.",
        15: f"Svenska kronor i {case.price_year} års priser.",
        16: "Rader av drivare, storlek och införandekurva per region och år.",
        17: f"{len(case.calculations)} beräkningar, {len(case.curves)} kurvor, {len(case.correlations)} rangkorrelationer.",
        18: f"Egna bedömningar av region {', '.join(own)}."
        if own
        else "Regionerna skiljer sig åt genom drivare och startår.",
        19: "Nettot redovisas per region och för var och en som betalar eller får.",
        20: f"{result.draws} dragningar (Sobol, frö {result.seed}, metod {result.method}) ur sannolikhetsfördelningar.",
        22: f"{len(case.inputs)} indata: "
        + ", ".join(f"{count} {name}" for name, count in sorted(evidence.items()))
        + ".",
        23: f"Väntat nuvärde: samhället {decimal(society.mean / 1e6)} Mkr, regionerna {decimal(region.mean / 1e6)} Mkr.",
        24: f"Regionerna räknar tillsammans hem kostnaden med {percent(recoup)} sannolikhet.",
    }
    if units:
        found[13] = "Kvalitet värderas inte i pengar i räkna hem; tröskelvärden sveps i samhällets vy."
    return found
