"""The workbench's answers as people read them: one sentence per block from exact numbers, years, prices, comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hemtag import portfolio
from hemtag.assessment import whatif
from hemtag.assessment.models import Freeze, NamedScenario, Run

from .naming import Names
from .reading_runs import THOUSAND, ApplicationLine, BlockLine, RunReading
from .saying import Sentences, amount, per_cent, sek
from .workbench import Bench, worth


def share_words(share: portfolio.Share) -> str:
    """“93 %”, or “90–97 %” while some scenarios are only bounded."""
    low, high = round(100 * share.lower), round(100 * share.upper)
    return per_cent(f"{low}" if low == high else f"{low}–{high}")


@dataclass(frozen=True)
class ChangeLine:
    """One change in words, and the address that takes it back."""

    words: str
    change: whatif.Change
    without: tuple[str, ...]
    is_dropped: bool = False

    @property
    def is_lock(self) -> bool:
        return self.change.kind in whatif.LOCKS


@dataclass(frozen=True)
class DroppedLine:
    """A change that is not counted: the demands of which one has to yield, itself among them, or what is wrong with it."""

    words: str
    why: list[str]
    is_conflict: bool


@dataclass(frozen=True)
class BenchBlock:
    line: BlockLine
    sentence: str
    is_explained: bool
    share: str
    lock: str


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

    def __init__(self, bench: Bench, *, with_index: bool = False) -> None:
        """`with_index` computes how often each block is chosen, where nobody has asked for it before."""
        self.bench = bench
        self.names = bench.names
        self.reading = RunReading(bench.unsaved)
        self.with_index = with_index

    # The changes -----------------------------------------------------------------------------------------

    @cached_property
    def changes(self) -> list[ChangeLine]:
        every = self.bench.changes
        return [
            ChangeLine(
                self.names.change(change),
                change,
                tuple(one.text for one in every if one is not change),
                change in self.bench.dropped,
            )
            for change in every
        ]

    @cached_property
    def dropped(self) -> list[DroppedLine]:
        return [
            DroppedLine(self.names.change(change), self.names.conflict(why), bool(why.demands))
            for change, why in self.bench.dropped.items()
        ]

    @cached_property
    def entered(self) -> list[BlockLine]:
        return self._lines(self.bench.entered)

    @cached_property
    def left(self) -> list[BlockLine]:
        return self._lines(self.bench.left)

    def _lines(self, ids: Sequence[str]) -> list[BlockLine]:
        lines = {line.id: line for row in self.reading.applications for line in row.blocks}
        return [lines[name] for name in ids]

    @cached_property
    def before(self) -> RunReading | None:
        """The run itself, beside what is tried."""
        return RunReading(self.bench.run) if self.bench.kept else None

    @property
    def cost_beside(self) -> str:
        return self._beside(self.reading.totals.chosen - self.before.totals.chosen) if self.before else ""

    @property
    def effect_beside(self) -> str:
        return self._beside(self.reading.effect_sek - self.before.effect_sek) if self.before else ""

    @property
    def free_beside(self) -> str:
        return self._beside(self.reading.totals.free - self.before.totals.free) if self.before else ""

    def _beside(self, difference: int) -> str:
        known = {"amount": amount(abs(difference)), "number": self.bench.run.number}
        if difference > 0:
            return _("%(amount)s mer än i körning %(number)s") % known
        if difference < 0:
            return _("%(amount)s mindre än i körning %(number)s") % known
        return _("lika mycket som i körning %(number)s") % known

    @property
    def texts(self) -> list[str]:
        return [change.text for change in self.bench.changes]

    @property
    def without_last(self) -> list[str]:
        return self.texts[:-1]

    @cached_property
    def cost_sek(self) -> int:
        return sek(self.bench.cost_tkr)

    @property
    def cost_words(self) -> str:
        return amount(abs(self.cost_sek))

    @property
    def gain_sek(self) -> int:
        return -self.cost_sek

    @property
    def base_value_sek(self) -> int:
        return sek(self.bench.base_selection.value)

    @property
    def cost_share(self) -> str:
        """Of the run's value; below one per cent with two decimals."""
        part = 100 * self.cost_sek / self.base_value_sek if self.base_value_sek else 0.0
        return per_cent(f"{part:.1f}" if part >= 1 else f"{part:.2f}")

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
    def shows_index(self) -> bool:
        return not self.bench.is_first and (self.with_index or self.bench.is_bounded)

    def sentences(self, found: Mapping[str, Mapping[str, Any]]) -> dict[str, SafeString]:
        words = Sentences(self.bench)
        return {name: words.said(one) for name, one in found.items()}

    def shown(self, choice: str) -> list[tuple[ApplicationLine, list[BenchBlock]]]:
        known = {} if self.bench.is_first else self.bench.known_explanations()
        said = self.sentences({name: one for name, (one, _whole) in known.items()})
        whole = {name for name, (_one, is_whole) in known.items() if is_whole}
        shares = self.shares if self.shows_index else {}
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
    def sums(self) -> BenchYear:
        rows = self.years
        held, chosen, free = (sum(getattr(row, name) for row in rows) for name in ("committed", "chosen", "free"))
        return BenchYear(0, sum(row.frame for row in rows), 0, held, chosen, free)

    @property
    def any_carried(self) -> bool:
        return any(self.bench.round.carry_limits)

    # Parts -----------------------------------------------------------------------------------------------

    @cached_property
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
                # Half, today and half as much again are written out in the drawing.
                "anchor": {0.5: "start", 1.0: "middle", 1.5: "end"}.get(row["share"], ""),
            }
            for row in rows
        ]

    @property
    def frontier_path(self) -> str:
        return " ".join(f"{row['x']},{row['y']}" for row in self.frontier)

    @cached_property
    def marginal(self) -> list[dict[str, Any]]:
        return [{"year": row["year"], "value_sek": sek(row["value"])} for row in self.bench.marginal()]

    @property
    def best_year(self) -> dict[str, Any] | None:
        """Where a million more does most; None where it does nothing anywhere."""
        best = max(self.marginal, key=lambda row: row["value_sek"], default=None)
        return best if best and best["value_sek"] > 0 else None

    @property
    def full_years(self) -> list[str]:
        """Where a million more gives nothing at all."""
        return [str(row["year"]) for row in self.marginal if row["value_sek"] == 0]

    @cached_property
    def prices(self) -> list[dict[str, Any]]:
        return [
            {"text": self.names.demand(row, self.bench.data), "price_sek": sek(row["price"])}
            for row in self.bench.prices()
        ]

    @property
    def dearest(self) -> dict[str, Any] | None:
        return self.prices[0] if self.prices and self.prices[0]["price_sek"] > 0 else None

    @cached_property
    def near(self) -> list[dict[str, Any]]:
        return [
            {
                "loss_sek": sek(row["loss"]),
                "share": row["loss"] / row["value"] if row["value"] else 0,
                "enters": [self.names.block(name) for name in row["enters"]],
                "leaves": [self.names.block(name) for name in row["leaves"]],
            }
            for row in self.bench.near()
        ]

    @property
    def always(self) -> list[str]:
        """Blocks that the proposal and every near-optimal choice agree on."""
        sets = [set(row["chosen"]) for row in self.bench.near()]
        return [name for name in self.bench.selection.chosen if all(name in one for one in sets)]


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

    sets = {"run": own} | {
        f"scenario {row.name}": [one for one in row.result["chosen"] if one in base.by_id] for row in scenarios
    }
    names = bench.names
    rankings = list(zip((row.label for row in RunReading(run).practice), run.practice, strict=True))
    sets |= {f"ranking {label}": stored["chosen"] for label, stored in rankings}
    found = bench.regret(sets) if regret else {}
    lines = [line(_("Körning %(number)s") % {"number": run.number}, own, regret=found.get("run"))]
    for scenario in scenarios:
        changes = tuple(names.change(change) for change in whatif.read(scenario.changes))
        more = {"scenario": scenario, "changes": changes, "regret": found.get(f"scenario {scenario.name}")}
        lines.append(line(scenario.name, scenario.result["chosen"], **more))
    for label, stored in rankings:
        lines.append(line(label, stored["chosen"], regret=found.get(f"ranking {label}")))
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
    names = Names(run)
    return FreezeReading(frozen, tuple(names.change(change) for change in whatif.read(frozen.changes)))
