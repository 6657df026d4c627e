"""Bars that lie down beside their words: intervals, tornado, worth of information. Places in per cent of the width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .scales import Scale, Ticks, ticks
from .words import Unit, unit_for

LEAST = 0.4  # per cent: a bar of nothing is still seen


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of the width, from `x` and `width` per cent wide."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Mark:
    at: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Interval:
    """One row: the interval as a bar, the expected value as a mark."""

    label: str
    note: str
    low: float
    mean: float
    high: float
    bar: Bar
    at: float


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows on one scale, with its marks; `zero` is where nothing is."""

    rows: tuple[Any, ...]
    marks: tuple[Mark, ...]
    zero: float
    unit: Unit


def piece(scale: Scale, one: float, other: float) -> Bar:
    start, end = sorted((scale(one), scale(other)))
    width = max(end - start, LEAST)
    return Bar(round(min(start, 100 - width), 2), round(width, 2))


def marks(over: Ticks, unit: Unit) -> tuple[Mark, ...]:
    """At the ends and at zero: more than three numbers do not fit a narrow page."""
    scale = Scale(over.low, over.high, 0, 100)
    decimals = next((n for n in range(4) if abs(over.step / unit.size * 10**n % 1) < 1e-6), 3)
    shown = dict.fromkeys([over.low, 0.0, over.high])
    places = {value: scale(value) for value in shown}
    kept = [value for value in shown if value in (over.low, over.high) or 14 < places[value] < 86]
    anchors = {over.low: "start", over.high: "end"}
    return tuple(Mark(places[value], unit.bare(value, decimals), anchors.get(value, "middle")) for value in kept)


def intervals(rows: Iterable[tuple[str, str, Mapping[str, float]]], *, over: Ticks | None = None) -> Rows:
    """`rows`: label, note, and a mapping with p05, mean and p95."""
    read = list(rows)
    over = over or ticks(row[part] for _label, _note, row in read for part in ("p05", "mean", "p95"))
    scale, unit = Scale(over.low, over.high, 0, 100), unit_for(over.values)
    made = tuple(
        Interval(label, note, row["p05"], row["mean"], row["p95"], piece(scale, row["p05"], row["p95"]), scale(row["mean"]))
        for label, note, row in read
    )  # fmt: skip
    return Rows(made, marks(over, unit), scale(0.0), unit)


@dataclass(frozen=True, slots=True)
class Twist:
    """One row of a tornado: where the outcome goes when this input alone is low, and when it is high."""

    row: Mapping[str, Any]
    at_low: Bar
    at_high: Bar
    middle: float


def tornado(drivers: Sequence[Mapping[str, Any]], middle: float) -> Rows:
    """Each bar begins at `middle`, the expected outcome, and ends at the outcome with the input at its p05 or p95."""
    ends = [row[end] for row in drivers for end in ("outcome_at_low", "outcome_at_high")]
    over = ticks([middle, *ends], about=7)
    scale, unit = Scale(over.low, over.high, 0, 100), unit_for(over.values)
    made = tuple(
        Twist(row, piece(scale, middle, row["outcome_at_low"]), piece(scale, middle, row["outcome_at_high"]), scale(middle))
        for row in drivers
    )  # fmt: skip
    return Rows(made, marks(over, unit), scale(0.0), unit)


@dataclass(frozen=True, slots=True)
class Worth:
    """What it is worth to know one input: the bar, its error, and the noise it stands out of."""

    row: Mapping[str, Any]
    bar: Bar
    error: Bar
    noise: float


def worth(drivers: Sequence[Mapping[str, Any]]) -> Rows:
    """`drivers` that stand out, most worth first. The error is two standard errors each way."""
    ranked = sorted((row for row in drivers if row["stands_out"]), key=lambda row: -row["evppi"])
    over = ticks(row["evppi"] + 2 * row["evppi_error"] for row in ranked)
    scale, unit = Scale(over.low, over.high, 0, 100), unit_for(over.values)
    made = tuple(
        Worth(
            row,
            piece(scale, 0, row["evppi"]),
            piece(scale, row["evppi"] - 2 * row["evppi_error"], row["evppi"] + 2 * row["evppi_error"]),
            scale(row["noise_floor"]),
        )
        for row in ranked
    )
    return Rows(made, marks(over, unit), scale(0.0), unit)
