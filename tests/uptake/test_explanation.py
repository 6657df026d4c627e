"""Every example in the explanation is run, and every command on it; nothing on it is only said."""

import doctest
import json
import re
from pathlib import Path

import pytest

from hemtag import uptake
from hemtag.__main__ import main

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "spridning.md"
EXAMPLE = str(ROOT / "docs" / "examples" / "uptake.json")


def test_every_example_gives_what_the_page_says(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    text = PAGE.read_text(encoding="utf-8").replace("```", "")
    test = doctest.DocTestParser().get_doctest(text, {}, "spridning", str(PAGE), 0)
    assert len(test.examples) > 20
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert not said, "\n".join(said)


def test_every_command_on_the_page_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(ROOT)
    lines = re.findall(r"^hemtag (.+)$", PAGE.read_text(encoding="utf-8"), re.M)
    assert len(lines) == 4
    for line in lines:
        assert main(line.split()) == 0
    out = capsys.readouterr().out
    assert "filen håller" in out and "Prövad bakåt" in out


def test_json_can_be_repeated_and_is_never_nan(capsys: pytest.CaptureFixture[str]):
    said = []
    for _ in range(2):
        assert main(["uptake", EXAMPLE, "--json", "--seed", "4", "--horizon", "3", "--draws", "100"]) == 0
        said.append(json.loads(capsys.readouterr().out, parse_constant=lambda word: pytest.fail(word)))
    assert said[0] == said[1]
    assert (said[0]["seed"], said[0]["method"], len(said[0]["data"])) == (4, "uptake-1", 64)
    for one in said[0]["solutions"]:
        assert (one["forecast"] is None) is (one["no_forecast"] is not None) is (one["adopted"] < 3)


def test_bad_files_and_bad_questions(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["uptake", str(tmp_path / "none.json")]) == 2
    (tmp_path / "bad.json").write_text('{"as_of": ', encoding="utf-8")
    assert main(["uptake", str(tmp_path / "bad.json")]) == 2
    assert "varken JSON eller TOML" in capsys.readouterr().err
    (tmp_path / "bad.json").write_text(
        '{"as_of": "2024-02-30", "regions": {"1": ""}, "solutions": []}', encoding="utf-8"
    )
    assert main(["uptake", str(tmp_path / "bad.json")]) == 1
    assert "/as_of: 2024-02-30 är ingen dag." in capsys.readouterr().out
    assert main(["uptake", str(tmp_path / "bad.json"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["valid"] is False
    assert main(["uptake", EXAMPLE, "--horizon", "0"]) == 2


def test_every_public_name_is_there_and_documented():
    assert uptake.__all__ == sorted(uptake.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name))
    for name in uptake.__all__:
        found = getattr(uptake, name)
        assert not callable(found) or found.__doc__, name
