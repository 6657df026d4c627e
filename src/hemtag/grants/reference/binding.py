"""From TOML tables to frozen dataclasses: unknown keys, missing keys and wrong types stop the loading."""

from __future__ import annotations

import re
import tomllib
import types
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from hemtag.grants.reference.shapes import Grounded


class BadData(Exception):
    """A data file does not hold; the message names file, key and what is wrong."""


T = TypeVar("T")


def table_of(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise BadData(f"{path}: {error}") from error


def rows_of(path: Path, name: str, kind: type[T], beside: tuple[str, ...] = ()) -> tuple[T, ...]:
    table = table_of(path)
    unknown = set(table) - {name, *beside}
    expect(not unknown, path, ", ".join(sorted(unknown)), "okänd nyckel")
    return tuple(bind(kind, row, path, f"{name}[{number}]") for number, row in enumerate(table.get(name, [])))


def invented_rows_of(path: Path, name: str, kind: type[T], beside: tuple[str, ...] = ()) -> tuple[T, ...]:
    expect(table_of(path).get("invented") is True, path, "invented", "ska vara true")
    return rows_of(path, name, kind, (*beside, "invented"))


def bind(kind: type[T], table: Mapping[str, Any], path: Path, where: str) -> T:
    """A table as a dataclass of `kind`: every key a field of the right type, every field without default there."""
    expect(isinstance(table, Mapping), path, where, "ska vara en tabell")
    hints = get_type_hints(kind)
    wanted = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for key in table:
        expect(key in wanted, path, f"{where}.{key}".lstrip("."), f"okänd nyckel; kända är {', '.join(wanted)}")
    values: dict[str, Any] = {}
    for name, field in wanted.items():
        key = f"{where}.{name}".lstrip(".")
        if name in table:
            values[name] = _value(hints[name], table[name], path, key)
        else:
            expect(field.default is not MISSING, path, key, "saknas")
    return kind(**values)


def _value(hint: Any, value: Any, path: Path, key: str) -> Any:
    if is_dataclass(hint):
        return bind(hint, value, path, key)  # type: ignore[arg-type]
    origin = get_origin(hint)
    if origin is tuple:
        expect(isinstance(value, list), path, key, "ska vara en lista")
        inner = get_args(hint)[0]
        return tuple(_value(inner, item, path, f"{key}[{number}]") for number, item in enumerate(value))
    if origin is types.UnionType:
        return _value(get_args(hint)[0], value, path, key)
    if origin is Mapping:
        expect(isinstance(value, Mapping), path, key, "ska vara en tabell")
        inner = get_args(hint)[1]
        return types.MappingProxyType(
            {name: _value(inner, item, path, f"{key}.{name}") for name, item in value.items()}
        )
    if hint is Decimal and type(value) is int:
        return Decimal(value)
    words = {str: "en text", int: "ett helt tal", bool: "true eller false", date: "ett datum", Decimal: "ett tal"}
    expect(type(value) is hint, path, key, f"ska vara {words[hint]}")
    if hint is str:
        expect(bool(value.strip()), path, key, "är tom")
        return _paragraphs(value)
    return value


def _paragraphs(text: str) -> str:
    """One line per paragraph, paragraphs parted by an empty line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text.strip()))


def grounded_in(thing: Any, where: str) -> Iterable[tuple[str, Grounded]]:
    """Every grounded dataclass within `thing` (itself left out), with its key."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            if not is_dataclass(item) or isinstance(item, type):
                continue
            name = getattr(item, "key", None) or getattr(item, "year", None)
            key = f"{where}.{field.name}".lstrip(".") + (f".{name}" if name else "")
            if isinstance(item, Grounded):
                yield key, item
            yield from grounded_in(item, key)


def expect(holds: bool, path: Path, key: str, message: str) -> None:
    if not holds:
        raise BadData(f"{path}: {key or 'filen'}: {message}")


def one_of(value: object, known: Iterable[object], path: Path, key: str) -> None:
    options = list(known)
    if value not in options:
        raise BadData(f"{path}: {key}: ”{value}” är okänt; kända är {', '.join(sorted(map(str, options)))}")


def unique(path: Path, key: str, values: Iterable[object]) -> None:
    twice = sorted(str(value) for value, count in Counter(values).items() if count > 1)
    expect(not twice, path, key, f"förekommer flera gånger: {', '.join(twice)}")
