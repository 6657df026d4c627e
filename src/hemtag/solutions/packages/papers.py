"""The package as one PDF: everything is put into words here, so that the typst template only sets it. In Swedish."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from hemtag import clock
from hemtag.knowledge.pdf import NOTHING, line, paragraphs, text, typeset

from ..models import Confidentiality, PackageState
from ..queries.packaging import Shown, ShownPart
from .contents import checksum_list, sha256


def package_pdf(shown: Shown) -> bytes:
    with translation.override("sv"):
        return typeset("solutions/package.typ", package_data(shown))


def package_data(shown: Shown) -> dict[str, Any]:
    """Only what the reader may read; a part that is withheld has its name and whom to ask."""
    package, solution = shown.package, shown.package.solution
    at = (package.published_at or package.started_at).astimezone(clock.STOCKHOLM)
    marks = {
        PackageState.DRAFT.value: "UTKAST",
        PackageState.SUPERSEDED.value: "ERSATT",
        PackageState.RECALLED.value: "ÅTERKALLAT",
    }
    return {
        "number": package.number,
        "title": line(solution.title),
        "responsible": line(solution.owner.name),
        "mark": marks.get(str(package.state), ""),
        "date": [at.year, at.month, at.day],
        "sha256": package.sha256 or sha256(checksum_list(shown.checksums)),
        "facts": [
            ["Version", package.number],
            ["Läge", str(package.get_state_display())],
            ["Ägare", line(solution.owner.name)],
            ["Slag", str(solution.get_kind_display())],
            ["Publicerat", day(at.date()) if package.published_at else "Inte än"],
            ["Licens", package.licence or NOTHING],
            ["Ses över senast", day(package.review_due)],
        ],
        "recall": paragraphs(f"{shown.advice}\n\n{package.recall_reason}") if shown.is_recalled else [],
        "change": paragraphs(package.change_note) if package.change_note else [],
        "parts": [_part(part, solution.owner.name) for part in shown.parts],
        "cases": [[line(each.case.title), each.sentence] for each in shown.cases if each.sentence],
    }


def _part(part: ShownPart, owner: str) -> dict[str, Any]:
    row = part.row
    if not part.is_readable:
        words = (
            f"Delen finns men är inte öppen: {str(Confidentiality(row.confidentiality).label).lower()}. Fråga {owner}."
        )
        return {"title": f"{row.code} {part.part.name_sv}", "meta": "", "expired": "", "withheld": words, "texts": []}
    meta = [f"Licens {part.licence}" if part.licence else "", str(Confidentiality(row.confidentiality).label)]
    meta += [f"Ansvarig: {line(row.responsible)}" if row.responsible else ""]
    meta += [f"Gäller till och med {day(row.valid_until)}" if row.valid_until else ""]
    texts: list[list[Any]] = []
    if row.not_applicable:
        texts.append(["Ej tillämplig", paragraphs(row.not_applicable)])
    if part.core_functions:
        texts.append(
            ["Kärnfunktioner", [[f"{n}. {text(each)}"] for n, each in enumerate(part.core_functions, start=1)]]
        )
    for answered in part.answers:
        if answered.text:
            texts.append([answered.question.label_sv, paragraphs(answered.shown)])
    if row.text:
        texts.append(["Övrigt", paragraphs(row.text)])
    if files := list(row.files.all()):
        texts.append(["Filer", [[line(f"{each.document.name} {each.description}")] for each in files]])
    if versions := list(row.underlag.all()):
        texts.append(["Underlag", [[f"{line(each.title)}, version {each.number}"] for each in versions]])
    if not texts:
        texts.append(["", [["Inget är skrivet än."]]])
    return {
        "title": f"{row.code} {part.part.name_sv}",
        "meta": " · ".join(each for each in meta if each),
        "expired": f"Giltigheten gick ut {day(row.valid_until)}." if part.is_expired else "",
        "withheld": "",
        "texts": texts,
    }


def day(value: Any) -> str:
    return str(date_format(value, "j F Y", use_l10n=False)) if value else NOTHING
