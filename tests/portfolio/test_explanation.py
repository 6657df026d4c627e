"""Every example in the explanation of the prioritisation, run as it stands. A line with … stands for any lines."""

import re
import shlex
from pathlib import Path

from hemtag.__main__ import main

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "prioritering.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(json|console)\n(.*?)^```", PAGE, re.M | re.S)
NAMES = ("omgang.json", "fel.json")


def sessions():
    """(command, expected lines) of every console block, in order."""
    for kind, text in BLOCKS:
        if kind == "console":
            for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
                command, *expected = part.splitlines()
                yield command, expected


def matches(expected, said):
    pattern = "\n".join(".*" if line == "…" else re.escape(line) for line in expected)
    return re.fullmatch(pattern, said.replace("\u00a0", " ").rstrip("\n"), re.S) is not None


def test_every_example_runs_as_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    rounds = [text for kind, text in BLOCKS if kind == "json"]
    assert len(rounds) == len(NAMES)
    for name, text in zip(NAMES, rounds, strict=True):
        Path(name).write_text(text, "utf-8")
    tried = 0
    for command, expected in sessions():
        words = shlex.split(command)
        target = words[words.index(">") + 1] if ">" in words else None
        arguments = words[1 : words.index(">")] if target else words[1:]
        main(arguments)
        out, err = capsys.readouterr()
        if target:
            Path(target).write_text(out, "utf-8")
        else:
            assert matches(expected, out + err), f"$ {command}\n{out}{err}"
        tried += 1
    assert tried == 7


def test_a_changed_example_would_be_seen():
    assert matches(["a", "…", "c"], "a\nb\nb\nc\n")
    assert not matches(["a", "…", "c"], "a\nb\nd\n")
    assert not matches(["16 000"], "16 001\n")
