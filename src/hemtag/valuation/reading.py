"""A case from TOML, JSON or plain data, with every fault in it, its place and its mend."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from .believed import FIELDS, distribution
from .case import Account, Calculation, Case, Curve, Driver, Evidence, Form, Horizon, Input, Kind, Line, Shape
from .checking import check
from .distributions import Distribution
from .expression import Node
from .facts import Register
from .faults import Fault, InvalidCase, NotACaseFile
from .reader import Reader, escape

FORMAT = 1
MOST_LINES = 2000
MOST = {"regions": 500, "inputs": 500, "drivers": 1000, "curves": 1000, "calculations": 2000, "correlations": 5000}
SWEDISH = {
    "regions": "regioner", "inputs": "indata", "drivers": "drivare", "curves": "kurvor", "calculations": "beräkningar",
    "correlations": "korrelationer",
}  # fmt: skip
TOP = {
    "$schema", "format", "name", "note", "first_year", "years", "price_year", "discount_rate", "units",
    "regions", "drivers", "inputs", "correlations", "curves", "calculations", "lines",
}  # fmt: skip
ABOUT = {"label", "unit", "kind", "source", "date", "judged_by", "regions", "note"}
LINE = {
    "name", "label", "account", "kind", "amount", "unit", "first_year", "last_year", "shared_by", "paid_by",
    "price", "uses", "regions", "form", "horizon", "note",
}  # fmt: skip
CURVE_PARAMETERS = {
    Shape.ADOPTION: ("ceiling", "midpoint", "slope", "delay"),
    Shape.GROWTH: ("rate",),
    Shape.DECAY: ("rate",),
    Shape.TABLE: (),
}


def load_case(source: Path | bytes | Mapping[str, Any], register: Register | None = None) -> Case:
    """The case; what it refers to is looked up in `register`.

    Raises InvalidCase with all its faults, NotACaseFile when it is neither TOML nor JSON, OSError.
    """
    case, faults = examine(source, register)
    if case is None:
        raise InvalidCase(faults)
    return case


def examine(
    source: Path | bytes | Mapping[str, Any], register: Register | None = None
) -> tuple[Case | None, list[Fault]]:
    """The case, or None, and everything that is wrong with it. Raises NotACaseFile and OSError only."""
    reader = Reader()
    case = _case(reader, plain_case(source), register or Register())
    if not reader.faults:
        reader.faults += check(case)
    return (None if reader.faults else case), reader.faults


def plain_case(source: Path | bytes | Mapping[str, Any]) -> Any:
    """The case as plain data, unread. Raises NotACaseFile and OSError."""
    if isinstance(source, Mapping):
        return source
    raw = source.read_bytes() if isinstance(source, Path) else source
    try:
        text = raw.decode("utf-8-sig")
        return json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotACaseFile(f"filen är varken TOML eller JSON i UTF-8: {error}") from error


def resolved(source: Path | bytes | Mapping[str, Any], register: Register) -> dict[str, Any]:
    """The case's plain data with every reference replaced by what the register says now, so that it can be repeated when
    the register has moved on. Raises InvalidCase for references that cannot be followed, NotACaseFile, OSError.
    """
    reader = Reader()
    data = {**reader.mapping(plain_case(source), "")}
    own = [one for one in reader.items(data.get("units", []), "/units") if isinstance(one, str)]
    for table in ("inputs", "drivers"):
        if table in data:
            data[table] = {
                name: dict(register.filled(reader, row, f"/{table}/{escape(name)}", own, table))
                for name, row in reader.mapping(data[table], f"/{table}").items()
                if isinstance(row, Mapping)
            }
    codes = reader.mapping(data.get("regions", {}), "/regions")
    for row in data.get("drivers", {}).values():
        if isinstance(row.get("values"), Mapping):
            row["values"] = {code: value for code, value in row["values"].items() if code in codes}
    if reader.faults:
        raise InvalidCase(reader.faults)
    return data


def _case(r: Reader, data: Any, register: Register) -> Case:
    top = r.mapping(data, "", TOP, ("name", "first_year", "years", "price_year", "regions", "lines"))
    for table, most in MOST.items():
        if isinstance(top.get(table), Mapping | list) and len(top[table]) > most:
            r.fault("too_many", f"/{table}", found=len(top[table]), name=SWEDISH[table], most=most)
            top = {**top, table: type(top[table])()}
    r.whole(top, "format", "", FORMAT, FORMAT, FORMAT)
    first = r.whole(top, "first_year", "", 2027, 1900, 2200)
    years = r.whole(top, "years", "", 10, 1, 100)
    own = [one for one in r.items(top.get("units", []), "/units") if isinstance(one, str)]
    regions = _regions(r, top.get("regions", {}))
    raw_lines = r.items(top.get("lines", []), "/lines")
    if len(raw_lines) > MOST_LINES:
        r.fault("too_many", "/lines", found=len(raw_lines), name="rader", most=MOST_LINES)
        raw_lines = []
    elif not raw_lines and "lines" in top:
        r.fault("no_lines", "/lines")
    case = Case(
        name=r.text(top, "name", ""),
        first_year=first,
        years=years,
        price_year=r.whole(top, "price_year", "", first, 1900, 2200),
        rates=_rates(r, top.get("discount_rate", 0.03)),
        regions=regions,
        inputs={
            name: _input(r, name, row, at, own, regions, register)
            for name, at, row in r.named(top.get("inputs", {}), "/inputs")
        },
        drivers={
            name: _driver(r, name, row, at, own, regions, register)
            for name, at, row in r.named(top.get("drivers", {}), "/drivers")
        },
        curves={name: _curve(r, name, row, at, regions) for name, at, row in r.named(top.get("curves", {}), "/curves")},
        calculations={
            name: _calculation(r, name, row, at)
            for name, at, row in r.named(top.get("calculations", {}), "/calculations")
        },
        lines=tuple(_line(r, row, f"/lines/{n}", first, years, regions) for n, row in enumerate(raw_lines)),
        correlations=_correlations(r, top.get("correlations", [])),
        described={name: str(top[name]) for name in ("note",) if name in top},
    )
    _names_once(r, case)
    return _with_units(case, own)


def _with_units(case: Case, own: list[str]) -> Case:
    object.__setattr__(case, "described", {**case.described, "units": " ".join(own)})
    return case


def _regions(r: Reader, value: Any) -> dict[str, str]:
    found = {code: name if isinstance(name, str) else code for code, name in r.mapping(value, "/regions").items()}
    if isinstance(value, Mapping) and not found:
        r.fault("empty", "/regions")
    return found


def _rates(r: Reader, value: Any) -> tuple[float, ...]:
    listed = value if isinstance(value, list) else [value]
    rates = tuple(r.number(one, "/discount_rate") for one in listed)
    if not rates:
        r.fault("empty", "/discount_rate")
    for rate in rates:
        if not 0 <= rate <= 0.5:
            r.fault("out_of_range", "/discount_rate", value=rate, low=0, high=0.5)
    return rates


def _input(
    r: Reader, name: str, value: Any, at: str, own: list[str], regions: Mapping[str, str], register: Register
) -> Input:
    row = _with_fact(r, value, at, own, FIELDS | ABOUT, register, "inputs")
    unit, unit_text = r.unit(row, at, own)
    believed = distribution(r, row, at)
    by_region: dict[str, Distribution] = {}
    for code, one in r.mapping(row.get("regions", {}), f"{at}/regions").items():
        where = f"{at}/regions/{escape(code)}"
        _known_region(r, code, where, regions)
        by_region[code] = distribution(r, r.mapping(one, where, FIELDS), where)
    for where, made in [(at, believed), *((f"{at}/regions/{escape(code)}", made) for code, made in by_region.items())]:
        low, high = made.support
        if unit_text == "andel" and (low < 0 or high > 1):
            r.fault("probability_above_one", where, value=f"{high if high > 1 else low:g}")
    return Input(
        name, unit, unit_text, believed, r.text(row, "label", at),
        r.choice(row, "kind", at, Evidence, Evidence.ASSUMPTION) or Evidence.ASSUMPTION,
        r.text(row, "source", at), r.text(row, "date", at), r.text(row, "judged_by", at), by_region,
    )  # fmt: skip


def _with_fact(
    r: Reader, value: Any, at: str, own: list[str], known: Collection[str], register: Register, table: str
) -> Mapping[str, Any]:
    needed = () if isinstance(value, Mapping) and "fact" in value else ("unit",)
    return register.filled(r, r.mapping(value, at, {*known, "fact", "max_age"}, needed), at, own, table)


def _driver(
    r: Reader, name: str, value: Any, at: str, own: list[str], regions: Mapping[str, str], register: Register
) -> Driver:
    known = ("label", "unit", "values", "default", "source", "date", "note")
    row = _with_fact(r, value, at, own, known, register, "drivers")
    unit, unit_text = r.unit(row, at, own)
    given = r.mapping(row.get("values", {}), f"{at}/values")
    values = {}
    for code, one in given.items():
        if code not in regions and isinstance(value, Mapping) and "fact" in value:
            continue  # a register knows every region, the case only its own
        _known_region(r, code, f"{at}/values/{escape(code)}", regions)
        values[code] = r.number(one, f"{at}/values/{escape(code)}")
    for code in regions:
        if code not in values:
            if "default" in row:
                values[code] = r.number(row["default"], f"{at}/default")
            else:
                r.fault("region_without_value", f"{at}/values", region=code, name=name)
    for code, one in values.items():
        if one < 0:
            r.fault("negative", f"{at}/values/{escape(code)}", name=name, value=one)
    return Driver(name, unit, unit_text, values)


def _curve(r: Reader, name: str, value: Any, at: str, regions: Mapping[str, str]) -> Curve:
    shape = r.choice(value, "shape", at, Shape) if isinstance(value, Mapping) else None
    wanted = CURVE_PARAMETERS.get(shape, ()) if shape else ()
    known = ("shape", "label", "waves", "values", "note", *wanted)
    needed = ["shape", *(one for one in wanted if one != "delay"), *(["values"] if shape is Shape.TABLE else [])]
    row = r.mapping(value, at, known, needed)
    parameters: dict[str, Node] = {
        one: r.formula(row.get(one, 0), f"{at}/{one}")[0] for one in wanted if one in row or one == "delay"
    }
    waves = {}
    given = r.mapping(row.get("waves", {}), f"{at}/waves")
    for code in given:
        _known_region(r, code, f"{at}/waves/{escape(code)}", regions)
        waves[code] = r.whole(given, code, f"{at}/waves", 0, 0, 100)
    table = tuple(
        r.number(one, f"{at}/values/{n}") for n, one in enumerate(r.items(row.get("values", []), f"{at}/values"))
    )
    if shape is Shape.TABLE and not table:
        r.fault("empty", f"{at}/values")
    return Curve(name, shape or Shape.TABLE, parameters, waves, table or (0.0,))


def _calculation(r: Reader, name: str, value: Any, at: str) -> Calculation:
    row = r.mapping(value, at, ("formula", "label", "note"), ("formula",))
    formula, text = r.formula(row.get("formula", 0), f"{at}/formula")
    return Calculation(name, formula, text)


def _line(r: Reader, value: Any, at: str, begin: int, years: int, regions: Mapping[str, str]) -> Line:
    row = r.mapping(value, at, LINE, ("name", "kind", "amount"))
    amount, text = r.formula(row.get("amount", 0), f"{at}/amount")
    end = begin + years - 1
    first = r.whole(row, "first_year", at, begin, 1900, 2300)
    last = r.whole(row, "last_year", at, end, 1900, 2300)
    if not begin <= first <= last <= end:
        r.fault("years_outside", at, first=first, last=last, begin=begin, end=end)
    only = [code for code in r.items(row.get("regions", list(regions)), f"{at}/regions") if isinstance(code, str)]
    for n, code in enumerate(only):
        _known_region(r, code, f"{at}/regions/{n}", regions)
    uses: dict[Kind, Node] = {}
    for use, share in r.mapping(row.get("uses", {}), f"{at}/uses", ("cash", "capacity", "care")).items():
        if use in ("cash", "capacity", "care"):
            uses[Kind(use)] = r.formula(share, f"{at}/uses/{use}")[0]
    if uses and "price" not in row:
        r.fault("missing", at, name="price")
    if "price" in row and not uses:
        r.fault("missing", at, name="uses")
    return Line(
        name=r.text(row, "name", at),
        account=r.choice(row, "account", at, Account, Account.REGION) or Account.REGION,
        kind=r.choice(row, "kind", at, Kind, Kind.CASH) or Kind.CASH,
        amount=amount,
        text=text,
        unit_text=r.text(row, "unit", at, "kr"),
        first=first - begin,
        last=last - begin,
        label=r.text(row, "label", at),
        shared_by=r.text(row, "shared_by", at),
        paid_by=r.choice(row, "paid_by", at, Account),
        price=r.formula(row["price"], f"{at}/price")[0] if "price" in row else None,
        uses=uses,
        regions=tuple(only),
        form=r.choice(row, "form", at, Form),
        horizon=r.choice(row, "horizon", at, Horizon),
    )


def _correlations(r: Reader, value: Any) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for n, one in enumerate(r.items(value, "/correlations")):
        at = f"/correlations/{n}"
        row = r.mapping(one, at, ("inputs", "spearman", "note"), ("inputs", "spearman"))
        pair = [name for name in r.items(row.get("inputs", []), f"{at}/inputs") if isinstance(name, str)]
        rank = r.number(row.get("spearman", 0), f"{at}/spearman")
        if len(pair) != 2:
            r.fault("out_of_range", f"{at}/inputs", value=len(pair), low=2, high=2)
            continue
        if not -1 <= rank <= 1:
            r.fault("out_of_range", f"{at}/spearman", value=rank, low=-1, high=1)
        if (pair[0], pair[1]) in found or (pair[1], pair[0]) in found:
            r.fault("double_correlation", at, names=" och ".join(pair))
        found[pair[0], pair[1]] = rank
    return found


def _known_region(r: Reader, code: str, place: str, regions: Mapping[str, str]) -> None:
    if code not in regions:
        r.fault("unknown_region", place, region=code)


def _names_once(r: Reader, case: Case) -> None:
    seen: dict[str, str] = {"min": "en funktion", "max": "en funktion", "exp": "en funktion", "log": "en funktion"}
    for table in ("drivers", "inputs", "curves", "calculations"):
        for name in getattr(case, table):
            if name in seen:
                r.fault("double_name", f"/{table}/{name}", name=name, first=seen[name])
            seen[name] = f"/{table}"
    lines: dict[str, int] = {}
    for n, line in enumerate(case.lines):
        if line.name in lines:
            r.fault("double_name", f"/lines/{n}/name", name=line.name, first=f"/lines/{lines[line.name]}")
        lines.setdefault(line.name, n)
