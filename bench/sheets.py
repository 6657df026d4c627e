"""How long the largest budget takes out to a workbook and in again: 21 regions × 8 blocks × 6 years × 5 kinds, all filled.

Only the workbook is measured, without a database: writing it, and reading it with every check of every cell.
"""

from __future__ import annotations

import io
import os
import statistics
import time
import zipfile
from dataclasses import replace

REGIONS, BLOCKS, YEARS, ROUNDS = 21, 8, 6, 5


def as_if_typed(content: bytes) -> bytes:
    """The workbook without its memory of how the amounts were when it was fetched."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<t>row</t>", b"<t>was</t>"))
    return target.getvalue()


def measure() -> dict[str, float | int]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hemtag.config.settings")
    import django

    django.setup()
    from hemtag.grants import sheets
    from hemtag.grants.models import MAIN_KINDS

    years = range(2026, 2026 + YEARS)
    regions = tuple(sheets.Region(f"{number:02}", f"Region {number}") for number in range(1, REGIONS + 1))
    cells = {
        (region.code, kind, year): (1_000_000 + place * 1_000 + year, 500_000 + year)
        for place, region in enumerate(regions)
        for kind in MAIN_KINDS
        for year in years
    }
    parts = tuple(sheets.Part(number, f"Block {number}", 1, cells) for number in range(1, BLOCKS + 1))
    book = sheets.Book(
        "2026-001",
        "En åtgärd",
        "Region 1",
        regions,
        {kind.value: str(kind.label) for kind in MAIN_KINDS},
        tuple(years),
        years,
        parts,
    )
    # Read into a budget where nothing is written, as if all of it had been typed: every amount meets every check.
    empty = replace(book, parts=tuple(replace(part, cells={}) for part in parts))
    writing, reading, content = [], [], b""
    for _round in range(ROUNDS):
        start = time.perf_counter()
        content = sheets.write(book)
        writing.append(time.perf_counter() - start)
        typed = as_if_typed(content)
        start = time.perf_counter()
        told = sheets.read(sheets.opened("budget.xlsx", typed), empty)
        found = sheets.changes(empty, told.sent)
        reading.append(time.perf_counter() - start)
        if told.faults or [change.cells for change in found] != [cells] * BLOCKS:
            raise RuntimeError("the workbook did not come back as it went out")
    return {
        "amounts": 2 * BLOCKS * len(cells),
        "bytes": len(content),
        "write_s": round(statistics.median(writing), 3),
        "read_and_check_s": round(statistics.median(reading), 3),
    }
