"""How long the largest budget takes out to a workbook and in again: 21 regions × 8 blocks × 6 years × 5 kinds, all filled.

Only the workbook is measured, without a database: writing it, and reading it with every check of every cell.
"""

from __future__ import annotations

import os
import statistics
import time

REGIONS, BLOCKS, YEARS, ROUNDS = 21, 8, 6, 5


def measure() -> dict[str, float | int]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hemtag.config.settings")
    import django

    django.setup()
    from hemtag.grants import sheets
    from hemtag.grants.models import CostKind

    years = range(2026, 2026 + YEARS)
    regions = tuple(sheets.Region(f"{number:02}", f"Region {number}") for number in range(1, REGIONS + 1))
    cells = {
        (region.code, kind, year): (1_000_000 + place * 1_000 + year, 500_000 + year)
        for place, region in enumerate(regions)
        for kind in CostKind.values
        for year in years
    }
    parts = tuple(sheets.Part(number, f"Block {number}", 1, cells) for number in range(1, BLOCKS + 1))
    book = sheets.Book("2026-001", "En åtgärd", "Region 1", regions, dict(CostKind.choices), tuple(years), years, parts)
    writing, reading, content = [], [], b""
    for _round in range(ROUNDS):
        start = time.perf_counter()
        content = sheets.write(book)
        written = time.perf_counter()
        told = sheets.read(sheets.opened("budget.xlsx", content), book)
        reading.append(time.perf_counter() - written)
        writing.append(written - start)
        if told.faults or sheets.changes(book, told.sent):
            raise RuntimeError("the workbook did not come back as it went out")
    return {
        "amounts": 2 * BLOCKS * len(cells),
        "bytes": len(content),
        "write_s": round(statistics.median(writing), 3),
        "read_and_check_s": round(statistics.median(reading), 3),
    }
