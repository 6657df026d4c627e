"""Documents set with typst: archival (PDF/A-2a) and accessible (PDF/UA-1) in one file, the same bytes each time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import typst
from django.conf import settings

from .glyphs import settable

NOTHING = "–"
# No word of a language is this long; what is, is broken so that it stays on the paper.
_LONG = re.compile(r"\S{40}(?=\S)")


def text(written: str) -> str:
    return _LONG.sub("\\g<0>\u200b", written.strip())


def line(written: str) -> str:
    return text(" ".join(written.split())) or NOTHING


def paragraphs(written: str) -> list[list[str]]:
    """Paragraphs of lines: an empty line parts paragraphs, a new line stays a new line."""
    parts = re.split(r"\n\s*\n", written.replace("\r\n", "\n").replace("\r", "\n"))
    found = [[text(each) for each in part.splitlines() if each.strip()] for part in parts]
    return [part for part in found if part] or [[NOTHING]]


def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """Set `templates/<template>` (a .typ file) with `data`, which the template reads as `json(bytes(sys.inputs.data))`.

    Data is passed as data and never as markup, so nothing a person has written can be run by the typesetter. A
    character that no font holds is written with its name.
    """
    root = settings.ROOT / "templates"
    result = typst.compile(
        str(root / template),
        root=str(root),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(settable(data), ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
    )
    if not isinstance(result, bytes):
        raise TypeError("one document was expected")
    return result
