"""A published value of information, rebuilt from its model: the chemotherapy model of the R package voi.

Source: Heath, Kunst & Jackson (eds.), Value of Information for Healthcare Decision-Making (CRC Press 2024), whose model
and inputs are public (github.com/convoigroup/Chemotherapy_Book) and run by the R package voi 1.0.3 (Jackson & Heath; its
“package overview” prints the EVPI 368.6051 at £20 000 a QALY, and its tests hold the others). The figures are themselves
estimates, from 10 000 ordinary draws: what they are held to here is their own sampling error.
"""

import numpy as np
import pytest

from hemtag.valuation import believing as b
from hemtag.valuation import evpi, evppi
from hemtag.valuation.sampling import Sample, sample

PUBLISHED_DRAWS = 10_000
PUBLISHED_EVPI = {10_000: 8.765, 20_000: 368.605, 30_000: 206.469, 40_000: 150.473, 50_000: 126.983}
PUBLISHED_EVPPI = {"second": 262.11, "second + odds": 333.45}  # at £20 000, by a generalised additive model

WEEKS, YEARS = 52, 40
BELIEFS = {
    "first": b.beta(1 + 52, 1 + 111 - 52),  # side effects by the usual treatment: 52 of 111 patients
    "odds": b.normal(np.log(0.54), 0.3),  # the logarithm of the new treatment's odds ratio
    "hospital": b.beta(1 + 43, 1 + 52 - 43),  # of those, come to hospital within the year
    "dies": b.beta(1 + 8, 1 + 43 - 8),  # of those, die within the year
    "home_mends": b.beta_with(0.21, 0.03),  # each week
    "ward_mends": b.beta_with(0.03, 0.0065),
    "home_cost": b.lognormal(830, np.sqrt(150)),
    "ward_cost": b.lognormal(2400, np.sqrt(1880)),
    "death_cost": b.lognormal(1710, np.sqrt(760)),
    "well": b.beta_with(0.98, np.sqrt(0.0008)),
    "at_home": b.beta_with(0.7, np.sqrt(0.02)),
    "on_ward": b.beta_with(0.3, np.sqrt(0.03)),
    "rate": b.gamma_with(0.95 / 20, np.sqrt(0.001)),  # of death, each year
}
DRUGS = (120, 1975)


def chemotherapy(draws: int, seed: int) -> tuple[Sample, np.ndarray, np.ndarray, np.ndarray]:
    """(inputs, probability of side effects by the new treatment, costs (2, draws), QALYs (2, draws))."""
    drawn = sample(BELIEFS, draws=draws, seed=seed)
    p = {name: drawn.of(name) for name in drawn.names}
    odds = p["first"] / (1 - p["first"]) * np.exp(p["odds"])
    second = odds / (1 + odds)
    falls, dies = (1 - (1 - p[name]) ** (1 / WEEKS) for name in ("hospital", "dies"))
    fades = 1 - np.exp(-p["rate"] / 52)
    state = np.zeros((4, drawn.draws))  # at home, on the ward, well, dead
    state[0] = 1.0
    weeks = state.copy()
    for _ in range(WEEKS):
        home, ward, well, dead = state
        state = np.array(
            [
                home * (1 - p["home_mends"]) * (1 - falls),
                home * falls + ward * (1 - p["ward_mends"]) * (1 - dies),
                home * p["home_mends"] * (1 - falls) + ward * p["ward_mends"] * (1 - dies) + well * (1 - fades),
                dead + ward * dies + well * fades,
            ]
        )
        weeks += state
    alive = (np.exp(-2 * p["rate"]) - np.exp(-YEARS * p["rate"])) / p["rate"]  # years, from the second to the last
    costs, effects = [], []
    for share, drug in zip((p["first"], second), DRUGS, strict=True):
        gone = share * state[3]
        year = share * (weeks[0] * p["home_cost"] + weeks[1] * p["ward_cost"]) + p["death_cost"] * gone
        later = (1 - gone) * (1 - np.exp(-(YEARS - 2) * p["rate"])) * p["death_cost"]
        costs.append(drug + year / 52 + later)
        lived = share * (weeks[0] * p["at_home"] + weeks[1] * p["on_ward"] + weeks[2] * p["well"])
        spared = (1 - share) * (WEEKS + 1) * p["well"]
        effects.append((lived + spared) / 52 + (1 - gone) * p["at_home"] * alive)
    return drawn, second, np.array(costs), np.array(effects)


@pytest.fixture(scope="module")
def model() -> tuple[Sample, np.ndarray, np.ndarray, np.ndarray]:
    return chemotherapy(2**16, 1)


@pytest.mark.parametrize(("threshold", "published"), PUBLISHED_EVPI.items())
def test_perfect_information(
    model: tuple[Sample, np.ndarray, np.ndarray, np.ndarray], threshold: int, published: float
):
    _, _, costs, effects = model
    net = threshold * effects - costs
    chance = np.random.default_rng(1)
    smaller = [evpi(net[:, chance.integers(0, net.shape[1], PUBLISHED_DRAWS)]) for _ in range(40)]
    error = float(np.std(smaller))
    assert 2 * error < 0.18 * published
    assert evpi(net) == pytest.approx(published, abs=2 * error)


def test_partial_information(model: tuple[Sample, np.ndarray, np.ndarray, np.ndarray]):
    """The published estimates have a standard error of one to two per cent."""
    drawn, second, costs, effects = model
    inputs, names = np.stack([second, drawn.of("odds")]), ["second", "odds"]
    rows = evppi(inputs, 20_000 * effects - costs, names, groups=[("second", "odds")])
    found = {one.name: one.value for one in rows}
    for name, published in PUBLISHED_EVPPI.items():
        assert found[name] == pytest.approx(published, rel=0.03)
