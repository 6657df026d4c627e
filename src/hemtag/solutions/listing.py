"""The catalogue's list as a file: CSV that Swedish Excel opens, and a workbook. What people have written stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import xlsxwriter
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

MOST = 10_000
"""Rows in one file: more than anybody reads, and still made in seconds."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# A cell that begins so would be a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def heads() -> list[str]:
    return [
        _("Lösning"),
        _("Namn på engelska"),
        _("Slag"),
        _("Område"),
        _("Från"),
        _("Läge"),
        _("Evidensnivå"),
        _("Insats för att införa"),
        _("Regulatorisk klass"),
        _("I drift, antal regioner"),
        _("Har börjat, antal regioner"),
        _("Problem"),
        _("Effekt"),
        _("Kontakt"),
        _("Adress"),
    ]


def rows(solutions: Iterable[Any]) -> Iterator[list[str | int]]:
    for row in solutions:
        yield [
            row.title,
            row.title_en,
            str(row.get_kind_display()),
            row.specialty,
            row.owner.name,
            str(row.get_state_display()),
            row.evidence,
            str(row.get_effort_display()),
            str(row.get_regulation_display()),
            row.in_use or 0,
            row.begun or 0,
            row.problem,
            row.effect,
            row.contact,
            settings.SITE_URL + reverse("solution", args=[row.slug]),
        ]


def _plain(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_csv(solutions: Iterable[Any]) -> bytes:
    """Semicolons and a byte order mark, as Excel in Swedish wants; what would be a formula is marked as text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads())
    writer.writerows([_plain(value) for value in row] for row in rows(solutions))
    return out.getvalue().encode("utf-8-sig")


def as_workbook(solutions: Iterable[Any]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as workbook:
        sheet = workbook.add_worksheet(_("Lösningar"))
        bold, wrap = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
        for column, head in enumerate(heads()):
            sheet.write_string(0, column, head, bold)
        last = 0
        for last, row in enumerate(rows(solutions), 1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(last, column, value, wrap)
                else:
                    sheet.write_string(last, column, value[:32_000], wrap)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(last, 1), len(heads()) - 1)
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 10, 18)
        sheet.set_column(11, 14, 50)
    return out.getvalue()
