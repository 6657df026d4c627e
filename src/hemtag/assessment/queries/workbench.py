"""The workbench: a run with what a meeting tries, answered exactly, and each expensive answer remembered by its round."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from hemtag import portfolio
from hemtag.assessment import whatif
from hemtag.assessment.models import Decision, NamedScenario, Run
from hemtag.grants.models import Call

from .answering import FIRST, SECONDS, Answer, Conflict, Solved, place_of, remembered, solved
from .drawing_effects import Draws
from .naming import Names
from .prioritising import runs_of
from .seeing import sight_of

# A request for more answers ends when it has gone on for so many seconds; what is left is asked for again.
PATIENCE = 0.4
SCENARIOS, SEED, CHUNK = 200, 1, 10
NEAR, NEAR_SHARE = 8, 0.01


class Bench:
    """A run and the changes that are tried, solved when something is asked of the answer. A change that conflicts with
    those before it is `dropped`, with the reason, and everything shows the others: `kept`.

    `at_once` for a page that somebody waits for: a hard round then shows the best found so far (`is_first`).
    """

    def __init__(self, run: Run, changes: Sequence[whatif.Change] = (), *, at_once: bool = False) -> None:
        self.run, self.changes = run, tuple(changes)
        self.names = Names(run)
        self.patience = FIRST if at_once else SECONDS

    @property
    def base_data(self) -> Mapping[str, Any]:
        data: Mapping[str, Any] = self.run.round
        return data

    @cached_property
    def tried_data(self) -> Mapping[str, Any]:
        """The round as it is tried, whether it can be or not."""
        return whatif.applied(self.run.round, self.changes)

    @cached_property
    def _base(self) -> Solved:
        return solved(self.run, ())

    @property
    def base(self) -> portfolio.Round:
        return self._base.round

    @property
    def base_selection(self) -> portfolio.Selection:
        return self._base.selection

    @cached_property
    def _settled(self) -> tuple[Solved, tuple[whatif.Change, ...], dict[whatif.Change, Conflict]]:
        """The answer, the changes that it is of, and what stood in the way of each of the others."""
        try:
            return self._solved(self.changes), self.changes, {}
        except Conflict:
            answer: Solved = self._base
        kept: tuple[whatif.Change, ...] = ()
        dropped = {}
        for change in self.changes:
            try:
                answer, kept = self._solved((*kept, change)), (*kept, change)
            except Conflict as refusal:
                dropped[change] = refusal
        return answer, kept, dropped

    def _solved(self, changes: tuple[whatif.Change, ...]) -> Solved:
        return solved(self.run, changes, patience=self.patience) if changes else self._base

    @property
    def data(self) -> Mapping[str, Any]:
        return self._settled[0].data

    @property
    def round(self) -> portfolio.Round:
        return self._settled[0].round

    @property
    def selection(self) -> portfolio.Selection:
        return self._settled[0].selection

    @property
    def is_first(self) -> bool:
        return self._settled[0].is_first

    @property
    def kept(self) -> tuple[whatif.Change, ...]:
        return self._settled[1]

    @property
    def dropped(self) -> dict[whatif.Change, Conflict]:
        return self._settled[2]

    # What the changes lead to ----------------------------------------------------------------------------

    @cached_property
    def unsaved(self) -> Run:
        """The answer in the shape of a stored run, so that it is read as one."""
        if not self.kept:
            return self.run
        practice = [one.as_dict() for one in portfolio.compare_with_practice(self.round, self.selection)]
        return Run(
            call=self.run.call,
            number=self.run.number,
            round=self.data,
            result=self.selection.as_dict(),
            practice=practice,
            round_sha256=self.round.sha256,
        )

    @property
    def entered(self) -> list[str]:
        return [name for name in self.selection.chosen if name not in self.base_selection.chosen]

    @property
    def left(self) -> list[str]:
        return [name for name in self.base_selection.chosen if name not in self.selection.chosen]

    @property
    def cost_tkr(self) -> Any:
        """What the changes cost in effect by the run's own measure: less than nothing when they gain."""
        return worth(self.base, self.base_selection.chosen) - worth(self.base, self.selection.chosen)

    # Questions -------------------------------------------------------------------------------------------

    def _asked(self, question: str, compute: Callable[[], Answer]) -> Answer:
        return remembered(self.round.sha256, question, compute)

    def explanation(self, block: str, *, quick: bool = False) -> dict[str, Any]:
        """`portfolio.explain` as plain data; `quick` without the least cut in cost, which takes dozens of solutions.

        Raises KeyError for a block that is not in the round.
        """
        if block not in self.round.by_id:
            raise KeyError(block)
        whole = not (quick or block in self.selection.chosen)
        return self._asked(
            _explaining(block, whole),
            lambda: portfolio.explain(self.round, block, self.selection, thresholds=whole, frames=False).as_dict(),
        )

    def known_explanations(self) -> dict[str, tuple[dict[str, Any], bool]]:
        """Those that somebody has asked for already, and whether they are whole."""
        chosen = set(self.selection.chosen)
        found: dict[str, tuple[dict[str, Any], bool]] = {}
        for whole in (False, True):
            ids = [block.id for block in self.round.blocks if not (whole and block.id in chosen)]
            places = {place_of(self.round.sha256, _explaining(name, whole)): name for name in ids}
            for place, known in cache.get_many(places).items():
                found[places[place]] = (known, whole or places[place] in chosen)
        return found

    def explain_from(self, start: int, *, quick: bool = False) -> tuple[dict[str, dict[str, Any]], int | None]:
        """Explanations of the blocks from number `start` for as long as a page waits, and where to go on."""
        began, found = time.monotonic(), {}
        for at, block in enumerate(self.round.blocks[start:], start=start):
            found[block.id] = self.explanation(block.id, quick=quick)
            if time.monotonic() - began > PATIENCE:
                return found, at + 1 if at + 1 < len(self.round.blocks) else None
        return found, None

    @cached_property
    def draws(self) -> Draws:
        return Draws(self.round, SCENARIOS, SEED)

    def _chunk(self, start: int) -> list[dict[str, Any]]:
        part = portfolio.outcomes(self.round, self.draws.scenarios, start, start + CHUNK, pool=[self.selection.chosen])
        return [outcome.as_dict() for outcome in part]

    def _chunk_question(self, start: int) -> str:
        return f"outcomes {self.draws.key} {start} {CHUNK}"

    @property
    def is_bounded(self) -> bool:
        """Whether somebody has asked for the core index, so that it costs nothing to show."""
        return cache.get(place_of(self.round.sha256, f"bounded {self.draws.key}")) is not None

    def index(self) -> tuple[portfolio.CoreIndex, int]:
        """The core index as far as it is known: proved intervals first, and how many scenarios are solved exactly."""
        scenarios = self.draws.scenarios
        rows = self._asked(
            f"bounded {self.draws.key}",
            lambda: [
                one.as_dict()
                for one in portfolio.outcomes(self.round, scenarios, solve=False, pool=[self.selection.chosen])
            ],
        )
        places = [place_of(self.round.sha256, self._chunk_question(n)) for n in range(0, SCENARIOS, CHUNK)]
        known = cache.get_many(places)
        solved_rows = [row for place in places for row in known.get(place, ())]
        found = [portfolio.Outcome.from_dict(row) for row in (*rows, *solved_rows)]
        return portfolio.index_of(self.round, scenarios, found), len(solved_rows)

    def solve_from(self, start: int) -> int | None:
        """Solve scenarios from number `start` for as long as a page waits; where to go on, None when all are solved."""
        began = time.monotonic()
        for at in range(start - start % CHUNK, SCENARIOS, CHUNK):
            self._asked(self._chunk_question(at), lambda at=at: self._chunk(at))  # type: ignore[misc]
            if time.monotonic() - began > PATIENCE:
                return at + CHUNK if at + CHUNK < SCENARIOS else None
        return None

    def frontier(self) -> list[dict[str, Any]]:
        return self._asked("frontier", lambda: [one.as_dict() for one in portfolio.frontier(self.round)])

    def marginal(self) -> list[dict[str, Any]]:
        return self._asked(
            "marginal", lambda: [one.as_dict() for one in portfolio.marginal(self.round, self.selection)]
        )

    def prices(self) -> list[dict[str, Any]]:
        """Of every policy row, lock and minimum level; dearest first."""
        rows = self._asked(
            "prices", lambda: [one.as_dict() for one in portfolio.policy_price(self.round, self.selection)]
        )
        return sorted(rows, key=lambda row: -row["price"])

    def near(self) -> list[dict[str, Any]]:
        return self._asked(
            f"near {NEAR_SHARE} {NEAR}",
            lambda: [
                one.as_dict() for one in portfolio.near_optimal(self.round, NEAR_SHARE, NEAR, selection=self.selection)
            ],
        )

    def regret(self, candidates: Mapping[str, Sequence[str]]) -> dict[str, dict[str, Any]]:
        """By name, what each set of blocks stands to lose over the same scenarios, by the round's own measure."""
        sets = "|".join(",".join(ids) for ids in candidates.values())
        rows = self._asked(
            f"regret {self.draws.key} {sets}",
            lambda: [
                one.as_dict() for one in portfolio.regret(self.round, list(candidates.values()), self.draws.scenarios)
            ],
        )
        return dict(zip(candidates, rows, strict=True))


def _explaining(block: str, whole: bool) -> str:
    return f"explain {block}" if whole else f"price {block}"


def worth(r: portfolio.Round, chosen: Sequence[str]) -> Any:
    """What the blocks are worth by the round's measure, with overlaps counted once and synergies when complete."""
    kept = set(chosen)
    points = sum(r.points(r.by_id[name]) for name in chosen)
    points += sum(max((e for b, e in o.effects.items() if b in kept), default=0) * r.scale for o in r.overlaps)
    points += sum(synergy.effect * r.scale for synergy in r.synergies if kept.issuperset(synergy.blocks))
    return r.number(points)


def base_run(call: Call) -> Run | None:
    """The newest run of the round as it stands, without anything tried; else the newest of all."""
    return runs_of(call).filter(freeze__isnull=True).first() or runs_of(call).first()


def scenarios_of(call: Call) -> QuerySet[NamedScenario]:
    return NamedScenario.objects.filter(call=call).select_related("made_by", "run__call")


def scenario_called(call: Call, pk: int) -> NamedScenario:
    """Raises NamedScenario.DoesNotExist."""
    return scenarios_of(call).get(pk=pk)


def frozen_runs(call: Call) -> QuerySet[Run]:
    return runs_of(call).filter(freeze__isnull=False)


def repeated(run: Run) -> tuple[portfolio.Selection, bool]:
    """The stored round solved anew, and whether the same blocks, value and hash came out."""
    r = portfolio.load_round(run.round)
    again = portfolio.select(r)
    stored = run.result
    is_same = (
        list(again.chosen) == stored["chosen"]
        and again.as_dict()["value"] == stored["value"]
        and r.sha256 == run.round_sha256
    )
    return again, is_same


def departure_price(run: Run, block: str) -> Any:
    """What it costs in effect, by the run's own round, to decide the other way on one block; None when nothing permits it.

    Raises KeyError for a block that the run did not weigh.
    """
    return Bench(run).explanation(block, quick=True)["price"]


def departure_prices(person: Any, decision: Decision) -> dict[str, int | None]:
    """Per block of the decision's application what the run says it costs in kronor to decide the other way.

    Nothing for someone from whom a part of the run is hidden: the price would tell of it.
    """
    run = decision.meeting.run
    hidden = sight_of(person, run.call).hidden
    if any(row["id"] in hidden for row in run.round["applications"]):
        return {}
    bench, number = Bench(run), decision.application.number
    own = [b["id"] for row in run.round["applications"] if row["id"] == number for b in row["blocks"]]
    prices = {block: bench.explanation(block, quick=True)["price"] for block in own}
    return {block: None if price is None else round(1000 * price) for block, price in prices.items()}
