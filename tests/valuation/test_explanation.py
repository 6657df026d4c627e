"""Every example in the explanation is run, and the example case of the repository holds."""

import doctest
import re
from pathlib import Path

import pytest

from hemtag.__main__ import main

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "nyttokalkyl.md"


def test_every_example_gives_what_the_page_says(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    text = PAGE.read_text(encoding="utf-8").replace("```", "")
    test = doctest.DocTestParser().get_doctest(text, {}, "nyttokalkyl", str(PAGE), 0)
    assert len(test.examples) > 30
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert not said, "\n".join(said)


def test_every_command_on_the_page_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.chdir(ROOT)
    lines = re.findall(r"^hemtag (.+)$", PAGE.read_text(encoding="utf-8"), re.M)
    assert len(lines) == 4
    for line in lines:
        assert main(line.replace("65536", "256").replace("var/", f"{tmp_path}/").split()) == 0
    assert "räknar tillsammans hem" in capsys.readouterr().out
    assert (tmp_path / "nyttokalkyl.pdf").read_bytes().startswith(b"%PDF")
