"""Every write is a keyword-only verb with somebody who does it, in one transaction that leaves an event in history."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = Path(__file__).parents[2] / "src" / "hemtag"
# The room that keeps the events, and the demo, which only calls other actions.
APART = {"history"}
# Pure helpers that live beside the actions they serve.
NOT_WRITES = {"free_slug"}
# Part of other acts: it refuses to run outside their transaction, and they record what they did.
PARTS = {"tell"}


def drawers() -> list[Path]:
    files = [*ROOMS.glob("*/actions.py"), *ROOMS.glob("*/actions/*.py")]
    return [path for path in sorted(files) if path.relative_to(ROOMS).parts[0] not in APART]


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            yield node


def calls(function: ast.FunctionDef) -> set[str]:
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            target = node.func
            names.add(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return names


def recording() -> set[str]:
    """The names of all functions in the drawers that record an event, themselves or through another of them."""
    called = {function.name: calls(function) for path in drawers() for function in functions(path)}
    known = {"record"}
    while True:
        more = {name for name, names in called.items() if names & known} | known
        if more == known:
            return known
        known = more


def acts() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (f"{path.relative_to(ROOMS).as_posix()}:{function.name}", function)
        for path in drawers()
        for function in functions(path)
        if "by" in [argument.arg for argument in function.args.kwonlyargs] and not function.name.startswith("_")
    ]


def test_there_are_actions_to_look_at() -> None:
    assert len(acts()) > 50


@pytest.mark.parametrize("function", [pytest.param(function, id=name) for name, function in acts()])
def test_an_action_records_what_it_did_in_its_own_transaction(function: ast.FunctionDef) -> None:
    assert not function.args.args, "an action takes keywords only"
    decorated = any("atomic" in ast.unparse(decorator) for decorator in function.decorator_list)
    assert decorated or "atomic" in calls(function), "an action is one transaction"
    assert function.name in recording(), "an action leaves an event in history"


def test_nothing_else_in_the_drawers_is_public_but_what_serves_the_actions() -> None:
    """A public function of a drawer without `by` is no write: it may not save, create, update or delete."""
    writes = {"save", "create", "bulk_create", "update", "delete", "update_or_create", "get_or_create"}
    acting = {name for name, _function in acts()}
    wrong = []
    for path in drawers():
        for function in functions(path):
            name = f"{path.relative_to(ROOMS).as_posix()}:{function.name}"
            if function.name.startswith("_") or name in acting or function.name in NOT_WRITES | PARTS:
                continue
            if calls(function) & writes:
                wrong.append(name)
    assert not wrong, f"writes without `by`: {wrong}"
