"""The programme in free MPS, the format that every solver reads, so that anyone can solve the round with their own."""

from __future__ import annotations

from .model import Round
from .programme import programme


def export_mps(r: Round) -> str:
    """The whole programme as text; maximise the objective in points. Columns are x0, x1 … in the order of the file."""
    p = programme(r)
    lines = [
        f"* Round {r.sha256}",
        f"* One unit of effect is {r.scale} points",
        *(f"* x{column} = {_one_line(block.id)}" for column, block in enumerate(r.blocks)),
        "NAME round",
        "OBJSENSE",
        "    MAX",
        "ROWS",
        " N value",
        *(f" L r{k}" for k in range(len(p.rows))),
        "COLUMNS",
        "    MARKER MARKER 'MARKER' 'INTORG'",
    ]
    for column, points in enumerate(p.points):
        lines.append(f"    x{column} value {points}")
        for k, row in enumerate(p.rows):
            if column in row.coefficients:
                lines.append(f"    x{column} r{k} {row.coefficients[column]}")
    lines += [
        "    MARKER MARKER 'MARKER' 'INTEND'",
        "RHS",
        *(f"    RHS r{k} {row.limit}" for k, row in enumerate(p.rows) if row.limit),
        "BOUNDS",
        *(f" BV BOUND x{column}" for column in range(len(p.points))),
        "ENDATA",
    ]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
