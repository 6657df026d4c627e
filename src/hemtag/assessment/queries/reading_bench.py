"""The workbench's answers as people read them: one sentence per block from exact numbers, years, prices, comparisons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hemtag import portfolio
from hemtag.assessment import whatif
from hemtag.assessment.models import Freeze, NamedScenario, Run
from hemtag.money import mkr

from .reading_runs import THOUSAND, ApplicationLine, BlockLine, RunReading
from .workbench import Bench, worth

FEW = 4


def sek(tkr: Any) -> int:
    """Effect units or thousands, with decimals where the hurdle has them, as the nearest whole kronor."""
    return round(Fraction(str(tkr)) * THOUSAND)


def permille(number: int | Fraction) -> str:
    """Thousandths as per cent with one decimal, rounded up: what is promised then suffices."""
    whole, tenth = divmod(math.ceil(number), 10)
    return _per_cent(f"{whole}.{tenth}")


def _is_english() -> bool:
    return (get_language() or "sv").startswith("en")


def _decimal(text: str) -> str:
    return text if _is_english() else text.replace(".", ",")


def _per_cent(text: str) -> str:
    return f"{_decimal(text)}%" if _is_english() else f"{_decimal(text)}\u00a0%"


def _names(ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:FEW])
    return shown if len(ids) <= FEW else _("%(shown)s och %(more)s till") % {"shown": shown, "more": len(ids) - FEW}


def sentence(found: Mapping[str, Any], block: portfolio.Block, locked: Mapping[str, str]) -> str:
    """Why a block is chosen or not, from `portfolio.explain`: what it costs to decide otherwise, or what it lacks."""
    reason = locked.get(block.id)
    if found["chosen"]:
        if found["price"] is None:
            said = _("Kan inte tas bort utan att bryta ett annat krav.")
        elif found["price"] < 0:
            said = _("Utan det blir effekten %(price)s större.") % {"price": mkr(-sek(found["price"]))}
        else:
            said = _("Att ta bort det kostar %(price)s i effekt.") % {"price": mkr(sek(found["price"]))}
        return f"{_('Inlåst')}: {reason} {said}" if reason else said
    if reason:
        return f"{_('Utlåst')}: {reason}"
    if found["price"] is None:
        return _("Ryms inte i något tillåtet urval.")
    known = {"cut": "", "gain": ""}
    if found["cut_in_permille"] is not None:
        known["cut"] = permille(found["cut_in_permille"])
    if found["gain_in_effect"] and block.effect > 0:
        known["gain"] = permille(Fraction(1000 * found["gain_in_effect"], block.effect))
    elif found["gain_in_effect"]:
        known["gain"] = mkr(sek(found["gain_in_effect"]))
    if known["cut"] and known["gain"]:
        said = _("Skulle finansieras om kostnaden vore %(cut)s lägre eller effekten %(gain)s högre") % known
    elif known["cut"]:
        said = _("Skulle finansieras om kostnaden vore %(cut)s lägre") % known
    else:
        said = _("Skulle finansieras om effekten vore %(gain)s högre") % known
    if found["leaves"]:
        return _("%(said)s; i dag trängs det ut av %(names)s.") % {"said": said, "names": _names(found["leaves"])}
    return f"{said}."


def share_words(share: portfolio.Share) -> str:
    """“93 %”, or “90–97 %” while some scenarios are only bounded."""
    low, high = round(100 * share.lower), round(100 * share.upper)
    return _per_cent(f"{low}" if low == high else f"{low}–{high}")


@dataclass(frozen=True)
class ChangeLine:
    """One change in words, and the address that takes it back."""

    words: str
    change: whatif.Change
    without: tuple[str, ...]


@dataclass(frozen=True)
class BenchBlock:
    line: BlockLine
    sentence: str
    is_explained: bool
    share: str
    lock: str

    @property
    def is_sure(self) -> bool:
        return self.share.split("\u00a0")[0] in {"0", "100"}


@dataclass(frozen=True)
class BenchYear:
    """Kronor; what is carried over counts in the year it is carried to."""

    year: int
    frame: int
    carried: int
    committed: int
    chosen: int
    free: int


@dataclass(frozen=True)
class ComparedLine:
    """One way to choose beside the run, valued by the run's own measure. Kronor."""

    name: str
    chosen: int
    cost_sek: int
    value_sek: int
    loss_sek: int
    enters: tuple[str, ...]
    leaves: tuple[str, ...]
    scenario: NamedScenario | None = None
    changes: tuple[str, ...] = ()
    regret: Mapping[str, Any] | None = None

    @property
    def most_sek(self) -> int | None:
        return None if self.regret is None else sek(self.regret["most"])

    @property
    def mean_sek(self) -> int | None:
        return None if self.regret is None else round(self.regret["mean"] * THOUSAND)


class BenchReading:
    """What the page shows of a `Bench`."""

    def __init__(self, bench: Bench, titles: Mapping[str, str] | None = None, *, with_index: bool = True) -> None:
        self.bench = bench
        self.titles = titles or {}
        self.reading = RunReading(bench.unsaved)
        self.with_index = with_index

    # The changes -----------------------------------------------------------------------------------------

    @cached_property
    def changes(self) -> list[ChangeLine]:
        every = self.bench.changes
        return [
            ChangeLine(words_of(change), change, tuple(one.text for one in every if one is not change))
            for change in every
        ]

    @property
    def texts(self) -> list[str]:
        return [change.text for change in self.bench.changes]

    @property
    def without_last(self) -> list[str]:
        return self.texts[:-1]

    @property
    def cost_sek(self) -> int:
        return sek(self.bench.cost_tkr)

    @property
    def gain_sek(self) -> int:
        return -self.cost_sek

    @property
    def base_value_sek(self) -> int:
        return sek(self.bench.base_selection.value)

    @property
    def cost_share(self) -> float:
        return self.cost_sek / self.base_value_sek if self.base_value_sek else 0.0

    @property
    def measures_otherwise(self) -> bool:
        """Whether weights or hurdle differ, so that values are not of the same measure."""
        return any(change.kind in (whatif.WEIGHT, whatif.HURDLE) for change in self.bench.kept)

    # Blocks ----------------------------------------------------------------------------------------------

    @cached_property
    def index(self) -> tuple[portfolio.CoreIndex, int]:
        return self.bench.index()

    @property
    def shares(self) -> dict[str, str]:
        return {name: share_words(share) for name, share in self.index[0].shares.items()}

    @property
    def index_words(self) -> str:
        index, solved = self.index
        known = {"count": index.scenarios, "solved": solved, "decided": f"{100 * index.decided:.0f}"}
        cases = len(self.bench.draws.from_cases)
        source = (
            _("%(count)s block har effekter ur sina nyttokalkyler; övriga dras mellan sökandens lägsta och högsta.")
            % {"count": cases}
            if cases
            else _("Effekterna dras mellan sökandens lägsta och högsta, och bedömarna dras med spridning.")
        )
        if solved >= index.scenarios:
            done = _("%(count)s scenarier är lösta exakt.") % known
        else:
            done = (
                _("%(solved)s av %(count)s scenarier är lösta exakt; %(decided)s %% av svaren är redan bevisade.")
                % known
            )
        return f"{done} {source}"

    @property
    def locked(self) -> dict[str, str]:
        return {**self.bench.round.locked_in, **self.bench.round.locked_out}

    def sentences(self, found: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
        return {name: sentence(one, self.bench.round.by_id[name], self.locked) for name, one in found.items()}

    def shown(self, choice: str) -> list[tuple[ApplicationLine, list[BenchBlock]]]:
        known = self.bench.known_explanations()
        said = self.sentences({name: one for name, (one, _whole) in known.items()})
        whole = {name for name, (_one, is_whole) in known.items() if is_whole}
        shares = self.shares if self.with_index else {}
        locks = {change.subject: change.kind for change in self.bench.kept if change.kind in whatif.LOCKS}
        return [
            (
                row,
                [
                    BenchBlock(
                        line,
                        said.get(line.id) or line.why_not,
                        line.id in whole,
                        shares.get(line.id, ""),
                        locks.get(line.id, ""),
                    )
                    for line in row.blocks
                ],
            )
            for row in self.reading.shown(choice)
        ]

    # Years -----------------------------------------------------------------------------------------------

    @cached_property
    def years(self) -> list[BenchYear]:
        r, chosen = self.bench.round, frozenset(self.bench.selection.chosen)
        spent, free, carried, lines = r.spent(chosen), r.free(chosen), 0, []
        for year, frame, committed, limit in zip(r.years, r.frames, r.committed, r.carry_limits, strict=True):
            amounts = (frame, carried, committed, spent[year], free[year])
            lines.append(BenchYear(year, *(THOUSAND * amount for amount in amounts)))
            carried = max(0, min(limit, free[year]))
        return lines

    @property
    def bars(self) -> list[dict[str, int]]:
        """Frame and what is carried into the year together: what there is to use."""
        return [
            {"year": row.year, "frame": row.frame + row.carried, "committed": row.committed, "chosen": row.chosen}
            for row in self.years
        ]

    @property
    def any_carried(self) -> bool:
        return any(self.bench.round.carry_limits)

    # Parts -----------------------------------------------------------------------------------------------

    @property
    def frontier(self) -> list[dict[str, Any]]:
        """Points of the curve with their place in a drawing of 100 × 100, written as SVG wants them."""
        rows = [row for row in self.bench.frontier() if row["value"] is not None]
        widest = max((row["budget"] for row in rows), default=0) or 1
        highest = max((row["value"] for row in rows), default=0) or 1
        return [
            {
                "share": row["share"],
                "budget_sek": sek(row["budget"]),
                "spent_sek": sek(row["spent"]),
                "value_sek": sek(row["value"]),
                "blocks": len(row["chosen"]),
                "x": f"{10 + 580 * row['budget'] / widest:.1f}",
                "y": f"{230 - 215 * max(0, row['value']) / highest:.1f}",
                "is_today": row["share"] == 1.0,
            }
            for row in rows
        ]

    @property
    def frontier_path(self) -> str:
        return " ".join(f"{row['x']},{row['y']}" for row in self.frontier)

    @property
    def marginal(self) -> list[dict[str, Any]]:
        return [{"year": row["year"], "value_sek": sek(row["value"])} for row in self.bench.marginal()]

    @property
    def prices(self) -> list[dict[str, Any]]:
        return [{"text": row["text"], "price_sek": sek(row["price"])} for row in self.bench.prices()]

    @property
    def near(self) -> list[dict[str, Any]]:
        return [
            {**row, "loss_sek": sek(row["loss"]), "share": row["loss"] / row["value"] if row["value"] else 0}
            for row in self.bench.near()
        ]

    @property
    def always(self) -> list[str]:
        """Blocks that the proposal and every near-optimal choice agree on."""
        sets = [set(row["chosen"]) for row in self.bench.near()]
        return [name for name in self.bench.selection.chosen if all(name in one for one in sets)]


def words_of(change: whatif.Change) -> str:
    """One change as a meeting says it."""
    if change.kind == whatif.LOCK_IN:
        return _("%(block)s låses in: %(reason)s") % {"block": change.subject, "reason": change.value}
    if change.kind == whatif.LOCK_OUT:
        return _("%(block)s låses ut: %(reason)s") % {"block": change.subject, "reason": change.value}
    if change.kind == whatif.REGIONS:
        return _("Varje region som har sökt ska få minst ett block")
    number = _decimal(f"{change.number.normalize():f}")
    known = {"subject": change.subject, "number": number, "mkr": mkr(int(change.number) * THOUSAND)}
    said = {
        whatif.FRAME: _("Ramen %(subject)s är %(mkr)s"),
        whatif.CARRY: _("Av ramen %(subject)s får %(number)s %% föras över till nästa år"),
        whatif.AUTHORISATION: _("Bemyndiganderamen är %(mkr)s"),
        whatif.HURDLE: _("Tröskeln per beviljad krona är %(number)s"),
        whatif.WEIGHT: _("Kriteriet %(subject)s väger %(number)s"),
        whatif.CAP: _("Region %(subject)s får högst %(mkr)s"),
        whatif.SHARE: _("Minst %(number)s %% till %(subject)s"),
        whatif.COFINANCING: _("Minst %(number)s %% medfinansiering"),
    }[change.kind]
    return said % known


def compared(run: Run, bench: Bench, scenarios: Sequence[NamedScenario], *, regret: bool) -> list[ComparedLine]:
    """The run, the named scenarios and what simple rankings would choose, side by side by the run's own measure."""
    base, own = bench.base, list(bench.base_selection.chosen)
    order = [block.id for block in base.blocks]

    def line(name: str, ids: Sequence[str], **more: Any) -> ComparedLine:
        chosen = set(ids) & set(order)
        loss = worth(base, own) - worth(base, [one for one in order if one in chosen])
        return ComparedLine(
            name,
            len(chosen),
            THOUSAND * sum(base.by_id[one].total for one in chosen),
            sek(worth(base, own) - loss),
            sek(loss),
            tuple(one for one in order if one in chosen and one not in own),
            tuple(one for one in own if one not in chosen),
            **more,
        )

    sets = {"": own} | {
        scenario.name: [one for one in scenario.result["chosen"] if one in base.by_id] for scenario in scenarios
    }
    found = bench.regret(sets) if regret else {}
    lines = [line(_("Körning %(number)s") % {"number": run.number}, own, regret=found.get(""))]
    for scenario in scenarios:
        changes = tuple(words_of(change) for change in whatif.read(scenario.changes))
        more = {"scenario": scenario, "changes": changes, "regret": found.get(scenario.name)}
        lines.append(line(scenario.name, scenario.result["chosen"], **more))
    labels = {row.label: row for row in RunReading(run).practice}
    for label, stored in zip(labels, run.practice, strict=True):
        lines.append(line(label, stored["chosen"]))
    return lines


def smallest_regret(lines: Sequence[ComparedLine]) -> ComparedLine | None:
    rows = [row for row in lines if row.most_sek is not None]
    return min(rows, key=lambda row: (row.most_sek or 0, row.mean_sek or 0), default=None)


@dataclass(frozen=True)
class FreezeReading:
    freeze: Freeze
    changes: tuple[str, ...]


def minutes_of(run: Run) -> FreezeReading | None:
    frozen = getattr(run, "freeze", None)
    if frozen is None:
        return None
    return FreezeReading(frozen, tuple(words_of(change) for change in whatif.read(frozen.changes)))
