"""Follow-up against the conjugate normal answer; and the CHEERS table."""

import re

import numpy as np
import pytest
from scipy.stats import norm

from hemtag.valuation import believing as b
from hemtag.valuation.cheers import ENGLISH, SWEDISH, cheers_table
from hemtag.valuation.faults import InvalidCase
from hemtag.valuation.following import update_with_realised
from hemtag.valuation.information import evpi
from hemtag.valuation.reading import load_case
from hemtag.valuation.report import decimal
from hemtag.valuation.sampling import sample
from hemtag.valuation.simulation import simulate
from tests.valuation.cases import full

DRAWN = sample({"gain": b.normal(10, 4)}, draws=2**14, seed=1).of("gain")


def test_normal_with_normal_error_in_closed_form():
    """Prior N(10, 4²), outcome 14 with error 3: posterior precision adds up."""
    found = update_with_realised(DRAWN, [14.0], [3.0])
    precision = 1 / 16 + 1 / 9
    mean, sd = (10 / 16 + 14 / 9) / precision, precision**-0.5
    assert found.mean(DRAWN) == pytest.approx(mean, rel=2e-3)
    assert found.quantile(DRAWN, 0.05) == pytest.approx(mean - 1.645 * sd, rel=1e-2)
    assert found.probability(DRAWN > 12) == pytest.approx(norm.sf(12, mean, sd), abs=3e-3)
    assert found.percentiles[0] == pytest.approx(norm.cdf(1), abs=1e-3)
    assert found.ratios[0] == pytest.approx(1.4, rel=1e-3)
    assert found.is_reliable


def test_what_is_left_to_find_out():
    found = update_with_realised(DRAWN, [14.0], [3.0])
    net = DRAWN - 11
    precision = 1 / 16 + 1 / 9
    mean, sd = (10 / 16 + 14 / 9) / precision - 11, precision**-0.5
    left = sd * norm.pdf(mean / sd) - abs(mean) * norm.cdf(-abs(mean) / sd)
    assert found.evpi(net) == pytest.approx(left, rel=0.02)
    assert found.evpi(net) < evpi(net)


def test_a_useless_measurement_changes_nothing():
    found = update_with_realised(DRAWN, [500.0], [1e9])
    assert found.mean(DRAWN) == pytest.approx(DRAWN.mean(), rel=1e-6)
    assert found.effective_draws == pytest.approx(len(DRAWN))


def test_an_outcome_that_nobody_saw_coming_is_told():
    found = update_with_realised(DRAWN, [60.0], [0.5])
    assert not found.is_reliable
    assert found.percentiles[0] == 1
    assert np.isfinite(found.weights).all()


def test_several_claims():
    two = np.stack([DRAWN, 2 * DRAWN, 0 * DRAWN])
    found = update_with_realised(two, [8.0, 22.0, 0.0], [3.0, 3.0, 1.0])
    assert (found.cost_ratio, found.gain_ratio) == (None, pytest.approx(1.0, rel=1e-3))
    assert found.ratios[2] is None
    assert found.percentiles[2] == 0.5
    with pytest.raises(InvalidCase):
        update_with_realised(two, [8.0], [3.0])
    with pytest.raises(InvalidCase):
        update_with_realised(DRAWN, [8.0], [0.0])


def test_costs_and_gains_are_not_added_together():
    """A cost that doubled and a gain that halved: their sum would be far from both, and with another sign."""
    found = update_with_realised(np.stack([DRAWN, -DRAWN / 2, 2 * DRAWN]), [5.0, -10.0, 10.0], [3.0, 3.0, 3.0])
    assert found.gain_ratio == pytest.approx(0.5, rel=1e-3)
    assert found.cost_ratio == pytest.approx(2.0, rel=1e-3)
    nothing = update_with_realised(0 * DRAWN, [1.0], [1.0])
    assert nothing.cost_ratio is None and nothing.gain_ratio is None


def test_cheers_has_its_28_items_and_says_what_it_does_not_know():
    result = simulate(load_case(full()), 128, 5)
    table = cheers_table(result)
    assert [item.number for item in table] == list(range(1, 29))
    assert table[9].text.startswith("3,0 %, 3,0 %, 2,0 %")
    assert "128 dragningar" in table[19].text
    assert f"{decimal(result.npv('society').sum(axis=0).mean() / 1e6)} Mkr" in table[22].text
    assert {item.number for item in table if not item.answered} == {2, 3, 4, 5, 12, 21, 25, 26, 27, 28}
    assert all((item.text == SWEDISH.for_the_owner) != item.answered for item in table)


def test_cheers_says_the_same_in_english():
    result = simulate(load_case(full()), 128, 5)
    swedish, english = cheers_table(result), cheers_table(result, "en")
    assert [one.answered for one in english] == [one.answered for one in swedish]
    assert english[9].text.startswith("3.0%, 3.0%, 2.0% on costs") and "128 draws" in english[19].text
    assert all((item.text == ENGLISH.for_the_owner) != item.answered for item in english)
    same = {one.number for one, other in zip(swedish, english, strict=True) if one.text == other.text}
    assert same == {1}  # the title is its owner's
    assert not any(one.heading == other.heading for one, other in zip(swedish, english, strict=True))
    with pytest.raises(KeyError):
        cheers_table(result, "de")


def test_both_languages_of_cheers_fill_in_the_same_figures():
    fields = lambda table: {number: set(re.findall(r"{(\w+)}", text)) for number, text in table.items()}  # noqa: E731
    for part in ("answers", "if_quality"):
        assert fields(getattr(SWEDISH, part)) == fields(getattr(ENGLISH, part))
    assert len(SWEDISH.items) == len(ENGLISH.items) == 28
    assert SWEDISH.words.keys() == ENGLISH.words.keys() and SWEDISH.names.keys() == ENGLISH.names.keys()
