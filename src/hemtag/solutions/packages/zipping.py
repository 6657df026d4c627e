"""A package as one ZIP: each part as JSON, Markdown and HTML, its files, and checksums. The same bytes every time.

Only what the reader may read is in it. What is withheld has its line in the list of checksums and its name in the
manifest, and no more.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from django.utils import translation
from django.utils.html import escape, linebreaks
from django.utils.text import slugify

from hemtag.knowledge.storing import kept

from ..models import Confidentiality, PackageState, PartFile
from ..queries.packaging import Shown, ShownPart
from .contents import FORMAT, HEAD, as_bytes, checksum_list, head_content, name_of, part_content, sha256

LIST = "KONTROLLSUMMOR.txt"
MANIFEST = "manifest.json"
README = "LÄSMIG.txt"
OTHER, FUNCTIONS, FILES_HEAD, UNDERLAG = "Övrigt", "Kärnfunktioner", "Filer", "Underlag"
META = ("Licens", "Läsbar för", "Ansvarig", "Gäller till och med")

HOW = """\
{title}
Lösningspaket {number} från {owner}{state}

delar/    varje del för sig: .md att läsa och redigera, .html att öppna i en webbläsare, .json för maskiner
filer/    delarnas bilagor
{head}    vad paketet är: version, licens, dag för översyn
{manifest}    vad som ligger i den här filen, med kontrollsummor, och vad som inte lämnades ut

Kontrollera att inget är ändrat:

    sha256sum {list}

ska ge paketets kontrollsumma, {sha256}, och

    sha256sum --check --ignore-missing {list}

ska säga OK för varje del. {withheld}
"""


def package_zip(shown: Shown) -> bytes:
    with translation.override("sv"):
        return _packed(_files_of(shown))


def file_name(shown: Shown, ending: str) -> str:
    draft = "-utkast" if shown.is_draft else ""
    return f"{slugify(shown.package.solution.slug)}-{shown.package.number}{draft}.{ending}"


def _files_of(shown: Shown) -> dict[str, bytes]:
    package = shown.package
    sums = shown.checksums
    files = {HEAD: as_bytes(head_content(package)), LIST: checksum_list(sums)}
    held: list[str] = []
    for part in shown.parts:
        if not part.is_readable:
            continue
        names = file_names(part.row.files.all())
        files[name_of(part.row.code)] = as_bytes(part_content(part.row, shown.core_functions))
        markdown = part_as_markdown(part, names)
        files[f"delar/{part.row.code}.md"] = markdown.encode()
        files[f"delar/{part.row.code}.html"] = part_as_html(part, names, shown).encode()
        for row in part.row.files.all():
            path = f"filer/{part.row.code}/{names[row.pk]}"
            content = None if row.document.is_in_quarantine else kept(row.document.sha256)
            if content is None:
                held.append(path)
            else:
                files[path] = content
    files[README] = _how(shown, files[LIST]).encode()
    files[MANIFEST] = as_bytes(
        {
            "format": FORMAT,
            "solution": package.solution.slug,
            "title": package.solution.title,
            "number": package.number,
            "state": package.state,
            "sha256": sha256(files[LIST]),
            "files": {name: sha256(content) for name, content in sorted(files.items())},
            "parts": [{"code": part.row.code, "name": part.part.name_sv} for part in shown.parts if part.is_readable],
            "withheld": [part.row.code for part in shown.withheld],
            "held_for_virus_check": sorted(held),
        }
    )
    return files


def _packed(files: dict[str, bytes]) -> bytes:
    """Stored, not deflated: the bytes must not depend on which compressor a server has."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, content)
    return out.getvalue()


def file_names(rows: Iterable[PartFile]) -> dict[int, str]:
    """Each file's name within its part, told apart when two are called the same."""
    found: dict[int, str] = {}
    used: set[str] = set()
    for row in rows:
        stem, dot, ending = row.document.name.rpartition(".")
        name, number = row.document.name, 1
        while name.casefold() in used:
            number += 1
            name = f"{stem} ({number}){dot}{ending}"
        used.add(name.casefold())
        found[row.pk] = name
    return found


def _how(shown: Shown, listed: bytes) -> str:
    package = shown.package
    states: dict[str, str] = {
        PackageState.DRAFT: " (UTKAST, kan ändras)",
        PackageState.SUPERSEDED: " (ERSATT av en senare version)",
        PackageState.RECALLED: f" (ÅTERKALLAT. {shown.advice})",
    }
    withheld = ", ".join(part.row.code for part in shown.withheld)
    ask = f"Delarna {withheld} lämnades inte ut till den som hämtade filen. Fråga {package.solution.owner.name}."
    return HOW.format(
        title=package.solution.title,
        number=package.number,
        owner=package.solution.owner.name,
        state=states.get(package.state, ""),
        head=HEAD,
        manifest=MANIFEST,
        list=LIST,
        sha256=sha256(listed),
        withheld=ask if withheld else "",
    )


# One part ------------------------------------------------------------------------------------------------


def _meta(part: ShownPart) -> list[tuple[str, str]]:
    row = part.row
    values = (
        part.licence,
        str(Confidentiality(row.confidentiality).label),
        row.responsible,
        row.valid_until.isoformat() if row.valid_until else "",
    )
    return [(label, value) for label, value in zip(META, values, strict=True) if value]


def part_as_markdown(part: ShownPart, names: dict[int, str]) -> str:
    """Headings are the questions, so that a person can edit it and bring it in again."""
    lines = [f"# {part.row.code} {part.part.name_sv}", ""]
    lines += [f"- {label}: {_one_line(value)}" for label, value in _meta(part)] + [""]
    if part.row.not_applicable:
        lines += ["## Ej tillämplig", "", quoted(part.row.not_applicable), ""]
    if part.core_functions:
        lines += [f"## {FUNCTIONS}", "", *(f"- {_one_line(text)}" for text in part.core_functions), ""]
    for answered in part.answers:
        if answered.text:
            lines += [f"## {answered.question.label_sv}", "", quoted(answered.shown), ""]
    if part.row.text:
        lines += [f"## {OTHER}", "", quoted(part.row.text), ""]
    if rows := list(part.row.files.all()):
        lines += [f"## {FILES_HEAD}", ""]
        lines += [f"- filer/{part.row.code}/{names[row.pk]} {_one_line(row.description)}".rstrip() for row in rows]
        lines.append("")
    if versions := list(part.row.underlag.all()):
        lines += [f"## {UNDERLAG}", ""]
        lines += [f"- {_one_line(row.title)}, version {row.number} ({row.underlag.slug})" for row in versions]
        lines.append("")
    return "\n".join(lines)


def quoted(text: str) -> str:
    """A line that would be a heading is written as text."""
    return "\n".join(f"\\{line}" if line.startswith(("#", "\\#")) else line for line in text.splitlines())


def unquoted(text: str) -> str:
    return "\n".join(line[1:] if line.startswith(("\\#", "\\\\#")) else line for line in text.splitlines())


def _one_line(text: str) -> str:
    return " ".join(text.split())


PAGE = """\
<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 1rem/1.6 Georgia, serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem }}
h1, h2 {{ line-height: 1.25 }}
dt {{ font-weight: bold }}
dd {{ margin: 0 0 .5rem }}
</style>
</head><body>
<p>{package}</p>
<h1>{title}</h1>
{body}</body></html>
"""


def part_as_html(part: ShownPart, names: dict[int, str], shown: Shown) -> str:
    """The part as a page that stands alone: no script, nothing fetched, all that people wrote escaped."""
    title = f"{part.row.code} {part.part.name_sv}"
    body = []
    if meta := _meta(part):
        pairs = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in meta)
        body.append(f"<dl>{pairs}</dl>")
    if part.row.not_applicable:
        body.append(_section("Ej tillämplig", linebreaks(part.row.not_applicable, autoescape=True)))
    if part.core_functions:
        body.append(_section(FUNCTIONS, _list(part.core_functions)))
    for answered in part.answers:
        if answered.text:
            body.append(_section(answered.question.label_sv, linebreaks(answered.shown, autoescape=True)))
    if part.row.text:
        body.append(_section(OTHER, linebreaks(part.row.text, autoescape=True)))
    if rows := list(part.row.files.all()):
        body.append(_section(FILES_HEAD, _list(f"{names[row.pk]} {row.description}".strip() for row in rows)))
    if versions := list(part.row.underlag.all()):
        body.append(_section(UNDERLAG, _list(f"{row.title}, version {row.number}" for row in versions)))
    package = f"{shown.package.solution.title}, paket {shown.package.number}"
    return PAGE.format(title=escape(title), package=escape(package), body="\n".join(body))


def _section(head: str, inner: str) -> str:
    return f"<h2>{escape(head)}</h2>\n{inner}\n"


def _list(texts: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"
