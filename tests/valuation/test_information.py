"""Value of information against closed forms; Ishigami for the indices; honesty about noise."""

import numpy as np
import pytest
from scipy.stats import norm

from hemtag.valuation import believing as b
from hemtag.valuation.faults import InvalidCase
from hemtag.valuation.information import collaboration_gain, evpi, evppi, tornado
from hemtag.valuation.sampling import sample

MEAN, A, B = 1.0, 2.0, 3.0


def normals(rank: float = 0.0, seed: int = 1, draws: int = 2**14):
    pairs = {("x", "y"): rank} if rank else {}
    return sample({name: b.normal(0, 1) for name in "xyz"}, pairs, draws=draws, seed=seed)


def worth(mean: float, sd: float) -> float:
    """E[max(0, N(mean, sd))] - max(0, mean): the unit normal loss integral."""
    return sd * norm.pdf(mean / sd) - abs(mean) * norm.cdf(-abs(mean) / sd)


@pytest.mark.parametrize("mean", [-2.0, 0.0, 1.0])
def test_evpi_of_a_normal_net_benefit(mean: float):
    drawn = normals()
    net = mean + A * drawn.of("x") + B * drawn.of("y")
    assert evpi(net) == pytest.approx(worth(mean, np.hypot(A, B)), rel=5e-3)


@pytest.mark.parametrize("rank", [0.0, 0.6, -0.5])
def test_evppi_of_normal_net_benefits(rank: float):
    """E[net | x] is normal with spread |a + bρ|: correlation counts."""
    drawn = normals(rank)
    net = MEAN + A * drawn.of("x") + B * drawn.of("y")
    rho = 2 * np.sin(np.pi * rank / 6)
    found = evppi(drawn.values, net, drawn.names)
    assert found[0].value == pytest.approx(worth(MEAN, abs(A + B * rho)), rel=0.03, abs=0.003)
    assert found[1].value == pytest.approx(worth(MEAN, abs(B + A * rho)), rel=0.03, abs=0.003)
    assert found[2].value < 0.02
    assert not found[2].stands_out
    assert found[1].stands_out
    assert all(one.value <= evpi(net) for one in found)


def test_evppi_of_what_is_not_linear():
    """Net benefit x² - 1 against nothing: E[max(x² - 1, 0)] = 2 φ(1). A straight line would find nothing here."""
    drawn = normals()
    (found,) = evppi(drawn.values[0], drawn.of("x") ** 2 - 1 + drawn.of("y"))
    assert found.value == pytest.approx(2 * norm.pdf(1), rel=0.02)


def test_evppi_of_scenarios_is_exact():
    drawn = sample({"s": b.discrete([0, 1], [0.7, 0.3]), "noise": b.normal(0, 1)}, draws=2**12, seed=4)
    net = np.where(drawn.of("s") == 1, 10.0, -5.0) + drawn.of("noise")
    (found,) = evppi(drawn.of("s"), net)
    assert found.value == pytest.approx(0.3 * 10, rel=0.01)


def test_several_options():
    drawn = normals()
    net = np.stack([drawn.of("x"), drawn.of("y"), np.zeros(drawn.draws)])
    found = evppi(drawn.values, net)
    assert found[0].value == pytest.approx(norm.pdf(0), rel=0.02)
    assert evpi(net[:2]) == pytest.approx(1 / np.sqrt(np.pi), rel=0.01)  # E[max of two standard normals]


def test_a_constant_is_worth_nothing():
    drawn = normals(draws=512)
    (found,) = evppi(np.full(512, 3.0), drawn.of("x"))
    assert (found.value, found.noise_floor) == (0, 0)


def test_ishigami_indices():
    """Ishigami & Homma (1990): V = a²/8 + bπ⁴/5 + b²π⁸/18 + 1/2, first order (1/2)(1 + bπ⁴/5)², a²/8, 0."""
    a, c = 7.0, 0.1
    drawn = sample({name: b.uniform(-np.pi, np.pi) for name in "xyz"}, draws=2**15, seed=2)
    x, y, z = drawn.values
    outcome = np.sin(x) + a * np.sin(y) ** 2 + c * z**4 * np.sin(x)
    whole = a**2 / 8 + c * np.pi**4 / 5 + c**2 * np.pi**8 / 18 + 0.5
    bars = {bar.name: bar for bar in tornado(drawn.values, outcome, drawn.names)}
    assert bars["x"].index == pytest.approx(0.5 * (1 + c * np.pi**4 / 5) ** 2 / whole, abs=0.01)
    assert bars["y"].index == pytest.approx(a**2 / 8 / whole, abs=0.02)
    assert bars["z"].index < 0.01


def test_tornado_ends():
    drawn = normals()
    bars = tornado(drawn.values, 2 * drawn.of("x") - 5 * drawn.of("y"), drawn.names)
    assert [bar.name for bar in bars] == ["y", "x", "z"]
    assert (bars[0].low, bars[0].high) == (pytest.approx(-1.645, abs=0.01), pytest.approx(1.645, abs=0.01))
    assert bars[0].outcome_at_low == pytest.approx(5 * 1.645, abs=0.1)
    assert bars[1].outcome_at_high == pytest.approx(2 * 1.645, abs=0.1)
    assert bars[0].index == pytest.approx(25 / 29, abs=0.01)


def test_collaboration_gain():
    """A region that never would have done it saves nothing."""
    alone = np.array([[100.0, 110], [50, 60], [70, 80]])
    joint = np.array([90.0, 300])
    np.testing.assert_allclose(collaboration_gain(np.array([1, 0.5, 0]), alone, joint), [35, -160])
    np.testing.assert_allclose(collaboration_gain(np.zeros(3), alone, joint), -joint)
    with pytest.raises(InvalidCase):
        collaboration_gain(np.array([1, 1.2, 0]), alone, joint)


def test_samples_that_do_not_match():
    with pytest.raises(InvalidCase):
        evppi(np.zeros(300), np.zeros(301))
    with pytest.raises(InvalidCase):
        evppi(np.zeros(100), np.zeros(100))
    with pytest.raises(InvalidCase):
        evpi(np.array([np.nan, 1.0]))
