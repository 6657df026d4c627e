"""Benefit cases of the demo: the two real applications', those of invented applications, and one of a solution."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from hemtag.benefits import actions, patterns, queries
from hemtag.benefits.models import BenefitCase, CaseState
from hemtag.benefits.values import LIMITS, Value
from hemtag.solutions.models import Solution

from .applying import Applications
from .clockwork import on
from .people import Cast

STARTED_ON = dt.date(2026, 5, 20)
ADJUSTED_ON = dt.date(2026, 6, 3)
REAL = {"ai": "omrade-1", "skalning": "omrade-2"}
# What three regions believe otherwise in each of the two: (region, input, low, likely, high). Invented.
OWN = {
    "ai": (
        ("01", "doc_use", 0.1, 0.5, 0.9),
        ("01", "to_care", 0.05, 0.25, 0.6),
        ("09", "would", 0.0, 0.06, 0.3),
        ("09", "reuse", 0.2, 0.6, 0.95),
        ("12", "image_use", 0.3, 0.7, 0.95),
    ),
    "skalning": (
        ("01", "would", 0.1, 0.5, 0.9),
        ("09", "would", 0.0, 0.08, 0.3),
        ("09", "own_time", 0.2, 0.5, 1.0),
        ("12", "reuse", 0.02, 0.25, 0.7),
    ),
}
# (line, region, year, kronor, how exact, how it is measured): invented, as the regions would say it.
OUTCOMES = (
    ("own_time", "14", 2026, -1_060_000, "0.02", "Redovisad arbetstid i satsningen, ekonomisystemet."),
    ("own_time", "01", 2026, -940_000, "0.02", "Redovisad arbetstid i satsningen."),
    ("own_time", "09", 2026, -610_000, "0.02", "Redovisad arbetstid; tjänsten var vakant i fem månader."),
    ("once", "14", 2027, 410_000, "0.25", "Uppskattat av juristerna för sju underlag till och med augusti."),
    ("once", "09", 2027, 60_000, "0.4", "Två underlag använda, tid uppskattad i efterhand."),
)


def calculate_all(written: Applications, cast: Cast) -> None:
    """Before the hand-in: the cases that belong to applications."""
    for key, name in REAL.items():
        if key in written:
            _real(key, name, written, cast)
    with on(STARTED_ON):
        for row in _invented():
            if row.get("application") in written:
                application = written[row["application"]]
                from_pattern(row, cast, "application", application.number, application.number)


def calculate_solutions(cast: Cast, today: dt.date) -> None:
    """When the catalogue is filled: the cases of its solutions."""
    for row in _invented():
        solution = Solution.objects.filter(title=row.get("solution")).first()
        if solution is not None:
            with on(today):
                from_pattern(row, cast, "solution", solution.slug, "")


def follow_cases(written: Applications, cast: Cast) -> None:
    """What the regions say has come of the first of the real applications so far."""
    case = BenefitCase.objects.filter(about_kind="application", about_key=written["ai"].number).order_by("pk").first()
    if case is None or case.state != CaseState.FROZEN:
        return
    with on(dt.date(2027, 9, 6)):
        for line, code, year, value, exact, source in OUTCOMES:
            actions.record_realised(
                by=cast.writer(code),
                case=case,
                region=cast.organisations[code],
                line=line,
                year=year,
                value_sek=value,
                uncertainty=Decimal(exact),
                source=source,
            )


def _real(key: str, name: str, written: Applications, cast: Cast) -> None:
    application, owner = written[key], cast.organisations["14"]
    by = cast.writer("14")
    data = tomllib.loads(Path(settings.DATA, "cases", f"{name}.toml").read_text(encoding="utf-8"))
    with on(STARTED_ON):
        case = actions.start_case(
            by=by,
            owner=owner,
            title=data["name"],
            data=data,
            about_kind="application",
            about_key=application.number,
            about=f"{application.number} {application.title}",
        )
        actions.store_run(by=by, case=case, name="Första räkningen")
        case = actions.share_case(by=by, case=case, regions=queries.shareable(case))
        case = actions.publish_case(by=by, case=case, is_public=True)
    with on(ADJUSTED_ON):
        for code, input_name, *numbers in OWN[key]:
            case.refresh_from_db()
            case = actions.adjust_region(
                by=cast.writer(str(code)),
                case=case,
                region=cast.organisations[str(code)],
                name=str(input_name),
                version=case.version,
                value=Value(LIMITS, *(float(number) for number in numbers)),
            )
        actions.store_run(by=by, case=case, name="Med tre regioners egna värden")
        if key == "ai":
            _with_grant(case, cast)


def _with_grant(case: BenefitCase, cast: Cast) -> None:
    """The same case with the grant, to hold beside it."""
    by, owner = cast.writer("14"), cast.organisations["14"]
    copy = actions.copy_case(
        by=by, case=case, owner=owner, title=f"{case.title}, med bidraget", about="Samma kalkyl om ansökan beviljas"
    )
    copy = actions.edit_input(
        by=by,
        case=copy,
        name="grant_share",
        version=copy.version,
        value=Value("constant", likely=1.0),
        texts={"source": "Räknat som om ansökan beviljas helt."},
    )
    actions.publish_case(by=by, case=copy, is_public=True)


def _invented() -> list[dict[str, Any]]:
    return list(tomllib.loads(Path(settings.DATA, "demo", "cases.toml").read_text(encoding="utf-8"))["case"])


def from_pattern(row: Mapping[str, Any], cast: Cast, kind: str, key: str, about: str) -> BenefitCase:
    pattern = patterns.patterns()[row["pattern"]]
    owner = cast.organisations[row["owner"]]
    regions = [cast.organisations[code] for code in row["regions"]]
    answers = {}
    for question in pattern.questions:
        numbers = row["answers"].get(question.name) or question.default
        belief = (
            {"fact": question.fact}
            if question.fact and not numbers
            else {**dict(zip(("low", "likely", "high"), map(float, numbers or ()), strict=True)), "kind": "assumption"}
        )
        answers[question.name] = {**belief, "source": "Påhittat för demonstrationen.", "judged_by": "Påhittad bedömare"}
        if "fact" in belief:
            answers[question.name].pop("source")
    data = patterns.case_from(
        pattern,
        title=row["title"],
        answers=answers,
        first_year=2027,
        years=6,
        price_year=2026,
        regions={region.code: region.short_name for region in regions},
        sizes=queries.sizes_of(owner, regions),
        size_source=f"Folkmängd, {owner.source}",
    )
    case = actions.start_case(
        by=cast.writer(row["owner"]),
        owner=owner,
        title=row["title"],
        data=data,
        about_kind=kind,
        about_key=key,
        about=f"{about} {row['about']}".strip(),
        pattern=pattern.key,
        answers=answers,
        is_invented=True,
    )
    if row.get("public"):
        case = actions.publish_case(by=cast.writer(row["owner"]), case=case, is_public=True)
    return case
