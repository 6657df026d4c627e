"""Every flip price is the difference to the best choice with the block the other way, whoever searched for it."""

from fractions import Fraction

import pytest
from hypothesis import given, settings

from bench.portfolio import synthetic
from hemtag.portfolio import Infeasible, flip_prices, load_round, select
from hemtag.portfolio.solver import maximise
from hemtag.portfolio.study import study
from tests.portfolio import oracle
from tests.portfolio.strategies import rounds


@settings(max_examples=40, deadline=None)
@given(rounds(most_blocks=7))
def test_flip_prices_are_the_oracles(data):
    r = load_round(data)
    try:
        result = select(r)
    except Infeasible:
        return
    everything = list(oracle.all_permitted(data))
    best = max(worth for worth, _ in everything)
    for block, price in flip_prices(r, result).items():
        other_way = [worth for worth, chosen in everything if (block in chosen) != (block in result.chosen)]
        assert (None if price is None else Fraction(str(price))) == (best - max(other_way) if other_way else None)


@pytest.mark.parametrize("rules", [False, True])
def test_flip_prices_are_what_highs_says(rules):
    r = load_round(synthetic(7, 3, 3, seed=5, rules=rules))
    base = study(r)
    for column, (block, price) in enumerate(flip_prices(r, base.selection).items()):
        forced = maximise(base.programme, fixed={column: 0 if column in base.chosen else 1})
        assert block == r.blocks[column].id
        assert price == (None if forced.chosen is None else r.number(base.points - forced.value))
