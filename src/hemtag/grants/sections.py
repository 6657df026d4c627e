"""The sections of an application that are written, opened again, remarked on and watched one by one.

A key is the part of the address that it is written under: "text", "block-3", "region-14". Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

COMMON = "forutsattningar"  # § 9's first two parts, the same for all applications of the form
TEXT = "text"
POINTS = "matpunkter"
BLOCK = "block"  # with a number, as the next two
EFFECTS = "effekter"
COSTS = "kostnader"
REGION = "region"  # with a county code

WHOLE = (COMMON, TEXT, POINTS)
OF_BLOCKS = (BLOCK, EFFECTS, COSTS)


@dataclass(frozen=True)
class Section:
    """A kind from above and, for those of a block or a region, which: the block's number or the county code."""

    kind: str
    which: str = ""

    def __str__(self) -> str:
        return f"{self.kind}-{self.which}" if self.which else self.kind

    @property
    def block(self) -> int | None:
        return int(self.which) if self.kind in OF_BLOCKS else None

    @property
    def region(self) -> str:
        return self.which if self.kind == REGION else ""


def of_block(kind: str, number: int) -> str:
    return str(Section(kind, str(number)))


def of_region(code: str) -> str:
    return str(Section(REGION, code))


def parse(key: str) -> Section:
    """Raises ValueError for a key that names no section."""
    kind, _dash, which = key.partition("-")
    is_whole = kind in WHOLE and not _dash
    is_block = kind in OF_BLOCKS and which.isascii() and which.isdigit() and 0 < int(which) < 1_000
    is_region = kind == REGION and which.isascii() and which.isdigit() and len(which) == 2
    if not (is_whole or is_block or is_region):
        raise ValueError(f"no section: {key}")
    return Section(kind, str(int(which)) if is_block else which)


def keys(blocks: Iterable[int], regions: Iterable[str]) -> list[str]:
    """Every section of an application with these blocks and regions, in reading order."""
    of_the_blocks = [of_block(kind, number) for number in sorted(blocks) for kind in OF_BLOCKS]
    return [COMMON, TEXT, POINTS, *of_the_blocks, *(of_region(code) for code in sorted(regions))]


def title(key: str, blocks: Mapping[int, str], regions: Mapping[str, str]) -> str:
    """What a section is called, given the titles of the blocks by number and the names of the regions by code."""
    section = parse(key)
    if section.kind == REGION:
        return _("%(region)s: beslut och uppgifter") % {"region": regions.get(section.which, section.which)}
    if section.block is not None:
        whole = {
            BLOCK: _("Block %(block)s"),
            EFFECTS: _("Effekter av block %(block)s"),
            COSTS: _("Kostnader i block %(block)s"),
        }
        return whole[section.kind] % {"block": f"{section.which}. {blocks.get(section.block, '')}".strip()}
    return {
        COMMON: _("Förutsättningar och utvecklingsbehov, gemensamt för formuläret"),
        TEXT: _("Åtgärdens texter och plan"),
        POINTS: _("Mätpunkter"),
    }[section.kind]
