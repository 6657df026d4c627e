"""Postings as bytes: places as two-byte numbers, weights as bytes, an order as three eight-byte numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .words import folded, normalised

BLOCK = 4_096
WORD, PART, FACET, ALL = "w", "p", "f", "a"
"""The spaces of terms: as written, folded parts, values to filter by, and everything there is, in order."""
EVERYTHING = "*"
_LETTERS = {"å": "{", "ä": "|", "ö": "}"}


def titles_order(title: str) -> bytes:
    """24 bytes that sort as the title does in Swedish: å, ä and ö last."""
    plain = "".join(_LETTERS.get(sign) or folded(sign) for sign in normalised(title))
    cut = plain.encode("ascii", "replace")[:24].ljust(24, b"\0")
    return np.frombuffer(cut, ">u8").astype("<u8").tobytes()


def packed(rows: Mapping[int, int | bytes]) -> tuple[bytes, bytes]:
    """(places, weights) of place → weight, in the order of places."""
    places = sorted(rows)
    weights = b"".join(each if isinstance(each := rows[place], bytes) else bytes((each,)) for place in places)
    return np.array(places, "<u2").tobytes(), weights


def unpacked(places: Any, weights: Any) -> dict[int, int | bytes]:
    """The reverse of `packed`."""
    at = np.frombuffer(places, "<u2").tolist()
    raw = bytes(weights)
    size = len(raw) // len(at) if at else 1
    if size == 1:
        return dict(zip(at, raw, strict=True))
    return {place: raw[size * row : size * (row + 1)] for row, place in enumerate(at)}


def places_of(places: Any, block: int) -> NDArray[np.int64]:
    return np.frombuffer(places, "<u2").astype(np.int64) + block * BLOCK


def weights_of(weights: Any) -> NDArray[np.uint8]:
    return np.frombuffer(weights, np.uint8)


def order_of(weights: Any) -> NDArray[np.uint64]:
    return np.frombuffer(weights, "<u8").reshape(-1, 3)
