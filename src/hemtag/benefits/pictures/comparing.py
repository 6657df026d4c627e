"""Two results beside each other: what differs in what is believed, and in what comes out of it. Plain data both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from . import labels, words

Page = Mapping[str, Any]
SEEN = 0.005  # a probability that moves less than half a per cent is said to stand still
BELIEF = ("p05", "median", "p95", "mean")
GROUND = ("unit", "source", "date", "judged_by", "kind")


@dataclass(frozen=True, slots=True)
class Changed:
    """One input in both, in the later only, or in the earlier only. `effect`: kronor, by the earlier's tornado."""

    label: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    effect: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    label: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True)
class Comparison:
    sentence: str
    changed: tuple[Changed, ...]
    grounds: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    unchanged: int


def compare(before: Page, after: Page) -> Comparison:
    """Inputs are matched by name. A reason is only given when both build on the same inputs, as two versions do."""
    changed, grounds, unchanged = _inputs(before, after)
    same_inputs = all(one.before and one.after for one in changed)
    return Comparison(
        _sentence(before, after, changed if same_inputs else ()), changed, grounds, _outcomes(before, after), unchanged
    )


def _inputs(before: Page, after: Page) -> tuple[tuple[Changed, ...], tuple[str, ...], int]:
    old = {row["name"]: row for row in before["inputs"]}
    new = {row["name"]: row for row in after["inputs"]}
    slopes = {row["name"]: _slope(row) for row in before.get("drivers", ())}
    changed, grounds = [], []
    for name in dict.fromkeys([*old, *new]):
        was, now = old.get(name), new.get(name)
        if was is None or now is None:
            changed.append(Changed((was or now or {})["label"], was, now, None))
        elif any(not _alike(was[part], now[part]) for part in BELIEF) or was["unit"] != now["unit"]:
            slope = slopes.get(name) if was["unit"] == now["unit"] else None
            effect = None if slope is None else (now["mean"] - was["mean"]) * slope
            changed.append(Changed(now["label"], was, now, effect))
        elif any(was[part] != now[part] for part in GROUND) or was["regions_with_own"] != now["regions_with_own"]:
            grounds.append(now["label"])
    changed.sort(key=lambda one: -abs(one.effect or 0.0))
    same = len(old.keys() & new.keys()) - sum(1 for one in changed if one.before and one.after) - len(grounds)
    return tuple(changed), tuple(grounds), same


def _slope(row: Mapping[str, Any]) -> float | None:
    """Kronor per unit of the input, between its p05 and p95."""
    wide = row["high"] - row["low"]
    return (row["outcome_at_high"] - row["outcome_at_low"]) / wide if wide else None


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1e-12)


def _sentence(before: Page, after: Page, changed: tuple[Changed, ...]) -> str:
    was, now = (page["recoup"]["region"]["probability"] for page in (before, after))
    shown = {"was": words.percent(was), "now": words.percent(now)}
    if abs(now - was) < SEEN:
        text = _("Sannolikheten att räkna hem kostnaden är densamma i båda, %(now)s") % shown
    elif now > was:
        text = _("Sannolikheten att räkna hem kostnaden ökar från %(was)s till %(now)s") % shown
    else:
        text = _("Sannolikheten att räkna hem kostnaden minskar från %(was)s till %(now)s") % shown
    told = [one for one in changed if one.effect]
    if len(changed) == 1 and abs(now - was) >= SEEN:
        return _("%(text)s. Den enda skillnaden i antagandena är: %(label)s.") % {
            "text": text,
            "label": changed[0].label,
        }
    if told and len(told) == len(changed) and abs(now - was) >= SEEN and _points(told[0], was, now):
        return _("%(text)s. Mest beror det på: %(label)s.") % {"text": text, "label": told[0].label}
    return f"{text}."


def _points(one: Changed, was: float, now: float) -> bool:
    """Whether the largest single effect goes the same way as the whole: else it cannot be what it depends on."""
    return ((one.effect or 0.0) > 0) == (now > was)


def _outcomes(before: Page, after: Page) -> tuple[Outcome, ...]:
    made = []
    for name, label in (
        ("region", _("Sannolikhet att räkna hem")),
        ("region_cash", _("Sannolikhet att räkna hem med kassan ensam")),
    ):
        was, now = (page["recoup"][name]["probability"] for page in (before, after))
        points = words.number(100 * (now - was))
        sign = "+" if now - was >= SEEN else ""
        change = _("%(points)s procentenheter") % {"points": f"{sign}{points}"}
        made.append(Outcome(label, words.percent(was), words.percent(now), change))
    years = [page["recoup"]["region"]["median_year"] for page in (before, after)]
    never = _("inte inom kalkylen")
    moved = "" if None in years else words.number(years[1] - years[0])
    change = (
        _("%(years)s år") % {"years": f"+{moved}" if moved[:1].isdigit() and moved != "0" else moved}
        if moved
        else "\u2013"
    )
    made.append(Outcome(_("Hemräknat i hälften av utfallen"), str(years[0] or never), str(years[1] or never), change))
    amounts = [page["npv"][name]["mean"] for page in (before, after) for name in labels.PERSPECTIVES]
    unit = words.unit_for(amounts)
    for name in labels.PERSPECTIVES:
        was, now = (page["npv"][name]["mean"] for page in (before, after))
        label = _("Väntat nuvärde: %(who)s") % {"who": labels.perspective(after, name)}
        change = unit.amount(now - was)
        sign = "+" if change[:1].isdigit() and round(now - was) > 0 else ""
        made.append(Outcome(label, unit.amount(was), unit.amount(now), f"{sign}{change}"))
    return tuple(made)
