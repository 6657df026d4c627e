"""A selection as plain text for the terminal and for minutes."""

from __future__ import annotations

from .model import Number, Round
from .selection import Selection


def thousands(number: Number) -> str:
    """1234567 as 1 234 567, with no-break spaces."""
    return f"{number:,}".replace(",", "\u00a0")


def as_text(r: Round, result: Selection) -> str:
    """Chosen and not chosen blocks, and every year's frame, spent and free money."""
    chosen = set(result.chosen)
    lines = [r.title] if r.title else []
    if result.status == "optimal":
        lines.append(f"Värde {thousands(result.value)}, bevisat störst: inget tillåtet urval ger mer.")
    else:
        most = thousands(result.upper_bound)
        lines.append(f"Värde {thousands(result.value)} när tiden tog slut; inget urval ger mer än {most}.")
    lines.append(f"{len(chosen)} av {len(r.blocks)} block väljs (belopp i tusental kronor):")
    for block in r.blocks:
        mark = "+" if block.id in chosen else "–"
        name = f"{block.id} {block.title}".strip()
        lines.append(f"  {mark} {name}: effekt {thousands(block.effect)}, kostnad {thousands(block.total)}")
    lines.append("År: ram, tidigare beslutat, valt, fritt")
    for year, frame, committed in zip(r.years, r.frames, r.committed, strict=True):
        amounts = (frame, committed, result.per_year[year], result.free_per_year[year])
        lines.append(f"  {year}: " + ", ".join(thousands(amount) for amount in amounts))
    lines.append(f"Omgångens kontrollsumma (SHA-256): {result.round_sha256}")
    return "\n".join(lines)
