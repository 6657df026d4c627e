"""What must hold within an application and between the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from hemtag.grants.reference.binding import expect, grounded_in, one_of, unique
from hemtag.grants.reference.shapes import (
    BESIDE_REGIONS,
    COST_KINDS,
    COURSES,
    EFFECT_KINDS,
    HORIZONS,
    OBSTACLE_KINDS,
    PERSPECTIVES,
    ApplicationData,
    Block,
    Effect,
    Reference,
    Stated,
    requested_by,
)


def application_holds(application: ApplicationData, path: Path) -> None:
    years, participants = set(application.years), set(application.participants)
    expect(application.id == path.stem, path, "id", f"ska vara filens namn, {path.stem}")
    expect(application.responsible in participants, path, "responsible", "ska vara en av de deltagande regionerna")
    one_of(application.course, COURSES, path, "course")
    unique(path, "participants", application.participants)
    unique(path, "blocks.key", [block.key for block in application.blocks])
    expect(application.plan.is_grounded, path, "plan", "saknar source med quote, eller assumption")
    for support in application.other_support:
        one_of(support.region, participants, path, "other_support.region")
    known = {block.key for block in application.blocks}
    for block in application.blocks:
        where = f"blocks.{block.key}"
        for need in block.needs:
            one_of(need, known - {block.key}, path, f"{where}.needs")
        if block.obstacle:
            one_of(block.obstacle, OBSTACLE_KINDS, path, f"{where}.obstacle")
        expect(bool(block.costs), path, f"{where}.costs", "saknas")
        for line in block.costs:
            grounded = line.is_grounded or (application.invented and application.is_grounded)
            expect(grounded, path, f"{where}.costs", "saknar source med quote, eller assumption")
            one_of(line.kind, COST_KINDS, path, f"{where}.costs.kind")
            one = bool(line.by_year_sek) != bool(line.per_region_per_year_sek)
            expect(one, path, f"{where}.costs", "ska ha antingen per_region_per_year_sek eller by_year_sek")
            for region in line.regions:
                one_of(region, participants, path, f"{where}.costs.regions")
            for year in (*line.years, *map(int, line.by_year_sek or ())):
                one_of(year, years, path, f"{where}.costs.years")
            amounts = (line.per_region_per_year_sek, line.cofinanced_per_region_per_year_sek)
            expect(
                min(*amounts, *(line.by_year_sek or {"": 0}).values()) >= 0, path, f"{where}.costs", "negativt belopp"
            )
        places = [(cell.region, cell.year, cell.kind) for cell in application.cells() if cell.block == block.key]
        unique(path, f"{where}.costs", places)
        for effect in block.effects:
            _effect_holds(effect, path, f"{where}.effects")
    expect(
        not _cycle(application.blocks), path, "blocks.needs", f"går i cirkel: {' → '.join(_cycle(application.blocks))}"
    )
    for stated in application.stated:
        expect(stated.is_quoted, path, f"stated.{stated.figure}", "ska ha source och quote")
        _stated_holds(application, stated, path)


def _effect_holds(effect: Effect, path: Path, where: str) -> None:
    one_of(effect.kind, EFFECT_KINDS, path, f"{where}.kind")
    one_of(effect.horizon, HORIZONS, path, f"{where}.horizon")
    one_of(effect.perspective, PERSPECTIVES, path, f"{where}.perspective")
    expect(effect.is_grounded, path, where, "saknar assumption, eller source med quote")
    expect(effect.low_sek <= effect.likely_sek <= effect.high_sek, path, where, "ska vara low ≤ likely ≤ high")
    expect(effect.from_year <= effect.to_year, path, where, "from_year ska inte ligga efter to_year")


def _stated_holds(application: ApplicationData, stated: Stated, path: Path) -> None:
    cells = application.cells()
    own = [cell for cell in cells if cell.kind == "own_time"]
    beside = [cell for cell in cells if cell.kind != "own_time"]
    sums: Mapping[str, Callable[[], dict[Any, int]]] = {
        "total_per_year": lambda: requested_by(cells, "year"),
        "own_time_per_year": lambda: requested_by(own, "year"),
        "own_time_per_region_per_year": lambda: requested_by(own, "region", "year"),
        "beside_own_time_per_year": lambda: requested_by(beside, "year"),
    }
    where = f"stated.{stated.figure}"
    one_of(stated.figure, sums, path, where)
    found = sums[stated.figure]()
    expected = len(application.years) * (len(application.participants) if "region" in stated.figure else 1)
    expect(len(found) == expected, path, where, "budgeten saknar år eller regioner")
    for key, amount in found.items():
        expect(amount == stated.amount_sek, path, where, f"{key}: {amount} i stället för {stated.amount_sek}")


def _cycle(blocks: Iterable[Block]) -> list[str]:
    """The keys of one circle of needs, or an empty list."""
    needs = {block.key: block.needs for block in blocks}
    done: set[str] = set()

    def walk(key: str, trail: list[str]) -> list[str]:
        if key in trail:
            return [*trail[trail.index(key) :], key]
        if key in done:
            return []
        for need in needs[key]:
            if found := walk(need, [*trail, key]):
                return found
        done.add(key)
        return []

    return next((found for key in needs if (found := walk(key, []))), [])


def holds_together(reference: Reference, data: Path) -> None:
    codes = {region.code for region in reference.regions}
    types_ = {row.key for row in reference.call.measure_types}
    criteria = {row.key for row in reference.call.criteria}
    ids = {application.id for application in reference.applications}
    assessors = {person.email for person in reference.people if person.role == "assessor"}
    demo = data / "demo"
    unique(data, "applications.id", [application.id for application in reference.applications])
    unique(data, "submissions.responsible", [submission.responsible for submission in reference.submissions])
    written = {submission.responsible for submission in reference.submissions}
    titles = {source.title for source in reference.call.sources}
    for application in reference.applications:
        path = (demo if application.invented else data) / "applications" / f"{application.id}.toml"
        expect(application.call == reference.call.id, path, "call", "okänd utlysning")
        one_of(application.responsible, written, path, "responsible")
        for region in application.participants:
            one_of(region, codes, path, "participants")
        for year in application.years:
            one_of(year, reference.call.years, path, "years")
        for key in application.measure_types:
            one_of(key, types_, path, "measure_types")
        for key, grounded in grounded_in(application, ""):
            expect(not grounded.source or grounded.source in titles, path, f"{key}.source", "okänd källa")
    for minutes in reference.minutes:
        one_of(minutes.region, codes, demo / "minutes.toml", "minutes.region")
        for id in minutes.applications:
            one_of(id, ids, demo / "minutes.toml", "minutes.applications")
            takes_part = minutes.region in reference.application(id).participants
            expect(takes_part, demo / "minutes.toml", f"minutes.{minutes.region}", f"deltar inte i {id}")
    for assessment in reference.assessments:
        path = demo / "assessments" / f"{assessment.application}.toml"
        one_of(assessment.application, ids, path, "filens namn")
        one_of(assessment.assessor, assessors, path, "assessment.assessor")
        expect(set(assessment.levels) == criteria, path, "assessment.levels", "ska ha en nivå per kriterium")
        expect(set(assessment.reasons) == criteria, path, "assessment.reasons", "ska ha ett skäl per kriterium")
        expect(set(assessment.levels.values()) <= set(range(6)), path, "assessment.levels", "ska vara 0–5")
    for person in reference.people:
        one_of(
            person.organisation,
            codes | set(BESIDE_REGIONS),
            demo / "people.toml",
            f"person.{person.email}.organisation",
        )
    _knowledge_holds_together(reference, demo, codes)


def _knowledge_holds_together(reference: Reference, demo: Path, codes: set[str]) -> None:
    obstacles = {obstacle.key for obstacle in reference.obstacles}
    underlag = {item.key for item in reference.underlag}
    path = demo / "underlag.toml"
    for obstacle in reference.obstacles:
        one_of(obstacle.reported_by, codes, path, f"obstacle.{obstacle.key}.reported_by")
        for key in obstacle.solved_by:
            one_of(key, underlag, path, f"obstacle.{obstacle.key}.solved_by")
    for item in reference.underlag:
        for key in item.obstacles:
            one_of(key, obstacles, path, f"underlag.{item.key}.obstacles")
        for region in (item.made_by, *(reuse.region for reuse in item.reuse)):
            one_of(region, codes, path, f"underlag.{item.key}")
    blocks = {f"{row.id}/{block.key}" for row in reference.applications for block in row.blocks}
    for solution in reference.solutions:
        for region in (solution.proposed_by, *(step.region for step in solution.steps)):
            one_of(region, codes, demo / "solutions.toml", f"solution.{solution.key}")
        if solution.block:
            one_of(solution.block, blocks, demo / "solutions.toml", f"solution.{solution.key}.block")
    for row in reference.contributions:
        path = demo / "contributions.toml"
        one_of(f"{row.application}/{row.block}", blocks, path, "contribution.hours")
        one_of(row.region, reference.application(row.application).participants, path, "contribution.region")
