"""What a part and a package are, byte for byte: what the checksum is of, what goes out as files and comes in again.

A part is one JSON text with sorted keys. The package's checksum is the SHA-256 of a list in the format of `sha256sum`
with one line per part and one for the package's head. So anyone with a ZIP can check it with that command alone, also
when some parts were withheld: their lines are in the list, their texts are not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..models import CoreFunction, PackagePart, PackageVersion
from .dossier import dossier

FORMAT = "hemtag-paket/1"
HEAD = "paket.json"
SNAPSHOT = "core_functions"
"""The key in P3's answers that keeps the core functions as they were at publication."""


def as_bytes(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def name_of(code: str) -> str:
    return f"delar/{code}.json"


def in_order(parts: Iterable[PackagePart]) -> list[PackagePart]:
    order = list(dossier().parts)
    return sorted(parts, key=lambda part: order.index(part.code) if part.code in order else len(order))


def core_functions_of(package: PackageVersion, parts: Iterable[PackagePart]) -> list[str]:
    """As they stood at publication; of a draft those of the solution today."""
    for part in parts:
        if part.code == "P3" and isinstance(part.answers.get(SNAPSHOT), list):
            return [str(text) for text in part.answers[SNAPSHOT]]
    return live_core_functions(package)


def live_core_functions(package: PackageVersion) -> list[str]:
    rows = CoreFunction.objects.filter(solution_id=package.solution_id, dropped_at__isnull=True)
    return list(rows.values_list("text", flat=True))


def part_content(part: PackagePart, core_functions: Iterable[str] = ()) -> dict[str, Any]:
    """One part as plain data; its files and underlag by their hashes."""
    content: dict[str, Any] = {
        "code": part.code,
        "text": part.text,
        "answers": {key: text for key, text in sorted(part.answers.items()) if key != SNAPSHOT},
        "not_applicable": part.not_applicable,
        "responsible": part.responsible,
        "licence": part.licence,
        "confidentiality": part.confidentiality,
        "valid_until": part.valid_until.isoformat() if part.valid_until else None,
        "underlag": sorted(
            ({"slug": row.underlag.slug, "number": row.number, "sha256": row.sha256} for row in part.underlag.all()),
            key=lambda row: (str(row["slug"]), row["number"]),
        ),
        "files": [
            {
                "name": row.document.name,
                "description": row.description,
                "sha256": row.document.sha256,
                "size": row.document.size,
            }
            for row in part.files.all()
        ],
    }
    if part.code == "P3":
        content["core_functions"] = list(core_functions)
    return content


def head_content(package: PackageVersion) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "parts_version": dossier().version,
        "solution": package.solution.slug,
        "number": package.number,
        "supersedes": package.supersedes.number if package.supersedes else None,
        "change_note": package.change_note,
        "licence": package.licence,
        "review_due": package.review_due.isoformat() if package.review_due else None,
    }


def checksums(package: PackageVersion, parts: Iterable[PackagePart]) -> dict[str, str]:
    """Path in the ZIP → SHA-256, of the head and of every part, readable or not; in the order of the list."""
    parts = in_order(parts)
    functions = core_functions_of(package, parts)
    found = {HEAD: sha256(as_bytes(head_content(package)))}
    for part in parts:
        found[name_of(part.code)] = sha256(as_bytes(part_content(part, functions)))
    return found


def checksum_list(found: Mapping[str, str]) -> bytes:
    return "".join(f"{value}  {name}\n" for name, value in found.items()).encode()


def package_sha256(package: PackageVersion, parts: Iterable[PackagePart]) -> str:
    return sha256(checksum_list(checksums(package, parts)))
