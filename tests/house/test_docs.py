"""The commands that README and docs tell a newcomer to type exist: make targets, hemtag and manage.py verbs."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)
ELSEWHERE = {"git", "cd", "python3", "sudo", "brew", "apt-get", "curl", "export", "initdb", "pg_ctl"}
VARIABLES = {"PORT", "STAGE", "TESTS", "PYTHON"}


def commands() -> list[tuple[str, str]]:
    """(page, line) of every command line in a sh block, comments and prompts aside."""
    found = []
    for page in PAGES:
        for block in BLOCK.findall(page.read_text("utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                line = line.split(" #")[0].strip().removeprefix("$ ")
                if line and not line.startswith("#"):
                    found.append((page.relative_to(ROOT).as_posix(), line))
    return found


@cache
def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.M))


@cache
def hemtag_help() -> str:
    done = subprocess.run(
        [sys.executable, "-m", "hemtag", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    return done.stdout


def test_the_readme_gives_the_two_commands():
    lines = {line for page, line in commands() if page == "README.md"}
    assert "make run" in lines
    assert "make test" in lines


@pytest.mark.parametrize(("page", "line"), commands(), ids=lambda value: value)
def test_a_command_in_the_docs_exists(page: str, line: str):
    words = line.split()
    while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
        words.pop(0)
    program, rest = Path(words[0]).name, words[1:]
    if program == "make":
        verbs = [word for word in rest if "=" not in word]
        assert set(verbs) <= targets(), f"{page}: {line}"
        assert {word.split("=")[0] for word in rest if "=" in word} <= VARIABLES, f"{page}: {line}"
    elif program == "hemtag":
        verb = next((word for word in rest if not word.startswith("-")), None)
        assert verb is None or re.search(rf"\b{re.escape(verb)}\b", hemtag_help()), f"{page}: {line}"
    elif "manage.py" in line:
        verb = words[[Path(word).name for word in words].index("manage.py") + 1]
        assert verb in get_commands(), f"{page}: {line}"
    else:
        assert program in ELSEWHERE or (ROOT / words[0]).exists(), f"{page}: what is {program}?"


def test_every_setting_and_every_command_is_in_the_pages_for_who_runs_hemtag():
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "docs" / "howto").glob("*.md"))
    code = "".join(path.read_text("utf-8") for path in (ROOT / "src" / "hemtag" / "config").glob("*.py"))
    # The place of the code itself, and the class behind a kind of mail, are nobody's to choose.
    settings = set(re.findall(r"HEMTAG_[A-Z0-9_]*[A-Z0-9]", code)) - {
        "HEMTAG_ROOT",
        "HEMTAG_EMAIL_BACKEND",
        "HEMTAG_S3",
    }
    assert settings - set(re.findall(r"HEMTAG_[A-Z0-9_]*[A-Z0-9]", pages)) == set()
    own = {name for name, place in get_commands().items() if str(place).startswith("hemtag")}
    assert {name for name in own if f"`{name}`" not in pages and f"manage.py {name}" not in pages} == set()


def test_bare_make_prints_every_verb():
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8")
    for verb in targets():
        assert f"make {verb} " in done.stdout
    assert {"run", "test", "check", "bench", "demo"} <= targets()
