"""Pictures of a benefit case: `{% load benefit_pictures %}`. Each tag takes the dict of `valuation.as_page`.

A tag draws one part whole: the sentence, the picture, the table. `excel_url` in the page's context gives each part a
link to its sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from ..pictures import bars, comparing, fan, labels, spoken, sweden, words, years

register = template.Library()

Page = Mapping[str, Any]
LIKELY = 0.5
NO_YEAR: Mapping[str, Any] = dict.fromkeys(("p05", "median", "p95", "probability"))
MOST_BARS = 12
FANS = ("region", "region_cash")


def _around(context: Mapping[str, Any], page: Page, **more: Any) -> dict[str, Any]:
    return {"page": page, "excel_url": context.get("excel_url", ""), "last_year": last_year(page)} | more


def _is_nothing(row: Mapping[str, float]) -> bool:
    """A kind that is named in the case but comes to nothing, as a grant that nobody gives."""
    return not (row["p05"] or row["mean"] or row["p95"])


def last_year(page: Page) -> int:
    return int(page["first_year"] + page["years"] - 1)


@register.filter
def kr_in(value: float | None, unit: words.Unit) -> str:
    """An amount in the part's unit, without its word."""
    return "\u2013" if value is None else unit.bare(value)


@register.filter
def kr_with(value: float | None, unit: words.Unit) -> str:
    return "\u2013" if value is None else unit.amount(value)


@register.filter
def svar(page: Page) -> str:
    """The answer in one sentence, in the language of the page."""
    return spoken.answer(page)


@register.filter
def sannolikhet(share: float | None) -> str:
    return "\u2013" if share is None else words.percent(share)


@register.filter
def siffror(value: float | None) -> str:
    return "\u2013" if value is None else words.figures(value)


@register.filter
def point(value: float) -> str:
    """A place in a drawing: always with a decimal point, whatever the language of the page."""
    return f"{value:g}"


@register.filter
def enhet(unit: str) -> str:
    """The unit of an input; a plain number has none to show."""
    return "" if unit == "1" else unit


@register.filter
def slag(kind: str) -> str:
    return str(labels.KINDS[kind])


@register.filter
def belagg(kind: str) -> str:
    return str(labels.EVIDENCE.get(kind, kind))


@register.inclusion_tag("benefits/pictures/answer.html", takes_context=True)
def answer(context: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """The sentence, the interval in words, and what an expected value is."""
    npv = page["npv"]["region"]
    unit = words.unit_for([npv["p05"], npv["mean"], npv["p95"]])
    return _around(context, page, npv=npv, unit=unit, who=labels.who(page), gains=npv["mean"] >= 0,
                   between=unit.between(npv["p05"], npv["p95"]), error=_error(npv, unit),)  # fmt: skip


def _error(npv: Mapping[str, float], unit: words.Unit) -> str:
    return unit.between(npv["mean_low"], npv["mean_high"], unit.decimals + 1) if "mean_low" in npv else ""


@register.inclusion_tag("benefits/pictures/fans.html", takes_context=True)
def fans(context: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """Over time: the region's whole account and its cash alone, on one scale."""
    over = fan.range_of(*page["fan"].values())
    drawn = [_one_fan(page, name, over) for name in FANS]
    return _around(context, page, fans=drawn, unit=drawn[0]["drawing"].unit)


@register.inclusion_tag("benefits/pictures/fan.html", name="fan")
def one_fan(page: Page, name: str = "region", *beside: Page) -> dict[str, Any]:
    """One fan without its table; `beside`: pages that it is seen beside, and shares its scale with."""
    return _one_fan(page, name, fan.range_of(*(one["fan"][name] for one in (page, *beside))))


def _one_fan(page: Page, name: str, over: Any) -> dict[str, Any]:
    recoup = page["recoup"][name]
    rows = [{**row, "probability": share} for row, share in zip(page["fan"][name], recoup["by_year"], strict=True)]
    drawing = fan.draw(rows, recoup["median_year"], over=over)
    end = rows[-1]
    unit = drawing.unit
    told = _("%(what)s: efter %(year)s är medianen %(median)s, hälften av utfallen ligger %(half)s och nio av tio %(most)s.") % {
        "what": labels.perspective(page, name), "year": end["year"], "median": unit.amount(end["median"]),
        "half": unit.between(end["p25"], end["p75"]), "most": unit.between(end["p05"], end["p95"]),
    }  # fmt: skip
    return {"drawing": drawing, "rows": rows, "title": labels.perspective(page, name), "told": told, "page": page,
            "probability": recoup["probability"], "last_year": last_year(page),
            "left": fan.LEFT, "right": fan.RIGHT, "top": fan.TOP, "bottom": fan.BOTTOM, "width": fan.WIDTH,
            "height": fan.HEIGHT}  # fmt: skip


@register.inclusion_tag("benefits/pictures/recoup.html", takes_context=True)
def recoup_map(context: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """The probability to recoup per region as map and table, the least likely first."""
    found, cash = page["recoup"]["region"]["by_region"], page["recoup"]["region_cash"]["by_region"]
    rows = sorted(
        (
            {"code": code, "name": page["regions"][code], "whole": share, "cash": cash[code],
             "own": sum(code in one["regions_with_own"] for one in page["inputs"])}
            for code, share in found.items()
        ),
        key=lambda row: (row["whole"], row["name"]),
    )  # fmt: skip
    case = context.get("case")
    outside = [name for code, name in sweden.names().items() if code not in found]
    likely = sum(row["whole"] > LIKELY for row in rows)
    return _around(context, page, rows=rows, slug=getattr(case, "slug", ""), outside=outside, likely=likely,
                   drawing=_recoup_drawing(page), steps=sweden.limits(), lowest=rows[0], highest=rows[-1])  # fmt: skip


def _recoup_drawing(page: Page) -> sweden.Drawing:
    found = page["recoup"]["region"]["by_region"]
    shades = {
        code: sweden.Shade(sweden.step_of(share), words.number(100 * share), words.percent(share))
        for code, share in found.items()
    }
    return sweden.draw(shades, page["regions"])


@register.inclusion_tag("benefits/pictures/sweden.html")
def recoup_picture(page: Page) -> dict[str, Any]:
    """The map alone, for two beside each other."""
    told = _("Karta: sannolikheten i procent att räkna hem kostnaden, per region.")
    return {"drawing": _recoup_drawing(page), "told": told}


@register.inclusion_tag("benefits/pictures/sweden.html")
def sweden_map(drawing: sweden.Drawing, told: Any) -> dict[str, Any]:
    """Any map of the 21 regions. `told`: what it shows, for those who do not see it; the table stands beside it."""
    return {"drawing": drawing, "told": told}


@register.inclusion_tag("benefits/pictures/drivers.html", takes_context=True)
def drivers(context: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """The tornado, and what is worth finding out first. Nothing while a value is being dragged."""
    if "drivers" not in page:
        return {"page": None}
    every: Sequence[Mapping[str, Any]] = page["drivers"]
    told = [row for row in every if row["stands_out"]]
    tornado = bars.tornado(every[:MOST_BARS], page["npv"]["region"]["mean"])
    unit = words.unit_for([page["evpi"], *(row["evppi"] for row in every)])
    return _around(context, page, tornado=tornado, worth=bars.worth(every), noise=[r for r in every if not r["stands_out"]],
                   first=max(told, key=lambda row: row["evppi"], default=None), more=len(every) - MOST_BARS,
                   worth_unit=unit, who=labels.who(page), every=every)  # fmt: skip


@register.inclusion_tag("benefits/pictures/perspectives.html", takes_context=True)
def perspectives(context: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """Whose money, side by side on one scale; never added."""
    rows = [
        (labels.perspective(page, name), str(labels.PERSPECTIVE_NOTES[name]), page["npv"][name])
        for name in labels.PERSPECTIVES
    ]
    drawn = bars.intervals(rows)
    return _around(
        context,
        page,
        drawn=drawn,
        has_grant=any(row["kind"] == "grant" and not _is_nothing(row) for row in page["kinds"]),
    )


@register.inclusion_tag("benefits/pictures/kinds.html", takes_context=True)
def kinds(context: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """Cash apart from capacity apart from quality."""

    def rows(*wanted: str) -> list[tuple[str, str, Mapping[str, float]]]:
        return [
            (f"{labels.KINDS[row['kind']]}, {labels.account(page, row['account']).lower()}",
             str(labels.KIND_NOTES.get(row["kind"], "")), row)
            for row in page["kinds"] if row["kind"] in wanted and not _is_nothing(row)
        ]  # fmt: skip

    cash, capacity = rows("cost", "grant", "cash"), rows("capacity", "care")
    over = bars.ticks(row[part] for _l, _n, row in (*cash, *capacity) for part in ("p05", "mean", "p95"))
    quality = [{**row, "who": labels.account(page, row["account"])} for row in page["quality"]]
    return _around(context, page, quality=quality, cash=bars.intervals(cash, over=over) if cash else None,
                   capacity=bars.intervals(capacity, over=over) if capacity else None)  # fmt: skip


@register.inclusion_tag("benefits/pictures/years.html", takes_context=True)
def money_years(context: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """Money per year, as it falls and as present value."""
    drawn = years.draw(page["by_year"])
    table = [
        {"year": one.year, "cells": [(kind.years[n].nominal, kind.years[n].present) for kind in drawn.kinds]}
        for n, one in enumerate(drawn.kinds[0].years if drawn.kinds else ())
    ]
    return _around(context, page, drawn=drawn, table=table, width=years.WIDTH, height=years.HEIGHT, left=years.LEFT,
                   right=years.RIGHT, who=labels.who(page))  # fmt: skip


@register.inclusion_tag("benefits/pictures/rates.html", takes_context=True)
def rates(context: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """The expected present value at 0, 3 and 5 per cent."""
    found = page["npv_at_other_rates"]
    shown = sorted(found["region"])
    rows = [(labels.perspective(page, name), [found[name][rate] for rate in shown]) for name in labels.PERSPECTIVES]
    own = found["region"]
    drawn = bars.intervals(
        (_("%(rate)s procent") % {"rate": words.number(100 * float(rate))}, "", dict.fromkeys(("p05", "mean", "p95"), own[rate]))
        for rate in shown
    )  # fmt: skip
    return _around(context, page, drawn=drawn, rows=rows, heads=[row.label for row in drawn.rows], who=labels.who(page),
                   unit=words.unit_for(value for _name, values in rows for value in values))  # fmt: skip


@register.inclusion_tag("benefits/pictures/assumptions.html", takes_context=True)
def assumptions(context: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """Every input with what is believed, on what ground and by whom."""
    rows = [{**row, "own_names": [page["regions"][code] for code in row["regions_with_own"]]} for row in page["inputs"]]
    judged = sum(row["kind"] != "measured" for row in rows)
    return _around(context, page, rows=rows, judged=judged, without_source=sum(not row["source"] for row in rows))


@register.inclusion_tag("benefits/pictures/comparison.html", takes_context=True)
def comparison(
    context: Mapping[str, Any], before: Page, after: Page, name_before: str = "", name_after: str = ""
) -> dict[str, Any]:
    """Two versions, or two cases: the sentence, the pictures on one scale, what differs."""
    names = name_before or before["case"], name_after or after["case"]
    found = comparing.compare(before, after)
    drawn = _perspectives_beside(before, after, names)
    sides: list[dict[str, Any]] = [
        {"name": name, "page": page} for name, page in zip(names, (before, after), strict=True)
    ]
    over = fan.range_of(*(rows for page in (before, after) for rows in page["fan"].values()))
    fans_beside = [
        (labels.perspective(after, part), [{**_one_fan(side["page"], part, over), "title": side["name"]} for side in sides])
        for part in FANS
    ]  # fmt: skip
    shares = [page["recoup"]["region"]["by_region"] for page in (before, after)]
    called = before["regions"] | after["regions"]
    regions = [
        {"name": called[code], "before": shares[0].get(code), "after": shares[1].get(code)} for code in sorted(called)
    ]
    years_beside = [(labels.perspective(after, part), _years_beside(before, after, part)) for part in FANS]
    return {"before": before, "after": after, "names": names, "found": found, "drawn": drawn, "sides": sides,
            "fans": fans_beside, "years": years_beside, "regions": regions,
            "excel_url": context.get("excel_url", "")}  # fmt: skip


def _years_beside(before: Page, after: Page, part: str) -> list[tuple[int, list[Mapping[str, Any]]]]:
    """Each year that either has, with both sides' rows of the fan; one that lacks the year has dashes."""
    sides = [
        {row["year"]: {**row, "probability": share} for row, share in zip(rows, shares, strict=True)}
        for rows, shares in ((page["fan"][part], page["recoup"][part]["by_year"]) for page in (before, after))
    ]
    return [(year, [side.get(year, NO_YEAR) for side in sides]) for year in sorted({*sides[0], *sides[1]})]


def _perspectives_beside(before: Page, after: Page, names: Iterable[str]) -> bars.Rows:
    return bars.intervals(
        (labels.perspective(page, part), name, page["npv"][part])
        for part in labels.PERSPECTIVES
        for page, name in zip((before, after), names, strict=True)
    )
