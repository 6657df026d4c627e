"""The pictures of a benefit case: places follow the numbers, nothing is lost, and everything can be read without seeing."""

from __future__ import annotations

import copy
import math
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hemtag import valuation
from hemtag.benefits.pictures import bars, comparing, fan, sweden, words, years
from hemtag.benefits.pictures.scales import Scale, ticks

ROOT = Path(__file__).parents[2]
AMOUNTS = st.floats(-1e12, 1e12, allow_nan=False, allow_infinity=False)


def _data() -> dict[str, Any]:
    return tomllib.loads((ROOT / "data" / "cases" / "exempel.toml").read_text(encoding="utf-8"))


@cache
def _page(region: str | None = None, minutes: float = 1.0, quick: bool = False) -> Mapping[str, Any]:
    data = _data()
    data["inputs"]["minutes"]["likely"] = minutes
    data["inputs"]["minutes"]["regions"] = {"08": {"low": 1, "likely": 2, "high": 3}}
    data["inputs"]["grant"] = {
        "value": 1,
        "unit": "Mkr",
        "label": "Statsbidrag",
        "kind": "measured",
        "source": "beslut",
    }
    data["inputs"]["years_won"] = {"low": 0, "likely": 1, "high": 3, "unit": "QALY/år", "label": "Vunna levnadsår"}
    data["lines"] += [
        {"name": "grant", "kind": "grant", "amount": "grant × once", "shared_by": "equal", "paid_by": "state"},
        {"name": "health", "kind": "quality", "account": "patients", "unit": "QALY", "amount": "years_won"},
    ]
    result = valuation.simulate(valuation.load_case(data), draws=2**9, seed=1)
    return valuation.as_page(result, region, drivers=not quick)


def _drawn(template: str, **context: Any) -> str:
    return engines["django"].from_string(template).render(context)


def _whole(**context: Any) -> str:
    return _drawn('{% include "benefits/_result.html" %}', **context)


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


# Scales ----------------------------------------------------------------------------------------------------


@given(st.lists(AMOUNTS, min_size=1, max_size=20))
def test_ticks_enclose_every_value_and_zero(values: list[float]) -> None:
    found = ticks(values)
    room = 1e-6 * max(abs(found.low), abs(found.high))
    assert found.low - room <= min([0.0, *values]) and max([0.0, *values]) <= found.high + room
    assert 2 <= len(found.values) <= 12
    assert list(found.values) == sorted(set(found.values))


@given(AMOUNTS, AMOUNTS, st.floats(0, 1), st.floats(0, 1))
def test_a_scale_keeps_the_order_of_numbers(one: float, other: float, low: float, high: float) -> None:
    found = ticks([one, other])
    scale = Scale(found.low, found.high, 0, 100)
    first, last = sorted((one + (other - one) * low, one + (other - one) * high))
    assert 0 <= scale(first) <= scale(last) <= 100


# The fan ---------------------------------------------------------------------------------------------------


def _fan_rows(spreads: list[list[float]]) -> list[dict[str, Any]]:
    ends = ("p05", "p25", "median", "p75", "p95")
    return [{"year": 2027 + n, **dict(zip(ends, sorted(one), strict=True))} for n, one in enumerate(spreads)]


def _places(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.e+]+) (-?[\d.e+]+)", path)]


@given(st.lists(st.lists(AMOUNTS, min_size=5, max_size=5), min_size=1, max_size=30))
def test_a_fan_stays_in_its_drawing_and_its_bands_do_not_cross(spreads: list[list[float]]) -> None:
    drawing = fan.draw(_fan_rows(spreads))
    outer, inner, middle = (_places(path) for path in (drawing.outer, drawing.inner, drawing.median))
    for x, y in (*outer, *inner, *middle):
        assert math.isfinite(x) and fan.LEFT <= x <= fan.RIGHT
        assert math.isfinite(y) and fan.TOP <= y <= fan.BOTTOM
    points = len(middle)
    assert len(outer) == len(inner) == 2 * points
    for n in range(points):
        high, low = outer[-1 - n][1], outer[n][1]
        assert high <= inner[-1 - n][1] <= middle[n][1] <= inner[n][1] <= low  # up is less in a drawing


def test_the_year_of_pay_back_is_marked_where_its_year_stands() -> None:
    rows = _fan_rows([[-2, -1, 0, 1, 2]] * 10)
    drawing = fan.draw(rows, 2030)
    assert drawing.back == _places(drawing.median)[3][0]
    assert fan.draw(rows, None).back is None
    assert fan.draw(rows, 2050).back is None


def test_fans_beside_each_other_share_their_scale() -> None:
    page = _page()
    over = fan.range_of(*page["fan"].values())
    drawn = [fan.draw(rows, over=over) for rows in page["fan"].values()]
    assert drawn[0].amounts == drawn[1].amounts and drawn[0].zero == drawn[1].zero


# Bars ------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), min_size=1, max_size=12))
def test_bars_stay_within_the_width_and_hold_their_mean(rows: list[tuple[float, float, float]]) -> None:
    spread = [("a", "", dict(zip(("p05", "mean", "p95"), sorted(row), strict=True))) for row in rows]
    drawn = bars.intervals(spread)
    for row in drawn.rows:
        assert row.bar.x >= 0 and row.bar.x + row.bar.width <= 100.01 and row.bar.width >= bars.LEAST
        assert row.bar.x - bars.LEAST <= row.at <= row.bar.x + row.bar.width + 0.01
    assert 0 <= drawn.zero <= 100


def test_what_does_not_stand_out_of_the_noise_is_not_ranked() -> None:
    row = {"name": "a", "evppi": 5.0, "evppi_error": 1.0, "noise_floor": 2.0, "stands_out": True}
    drawn = bars.worth([{**row, "evppi": 3.0, "name": "b"}, {**row, "stands_out": False, "evppi": 9.0}, row])
    assert [one.row["name"] for one in drawn.rows] == ["a", "b"]


def test_kinds_of_money_share_one_scale_and_costs_hang_below_zero() -> None:
    drawn = years.draw(_page()["by_year"])
    assert {kind.zero for kind in drawn.kinds} == {drawn.kinds[0].zero}
    cost = next(kind for kind in drawn.kinds if kind.kind == "cost")
    assert cost.years[0].falls.y == cost.zero and cost.years[0].falls.height > 0


# The map ---------------------------------------------------------------------------------------------------


def test_the_map_has_the_21_regions_of_the_register_and_only_whole_paths() -> None:
    import csv

    with (ROOT / "data" / "regions.csv").open(encoding="utf-8") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    drawing = sweden.draw({})
    assert {one.code for one in drawing.regions} == codes and len(codes) == 21
    for one in drawing.regions:
        assert re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", one.path)
        assert 0 < one.x < drawing.width and 0 < one.y < drawing.height
    assert sum(len(one.path) for one in drawing.regions) < 45_000


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_is_never_lighter(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= sweden.step_of(low) <= sweden.step_of(high) <= sweden.STEPS - 1


def test_regions_outside_the_case_are_drawn_and_said() -> None:
    html = _drawn("{% load benefit_pictures %}{% recoup_map page %}", page=_page())
    assert html.count('class="map-none"') == 18 + 1  # and the legend
    assert "18 regioner ingår inte" in html and "Skåne län" in html


def test_a_region_leads_to_its_own_view_of_the_case() -> None:
    case = type("Case", (), {"slug": "prov"})()
    html = _drawn("{% load benefit_pictures %}{% recoup_map page %}", page=_page(), case=case)
    assert all(f'<a href="/kalkyler/prov/region/{code}/">' in html for code in ("01", "08", "09"))


def test_what_comes_to_nothing_is_not_drawn() -> None:
    page = copy.deepcopy(dict(_page()))
    for row in page["kinds"]:
        if row["kind"] == "grant":
            row |= {"p05": 0.0, "mean": 0.0, "median": 0.0, "p95": 0.0}
    for year in page["by_year"]:
        year["nominal"]["grant"] = year["present"]["grant"] = 0.0
    html = _drawn("{% load benefit_pictures %}{% kinds page %}{% money_years page %}{% perspectives page %}", page=page)
    assert "Bidrag" not in html and "Kostnad" in html


# The page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("region", [None, "08"])
def test_every_picture_has_words_and_a_table_and_no_style(region: str | None, language: str) -> None:
    with translation.override(language):
        html = _whole(page=_page(region), excel_url="/kalkyl.xlsx", cheers=[])
    tags = _Tags(html).found
    assert not [
        tag for tag, attributes in tags if "style" in attributes or any(name.startswith("on") for name in attributes)
    ]
    assert "<script" not in html and "<style" not in html
    for tag, attributes in tags:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or (
                attributes.get("role") == "img" and attributes["aria-label"]
            )
    assert not re.search(r"\b[Nn]a[Nn]\b|\binf\b|Infinity|\bNone\b|\{\{|\{%", html)
    for part in html.split("<section")[1:]:
        if "<figure" in part:
            assert "<table" in part and "/kalkyl.xlsx" in part
    ids = [attributes["id"] for _tag, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in tags:
        for name in ("x", "x1", "x2", "y", "y1", "y2", "width", "height"):
            if tag in ("rect", "line", "text") and name in attributes:
                assert re.fullmatch(r"-?[\d.]+%?", attributes[name] or ""), (tag, name, attributes[name])


def test_the_result_stays_light() -> None:
    assert len(_whole(page=_page(), excel_url="/kalkyl.xlsx").encode()) < 90_000


def test_the_answer_says_the_interval_and_what_an_expected_value_is() -> None:
    page = _page()
    html = _drawn("{% load benefit_pictures %}{% answer page %}", page=page)
    npv = page["npv"]["region"]
    unit = words.unit_for([npv["p05"], npv["mean"], npv["p95"]])
    assert page["sentence"] in html and unit.between(npv["p05"], npv["p95"]) in html
    assert "inte vad man får genom att räkna en gång" in html


def test_nothing_is_said_of_drivers_while_a_value_is_dragged() -> None:
    html = _whole(page=_page(quick=True))
    assert 'id="osakerhet"' not in html and 'id="over-tid"' in html


def test_a_grant_is_said_to_be_a_transfer() -> None:
    assert "en överföring" in _drawn("{% load benefit_pictures %}{% perspectives page %}", page=_page())


def test_own_values_are_marked() -> None:
    html = _drawn("{% load benefit_pictures %}{% assumptions page %}", page=_page("08"))
    assert "eget värde" in html and 'class="chosen"' in html
    assert "egna värden: Kalmar" in _drawn("{% load benefit_pictures %}{% assumptions page %}", page=_page())


@pytest.mark.parametrize(("share", "said"), [(0, "0"), (0.001, "< 1"), (0.5, "50"), (0.999, "> 99"), (1, "100")])
def test_a_probability_is_never_rounded_to_never_or_always(share: float, said: str) -> None:
    assert words.percent(share).replace("\u202f", " ") == f"{said}\u00a0%"


# Two beside each other ---------------------------------------------------------------------------------------


def test_the_only_difference_is_named_as_the_reason() -> None:
    before, after = _page(), _page(minutes=2.5)
    found = comparing.compare(before, after)
    assert [one.label for one in found.changed] == ["Sparad tid per remiss"]
    assert found.sentence.startswith("Sannolikheten att räkna hem kostnaden ökar från ")
    assert found.sentence.endswith("Den enda skillnaden i antagandena är: Sparad tid per remiss.")
    assert (found.changed[0].effect or 0) > 0
    back = comparing.compare(after, before)
    assert "minskar" in back.sentence


def test_the_same_result_twice_differs_in_nothing() -> None:
    found = comparing.compare(_page(), _page())
    assert found.changed == () and "densamma" in found.sentence and found.unchanged == len(_page()["inputs"])


def test_no_reason_is_given_that_goes_the_other_way() -> None:
    before = _page()
    after = copy.deepcopy(dict(before))
    after["recoup"]["region"]["probability"] = before["recoup"]["region"]["probability"] - 0.1
    for row in after["inputs"]:
        if row["name"] in ("minutes", "ceiling"):
            row["mean"], row["median"] = row["mean"] * 1.2, row["median"] * 1.2
    assert "Mest beror" not in comparing.compare(before, after).sentence


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_comparison_draws_both_on_one_scale(language: str) -> None:
    with translation.override(language):
        html = _drawn('{% include "benefits/_comparison.html" %}', before=_page(), after=_page(minutes=2.5),
                      before_title="Förut", after_title="Efteråt", excel_url="/x.xlsx")  # fmt: skip
    axes = re.findall(r'text-anchor="end">([^<]+)</text>', html)
    assert html.count('class="sweden"') == 2 and html.count('class="fan-outer" d=') == 4
    assert axes and "style=" not in html and "Förut" in html and "Efteråt" in html
