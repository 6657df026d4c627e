"""Which smallest set of demands cannot be met together: never a bare "infeasible"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .model import Round
from .programme import Programme, Row, programme
from .solver import maximise

# A round is never empty of permitted choices but for what it demands; so demands are what a conflict is made of.
WORDS = {
    "frame": "ramen för {0}",
    "authorisation": "bemyndiganderamen",
    "needs": "blocket {0} behöver {1}",
    "one_of": "blocket {0} behöver något av {rest}",
    "exclusive": "högst ett av {all}",
    "whole": "ansökan {2} bara som helhet",
    "must": "blocket {1} måste ingå i ansökan {2}",
    "minimum": "lägsta nivå för ansökan {0}",
    "share": "minst {1} av beloppet till {0}",
    "cap": "taket för region {0}",
    "region": "något block i region {0}",
    "cofinancing": "minst {0} medfinansiering",
    "in": "blocket {0} är inlåst",
    "out": "blocket {0} är utlåst",
}


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand as a person made it: its rows, its kind and what it is about."""

    name: str
    kind: str
    subject: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def text(self) -> str:
        rest, everything = ", ".join(self.subject[1:]), ", ".join(self.subject)
        return WORDS[self.kind].format(*self.subject, rest=rest, all=everything)

    def as_dict(self) -> dict[str, object]:
        return {"name": self.name, "kind": self.kind, "subject": list(self.subject), "text": self.text}


def demands(p: Programme) -> tuple[Demand, ...]:
    """The rows gathered by what a person would take away as one thing. Overlaps and synergies demand nothing."""
    found: dict[str, list[Row]] = {}
    for row in p.rows:
        if row.kind in ("whole", "must"):
            found.setdefault(f"{row.kind}:{row.subject[-1]}", []).append(row)
        elif row.kind == "minimum":
            found.setdefault(f"minimum:{row.subject[0]}", []).append(row)
        elif row.kind in WORDS:
            found.setdefault(row.name, []).append(row)
    return tuple(Demand(name, rows[0].kind, rows[0].subject, tuple(rows)) for name, rows in found.items())


def irreducible_conflict(r: Round) -> tuple[Demand, ...]:
    """A smallest set of demands that cannot all hold: without any one of them the others can. Empty when all can.

    Divide and conquer (Junker 2004): about k·log(n/k) feasibility questions for a conflict of k among n demands.
    """
    p = programme(r)
    everything = demands(p)
    # What a person chose for this very round is blamed last to first: locks, then policies, then the rest.
    ranked = sorted(
        everything, key=lambda demand: demand.kind in ("in", "out", "share", "cap", "region", "cofinancing")
    )
    if possible(p, ranked):
        return ()
    blamed = {demand.name for demand in _explain(p, (), False, tuple(ranked))}
    return tuple(demand for demand in everything if demand.name in blamed)


def possible(p: Programme, some: Sequence[Demand]) -> bool:
    """Whether any choice satisfies these demands."""
    rows = [row for demand in some for row in demand.rows]
    return maximise(p, objective={}, rows=rows).chosen is not None


def _explain(
    p: Programme, background: tuple[Demand, ...], changed: bool, some: tuple[Demand, ...]
) -> tuple[Demand, ...]:
    if changed and not possible(p, background):
        return ()
    if len(some) == 1:
        return some
    middle = len(some) // 2
    first, second = some[:middle], some[middle:]
    late = _explain(p, (*background, *first), bool(first), second)
    early = _explain(p, (*background, *late), bool(late), first)
    return (*early, *late)
