"""The compiled search: the same uncompiled, with little room, with many ties; what it says is enough; and how it is kept."""

import json
import os
import subprocess
import sys
from itertools import combinations, product

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.portfolio import synthetic
from hemtag.portfolio import load_round, search, select
from hemtag.portfolio.compiling import kept
from hemtag.portfolio.engine import Engine
from hemtag.portfolio.packages import package_form
from hemtag.portfolio.programme import in_order, programme
from hemtag.portfolio.search import Core, Search
from tests.portfolio import oracle
from tests.portfolio.strategies import rounds

UNCOMPILED = """
import json, sys
from bench.portfolio import synthetic
from hemtag.portfolio import load_round
from hemtag.portfolio.descent import descend
from hemtag.portfolio.engine import Engine
assert type(descend).__name__ == "function"
engine = Engine(load_round(synthetic(5, 3, 3, seed=4)))
best = engine.optimum(engine.programme.points)
near = engine.several(6, 0)
json.dump([sorted(best), [sorted(one) for one in near], engine.handed_over], sys.stdout)
"""


def test_the_same_is_found_without_the_compiler():
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(  # a process of its own, since the compiler is asked when the functions are read
        [sys.executable, "-c", UNCOMPILED],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    engine = Engine(load_round(synthetic(5, 3, 3, seed=4)))
    best = engine.optimum(engine.programme.points)
    near = engine.several(6, 0)
    assert near is not None and len(near) >= 6
    assert json.loads(run.stdout) == [sorted(best), [sorted(one) for one in near], 0]


def test_a_search_that_begins_with_little_room_gets_more(monkeypatch):
    r = load_round(synthetic(14, 5, 4, seed=3))
    expected = Engine(r).optimum(programme(r).points)
    monkeypatch.setattr(search, "DEPTH", 2)
    engine = Engine(r)
    assert engine.searched() == expected


def test_more_ties_than_are_worth_listing_are_left_to_the_published_order_elsewhere():
    blocks = [{"id": f"b{n:02}", "effect": 5, "cost": {"2026": 7}} for n in range(12)]
    applications = [{"id": f"a{n}", "blocks": [block]} for n, block in enumerate(blocks)]
    r = load_round({"frames": {"2026": 42}, "applications": applications})
    engine = Engine(r)
    assert engine.searched() is None  # six of twelve: 924 choices
    assert select(r).chosen == tuple(f"b{n:02}" for n in range(6))


@settings(max_examples=40, deadline=None)
@given(rounds(most_blocks=7), st.data())
def test_a_value_is_reached_when_the_oracle_has_such_a_choice(data, drawn):
    r = load_round(data)
    engine = Engine(r)
    everything = list(oracle.all_permitted(data))
    column = drawn.draw(st.integers(0, len(r.blocks) - 1))
    held = drawn.draw(st.integers(0, 1))
    those = [worth * r.scale for worth, chosen in everything if (r.blocks[column].id in chosen) == bool(held)]
    decided, greatest = engine.greatest({column: held})
    if decided:
        assert greatest == max(those, default=None)
    for points in {*those, *(worth + 1 for worth in those), 0}:
        said = engine.reaches({column: held}, int(points))
        assert said is None or said == any(worth >= points for worth in those)
    assert decided or not those


@settings(max_examples=40, deadline=None)
@given(rounds(most_blocks=7), st.integers(1, 8))
def test_several_are_the_best_in_the_published_order(data, count):
    r = load_round(data)
    engine = Engine(r)
    everything = sorted(oracle.all_permitted(data), key=lambda one: -one[0])
    found = engine.several(count, 0)
    good = [(worth, chosen) for worth, chosen in everything if worth >= 0]
    if found is None:
        return
    blocks = range(engine.programme.blocks)
    values = [engine.programme.value(one) for one in found]
    assert values == sorted(values, reverse=True)
    assert len({one & frozenset(blocks) for one in found}) == len(found)
    least = good[min(count, len(good)) - 1][0] if good else 0
    assert {frozenset(r.blocks[c].id for c in one if c < len(blocks)) for one in found} == {
        chosen for worth, chosen in good if worth >= least
    }
    order = in_order(r)
    places = [(-engine.programme.value(one), [column not in one for column in order]) for one in found]
    assert places == sorted(places)


def test_the_best_of_a_core_are_those_that_all_combinations_give():
    draw = np.random.default_rng(7)
    for _ in range(20):
        groups, rows = 5, int(draw.integers(1, 4))
        home = np.repeat(np.arange(groups), 4)
        use = draw.integers(0, 20, (len(home), rows))
        core = Core(
            draw.integers(0, 30, len(home)), use, home, np.tile(np.arange(4), groups), draw.integers(20, 60, rows)
        )
        every = [
            (int(core.values[list(one)].sum()), one)
            for one in combinations(range(len(home)), groups)
            if (core.home[list(one)] == np.arange(groups)).all()
            and (core.rows[list(one)].sum(axis=0) <= core.limits).all()
        ]
        keep = int(draw.integers(1, 6))
        found = Search(core, 0, np.zeros((groups, 2, 4)))
        found.run(10**9, keep=keep)
        assert found.finished
        least = sorted((worth for worth, _ in every), reverse=True)[:keep]
        expected = {one for worth, one in every if worth >= least[-1]} if least else set()
        assert {tuple(one.tolist()) for one in found.found} == expected


@pytest.mark.parametrize("rows", [1, 2, 6, 70])
def test_the_best_of_a_core_are_found_whatever_clashes_and_however_many_rows(rows):
    draw = np.random.default_rng(rows)
    several = clashing = 0
    for _ in range(25):
        groups = 9
        home = np.repeat(np.arange(groups), 2)
        use = draw.integers(1, 9, (2 * groups, rows)) * (draw.random((2 * groups, rows)) < 2.5 / rows)
        use[::2] = 0
        values = np.where(np.arange(2 * groups) % 2, draw.integers(5, 25, 2 * groups), 0)
        core = Core(values, use, home, np.tile(np.arange(2), groups), np.maximum(1, use.sum(axis=0) // 3))
        found = Search(core, 0, np.zeros((groups, 1, 4)))
        found.run(10**9)
        clashing += found._clashes().shape[1] > 0
        every = np.array(list(product(range(2), repeat=groups)))
        allowed = every[(every @ use[1::2] <= core.limits).all(axis=1)]
        worth = allowed @ values[1::2]
        assert found.finished and found.best == worth.max()
        best = {tuple((2 * np.arange(groups) + one).tolist()) for one in allowed[worth == worth.max()]}
        assert {tuple(one.tolist()) for one in found.found} == best
        several += len(best) > 1
    assert several or rows != 1  # ties are met,
    assert clashing or rows > 6  # and clashes are


def test_marks_tell_the_packages_of_a_group_apart():
    form = package_form(programme(load_round(synthetic(6, 5, 3, seed=2))))
    assert len({(int(group), int(mark)) for group, mark in zip(form.home, form.marks, strict=True)}) == len(form.sets)


def test_without_a_folder_to_keep_it_in_it_is_compiled_all_the_same(monkeypatch):
    compiler = numba.njit

    def nowhere(*args, **options):
        if options.get("cache"):
            raise RuntimeError("no locator available")
        return compiler(*args, **options)

    monkeypatch.setattr(numba, "njit", nowhere)

    def double(x):
        return 2 * x

    assert kept()(double)(21) == 42


@pytest.mark.parametrize("seed", range(4))
def test_a_round_with_many_rules_needs_no_other_solver(seed):
    r = load_round(synthetic(25, 5, 6, seed=seed))
    engine = Engine(r)
    best = engine.optimum(engine.programme.points)
    assert engine.handed_over == 0
    assert engine.programme.value(best) == int(select(r).value * r.scale)


TWO_FILES = """
import sys
sys.path.insert(0, sys.argv[1])
import upper
print(upper.use(5), sum(upper.use.stats.cache_hits.values()))
"""


def test_what_is_kept_is_made_anew_when_a_file_that_it_takes_from_changes(tmp_path):
    """The compiler alone would go on with the old code of the other file."""
    (tmp_path / "upper.py").write_text(
        "import lower\nfrom hemtag.portfolio.compiling import kept\n\n"
        "@kept(lower)\ndef use(x):\n    return lower.times(x)\n",
        "utf-8",
    )

    def said() -> list[str]:
        run = subprocess.run(
            [sys.executable, "-c", TWO_FILES, str(tmp_path)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        return run.stdout.split()

    for factor in (2, 3):
        text = "from hemtag.portfolio.compiling import compiled\n\n@compiled\ndef times(x):\n    return FACTOR * x\n"
        (tmp_path / "lower.py").write_text(text.replace("FACTOR", str(factor)), "utf-8")
        assert said() == [str(5 * factor), "0"]
        assert said() == [str(5 * factor), "1"]


def test_getting_ready_loads_all_that_is_compiled():
    said = "import sys; from hemtag import portfolio; print('numba' in sys.modules); portfolio.get_ready()\n"
    said += "from hemtag.portfolio import descent, dominance\n"
    said += "print(*(len(one.signatures) for one in (descent.descend, dominance.clashes, dominance.undominated)))\n"
    said += "from bench.portfolio import synthetic\n"
    said += "portfolio.select(portfolio.load_round(synthetic(6, 3, 3, seed=1)))\n"
    said += "print(*(len(one.signatures) for one in (descent.descend, dominance.clashes, dominance.undominated)))\n"
    run = subprocess.run(
        [sys.executable, "-c", said],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert run.stdout.split() == ["False", *6 * ["1"]]
