"""The reporting table of CHEERS 2022, filled in from a case and its simulation as far as they know, in Swedish or English.

Source: Husereau et al., Value in Health 25 (2022) 3-9. What a case cannot know is left to its owner, and said so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .case import Kind
from .perspectives import PERSPECTIVES
from .report import NAMES, decimal, percent
from .simulation import Simulation, probability_of_recoup


@dataclass(frozen=True, slots=True)
class CheersItem:
    """One of the 28 items. `answered` is False where only the case's owner can tell."""

    number: int
    heading: str
    text: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Language:
    """The table's words, and how numbers are written."""

    items: tuple[str, ...]
    for_the_owner: str
    answers: Mapping[int, str]
    if_quality: Mapping[int, str]
    without_own: str
    names: Mapping[str, str]
    words: Mapping[str, str]
    percent: Callable[[float, int], str]
    decimal: Callable[[float], str]


SWEDISH = Language(
    items=(
        "Titel", "Sammanfattning", "Bakgrund och syfte", "Analysplan", "Population", "Miljö och plats",
        "Jämförda alternativ", "Perspektiv", "Tidshorisont", "Diskonteringsränta", "Val av utfall", "Mätning av utfall",
        "Värdering av utfall", "Mätning och värdering av resurser och kostnader", "Valuta, prisår och omräkning",
        "Modell och skäl för den", "Analys och antaganden", "Skillnader mellan grupper", "Fördelningseffekter",
        "Osäkerhet", "Medverkan av patienter och andra berörda", "Parametrar", "Huvudresultat", "Osäkerhetens effekt",
        "Medverkans effekt", "Slutsatser, begränsningar och överförbarhet", "Finansiering", "Intressekonflikter",
    ),
    for_the_owner="Skrivs av fallets ägare.",
    answers={
        6: "{regions} regioner: {region_names}.",
        7: "Åtgärden jämförs med att inte göra något, vars netto är noll.",
        8: "{perspectives}. Alla är urval ur en och samma huvudbok.",
        9: "{first}–{last} ({years} år).",
        10: "{rates} på kostnader och effekter; år 0 diskonteras inte. 0, 3 och 5 procent visas alltid.",
        11: "Slag: {kinds}.",
        14: "{costs} kostnadsrader av {lines} rader.",
        15: "Svenska kronor i {price_year} års priser.",
        16: "Rader av drivare, storlek och införandekurva per region och år.",
        17: "{calculations} beräkningar, {curves} kurvor, {correlations} rangkorrelationer.",
        18: "Egna bedömningar av region {own}.",
        19: "Nettot redovisas per region och för var och en som betalar eller får.",
        20: "{draws} dragningar (Sobol, frö {seed}, metod {method}) ur sannolikhetsfördelningar.",
        22: "{inputs} indata: {evidence}.",
        23: "Väntat nuvärde: samhället {society} Mkr, regionerna {region} Mkr.",
        24: "Regionerna räknar tillsammans hem kostnaden med {recoup} sannolikhet.",
    },
    if_quality={
        11: " Kvalitet i {units}.",
        13: "Kvalitet värderas inte i pengar i räkna hem; tröskelvärden sveps i samhällets vy.",
    },
    without_own="Regionerna skiljer sig åt genom drivare och startår.",
    names=NAMES,
    words={
        "cost": "kostnad", "grant": "bidrag", "cash": "kassa", "capacity": "kapacitet", "care": "mer vård",
        "quality": "kvalitet", "measured": "uppmätta", "literature": "ur litteraturen", "expert": "bedömda av sakkunniga",
        "assumption": "antaganden",
    },
    percent=percent,
    decimal=decimal,
)  # fmt: skip
ENGLISH = Language(
    items=(
        "Title", "Abstract", "Background and objectives", "Health economic analysis plan", "Study population",
        "Setting and location", "Comparators", "Perspective", "Time horizon", "Discount rate", "Selection of outcomes",
        "Measurement of outcomes", "Valuation of outcomes", "Measurement and valuation of resources and costs",
        "Currency, price date and conversion", "Rationale and description of model", "Analytics and assumptions",
        "Characterising heterogeneity", "Characterising distributional effects", "Characterising uncertainty",
        "Approach to engagement with patients and others affected", "Study parameters", "Summary of main results",
        "Effect of uncertainty", "Effect of engagement with patients and others affected",
        "Study findings, limitations and generalisability", "Source of funding", "Conflicts of interest",
    ),
    for_the_owner="To be written by the owner of the case.",
    answers={
        6: "{regions} regions: {region_names}.",
        7: "The measure is compared with doing nothing, whose net is zero.",
        8: "{perspectives}. All are selections from one and the same ledger.",
        9: "{first}–{last} ({years} years).",
        10: "{rates} on costs and effects; year 0 is not discounted. 0, 3 and 5 per cent are always shown.",
        11: "Kinds: {kinds}.",
        14: "{costs} lines of cost among {lines} lines.",
        15: "Swedish kronor at {price_year} prices.",
        16: "Lines of drivers, size and curve of adoption per region and year.",
        17: "Calculations: {calculations}, curves: {curves}, rank correlations: {correlations}.",
        18: "Judgements of their own from region {own}.",
        19: "The net is given per region and for everyone who pays or receives.",
        20: "{draws} draws (Sobol, seed {seed}, method {method}) from probability distributions.",
        22: "{inputs} inputs: {evidence}.",
        23: "Expected present value: society SEK {society} million, the regions SEK {region} million.",
        24: "The regions together recoup the cost with a probability of {recoup}.",
    },
    if_quality={
        11: " Quality in {units}.",
        13: "Quality is not valued in money when costs are recouped; thresholds are swept in society’s view.",
    },
    without_own="The regions differ by drivers and first year.",
    names={
        "region": "the regions", "region_cash": "the regions’ cash", "others": "other regions, municipalities and the state",
        "patients": "the patients", "society": "society",
    },
    words={
        "cost": "cost", "grant": "grant", "cash": "cash", "capacity": "capacity", "care": "more care",
        "quality": "quality", "measured": "measured", "literature": "from the literature", "expert": "judged by experts",
        "assumption": "assumptions",
    },
    percent=lambda share, digits: f"{_point(100 * share, digits)}%",
    decimal=lambda value: _point(value, 1),
)  # fmt: skip
LANGUAGES: Mapping[str, Language] = {"sv": SWEDISH, "en": ENGLISH}


def _point(value: float, digits: int) -> str:
    return decimal(value, digits).replace(",", ".")


def cheers_table(result: Simulation, language: str = "sv") -> list[CheersItem]:
    """All 28 items in order. `language`: "sv" or "en"; raises KeyError for another."""
    words = LANGUAGES[language]
    known = _known(result, words)
    return [
        CheersItem(number, heading, known.get(number, words.for_the_owner), number in known)
        for number, heading in enumerate(words.items, 1)
    ]


def _known(result: Simulation, words: Language) -> dict[int, str]:
    case = result.case
    units = sorted({unit for _, unit in result.quality})
    own = sorted({code for one in case.inputs.values() for code in one.regions})
    figures = _figures(result, words) | {"units": ", ".join(units), "own": ", ".join(own)}
    found = {1: case.name} | {number: text.format(**figures) for number, text in words.answers.items()}
    if not own:
        found[18] = words.without_own
    if units:
        for number, text in words.if_quality.items():
            found[number] = found.get(number, "") + text.format(**figures)
    return found


def _figures(result: Simulation, words: Language) -> dict[str, object]:
    """What the answers are filled in with."""
    case = result.case
    evidence = Counter(one.evidence.value for one in case.inputs.values())
    return {
        "regions": len(case.regions),
        "region_names": ", ".join(case.regions.values()),
        "perspectives": "; ".join(words.names[name] for name in PERSPECTIVES),
        "first": case.first_year,
        "last": case.first_year + case.years - 1,
        "years": case.years,
        "rates": ", ".join(words.percent(rate, 1) for rate in case.rates),
        "kinds": ", ".join(words.words[kind] for kind in sorted({kind.value for _, kind in result.present})),
        "costs": sum(line.kind is Kind.COST for line in case.lines),
        "lines": len(case.lines),
        "price_year": case.price_year,
        "calculations": len(case.calculations),
        "curves": len(case.curves),
        "correlations": len(case.correlations),
        "draws": result.draws,
        "seed": result.seed,
        "method": result.method,
        "inputs": len(case.inputs),
        "evidence": ", ".join(f"{count} {words.words[name]}" for name, count in sorted(evidence.items())),
        "society": words.decimal(result.estimate("society").mean / 1e6),
        "region": words.decimal(result.estimate("region").mean / 1e6),
        "recoup": words.percent(float(probability_of_recoup(result, joint=True)), 0),
    }
