"""The published schema says what the reader says about the shape of a round."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from bench.portfolio import synthetic
from tests.portfolio.strategies import rounds
from tests.portfolio.test_reading import CASES
from tests.portfolio.test_select import EXAMPLE

SCHEMA = json.loads((Path(__file__).parents[2] / "data" / "schemas" / "round.schema.json").read_text("utf-8"))
VALID = jsonschema.Draft202012Validator(SCHEMA)

# What a schema cannot see: references, sums, and what is only true of the whole.
BEYOND = {
    "year_without_frame",
    "committed_above_frame",
    "committed_above_authorisation",
    "double_id",
    "unknown_block",
    "foreign_block",
    "needs_itself",
    "cycle",
    "mixed_units",
    "unknown_region",
    "region_cost_above_cost",
    "unknown_tag",
    "unknown_criterion",
    "locked_both_ways",
    "region_not_touched",
}
# What it cannot see of a single value: how numbers in it compare, and fields that the round itself names.
WITHIN = {
    "/hurdle",
    "/applications/0/blocks/0/effect_range",
    "/criteria/nytta/range",
    "/applications/0/levels/0/nytta",
}


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@settings(max_examples=60, deadline=None)
@given(rounds())
def test_every_round_the_reader_takes_is_valid(data):
    VALID.validate(data)


def test_examples_are_valid():
    VALID.validate(EXAMPLE)
    VALID.validate(synthetic(5, 3, 3, seed=1))


SHAPES = [(data, f"{code}-{place}") for data, code, place in CASES if code not in BEYOND and place not in WITHIN]


@pytest.mark.parametrize("data", [data for data, _ in SHAPES], ids=[name for _, name in SHAPES])
def test_every_fault_of_shape_is_seen(data):
    assert not VALID.is_valid(data)


@pytest.mark.parametrize("hurdle", ["ett", -1])
def test_a_wrong_hurdle_is_seen(hurdle):
    assert not VALID.is_valid({**EXAMPLE, "hurdle": hurdle})
