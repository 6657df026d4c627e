"""What is wrong with a file that one of the pure packages reads: every fault at once, each with its place and its mend.

Below those packages, since they may not import each other; each says in its own `faults.py` what can be wrong there.
None of them knows gettext: a page that wants another language translates by `code` and `params`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Self, TypeVar

# code: (what is wrong, how to mend it)
Texts = Mapping[str, tuple[str, str]]
COMMON: Texts = {
    "not_list": ("Här ska stå en lista.", "Omge posterna med hakparenteser."),
    "not_text": ("Här ska stå en text.", "Skriv texten inom citattecken."),
    "missing": ("Fältet ”{name}” saknas.", "Lägg till det."),
    "unknown_field": ("Fältet ”{name}” finns inte i formatet.", "Ta bort det eller rätta stavningen."),
}
# What a table with names and values can hold besides, be it TOML or JSON.
TABLES: Texts = {
    **COMMON,
    "not_object": ("Här ska stå en tabell med namngivna fält.", "Skriv fälten med namn och värde."),
    "not_number": ("{value} är inte ett ändligt tal.", "Skriv ett tal utan citattecken, med decimalpunkt."),
    "not_a_day": ("{value} är ingen dag.", "Skriv dagen som ÅÅÅÅ-MM-DD."),
    "unknown_choice": ("”{value}” är inget giltigt val.", "Välj ett av: {choices}."),
    "empty": ("Listan är tom.", "Lägg till minst en post."),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where it is (JSON pointer, RFC 6901), what is wrong and how to mend it."""

    code: str
    place: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    TEXTS: ClassVar[Texts] = COMMON

    @property
    def message(self) -> str:
        return self.TEXTS[self.code][0].format(**self.params)

    @property
    def mend(self) -> str:
        return self.TEXTS[self.code][1].format(**self.params)

    def __str__(self) -> str:
        return f"{self.place or '/'}: {self.message} {self.mend}"

    def as_dict(self) -> dict[str, object]:
        return {
            "code": self.code,
            "place": self.place,
            "message": self.message,
            "mend": self.mend,
            "params": dict(self.params),
        }


F = TypeVar("F", bound=Fault)


class Invalid(ValueError, Generic[F]):
    """What was read, or a value given to a function, cannot be used; `faults` says where and why."""

    fault: ClassVar[type[Fault]] = Fault

    def __init__(self, faults: Sequence[F]) -> None:
        self.faults: tuple[F, ...] = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

    @classmethod
    def of(cls, code: str, place: str = "", **params: object) -> Self:
        """The exception for one fault."""
        return cls([cls.fault(code, place, {key: str(value) for key, value in params.items()})])  # type: ignore[list-item]


def escape(name: object) -> str:
    """A name as one step of a JSON pointer (RFC 6901)."""
    return str(name).replace("~", "~0").replace("/", "~1")


class FaultReader(Generic[F]):
    """Reads one value at a time and remembers what was wrong; never stops at the first fault."""

    kind: type[F]
    longest: int | None = None  # letters of a value that a fault repeats

    def __init__(self) -> None:
        self.faults: list[F] = []

    def fault(self, code: str, place: str, **params: object) -> None:
        self.faults.append(self.kind(code, place, {key: str(value)[: self.longest] for key, value in params.items()}))

    def mapping(
        self, value: Any, place: str, known: Collection[str] | None = None, needed: Collection[str] = ()
    ) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.fault("not_object", place)
            return {}
        for name in value:
            if known is not None and name not in known:
                self.fault("unknown_field", f"{place}/{escape(name)}", name=name)
        for name in needed:
            if name not in value:
                self.fault("missing", place, name=name)
        return {str(name): item for name, item in value.items()}

    def items(self, value: Any, place: str) -> list[Any]:
        if isinstance(value, list | tuple):
            return list(value)
        self.fault("not_list", place)
        return []
