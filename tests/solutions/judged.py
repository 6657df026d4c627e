"""The judged queries and the two measures: how good the first ten are, and how much of what should be found is there."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data"
FIRST = 10


@dataclass(frozen=True)
class Query:
    text: str
    grades: Mapping[str, int]


def queries(name: str = "bedomda") -> list[Query]:
    """The queries of a set: `bedomda`, which the search has been mended after, or `undanhallna`, which it has not."""
    table = tomllib.loads((DATA / "search" / f"{name}.toml").read_text(encoding="utf-8"))
    return [Query(row["text"], row["svar"]) for row in table["sokning"]]


def catalogue() -> list[dict]:
    """The demo's solutions as they stand in its files."""
    files = [DATA / "demo" / name for name in ("solutions.toml", "solutions-more.toml")]
    return [row for file in files for row in tomllib.loads(file.read_text(encoding="utf-8"))["solution"]]


def ndcg(found: Sequence[str], grades: Mapping[str, int]) -> float:
    gain = lambda row: sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(row[:FIRST]))  # noqa: E731
    return gain([grades.get(key, 0) for key in found]) / gain(sorted(grades.values(), reverse=True))


def recall(found: Sequence[str], grades: Mapping[str, int]) -> float:
    return len(set(found[:FIRST]) & grades.keys()) / min(FIRST, len(grades))


def measured(search: Callable[[str], Sequence[str]], name: str = "bedomda") -> tuple[float, float]:
    """Mean nDCG@10 and recall@10 over a set of judged queries; `search` gives keys, the best first."""
    rows = [(search(query.text), query.grades) for query in queries(name)]
    number = len(rows)
    return sum(ndcg(*row) for row in rows) / number, sum(recall(*row) for row in rows) / number
