"""From JSON to a `Round`, with every fault found on the way and its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from .faults import Fault, InvalidRound, NotARoundFile
from .model import Application, Block, Criterion, Overlap, Round, Synergy
from .reader import Reader, escape
from .validation import faults_of

T = TypeVar("T")
ROUND_FIELDS = frozenset(
    {
        "frames",
        "applications",
        "title",
        "committed",
        "carry_over",
        "commitment_authorisation",
        "hurdle",
        "exclusive",
        "overlaps",
        "synergies",
        "policies",
        "locked_in",
        "locked_out",
        "order",
        "criteria",
        "regions",
        "unit",
        "price_year",
        "note",
        "$schema",
    }
)
APPLICATION_FIELDS = frozenset(
    {
        "id",
        "title",
        "blocks",
        "score",
        "levels",
        "minimum",
        "must_have",
        "whole_only",
        "note",
    }
)
BLOCK_FIELDS = frozenset(
    {
        "id",
        "title",
        "effect",
        "unit",
        "cost",
        "needs",
        "needs_one_of",
        "tags",
        "region_cost",
        "cofinancing",
        "effect_range",
        "note",
    }
)
POLICY_FIELDS = frozenset(
    {
        "shares",
        "region_caps",
        "every_region",
        "cofinancing_share",
    }
)


def load_round(source: Mapping[str, Any] | str | bytes | Path) -> Round:
    """A round from a mapping, JSON bytes, or the path of a JSON file.

    Raises `InvalidRound` with every fault, `NotARoundFile` when it is not JSON, `OSError` when the file cannot be read.
    The hash is that of the bytes read, or for a mapping of its canonical form (see `canonical`).
    """
    found, faults = examine(source)
    if found is None or faults:
        raise InvalidRound(faults)
    return found


def validate(source: Round | Mapping[str, Any] | str | bytes | Path) -> list[Fault]:
    """Every fault in the round, in the order of the file; an empty list when it can be used."""
    if isinstance(source, Round):
        return faults_of(source)
    return examine(source)[1]


def examine(source: Mapping[str, Any] | str | bytes | Path) -> tuple[Round | None, list[Fault]]:
    """The round, or None when its shape is wrong, and all faults."""
    data, sha256, doubles = read_json(source)
    reader = Reader()
    reader.faults += [Fault("double_key", "", {"name": name}) for name in doubles]
    found = _round(reader, data, sha256)
    if reader.faults:
        return None, reader.faults
    return found, faults_of(found)


def canonical(data: Mapping[str, Any]) -> bytes:
    """The bytes to publish and to hash: sorted keys, no spaces, UTF-8."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> float | int:
    if isinstance(value, Decimal | Fraction):
        return int(value) if value == int(value) else float(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def read_json(source: Mapping[str, Any] | str | bytes | Path) -> tuple[Any, str, list[str]]:
    """The data, the hash of its bytes, and the names of fields that occur twice in one object."""
    if isinstance(source, Mapping):
        return source, hashlib.sha256(canonical(source)).hexdigest(), []
    raw = source if isinstance(source, bytes) else Path(source).read_bytes()
    doubles: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            names = [name for name, _ in pairs]
            doubles.extend(sorted({name for name in names if names.count(name) > 1}))
        return result

    try:
        data = json.loads(raw.decode("utf-8-sig"), parse_float=Decimal, object_pairs_hook=members)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotARoundFile(f"Filen är inte JSON i UTF-8: {error}") from error
    return data, hashlib.sha256(raw).hexdigest(), doubles


def _round(r: Reader, data: Any, sha256: str) -> Round:
    top = r.mapping(data, "", ROUND_FIELDS)
    for name in ("frames", "applications"):
        if name not in top:
            r.fault("missing", f"/{name}", name=name)
    frames = r.per_year(top.get("frames", {}), "/frames", r.whole)
    if "frames" in top and not frames:
        r.fault("no_frames", "/frames")
    committed = _within(r, r.per_year(top.get("committed", {}), "/committed", r.whole), frames, "/committed")
    carry_over = _within(r, r.per_year(top.get("carry_over", {}), "/carry_over", r.share), frames, "/carry_over")
    policies = r.mapping(top.get("policies", {}), "/policies", POLICY_FIELDS)
    criteria = r.by_name(top.get("criteria", {}), "/criteria", lambda item, place: _criterion(r, item, place))
    authorisation = top.get("commitment_authorisation")
    cofinancing = policies.get("cofinancing_share")
    return Round(
        years=tuple(frames),
        frames=tuple(frames.values()),
        committed=tuple(committed.get(year, 0) for year in frames),
        carry_over=tuple(carry_over.get(year, Fraction(0)) for year in frames),
        commitment_authorisation=None if authorisation is None else r.whole(authorisation, "/commitment_authorisation"),
        hurdle=r.amount(top.get("hurdle", 0), "/hurdle"),
        applications=tuple(
            _application(r, item, f"/applications/{at}", frames, criteria)
            for at, item in enumerate(r.items(top.get("applications", []), "/applications"))
        ),
        exclusive=r.groups(top.get("exclusive", []), "/exclusive"),
        overlaps=tuple(
            _overlap(r, item, f"/overlaps/{at}")
            for at, item in enumerate(r.items(top.get("overlaps", []), "/overlaps"))
        ),
        synergies=tuple(
            _synergy(r, item, f"/synergies/{at}")
            for at, item in enumerate(r.items(top.get("synergies", []), "/synergies"))
        ),
        shares=tuple(
            _share(r, item, f"/policies/shares/{at}")
            for at, item in enumerate(r.items(policies.get("shares", []), "/policies/shares"))
        ),
        region_caps=r.by_name(policies.get("region_caps", {}), "/policies/region_caps", r.whole),
        every_region=r.texts(policies.get("every_region", []), "/policies/every_region"),
        cofinancing_share=None if cofinancing is None else r.share(cofinancing, "/policies/cofinancing_share"),
        locked_in=r.by_name(top.get("locked_in", {}), "/locked_in", r.text),
        locked_out=r.by_name(top.get("locked_out", {}), "/locked_out", r.text),
        order=r.texts(top.get("order", []), "/order"),
        criteria=criteria,
        title=r.text(top.get("title", ""), "/title"),
        sha256=sha256,
        data=data if isinstance(data, Mapping) else {},
    )


def _within(r: Reader, amounts: dict[int, T], frames: Mapping[int, int], place: str) -> dict[int, T]:
    """Refuse amounts in years that have no frame."""
    for year in amounts:
        if year not in frames:
            r.fault("year_without_frame", f"{place}/{year}", year=year, years=", ".join(map(str, frames)))
    return amounts


def _criterion(r: Reader, value: Any, place: str) -> Criterion:
    item = r.mapping(value, place, frozenset({"weight", "range", "note"}))
    if "weight" not in item:
        r.fault("missing", f"{place}/weight", name="weight")
    weight = r.amount(item.get("weight", 0), f"{place}/weight")
    ends = [
        r.amount(end, f"{place}/range/{at}") for at, end in enumerate(r.items(item.get("range", []), f"{place}/range"))
    ]
    low, high = (ends[0], ends[1]) if len(ends) == 2 else (weight, weight)
    if len(ends) not in (0, 2) or not low <= weight <= high or not low:
        r.fault("not_weight", f"{place}/range" if ends else f"{place}/weight", value=float(weight))
    return Criterion(weight, low, high)


def _levels(r: Reader, value: Any, place: str, criteria: Mapping[str, Criterion]) -> dict[str, Fraction]:
    """One assessor's level on every criterion."""
    levels = r.by_name(value, place, r.amount)
    for name in levels:
        if name not in criteria:
            r.fault("unknown_criterion", f"{place}/{escape(name)}", name=name)
    for name in criteria:
        if name not in levels:
            r.fault("missing", f"{place}/{escape(name)}", name=name)
    return levels


def _application(
    r: Reader, value: Any, place: str, frames: Mapping[int, int], criteria: Mapping[str, Criterion]
) -> Application:
    item = r.mapping(value, place, APPLICATION_FIELDS)
    for name in ("id", "blocks"):
        if name not in item:
            r.fault("missing", f"{place}/{name}", name=name)
    name = r.text(item.get("id", ""), f"{place}/id")
    score = item.get("score")
    return Application(
        id=name,
        blocks=tuple(
            _block(r, block, f"{place}/blocks/{at}", name, frames)
            for at, block in enumerate(r.items(item.get("blocks", []), f"{place}/blocks"))
        ),
        title=r.text(item.get("title", ""), f"{place}/title"),
        score=None if score is None else r.number(score, f"{place}/score"),
        minimum=r.whole(item.get("minimum", 0), f"{place}/minimum"),
        must_have=r.texts(item.get("must_have", []), f"{place}/must_have"),
        whole_only=r.boolean(item.get("whole_only", False), f"{place}/whole_only"),
        levels=tuple(
            _levels(r, one, f"{place}/levels/{at}", criteria)
            for at, one in enumerate(r.items(item.get("levels", []), f"{place}/levels"))
        ),
    )


def _block(r: Reader, value: Any, place: str, application: str, frames: Mapping[int, int]) -> Block:
    item = r.mapping(value, place, BLOCK_FIELDS)
    for name in ("id", "effect", "cost"):
        if name not in item:
            r.fault("missing", f"{place}/{name}", name=name)
    return Block(
        id=r.text(item.get("id", ""), f"{place}/id"),
        application=application,
        effect=r.whole(item.get("effect", 0), f"{place}/effect", least=None),
        cost=_within(r, r.per_year(item.get("cost", {}), f"{place}/cost", r.whole), frames, f"{place}/cost"),
        title=r.text(item.get("title", ""), f"{place}/title"),
        needs=r.texts(item.get("needs", []), f"{place}/needs"),
        needs_one_of=r.groups(item.get("needs_one_of", []), f"{place}/needs_one_of"),
        tags=r.texts(item.get("tags", []), f"{place}/tags"),
        region_cost=r.by_name(item.get("region_cost", {}), f"{place}/region_cost", r.whole),
        cofinancing=r.whole(item.get("cofinancing", 0), f"{place}/cofinancing"),
        effect_range=_range(r, item, place),
    )


def _range(r: Reader, item: Mapping[str, Any], place: str) -> tuple[int, int] | None:
    """Least and greatest effect, around the effect itself."""
    if item.get("effect_range") is None:
        return None
    before = len(r.faults)
    ends = [
        r.whole(end, f"{place}/effect_range/{at}", least=None)
        for at, end in enumerate(r.items(item["effect_range"], f"{place}/effect_range"))
    ]
    effect = item.get("effect")
    if len(r.faults) > before or not isinstance(effect, int):
        return None
    if len(ends) != 2 or not ends[0] <= effect <= ends[1]:
        r.fault("not_range", f"{place}/effect_range", effect=effect)
        return None
    return ends[0], ends[1]


def _overlap(r: Reader, value: Any, place: str) -> Overlap:
    item = r.mapping(value, place, frozenset({"id", "effects", "note"}))
    return Overlap(
        id=r.text(item.get("id", ""), f"{place}/id"),
        effects=r.by_name(item.get("effects", {}), f"{place}/effects", r.whole),
    )


def _synergy(r: Reader, value: Any, place: str) -> Synergy:
    item = r.mapping(value, place, frozenset({"id", "blocks", "effect", "note"}))
    return Synergy(
        id=r.text(item.get("id", ""), f"{place}/id"),
        blocks=r.texts(item.get("blocks", []), f"{place}/blocks"),
        effect=r.whole(item.get("effect", 0), f"{place}/effect"),
    )


def _share(r: Reader, value: Any, place: str) -> tuple[str, Fraction]:
    item = r.mapping(value, place, frozenset({"tag", "share", "note"}))
    for name in ("tag", "share"):
        if name not in item:
            r.fault("missing", f"{place}/{name}", name=name)
    return r.text(item.get("tag", ""), f"{place}/tag"), r.share(item.get("share", 0), f"{place}/share")
