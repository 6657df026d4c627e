"""Reads a filled-in workbook into a case. Nothing comes in while anything is wrong, and every fault names its cell."""

from __future__ import annotations

import copy
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell

from hemtag import clock, valuation
from hemtag.refusals import DoesNotHold, Problem
from hemtag.valuation.units import KNOWN

from ..values import CONSTANT, KEPT, PERCENTILES, Value, belief_of, value_of, with_belief
from . import columns as c
from .opening import Sheet, opened
from .simple import plain_lines

MONEY = re.compile(r"(kr|tkr|Mkr)(/år)?")
CODE = re.compile(r"\d{1,2}")
RESERVED = {"min", "max", "exp", "log", "equal"}


@dataclass
class _Faults:
    found: list[Problem] = field(default_factory=list)

    def add(self, sheet: str, place: str, rule: str, message: str) -> None:
        where = _("%(sheet)s, cell %(cell)s") % {"sheet": sheet, "cell": place}
        self.found.append(Problem(f"{where}: {message}", field="file", rule=rule))


@dataclass(frozen=True)
class _Row:
    """One filled row: its cells by the column's name, and where they stand."""

    sheet: str
    number: int
    cells: Mapping[str, Any]
    places: Mapping[str, int]
    faults: _Faults

    def place(self, name: str) -> str:
        return str(xl_rowcol_to_cell(self.number, self.places.get(name, 0)))

    def fault(self, name: str, rule: str, message: str) -> None:
        self.faults.add(self.sheet, self.place(name), rule, message)

    def text(self, name: str) -> str:
        return _text(self.cells.get(name))

    def number_in(self, name: str) -> float | None:
        value = self.cells.get(name)
        found = _number(value)
        if found is None and _text(value):
            message = _("“%(value)s” är inte ett tal. Skriv bara siffror; enheten har en egen kolumn.")
            self.fault(name, "cell_is_a_number", message % {"value": _text(value)[:40]})
        return found

    def year(self, name: str) -> int | None:
        value = self.number_in(name)
        if value is None or value == int(value):
            return None if value is None else int(value)
        self.fault(name, "year_is_a_whole_number", _("Skriv året med fyra siffror, till exempel 2027."))
        return None

    def choice(self, name: str, words: Mapping[str, str], otherwise: str) -> str:
        word = self.text(name).lower()
        if not word:
            return otherwise
        if word not in words:
            message = _("“%(value)s” finns inte att välja i %(column)s. Välj ett av: %(words)s.")
            names = {"value": self.text(name)[:40], "column": name, "words": ", ".join(words)}
            self.fault(name, "word_is_known", message % names)
        return words.get(word, otherwise)


def read(content: bytes) -> dict[str, Any]:
    """The case of a workbook. Raises DoesNotHold with everything that is wrong, each fault with sheet and cell.

    What only the register of facts can tell is left to the one who saves the case.
    """
    sheets = opened(content, (c.CASE, c.LINES, c.INPUTS, c.DATA))
    faults = _Faults()
    for name, sheet in sheets.items():
        for cell in sorted(sheet.formulas):
            faults.add(name, cell, "no_formulas", _("Här står en formel. Klistra in den som värde i stället."))
    if c.LINES not in sheets:
        message = _("Arbetsboken saknar bladet Rader. Hämta en tom arbetsbok här och fyll i den.")
        raise DoesNotHold([Problem(message, field="file", rule="sheet_is_there")])
    data = _base(sheets.get(c.DATA), faults)
    has_base = bool(data)
    data.setdefault("format", 1)
    _case(sheets.get(c.CASE), data, faults)
    if faults.found:
        raise DoesNotHold(faults.found)
    places: dict[str, tuple[str, str]] = {}
    if c.INPUTS in sheets and has_base:
        _inputs(sheets[c.INPUTS], data, places, faults)
    _lines(sheets[c.LINES], data, places, faults)
    if not faults.found:
        _engine(data, places, faults)
    if faults.found:
        raise DoesNotHold(faults.found)
    return data


def _base(sheet: Sheet | None, faults: _Faults) -> dict[str, Any]:
    if sheet is None:
        return {}
    text = "".join(_text(row[0]) for row in sheet.values[c.HEAD_ROW :] if row)
    if not text:
        return {}
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict) and isinstance(data.get("lines", []), list) and isinstance(data.get("inputs", {}), dict):
        return data
    message = _("Bladet är ändrat och går inte att läsa. Hämta arbetsboken på nytt och för över dina ändringar.")
    faults.add(c.DATA, "A3", "data_is_whole", message)
    return {}


def _case(sheet: Sheet | None, data: dict[str, Any], faults: _Faults) -> None:
    if sheet is None:
        if "regions" not in data:
            faults.add(
                c.CASE, "A1", "sheet_is_there", _("Bladet Fall saknas. Hämta en tom arbetsbok här och fyll i den.")
            )
        return
    regions: dict[str, str] | None = None
    for number, row in enumerate(sheet.values):
        label, value = _text(row[0]) if row else "", row[1] if len(row) > 1 else ""
        if label == c.REGION_HEAD:
            regions = {}
        elif regions is not None and label:
            code = _code(row[0])
            if not CODE.fullmatch(code):
                message = _("“%(code)s” är ingen länskod. Skriv två siffror, till exempel 08.") % {"code": code[:40]}
                faults.add(c.CASE, f"A{number + 1}", "region_has_a_code", message)
            regions[code] = _text(value)
        elif label in c.CASE_FIELDS and _text(value) != "som i kalkylen":
            _case_field(c.CASE_FIELDS[label], label, value, f"B{number + 1}", data, faults)
    if regions:
        _keep(data, "regions", regions)
    elif "regions" not in data:
        message = _("Inga regioner är angivna. Skriv länskod och namn, en region per rad.")
        faults.add(c.CASE, "A1", "regions_are_given", message)


def _case_field(key: str, label: str, value: Any, cell: str, data: dict[str, Any], faults: _Faults) -> None:
    if key == "name":
        if not _text(value):
            faults.add(c.CASE, cell, "case_is_named", _("Ge kalkylen ett namn."))
        _keep(data, key, _text(value))
        return
    found = _number(value)
    if found is None or (key != "discount_rate" and found != int(found)):
        message = _("Fyll i %(label)s med siffror.") % {"label": label.lower()}
        faults.add(c.CASE, cell, "cell_is_a_number", message)
    elif key != "discount_rate" or key in data or found != 0.03 or "lines" not in data:
        _keep(data, key, found if key == "discount_rate" else int(found))


def _rows(sheet: Sheet, name: str, needed: Iterable[str], known: Iterable[str], faults: _Faults) -> Iterator[_Row]:
    """The filled rows under the head, which is found by its words, wherever its columns stand."""
    heads = {word.lower(): word for word in known}
    head, places = 0, dict[str, int]()
    for number, row in enumerate(sheet.values[:20]):
        found = {heads[_text(cell).lower()]: column for column, cell in enumerate(row) if _text(cell).lower() in heads}
        if c.NAME in found and c.LOW in found:
            head, places = number, found
            break
    if not places:
        message = _("Ingen rad med rubrikerna %(names)s hittades.") % {"names": ", ".join(needed)}
        faults.add(name, "A3", "columns_are_there", message)
        return
    missing = [one for one in needed if one not in places]
    if missing:
        message = _("Kolumner saknas: %(names)s. Hämta en tom arbetsbok här.") % {"names": ", ".join(missing)}
        faults.add(name, f"A{head + 1}", "columns_are_there", message)
        return
    filled = 0
    for number, row in enumerate(sheet.values[head + 1 :], head + 1):
        cells = {one: row[column] for one, column in places.items() if column < len(row)}
        if not any(_text(value) for value in cells.values()):
            continue
        filled += 1
        if filled > c.MOST_ROWS:
            message = _("Bladet har fler än %(most)s rader. Dela upp kalkylen.") % {"most": c.MOST_ROWS}
            faults.add(name, f"A{number + 1}", "rows_are_not_too_many", message)
            return
        yield _Row(name, number, cells, places, faults)


def _inputs(sheet: Sheet, data: dict[str, Any], places: dict[str, tuple[str, str]], faults: _Faults) -> None:
    for row in _rows(sheet, c.INPUTS, (c.NAME, c.LOW, c.HIGH, c.KEY), c.INPUT_COLUMNS, faults):
        key = row.text(c.KEY)
        if key not in data["inputs"]:
            message = _("Nyckeln “%(key)s” finns inte i kalkylen. Nya antaganden läggs till i kalkylen, inte här.")
            row.fault(c.KEY, "key_is_known", message % {"key": key[:40]})
            continue
        before = data["inputs"][key]
        label = row.text(c.NAME)
        changed = _believed(row, before)
        if label and label != (before.get("label") or key):
            changed["label"] = label
        data["inputs"][key] = changed
        places[f"/inputs/{key}"] = (c.INPUTS, row.place(c.LOW))


def _lines(sheet: Sheet, data: dict[str, Any], places: dict[str, tuple[str, str]], faults: _Faults) -> None:
    """Rows into lines, each with the input that is its amount; a plain line without a row is gone."""
    data.setdefault("inputs", {})
    lines = data.setdefault("lines", [])
    before = {lines[n]["name"]: (n, name) for n, name in plain_lines(data).items()}
    kept: set[str] = set()
    made: list[tuple[dict[str, Any], _Row]] = []
    for row in _rows(sheet, c.LINES, c.NEEDED_LINE_COLUMNS, c.LINE_COLUMNS, faults):
        key = row.text(c.KEY)
        if key and key not in before:
            message = _("Nyckeln “%(key)s” finns inte bland kalkylens rader. Lämna cellen tom för en ny rad.")
            row.fault(c.KEY, "key_is_known", message % {"key": key[:40]})
        elif key in kept:
            message = _("Nyckeln “%(key)s” står på två rader. Lämna cellen tom på den nya.") % {"key": key[:40]}
            row.fault(c.KEY, "key_stands_once", message)
        elif key:
            kept.add(key)
            number, name = before[key]
            lines[number], data["inputs"][name] = _line(row, lines[number], data["inputs"][name], data)
            places[f"/lines/{number}"] = (c.LINES, row.place(c.NAME))
            places[f"/inputs/{name}"] = (c.LINES, row.place(c.LOW))
        else:
            name = _free_name(row.text(c.NAME), {*data["inputs"], *data.get("drivers", {}), *data.get("curves", {}),
                                                 *data.get("calculations", {}), *(one["name"] for one in lines)})  # fmt: skip
            line, one = _line(row, {"name": name, "amount": name}, {}, data)
            data["inputs"][name] = one
            made.append((line, row))
            lines.append(line)
            places[f"/inputs/{name}"] = (c.LINES, row.place(c.LOW))
    gone = [before[key] for key in before if key not in kept]
    for _number_of, name in gone:
        del data["inputs"][name]
    left_out = {number for number, _name in gone}
    data["lines"] = [line for n, line in enumerate(lines) if n not in left_out]
    for line, row in made:
        places[f"/lines/{data['lines'].index(line)}"] = (c.LINES, row.place(c.NAME))
    if not data["lines"] and not faults.found:
        faults.add(
            c.LINES,
            f"A{c.FIRST_ROW + 1}",
            "lines_are_given",
            _("Inga rader är ifyllda. Skriv minst en nytta eller kostnad."),
        )


def _line(
    row: _Row, before: Mapping[str, Any], belief: Mapping[str, Any], data: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The line and its input as the row says. What the row does not speak of stays as it was."""
    line, label = dict(before), row.text(c.NAME)
    if not label:
        row.fault(c.NAME, "line_is_named", _("Raden saknar namn. Skriv vad nyttan eller kostnaden är."))
    if label != (before.get("label") or belief.get("label") or (before["name"] if "kind" in before else "")):
        line["label"] = label
    if not row.text(c.CATEGORY):
        message = _("Välj en kategori: %(words)s.") % {"words": ", ".join(c.CATEGORIES)}
        row.fault(c.CATEGORY, "word_is_known", message)
    _put(line, "kind", row.choice(c.CATEGORY, c.CATEGORIES, "cost"), "")
    _put(line, "account", row.choice(c.WHO, c.STAKEHOLDERS, "region"), "region")
    if line["kind"] == "grant" and "kind" not in before:
        line["paid_by"] = "state"
    elif line["kind"] != "grant":
        line.pop("paid_by", None)
    for name, key in ((c.FROM, "first_year"), (c.TO, "last_year")):
        year = row.year(name)
        if year is not None:
            line[key] = year
        else:
            line.pop(key, None)
    _years(row, line, data)
    _applies(row, line, data)
    one = _believed(row, belief)
    if not belief and label:
        one["label"] = label
    unit = row.text(c.UNIT)
    if unit != belief.get("unit", ""):
        one["unit"] = unit
    _unit(row, unit, line, data)
    return line, one


def _put(line: dict[str, Any], key: str, value: str, default: str) -> None:
    """Writes what differs from the default, and what was written before."""
    if value != default or key in line:
        line[key] = value


def _years(row: _Row, line: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    begin = data["first_year"]
    end = begin + data["years"] - 1
    first, last = line.get("first_year", begin), line.get("last_year", end)
    if not begin <= first <= last <= end:
        message = _(
            "Raden gäller %(first)s–%(last)s, men kalkylen %(begin)s–%(end)s. Skriv år inom kalkylen, det första först."
        )
        names = {"first": first, "last": last, "begin": begin, "end": end}
        row.fault(c.FROM, "years_are_in_the_case", message % names)


def _applies(row: _Row, line: dict[str, Any], data: Mapping[str, Any]) -> None:
    word, _colon, rest = row.text(c.APPLIES).partition(":")
    text = word.strip().lower()
    shared = text == c.SHARED
    codes = [_code(one) for one in (rest if shared else word).split(",") if one.strip()]
    if text in ("", c.EVERY):
        codes = []
    unknown = [code for code in codes if code not in data["regions"]]
    if unknown:
        message = _("“%(codes)s” finns inte bland kalkylens regioner. Skriv %(every)s, %(shared)s eller länskoder.")
        row.fault(
            c.APPLIES,
            "region_is_known",
            message % {"codes": ", ".join(unknown)[:60], "every": c.EVERY, "shared": c.SHARED},
        )
    if shared:
        line["shared_by"] = "equal"
    elif line.get("shared_by"):
        del line["shared_by"]
    if codes:
        line["regions"] = codes
    else:
        line.pop("regions", None)


def _unit(row: _Row, unit: str, line: dict[str, Any], data: dict[str, Any]) -> None:
    if line["kind"] != "quality":
        if not MONEY.fullmatch(unit):
            message = _("“%(unit)s” är ingen enhet för pengar. Skriv något av: %(units)s.")
            row.fault(c.UNIT, "unit_is_money", message % {"unit": unit[:40], "units": ", ".join(c.MONEY_UNITS)})
        return
    bare = unit.removesuffix("/år").strip()
    if not bare:
        row.fault(
            c.UNIT, "unit_is_given", _("Skriv i vilken enhet nyttan räknas, till exempel QALY/år eller återbesök/år.")
        )
        return
    if line.get("unit") != bare:
        line["unit"] = bare
    if bare not in (*KNOWN, *data.get("units", [])):
        if not bare.isalpha():
            message = _("Enheten “%(unit)s” får bara ha bokstäver, till exempel återbesök/år.") % {"unit": bare[:40]}
            row.fault(c.UNIT, "unit_is_a_word", message)
        else:
            data["units"] = [*data.get("units", []), bare]


def _believed(row: _Row, before: Mapping[str, Any]) -> dict[str, Any]:
    """The input with the row's numbers, source and the rest; untouched when the row says what stood there."""
    low, likely, high = row.number_in(c.LOW), row.number_in(c.LIKELY), row.number_in(c.HIGH)
    was = value_of(before) if before else Value(PERCENTILES)
    way = row.choice(c.WAY, c.WAYS, CONSTANT if low is None and high is None and likely is not None else PERCENTILES)
    if way == CONSTANT and not (low is None and high is None):
        way = PERCENTILES if was.way == CONSTANT else way
    made = dict(before)
    if way != KEPT:
        now = Value(way, low, likely, high)
        if _numbers_hold(row, now) and not _same(now, was):
            made = with_belief(before, belief_of(now, before))
    elif not before:
        row.fault(
            c.WAY, "word_is_known", _("En ny rad har inget i kalkylen att behålla. Välj vad lågt och högt betyder.")
        )
    for name, key in ((c.SOURCE, "source"), (c.DATE, "date"), (c.JUDGED, "judged_by")):
        if row.text(name) != before.get(key, ""):
            made[key] = row.text(name)
    kind = row.choice(c.EVIDENCE, c.EVIDENCES, "")
    if kind != before.get("kind", "") and kind:
        made["kind"] = kind
    return made


def _numbers_hold(row: _Row, value: Value) -> bool:
    needed = {CONSTANT: (c.LIKELY,)}.get(value.way, (c.LOW, c.LIKELY, c.HIGH))
    given = {c.LOW: value.low, c.LIKELY: value.likely, c.HIGH: value.high}
    missing = [name for name in needed if given[name] is None]
    if missing:
        for name in missing:
            if not row.text(name):  # what is no number has been told already
                row.fault(
                    name,
                    "number_is_given",
                    _("Fyll i %(name)s. Är värdet säkert räcker Troligt ensamt.") % {"name": name.lower()},
                )
        return False
    if value.way == CONSTANT:
        if value.low is not None or value.high is not None:
            row.fault(
                c.WAY,
                "one_number_is_certain",
                _("Ett bestämt tal har varken lågt eller högt. Töm dem, eller välj annat."),
            )
            return False
        return True
    low, likely, high = float(value.low or 0), float(value.likely or 0), float(value.high or 0)
    if not low <= likely <= high:
        message = _("Lågt (%(low)s), troligt (%(likely)s) och högt (%(high)s) står inte i ordning. Byt plats på dem.")
        row.fault(
            c.LOW, "low_is_not_above_high", message % {"low": f"{low:g}", "likely": f"{likely:g}", "high": f"{high:g}"}
        )
        return False
    return True


def _same(one: Value, other: Value) -> bool:
    """Equal as Excel keeps numbers: to fifteen figures."""

    def shown(value: Value) -> list[str]:
        return ["" if part is None else f"{float(part):.15g}" for part in (value.low, value.likely, value.high)]

    return one.way == other.way and shown(one) == shown(other)


def _engine(data: Mapping[str, Any], places: Mapping[str, tuple[str, str]], faults: _Faults) -> None:
    """What the engine says of the rows, at their cells; references to dated facts are not tried here."""
    _case_read, found = valuation.examine(copy.deepcopy(dict(data)), valuation.Register({}, today=clock.today()))
    for fault in found:
        at = next((place for place in places if fault.place == place or fault.place.startswith(f"{place}/")), None)
        if at is not None and not fault.code.startswith("fact"):
            faults.add(*places[at], fault.code, f"{fault.message} {fault.mend}")


def _keep(data: dict[str, Any], key: str, value: Any) -> None:
    """Writes a value only when it differs, so that 3 does not become 3.0."""
    if key not in data or data[key] != value:
        data[key] = value


def _text(value: Any) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return "" if value is None else unicodedata.normalize("NFC", str(value)).strip()


def _code(value: Any) -> str:
    """'8', 8.0 and '08' → '08': a spreadsheet takes the nought away."""
    return _text(value).zfill(2)


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        number = float(value)
    else:
        text = re.sub(r"[\s\u00a0\u202f]", "", _text(value)).replace("\u2212", "-").replace(",", ".")
        try:
            number = float(text)
        except ValueError:
            return None
    if not abs(number) < 1e15:  # nor a number that is none
        return None
    return int(number) if number == int(number) else number


def _free_name(label: str, taken: set[str]) -> str:
    """A key made of the label's letters that nothing else has."""
    plain = unicodedata.normalize("NFKD", label.lower()).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40] or "rad"
    base = base if base[0].isalpha() else f"rad_{base}"
    return next(
        name for n in range(1, len(taken) + 9) if (name := base if n == 1 else f"{base}_{n}") not in taken | RESERVED
    )
