"""What every file must be: short enough to read, free of one machine's paths, in need of no other host."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 650
OWN_MACHINE = re.compile(r"(?:^|[^A-Za-z0-9_.])(/work/|/root/|/home/[a-z]|/Users/[a-z]|\.\./shared)")
OTHER_HOST = re.compile(
    r"""(?:src|srcset|poster|data|action)\s*=\s*["']?\s*(?:https?:)?//"""
    r"""|@import\s+["'(]*(?:url\()?["']?(?:https?:)?//|url\(\s*["']?(?:https?:)?//""",
    re.I,
)
OTHER_SHEET = re.compile(r"""<link\b[^>]*\bhref\s*=\s*["']?\s*(?:https?:)?//""", re.I)
VAGUE = {"utils", "helpers", "common", "services", "managers", "util", "helper", "service", "manager", "misc"}
NOT_OURS = ("static/vendor/", "/migrations/")


def files(*suffixes: str) -> list[Path]:
    """The files of the project: those that git tracks or would track, or all of them where there is no git."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        found = [ROOT / name for name in done.stdout.split("\0") if name]
    else:
        tops = ("src", "tests", "templates", "static", "scripts", "docs")
        found = [path for top in tops for path in (ROOT / top).rglob("*")]
    return [path for path in found if path.is_file() and (not suffixes or path.suffix in suffixes)]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def ours(*suffixes: str) -> list[Path]:
    return [path for path in files(*suffixes) if not any(part in name(path) for part in NOT_OURS)]


def test_there_are_files():
    assert len(ours(".py")) > 20


def test_no_file_is_too_long_to_read():
    lines = {name(path): path.read_text("utf-8").count("\n") for path in ours(".py", ".html", ".css", ".js")}
    assert not {path: n for path, n in lines.items() if n > LONGEST}


def test_no_file_knows_one_machine():
    text = (".py", ".md", ".toml", ".html", ".css", ".js", ".cfg", ".sh", ".txt", ".yml", ".json", ".csv", "")
    found = []
    for path in ours(*text):
        if path == Path(__file__) or path.name in {"LICENSE", "uv.lock"}:
            continue
        try:
            lines = path.read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{name(path)}:{n}: {line[:100]}" for n, line in enumerate(lines, 1) if OWN_MACHINE.search(line)]
    # `.ci/run` names the home folder that a machine without one has.
    assert [line for line in found if not line.startswith(".ci/run:")] == []


def test_no_page_loads_from_another_host():
    found = [
        f"{name(path)}: {match.group(0)}"
        for path in files(".html", ".css", ".svg")
        for pattern in (OTHER_HOST, OTHER_SHEET)
        for match in pattern.finditer(path.read_text("utf-8"))
        if "/data/" not in name(path)
    ]
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        '<script src="https://example.org/x.js">',
        '<link rel="stylesheet" href="//example.org/x.css">',
        "@import url(https://example.org/x.css)",
        "background: url('http://example.org/x.png')",
    ],
)
def test_a_load_from_another_host_would_be_seen(line: str):
    assert OTHER_HOST.search(line) or OTHER_SHEET.search(line)


def test_no_page_has_style_or_script_of_its_own():
    inline = re.compile(r"<style\b|\sstyle\s*=\s*[\"']|<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=\s*[\"']", re.I)
    found = [
        f"{name(path)}: {match.group(0)}"
        for path in ours(".html")
        if path.is_relative_to(ROOT / "templates")
        for match in inline.finditer(path.read_text("utf-8"))
    ]
    assert not found


def test_every_module_says_what_it_is():
    found = [
        name(path)
        for path in ours(".py")
        if path.is_relative_to(ROOT / "src") and (path.stem in VAGUE or path.parent.name in VAGUE)
    ]
    assert not found
