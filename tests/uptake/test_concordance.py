"""How well an expected order foretells the real one: counted by hand, and by what must hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hemtag.uptake.concordance import concordance


def test_concordance_by_hand():
    """Four regions: (expected weeks, days, over). Pairs counted by hand: the one not over can only be the later."""
    expected, days, over = [2, 4, 6, 1], [10, 30, 20, 25], [True, True, True, False]
    # 10<30 right, 10<20 right, 10<25 wrong (2>1); 20<30 wrong (6>4), 20<25 wrong (6>1); 25 is not over.
    assert concordance(expected, days, over).c == pytest.approx(2 / 5)
    assert concordance(expected, days, over).pairs == 5


def test_concordance_of_nothing_and_of_ties():
    assert concordance([], [], []).c is None
    assert concordance([1, 1], [5, 9], [True, True]).c == 0.5
    assert concordance([1, 2], [5, 9], [False, True]).c is None
    with pytest.raises(ValueError, match="same length"):
        concordance([1], [1, 2], [True])
    with pytest.raises(ValueError, match="finite"):
        concordance([float("nan")], [1], [True])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), min_size=2, max_size=9))
def test_turning_the_expectation_around_turns_the_concordance(rows):
    expected, days, over = (list(column) for column in zip(*rows, strict=True))
    there, back = concordance(expected, days, over), concordance([-value for value in expected], days, over)
    assert there.pairs == back.pairs
    if there.c is not None and back.c is not None:
        assert there.c + back.c == pytest.approx(1)
