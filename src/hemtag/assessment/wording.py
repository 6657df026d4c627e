"""The first text of a decision, which the case officer then edits. Decisions are written in Swedish. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hemtag.money import grouped

from .explaining import Obstacle, Why

# What §§ 17–19 and 21 say, in plain words, for a call whose rule set does not carry them.
CLAUSES = {
    "17 §": "Utbetalning kan hållas inne helt eller delvis om bidraget har beslutats på felaktiga grunder eller med för "
    "högt belopp, eller om ett villkor inte har följts.",
    "18 §": "Mottagaren är återbetalningsskyldig om bidraget har lämnats på felaktiga grunder eller med för högt belopp, om "
    "ett villkor inte har följts, om bidraget inte har använts eller om det har använts till något annat än det beviljats "
    "för.",
    "19 §": "Delegationen beslutar att kräva tillbaka bidraget helt eller delvis. Avsteg nedåt kräver särskilda skäl.",
    "20 §": "På belopp som återkrävs tas ränta ut efter statens utlåningsränta med tillägg av två procentenheter, från och "
    "med en månad efter beslutet om återkrav.",
    "21 §": "Beslut enligt förordningen får inte överklagas.",
}
MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
REPORTING = (
    "Redovisningen lämnas i Hemtag av den ansvariga regionen och skrivs under av dess behöriga företrädare. Varje deltagande "
    "region redovisar sin egen del. Delredovisningen beskriver hur åtgärderna fortskrider. Slutredovisningen beskriver vilka "
    "åtgärder som har genomförts och vad de har kostat sammanlagt (15 §)."
)


@dataclass(frozen=True)
class JudgedCriterion:
    name: str
    weight: int
    mean: Fraction


def decimal(number: Fraction | int | float, decimals: int = 1) -> str:
    """3.65 → '3,7', rounded half up, as Swedes write it."""
    scaled = Fraction(str(number)) if isinstance(number, float) else Fraction(number)
    whole = (scaled * 10**decimals + Fraction(1, 2)).__floor__()
    sign = "\u2212" if whole < 0 else ""
    head, rest = divmod(abs(whole), 10**decimals)
    return f"{sign}{grouped(head)}" + (f",{rest:0{decimals}d}" if decimals else "")


def clause(rule_set: Mapping[str, Any], paragraph: str) -> str:
    """What a paragraph says: the rule set's own words, else the plain words above."""
    for row in rule_set.get("clauses", ()):
        if row.get("paragraph") == paragraph and row.get("rule"):
            return " ".join(str(row["rule"]).split())
    return CLAUSES.get(paragraph, "")


def reasons(
    criteria: Sequence[JudgedCriterion], score: Fraction, assessors: int, chosen: int, blocks: int, rule: str
) -> str:
    """The rules applied and the decisive facts (32 § förvaltningslagen), from the assessments and the run."""
    judged = "\n".join(f"– {row.name} (vikt {row.weight}): {decimal(row.mean)} av 5" for row in criteria)
    outcome = {
        0: f"Inget av ansökans {blocks} block ingår i det urval som ger störst effekt inom årens ramar.",
        blocks: f"Alla ansökans {blocks} block ingår i det urval som ger störst effekt inom årens ramar.",
    }.get(chosen, f"{chosen} av ansökans {blocks} block ingår i det urval som ger störst effekt inom årens ramar.")
    return (
        f"Ansökan är behörig och har bedömts av {assessors} bedömare efter utlysningens kriterier. Medelvärden:\n{judged}\n"
        f"Vägt medelvärde: {decimal(score, 2)} av 5.\n\n"
        f"{rule or 'De åtgärder som i högst utsträckning bedöms uppfylla syftet med bidraget har företräde.'} (13 §) "
        "Alla behöriga ansökningar har därför prioriterats mot varandra, block för block, inom varje års ram och inom "
        f"bemyndiganderamen. {outcome} Bidrag kan lämnas till hela eller delar av de åtgärder som ansökan omfattar (6 §)."
    )


def dismissal(eligibility_reasons: str) -> str:
    return f"Ansökan uppfyller inte förutsättningarna för att prövas och avvisas.\n\n{eligibility_reasons}".strip()


def conditions(points: Iterable[tuple[dt.date, str, str, str]], responsible: str) -> str:
    """The usual conditions, with the application's measuring points as (day, indicator, baseline, target)."""
    measured = "\n".join(
        f"– {day.day} {MONTHS[day.month - 1]} {day.year}: {indicator}"
        + (f", utgångsvärde {baseline}" if baseline else "")
        + (f", mål {target}" if target else "")
        for day, indicator, baseline, target in points
    )
    follow_up = f"\n\nEffekterna följs upp vid ansökans mätpunkter:\n{measured}" if measured else ""
    return (
        "Bidraget används bara till de block som har beviljats. Åtgärderna får inte samtidigt finansieras med annat statligt "
        f"stöd (5 §). {responsible} tar emot bidraget, fördelar det mellan de deltagande regionerna efter deras "
        "arbetsinsats och svarar för återbetalning. Ändras planen väsentligt meddelas delegationen innan ändringen görs."
        + follow_up
    )


def chosen_reason(block: Mapping[str, Any], needed_by: Sequence[str]) -> str:
    """What decided for a block that the run chose. `needed_by` are other chosen blocks that need it."""
    needed = f" Block {', '.join(needed_by)} behöver det." if needed_by else ""
    return (
        f"Blocket ingår i urvalet med störst effekt inom ramarna: effekt {grouped(block['effect'])} tkr, kostnad "
        f"{grouped(sum(block['cost'].values()))} tkr.{needed}"
    )


def obstacle(found: Obstacle) -> str:
    """Why a block was not chosen, in one or two sentences."""
    if found.why is Why.LOCKED:
        return found.text
    if found.why is Why.HURDLE:
        return "Effekten är lägre än vad som krävs för blockets kostnad."
    if found.why is Why.NEEDS:
        several = len(found.needs) > 1
        return f"Blocket behöver block {', '.join(found.needs)}, som inte {'valdes' if not several else 'alla valdes'}."
    if found.why is Why.MONEY:
        lacking = ", ".join(f"{year} saknas {grouped(tkr)} tkr" for year, tkr in (found.short or {}).items())
        return f"Pengarna räcker inte: {lacking}. De valda blocken ger tillsammans större effekt."
    if found.why is Why.AUTHORISATION:
        return (
            f"Bemyndiganderamen räcker inte: {grouped(found.lacking)} tkr saknas. De valda blocken ger tillsammans större "
            "effekt."
        )
    return "Blocket ger inte mer än det kostar efter tröskeln; utan det blir värdet lika stort."
