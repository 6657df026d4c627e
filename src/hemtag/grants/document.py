"""An application's content set for reading: words instead of codes, and every sum from the same cells.

Takes the plain content that `queries.content_of` and `queries.submitted_content` give, so that the page before hand-in,
the page afterwards and the assessor's page show the same document. Knows no database.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hemtag import money
from hemtag.knowledge.models import ObstacleKind
from hemtag.refusals import Problem

from .models import (
    Call,
    CostKind,
    EarlierCommitment,
    EffectClaim,
    EffectKind,
    Frame,
    Horizon,
    OtherSupport,
    ParticipantState,
    Perspective,
)
from .queries import Budget, Cell, CheckLine, Sums


@dataclass(frozen=True)
class TableRow:
    key: Any
    label: str
    years: list[Sums]
    total: Sums


@dataclass(frozen=True)
class Table:
    """Rows × years with sums in both margins."""

    years: list[int]
    rows: list[TableRow]
    sums: list[Sums]
    total: Sums


def per_year(budget: Budget, key: Callable[[Cell], Any], label: Callable[[Cell], str]) -> Table:
    """The budget with one row per `key`, in order of the keys, and one column per year that has money."""
    found: dict[Any, list[Cell]] = {}
    for cell in budget.cells:
        found.setdefault(key(cell), []).append(cell)
    rows = []
    for name in sorted(found):
        part = Budget(tuple(found[name]))
        sums = [part.per_year.get(year, Sums()) for year in budget.years]
        rows.append(TableRow(name, label(found[name][0]), sums, part.total))
    return Table(budget.years, rows, list(budget.per_year.values()), budget.total)


def per_block(budget: Budget) -> Table:
    return per_year(budget, lambda cell: cell.block, lambda cell: cell.block_title)


def per_region(budget: Budget) -> Table:
    return per_year(budget, lambda cell: cell.region, lambda cell: cell.region_name)


def per_kind(budget: Budget) -> Table:
    order = [kind.value for kind in CostKind]
    return per_year(budget, lambda cell: order.index(cell.kind), lambda cell: cell.kind_name)


def budget_of(content: Mapping[str, Any]) -> Budget:
    """The cells of an application's content as a Budget: the same sums as those of the live rows."""
    names = {participant["code"]: participant["name"] for participant in content["participants"]}
    return Budget(
        tuple(
            Cell(
                block=block["number"],
                block_title=block["title"],
                region=cost["region"],
                region_name=names.get(cost["region"], cost["region"]),
                year=cost["year"],
                kind=cost["kind"],
                sums=Sums(cost["requested_sek"], cost["cofinancing_sek"]),
            )
            for block in content["blocks"]
            for cost in block["costs"]
        )
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def interval(low_sek: int, likely_sek: int, high_sek: int) -> str:
    """An uncertain amount in words, in millions: 'mellan 3 och 9 Mkr, troligast 6'."""
    low, likely, high = (_millions(amount) for amount in (low_sek, likely_sek, high_sek))
    if low == high:
        return _("%(likely)s Mkr") % {"likely": likely}
    return _("mellan %(low)s och %(high)s Mkr, troligast %(likely)s") % {"low": low, "likely": likely, "high": high}


def _millions(amount_sek: int) -> str:
    """At most one decimal, two below a million; nothing is rounded to a nought that is none."""
    number = money.millions(amount_sek, 2 if abs(amount_sek) < 1_000_000 else 1)
    whole, _mark, decimals = number.partition(",")
    decimals = decimals.rstrip("0")
    if (get_language() or "sv").startswith("en"):
        return f"{whole.replace(money.THIN, ',')}.{decimals}" if decimals else whole.replace(money.THIN, ",")
    return f"{whole},{decimals}" if decimals else whole


def _effect(effect: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **effect,
        "kind": EffectKind(effect["kind"]).label,
        "horizon": Horizon(effect["horizon"]).label,
        "perspective_code": effect["perspective"],
        "perspective": Perspective(effect["perspective"]).label,
        "words": interval(effect["low_sek"], effect["likely_sek"], effect["high_sek"]),
    }


def effects(rows: Iterable[EffectClaim]) -> list[dict[str, Any]]:
    """Live claims of effect in the same words as frozen ones."""
    names = ("kind", "horizon", "perspective", "low_sek", "likely_sek", "high_sek", "from_year", "to_year", "basis")
    return [_effect({name: getattr(row, name) for name in names}) for row in rows]


def confirmed(participants: Iterable[Any]) -> int:
    """How many of the regions have confirmed; rows or the document's participants."""
    states = [row["state"] if isinstance(row, Mapping) else row.state for row in participants]
    return states.count(ParticipantState.CONFIRMED)


_BULLET = re.compile(r"^[•·–—*-]\s+")


def lines_of(text: str) -> list[str]:
    """A text with one thing a line, without the marks that people put before each."""
    return [_BULLET.sub("", line.strip()) for line in text.splitlines() if line.strip()]


def hours_of(costs: Iterable[Mapping[str, Any]]) -> int:
    """Own working time that is given in hours; cells written before hours could be given have none."""
    return sum(int(cost.get("hours") or 0) for cost in costs)


def _block(block: Mapping[str, Any], titles: Mapping[int, str], budget: Budget) -> dict[str, Any]:
    own = budget.in_block(block["number"])
    return {
        **block,
        "obstacle": ObstacleKind(block["obstacle"]).label if block["obstacle"] else "",
        "needs": [{"number": number, "title": titles.get(number, "")} for number in block["needs"]],
        "activities": lines_of(block["activities"]),
        "effects": [_effect(effect) for effect in block["effects"]],
        "sums": own.total,
        "table": per_kind(own),
        "per_region": per_region(own),
        "hours": hours_of(block["costs"]),
        "years": [own.per_year.get(year, Sums()) for year in budget.years],
    }


def _participant(participant: Mapping[str, Any], budget: Budget) -> dict[str, Any]:
    state = ParticipantState(participant["state"])
    return {
        **participant,
        "state": state,
        "decided_on": _day(participant["decided_on"]),
        "support": OtherSupport(participant["other_support"]).label,
        "sums": budget.per_region.get(participant["code"], Sums()),
    }


def document(content: Mapping[str, Any]) -> dict[str, Any]:
    """What templates/grants/document.html shows: one application's content in words, with its budget."""
    budget = budget_of(content)
    titles = {block["number"]: block["title"] for block in content["blocks"]}
    return {
        **content,
        "budget": budget,
        "anchor": f"{content['number']}-",
        "per_block": per_block(budget),
        "per_region": per_region(budget),
        "per_kind": per_kind(budget),
        "blocks": [_block(block, titles, budget) for block in content["blocks"]],
        "participants": [_participant(participant, budget) for participant in content["participants"]],
        "measuring_points": [{**point, "on": _day(point["on"])} for point in content["measuring_points"]],
    }


def documents(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every application of a form's content."""
    return [document(application) for application in content["applications"]]


def part(content: Mapping[str, Any], number: str) -> dict[str, Any]:
    """One application's part of a form's content."""
    return next(dict(own) for own in content["applications"] if own["number"] == number)


@dataclass(frozen=True)
class Deadline:
    """The last day to hand in, counted from today; both ends of the window are included."""

    opens_on: dt.date
    closes_on: dt.date
    today: dt.date
    is_late_access: bool = False

    @property
    def days_left(self) -> int:
        return (self.closes_on - self.today).days

    @property
    def is_coming(self) -> bool:
        return self.today < self.opens_on

    @property
    def is_over(self) -> bool:
        return self.today > self.closes_on

    @property
    def is_open(self) -> bool:
        return not self.is_coming and not self.is_over


def deadline_of(call: Call, today: dt.date, late_until: dt.date | None = None) -> Deadline:
    late = late_until if late_until and late_until > call.closes_on else None
    return Deadline(call.opens_on, late or call.closes_on, today, late is not None)


def is_assumed(source: str) -> bool:
    """A figure that quotes no document rests on an assumption, and its source says which."""
    return "”" not in source


def frame_rows(frames: Iterable[Frame], earlier: Iterable[EarlierCommitment], call: Call) -> list[dict[str, Any]]:
    """What there is to apply for per year of the call: the frame, what is bound already, and what is free."""
    bound: Counter[int] = Counter()
    for decision in earlier:
        bound[decision.year] += decision.amount_sek
    return [
        {
            "year": frame.year,
            "frame": frame.amount_sek,
            "committed": bound[frame.year],
            "chosen": 0,
            "free": frame.amount_sek - bound[frame.year],
        }
        for frame in frames
        if call.first_year <= frame.year <= call.last_year
    ]


def sources_of(frames: Iterable[Frame], earlier: Iterable[EarlierCommitment], call: Call) -> list[dict[str, Any]]:
    """Where every figure of the yearly money comes from, and which of them are assumed."""
    frame_lines = [(_("Ram %(year)s") % {"year": frame.year}, frame.source) for frame in frames]
    bound_lines = [
        (_("Bundet %(year)s, %(decision)s") % {"year": each.year, "decision": each.decision}, each.source)
        for each in earlier
    ]
    found = [*frame_lines, *bound_lines, (_("Bemyndiganderam"), call.authorisation_source)]
    return [{"what": what, "source": source, "is_assumed": is_assumed(source)} for what, source in found]


def missing_in(lines: Iterable[CheckLine]) -> list[Problem]:
    """What stops the hand-in, apart from the window, which nobody on the page can mend."""
    return [
        problem for line in lines if not line.is_warning and line.rule != "window_is_open" for problem in line.problems
    ]
