"""Pure packages may use the standard library, numbers and the solver (the choice of blocks a compiler too), and say what a
fault is in the same way: nothing else, at any depth of an import line."""

import ast
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "hemtag"
MAY = {"valuation": {"numpy", "scipy"}, "portfolio": {"numpy", "highspy", "numba"}, "uptake": {"numpy", "scipy"}}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("package", sorted(MAY))
def test_a_pure_package_imports_only_what_it_may(package: str):
    for path in sorted((SOURCE / package).rglob("*.py")):
        for name in imported(path):
            first = name.split(".")[0]
            own = name in {f"hemtag.{package}", "hemtag.faults"} or name.startswith(f"hemtag.{package}.")
            assert own or first in MAY[package] or first in sys.stdlib_module_names, f"{path.name} imports {name}"


def test_what_a_fault_is_needs_nothing_but_the_standard_library():
    names = {name.split(".")[0] for name in imported(SOURCE / "faults.py")}
    assert names <= set(sys.stdlib_module_names)


def test_checks_know_no_rows():
    """checks.py is pure: from Django it may take the words of a message, never the database."""
    checks = [*SOURCE.glob("*/checks.py"), *SOURCE.glob("*/checks/*.py")]
    assert checks, "no room has checks"
    for path in checks:
        for name in imported(path):
            if name.split(".")[0] == "django":
                assert name.startswith("django.utils"), f"{path.parent.name}/{path.name} imports {name}"
