"""Whole kronor: written for people, and shared out without losing one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from django.utils.translation import get_language

THIN = "\u202f"  # narrow no-break space between groups of three digits
MINUS = "\u2212"
_ENGLISH_MARKS = str.maketrans({",": ".", THIN: ","})

K = TypeVar("K", bound=Hashable)


def grouped(number: int) -> str:
    """28000000 → '28 000 000' with narrow no-break spaces and a true minus sign."""
    digits = f"{abs(number):,}".replace(",", THIN)
    return f"{MINUS}{digits}" if number < 0 else digits


def _english() -> bool:
    return (get_language() or "sv").startswith("en")


def digits(number: int) -> str:
    """28000000 → '28 000 000', in English '28,000,000': for sentences, never for what is typed or kept."""
    text = grouped(number)
    return text.replace(THIN, ",") if _english() else text


def kronor(number: int) -> str:
    """28000000 → '28 000 000 kr', in English 'SEK 28,000,000'."""
    text = digits(number)
    return f"SEK\u00a0{text}" if _english() else f"{text}\u00a0kr"


def mkr(number: int, decimals: int = 1) -> str:
    """28000000 → '28,0 Mkr', in English 'SEK 28.0 million'."""
    text = millions(number, decimals)
    return f"SEK\u00a0{text.translate(_ENGLISH_MARKS)} million" if _english() else f"{text}\u00a0Mkr"


def millions(number: int, decimals: int = 1) -> str:
    """28000000 → '28,0' in every language, rounded half up."""
    step = Decimal(1).scaleb(-decimals)
    rounded = (Decimal(number) / 1_000_000).quantize(step, rounding=ROUND_HALF_UP)
    whole, _, part = f"{abs(rounded):f}".partition(".")
    text = grouped(int(whole)) + (f",{part}" if part else "")
    return f"{MINUS}{text}" if rounded < 0 else text


def share_out(total: int, weights: Mapping[K, int]) -> dict[K, int]:
    """Share `total` whole kronor by weight so that the parts sum exactly to it.

    Largest remainder (Hamilton): every part gets the whole kronor of its exact share; the kronor that are left go one
    each to the largest remainders, ties in the order of the mapping. Weights are non-negative whole numbers (hours,
    kronor) of which at least one is positive; `total` is non-negative.

    Raises ValueError when that does not hold.
    """
    if total < 0:
        raise ValueError("the total to share out is negative")
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a weight is negative")
    whole = sum(weights.values())
    if whole <= 0:
        raise ValueError("no weight is positive")
    parts = {key: total * weight // whole for key, weight in weights.items()}
    remainders = {key: total * weight % whole for key, weight in weights.items()}
    left = total - sum(parts.values())
    for key in sorted(weights, key=lambda key: -remainders[key])[:left]:
        parts[key] += 1
    return parts
