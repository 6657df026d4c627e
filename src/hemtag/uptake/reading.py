"""A spread from JSON, TOML or plain data, with every fault in it, its place and its mend."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hemtag.faults import FaultReader, escape

from .faults import Fault, InvalidSpread, NotASpreadFile
from .model import EXITS, LADDER, Period, Solution, Spread, Stage, Step

FORMAT = 1
MOST_SOLUTIONS, MOST_REGIONS, MOST_TRAITS = 100_000, 500, 20
TOP = {"$schema", "format", "name", "note", "as_of", "period", "regions", "traits", "solutions"}
SOLUTION = {"id", "title", "note", "published_on", "eligible", "origin", "traits", "steps"}
STEP = {"region", "stage", "on", "note"}
EARLIEST = date(1900, 1, 1)


def load_spread(source: Path | bytes | Mapping[str, Any], today: date) -> Spread:
    """The spread. Raises InvalidSpread with all its faults, NotASpreadFile when it is neither JSON nor TOML, OSError."""
    spread, faults = examine(source, today)
    if spread is None:
        raise InvalidSpread(faults)
    return spread


def examine(source: Path | bytes | Mapping[str, Any], today: date) -> tuple[Spread | None, list[Fault]]:
    """The spread, or None, and everything that is wrong with it. Raises NotASpreadFile and OSError only."""
    reader = _Reader(today)
    spread = reader.spread(_plain(source))
    return (None if reader.faults else spread), reader.faults


def _plain(source: Path | bytes | Mapping[str, Any]) -> Any:
    if isinstance(source, Mapping):
        return source
    raw = source.read_bytes() if isinstance(source, Path) else source
    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotASpreadFile(f"filen är varken JSON eller TOML i UTF-8: {error}") from error


class _Reader(FaultReader[Fault]):
    kind = Fault
    longest = 200

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today, self.as_of = today, today

    def text(self, value: Any, place: str) -> str:
        if isinstance(value, str):
            return value
        self.fault("not_text", place)
        return ""

    def day(self, value: Any, place: str, latest: date) -> date | None:
        found = None
        if isinstance(value, date) and not isinstance(value, datetime):
            found = value
        elif isinstance(value, str) and len(value) == 10:
            try:
                found = date.fromisoformat(value)
            except ValueError:
                found = None
        if found is None:
            self.fault("not_a_day", place, value=value)
        elif found < EARLIEST:
            self.fault("too_old", place, day=found)
        elif found > latest:
            self.fault("in_the_future", place, day=found, today=latest)
        else:
            return found
        return None

    def spread(self, data: Any) -> Spread:
        top = self.mapping(data, "", TOP, ("as_of", "regions", "solutions"))
        if top.get("format", FORMAT) != FORMAT or isinstance(top.get("format"), bool):
            self.fault("unknown_choice", "/format", value=top["format"], choices=FORMAT)
        if "as_of" in top:
            self.as_of = self.day(top["as_of"], "/as_of", self.today) or self.today
        period = Period.QUARTER
        if top.get("period", period) in list(Period):
            period = Period(top.get("period", period))
        else:
            self.fault("unknown_choice", "/period", value=top["period"], choices=", ".join(Period))
        regions = {
            code: self.text(name, f"/regions/{escape(code)}")
            for code, name in self.mapping(top.get("regions", {}), "/regions").items()
        }
        raw = self.items(top.get("solutions", []), "/solutions")
        for place, found, most, name in (
            ("/regions", regions, MOST_REGIONS, "regioner"), ("/solutions", raw, MOST_SOLUTIONS, "lösningar"),
        ):  # fmt: skip
            if len(found) > most:
                self.fault("too_many", place, found=len(found), name=name, most=most)
                return Spread(self.as_of, ())
            if not found and place[1:] in top and not self.faults:
                self.fault("empty", place)
        shared = self._traits(top.get("traits", {}), "/traits", regions)
        read = [self._solution(row, f"/solutions/{at}", regions, shared) for at, row in enumerate(raw)]
        solutions = [one for one in read if one is not None]
        firsts: dict[str, int] = {}
        for at, one in enumerate(read):
            if one is not None and one.id in firsts:
                self.fault("double_id", f"/solutions/{at}/id", id=one.id, first=f"/solutions/{firsts[one.id]}")
            elif one is not None:
                firsts[one.id] = at
        names = tuple(sorted({name for one in solutions for name in one.traits}))
        for at, one in enumerate(read):
            for name in names if one is not None else ():
                for code in one.eligible if one is not None else ():
                    if code not in (one.traits.get(name, {}) if one is not None else {}):
                        self.fault("trait_missing", f"/solutions/{at}", region=code, trait=name)
        name = self.text(top.get("name", ""), "/name")
        return Spread(self.as_of, tuple(sorted(solutions, key=lambda one: one.id)), regions, period, name, names)

    def _traits(self, value: Any, place: str, regions: Mapping[str, str]) -> dict[str, dict[str, float]]:
        table = self.mapping(value, place)
        if len(table) > MOST_TRAITS:
            self.fault("too_many", place, found=len(table), name="egenskaper", most=MOST_TRAITS)
            return {}
        found: dict[str, dict[str, float]] = {}
        for name, row in table.items():
            where = f"{place}/{escape(name)}"
            found[name] = {}
            for code, number in self.mapping(row, where).items():
                at = f"{where}/{escape(code)}"
                if code not in regions:
                    self.fault("unknown_region", at, region=code)
                elif isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
                    self.fault("not_number", at, value=number)
                elif abs(number) > 1e12:
                    self.fault("out_of_range", at, value=number, low="-1e12", high="1e12")
                else:
                    found[name][code] = float(number)
        return found

    def _codes(self, value: Any, place: str, regions: Mapping[str, str]) -> list[str]:
        found: list[str] = []
        for at, code in enumerate(self.items(value, place)):
            if not isinstance(code, str):
                self.fault("not_text", f"{place}/{at}")
            elif code not in regions:
                self.fault("unknown_region", f"{place}/{at}", region=code)
            elif code in found:
                self.fault("double_region", f"{place}/{at}", region=code)
            else:
                found.append(code)
        return found

    def _solution(
        self, data: Any, place: str, regions: Mapping[str, str], shared: Mapping[str, dict[str, float]]
    ) -> Solution | None:
        row = self.mapping(data, place, SOLUTION, ("id", "published_on", "steps"))
        code = self.text(row.get("id", ""), f"{place}/id")
        if "id" in row and isinstance(row["id"], str) and not code.strip():
            self.fault("missing", f"{place}/id", name="id")
        title = self.text(row.get("title", ""), f"{place}/title")
        origin = self._codes(row.get("origin", []), f"{place}/origin", regions)
        among = self._codes(row["eligible"], f"{place}/eligible", regions) if "eligible" in row else list(regions)
        eligible = tuple(sorted(set(among) - set(origin)))
        if not eligible and regions:
            self.fault("no_eligible", f"{place}/eligible" if "eligible" in row else place)
        published = (
            self.day(row.get("published_on"), f"{place}/published_on", self.as_of) if "published_on" in row else None
        )
        traits = {**shared, **self._traits(row.get("traits", {}), f"{place}/traits", regions)}
        steps = []
        for at, item in enumerate(self.items(row.get("steps", []), f"{place}/steps")):
            step = self._step(item, f"{place}/steps/{at}", regions, published, (eligible, origin))
            if step is not None:
                steps.append((step, f"{place}/steps/{at}"))
        ordered = sorted(steps, key=lambda pair: (pair[0].on, pair[0].region))
        self._ladders(ordered)
        if published is None:
            return None
        return Solution(
            code, published, eligible, tuple(step for step, _ in ordered), title, tuple(sorted(origin)), traits
        )

    def _step(
        self, data: Any, place: str, regions: Mapping[str, str], published: date | None,
        members: tuple[Collection[str], Collection[str]],
    ) -> Step | None:  # fmt: skip
        row = self.mapping(data, place, STEP, ("region", "stage", "on"))
        before = len(self.faults)
        region = row.get("region")
        if "region" in row and region not in regions:
            self.fault("unknown_region", f"{place}/region", region=region)
        elif "region" in row and region not in members[0] and region not in members[1]:
            self.fault("not_eligible", f"{place}/region", region=region)
        stage = row.get("stage")
        if "stage" in row and stage not in list(Stage):
            self.fault("unknown_choice", f"{place}/stage", value=stage, choices=", ".join(Stage))
        on = self.day(row["on"], f"{place}/on", self.as_of) if "on" in row else None
        if on is not None and published is not None and on < published and region not in members[1]:
            self.fault("before_published", f"{place}/on", day=on, published=published)
        if len(self.faults) > before or on is None or not isinstance(region, str) or not isinstance(stage, str):
            return None
        return Step(region, Stage(stage), on)

    def _ladders(self, steps: list[tuple[Step, str]]) -> None:
        """Each region goes up the ladder or out of it, and may begin anew after having gone out."""
        seen: dict[str, dict[Stage, date]] = {}
        for step, place in steps:
            mine = seen.setdefault(step.region, {})
            rungs = [stage for stage in mine if stage in LADDER]
            if step.stage in mine:
                self.fault("double_step", place, region=step.region, stage=step.stage, first=mine[step.stage])
            elif step.stage is Stage.DISCONTINUED and not rungs:
                self.fault("exit_without_entry", place, region=step.region)
            elif step.stage is Stage.DECLINED and Stage.IN_USE in mine:
                self.fault("declined_in_use", place, region=step.region)
            elif step.stage in LADDER and rungs and LADDER.index(step.stage) < max(map(LADDER.index, rungs)):
                high = max(rungs, key=LADDER.index)
                self.fault("stage_backwards", place, region=step.region, stage=step.stage, before=high)
            elif step.stage in EXITS:
                seen[step.region] = {step.stage: step.on}
            else:
                mine.pop(Stage.DECLINED, None)
                mine.pop(Stage.DISCONTINUED, None)
                mine[step.stage] = step.on
