"""One value at a time from JSON, remembering every fault and its place; never stops at the first."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from hemtag.faults import FaultReader, escape

from .faults import Fault

T = TypeVar("T")
LARGEST = 10**9  # a thousand billion kronor; beyond it a solver's floats cannot tell neighbours apart
YEAR = re.compile(r"^[0-9]{4}$")


class Reader(FaultReader[Fault]):
    kind = Fault

    def text(self, value: Any, place: str) -> str:
        if isinstance(value, str):
            return value
        self.fault("not_text", place)
        return ""

    def boolean(self, value: Any, place: str) -> bool:
        if isinstance(value, bool):
            return value
        self.fault("not_bool", place)
        return False

    def number(self, value: Any, place: str) -> Fraction:
        if isinstance(value, int | float | Decimal | Fraction) and not isinstance(value, bool):
            try:
                return Fraction(str(value))
            except ValueError:
                pass  # Infinity and NaN
        self.fault("not_number", place, value=value)
        return Fraction(0)

    def whole(self, value: Any, place: str, least: int | None = 0) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            self.fault("not_whole", place, value=value)
            return 0
        if least is not None and value < least:
            self.fault("negative", place, value=value)
        if abs(value) > LARGEST:
            self.fault("too_large", place, value=value)
        return value

    def amount(self, value: Any, place: str) -> Fraction:
        number = self.number(value, place)
        if number < 0:
            self.fault("negative", place, value=value)
        return number

    def share(self, value: Any, place: str) -> Fraction:
        number = self.number(value, place)
        if not 0 <= number <= 1:
            self.fault("not_share", place, value=value)
        return number

    def texts(self, value: Any, place: str) -> tuple[str, ...]:
        return tuple(self.text(item, f"{place}/{at}") for at, item in enumerate(self.items(value, place)))

    def groups(self, value: Any, place: str) -> tuple[tuple[str, ...], ...]:
        return tuple(self.texts(item, f"{place}/{at}") for at, item in enumerate(self.items(value, place)))

    def by_name(self, value: Any, place: str, one: Callable[[Any, str], T]) -> dict[str, T]:
        return {name: one(item, f"{place}/{escape(name)}") for name, item in self.mapping(value, place).items()}

    def per_year(self, value: Any, place: str, one: Callable[[Any, str], T]) -> dict[int, T]:
        result = {}
        for name, item in self.by_name(value, place, one).items():
            if YEAR.match(name):
                result[int(name)] = item
            else:
                self.fault("not_year", f"{place}/{escape(name)}", value=name)
        return dict(sorted(result.items()))
