"""The application as an Excel workbook to count in: every cell of the budget in one long table, and pivots over it.

Nothing anybody has written becomes a formula: text is written as text. Sums are formulas over the long table with their
values beside, so that they show in programs that do not calculate.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from hemtag import clock

from .. import document
from ..models import CostKind, OtherSupport, ParticipantState
from .reading import Reading

MONEY = "#,##0"
# Excel holds no more characters in a cell.
LONGEST = 32_767


def as_workbook(reading: Reading) -> bytes:
    """In the language of the page. The same reading gives the same bytes."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        title = f"{reading.number} {reading.content['title']}"[:255]
        made = reading.at.astimezone(clock.STOCKHOLM).replace(tzinfo=None, microsecond=0)
        workbook.set_properties({"title": title, "company": "Hemtag", "created": made})
        book = _Book(workbook, reading)
        book.facts()
        book.blocks()
        book.costs()
        book.effects()
        book.regions()
        book.points()
    return target.getvalue()


class _Book:
    def __init__(self, workbook: Any, reading: Reading) -> None:
        self.workbook, self.reading, self.content = workbook, reading, reading.content
        self.budget = document.budget_of(reading.content)
        self.shown = document.document(reading.content)
        line = {"border": 1, "border_color": "#B8B2A7", "valign": "top"}
        self.looks = {
            name: workbook.add_format(look)
            for name, look in {
                "head": {"bold": True, "text_wrap": True, "bg_color": "#E4E9E2", **line},
                "text": {"text_wrap": True, **line},
                "money": {"num_format": MONEY, **line},
                "number": {"num_format": "0", **line},
                "sum": {"num_format": MONEY, "bold": True, "bg_color": "#E4E9E2", **line},
            }.items()
        }

    # Sheets ----------------------------------------------------------------------------------------------

    def facts(self) -> None:
        content, reading = self.content, self.reading
        rows: list[tuple[str, Any]] = [
            (_("Ansökan"), content["number"]),
            (_("Titel"), content["title"]),
            (_("Läge"), reading.state_label),
            (_("Tidpunkt"), reading.at_in_words),
            (_("Ärendenummer"), reading.case_number),
            (_("Kontrollsumma"), reading.sha256),
            (_("Utlysning"), content["call"]["title"]),
            (_("Ansvarig region"), content["responsible"]["name"]),
            (_("Sökt bidrag"), self.budget.total.requested_sek),
            (_("Medfinansiering"), self.budget.total.cofinancing_sek),
            (_("Sammanfattning"), content["summary"]),
            (_("Beskrivning"), content["description"]),
            (_("Vad åtgärden ska leda till"), content["goals"]),
            (_("Åtgärdstyper"), "; ".join(kind["name"] for kind in content["measure_types"])),
            (_("Gott exempel för andra"), content["spreading"]),
            (_("Ägare efter bidraget"), content["plan_owner"]),
            (_("Budget efter bidraget"), content["plan_budget"]),
            (_("Så består effekten"), content["plan_lasting"]),
            (_("Ekonomiska förutsättningar"), content["economic_analysis"]),
            (_("Områden med stora utvecklingsbehov"), content["development_needs"]),
        ]
        if reading.mark:
            rows.insert(0, (_("Ej inlämnad"), reading.mark))
        self._sheet(_("Uppgifter"), (_("Uppgift"), _("Värde")), rows, widths=(32, 90))

    def blocks(self) -> None:
        head = (
            _("Block"),
            _("Titel"),
            _("Syfte"),
            _("Aktiviteter"),
            _("Behöver block"),
            _("Löser hinder"),
            _("Timmar egen arbetstid"),
            _("Sökt bidrag"),
            _("Medfinansiering"),
        )
        rows = [
            (
                block["number"],
                block["title"],
                block["purpose"],
                "\n".join(block["activities"]),
                ", ".join(str(need["number"]) for need in block["needs"]),
                str(block["obstacle"]),
                block["hours"] or "",
                block["sums"].requested_sek,
                block["sums"].cofinancing_sek,
            )
            for block in self.shown["blocks"]
        ]
        self._sheet(_("Block"), head, rows, widths=(8, 32, 50, 50, 14, 16, 12, 16, 16), sums=(7, 8), plain={0, 6})

    def costs(self) -> None:
        names = {participant["code"]: participant["name"] for participant in self.content["participants"]}
        head = (
            _("Block"),
            _("Blockets titel"),
            _("Region"),
            _("År"),
            _("Kostnadsslag"),
            _("Timmar"),
            _("Kronor per timme"),
            _("Sökt bidrag"),
            _("Medfinansiering"),
        )
        rows = [
            (
                block["number"],
                block["title"],
                names.get(cost["region"], cost["region"]),
                cost["year"],
                str(CostKind(cost["kind"]).label),
                _or_nothing(cost.get("hours")),
                _or_nothing(cost.get("hourly_cost_sek")),
                cost["requested_sek"],
                cost["cofinancing_sek"],
            )
            for block in self.content["blocks"]
            for cost in block["costs"]
        ]
        self._sheet(
            _("Kostnader"),
            head,
            rows,
            widths=(8, 32, 26, 8, 30, 10, 12, 16, 16),
            sums=(7, 8),
            plain={0, 3, 5, 6},
        )
        self._pivot(_("Region och år"), _("Kostnader"), len(rows))

    def _pivot(self, name: str, source: str, count: int) -> None:
        """Requested money per region and year as sums over the long table, co-financing in a second table below."""
        if not count:
            self._sheet(name, (_("Region"),), [])
            return
        sheet, years = self.workbook.add_worksheet(name), self.budget.years
        place = 0
        for title, column, amount in (
            (_("Sökt bidrag, kronor"), 7, lambda sums: sums.requested_sek),
            (_("Medfinansiering, kronor"), 8, lambda sums: sums.cofinancing_sek),
        ):
            sheet.write_string(place, 0, title, self.looks["head"])
            for offset, year in enumerate(years, 1):
                sheet.write_number(place, offset, year, self.looks["head"])
            sheet.write_string(place, len(years) + 1, _("Summa"), self.looks["head"])
            area = [_area(source, each, count) for each in (2, 3, column)]
            first = place + 1
            for row, code in enumerate(self.budget.per_region, first):
                sheet.write_string(row, 0, self.budget.region_names[code], self.looks["text"])
                for offset, year in enumerate(years, 1):
                    where = f"{area[0]},{xl_rowcol_to_cell(row, 0, col_abs=True)}"
                    when = f"{area[1]},{xl_rowcol_to_cell(place, offset, row_abs=True)}"
                    held = self.budget.per_region_year.get((code, year))
                    value = amount(held) if held else 0
                    sheet.write_formula(row, offset, f"=SUMIFS({area[2]},{where},{when})", self.looks["money"], value)
                own = f"{xl_rowcol_to_cell(row, 1)}:{xl_rowcol_to_cell(row, len(years))}"
                total = amount(self.budget.per_region[code])
                sheet.write_formula(row, len(years) + 1, f"=SUM({own})", self.looks["sum"], total)
            last = first + len(self.budget.per_region) - 1
            sheet.write_string(last + 1, 0, _("Summa"), self.looks["sum"])
            columns = [amount(self.budget.per_year[year]) for year in years] + [amount(self.budget.total)]
            for offset, value in enumerate(columns, 1):
                rows = f"{xl_rowcol_to_cell(first, offset)}:{xl_rowcol_to_cell(last, offset)}"
                sheet.write_formula(last + 1, offset, f"=SUM({rows})", self.looks["sum"], value)
            place = last + 4
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, len(years) + 1, 14)
        sheet.freeze_panes(0, 1)
        _paper(sheet)

    def effects(self) -> None:
        head = (
            _("Block"),
            _("För vem"),
            _("Effekt"),
            _("Sikt"),
            _("Från år"),
            _("Till år"),
            _("Lågt"),
            _("Troligast"),
            _("Högt"),
            _("Grund"),
        )
        rows = [
            (
                block["number"],
                str(effect["perspective"]),
                str(effect["kind"]),
                str(effect["horizon"]),
                effect["from_year"],
                effect["to_year"],
                effect["low_sek"],
                effect["likely_sek"],
                effect["high_sek"],
                effect["basis"],
            )
            for block in self.shown["blocks"]
            for effect in block["effects"]
        ]
        self._sheet(_("Effekter"), head, rows, widths=(8, 14, 34, 22, 8, 8, 16, 16, 16, 80), plain={0, 4, 5})

    def regions(self) -> None:
        head = (
            _("Kod"),
            _("Region"),
            _("Läge"),
            _("Beslutsdag"),
            _("Beslutande organ"),
            _("Paragraf"),
            _("Undertecknat av"),
            _("Annat statligt stöd"),
            _("Vilket stöd"),
            _("Sökt bidrag"),
            _("Medfinansiering"),
        )
        rows = [
            (
                row["code"],
                row["name"],
                str(ParticipantState(row["state"]).label),
                row["decided_on"].isoformat() if row["decided_on"] else "",
                row["body"],
                row["paragraph"],
                row["confirmed_by"],
                str(OtherSupport(row["other_support"]).label),
                row["other_support_text"],
                row["sums"].requested_sek,
                row["sums"].cofinancing_sek,
            )
            for row in self.shown["participants"]
        ]
        self._sheet(_("Regioner"), head, rows, widths=(8, 28, 14, 13, 28, 12, 24, 28, 40, 16, 16), sums=(9, 10))

    def points(self) -> None:
        head = (_("Dag"), _("Indikator"), _("Utgångsvärde"), _("Målvärde"))
        rows = [
            (point["on"], point["indicator"], point["baseline"], point["target"])
            for point in self.content["measuring_points"]
        ]
        self._sheet(_("Mätpunkter"), head, rows, widths=(13, 60, 30, 30))

    # How a sheet is made ---------------------------------------------------------------------------------

    def _sheet(
        self,
        name: str,
        head: Sequence[str],
        rows: Iterable[Sequence[Any]],
        *,
        widths: Sequence[int] = (),
        sums: Sequence[int] = (),
        plain: Iterable[int] = (),
    ) -> None:
        """A table from the first cell: text as text, whole numbers as money except in `plain`, `sums` at the foot."""
        sheet, plain = self.workbook.add_worksheet(name), set(plain)
        for column, label in enumerate(head):
            sheet.write_string(0, column, label, self.looks["head"])
        totals: Mapping[int, list[int]] = {column: [] for column in sums}
        last = 0
        for last, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, int) and not isinstance(value, bool):
                    sheet.write_number(last, column, value, self.looks["number" if column in plain else "money"])
                else:
                    sheet.write_string(last, column, str(value)[:LONGEST], self.looks["text"])
                if column in totals:
                    totals[column].append(value)
        if sums and last:
            sheet.write_string(last + 1, 0, _("Summa"), self.looks["sum"])
            for column, values in totals.items():
                area = f"{xl_rowcol_to_cell(1, column)}:{xl_rowcol_to_cell(last, column)}"
                sheet.write_formula(last + 1, column, f"=SUM({area})", self.looks["sum"], sum(values))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        if last:
            sheet.autofilter(0, 0, last, len(head) - 1)
        _paper(sheet)


def _or_nothing(value: Any) -> Any:
    return "" if value is None else value


def _area(sheet: str, column: int, count: int) -> str:
    """A column of the long table, without its head and its sum."""
    name = xl_col_to_name(column)
    return f"'{sheet}'!${name}$2:${name}${count + 1}"


def _paper(sheet: Any) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
