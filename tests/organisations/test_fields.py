"""Amounts and dates as people write them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hemtag.money import grouped
from hemtag.organisations.fields import LARGEST_SEK, DateField, kronor_of


@pytest.mark.parametrize("text", ["1000000", "1 000 000", "1\u00a0000\u202f000", " 1000 000 ", "0001000000"])
def test_an_amount_is_written_with_or_without_spaces(text: str) -> None:
    assert kronor_of(text) == 1_000_000


def test_commas_part_thousands_on_english_pages_only() -> None:
    with pytest.raises(ValidationError):
        kronor_of("1,000,000")
    with translation.override("en"):
        assert kronor_of("1,000,000") == 1_000_000
        assert kronor_of("-1,500", signed=True) == -1_500
        for text in ("1,5", "1,00,000", "1000,000", "1,000.50", ","):
            with pytest.raises(ValidationError):
                kronor_of(text)


@pytest.mark.parametrize("text", ["1,5 Mkr", "1.5", "-5", "tusen", "1e6", "²", "٣", "1 000 kr", "+7", "0x10", "1_000"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="hela kronor"):
        kronor_of(text)


@pytest.mark.parametrize("text", [str(LARGEST_SEK + 1), "9" * 5_000])
def test_an_amount_beyond_any_budget_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="nollor"):
        kronor_of(text)


def test_nothing_is_nothing() -> None:
    assert kronor_of(" \u202f ") is None


@given(st.integers(-LARGEST_SEK, LARGEST_SEK))
def test_what_a_page_shows_can_be_sent_back(amount: int) -> None:
    assert kronor_of(grouped(amount), signed=True) == amount


@pytest.mark.parametrize(
    "text",
    ["2026-06-15", "20260615", "15 juni 2026", "15 JUN 2026", "15 jun. 2026", "15/6 2026", "15/6-2026", "15.6.2026"],
)
def test_a_day_is_written_as_swedes_do(text: str) -> None:
    assert DateField().clean(text) == dt.date(2026, 6, 15)


@pytest.mark.parametrize(
    "text, month", [("15 June 2026", 6), ("15 may 2026", 5), ("15 Oct 2026", 10), ("15 okt 2026", 10)]
)
def test_months_are_also_read_in_english(text: str, month: int) -> None:
    assert DateField().clean(text) == dt.date(2026, month, 15)


@pytest.mark.parametrize("text", ["nästa vår", "2026-02-30", "15 junimånad", "31/4 2026", "2026", "15 juny"])
def test_what_is_no_day_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(ValidationError, match="2026-06-15"):
        DateField().clean(text)
