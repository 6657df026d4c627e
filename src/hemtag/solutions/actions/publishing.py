"""A package goes out, is fetched, tried from nothing, reviewed and recalled. What is out is never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import rules
from ..checks import packaging as checks
from ..models import (
    OUT,
    PACKAGE_NEXT,
    SOLUTION_NEXT,
    ColdStart,
    PackageFetch,
    PackageState,
    PackageVersion,
    Solution,
    SolutionState,
)
from ..packages import contents
from ..queries import packaging as queries
from .moving import move
from .news import tell

ADVICE = ("stop", "no_new", "until")


def _locked(package: PackageVersion) -> PackageVersion:
    rows = PackageVersion.objects.select_related("solution__owner", "solution__steward", "supersedes")
    return rows.select_for_update(of=("self",)).get(pk=package.pk)


def _allowed(package: PackageVersion, to: str) -> None:
    if to not in PACKAGE_NEXT[package.state]:
        raise WrongState(_("Paketet är i läget ”%(state)s”.") % {"state": package.get_state_display().lower()})


@transaction.atomic
def publish_package(*, by: Person, package: PackageVersion) -> PackageVersion:
    """Freeze the draft: core functions and checksum are written down, and the version before is superseded.

    Everything that the gate looks at must hold, and a first package, or one after a recall or review, must have
    passed G3. A solution that was being packaged becomes packaged.
    """
    require(rules.may_publish_package(by))
    package = _locked(package)
    _allowed(package, PackageState.PUBLISHED)
    solution = package.solution
    _ready(package, solution)
    _snapshot(package)
    parts = package.parts.prefetch_related("files__document", "underlag__underlag").all()
    package.sha256 = contents.package_sha256(package, parts)
    before = PackageVersion.objects.filter(solution=solution, state=PackageState.PUBLISHED).first()
    if before is not None:
        before.state = PackageState.SUPERSEDED
        before.save(update_fields=["state"])
    package.state, package.published_by, package.published_at = PackageState.PUBLISHED, by, clock.now()
    package.save(update_fields=["state", "published_by", "published_at", "sha256"])
    if SolutionState.PACKAGED in SOLUTION_NEXT[solution.state]:
        reason = _("Paket %(number)s är publicerat.") % {"number": package.number}
        move(by=by, solution=solution, to=SolutionState.PACKAGED, reason=reason)
    note = f": {package.change_note}" if package.change_note else ""
    tell(solution, "published", f"{solution.title}: paket {package.number}{note}")
    details = {"number": package.number, "sha256": package.sha256, "supersedes": before.number if before else ""}
    record(by=by, verb="published_package", subject=package, details=details)
    return package


def _ready(package: PackageVersion, solution: Solution) -> None:
    problems = [
        Problem(fact.message, link=fact.link, rule=fact.key) for fact in queries.what_stops_publishing(solution)
    ]
    problems += checks.number_follows(package.number, queries.numbers_before(package))
    if package.supersedes_id is not None and len(package.change_note) < 10:
        message = _("Skriv vad som är ändrat sedan %(number)s, så att den som har infört ser om det rör dem.")
        number = package.supersedes.number if package.supersedes else ""
        problems.append(Problem(message % {"number": number}, field="change_note", rule="change_is_told"))
    if queries.needs_the_gate(solution) and queries.gate_passed(package) is None:
        message = _("Paketet har inte prövats vid G3. Öppna prövningen när allt annat håller.")
        problems.append(Problem(message, rule="gate_is_passed"))
    holds(problems)


def _snapshot(package: PackageVersion) -> None:
    """The core functions as they are today go into P3, where they stay."""
    part = package.parts.filter(code="P3").first()
    if part is not None:
        part.answers = {**part.answers, contents.SNAPSHOT: contents.live_core_functions(package)}
        part.save(update_fields=["answers"])


@transaction.atomic
def recall_package(
    *, by: Person, package: PackageVersion, reason: str, advice: str, until: dt.date | None = None
) -> PackageVersion:
    """Something is wrong with it: everyone who uses it is told why and what to do; nobody new may begin.

    `advice` is "stop", "no_new" or "until" (with its day).
    """
    require(rules.may_recall_package(by, package.solution))
    package = _locked(package)
    _allowed(package, PackageState.RECALLED)
    if advice not in ADVICE:
        raise DoesNotHold([Problem(_("Välj vad den som använder lösningen ska göra."), field="advice")])
    holds(checks.recall_is_explained(reason, advice, until, clock.today()))
    reason = reason.replace("\r\n", "\n").strip()
    was_out = package.state == PackageState.PUBLISHED
    package.state, package.recalled_at, package.recall_reason = PackageState.RECALLED, clock.now(), reason
    package.recall_advice = f"until:{until.isoformat()}" if advice == "until" and until else advice
    package.save(update_fields=["state", "recalled_at", "recall_reason", "recall_advice"])
    solution = package.solution
    warned = queries.adopters_to_warn(solution)
    words = queries.advice_in_words(package)
    if was_out and SolutionState.RECALLED in SOLUTION_NEXT[solution.state]:
        move(by=by, solution=solution, to=SolutionState.RECALLED, reason=reason)
    told = f"{solution.title}: paket {package.number} är återkallat. {words} {reason}"
    tell(solution, "recalled", told, urgent_to=warned)
    details = {
        "number": package.number,
        "reason": reason,
        "advice": package.recall_advice,
        "told": [region.code for region in warned],
    }
    record(by=by, verb="recalled_package", subject=package, details=details)
    return package


@transaction.atomic
def start_cold(
    *, by: Person, package: PackageVersion, region: Organisation, started_on: dt.date | None = None
) -> ColdStart:
    """Someone from another region opens the package, to get through with nothing else. Opens the draft to that person."""
    require(rules.may_start_cold(by, package.solution, region))
    package = _locked(package)
    if package.state not in {PackageState.DRAFT, PackageState.PUBLISHED}:
        raise WrongState(_("Paketet är i läget ”%(state)s”.") % {"state": package.get_state_display().lower()})
    if ColdStart.objects.filter(package=package, person=by, passed__isnull=True).exists():
        raise WrongState(_("Du prövar redan paketet. Avsluta det du har börjat."))
    day = started_on or clock.today()
    walk = ColdStart.objects.create(package=package, region=region, person=by, started_on=day)
    details = {"number": package.number, "region": region.code}
    record(by=by, verb="started_cold", subject=package, details=details)
    return walk


@transaction.atomic
def end_cold(
    *,
    by: Person,
    walk: ColdStart,
    ended_on: dt.date,
    hours: Decimal | float,
    passed: bool,
    missing: Iterable[dict[str, Any]] = (),
    note: str = "",
) -> ColdStart:
    """How it went: the hours, whether one got through, and what was missing part by part.

    `missing` is a list of {"code": "P4", "text": "…"}.
    """
    walk = (
        ColdStart.objects.select_for_update(of=("self",)).select_related("package__solution", "region").get(pk=walk.pk)
    )
    require(rules.may_start_cold(by, walk.package.solution, walk.region))
    if walk.person_id != by.pk:
        raise WrongState(_("Den som började avslutar."))
    if walk.passed is not None:
        raise WrongState(_("Prövningen är redan avslutad."))
    named = [{"code": str(row["code"]), "text": str(row["text"]).strip()[:2000]} for row in missing]
    named = [row for row in named if row["text"]]
    holds(
        checks.walk_is_told(
            started_on=walk.started_on,
            ended_on=ended_on,
            today=clock.today(),
            hours=float(hours),
            passed=passed,
            missing=named,
        )
    )
    walk.ended_on, walk.hours, walk.passed = ended_on, Decimal(str(hours)), passed
    walk.missing, walk.note = named, note.strip()[:4000]
    walk.save()
    details = {
        "number": walk.package.number,
        "region": walk.region.code,
        "hours": str(walk.hours),
        "passed": passed,
        "missing": [row["code"] for row in named],
    }
    record(by=by, verb="ended_cold", subject=walk.package, details=details)
    return walk


@transaction.atomic
def fetch_package(*, by: Person, package: PackageVersion, region: Organisation) -> PackageFetch:
    """A region takes a package home; asked for once, so that the hours it saved can be asked for later."""
    require(rules.may_fetch_package(by, region))
    if package.state == PackageState.DRAFT:
        raise WrongState(_("Paketet är ett utkast. Det hämtas när det är publicerat."))
    row, is_new = PackageFetch.objects.get_or_create(
        package=package, region=region, defaults={"person": by, "fetched_at": clock.now()}
    )
    if is_new:
        details = {"number": package.number, "region": region.code}
        record(by=by, verb="fetched_package", subject=package, details=details)
    return row


@transaction.atomic
def mark_review_due(*, by: Person | None, package: PackageVersion) -> Solution:
    """The day of review has passed: the solution is under review until somebody has looked at it again."""
    package = _locked(package)
    today = clock.today()
    if package.state != PackageState.PUBLISHED or package.review_due is None or package.review_due >= today:
        raise WrongState(_("Paketets dag för översyn har inte passerat."))
    if package.solution.state not in OUT - {SolutionState.REVIEW_DUE}:
        raise WrongState(_("Lösningen är redan under omprövning."))
    reason = _("Paket %(number)s skulle ses över senast %(day)s.")
    words = reason % {"number": package.number, "day": package.review_due.isoformat()}
    solution = move(by=by, solution=package.solution, to=SolutionState.REVIEW_DUE, reason=words)
    record(by=by, verb="passed_review", subject=package, details={"review_due": package.review_due.isoformat()})
    return solution
