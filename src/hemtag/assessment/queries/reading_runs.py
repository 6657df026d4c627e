"""A stored run as people read it: what was chosen, what was not and why, the money per year, the simple rankings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from hemtag.assessment import explaining
from hemtag.assessment.models import Run
from hemtag.money import digits

THOUSAND = 1000


@dataclass(frozen=True)
class BlockLine:
    """Whole thousands of kronor, as they were weighed; `costs` follow the round's years, None where nothing is asked."""

    id: str
    title: str
    effect: int
    costs: tuple[int | None, ...]
    is_chosen: bool
    why_not: str
    years: tuple[int, ...] = ()

    @property
    def by_year(self) -> list[tuple[int, int | None]]:
        return list(zip(self.years, self.costs, strict=True))

    @property
    def total(self) -> int:
        return sum(cost or 0 for cost in self.costs)

    @property
    def total_sek(self) -> int:
        return THOUSAND * self.total

    @property
    def effect_sek(self) -> int:
        return THOUSAND * self.effect


@dataclass(frozen=True)
class ApplicationLine:
    """`hidden`: why the reader may know no more than number and title; then there is neither score nor block."""

    number: str
    title: str
    score: float = 0
    blocks: tuple[BlockLine, ...] = ()
    hidden: str = ""

    @property
    def chosen(self) -> int:
        return sum(block.is_chosen for block in self.blocks)

    @property
    def chosen_cost(self) -> int:
        return sum(block.total for block in self.blocks if block.is_chosen)


@dataclass(frozen=True)
class YearLine:
    """Kronor."""

    year: int
    frame: int
    committed: int
    chosen: int

    @property
    def free(self) -> int:
        return self.frame - self.committed - self.chosen


@dataclass(frozen=True)
class PracticeLine:
    """What one simple ranking would have chosen beside the run: blocks only it takes, blocks it loses. Kronor.

    `broken`: how many demands it does not see and so breaks; then it may seem to give more than what is permitted can.
    """

    label: str
    chosen: int
    value_sek: int
    loss_sek: int
    loss_share: float
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    broken: int = 0


class RunReading:
    """All from the stored round and result: nothing is computed anew, whoever reads it and whenever.

    `hidden` (number → why) are the applications that this reader may not read. They are left out of every sum and
    count, and what is free, which the rest could be subtracted from, is not told (`is_partial`).
    """

    def __init__(self, run: Run, hidden: Mapping[str, str] | None = None) -> None:
        self.run = run
        self.hidden = hidden or {}
        self.round: Mapping[str, Any] = run.round
        self.result: Mapping[str, Any] = run.result
        self.chosen_ids = frozenset(self.result["chosen"])
        self.years = sorted(int(year) for year in self.round["frames"])

    @cached_property
    def applications(self) -> list[ApplicationLine]:
        """In the order of their numbers; each with its blocks."""
        return [
            ApplicationLine(row["id"], row["title"], hidden=self.hidden[row["id"]])
            if row["id"] in self.hidden
            else ApplicationLine(
                row["id"], row["title"], row["score"], tuple(self._line(block) for block in row["blocks"])
            )
            for row in self.round["applications"]
        ]

    @cached_property
    def readable(self) -> list[ApplicationLine]:
        return [row for row in self.applications if not row.hidden]

    @property
    def hidden_numbers(self) -> list[str]:
        return [row["id"] for row in self.round["applications"] if row["id"] in self.hidden]

    @property
    def is_partial(self) -> bool:
        return bool(self.hidden_numbers)

    def _line(self, block: Mapping[str, Any]) -> BlockLine:
        is_chosen = block["id"] in self.chosen_ids
        why = "" if is_chosen else self._why(explaining.obstacle(block, self.round, self.result))
        costs = tuple(block["cost"].get(str(year)) for year in self.years)
        return BlockLine(block["id"], block["title"], block["effect"], costs, is_chosen, why, tuple(self.years))

    def _why(self, found: explaining.Obstacle) -> str:
        """In the few words that a table has room for; without what would tell of hidden blocks."""
        if not self.is_partial:
            return _short(found)
        if found.why is explaining.Why.MONEY:
            return _("Ryms inte: %(lacking)s") % {"lacking": ", ".join(str(year) for year in found.short or {})}
        if found.why is explaining.Why.AUTHORISATION:
            return _("Ryms inte i bemyndiganderamen")
        if found.why is explaining.Why.NEEDS:
            told = [need for need in found.needs if need.partition("/")[0] not in self.hidden]
            return _short(replace(found, needs=tuple(told))) if told else _("Behöver ett block som inte är valt")
        return _short(found)

    def shown(self, choice: str) -> list[ApplicationLine]:
        """Only chosen blocks (`valda`), only those not chosen (`inte-valda`), or all; hidden rows always stay."""
        if choice not in {"valda", "inte-valda"}:
            return self.applications
        kept = []
        for row in self.applications:
            blocks = tuple(block for block in row.blocks if block.is_chosen == (choice == "valda"))
            if blocks or row.hidden:
                kept.append(replace(row, blocks=blocks))
        return kept

    @cached_property
    def year_lines(self) -> list[YearLine]:
        def kronor(table: str, year: int) -> int:
            return int(self.round.get(table, {}).get(str(year), 0)) * THOUSAND

        chosen = [block.costs for block in self._chosen]
        return [
            YearLine(
                year,
                kronor("frames", year),
                kronor("committed", year),
                THOUSAND * sum(costs[at] or 0 for costs in chosen),
            )
            for at, year in enumerate(self.years)
        ]

    @cached_property
    def _chosen(self) -> list[BlockLine]:
        return [block for row in self.readable for block in row.blocks if block.is_chosen]

    @property
    def fullest(self) -> YearLine:
        return min(self.year_lines, key=lambda row: row.free)

    @property
    def emptiest(self) -> YearLine:
        return max(self.year_lines, key=lambda row: row.free)

    @property
    def totals(self) -> YearLine:
        lines = self.year_lines
        return YearLine(
            0, sum(row.frame for row in lines), sum(row.committed for row in lines), sum(row.chosen for row in lines)
        )

    @property
    def block_count(self) -> int:
        return sum(len(row.blocks) for row in self.readable)

    @property
    def chosen_count(self) -> int:
        return len(self._chosen)

    @property
    def touched_count(self) -> int:
        """Applications of which at least one block is chosen."""
        return sum(row.chosen > 0 for row in self.readable)

    @property
    def effect_sek(self) -> int:
        return THOUSAND * sum(block.effect for block in self._chosen)

    @property
    def value_sek(self) -> int:
        return _sek(self.result["value"])

    @property
    def is_proven(self) -> bool:
        return bool(self.result["value"] == self.result["upper_bound"] and self.result["status"] == "optimal")

    @property
    def gap_sek(self) -> int:
        return _sek(self.result["upper_bound"]) - self.value_sek

    @property
    def hurdle(self) -> float:
        return float(self.round.get("hurdle", 0))

    @property
    def authorisation_left_sek(self) -> int | None:
        left = explaining.authorisation_left(self.round, self.result)
        return None if left is None else left * THOUSAND

    @cached_property
    def practice(self) -> list[PracticeLine]:
        """Empty for a reader from whom something is hidden: what each ranking loses would tell of it."""
        if self.is_partial:
            return []
        labels = {
            "ratio": _("Hela ansökningar, mest effekt per krona först"),
            "score": _("Hela ansökningar, högst poäng först"),
            "score_cut_off": _("Hela ansökningar, högst poäng först, stopp vid den första som inte ryms"),
            "greedy": _("Block för block, mest effekt per krona först"),
        }
        order = [block.id for application in self.applications for block in application.blocks]
        return [
            PracticeLine(
                label=labels.get(row["method"], row["method"]),
                chosen=len(row["chosen"]),
                value_sek=_sek(row["value"]),
                loss_sek=_sek(row["loss"]),
                loss_share=row["loss_share"],
                lost=tuple(name for name in order if name in self.chosen_ids and name not in row["chosen"]),
                gained=tuple(name for name in order if name in row["chosen"] and name not in self.chosen_ids),
                broken=len(row.get("broken", ())),
            )
            for row in self.run.practice
        ]

    @property
    def largest_loss(self) -> PracticeLine | None:
        return max(self.practice, key=lambda row: row.loss_sek, default=None)


def _short(found: explaining.Obstacle) -> str:
    """Why a block was not chosen, in the few words that a table has room for."""
    if found.why is explaining.Why.MONEY:
        lacking = ", ".join(f"{year} (−{digits(tkr)})" for year, tkr in (found.short or {}).items())
        return _("Ryms inte: %(lacking)s") % {"lacking": lacking}
    if found.why is explaining.Why.AUTHORISATION:
        return _("Ryms inte i bemyndiganderamen (−%(lacking)s)") % {"lacking": digits(found.lacking)}
    if found.why is explaining.Why.NEEDS:
        return _("Behöver %(needs)s, som inte är vald") % {"needs": ", ".join(found.needs)}
    if found.why is explaining.Why.HURDLE:
        return _("Effekten når inte tröskeln")
    if found.why is explaining.Why.LOCKED:
        return found.text
    return _("Ger inget mer")


def _sek(tkr: int | float) -> int:
    """Thousands, with decimals where the hurdle has them, as the nearest whole kronor."""
    return round(Fraction(str(tkr)) * THOUSAND)
