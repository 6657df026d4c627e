"""The criteria of the gates: released files never change, newer ones stand beside them, in both languages."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from hemtag.solutions import criteria
from hemtag.solutions.checks import judging
from hemtag.solutions.models import SOLUTION_NEXT, Gate, Outcome, SolutionState

FOLDER = Path(settings.DATA, "criteria")
# Written here once more, on purpose: who changes a released file and its fingerprint together is stopped here.
RELEASED = {
    "G1-2026-1": "725e064c70af70ef40cb6ceaed95c60b492da8b0fdb5a19985a2f4662c6a9830",
    "G2-2026-1": "2883880bcce5284dc5a33bf2bada632b45c91bc7b5a8dc0d460d1cd4a6f5865e",
    "G3-2026-1": "25a2f4231c88bc1b64e52ac140a6d0acc68dc513a5d84fb7ba55c78eb6f34b59",
    "G4-2026-1": "4302bee392bf35380eba031e6de77b5fc8e4c5e3c764ea582e436fec6bd1a1bf",
    "G5-2026-1": "681fcc22a431f17a8209871d5d6a041cf74b85d85caa8a63c972da3b0e902609",
}


@pytest.mark.parametrize("name", RELEASED)
def test_a_released_file_never_changes(name):
    assert hashlib.sha256((FOLDER / f"{name}.toml").read_bytes()).hexdigest() == RELEASED[name]
    assert criteria.released()[name] == RELEASED[name]


def test_every_file_is_released_and_pinned():
    assert {path.stem for path in FOLDER.glob("G*.toml")} == set(criteria.released()) >= set(RELEASED)


@pytest.mark.parametrize("gate", list(Gate))
def test_each_gate_has_criteria_in_both_languages(gate):
    found = criteria.newest(gate.value)
    ids = [one.id for one in found.criteria]
    assert len(ids) == len(set(ids)) >= 5
    for one in found.criteria:
        with translation.override("sv"):
            swedish = (one.text, one.passes, one.judged)
        with translation.override("en"):
            english = (one.text, one.passes, one.judged)
        assert all(swedish) and all(english) and one.source
        assert swedish[0] != english[0]
        assert not one.must or one.computed


def test_a_changed_file_is_not_read(tmp_path):
    (tmp_path / "utgivna.toml").write_text('"G1-2026-1" = "' + RELEASED["G1-2026-1"] + '"\n')
    (tmp_path / "G1-2026-1.toml").write_bytes((FOLDER / "G1-2026-1.toml").read_bytes() + b"\n")
    with pytest.raises(criteria.ChangedCriteria):
        criteria.criteria_of("G1", "2026-1", tmp_path)


def test_a_newer_version_stands_beside_the_older(tmp_path):
    newer = (FOLDER / "G1-2026-1.toml").read_text("utf-8").replace('version = "2026-1"', 'version = "2027-1"')
    (tmp_path / "G1-2026-1.toml").write_bytes((FOLDER / "G1-2026-1.toml").read_bytes())
    (tmp_path / "G1-2027-1.toml").write_text(newer, "utf-8")
    pins = {
        name: hashlib.sha256((tmp_path / f"{name}.toml").read_bytes()).hexdigest()
        for name in ("G1-2026-1", "G1-2027-1")
    }
    (tmp_path / "utgivna.toml").write_text("".join(f'"{name}" = "{pin}"\n' for name, pin in pins.items()))
    assert criteria.newest("G1", tmp_path).version == "2027-1"
    assert criteria.criteria_of("G1", "2026-1", tmp_path).sha256 == RELEASED["G1-2026-1"]
    with pytest.raises(KeyError):
        criteria.criteria_of("G1", "2028-1", tmp_path)


def test_every_outcome_leads_somewhere_that_the_table_of_states_allows():
    assert set(judging.OUTCOMES) == set(judging.STATE_AT) == {gate.value for gate in Gate}
    for gate, outcomes in judging.OUTCOMES.items():
        for outcome in outcomes:
            assert outcome in Outcome.values
            to = judging.state_after(gate, outcome)
            assert not to or to in SOLUTION_NEXT[SolutionState(judging.STATE_AT[gate])]
