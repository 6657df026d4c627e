"""The loaders, one per kind of file."""

from __future__ import annotations

import csv
from dataclasses import fields
from pathlib import Path

from hemtag.grants.reference.binding import (
    bind,
    expect,
    grounded_in,
    invented_rows_of,
    one_of,
    rows_of,
    table_of,
    unique,
)
from hemtag.grants.reference.holding import application_holds, holds_together
from hemtag.grants.reference.shapes import (
    OBSTACLE_KINDS,
    REUSE_MODES,
    ROLES,
    SOLUTION_KINDS,
    SOLUTION_STATES,
    STAGES,
    UNDERLAG_KINDS,
    ApplicationData,
    Assessment,
    Call,
    Contribution,
    DemoPerson,
    Minutes,
    ObstacleData,
    Reference,
    Region,
    SolutionData,
    SubmissionData,
    UnderlagData,
)

DATA = Path(__file__).resolve().parents[4] / "data"


def load_regions(path: Path = DATA / "regions.csv") -> tuple[Region, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = [field.name for field in fields(Region)]
    found = []
    for number, row in enumerate(rows, start=2):
        expect(list(row) == expected, path, f"rad {number}", f"kolumnerna ska vara {', '.join(expected)}")
        expect(row["population"].isdigit(), path, f"rad {number}.population", "ska vara ett helt tal")
        expect(row["year"].isdigit(), path, f"rad {number}.year", "ska vara ett årtal")
        population, year = int(row["population"]), int(row["year"])
        found.append(Region(row["code"], row["name"], row["short_name"], row["orgnr"], population, year, row["source"]))
    unique(path, "code", [region.code for region in found])
    return tuple(found)


def load_call(path: Path = DATA / "calls" / "2026.toml") -> Call:
    call = bind(Call, table_of(path), path, "")
    frames = [row.year for row in call.frames]
    expect(frames == list(call.years), path, "frames", "ska ha en ram för varje år i years, i ordning")
    expect(call.window.opens <= call.window.closes, path, "window", "opens ska inte ligga efter closes")
    for row in call.earlier_commitments:
        expect(row.year in call.years, path, "earlier_commitments", f"{row.year} är inte ett av utlysningens år")
        expect(
            call.committed(row.year) <= call.frame(row.year),
            path,
            "earlier_commitments",
            f"{row.year} överstiger ramen",
        )
    total = sum(criterion.weight for criterion in call.criteria)
    expect(total == 100, path, "criteria.weight", f"vikterna ska summera till 100, inte {total}")
    for criterion in call.criteria:
        levels = [level.level for level in criterion.levels]
        expect(levels == [0, 1, 2, 3, 4, 5], path, f"criteria.{criterion.key}.levels", "ska vara 0–5 i ordning")
    titles = {source.title for source in call.sources}
    for key, grounded in grounded_in(call, ""):
        expect(grounded.is_grounded, path, key, "saknar source med quote, eller assumption")
        known = not grounded.source or grounded.source in titles
        expect(known, path, f"{key}.source", f"”{grounded.source}” finns inte bland sources")
    for name in ("sources", "measure_types", "criteria", "facts", "conditions"):
        unique(path, name, [row.key for row in getattr(call, name)])
    return call


def load_application(path: Path, regions: tuple[Region, ...] | None = None) -> ApplicationData:
    """One application; `participants = "all"` means every region in `regions` (default: the 21 in data/regions.csv)."""
    table = table_of(path)
    if table.get("participants") == "all":
        table["participants"] = [region.code for region in regions or load_regions()]
    application = bind(ApplicationData, table, path, "")
    application_holds(application, path)
    return application


def load_submissions(path: Path) -> tuple[SubmissionData, ...]:
    submissions = rows_of(path, "submission", SubmissionData)
    for submission in submissions:
        expect(submission.is_grounded, path, f"submission.{submission.responsible}", "saknar assumption eller source")
    unique(path, "submission.responsible", [submission.responsible for submission in submissions])
    return submissions


def load_minutes(path: Path = DATA / "demo" / "minutes.toml") -> tuple[Minutes, ...]:
    return invented_rows_of(path, "minutes", Minutes)


def load_assessments(path: Path) -> tuple[Assessment, ...]:
    """The assessments of one application; the file is named after it."""
    table = table_of(path)
    expect(table.pop("invented", False) is True, path, "invented", "ska vara true")
    rows = table.pop("assessment", [])
    expect(not table, path, ", ".join(table), "okänd nyckel")
    return tuple(
        bind(Assessment, {"application": path.stem, **row}, path, f"assessment[{number}]")
        for number, row in enumerate(rows)
    )


def load_people(path: Path = DATA / "demo" / "people.toml") -> tuple[DemoPerson, ...]:
    people = invented_rows_of(path, "person", DemoPerson)
    unique(path, "person.email", [person.email for person in people])
    for person in people:
        one_of(person.role, ROLES, path, f"person.{person.email}.role")
    return people


def load_obstacles(path: Path = DATA / "demo" / "underlag.toml") -> tuple[ObstacleData, ...]:
    obstacles = invented_rows_of(path, "obstacle", ObstacleData, beside=("underlag",))
    for obstacle in obstacles:
        one_of(obstacle.kind, OBSTACLE_KINDS, path, f"obstacle.{obstacle.key}.kind")
    unique(path, "obstacle.key", [obstacle.key for obstacle in obstacles])
    return obstacles


def load_underlag(path: Path = DATA / "demo" / "underlag.toml") -> tuple[UnderlagData, ...]:
    underlag = invented_rows_of(path, "underlag", UnderlagData, beside=("obstacle",))
    for item in underlag:
        one_of(item.kind, UNDERLAG_KINDS, path, f"underlag.{item.key}.kind")
        expect(item.is_grounded, path, f"underlag.{item.key}", "saknar assumption eller source med quote")
        for reuse in item.reuse:
            key = f"underlag.{item.key}.reuse.{reuse.region}"
            one_of(reuse.mode, REUSE_MODES, path, f"{key}.mode")
            expect(reuse.region != item.made_by, path, key, "den som tog fram underlaget räknas inte som återanvändare")
    unique(path, "underlag.key", [item.key for item in underlag])
    return underlag


def load_solutions(path: Path = DATA / "demo" / "solutions.toml") -> tuple[SolutionData, ...]:
    more = path.with_name("solutions-more.toml")
    solutions = tuple(
        row for each in (path, more) if each.exists() for row in invented_rows_of(each, "solution", SolutionData)
    )
    for solution in solutions:
        one_of(solution.kind, SOLUTION_KINDS, path, f"solution.{solution.key}.kind")
        one_of(solution.state, SOLUTION_STATES, path, f"solution.{solution.key}.state")
        for step in solution.steps:
            one_of(step.stage, STAGES, path, f"solution.{solution.key}.steps.{step.region}.stage")
    unique(path, "solution.key", [solution.key for solution in solutions])
    return solutions


def load_contributions(path: Path = DATA / "demo" / "contributions.toml") -> tuple[Contribution, ...]:
    """Rows `{application, region, from_month, hours = {block = hours}}`, one contribution per block."""
    table = table_of(path)
    expect(table.pop("invented", False) is True, path, "invented", "ska vara true")
    rows = table.pop("contribution", [])
    expect(not table, path, ", ".join(table), "okänd nyckel")
    found = []
    for number, row in enumerate(rows):
        hours = row.pop("hours", {})
        for block, amount in hours.items():
            cell = {**row, "block": block, "hours": amount}
            found.append(bind(Contribution, cell, path, f"contribution[{number}]"))
    return tuple(found)


def load_everything(data: Path = DATA) -> Reference:
    """Every file under data/, with the references between them checked."""
    regions = load_regions(data / "regions.csv")
    demo = data / "demo"
    real = sorted((data / "applications").glob("*.toml"))
    invented = sorted((demo / "applications").glob("*.toml"))
    for path in invented:
        expect(table_of(path).get("invented") is True, path, "invented", "ska vara true")
    reference = Reference(
        regions=regions,
        call=load_call(data / "calls" / "2026.toml"),
        submissions=load_submissions(data / "submissions.toml") + load_submissions(demo / "submissions.toml"),
        applications=tuple(load_application(path, regions) for path in real + invented),
        minutes=load_minutes(demo / "minutes.toml"),
        assessments=tuple(
            row for path in sorted((demo / "assessments").glob("*.toml")) for row in load_assessments(path)
        ),
        people=load_people(demo / "people.toml"),
        obstacles=load_obstacles(demo / "underlag.toml"),
        underlag=load_underlag(demo / "underlag.toml"),
        solutions=load_solutions(demo / "solutions.toml"),
        contributions=load_contributions(demo / "contributions.toml"),
    )
    holds_together(reference, data)
    return reference
