"""Writes the results: one sheet per picture, numbers as numbers with their unit in the head."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from hemtag import valuation

from ..pictures import comparing, labels, spoken

Page = Mapping[str, Any]
KR, SHARE, FREE = "#,##0", "0.0%", "#,##0.####"
PERCENTILES = ("p05", "median", "p95")


def write_results(workbook: Any, page: Page) -> None:
    """Adds the result sheets to a workbook that is being written."""
    sheet = _Writer(workbook)
    kr = _("kr")
    unit = _("%(unit)s, %(year)s års priser") % {"unit": kr, "year": page["price_year"]}
    sheet.write(_("Svar"), spoken.answer(page), [_("Vad"), _("Värde")], _answer(page))
    fan_rows = [
        [
            labels.perspective(page, name),
            row["year"],
            *(row[part] for part in ("p05", "p25", "median", "p75", "p95", "mean")),
            _share(share),
        ]
        for name, rows in page["fan"].items()
        for row, share in zip(rows, page["recoup"][name]["by_year"], strict=True)
    ]
    sheet.write(
        _("Över tid"),
        _("Hoplagt diskonterat netto (%(unit)s)") % {"unit": unit},
        [_("Perspektiv"), _("År"), "5 %", "25 %", _("Median"), "75 %", "95 %", _("Väntat"), _("Hemräknat")],
        fan_rows,
    )
    whole, cash = (page["recoup"][name]["by_region"] for name in ("region", "region_cash"))
    sheet.write(
        _("Per region"),
        _("Sannolikhet att räkna hem kostnaden"),
        [_("Kod"), _("Region"), _("Allt"), _("Bara kassan")],
        [[code, page["regions"][code], _share(share), _share(cash[code])] for code, share in whole.items()],
    )
    if "drivers" in page:
        sheet.write(
            _("Osäkerhet"),
            _("Antagandenas verkan på nuvärdet (%(unit)s); högst värda att veta i förväg") % {"unit": unit},
            [
                _("Antagande"),
                _("Enhet"),
                _("Lågt"),
                _("Högt"),
                _("Utfall vid lågt"),
                _("Utfall vid högt"),
                _("Del av spridningen"),
                _("Värt att veta"),
                _("Medelfel"),
                _("Brusets golv"),
                _("Sticker ut"),
            ],
            [
                [
                    row["label"],
                    row["unit"],
                    _free(row["low"]),
                    _free(row["high"]),
                    row["outcome_at_low"],
                    row["outcome_at_high"],
                    _share(row["share_of_variance"]),
                    row["evppi"],
                    row["evppi_error"],
                    row["noise_floor"],
                    _("ja") if row["stands_out"] else _("nej"),
                ]
                for row in page["drivers"]
            ],
        )
    sheet.write(
        _("Perspektiv"),
        _("Nuvärde (%(unit)s); raderna läggs inte ihop") % {"unit": unit},
        [_("Perspektiv"), "5 %", _("Median"), "95 %", _("Väntat"), _("Medelfel")],
        [
            [labels.perspective(page, name), *_spread(row), row.get("standard_error")]
            for name, row in page["npv"].items()
        ],
    )
    sheet.write(
        _("Slag"),
        _("Nuvärde per slag (%(unit)s), kvalitet i egen enhet") % {"unit": unit},
        [_("Slag"), _("Hos"), _("Enhet"), "5 %", _("Median"), "95 %", _("Väntat")],
        [
            [str(labels.KINDS[row["kind"]]), labels.account(page, row["account"]), kr, *_spread(row)]
            for row in page["kinds"]
        ]
        + [
            [str(labels.KINDS["quality"]), labels.account(page, row["account"]), row["unit"], *map(_free, _spread(row))]
            for row in page["quality"]
        ],
    )
    sheet.write(
        _("Per år"),
        _("Väntade belopp i regionens konto (%(unit)s)") % {"unit": unit},
        [_("År"), _("Slag"), _("Som det faller"), _("Nuvärde")],
        [
            [row["year"], str(labels.KINDS[kind]), amount, row["present"][kind]]
            for row in page["by_year"]
            for kind, amount in row["nominal"].items()
        ],
    )
    rates = sorted(page["npv_at_other_rates"]["region"])
    sheet.write(
        _("Räntor"),
        _("Väntat nuvärde vid olika räntor (%(unit)s)") % {"unit": unit},
        [_("Perspektiv"), *(f"{100 * float(rate):g} %" for rate in rates)],
        [
            [labels.perspective(page, name), *(row[rate] for rate in rates)]
            for name, row in page["npv_at_other_rates"].items()
        ],
    )
    sheet.write(
        _("Antaganden"),
        _("Vad som antas, på vilken grund och av vem"),
        [
            _("Antagande"),
            _("Enhet"),
            "5 %",
            _("Median"),
            "95 %",
            _("Väntat"),
            _("Slag"),
            _("Källa"),
            _("Datum"),
            _("Bedömt av"),
            _("Egna värden"),
        ],
        [
            [
                row["label"],
                row["unit"],
                *map(_free, _spread(row)),
                str(labels.EVIDENCE[row["kind"]]),
                row["source"],
                row["date"],
                row["judged_by"],
                ", ".join(page["regions"][code] for code in row["regions_with_own"]),
            ]
            for row in page["inputs"]
        ],
    )
    sheet.write(_("Körning"), _("Det som behövs för att räkna om"), [_("Vad"), _("Värde")], _run(page))


def write_comparison(before: Page, after: Page, names: tuple[str, str]) -> bytes:
    """A workbook with what differs between two results."""
    found = comparing.compare(before, after)
    target = io.BytesIO()
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as workbook:
        sheet = _Writer(workbook)
        pairs = [
            [
                labels.perspective(after, name),
                *(page["npv"][name][part] for page in (before, after) for part in ("p05", "mean", "p95")),
            ]
            for name in labels.PERSPECTIVES
        ]
        heads = [f"{name}, {part}" for name in names for part in ("5 %", _("väntat"), "95 %")]
        sheet.write(_("Jämförelse"), found.sentence, [_("Nuvärde, kr"), *heads], pairs)
        sheet.write(
            _("Över tid"),
            _("Hoplagt diskonterat netto, kr"),
            [_("Kalkyl"), _("Perspektiv"), _("År"), "5 %", _("Median"), "95 %", _("Hemräknat")],
            [
                [name, labels.perspective(page, part), row["year"], *(row[p] for p in PERCENTILES), _share(share)]
                for part in ("region", "region_cash")
                for name, page in zip(names, (before, after), strict=True)
                for row, share in zip(page["fan"][part], page["recoup"][part]["by_year"], strict=True)
            ],
        )
        shares = [page["recoup"]["region"]["by_region"] for page in (before, after)]
        called = before["regions"] | after["regions"]
        sheet.write(
            _("Per region"),
            _("Sannolikhet att räkna hem kostnaden"),
            [_("Region"), *names],
            [[called[code], *(_share(one.get(code)) for one in shares)] for code in sorted(called)],
        )
        heads = [f"{name}, {part}" for name in names for part in ("5 %", _("median"), "95 %")]
        sheet.write(
            _("Antaganden"),
            _("Antaganden som skiljer sig"),
            [_("Antagande"), *heads, _("Ungefärlig verkan, kr")],
            [
                [
                    one.label,
                    *(_free(side[part]) if side else None for side in (one.before, one.after) for part in PERCENTILES),
                    one.effect,
                ]
                for one in found.changed
            ],
        )
        rows = [
            [f"{name}: {what}", value]
            for name, page in zip(names, (before, after), strict=True)
            for what, value in _run(page)
        ]
        sheet.write(_("Körning"), _("Det som behövs för att räkna om"), [_("Vad"), _("Värde")], rows)
    return target.getvalue()


def _answer(page: Page) -> list[list[Any]]:
    npv = page["npv"]["region"]
    recoup = page["recoup"]
    return [
        [_("Sannolikhet att räkna hem"), _share(recoup["region"]["probability"])],
        [_("Sannolikhet att räkna hem med kassan ensam"), _share(recoup["region_cash"]["probability"])],
        [_("Hemräknat i hälften av utfallen, år"), _plain(recoup["region"]["median_year"] or _("inte inom kalkylen"))],
        [_("Väntat nuvärde, kr"), npv["mean"]],
        [_("Nuvärde, 5-percentil, kr"), npv["p05"]],
        [_("Nuvärde, median, kr"), npv["median"]],
        [_("Nuvärde, 95-percentil, kr"), npv["p95"]],
    ]


def _run(page: Page) -> list[list[Any]]:
    region = page["regions"][page["region"]] if page["region"] else _("alla tillsammans")
    return [
        [_("Kalkyl"), page["case"]],
        [_("Region"), region],
        [_("Första år"), _plain(page["first_year"])],
        [_("Antal år"), page["years"]],
        [_("Prisår"), _plain(page["price_year"])],
        [_("Diskonteringsränta"), "; ".join(f"{rate:g}" for rate in page["discount_rates"])],
        [_("Dragningar"), page["draws"]],
        [_("Frö"), page["seed"]],
        [_("Metod"), str(page["method"])],
        [_("Kontrollsumma (SHA-256, nio siffror)"), valuation.fingerprint(page)],
    ]


def _spread(row: Mapping[str, Any]) -> list[Any]:
    return [*(row[part] for part in PERCENTILES), row["mean"]]


class _Look(tuple[Any, str]):
    """A value with its own number format."""


def _share(value: float | None) -> Any:
    return None if value is None else _Look((value, SHARE))


def _free(value: float | None) -> Any:
    return None if value is None else _Look((value, FREE))


def _plain(value: Any) -> Any:
    return _Look((value, "0")) if isinstance(value, int) else value


class _Writer:
    """Sheets of the same make: a title, a head, rows."""

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self.title = workbook.add_format({"bold": True, "font_size": 13})
        self.head = workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E4E9E2"}
        )
        self.formats = {look: workbook.add_format({"num_format": look}) for look in (KR, SHARE, FREE, "0")}

    def write(self, name: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        sheet = self.workbook.add_worksheet(name if name not in self.workbook.sheetnames else f"{name} (2)")
        sheet.write_string(0, 0, title, self.title)
        for column, head in enumerate(heads):
            sheet.write_string(2, column, head, self.head)
            sheet.set_column(column, column, 40 if column == 0 else 16)
        for row, cells in enumerate(rows, 3):
            for column, cell in enumerate(cells):
                self._cell(sheet, row, column, cell, heads[column])
        sheet.freeze_panes(3, 1)

    def _cell(self, sheet: Any, row: int, column: int, cell: Any, head: str) -> None:
        if isinstance(cell, _Look):
            sheet.write_number(row, column, cell[0], self.formats[cell[1]])
        elif isinstance(cell, int | float):
            sheet.write_number(row, column, cell, self.formats["0" if head == _("År") else KR])
        elif cell:
            sheet.write_string(row, column, str(cell))
