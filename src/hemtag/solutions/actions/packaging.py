"""Writing a package: begun, its parts and files written by several people, its core functions named."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.history.queries import events_about
from hemtag.knowledge.documents import store
from hemtag.organisations.models import Person
from hemtag.refusals import Clash, Difference, Problem, WrongState, holds, require

from .. import rules
from ..checks import packaging as checks
from ..models import (
    Confidentiality,
    CoreFunction,
    Outcome,
    PackagePart,
    PackageState,
    PackageVersion,
    PartFile,
    Solution,
    SolutionKind,
    SolutionState,
)
from ..packages import contents
from ..packages.dossier import dossier
from ..queries import packaging as queries
from .moving import move

OWN = ("text", "not_applicable", "responsible", "licence", "confidentiality", "valid_until")
LEAD_TO_PACKAGING = frozenset({SolutionState.QUALIFIED, SolutionState.REVIEW_DUE, SolutionState.RECALLED})


@transaction.atomic
def start_package(*, by: Person, solution: Solution, change_note: str = "") -> PackageVersion:
    """Begin a draft. With an earlier version everything in it is copied forward, files and underlag too."""
    require(rules.may_write_package(by, solution))
    solution = Solution.objects.select_for_update(of=("self",)).select_related("owner", "steward").get(pk=solution.pk)
    if solution.state not in queries.PACKABLE:
        raise WrongState(
            _("Lösningen är i läget ”%(state)s”. Ett paket påbörjas när den har kvalificerats.")
            % {"state": solution.get_state_display().lower()}
        )
    if PackageVersion.objects.filter(solution=solution, state=PackageState.DRAFT).exists():
        raise WrongState(_("Det finns redan ett utkast. Skriv vidare i det."))
    earlier = queries.current_package(solution)
    numbers = list(PackageVersion.objects.filter(solution=solution).values_list("number", flat=True))
    following = checks.next_numbers(numbers)
    package = PackageVersion.objects.create(
        solution=solution,
        number=following.get("minor", following["major"]),
        change_note=change_note.strip(),
        supersedes=earlier,
        licence=earlier.licence if earlier else "",
        started_by=by,
        started_at=clock.now(),
    )
    asked = [part.code for part in dossier().asked(solution.kind == SolutionKind.AI)]
    old = {row.code: row for row in earlier.parts.all()} if earlier else {}
    for code in dossier().parts:
        if code in old:
            _copy(old[code], package)
        elif code in asked:
            PackagePart.objects.create(package=package, code=code)
    if solution.state in LEAD_TO_PACKAGING:
        move(
            by=by, solution=solution, to=SolutionState.PACKAGING, reason=_("Paketet har börjat skrivas."), waits_for=by
        )
    details = {"number": package.number, "from": earlier.number if earlier else ""}
    record(by=by, verb="started_package", subject=package, details=details)
    return package


def _copy(row: PackagePart, package: PackageVersion) -> None:
    """Forward into a draft: what was considered before stays so, and a snapshot of core functions does not follow."""
    made = PackagePart.objects.create(
        package=package,
        code=row.code,
        answers={key: text for key, text in row.answers.items() if key != contents.SNAPSHOT},
        edited_by=row.edited_by,
        edited_at=row.edited_at,
        **{name: getattr(row, name) for name in OWN},
    )
    made.underlag.set(row.underlag.all())
    PartFile.objects.bulk_create(
        PartFile(part=made, document=file.document, description=file.description) for file in row.files.all()
    )


def draft_of_part(part: PackagePart, by: Person) -> PackagePart:
    """The part as it stands now, locked, when its package may be written by this person now."""
    _locked_draft(part.package, by)
    return (
        PackagePart.objects.select_for_update(of=("self",)).select_related("package__solution__owner").get(pk=part.pk)
    )


def _locked_draft(package: PackageVersion, by: Person) -> PackageVersion:
    """The one door to everything that is written in a package: what has been out is never changed."""
    rows = PackageVersion.objects.select_related("solution__owner", "solution__steward", "supersedes")
    fresh = rows.select_for_update(of=("self",)).get(pk=package.pk)
    require(rules.may_write_package(by, fresh.solution))
    if fresh.state != PackageState.DRAFT:
        raise WrongState(_("Paketet har publicerats och ändras inte. Påbörja en ny version i stället."))
    gate = queries.gate_passed(fresh)
    if gate is not None and gate.outcome == Outcome.PASSED:
        raise WrongState(_("Paketet är godkänt som det är och väntar på publicering. Ändringar görs i nästa version."))
    return fresh


def digest_of(text: str) -> str:
    """Of a field as a person read it: tells whether it has changed since, without keeping the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@transaction.atomic
def edit_part(
    *, by: Person, part: PackagePart, version: int, seen: Mapping[str, str] | None = None, **values: Any
) -> PackagePart:
    """Save a part on top of the version that was read.

    `values` are fields of the part: `text`, `not_applicable`, `responsible`, `licence`, `confidentiality`,
    `valid_until`, `underlag` (versions), and `q_<key>` for each answer. Fields left out stay as they are. `seen` is
    `digest_of` each field as the person read it: what only somebody else has changed since is kept as theirs. What
    both have changed is a Clash that shows the saved text; without `seen` every differing field counts as changed.
    """
    part = draft_of_part(part, by)
    definition = dossier().parts[part.code]
    known = {*OWN, "underlag", *(f"q_{question.key}" for question in definition.questions)}
    if unknown := set(values) - known:
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")
    underlag = values.pop("underlag", None)
    mine = {name: _plain(value) for name, value in values.items()}
    if underlag is not None:
        underlag = list(underlag)
        mine["underlag"] = ", ".join(sorted(str(each) for each in underlag))
    saved = queries.plain_fields(part)
    changed = {name for name, text in mine.items() if text != saved[name]}
    if seen:  # what the person left as it was read is not what the person says
        changed -= {name for name in changed if seen.get(name) == digest_of(mine[name])}
    if part.version != version:
        theirs = {name for name in changed if not seen or seen.get(name) != digest_of(saved[name])}
        if theirs:
            raise _clash(part, {name: saved[name] for name in saved if name in theirs})
    is_ai = part.package.solution.kind == SolutionKind.AI
    holds(
        checks.part_is_well_written(definition, {name: text for name, text in mine.items() if name in changed}, is_ai)
        + checks.licence_is_known(mine.get("licence", "") if "licence" in changed else "", dossier().licences)
    )
    answers = dict(part.answers)
    for name in changed:
        if name.startswith("q_"):
            answers[name.removeprefix("q_")] = mine[name]
        elif name == "valid_until":
            part.valid_until = dt.date.fromisoformat(mine[name]) if mine[name] else None
        elif name == "confidentiality":
            part.confidentiality = Confidentiality(mine[name])
        elif name != "underlag":
            setattr(part, name, mine[name])
    part.answers = {key: text for key, text in answers.items() if text}
    part.version += 1
    part.edited_by, part.edited_at = by, clock.now()
    part.save()
    if underlag is not None and "underlag" in changed:
        part.underlag.set(underlag)
    # The texts stay in the part: some may be secret, and history is kept for good.
    details = {"part": part.code, "version": part.version, "fields": sorted(changed)}
    record(by=by, verb="edited_part", subject=part, details=details)
    return part


def _plain(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _clash(part: PackagePart, theirs: Mapping[str, str]) -> Clash:
    last = events_about(part).filter(verb="edited_part").first()
    labels = {
        "text": _("Övrigt"),
        "not_applicable": _("Varför delen inte gäller"),
        "responsible": _("Ansvarig"),
        "licence": _("Licens"),
        "confidentiality": _("Vem får läsa"),
        "valid_until": _("Gäller till och med"),
        "underlag": _("Underlag"),
        **{f"q_{question.key}": question.label for question in dossier().parts[part.code].questions},
    }
    differences = [Difference(name, labels[name], text) for name, text in theirs.items()]
    return Clash(
        who=last.actor if last else "–",
        at=last.at if last else clock.now(),
        version=part.version,
        differences=differences,
    )


@transaction.atomic
def edit_package(
    *,
    by: Person,
    package: PackageVersion,
    number: str,
    licence: str = "",
    review_due: dt.date | None = None,
    change_note: str = "",
) -> PackageVersion:
    """What is true of the whole package: its number, the licence of parts without their own, the day of review."""
    package = _locked_draft(package, by)
    note = change_note.replace("\r\n", "\n").strip()
    problems = checks.number_follows(number, queries.numbers_before(package))
    problems += checks.licence_is_known(licence, dossier().licences)
    if review_due is not None:
        problems += checks.review_is_within_a_year(review_due, clock.today())
    if len(note) > checks.LONGEST_REASON:
        message = _("Skriv högst %(most)s tecken om vad som är ändrat.") % {"most": checks.LONGEST_REASON}
        problems.append(Problem(message, field="change_note", rule="change_is_told"))
    holds(problems)
    package.number, package.licence, package.review_due, package.change_note = number, licence, review_due, note
    package.save(update_fields=["number", "licence", "review_due", "change_note"])
    details = {"number": number, "licence": licence, "review_due": review_due and review_due.isoformat()}
    record(by=by, verb="edited_package", subject=package, details=details)
    return package


@transaction.atomic
def add_part_file(*, by: Person, part: PackagePart, name: str, content: bytes, description: str = "") -> PartFile:
    """A template, a training deck, a filled-in model; checked and kept as every other file."""
    part = draft_of_part(part, by)
    rows = PartFile.objects.filter(part__package=part.package)
    used = rows.aggregate(sum=Sum("document__size"))["sum"] or 0
    holds(checks.file_fits_the_package(part.files.count(), used, len(content)))
    document = store(by=by, owner=part.package.solution.owner, name=name, content=content)
    row = PartFile.objects.create(part=part, document=document, description=description.strip()[:200])
    details = {"part": part.code, "name": document.name, "sha256": document.sha256}
    record(by=by, verb="added_part_file", subject=part, details=details)
    return row


@transaction.atomic
def remove_part_file(*, by: Person, file: PartFile) -> PackagePart:
    """Out of the draft; earlier versions keep theirs."""
    part = draft_of_part(file.part, by)
    details = {"part": part.code, "name": file.document.name, "sha256": file.document.sha256}
    file.delete()
    record(by=by, verb="removed_part_file", subject=part, details=details)
    return part


@transaction.atomic
def add_core_function(*, by: Person, package: PackageVersion, text: str) -> CoreFunction:
    """What must not change when a region adapts the solution."""
    package = _locked_draft(package, by)
    rows = CoreFunction.objects.filter(solution=package.solution)
    text = " ".join(text.split())[:300]
    holds(checks.core_function_is_given(text, rows.filter(dropped_at__isnull=True).values_list("text", flat=True)))
    position = (rows.aggregate(last=Max("position"))["last"] or 0) + 1
    function = CoreFunction.objects.create(solution=package.solution, position=position, text=text)
    record(by=by, verb="added_core_function", subject=package, details={"text": text})
    return function


@transaction.atomic
def drop_core_function(*, by: Person, package: PackageVersion, function: CoreFunction) -> CoreFunction:
    """Out of this version and later ones; what was checked against it keeps it."""
    package = _locked_draft(package, by)
    function = CoreFunction.objects.select_for_update().get(pk=function.pk, solution=package.solution)
    if function.dropped_at is not None:
        raise WrongState(_("Kärnfunktionen är redan struken."))
    function.dropped_at = clock.now()
    function.save(update_fields=["dropped_at"])
    record(by=by, verb="dropped_core_function", subject=package, details={"text": function.text})
    return function
