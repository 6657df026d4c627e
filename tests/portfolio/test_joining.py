"""Groups that a row alone links become one: the same is found, with fewer rows, and what is impossible is told."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.portfolio import synthetic
from hemtag.portfolio import joining, load_round
from hemtag.portfolio.certificate import priced
from hemtag.portfolio.engine import Engine
from hemtag.portfolio.packages import BITS, package_form
from hemtag.portfolio.programme import programme
from tests.portfolio.strategies import rounds


@pytest.mark.parametrize("seed", range(3))
def test_the_same_is_found_with_and_without_joining(monkeypatch, seed):
    r = load_round(synthetic(18, 5, 4, seed=seed))
    asked = [{}, *({column: held} for column in range(0, 90, 17) for held in (0, 1))]

    def said() -> tuple[object, ...]:
        engine = Engine(r)
        return (
            engine.searched(),
            [engine.greatest(fixed) for fixed in asked],
            [sorted(one) for one in engine.several(5, 0) or []],
        )

    joint = said()
    monkeypatch.setattr(joining, "MOST_GROUPS", 0)
    assert said() == joint


def test_rows_that_link_few_groups_are_gone():
    engine = Engine(load_round(synthetic(30, 5, 6, seed=0)))
    form, best = engine.form, engine.searched()
    values, _, prices = engine._relaxed(engine.programme.points)
    total, below = priced(form, values, prices)
    spare = total - (engine.programme.value(best) << BITS)
    left = joining.choice(form, values, below, prices, spare, best=True)
    assert left is not None and left.core is not None
    few = sum(row.kind not in {"frame", "share"} for row in form.linking)
    assert few and left.core.rows.shape[1] <= len(form.linking) - few
    assert any(len({g for g in blocks[:, 0].tolist() if g >= 0}) > 1 for blocks in left.blocks)


@settings(max_examples=60, deadline=None)
@given(rounds(most_blocks=8), st.integers(0, 3), st.booleans())
def test_every_permitted_choice_of_interest_is_still_among_them(data, tenths, best):
    """Listed one by one: with all, whatever is worth enough; with only the best, the best."""
    form = package_form(programme(load_round(data)))
    if not form.is_small or not form.length.all() or form.length.prod() > 2000:
        return
    prices = np.zeros(len(form.linking), dtype=np.int64)
    total, below = priced(form, form.values, prices)
    every = []
    for one in product(*(range(start, start + n) for start, n in zip(form.starts, form.length, strict=True))):
        if (form.rows[list(one)].sum(axis=0) <= form.limits).all():
            every.append((int(form.values[list(one)].sum()), tuple(sorted(one))))
    if not every:
        return
    most = max(worth for worth, _ in every)
    target = most - tenths * max(1, abs(most)) // 10
    left = joining.choice(form, form.values, below, prices, total - (target << BITS), best=best)
    assert left is not None
    if left.core is None:
        listed = {left.packages(np.zeros(0, dtype=np.int64))}
    else:
        ends = [*left.core.starts.tolist(), len(left.core.home)]
        assert np.diff(ends).prod() <= form.length.prod()
        listed = {
            left.packages(np.array(one))
            for one in product(*(range(a, b) for a, b in pairwise(ends)))
            if (left.core.rows[list(one)].sum(axis=0) <= left.core.limits).all()
        }
    floor = most if best else target
    assert {one for worth, one in every if worth >= floor} <= listed
    assert listed <= {one for _, one in every}


def test_what_no_choice_allows_is_told():
    """Each of two groups may choose, but never so that the row between them holds."""
    parts = [
        joining.Part(
            np.array([1, 2]), np.array([[3], [4]]), np.zeros(2, dtype=np.int64), np.array([1, 2]), one, ((g, 2),)
        )
        for g, one in enumerate((np.array([[0], [1]]), np.array([[2], [3]])))
    ]
    low, varies = np.array([[3], [3]]), np.ones((2, 1), dtype=bool)
    nothing = np.zeros(1, dtype=np.int64)
    assert joining.joined(parts, low, varies.copy(), np.array([5]), nothing, 0, best=True) is None
    made = joining.joined(parts, low, varies.copy(), np.array([7]), nothing, 0, best=True)
    assert made is not None and [part.origin.tolist() for part in made[0]] == [[[0, 3], [1, 2]]]
    assert not made[1].any()
