"""The steps of a solution as rows, for Excel and as semicolon-separated values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import xlsxwriter
from django.utils.translation import gettext as _

from .queries.adopting import RegionStage

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def head() -> list[str]:
    return [
        _("Regionkod"),
        _("Region"),
        _("Steg"),
        _("Datum"),
        _("Gäller"),
        _("Skäl"),
        _("Beslut"),
        _("Täckning"),
        _("Paketversion"),
        _("Belägg"),
        _("Angivet"),
    ]


def rows(stages: Iterable[RegionStage]) -> list[list[str]]:
    """Every step as it was written, also the corrected ones, which say that they no longer hold."""
    found = []
    for stage in stages:
        holds = {step.pk for step in stage.steps}
        for step in stage.every:
            share = f"{step.covered}/{step.out_of} {step.covered_unit}" if step.out_of else ""
            found.append(
                [
                    stage.region.code,
                    stage.region.name,
                    str(step.get_stage_display()) if step.stage else _("Taget tillbaka"),
                    step.occurred_on.isoformat(),
                    _("ja") if step.pk in holds else _("nej"),
                    str(step.get_reason_display()) if step.reason else "",
                    step.decision_reference,
                    share,
                    step.package.number if step.package else "",
                    step.proof,
                    step.recorded_at.date().isoformat(),
                ]
            )
    return found


def as_csv(stages: Iterable[RegionStage]) -> str:
    """What a spreadsheet would take for a formula is shown as text."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";")
    writer.writerow(head())
    for row in rows(stages):
        writer.writerow([f"'{cell}" if cell.startswith(DANGEROUS) else cell for cell in row])
    return "\ufeff" + target.getvalue()


def as_workbook(stages: Iterable[RegionStage]) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        sheet = workbook.add_worksheet(_("Införanden"))
        bold = workbook.add_format({"bold": True})
        sheet.write_row(0, 0, head(), bold)
        for number, row in enumerate(rows(stages), start=1):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, 10, 18)
    return target.getvalue()
