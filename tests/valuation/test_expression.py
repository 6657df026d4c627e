"""Formulas: what they mean, what they measure, what they may not do."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hemtag.valuation.expression import evaluate, names_in, parse
from hemtag.valuation.faults import InvalidCase
from hemtag.valuation.formula_checks import interval_of, unit_of
from hemtag.valuation.units import parse_unit
from tests.valuation.oracle import value

NAMES = {"a": 3.0, "b": 0.5, "c_2": 7.0}


@pytest.mark.parametrize(
    ("formula", "answer"),
    [
        ("a + b × c_2", 6.5),
        ("(a + b) * c_2", 24.5),
        ("a − b − 1", 1.5),
        ("a ÷ b / 2", 3.0),
        ("-a + 1", -2.0),
        ("2 - -a", 5.0),
        ("min(a, b, 0.1)", 0.1),
        ("max(0, 1 - a)", 0.0),
        ("exp(log(c_2))", 7.0),
        ("1.5e3 · a", 4500.0),
    ],
)
def test_what_formulas_mean(formula: str, answer: float):
    assert evaluate(parse(formula), NAMES) == pytest.approx(answer)
    assert value(parse(formula), NAMES) == pytest.approx(answer)


trees = st.recursive(
    st.sampled_from(["a", "b", "c_2", "2", "0.25"]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+-*/"), inner, inner).map(lambda t: f"({t[1]} {t[0]} {t[2]})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
    ),
    max_leaves=12,
)


@given(trees, st.floats(0.5, 4), st.floats(0.5, 4), st.floats(0.5, 4))
def test_the_value_never_leaves_its_interval(formula: str, a: float, b: float, c: float):
    node = parse(formula)
    try:
        low, high = interval_of(node, dict.fromkeys(NAMES, (0.5, 4.0)))
    except InvalidCase:
        assert "/" in formula
        return
    found = value(node, {"a": a, "b": b, "c_2": c})
    assert low - 1e-9 * abs(low) <= found <= high + 1e-9 * abs(high)
    assert evaluate(node, {"a": np.array([a]), "b": b, "c_2": c}) == pytest.approx(found, rel=1e-12)
    assert set(names_in(parse(str(node)))) == set(names_in(node))


@pytest.mark.parametrize(
    "formula",
    [
        "", "a +", "a b", "(a", "a)", "exp(a, b)", "min(a)", "__import__('os')", "a.b", "a[0]", "a ** b", "A", "1e999",
        "lambda", "open(a)", "a; b", "a = 1", "”a”",
    ],
)  # fmt: skip
def test_nothing_else_is_a_formula(formula: str):
    if formula == "lambda":  # a name like any other: it reaches nothing
        assert list(names_in(parse(formula))) == ["lambda"]
        return
    with pytest.raises(InvalidCase) as refused:
        parse(formula)
    assert refused.value.faults[0].code == "syntax"
    assert "vid tecken" in refused.value.faults[0].message


@pytest.mark.parametrize("formula", ["(" * 60 + "a" + ")" * 60, "-" * 60 + "a", "+".join(["a"] * 500)])
def test_a_formula_has_an_end(formula: str):
    with pytest.raises(InvalidCase) as refused:
        parse(formula)
    assert refused.value.faults[0].code == "formula_too_long"


def test_units_multiply_and_divide():
    units = {"volume": parse_unit("besök/år"), "time": parse_unit("min/besök"), "pay": parse_unit("kr/h")}
    assert str(unit_of(parse("volume * time * pay"), units)) == "kr/år"
    assert unit_of(parse("volume * time * pay"), units).yearly() == parse_unit("kr")
    assert parse_unit("tkr").scale == 1000
    assert parse_unit("kr/min").scale == pytest.approx(60)
    assert parse_unit("%").scale == 0.01


@pytest.mark.parametrize("formula", ["volume + time", "max(volume, time)", "1 + volume", "exp(volume)", "log(time)"])
def test_units_that_do_not_add(formula: str):
    units = {"volume": parse_unit("besök/år"), "time": parse_unit("min/besök")}
    with pytest.raises(InvalidCase) as refused:
        unit_of(parse(formula), units)
    assert refused.value.faults[0].code in {"units_do_not_add", "unit_not_plain"}


@pytest.mark.parametrize("unit", ["krona", "kr//h", "/h", "kr h", "kr/", ""])
def test_unknown_units(unit: str):
    with pytest.raises(InvalidCase, match="okänd"):
        parse_unit(unit)
    assert parse_unit("remiss/år", ["remiss"]).powers == (("remiss", 1), ("år", -1))


def test_dividing_by_what_may_be_zero():
    with pytest.raises(InvalidCase, match="kan bli noll"):
        interval_of(parse("1 / (a - 1)"), {"a": (0.5, 2.0)})
    with pytest.raises(InvalidCase, match="log"):
        interval_of(parse("log(a)"), {"a": (0.0, math.inf)})
    assert interval_of(parse("1 / a"), {"a": (0.5, math.inf)}) == (0.0, 2.0)
