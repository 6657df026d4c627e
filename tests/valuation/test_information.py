"""Value of information against closed forms; Ishigami for the indices; honesty about noise."""

import numpy as np
import pytest
from scipy.stats import norm

from hemtag.valuation import believing as b
from hemtag.valuation.faults import InvalidCase
from hemtag.valuation.information import collaboration_gain, evpi, evppi, evppi_of_decisions, tornado
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


def test_many_decisions_at_once_are_each_on_its_own():
    drawn = normals()
    nets = np.stack([MEAN + A * drawn.of("x") + B * drawn.of("y"), -2 + B * drawn.of("y"), drawn.of("x") * 0 + 1])
    table = evppi_of_decisions(drawn.values, nets, drawn.names, scores=drawn.scores)
    for at, net in enumerate(nets):
        for own, row in zip(evppi(drawn.values, net, drawn.names, scores=drawn.scores), range(3), strict=True):
            assert table.values[row, at] == pytest.approx(own.value, abs=1e-12)
            assert table.noise_floors[row, at] == pytest.approx(own.noise_floor, abs=1e-12)
            assert table.standard_errors[row, at] == pytest.approx(own.standard_error, abs=1e-12)
    assert [one.name for one in table.of(0)] == ["y", "x", "z"]
    np.testing.assert_allclose(table.values[:, 2], 0, atol=1e-12)


def test_scores_only_save_a_sort():
    drawn = sample({"a": b.gamma_with(10, 6), "c": b.lognormal(4, 3)}, {("a", "c"): 0.4}, draws=2**14, seed=3)
    net = drawn.of("a") - 2 * drawn.of("c")
    known = evppi(drawn.values, net, drawn.names, scores=drawn.scores)
    given_only = evppi(drawn.values, net, drawn.names)
    for one, other in zip(known, given_only, strict=True):
        assert one.value == pytest.approx(other.value, rel=5e-3)


def test_a_group_in_closed_form():
    """Net benefit xy of two standard normals: neither is worth anything alone, both are worth E|xy| / 2 = 1 / π."""
    drawn = normals()
    net = drawn.of("x") * drawn.of("y") + drawn.of("z")
    found = evppi(drawn.values, net, drawn.names, groups=[("x", "y"), ("x", "z"), ("x", "y", "z")])
    assert [one.name for one in found[3:]] == ["x + y", "x + z", "x + y + z"]
    assert found[0].value < 0.02 > found[1].value
    assert found[3].value == pytest.approx(1 / np.pi, rel=0.02)
    assert found[3].stands_out
    assert found[5].value == pytest.approx(evpi(net), rel=0.02)
    assert found[3].noise_floor < 0.05


@pytest.mark.parametrize("rank", [0.0, 0.6])
def test_groups_of_normal_net_benefits(rank: float):
    """Linear in four inputs: what is known together has the spread of its sum and of what it says of the rest."""
    drawn = sample({name: b.normal(0, 1) for name in "abcd"}, {("a", "d"): rank} if rank else {}, draws=2**14, seed=2)
    net = MEAN + drawn.of("a") + 2 * drawn.of("b") + 3 * drawn.of("c") + 4 * drawn.of("d")
    rho = 2 * np.sin(np.pi * rank / 6)
    groups = [("a", "b"), ("a", "b", "c"), ("a", "b", "c", "d")]
    found = evppi(drawn.values, net, drawn.names, groups=groups)[4:]
    sds = [np.hypot(1 + 4 * rho, 2), np.sqrt((1 + 4 * rho) ** 2 + 4 + 9), np.sqrt(30 + 8 * rho)]
    for one, sd in zip(found, sds, strict=True):
        assert one.value == pytest.approx(worth(MEAN, sd), rel=0.02)


def test_a_group_of_a_scenario_and_a_number():
    drawn = sample({"s": b.discrete([0, 1], [0.5, 0.5]), "x": b.normal(0, 1), "k": b.constant(2)}, draws=2**13, seed=4)
    net = np.where(drawn.of("s") == 1, drawn.of("x"), -drawn.of("x"))
    found = evppi(drawn.values, net, drawn.names, groups=[("s", "x"), ("s", "k")])
    assert found[3].value == pytest.approx(norm.pdf(0), rel=0.02)  # E[max(x, 0)]
    assert found[4].value == pytest.approx(found[0].value, abs=1e-9)


@pytest.mark.parametrize("group", [("x",), ("x", "x"), ("x", "y", "z", "w", "v"), ("x", "q")])
def test_groups_that_cannot_be(group: tuple[str, ...]):
    drawn = sample({name: b.normal(0, 1) for name in "xyzwv"}, draws=512, seed=1)
    with pytest.raises(InvalidCase):
        evppi(drawn.values, drawn.of("x"), drawn.names, groups=[group])


def test_sobol_g():
    """Saltelli & Sobol' (1995): g = Π (|4x - 2| + a) / (1 + a), V = Π (1 + 1 / (3 (1 + a)²)) - 1."""
    constants = [0.0, 1, 4.5, 9, 99]
    drawn = sample({f"x{n}": b.uniform(0, 1) for n in range(5)}, draws=2**15, seed=2)
    outcome = np.prod([(np.abs(4 * x - 2) + a) / (1 + a) for x, a in zip(drawn.values, constants, strict=True)], axis=0)
    partial = [1 / (3 * (1 + a) ** 2) for a in constants]
    whole = np.prod([1 + one for one in partial]) - 1
    bars = {bar.name: bar for bar in tornado(drawn.values, outcome, drawn.names, scores=drawn.scores)}
    for n, one in enumerate(partial):
        assert bars[f"x{n}"].index == pytest.approx(one / whole, abs=0.01)


def test_the_standard_error_is_about_how_far_off_the_value_is():
    """Over 60 seeds the shown error is neither flattering nor idle: the spread of the values lies within a factor of it."""
    found = []
    for seed in range(60):
        drawn = normals(seed=seed, draws=2**12)
        net = MEAN + A * drawn.of("x") + B * drawn.of("y")
        found.append(evppi(drawn.values[:1], net, scores=drawn.scores[:1])[0])
    spread = np.std([one.value for one in found])
    shown = np.mean([one.standard_error for one in found])
    assert spread / 3 < shown < 3 * spread


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
