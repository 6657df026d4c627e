"""Multidimensional knapsacks with published optima: every item a block, every constraint a year."""

import pytest

from hemtag.portfolio import Round, load_round, prove, select, verify

# Petersen, C. C. (1967), problem 1; Weingartner, H. M. & Ness, D. N. (1967), problem 1. Both in J. E. Beasley's OR-Library.
PETERSEN_1 = (
    3800,
    [100, 600, 1200, 2400, 500, 2000],
    [
        ([8, 12, 13, 64, 22, 41], 80),
        ([8, 12, 13, 75, 22, 41], 96),
        ([3, 6, 4, 18, 6, 4], 20),
        ([5, 10, 8, 32, 6, 12], 36),
        ([5, 13, 8, 42, 6, 20], 44),
        ([5, 13, 8, 48, 6, 20], 48),
        ([0, 0, 0, 0, 8, 0], 10),
        ([3, 0, 4, 0, 8, 0], 18),
        ([3, 2, 4, 0, 8, 4], 22),
        ([3, 2, 4, 8, 8, 4], 24),
    ],
)
WEINGARTNER_1 = (
    141278,
    [1898, 440, 22507, 270, 14148, 3100, 4650, 30800, 615, 4975, 1160, 4225, 510, 11880]
    + [479, 440, 490, 330, 110, 560, 24355, 2885, 11748, 4550, 750, 3720, 1950, 10500],
    [
        (
            [45, 0, 85, 150, 65, 95, 30, 0, 170, 0, 40, 25, 20, 0] + [0, 25, 0, 0, 25, 0, 165, 0, 85, 0, 0, 0, 0, 100],
            600,
        ),
        (
            [30, 20, 125, 5, 80, 25, 35, 73, 12, 15, 15, 40, 5, 10]
            + [10, 12, 10, 9, 0, 20, 60, 40, 50, 36, 49, 40, 19, 150],
            600,
        ),
    ],
)


def as_round(profits: list[int], rows: list[tuple[list[int], int]]) -> Round:
    years = [str(2025 + k) for k in range(len(rows))]
    applications = []
    for item, profit in enumerate(profits):
        cost = {year: weights[item] for year, (weights, _) in zip(years, rows, strict=True)}
        applications.append({"id": f"i{item}", "blocks": [{"id": f"x{item}", "effect": profit, "cost": cost}]})
    frames = {year: limit for year, (_, limit) in zip(years, rows, strict=True)}
    return load_round({"frames": frames, "applications": applications})


@pytest.mark.parametrize("published", [PETERSEN_1, WEINGARTNER_1], ids=["petersen-1", "weingartner-1"])
def test_the_published_optimum_is_found_and_proved(published):
    optimum, profits, rows = published
    r = as_round(profits, rows)
    result = select(r)
    assert result.value == optimum
    assert verify(r, prove(r, result)) == []
