"""Documents set with typst: archival (PDF/A-2a) and accessible (PDF/UA-1) in one file, the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import typst
from django.conf import settings

from .glyphs import settable


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
