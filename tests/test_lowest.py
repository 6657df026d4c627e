"""Money is shared exactly, days are Swedish."""

import datetime as dt

import pytest
import time_machine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hemtag import clock
from hemtag.money import grouped, kronor, mkr, share_out


@given(
    st.integers(0, 10**12),
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 10**6), min_size=1, max_size=21).filter(
        lambda weights: sum(weights.values()) > 0
    ),
)
def test_shares_sum_exactly_and_stay_within_a_krona(total: int, weights: dict[str, int]) -> None:
    parts = share_out(total, weights)
    whole = sum(weights.values())
    assert sum(parts.values()) == total
    for key, weight in weights.items():
        assert total * weight // whole <= parts[key] <= -(-total * weight // whole)


def test_the_krona_left_over_goes_to_the_largest_remainder_then_by_order() -> None:
    assert share_out(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert share_out(100, {"a": 1, "b": 2}) == {"a": 33, "b": 67}


@pytest.mark.parametrize("total, weights", [(-1, {"a": 1}), (1, {"a": 0}), (1, {"a": 2, "b": -1}), (1, {})])
def test_what_cannot_be_shared_is_refused(total: int, weights: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        share_out(total, weights)


def test_money_is_written_with_thin_spaces_and_a_true_minus() -> None:
    assert kronor(28_000_000) == "28\u202f000\u202f000\u00a0kr"
    assert kronor(-5) == "\u22125\u00a0kr"
    assert mkr(28_000_000) == "28,0\u00a0Mkr"
    assert mkr(-1_250_000) == "\u22121,3\u00a0Mkr"
    assert mkr(999_999_999, 2) == "1\u202f000,00\u00a0Mkr"


def test_money_in_a_sentence_follows_its_language() -> None:
    with translation.override("en"):
        assert kronor(28_000_000) == "SEK\u00a028,000,000"
        assert mkr(-1_250_000_000) == "SEK\u00a0\u22121,250.0 million"
        assert kronor(-1_200) == "SEK\u00a0\u22121,200"
        assert grouped(28_000_000) == "28\u202f000\u202f000"  # what stands in a field is read back as it was


def test_a_deadline_is_kept_until_the_swedish_day_ends() -> None:
    last_day = dt.date(2026, 6, 15)
    with time_machine.travel(dt.datetime(2026, 6, 15, 21, 59, 59, tzinfo=dt.UTC), tick=False):
        assert clock.today() == last_day
        assert clock.now() < clock.end_of(last_day)
    with time_machine.travel(dt.datetime(2026, 6, 15, 22, 0, 0, tzinfo=dt.UTC), tick=False):
        assert clock.today() == dt.date(2026, 6, 16)
        assert clock.now() == clock.end_of(last_day)
