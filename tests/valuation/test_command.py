"""`hemtag value` as it is typed."""

import json
from pathlib import Path

import pytest

from hemtag.__main__ import main
from hemtag.valuation.reading import load_case
from hemtag.valuation.simulation import METHOD, simulate
from tests.valuation.cases import full


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "fall.json"
    path.write_text(json.dumps(full()), encoding="utf-8")
    return path


def test_json_says_what_simulate_says_and_never_nan(case: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["value", str(case), "--json", "--draws", "200", "--seed", "3"]) == 0
    said = json.loads(capsys.readouterr().out, parse_constant=lambda word: pytest.fail(word))
    found = simulate(load_case(case), 200, 3)
    assert (said["draws"], said["seed"], said["method"]) == (256, 3, METHOD)
    assert said["npv"]["society"]["mean"] == pytest.approx(found.npv("society").sum(axis=0).mean())
    assert set(said["recoup"]["region"]["by_region"]) == {"01", "08", "09"}
    assert said["npv"]["region"]["mean_low"] < said["npv"]["region"]["mean"] < said["npv"]["region"]["mean_high"]
    assert main(["value", str(case), "--json", "--draws", "200", "--seed", "3"]) == 0
    assert json.loads(capsys.readouterr().out) == said


def test_the_sentence_comes_first(case: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["value", str(case), "--draws", "64"]) == 0
    text = capsys.readouterr().out
    assert "räknar tillsammans hem kostnaden senast 2032" in text.splitlines()[0]
    assert "nan" not in text


def test_check_names_place_and_mend(case: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["value", "--check", str(case)]) == 0
    assert "fallet håller" in capsys.readouterr().out
    data = full()
    data["inputs"]["hour"]["unit"] = "kronor/h"
    case.write_text(json.dumps(data), encoding="utf-8")
    assert main(["value", "--check", str(case)]) == 1
    assert "/inputs/hour/unit: Enheten ”kronor/h” är okänd. Använd en av kr" in capsys.readouterr().out
    assert main(["value", str(case), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["faults"][0]["code"] == "unknown_unit"


def test_files_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["value", str(tmp_path / "none.toml")]) == 2
    (tmp_path / "bad.toml").write_text("name = ", encoding="utf-8")
    assert main(["value", str(tmp_path / "bad.toml")]) == 2
    assert "varken TOML eller JSON" in capsys.readouterr().err


def test_too_few_draws(case: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["value", str(case), "--draws", "2"]) == 1
    assert "för få" in capsys.readouterr().out
