"""What must hold in a round beyond its shape: identities, years, needs, units, regions, committed money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .faults import Fault
from .model import Block, Round
from .reader import escape

# County codes of the 21 regions (Gotland's municipality counts as a region), Statistics Sweden.
REGIONS = frozenset(
    {
        "01",
        "03",
        "04",
        "05",
        "06",
        "07",
        "08",
        "09",
        "10",
        "12",
        "13",
        "14",
        "17",
        "18",
        "19",
        "20",
        "21",
        "22",
        "23",
        "24",
        "25",
    }
)


def faults_of(r: Round) -> list[Fault]:
    """Every fault, grouped by rule; empty when the round can be used."""
    return [
        *_identities(r),
        *_costs(r),
        *_committed(r),
        *_references(r),
        *_cycles(r),
        *_units(r),
        *_regions(r),
        *_policies(r),
    ]


MANY_PACKAGES = 10**6


def remarks(r: Round) -> list[str]:
    """What is permitted but good to know: applications with so many subsets of blocks that nobody lists them."""
    found = []
    for application in r.applications:
        blocks = len(application.blocks)
        if 2**blocks >= MANY_PACKAGES:
            many = f"{2**blocks:,}".replace(",", "\u00a0")
            found.append(
                f"Ansökan ”{application.id}” har {blocks} block, alltså upp till {many} delmängder. De räknas inte upp, "
                "utan blocken vägs ett och ett: urvalet är lika exakt, men det kan ta längre tid och prisernas gräns blir "
                "vidare. Slå ihop block som ändå hör samman."
            )
    return found


def _places(r: Round) -> Iterator[tuple[str, Block]]:
    for at, application in enumerate(r.applications):
        for within, block in enumerate(application.blocks):
            yield f"/applications/{at}/blocks/{within}", block


def _identities(r: Round) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for at, application in enumerate(r.applications):
        place = f"/applications/{at}"
        if application.id in first:
            yield Fault("double_id", f"{place}/id", {"id": application.id, "first": first[application.id]})
        first.setdefault(application.id, place)
    first = {}
    for place, block in _places(r):
        if block.id in first:
            yield Fault("double_id", f"{place}/id", {"id": block.id, "first": first[block.id]})
        first.setdefault(block.id, place)


def _costs(r: Round) -> Iterator[Fault]:
    for place, block in _places(r):
        if not block.cost:
            yield Fault("no_cost", f"{place}/cost", {"block": block.id})
        part = sum(block.region_cost.values())
        if part > block.total:
            params = {"part": str(part), "whole": str(block.total)}
            yield Fault("region_cost_above_cost", f"{place}/region_cost", params)


def _committed(r: Round) -> Iterator[Fault]:
    for year, frame, committed in zip(r.years, r.frames, r.committed, strict=True):
        if committed > frame:
            params = {"year": str(year), "frame": str(frame), "committed": str(committed)}
            yield Fault("committed_above_frame", f"/committed/{year}", params)
    beyond = sum(r.committed[1:])
    if r.commitment_authorisation is not None and beyond > r.commitment_authorisation:
        params = {"frame": str(r.commitment_authorisation), "committed": str(beyond)}
        yield Fault("committed_above_authorisation", "/commitment_authorisation", params)


def _references(r: Round) -> Iterator[Fault]:
    named: list[tuple[str, Sequence[str]]] = []
    for place, block in _places(r):
        named.append((f"{place}/needs", block.needs))
        named += [(f"{place}/needs_one_of/{at}", group) for at, group in enumerate(block.needs_one_of)]
        if block.id in block.needs:
            yield Fault("needs_itself", f"{place}/needs/{block.needs.index(block.id)}", {"block": block.id})
    named += [(f"/exclusive/{at}", group) for at, group in enumerate(r.exclusive)]
    named += [(f"/synergies/{at}/blocks", synergy.blocks) for at, synergy in enumerate(r.synergies)]
    for place, group in named:
        if not group and not place.endswith("/needs"):
            yield Fault("empty_group", place)
    named.append(("/order", r.order))
    for place, group in named:
        for at, block_id in enumerate(group):
            if block_id not in r.by_id:
                yield Fault("unknown_block", f"{place}/{at}", {"block": block_id})
    mappings = [("/locked_in", r.locked_in), ("/locked_out", r.locked_out)]
    for at, overlap in enumerate(r.overlaps):
        if not overlap.effects:
            yield Fault("empty_group", f"/overlaps/{at}/effects")
        mappings.append((f"/overlaps/{at}/effects", dict.fromkeys(overlap.effects, "")))
    for place, mapping in mappings:
        for block_id in mapping:
            if block_id not in r.by_id:
                yield Fault("unknown_block", f"{place}/{escape(block_id)}", {"block": block_id})
    for block_id in r.locked_in:
        if block_id in r.locked_out:
            yield Fault("locked_both_ways", f"/locked_in/{escape(block_id)}", {"block": block_id})
    for at, application in enumerate(r.applications):
        own = {block.id for block in application.blocks}
        for within, block_id in enumerate(application.must_have):
            if block_id not in own:
                params = {"block": block_id, "application": application.id}
                yield Fault("foreign_block", f"/applications/{at}/must_have/{within}", params)


def _cycles(r: Round) -> Iterator[Fault]:
    """One fault per ring of needs, at the first block of the file that is part of it."""
    places = {block.id: place for place, block in _places(r)}
    done: set[str] = set()
    for start in places:
        path: list[str] = []
        stack = [(start, 0)]
        while stack:
            block_id, at = stack.pop()
            if at == 0:
                if block_id in done:
                    continue
                if block_id in path:
                    ring = path[path.index(block_id) :]
                    yield Fault("cycle", f"{places[ring[0]]}/needs", {"cycle": " → ".join([*ring, block_id])})
                    continue
                path.append(block_id)
            needs = [name for name in r.by_id[block_id].needs if name in places and name != block_id]
            if at < len(needs):
                stack += [(block_id, at + 1), (needs[at], 0)]
            else:
                path.pop()
                done.add(block_id)


def _units(r: Round) -> Iterator[Fault]:
    """Effects must be in one unit; `unit` on the round or on a block says which."""
    first = str(r.data.get("unit", ""))
    for at, application in enumerate(r.data.get("applications", ())):
        for within, block in enumerate(application.get("blocks", ())):
            unit = str(block.get("unit", ""))
            first = first or unit
            if unit and unit != first:
                params = {"unit": unit, "first": first}
                yield Fault("mixed_units", f"/applications/{at}/blocks/{within}/unit", params)


def _regions(r: Round) -> Iterator[Fault]:
    known = frozenset(map(str, r.data.get("regions", ()))) or REGIONS
    named = [(f"{place}/region_cost/{escape(code)}", code) for place, block in _places(r) for code in block.region_cost]
    named += [(f"/policies/region_caps/{escape(code)}", code) for code in r.region_caps]
    named += [(f"/policies/every_region/{at}", code) for at, code in enumerate(r.every_region)]
    for place, code in named:
        if code not in known:
            yield Fault("unknown_region", place, {"region": code})
    touched = {code for block in r.blocks for code, amount in block.region_cost.items() if amount}
    for at, code in enumerate(r.every_region):
        if code in known and code not in touched:
            yield Fault("region_not_touched", f"/policies/every_region/{at}", {"region": code})


def _policies(r: Round) -> Iterator[Fault]:
    tags = {tag for block in r.blocks for tag in block.tags}
    for at, (tag, _) in enumerate(r.shares):
        if tag not in tags:
            yield Fault("unknown_tag", f"/policies/shares/{at}/tag", {"tag": tag})
