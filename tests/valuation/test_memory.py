"""Arrays that are used again never share what they hold."""

import numpy as np

from hemtag.valuation.memory import Memory, Shelf, evenly, numbers_of
from hemtag.valuation.regression import FEW_OUTCOMES, binned, sums


def test_parts_of_one_memory_do_not_overlap_and_more_than_it_holds_is_asked_for_anew():
    memory = Memory(numbers_of(2, 100) + numbers_of(50) // 8 + 1)
    made = [memory.take(2, 100), memory.take(50, dtype=np.uint8), memory.take(3, 100)]
    for n, one in enumerate(made):
        one[:] = n
    assert [set(one.ravel().tolist()) for one in made] == [{0}, {1}, {2}]
    assert [one.shape for one in made] == [(2, 100), (50,), (3, 100)]


def test_what_is_put_back_is_handed_out_again():
    shelf = Shelf()
    one, other = shelf.take(4, 10), shelf.take(4, 10)
    assert one is not other
    shelf.give(one)
    assert shelf.take(4, 10) is one
    assert shelf.take(4, 11).shape == (4, 11)


def test_even_steps_are_a_slice():
    rows = np.arange(20)
    for asked in ([3], [0, 1, 2], [2, 5, 8], [4, 2, 0], [1, 2, 4], [5, 5]):
        assert rows[evenly(asked)].tolist() == asked
    assert isinstance(evenly([2, 5, 8]), slice) and isinstance(evenly([4, 2, 0]), list)


def test_sums_per_bin_are_the_same_bits_whichever_way():
    draw = np.random.default_rng(1)
    outcomes = draw.normal(size=(1003, FEW_OUTCOMES + 1))
    of = binned(draw.normal(size=1003))
    many, few = sums(of, outcomes, 4), sums(of, outcomes[:, :2], 4)
    np.testing.assert_array_equal(many[0], few[0])
    np.testing.assert_array_equal(many[1][..., :2], few[1])
    assert many[0].sum() == 1003
    np.testing.assert_allclose(few[1].sum(axis=(0, 1)), outcomes[:, :2].sum(axis=0))
