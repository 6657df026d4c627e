"""Models and tables from the literature, rebuilt here and held to the figures that their papers print."""

import numpy as np
import pytest

from hemtag.valuation.case import Account, Kind
from hemtag.valuation.cohort import Counting, cohort_sum, cohort_trace
from hemtag.valuation.options import Quadrant, Standing, compare, icer_table
from hemtag.valuation.reading import load_case
from hemtag.valuation.simulation import simulate

# --- A decision tree ---------------------------------------------------------------------------------------------------


def migraine(drug: float, relief: float, recurrence: float) -> tuple[float, float]:
    """Cost and quality-adjusted life years of one attack: the tree as a case, each path a product of its branches."""
    constants = {
        "drug": drug, "relief": relief, "recurs": recurrence, "endures": 0.92, "helped": 0.998, "room": 63.16, "ward": 1093,
        "well": 1.0, "again": 0.9, "suffers": -0.3, "treated": 0.1,
    }  # fmt: skip
    unit_of = dict.fromkeys(("drug", "room", "ward"), "kr")
    unit_of |= dict.fromkeys(("well", "again", "suffers", "treated"), "QALY")
    data = {
        "name": "Migrän",
        "first_year": 2027,
        "years": 1,
        "price_year": 2026,
        "regions": {"01": "Stockholm"},
        "inputs": {name: {"unit": unit_of.get(name, "1"), "value": value} for name, value in constants.items()},
        "calculations": {"visits": {"formula": "(1 - relief) * (1 - endures)"}},
        "lines": [
            {"name": "drugs", "kind": "cost", "amount": "drug * (1 + relief * recurs)"},
            {"name": "room", "kind": "cost", "amount": "visits * room"},
            {"name": "ward", "kind": "cost", "amount": "visits * (1 - helped) * ward"},
            {"name": "health", "account": "patients", "kind": "quality", "unit": "QALY", "amount":
                "relief * ((1 - recurs) * well + recurs * again) + (1 - relief) * endures * suffers"
                " + visits * (helped * treated + (1 - helped) * suffers)"},
        ],
    }  # fmt: skip
    found = simulate(load_case(data), 64)
    cost = -found.present[Account.REGION, Kind.COST].mean()
    return float(cost), float(found.quality[Account.PATIENTS, "QALY"].mean()) / 365


def test_sumatriptan_against_caffeine_and_ergotamine():
    """Evans et al., PharmacoEconomics 12 (1997) 565-577: Can$ 29 366 per QALY in the health department's perspective."""
    sumatriptan, caffeine = migraine(16.10, 0.558, 0.406), migraine(1.32, 0.379, 0.297)
    assert sumatriptan[0] == pytest.approx(22.06, abs=0.01)
    assert caffeine[0] == pytest.approx(4.71, abs=0.01)
    quadrant, ratio = compare(sumatriptan[0] - caffeine[0], sumatriptan[1] - caffeine[1])
    assert quadrant is Quadrant.DEARER_AND_BETTER
    assert ratio == pytest.approx(29_366, rel=5e-4)


# --- Cohort models -----------------------------------------------------------------------------------------------------


def shares_of(rate: float | np.ndarray) -> np.ndarray:
    """A yearly rate as the probability of a year."""
    return np.asarray(1 - np.exp(-np.asarray(rate)))


def sick_sicker(mortality: np.ndarray, hazard: float) -> np.ndarray:
    """(75, 4, 4) transitions between healthy, sick, sicker and dead; `hazard` of growing sicker."""
    falls, heals, worsens = (float(shares_of(rate)) for rate in (0.15, 0.5, 0.105 * hazard))
    dies, sick_dies, sicker_dies = (shares_of(mortality * times) for times in (1, 3, 10))
    made = np.zeros((len(mortality), 4, 4))
    made[:, 0, 0], made[:, 0, 1], made[:, 0, 3] = (1 - dies) * (1 - falls), (1 - dies) * falls, dies
    made[:, 1, 0], made[:, 1, 2] = (1 - sick_dies) * heals, (1 - sick_dies) * worsens
    made[:, 1, 1], made[:, 1, 3] = (1 - sick_dies) * (1 - heals - worsens), sick_dies
    made[:, 2, 2], made[:, 2, 3], made[:, 3, 3] = 1 - sicker_dies, sicker_dies, 1
    return made


# name: (yearly cost of treatment, utility when sick, hazard of growing sicker)
STRATEGIES = {"soc": (0, 0.75, 1.0), "a": (12_000, 0.95, 1.0), "b": (13_000, 0.75, 0.6), "ab": (25_000, 0.95, 0.6)}
START = np.array([1.0, 0, 0, 0])


def discounted(amounts: np.ndarray) -> float:
    """By 3 %, with the papers' weights within the cycle (Simpson's rule: 1/3, then 2/3 and 4/3 in turn, 1/3)."""
    weights = np.where(np.arange(len(amounts)) % 2 == 1, 2 / 3, 4 / 3)
    weights[0] = weights[-1] = 1 / 3
    return float((amounts * weights / 1.03 ** np.arange(len(amounts))).sum())


def test_sick_sicker():
    """Alarid-Escudero et al., Medical Decision Making 43 (2023) 3-20, tables of expected outcomes and of cost-effectiveness."""
    costs, effects = [], []
    for treatment, utility, hazard in STRATEGIES.values():
        trace = cohort_trace(START, sick_sicker(np.full(75, 0.002), hazard), 75)
        costs.append(discounted(trace @ np.array([2000, 4000 + treatment, 15_000 + treatment, 0])))
        effects.append(discounted(trace @ np.array([1, utility, 0.5, 0])))
    assert [round(cost) for cost in costs] == [151_580, 284_805, 259_100, 378_875]
    assert [round(effect, 3) for effect in effects] == [20.711, 21.499, 22.184, 23.137]
    rows = {row.name: row for row in icer_table(list(STRATEGIES), costs, effects)}
    assert rows["a"].standing is Standing.DOMINATED
    assert [round(rows[name].icer or 0) for name in ("b", "ab")] == [72_988, 125_764]


# Mortality per year of age 25-99, United States 2015, both sexes (Human Mortality Database, mortality.org).
LIFE_TABLE = """
.001014 .000999 .00107 .001087 .001162 .001167 .001213 .001289 .001331 .001375 .00142 .00149 .00155 .001616
.001657 .001747 .001902 .002052 .002173 .002395 .002559 .002807 .003023 .003349 .003712 .004085 .00449
.004905 .005364 .005806 .006253 .006775 .007395 .007895 .008418 .008974 .009666 .010456 .011384 .011838
.012667 .013593 .0147 .015732 .01734 .018758 .020967 .022917 .024913 .026767 .029707 .032412 .035982 .039238
.043595 .048727 .053735 .059911 .066618 .074051 .08219 .090754 .103968 .115093 .124341 .137872 .154177
.172393 .1941 .212654 .243752 .259087 .287781 .316429 .339149
"""
MORTALITY = np.array(LIFE_TABLE.split(), dtype=np.float64)


def test_sick_sicker_that_ages():
    """Alarid-Escudero et al., Medical Decision Making 43 (2023) 21-41, table of cost-effectiveness: transitions by age, and
    rewards of the transitions themselves (falling ill costs 1000 and 0.01 QALY, dying 2000)."""
    costs, effects = [], []
    for treatment, utility, hazard in STRATEGIES.values():
        moves = sick_sicker(MORTALITY, hazard)
        trace = cohort_trace(START, moves, 75)
        falls = np.concatenate([[0], trace[:-1, 0] * moves[:, 0, 1]])
        deaths = np.concatenate([[0], (trace[:-1, :3] * moves[:, :3, 3]).sum(axis=1)])
        yearly = trace @ np.array([2000, 4000 + treatment, 15_000 + treatment, 0])
        costs.append(discounted(yearly + 1000 * falls + 2000 * deaths))
        effects.append(discounted(trace @ np.array([1, utility, 0.5, 0]) - 0.01 * falls))
    assert [round(cost) for cost in costs] == [116_374, 218_789, 202_536, 296_300]
    assert [round(effect, 3) for effect in effects] == [18.879, 19.636, 20.199, 21.097]
    rows = {row.name: row for row in icer_table(list(STRATEGIES), costs, effects)}
    assert rows["a"].standing is Standing.DOMINATED
    assert [round(rows[name].icer or 0) for name in ("b", "ab")] == [65_288, 104_461]


def hip(scale: float) -> np.ndarray:
    """(60, 5, 5) transitions after a primary hip replacement at 60, a woman: Weibull revision, mortality by age."""
    age, cycle = 60, np.arange(1, 61)
    steps, yearly = [35, 45, 55, 65, 75, 85], [0.99e-3, 2.6e-3, 6.7e-3, 19.3e-3, 53.5e-3, 154.8e-3]
    dies = np.array([yearly[np.searchsorted(steps, at, side="right") - 1] for at in age + cycle])
    hazard, shape = scale * np.exp(-5.490935 - 0.0367022 * age), np.exp(0.3740968)
    revised = 1 - np.exp(hazard * ((cycle - 1) ** shape - cycle**shape))
    made = np.zeros((60, 5, 5))
    made[:, 0, 1], made[:, 0, 4] = 0.98, 0.02
    made[:, 1, 1], made[:, 1, 2], made[:, 1, 4] = 1 - revised - dies, revised, dies
    made[:, 2, 3], made[:, 2, 4] = 1 - 0.02 - dies, 0.02 + dies
    made[:, 3, 2], made[:, 3, 3], made[:, 3, 4] = 0.04, 1 - 0.04 - dies, dies
    made[:, 4, 4] = 1
    return made


def test_total_hip_replacement():
    """Briggs, Claxton & Sculpher, Decision Modelling for Health Economic Evaluation (2006), ch. 3: a revision rate that falls
    with time, mortality that rises with age, counted at the end of each year; costs by 6 %, QALYs by 1.5 %.

    The figures are those of the book's workbook, as the R package heemod holds itself to them (github.com/pierucci/heemod,
    “exactly match” in its tests): shares of the cohort in the first eight years, costs, QALYs and the ratio.
    """
    shares = [
        [0.98, 0, 0, 0.02], [0.9726572, 0.0007768, 0, 0.026566], [0.96516548, 0.00097491, 0.00075606, 0.03310354],
        [0.95757109, 0.00115802, 0.00166964, 0.03960125], [0.93783561, 0.00132115, 0.00268314, 0.0581601],
        [0.91838963, 0.00145307, 0.00379326, 0.07636404], [0.89924305, 0.00157339, 0.00496429, 0.09421927],
        [0.88040225, 0.00168398, 0.00618146, 0.11173231],
    ]  # fmt: skip
    costs, effects = [], []
    for price, scale in ((394, 1.0), (579, float(np.exp(-1.344474)))):
        trace = cohort_trace(np.array([1.0, 0, 0, 0, 0]), hip(scale), 60)
        if scale == 1:
            np.testing.assert_allclose(trace[1:9, 1:], shares, atol=6e-9)
        end = Counting.END
        costs.append(price + cohort_sum(trace, np.array([0.0, 0, 5294, 0, 0]), rate=0.06, counting=end))
        effects.append(cohort_sum(trace, np.array([0, 0.85, 0.3, 0.75, 0]), rate=0.015, counting=end))
    assert costs == pytest.approx([512.434658, 610.311818], abs=1e-6)
    assert effects == pytest.approx([14.6531896, 14.69770986], abs=1e-7)
    assert compare(costs[1] - costs[0], effects[1] - effects[0])[1] == pytest.approx(2198.486665, abs=1e-4)


# --- A table with both kinds of dominance ------------------------------------------------------------------------------


def test_treatment_of_clostridioides_difficile():
    """Rajasingham et al., Clinical Infectious Diseases 70 (2020) 754-762, eleven of the strategies with the means that the
    authors publish with the R package dampack (vignette “Basic cost-effectiveness analysis”): four are dominated, one
    extendedly, and the six ratios rise."""
    table = {
        "s3": (57336.0059896538, 12.9399639202408, None), "s27": (57541.2526373815, 13.0140640696275, 2769.85470915263),
        "s33": (57642.2587507842, 13.0389116321918, 4065.03105249231),
        "s31": (57934.0743411241, 13.0966257932217, 5056.2216470406),
        "s43": (58072.1137208494, 13.11285766912, 8504.2160616553),
        "s44": (58665.7823044647, 13.1283328397025, 38362.6519947134),
        "s39": (57814.6470919581, 13.0462790163185, None), "s4": (57887.481549326, 12.9970657153765, None),
        "s13": (58018.6252420203, 13.0650412387992, None), "s37": (58081.7947984323, 13.1029711156978, None),
        "s20": (58634.2026441398, 13.1100568867995, None),
    }  # fmt: skip
    names = list(table)
    rows = {row.name: row for row in icer_table(names, [table[n][0] for n in names], [table[n][1] for n in names])}
    standings = {name: row.standing for name, row in rows.items()}
    assert [name for name in names if standings[name] is Standing.DOMINATED] == ["s4", "s13", "s37", "s20"]
    assert [name for name in names if standings[name] is Standing.EXTENDEDLY_DOMINATED] == ["s39"]
    assert standings["s3"] is Standing.REFERENCE
    for name, (_, _, ratio) in table.items():
        assert rows[name].icer == (None if ratio is None else pytest.approx(ratio, rel=1e-6))
