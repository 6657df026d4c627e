"""A solution on its way through packaging, for the tests."""

import datetime as dt

from hemtag import clock
from hemtag.knowledge.models import Underlag, UnderlagState, UnderlagVersion
from hemtag.solutions.actions import packaging, publishing
from hemtag.solutions.models import GateReview, PackageVersion, Solution, SolutionKind, SolutionState
from hemtag.solutions.packages.dossier import dossier
from tests.benefits.making import make_case
from tests.knowledge.making import PDF

REASON = "Den behandlar inga uppgifter alls, bara papper."


def make_solution(owner, slug="rontgen", **other):
    values = {
        "title": "Röntgengranskning",
        "kind": SolutionKind.WAY_OF_WORKING,
        "specialty": "bilddiagnostik",
        "problem": "Köer.",
        "summary": "Två läser.",
        "state": SolutionState.QUALIFIED,
        "proposed_at": clock.now(),
    }
    return Solution.objects.create(slug=slug, owner=owner, **{**values, **other})


def answers_for(part):
    values = {}
    for question in part.questions:
        if question.kind == "choice":
            values[f"q_{question.key}"] = question.options[0][0]
        elif question.kind == "hours":
            values[f"q_{question.key}"] = "Projektledare: 120\nSjuksköterska: 80"
        else:
            values[f"q_{question.key}"] = f"Svar på {question.key} i {part.code}, med å, ä och ö."
    return values


def fill(by, package, skip=()):
    """Every part answered, those that need not apply left with a reason; files where they are asked for."""
    is_ai = package.solution.kind == SolutionKind.AI
    for row in list(package.parts.all()):
        part = dossier().parts[row.code]
        if row.code in skip:
            continue
        values = answers_for(part) if part.is_mandatory(is_ai) else {"not_applicable": REASON}
        packaging.edit_part(by=by, part=row, version=row.version, confidentiality="open", **values)
    if "P3" not in skip:
        packaging.add_core_function(by=by, package=package, text="Två läser varje bild.")
    if "P4" not in skip:
        part = package.parts.get(code="P4")
        packaging.add_part_file(by=by, part=part, name="mall.pdf", content=PDF, description="Mallen")


def make_ready(by, tester, region, package):
    """All that the gate looks at holds: filled in, tried from nothing, licence, day of review, a case that runs."""
    fill(by, package)
    make_case(by, package.solution.owner, about_kind="solution", about_key=package.solution.slug)
    packaging.edit_package(
        by=by,
        package=package,
        number=package.number,
        licence="CC-BY-4.0",
        review_due=clock.today() + dt.timedelta(days=300),
        change_note="",
    )
    try_from_nothing(tester, region, package)


def try_from_nothing(tester, region, package, *, passed=True, missing=()):
    walk = publishing.start_cold(by=tester, package=package, region=region)
    return publishing.end_cold(
        by=tester, walk=walk, ended_on=clock.today(), hours=12.5, passed=passed, missing=missing, note="Gick bra."
    )


def pass_gate(solution, outcome="passed", at=None):
    return GateReview.objects.create(
        solution=solution,
        gate="G3",
        criteria_version="2026-1",
        criteria_sha256="0" * 64,
        state="closed",
        opened_at=at or clock.now(),
        due_on=clock.today(),
        outcome=outcome,
        closed_at=at or clock.now(),
    )


def publish(by, editor, tester, region, solution):
    package = packaging.start_package(by=by, solution=solution)
    make_ready(by, tester, region, package)
    pass_gate(solution)
    return publishing.publish_package(by=editor, package=package)


def an_underlag(owner, slug="rattsutredning"):
    row = Underlag.objects.create(
        slug=slug,
        kind="legal_position",
        title="Rättsutredning",
        summary="Får man?",
        body="Ja.",
        owner=owner,
        hours_to_make=40,
        state=UnderlagState.PUBLISHED,
    )
    return UnderlagVersion.objects.create(
        underlag=row, number=1, title=row.title, summary="", body="Ja.", sha256="a" * 64, published_at=clock.now()
    )


def draft_again(solution):
    return PackageVersion.objects.get(solution=solution, state="draft")
