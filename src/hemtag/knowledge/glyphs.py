"""Which characters a document can be set with. An archived PDF must hold a picture of every character in it.

The typesetter refuses the whole document for one that its fonts lack, so such a character is written with its name
instead: an emoji in a title must neither stop a receipt nor vanish from it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

# What the typesetter's own fonts hold, from first to last; tests set every assigned character in them.
HELD = (
    (0x20, 0x7E),
    (0xA0, 0x4FF),
    (0x1E00, 0x2040),
    (0x2044, 0x2052),
    (0x2054, 0x211E),
    (0x2120, 0x2120),
    (0x2122, 0x2122),
    (0x2124, 0x2124),
    (0x2126, 0x2151),
    (0x2153, 0x2184),
    (0x2190, 0x23FF),
    (0x2460, 0x2606),
    (0x270C, 0x2714),
    (0x27E8, 0x27EF),
    (0xFB00, 0xFB06),
    (0xFFFD, 0xFFFD),
)
_LACKING = re.compile("[^\n\t" + "".join(f"{chr(first)}-{chr(last)}" for first, last in HELD) + "]")
# Not seen anyhow: control characters, marks of writing direction and of variants, joiners.
_UNSEEN = {"Cc", "Cf", "Mn"}


def settable(value: Any) -> Any:
    """The same data with every text in characters that can be set; "😀" becomes "[grinning face]"."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return {key: settable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [settable(each) for each in value]
    return value


def _text(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = text if text.isascii() else unicodedata.normalize("NFC", text)
    named = _LACKING.sub(lambda found: _named(found.group()), kept)
    return "".join(each for each in named if unicodedata.category(each) != "Cn")


def _named(character: str) -> str:
    if unicodedata.category(character) in _UNSEEN:
        return ""
    return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower()}]"
