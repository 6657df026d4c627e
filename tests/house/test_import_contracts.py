"""The four laws of the house: today's code keeps them, and breaking any one of them is seen and named."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PLANTED = {
    "Rooms": ("history/planted.py", "from hemtag.organisations import models\n", {}),
    "Pure packages": (
        "portfolio/planted.py",
        "from django.conf import settings\n",
        {"portfolio/__init__.py": ""},
    ),
    "Drawers": (
        "organisations/rules.py",
        "from hemtag.organisations import actions\n",
        {"organisations/actions.py": ""},
    ),
    "Views reach rows": (
        "organisations/views.py",
        "from hemtag.organisations.models import Person\n",
        {"organisations/models.py": "Person = object\n"},
    ),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--config", ROOT / ".importlinter", "--no-cache", "--no-logo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def outcome(output: str) -> dict[str, str]:
    """Each contract by the word before its colon, with KEPT or BROKEN."""
    found = re.findall(r"^(.+) (KEPT|BROKEN)(?: \(\d+ ignored imports?\))?$", output, re.MULTILINE)
    return {name.split(":")[0]: verdict for name, verdict in found}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "management"))
    return tmp_path


def test_the_house_keeps_its_four_contracts(copy: Path):
    done = lint(copy)
    assert done.returncode == 0, done.stdout
    assert set(outcome(done.stdout).values()) == {"KEPT"}
    assert len(outcome(done.stdout)) == len(PLANTED)


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_is_named(copy: Path, contract: str):
    place, line, needs = PLANTED[contract]
    for name, text in needs.items():
        path = copy / "src" / "hemtag" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    path = copy / "src" / "hemtag" / place
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}", encoding="utf-8")
    done = lint(copy)
    assert done.returncode == 1, done.stdout
    broken = [name for name, verdict in outcome(done.stdout).items() if verdict == "BROKEN"]
    assert len(broken) == 1, done.stdout
    assert broken[0].startswith(contract)
