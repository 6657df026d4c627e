"""A package brought as files: all of it goes into the draft, or none of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.knowledge.checks import file_is_acceptable
from hemtag.knowledge.documents import store
from hemtag.knowledge.models import UnderlagState, UnderlagVersion
from hemtag.organisations.models import Person
from hemtag.refusals import Problem, holds

from ..checks import packaging as checks
from ..models import CoreFunction, PackagePart, PackageVersion, PartFile, SolutionKind
from ..packages.dossier import dossier
from ..packages.opening import Brought, BroughtPart, codes_in, open_package
from ..queries import packaging as queries
from .packaging import _locked_draft


@transaction.atomic
def import_package(*, by: Person, package: PackageVersion, content: bytes) -> list[str]:
    """Take in a ZIP: the parts it has replace those of the draft, the others stay. Gives the codes taken in.

    Anything that does not hold, in any part or file, and nothing is taken in.
    """
    package = _locked_draft(package, by)
    brought = open_package(content)
    rows = {row.code: row for row in package.parts.select_related("package__solution__owner")}
    holds(_problems(brought, rows, package))
    for code in codes_in(brought.parts.values()):
        _take_in(by, rows[code], brought.parts[code])
    codes = codes_in(brought.parts.values())
    record(by=by, verb="imported_package", subject=package, details={"parts": codes, "own_format": brought.is_own})
    return codes


def _problems(brought: Brought, rows: dict[str, PackagePart], package: PackageVersion) -> list[Problem]:
    is_ai = package.solution.kind == SolutionKind.AI
    found: list[Problem] = []
    if not brought.parts:
        message = _("ZIP-filen har inga delar. Lägg dem i den som P1.md, P2.md och så vidare.")
        return [Problem(message, field="file", rule="zip_has_parts")]
    size = 0
    for code in codes_in(brought.parts.values()):
        part = brought.parts[code]
        if code not in rows:
            message = _("%(code)s hör inte till det här slaget av lösning. Ta bort den ur ZIP-filen.")
            found.append(Problem(message % {"code": code}, field="file", rule="part_is_asked"))
            continue
        written = checks.part_is_well_written(dossier().parts[code], part.values, is_ai)
        written += checks.licence_is_known(part.values.get("licence", ""), dossier().licences)
        found += [_in(code, problem) for problem in written]
        for name, content, _description in part.files or []:
            size += len(content)
            for problem in file_is_acceptable(name, content, settings.MAX_FILE_BYTES):
                found.append(_in(f"{code}/{name}", problem))
        if len(part.files or []) > checks.MOST_FILES_IN_A_PART:
            found += [_in(code, p) for p in checks.file_fits_the_package(checks.MOST_FILES_IN_A_PART, 0, 0)]
        for slug, number in part.underlag or []:
            if not _versions(slug, number).exists():
                message = _(
                    "underlaget %(slug)s version %(n)s finns inte här. Ta bort det ur delen, eller publicera det."
                )
                found.append(_in(code, Problem(message % {"slug": slug, "n": number}, rule="underlag_is_there")))
        for text in part.core_functions or []:
            if not 5 <= len(text) <= 300:
                found.append(
                    _in(code, Problem(_("en kärnfunktion är för kort eller för lång."), rule="core_functions"))
                )
    kept = sum(
        file.document.size
        for code, row in rows.items()
        if code not in brought.parts or brought.parts[code].files is None
        for file in row.files.select_related("document")
    )
    return found + checks.file_fits_the_package(0, kept, size)


def _in(place: str, problem: Problem) -> Problem:
    return Problem(f"{place}: {problem.message}", field="file", rule=problem.rule)


def _versions(slug: str, number: int) -> Any:
    rows = UnderlagVersion.objects.filter(underlag__slug=slug, number=number)
    return rows.exclude(underlag__state=UnderlagState.DRAFT)


def _take_in(by: Person, row: PackagePart, part: BroughtPart) -> None:
    for name, text in part.values.items():
        if name.startswith("q_"):
            row.answers = {**row.answers, name.removeprefix("q_"): text}
        else:
            setattr(row, name, text)
    row.answers = {key: text for key, text in row.answers.items() if text}
    if part.says_valid_until:
        row.valid_until = part.valid_until
    row.version += 1
    row.edited_by, row.edited_at = by, clock.now()
    row.save()
    if part.underlag is not None:
        row.underlag.set([_versions(slug, number).get() for slug, number in part.underlag])
    if part.files is not None:
        row.files.all().delete()
        for name, content, description in part.files:
            document = store(by=by, owner=row.package.solution.owner, name=name, content=content)
            PartFile.objects.create(part=row, document=document, description=description[:200])
    if part.core_functions is not None:
        _set_core_functions(row.package, part.core_functions)


def _set_core_functions(package: PackageVersion, texts: list[str]) -> None:
    if queries.core_functions(package.solution) and [f.text for f in queries.core_functions(package.solution)] == texts:
        return
    CoreFunction.objects.filter(solution=package.solution, dropped_at__isnull=True).exclude(text__in=texts).update(
        dropped_at=clock.now()
    )
    there = {function.text for function in queries.core_functions(package.solution)}
    for position, text in enumerate(texts, start=1):
        if text in there:
            CoreFunction.objects.filter(solution=package.solution, text=text, dropped_at__isnull=True).update(
                position=position
            )
        else:
            CoreFunction.objects.create(solution=package.solution, position=position, text=text)
