"""The answers to follow-up questions in plain Swedish, for the terminal and for minutes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .explaining import Explanation
from .model import Number
from .neighbours import Neighbour
from .practice import Practice
from .pricing import FrontierPoint, Marginal, Price
from .report import thousands
from .robustness import CoreIndex

METHODS = {
    "ratio": "hela ansökningar efter effekt per krona",
    "score": "hela ansökningar efter medelbetyg",
    "score_cut_off": "medelbetyg med skarp gräns",
    "greedy": "ett block i taget efter effekt per krona",
}


def percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")


def practice_text(outcomes: Sequence[Practice]) -> str:
    lines = ["Vanliga sätt att välja:"]
    for outcome in outcomes:
        broken = f"; bryter {', '.join(outcome.broken)}" if outcome.broken else ""
        worth, lost = thousands(outcome.value), percent(outcome.loss_share)
        lines.append(f"  {METHODS[outcome.method]}: värde {worth}, förlorar {lost}{broken}")
    return "\n".join(lines)


def explanation_text(explanations: Sequence[Explanation]) -> str:
    return "\n".join(one_explanation(why) for why in explanations)


def one_explanation(why: Explanation) -> str:
    """One to three sentences, every number exact."""
    if why.chosen:
        if why.price is None:
            return f"{why.block} väljs: inget tillåtet urval är utan det."
        instead = f" I stället väljs {', '.join(why.enters)}." if why.enters else ""
        return f"{why.block} väljs: att ta bort det kostar {thousands(why.price)} i effekt.{instead}"
    if why.price is None:
        return f"{why.block} väljs inte: inget tillåtet urval rymmer det."
    parts = [f"{why.block} väljs inte: att ta in det kostar {thousands(why.price)} i effekt."]
    if why.leaves:
        parts.append(f"Då trängs {', '.join(why.leaves)} ut.")
    changes = []
    if why.cut_in_permille is not None:
        changes.append(f"kostnaden vore {percent(why.cut_in_permille / 1000)} lägre")
    if why.gain_in_effect is not None:
        changes.append(f"effekten {thousands(why.gain_in_effect)} högre")
    changes += [f"{year} hade {thousands(more)} tkr mer" for year, more in why.extra_frame.items() if more is not None]
    if changes:
        parts.append(f"Det skulle väljas om {' eller '.join(changes)}.")
    if why.dominated_by:
        parts.append(f"Minst lika bra till högst samma kostnad är {', '.join(why.dominated_by)}.")
    return " ".join(parts)


def flips_text(prices: Mapping[str, Number | None]) -> str:
    lines = ["Pris för att vända på ett block:"]
    for block, price in prices.items():
        lines.append(f"  {block}: {'går inte' if price is None else thousands(price)}")
    return "\n".join(lines)


def prices_text(prices: Sequence[Price]) -> str:
    lines = ["Vad varje krav kostar i effekt:"]
    lines += [f"  {price.demand.text}: {thousands(price.price)}" for price in prices]
    return "\n".join(lines) if prices else "Omgången har inga policyrader eller låsningar."


def marginal_text(margins: Sequence[Marginal]) -> str:
    lines = ["Värdet av mer pengar:"]
    lines += [f"  {one.year}: {thousands(one.step)} tkr mer ger {thousands(one.value)} i effekt" for one in margins]
    return "\n".join(lines)


def frontier_text(points: Sequence[FrontierPoint]) -> str:
    lines = ["Värdet vid andra ramar:"]
    for point in points:
        value = "inget tillåtet urval" if point.value is None else thousands(point.value)
        lines.append(f"  {percent(float(point.share))} av ramarna ({thousands(point.budget)} tkr): {value}")
    return "\n".join(lines)


def neighbours_text(found: Sequence[Neighbour]) -> str:
    lines = ["Andra urval som är nästan lika bra:"] if found else ["Inget annat urval är så nära."]
    for one in found:
        changes = [f"in {', '.join(one.enters)}"] if one.enters else []
        changes += [f"ut {', '.join(one.leaves)}"] if one.leaves else []
        lines.append(f"  förlorar {thousands(one.loss)}: {'; '.join(changes)}")
    return "\n".join(lines)


def core_text(index: CoreIndex) -> str:
    lines = [f"Andel av {index.scenarios} scenarier (frö {index.seed}) där blocket väljs:"]
    for block, share in index.shares.items():
        if share.lower == share.upper:
            low, high = (percent(end) for end in share.wilson)
            lines.append(f"  {block}: {percent(share.estimate)} (95 %-intervall {low}–{high})")
        else:
            lines.append(f"  {block}: bevisat mellan {percent(share.lower)} och {percent(share.upper)}")
    return "\n".join(lines)


WORDING: Mapping[str, Callable[[Any], str]] = {
    "practice": practice_text,
    "explain": explanation_text,
    "flip_prices": flips_text,
    "policy_price": prices_text,
    "marginal": marginal_text,
    "frontier": frontier_text,
    "near_optimal": neighbours_text,
    "core_index": core_text,
}
