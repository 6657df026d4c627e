"""Formulas: + − × ÷, min, max, exp, log, numbers and names. Parsed by hand into a tree; Python is never asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .faults import refused

FUNCTIONS = {"min": 2, "max": 2, "exp": 1, "log": 1}
MOST_PARTS, MOST_DEEP = 400, 40
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([a-z][a-z0-9_]*)|([-+*/(),−×·÷]))")
_SAME = {"−": "-", "×": "*", "·": "*", "÷": "/"}


@dataclass(frozen=True, slots=True)
class Number:
    value: float

    def __str__(self) -> str:
        return f"{self.value:g}"


@dataclass(frozen=True, slots=True)
class Name:
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Operation:
    """`sign` is one of + - * / and has two parts, or a function's name."""

    sign: str
    parts: tuple[Node, ...]

    def __str__(self) -> str:
        if self.sign in FUNCTIONS:
            return f"{self.sign}({', '.join(map(str, self.parts))})"
        return f"({self.parts[0]} {self.sign} {self.parts[1]})"


Node = Number | Name | Operation


def parse(formula: str) -> Node:
    """The tree of a formula. Raises InvalidCase (`syntax`, `formula_too_long`) with the place in the text."""
    return _Parser(formula).whole()


class _Parser:
    def __init__(self, formula: str) -> None:
        self.formula, self.at, self.deep = formula, 0, 0
        self.tokens: list[tuple[str, int]] = []
        place, end = 0, len(formula.rstrip())
        while place < end:
            token = _TOKEN.match(formula, place)
            if token is None:
                raise self._wrong(place, "okänt tecken")
            text = token[0].strip()
            self.tokens.append((_SAME.get(text, text), token.end() - len(text)))
            place = token.end()
        if len(self.tokens) > MOST_PARTS:
            raise refused("formula_too_long", found=len(self.tokens), most=MOST_PARTS)

    def whole(self) -> Node:
        node = self._sum()
        if self.at < len(self.tokens):
            raise self._wrong(self.tokens[self.at][1], "här väntades en operator")
        return node

    def _next(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def _take(self, wanted: str) -> None:
        if self._next() != wanted:
            place = self.tokens[self.at][1] if self.at < len(self.tokens) else len(self.formula)
            raise self._wrong(place, f"här väntades ”{wanted}”")
        self.at += 1

    def _sum(self) -> Node:
        return self._chain("+-", self._product)

    def _product(self) -> Node:
        return self._chain("*/", self._single)

    def _chain(self, signs: str, part: Callable[[], Node]) -> Node:
        node = part()
        while self._next() and self._next() in signs:
            sign = self._next()
            self.at += 1
            node = Operation(sign, (node, part()))
        return node

    def _single(self) -> Node:
        word = self._next()
        place = self.tokens[self.at][1] if word else len(self.formula)
        self.at += 1
        self.deep += 1
        if self.deep > MOST_DEEP:
            raise refused("formula_too_long", found=f"{self.deep} nivåer av", most=MOST_DEEP)
        try:
            if word == "-":
                return Operation("-", (Number(0.0), self._single()))
            if word == "(":
                node = self._sum()
                self._take(")")
                return node
            if word and word[0].isdigit():
                value = float(word)
                if not np.isfinite(value):
                    raise self._wrong(place, "talet är för stort")
                return Number(value)
            if word in FUNCTIONS:
                return self._call(word)
            if word and word[0].isalpha():
                return Name(word)
            raise self._wrong(place, "här väntades ett tal, ett namn eller en parentes")
        finally:
            self.deep -= 1

    def _call(self, function: str) -> Node:
        self._take("(")
        parts = [self._sum()]
        while self._next() == ",":
            self.at += 1
            parts.append(self._sum())
        self._take(")")
        least = FUNCTIONS[function]
        if len(parts) < least or (least == 1 and len(parts) > 1):
            raise self._wrong(
                self.tokens[self.at - 1][1], f"{function} tar {'minst två' if least > 1 else 'ett'} värden"
            )
        return Operation(function, tuple(parts))

    def _wrong(self, place: int, what: str) -> Exception:
        return refused("syntax", formula=self.formula, at=place + 1, what=what)


def names_in(node: Node) -> Iterator[str]:
    """Every name that the formula asks for, in order, repeats included."""
    if isinstance(node, Name):
        yield node.name
    elif isinstance(node, Operation):
        for part in node.parts:
            yield from names_in(part)


def evaluate(node: Node, values: Mapping[str, Any]) -> Any:
    """The value by numpy's rules: names stand for floats or arrays that broadcast together."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return values[node.name]
    parts = [evaluate(part, values) for part in node.parts]
    match node.sign:
        case "+":
            return parts[0] + parts[1]
        case "-":
            return parts[0] - parts[1]
        case "*":
            return parts[0] * parts[1]
        case "/":
            return parts[0] / parts[1]
        case "exp":
            return np.exp(parts[0])
        case "log":
            return np.log(parts[0])
    value = parts[0]
    for part in parts[1:]:
        value = np.minimum(value, part) if node.sign == "min" else np.maximum(value, part)
    return value
