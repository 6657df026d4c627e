"""A package brought as one ZIP: Hemtag's own, or a plain one with a file or folder per part named P1, P2, …

Nothing is unpacked to disk. The archive's own table is judged first; what passes is read with a limit of its own, so
that a table that lies gains nothing. Every refusal names the file, the rule and what to do.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from hemtag.refusals import DoesNotHold, Problem

from ..models import Confidentiality
from .contents import FORMAT, HEAD, sha256
from .dossier import Part, dossier
from .zipping import FILES_HEAD, FUNCTIONS, LIST, MANIFEST, META, OTHER, README, UNDERLAG, unquoted

MOST_ENTRIES = 500
MOST_UNPACKED = 200 * 1_000_000
MOST_TIMES_LARGER = 100
SMALL = 1_000_000  # below this, even a great ratio is harmless
MOST_TEXT = 1_000_000
LONGEST_NAME = 240
ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".xz", ".bz2", ".zst", ".jar", ".cab", ".iso")
TAKEN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
IGNORED = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)")
_CODE = re.compile(r"P([1-9]|1[0-9]|20)(?![0-9])", re.IGNORECASE)


@dataclass
class BroughtPart:
    """What the file says of one part. `values` are fields of `actions.packaging.edit_part`, as plain text.

    `files` is None when the archive says nothing of files: what is there stays.
    """

    code: str
    values: dict[str, str] = field(default_factory=dict)
    valid_until: dt.date | None = None
    says_valid_until: bool = False
    files: list[tuple[str, bytes, str]] | None = None
    underlag: list[tuple[str, int]] | None = None
    core_functions: list[str] | None = None


@dataclass
class Brought:
    parts: dict[str, BroughtPart]
    is_own: bool


def open_package(content: bytes) -> Brought:
    """Raises DoesNotHold with what is wrong; nothing is kept then."""
    files = _read_all(content)
    if MANIFEST in files and FORMAT.encode() in files[MANIFEST]:
        return _own(files)
    return _plain(files)


def refuse(rule: str, message: str, **words: object) -> NoReturn:
    raise DoesNotHold([Problem(message % words if words else message, field="file", rule=rule)])


# The archive ---------------------------------------------------------------------------------------------


def _read_all(content: bytes) -> dict[str, bytes]:
    """Path → bytes of every file in the archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _judge(entries, len(content))
            wanted = [entry for entry in entries if not entry.is_dir() and not IGNORED.search(entry.filename)]
            read: dict[str, bytes] = {}
            left = MOST_UNPACKED
            for entry in wanted:
                read[unicodedata.normalize("NFC", entry.filename)] = _read(archive, entry, left)
                left -= entry.file_size
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        refuse("zip_is_whole", _("Filen går inte att läsa som en ZIP-fil. Packa den på nytt och försök igen."))
    if not read:
        refuse("zip_is_whole", _("ZIP-filen är tom. Lägg delarna i den som P1.md, P2.md och så vidare."))
    return _without_top_folder(read)


def _judge(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MOST_ENTRIES:
        message = _("ZIP-filen har %(n)s filer; högst %(most)s. Dela upp den och läs in i omgångar.")
        refuse("zip_has_few_files", message, n=len(entries), most=MOST_ENTRIES)
    unpacked, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
    if unpacked > MOST_UNPACKED:
        message = _("ZIP-filen blir %(n)s MB uppackad; högst %(most)s. Ta bort eller förminska filer.")
        refuse("zip_is_of_a_size", message, n=unpacked // 1_000_000, most=MOST_UNPACKED // 1_000_000)
    if packed > size:
        refuse("zip_is_of_a_size", _("Filer i ZIP-filen delar samma innehåll. Packa den på nytt och försök igen."))
    seen: dict[str, str] = {}
    for entry in entries:
        _judge_one(entry)
        key = unicodedata.normalize("NFC", entry.filename).casefold().rstrip("/")
        if key in seen and not entry.is_dir():
            message = _("%(name)s finns två gånger i ZIP-filen. Ta bort den ena och packa på nytt.")
            refuse("zip_has_each_once", message, name=entry.filename)
        seen[key] = entry.filename


def _judge_one(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    raw = entry.orig_filename
    steps = re.split(r"[\\/]", raw)
    if raw.startswith(("/", "\\")) or ".." in steps or re.match(r"[A-Za-z]:", raw) or "\x00" in raw or "\\" in raw:
        message = _("%(name)s pekar utanför ZIP-filen. Packa mappen på nytt med vanliga filnamn.")
        refuse("zip_stays_inside", message, name=raw.replace("\x00", "")[:120])
    if len(name) > LONGEST_NAME or any(unicodedata.category(character) == "Cc" for character in name):
        message = _("%(name)s… har ett för långt eller oläsligt namn. Byt namn och packa på nytt.")
        refuse("zip_names_are_readable", message, name="".join(c for c in name if c.isprintable())[:60])
    kind = stat.S_IFMT(entry.external_attr >> 16) if entry.create_system == 3 else 0
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        message = _("%(name)s är en länk och ingen fil. Lägg själva filen i ZIP-filen.")
        refuse("zip_holds_files", message, name=name)
    if entry.flag_bits & 0x1:
        message = _("%(name)s är krypterad. Packa på nytt utan lösenord.")
        refuse("zip_is_not_locked", message, name=name)
    if entry.compress_type not in TAKEN:
        message = _("%(name)s är packad på ett ovanligt sätt. Packa på nytt som vanlig ZIP.")
        refuse("zip_is_plain", message, name=name)
    if name.lower().endswith(ARCHIVES):
        message = _("%(name)s är en packad fil i den packade. Packa upp den och lägg filerna direkt.")
        refuse("zip_is_not_nested", message, name=name)
    if entry.file_size > SMALL and entry.file_size > MOST_TIMES_LARGER * max(entry.compress_size, 1):
        message = _("%(name)s växer från %(from)s kB till %(to)s MB och tas inte emot. Lägg in filen för sig.")
        words = {"from": entry.compress_size // 1_000, "to": entry.file_size // 1_000_000}
        refuse("zip_is_no_bomb", message, name=name, **words)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """At most what the table promised and what is left of the limit."""
    most = min(entry.file_size, left)
    with archive.open(entry) as file:
        content = file.read(most + 1)
    if len(content) > most or len(content) != entry.file_size:
        message = _("%(name)s är inte så stor som ZIP-filen säger. Packa den på nytt.")
        refuse("zip_is_whole", message, name=entry.filename)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not entry.filename.lower().endswith((".docx", ".xlsx")):
        message = _("%(name)s är en packad fil i den packade. Packa upp den och lägg filerna direkt.")
        refuse("zip_is_not_nested", message, name=entry.filename)
    return content


def _without_top_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """Somebody packed the folder instead of what is in it."""
    tops = {name.partition("/")[0] if "/" in name else "" for name in files}
    top = tops.pop() if len(tops) == 1 else ""
    if not top or top in {"delar", "filer"} or _CODE.match(top):
        return files
    return {name.partition("/")[2]: content for name, content in files.items()}


def _text(name: str, content: bytes) -> str:
    if len(content) > MOST_TEXT:
        message = _("%(name)s är större än %(most)s kB text. Lägg den som bilaga i delens mapp i stället.")
        refuse("text_is_of_a_size", message, name=name, most=MOST_TEXT // 1_000)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse("text_is_utf8", _("%(name)s är inte sparad som UTF-8. Spara om den så och packa på nytt."), name=name)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


# Hemtag's own --------------------------------------------------------------------------------------------


def _own(files: Mapping[str, bytes]) -> Brought:
    manifest = _json(MANIFEST, files[MANIFEST])
    listed = manifest.get("files")
    if not isinstance(listed, dict):
        refuse("manifest_is_whole", _("manifest.json saknar listan över filer. Hämta paketet på nytt."))
    for name, expected in listed.items():
        if name not in files:
            message = _("%(name)s saknas fast manifest.json nämner den. Hämta paketet på nytt.")
            refuse("manifest_agrees", message, name=name)
        if sha256(files[name]) != expected:
            message = _(
                "%(name)s är ändrad efter att paketet hämtades. Vill du läsa in egna ändringar: ta bort manifest.json, "
                "paket.json och alla .json i delar, och packa på nytt."
            )
            refuse("manifest_agrees", message, name=name)
    if extra := sorted(set(files) - set(listed) - {MANIFEST}):
        message = _("%(name)s finns inte i manifest.json. Ta bort filen, eller ta bort manifest.json.")
        refuse("manifest_agrees", message, name=extra[0])
    parts = {}
    for name, content in files.items():
        if match := re.fullmatch(r"delar/(P[0-9]{1,2})\.json", name):
            parts[match[1]] = _own_part(name, match[1], _json(name, content), files)
    return Brought(parts, is_own=True)


def _json(name: str, content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(_text(name, content))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        refuse("json_is_readable", _("%(name)s går inte att läsa som JSON. Hämta paketet på nytt."), name=name)
    return found


def _own_part(name: str, code: str, data: Mapping[str, Any], files: Mapping[str, bytes]) -> BroughtPart:
    def broken() -> NoReturn:
        refuse("part_has_its_shape", _("%(name)s har inte den form den ska ha. Hämta paketet på nytt."), name=name)

    def word(key: str) -> str:
        value = data.get(key, "")
        return value if isinstance(value, str) else broken()

    if data.get("code") != code or code not in dossier().parts:
        broken()
    answers = data.get("answers", {})
    if not isinstance(answers, dict) or not all(isinstance(text, str) for text in answers.values()):
        broken()
    known = {question.key for question in dossier().parts[code].questions}
    if set(answers) - known:
        broken()
    confidentiality = word("confidentiality")
    if confidentiality not in Confidentiality.values:
        broken()
    part = BroughtPart(code, says_valid_until=True)
    for key in ("text", "not_applicable", "responsible", "licence"):
        part.values[key] = word(key)
    part.values["confidentiality"] = confidentiality
    part.values.update({f"q_{key}": str(answers.get(key, "")) for key in known})
    try:
        part.valid_until = dt.date.fromisoformat(word("valid_until")) if data.get("valid_until") else None
        part.underlag = [(str(row["slug"]), int(row["number"])) for row in data.get("underlag", [])]
        by_hash = {sha256(content): content for path, content in files.items() if path.startswith(f"filer/{code}/")}
        part.files = [
            (str(row["name"]), _found(by_hash, row, code), str(row.get("description", "")))
            for row in data.get("files", [])
        ]
        if code == "P3":
            part.core_functions = [str(text) for text in data.get("core_functions", [])]
    except (KeyError, TypeError, ValueError):
        broken()
    return part


def _found(by_hash: Mapping[str, bytes], row: Mapping[str, Any], code: str) -> bytes:
    content = by_hash.get(str(row["sha256"]))
    if content is None:
        message = _("Filen %(name)s i %(code)s saknas i ZIP-filen. Hämta paketet på nytt, eller lägg in filen för sig.")
        refuse("files_are_there", message, name=row["name"], code=code)
    return content


# A plain one ---------------------------------------------------------------------------------------------


def _plain(files: Mapping[str, bytes]) -> Brought:
    parts: dict[str, BroughtPart] = {}
    for name, content in sorted(files.items()):
        if name.casefold() in {
            README.casefold(),
            "readme.md",
            "readme.txt",
            "läsmig.md",
            LIST.casefold(),
            HEAD,
            MANIFEST,
        }:
            continue
        inside = name.removeprefix("delar/").removeprefix("filer/")
        if name.startswith("delar/") and name.endswith(".html"):
            continue
        match = _CODE.match(inside)
        if match is None:
            message = _(
                "%(name)s: det går inte att se vilken del filen hör till. Döp den till exempel P4.md, eller lägg den i "
                "en mapp som heter P4."
            )
            refuse("file_names_its_part", message, name=name)
        code = f"P{int(match[1])}"
        part = parts.setdefault(code, BroughtPart(code))
        rest = inside[match.end() :]
        if not name.startswith("filer/") and "/" not in rest and name.lower().endswith((".md", ".txt")):
            if any(key == "text" or key.startswith("q_") for key in part.values):
                message = _("%(name)s: %(code)s har två textfiler. Slå ihop dem till en.")
                refuse("part_has_one_text", message, name=name, code=code)
            part.values.update(_from_markdown(dossier().parts[code], _text(name, content)))
            continue
        part.files = part.files or []
        part.files.append((name.rsplit("/", 1)[-1], content, ""))
    return Brought(parts, is_own=False)


def _from_markdown(part: Part, text: str) -> dict[str, str]:
    """Answers under the questions' own headings; everything else is the part's free text."""
    labels = {_bare(q.label_sv): q for q in part.questions} | {_bare(q.label_en): q for q in part.questions}
    kept: dict[str, list[str]] = {}
    rest: list[str] = []
    into, skipping = rest, False
    for line in text.split("\n"):
        head = re.fullmatch(r"#{1,6}\s+(.*?)\s*#*", line)
        if head is None:
            if not skipping and not (into is rest and _is_meta(line)):
                into.append(line)
            continue
        title = _bare(head[1])
        skipping = title in {_bare(word) for word in (FUNCTIONS, FILES_HEAD, UNDERLAG)}
        if title in labels:
            into = kept.setdefault(f"q_{labels[title].key}", [])
        elif title == _bare("Ej tillämplig"):
            into = kept.setdefault("not_applicable", [])
        else:
            into = rest
            if not skipping and title != _bare(OTHER) and not line.startswith("# "):
                rest.append(line)
    values = {key: unquoted("\n".join(lines)).strip() for key, lines in kept.items()}
    values["text"] = unquoted("\n".join(rest)).strip()
    for question in part.questions:
        key = f"q_{question.key}"
        if question.kind == "choice" and key in values:
            codes = {_bare(word): code for code, *words in question.options for word in (code, *words)}
            values[key] = codes.get(_bare(values[key]), values[key])
    return values


def _is_meta(line: str) -> bool:
    return any(line.startswith(f"- {label}: ") for label in META)


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(" :?.")


def codes_in(parts: Iterable[BroughtPart]) -> list[str]:
    order = list(dossier().parts)
    return sorted((part.code for part in parts), key=order.index)
