"""What a file carries inside: macros, passwords, bombs. Read from its tables of contents; nothing large is unpacked.

Each function takes the bytes and gives "" when all is well, else where the thing was found. Pure: no disk, no clock.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from django.utils.translation import gettext as _

# An Office file with pictures has some hundred parts and opens to a few times its size; sheets of text to some thirty.
MOST_PARTS = 5_000
MOST_UNPACKED = 300 * 1_000_000
MOST_TIMES_LARGER = 200
# Below this, even a great ratio is harmless: an empty sheet may be packed a thousand times.
SMALL = 20 * 1_000_000
# Lists of types and relations are some kB; a part embedded in another (a chart's figures) at most this.
MOST_XML = 2_000_000
MOST_RELATIONS = 2_000
MOST_EMBEDDED = 20_000_000
MOST_OBJECTS_OF_A_PDF = 60_000_000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")

MACRO_NAMES = ("vbaproject.bin", "vbaprojectsignature.bin", "vbadata.xml")
MACRO_TYPES = ("macroenabled", "vbaproject", "macrosheet")
MACRO_FOLDERS = ("xl/macrosheets/", "xl/dialogsheets/")
ACTIVE_FOLDERS = ("activex/", "ctrlprops/")
ACTIVE_TYPES = ("activex", "oleobject", "dialogsheet")
FETCHED = ("attachedtemplate", "oleobject", "frame", "subdocument", "afchunk")


class Unreadable(Exception):
    """The file breaks its own format: what it holds cannot be told."""


@dataclass(frozen=True)
class Findings:
    """Where in an Office file each thing was found; "" where it was not."""

    is_readable: bool = True
    locked: str = ""
    bomb: str = ""
    macro: str = ""
    active: str = ""
    fetched: str = ""


def is_locked_office(content: bytes) -> bool:
    """An Office file with a password is an OLE container around the encrypted package."""
    return content.startswith(OLE) and ENCRYPTED_PACKAGE in content


def is_old_office(content: bytes) -> bool:
    return content.startswith(OLE)


def findings_in_office(content: bytes, depth: int = 0) -> Findings:
    """What an Office file (a zip) carries. An embedded Office file is looked into once; one inside that is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if bomb := _bomb(parts, len(content)):
                return Findings(bomb=bomb)
            if locked := next((part.filename for part in parts if part.flag_bits & 0x1), ""):
                return Findings(locked=locked)
            names = [part.filename for part in parts]
            if len({name.lower() for name in names}) < len(names) or any(_leaves(name) for name in names):
                return Findings(is_readable=False)
            return _findings(archive, names, depth)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError, Unreadable):
        return Findings(is_readable=False)


def _leaves(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _bomb(parts: list[zipfile.ZipInfo], size: int) -> str:
    """Said by the file's own table: too many parts, too large or too tightly packed, or parts that share bytes."""
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS:
        return _("%(number)s delar") % {"number": len(parts)}
    if packed > size:
        return _("delar som överlappar varandra")
    if unpacked > MOST_UNPACKED or (unpacked > SMALL and unpacked > MOST_TIMES_LARGER * max(packed, 1)):
        return f"{unpacked // 1_000_000} MB"
    return ""


def _findings(archive: zipfile.ZipFile, names: list[str], depth: int) -> Findings:
    macro = active = fetched = ""
    for name in names:
        low = name.lower()
        if posixpath.basename(low) in MACRO_NAMES or low.startswith(MACRO_FOLDERS):
            macro = macro or name
        elif any(f"/{folder}" in f"/{low}" for folder in ACTIVE_FOLDERS):
            active = active or name
        elif "/embeddings/" in f"/{low}":
            inner = _embedded(archive, name, depth)
            macro, active = macro or inner.macro, active or inner.active
            if inner.bomb or inner.locked:
                return Findings(bomb=inner.bomb, locked=inner.locked)
        elif low.startswith("xl/externallinks/") and low.endswith(".xml"):
            active = active or _dde(archive, name)
    for kind, part in _types(archive, names):
        if any(word in kind for word in MACRO_TYPES):
            macro = macro or part
        elif any(word in kind for word in ACTIVE_TYPES):
            active = active or part
    relations = [name for name in names if name.lower().endswith(".rels")]
    if len(relations) > MOST_RELATIONS:
        return Findings(bomb=_("%(number)s delar") % {"number": len(relations)})
    for name in relations:
        fetched = fetched or _fetched(archive, name)
    return Findings(macro=macro, active=active, fetched=fetched)


def _embedded(archive: zipfile.ZipFile, name: str, depth: int) -> Findings:
    """A chart in a document carries its figures as a workbook: looked into. Anything else embedded is a program's."""
    if depth or not name.lower().endswith((".xlsx", ".docx")):
        return Findings(active=name)
    inner = findings_in_office(_read(archive, name, MOST_EMBEDDED), depth + 1)
    if not inner.is_readable:
        return Findings(active=name)
    return Findings(
        bomb=inner.bomb, locked=inner.locked and name, macro=inner.macro and name, active=inner.active and name
    )


def _types(archive: zipfile.ZipFile, names: list[str]) -> Iterator[tuple[str, str]]:
    """(content type in lower case, part) of every line of the file's list of types."""
    listed = next((name for name in names if name.lower() == "[content_types].xml"), None)
    if listed is None:
        return
    for _tag, attributes in elements(_read(archive, listed, MOST_XML)):
        yield attributes.get("ContentType", "").lower(), attributes.get("PartName", listed)


def _fetched(archive: zipfile.ZipFile, name: str) -> str:
    """The address of something that opening the file would fetch from the network and run or show."""
    for _tag, attributes in elements(_read(archive, name, MOST_XML)):
        if attributes.get("TargetMode", "").lower() != "external":
            continue
        kind = attributes.get("Type", "").lower().rsplit("/", 1)[-1]
        target = attributes.get("Target", "").strip()
        # A template on the author's own disk or share (file:) is how most organisations' documents are made.
        if kind in FETCHED and re.match(r"(https?|ftp|mhtml|mk|ms-[a-z]+|search-ms|x-usc)\s*:", target, re.I):
            return target[:80]
    return ""


def _dde(archive: zipfile.ZipFile, name: str) -> str:
    found = any(
        tag.rsplit(":", 1)[-1].lower() == "ddelink" for tag, _attributes in elements(_read(archive, name, MOST_XML))
    )
    return name if found else ""


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A part of at most `most` bytes; what claims or turns out to be larger is not read to its end."""
    with archive.open(name) as part:
        content = part.read(most + 1)
    if len(content) > most:
        raise Unreadable
    return content


def elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Every start tag with its attributes. Raises Unreadable on broken XML, and on any DTD: entities grow."""
    found: list[tuple[str, dict[str, str]]] = []

    def refuse(*_: object) -> None:
        raise Unreadable

    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag, attributes))
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as broken:
        raise Unreadable from broken
    return found


# PDF -------------------------------------------------------------------------------------------------------

NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
ENCRYPT = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
ACTIVE = re.compile(rb"/(JavaScript|Launch|RichMedia|Rendition)(?![A-Za-z0-9])")
SPELLED = b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in b"ObjStm")
OBJECT_STREAM = re.compile(b"/" + SPELLED + rb"(?![A-Za-z0-9]).{0,2000}?stream\r?\n", re.S)


def is_locked_pdf(content: bytes) -> bool:
    """The trailer names the encryption, and trailers are never packed."""
    return ENCRYPT.search(_names_plain(content)) is not None


def active_in_pdf(content: bytes) -> str:
    """The name of the first thing that acts by itself: a script, a program to start, a film. "" when there is none.

    Looks at what lies open and in packed objects. Raises Unreadable when those are larger than any true file's.
    """
    if found := ACTIVE.search(_names_plain(content)):
        return found.group(1).decode()
    left = MOST_OBJECTS_OF_A_PDF
    for stream in OBJECT_STREAM.finditer(content):
        plain = _unpacked(memoryview(content)[stream.end() :], left)
        left -= len(plain)
        if found := ACTIVE.search(_names_plain(plain)):
            return found.group(1).decode()
    return ""


def _unpacked(packed: memoryview, most: int) -> bytes:
    """A packed stream up to its own end; b"" for what is not packed, which no reader unpacks either."""
    reader, plain = zlib.decompressobj(), bytearray()
    try:
        for start in range(0, len(packed), 65_536):
            plain += reader.decompress(packed[start : start + 65_536], most + 1 - len(plain))
            if len(plain) > most:
                raise Unreadable
            if reader.eof:
                break
    except zlib.error:
        pass
    return bytes(plain)


def _names_plain(content: bytes) -> bytes:
    """`/J#61vaScript` is another spelling of `/JavaScript`."""
    if b"#" not in content:
        return content
    return NAME_ESCAPE.sub(lambda escape: bytes([int(escape.group(1), 16)]), content)
