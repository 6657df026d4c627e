"""One value at a time from plain data, remembering every fault and its place; never stops at the first."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from hemtag.faults import FaultReader, escape

from .expression import Node, Number, parse
from .faults import Fault, InvalidCase
from .units import PLAIN, Unit, parse_unit

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
GREATEST = 1e15
NAME = re.compile(r"[a-z][a-z0-9_]*")


class Reader(FaultReader[Fault]):
    kind = Fault

    def attempt(self, place: str, make: Callable[[], T]) -> T | None:
        """What `make` gives, or None and its faults at this place."""
        try:
            return make()
        except InvalidCase as error:
            self.faults += [Fault(fault.code, place + fault.place, fault.params) for fault in error.faults]
            return None

    def named(self, value: Any, place: str) -> list[tuple[str, str, Any]]:
        """(name, place, item) of a table whose names formulas can ask for."""
        found = []
        for name, item in self.mapping(value, place).items():
            where = f"{place}/{escape(name)}"
            if NAME.fullmatch(name):
                found.append((name, where, item))
            else:
                self.fault("bad_name", where, name=name)
        return found

    def text(self, row: Mapping[str, Any], name: str, place: str, default: str = "") -> str:
        value = row.get(name, default)
        if isinstance(value, str):
            return value
        if name == "date" and hasattr(value, "isoformat"):
            return str(value.isoformat())
        self.fault("not_text", f"{place}/{name}")
        return default

    def number(self, value: Any, place: str) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and -math.inf < value < math.inf:
            if abs(value) <= GREATEST:
                return float(value)
            self.fault("out_of_range", place, value=value, low=f"{-GREATEST:g}", high=f"{GREATEST:g}")
            return 0.0
        self.fault("not_number", place, value=value)
        return 0.0

    def whole(self, row: Mapping[str, Any], name: str, place: str, default: int, low: int, high: int) -> int:
        value = row.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            self.fault("not_whole", f"{place}/{name}", value=value)
            return default
        if not low <= value <= high:
            self.fault("out_of_range", f"{place}/{name}", value=value, low=low, high=high)
            return default
        return value

    def choice(self, row: Mapping[str, Any], name: str, place: str, of: type[E], default: E | None = None) -> E | None:
        """The member named, or the default; a fault when the name is not one of them."""
        value = row.get(name)
        if value is None:
            return default
        try:
            return of(value)
        except ValueError:
            self.fault("unknown_choice", f"{place}/{name}", value=value, choices=", ".join(of))
            return default

    def unit(self, row: Mapping[str, Any], place: str, own: Collection[str], name: str = "unit") -> tuple[Unit, str]:
        text = self.text(row, name, place)
        if name not in row:
            return PLAIN, ""
        return self.attempt(f"{place}/{name}", lambda: parse_unit(text, own)) or PLAIN, text

    def formula(self, value: Any, place: str) -> tuple[Node, str]:
        """A formula as text or as a bare number; the number 0 stands in for what cannot be read."""
        if isinstance(value, str):
            return self.attempt(place, lambda: parse(value)) or Number(0.0), value
        if isinstance(value, int | float) and not isinstance(value, bool):
            number = self.number(value, place)
            return Number(number), f"{number:g}"
        self.fault("not_text", place)
        return Number(0.0), ""
