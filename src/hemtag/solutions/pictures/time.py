"""Pictures along time: each region's steps, the share in use after publication, the fan of what is believed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hemtag.benefits.pictures.scales import Scale

from .standing import LOOKS, OF_STAGE

WIDTH = 720
NAMES, RIGHT, ROW, HEAD = 130, 706, 24, 26
MOST_NAMED = 7

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    text: str
    shade: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One region along time: `spans` are (from, to, shade) between its steps, `marks` the steps themselves."""

    name: str
    y: float
    spans: tuple[tuple[float, float, str], ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    width: int
    height: int
    lines: tuple[Line, ...]
    years: tuple[Tick, ...]
    bottom: float


def timeline(rows: Sequence[tuple[str, Sequence[tuple[str, dt.date, str]]]], today: dt.date) -> Timeline | None:
    """`rows`: a region's name and its steps (stage, day, words), oldest first. None when there is no step."""
    told = [(name, steps) for name, steps in rows if steps]
    if not told:
        return None
    first = min(steps[0][1] for _name, steps in told)
    start = dt.date(first.year, 1, 1)
    along = Scale(start.toordinal(), max(today.toordinal(), start.toordinal() + 30), NAMES, RIGHT - 10)
    lines = []
    for number, (name, steps) in enumerate(told):
        places = [along(on.toordinal()) for _stage, on, _words in steps]
        ends = [*places[1:], along(today.toordinal())]
        shades = [LOOKS[OF_STAGE[stage]].shade for stage, _on, _words in steps]
        marks = tuple(
            Mark(x, LOOKS[OF_STAGE[stage]].mark, shade, f"{name}: {words.lower()} {on.isoformat()}")
            for x, shade, (stage, on, words) in zip(places, shades, steps, strict=True)
        )
        spans = tuple(span for span in zip(places, ends, shades, strict=True) if span[2] != "none")
        lines.append(Line(name, HEAD + ROW * number + ROW / 2, spans, marks))
    bottom = HEAD + ROW * len(lines)
    return Timeline(WIDTH, bottom + 8, tuple(lines), _years(start, today, along), bottom)


def _years(start: dt.date, today: dt.date, along: Scale) -> tuple[Tick, ...]:
    every = list(range(start.year, today.year + 1))
    apart = -(-len(every) // MOST_NAMED)
    return tuple(Tick(along(dt.date(year, 1, 1).toordinal()), str(year)) for year in every[::apart])


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of WIDE × HIGH: paths by name, and its two axes."""

    paths: Mapping[str, str]
    along: tuple[Tick, ...]
    up: tuple[Tick, ...]
    labels: tuple[tuple[float, float, str], ...] = ()
    width: int = 560
    height: int = 260
    left: int = 44
    right: int = 470
    top: int = 16
    bottom: int = 222


LEFT, WIDE, TOP, BOTTOM = 44, 470, 16, 222


def waiting(
    times: Sequence[float], share: Sequence[float], low: Sequence[float], high: Sequence[float], followed: float
) -> Chart:
    """The share of the regions that have it in use, as steps, with its interval. Days along, 0–100 % up."""
    most = max(followed, 365.0)
    along, up = Scale(0, most, LEFT, WIDE), Scale(0, 1, BOTTOM, TOP)

    def steps(values: Sequence[float]) -> list[Point]:
        points, at = [(along(0), up(0))], 0.0
        for time, value in zip(times, values, strict=True):
            points += [(along(time), up(at)), (along(time), up(value))]
            at = value
        return [*points, (along(followed), up(at))]

    lower, upper = steps(low), steps(high)
    every = 365.25 if most <= 6 * 365.25 else 2 * 365.25
    months = [n * every for n in range(int(most // every) + 1)]
    return Chart(
        {"middle": _path(steps(share)), "band": _path([*lower, *reversed(upper)]) + "Z"},
        tuple(Tick(along(day), str(round(day / 365.25 * 12))) for day in months),
        tuple(Tick(up(n / 4), str(25 * n)) for n in range(5)),
    )


def fan(
    quantiles: Sequence[Sequence[float]],
    now: float,
    linear: Sequence[float],
    last: Sequence[float],
    most: int,
    names: Sequence[str],
    words: tuple[str, str, str],
) -> Chart:
    """Quantiles 5, 25, 50, 75, 95 per quarter from `now`, beside the straight line and no change. `words` label them."""
    along, up = Scale(0, len(linear), LEFT, WIDE), Scale(0, max(most, 1), BOTTOM, TOP)

    def line(values: Sequence[float]) -> list[Point]:
        return [(along(n), up(value)) for n, value in enumerate([now, *values])]

    p05, p25, p50, p75, p95 = (line(values) for values in quantiles)
    ends = sorted(
        ((p50[-1][1], words[0]), (line(linear)[-1][1], words[1]), (line(last)[-1][1], words[2])), key=lambda row: row[0]
    )
    labels: list[tuple[float, float, str]] = []
    for y, text in ends:
        labels.append((WIDE + 6, max(y + 4, labels[-1][1] + 14) if labels else y + 4, text))
    apart = max(1, -(-most // 6))
    return Chart(
        {
            "outer": _path([*p05, *reversed(p95)]) + "Z",
            "inner": _path([*p25, *reversed(p75)]) + "Z",
            "median": _path(p50),
            "linear": _path(line(linear)),
            "last": _path(line(last)),
        },
        tuple(Tick(along(n + 1), name) for n, name in enumerate(names) if n % 2),
        tuple(Tick(up(n), str(n)) for n in range(0, most + 1, apart)),
        tuple(labels),
    )


@dataclass(frozen=True, slots=True)
class Bars:
    """Volumes beside each other: (x, y, width, height, is before, text) per period."""

    bars: tuple[tuple[float, float, float, float, bool, str], ...]
    width: int = 360
    height: int = 130
    bottom: float = 112.0


def volumes(rows: Sequence[tuple[float, bool, str]]) -> Bars:
    """`rows`: volume a month, whether it is before, and words."""
    most = max([rate for rate, _before, _text in rows] or [1]) or 1
    wide = min(80.0, 350 / max(len(rows), 1))
    return Bars(
        tuple(
            (
                round(5 + n * wide, 1),
                round(112 - 92 * rate / most, 1),
                round(wide - 8, 1),
                round(92 * rate / most, 1),
                before,
                text,
            )
            for n, (rate, before, text) in enumerate(rows)
        )
    )


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
