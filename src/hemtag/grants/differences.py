"""What differs between two contents of one application, section by section: texts word by word, amounts cell by cell.

Takes plain contents, whole as `queries.submitted_content` gives them: the application's own part with the two common
texts beside it. `content_for` makes such a one of a whole form's content. Knows no database and no clock.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.knowledge.models import ObstacleKind

from . import sections
from .checks import in_words
from .models import CostKind, EffectKind, Horizon, OtherSupport, ParticipantState, Perspective

TEXT = "text"
AMOUNT = "amount"
ROW = "row"

SAME, REMOVED, ADDED = "same", "removed", "added"

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed, went or came."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One thing that differs. `before` and `after` are a text, a whole number (`unit` "kr" or "h") or a row in words.

    What was not there is "" or None. Only a text has `pieces`: those that are not added spell `before` exactly, and
    those that are not removed spell `after`.
    """

    kind: str
    label: str
    before: str | int | None
    after: str | int | None
    pieces: tuple[Piece, ...] = ()
    unit: str = ""

    @property
    def is_added(self) -> bool:
        return self.before in ("", None)

    @property
    def is_removed(self) -> bool:
        return self.after in ("", None)

    @property
    def by(self) -> int | None:
        """How much an amount grew; None for what is no amount."""
        if self.kind != AMOUNT:
            return None
        return int(self.after or 0) - int(self.before or 0)

    @property
    def shortened(self) -> list[Piece]:
        """The pieces with what stayed cut down to the words around each change."""
        last = len(self.pieces) - 1
        return [
            Piece(SAME, _cut(piece.text, keep_start=place > 0, keep_end=place < last)) if piece.kind == SAME else piece
            for place, piece in enumerate(self.pieces)
        ]

    @property
    def words(self) -> tuple[int, int]:
        """(words that went, words that came) in a text."""
        count = {REMOVED: 0, ADDED: 0, SAME: 0}
        for piece in self.pieces:
            count[piece.kind] += len(piece.text.split())
        return count[REMOVED], count[ADDED]


@dataclass(frozen=True)
class SectionChanges:
    """A section (a key of `grants.sections`) with what differs in it; never without changes."""

    key: str
    title: str
    changes: tuple[Change, ...]

    @property
    def texts(self) -> list[Change]:
        return [change for change in self.changes if change.kind == TEXT]

    @property
    def amounts(self) -> list[Change]:
        return [change for change in self.changes if change.kind == AMOUNT]

    @property
    def rows(self) -> list[Change]:
        return [change for change in self.changes if change.kind == ROW]


def content_for(content: Content, number: str) -> dict[str, Any]:
    """One application of a whole form's content, in the shape that is compared. Raises KeyError when it is not there."""
    own = next((part for part in content["applications"] if part["number"] == number), None)
    if own is None:
        raise KeyError(number)
    common = {name: content[name] for name in ("economic_analysis", "development_needs")}
    return {**own, **common}


def differences(before: Content, after: Content) -> list[SectionChanges]:
    """Every section that differs, in reading order; empty when nothing does."""
    blocks = [{block["number"]: block for block in content.get("blocks", ())} for content in (before, after)]
    regions = [{row["code"]: row for row in content.get("participants", ())} for content in (before, after)]
    titles = {number: block["title"] for found in blocks for number, block in found.items()}
    names = {code: row["name"] for found in regions for code, row in found.items()}
    compared: dict[str, Iterator[Change]] = {
        sections.COMMON: _texts(before, after, _common_labels()),
        sections.TEXT: _application(before, after),
        sections.POINTS: _points(before, after),
    }
    for number in titles:
        old, new = (found.get(number, {}) for found in blocks)
        compared[sections.of_block(sections.BLOCK, number)] = _block(old, new, titles)
        compared[sections.of_block(sections.EFFECTS, number)] = _effects(old, new)
        compared[sections.of_block(sections.COSTS, number)] = _costs(old, new, names)
    for code in names:
        old, new = (found.get(code, {}) for found in regions)
        compared[sections.of_region(code)] = _participant(old, new)
    return [
        SectionChanges(key, sections.title(key, titles, names), changes)
        for key in sections.keys(titles, names)
        if (changes := tuple(compared[key]))
    ]


def totals(before: Content, after: Content) -> list[Change]:
    """Requested grant and co-financing in all: what the cells sum up to on each side, changed or not."""
    labels = {"requested_sek": _("Sökt bidrag"), "cofinancing_sek": _("Medfinansiering")}
    return [Change(AMOUNT, label, _sum(before, name), _sum(after, name), unit="kr") for name, label in labels.items()]


def _sum(content: Content, name: str) -> int:
    return sum(cell[name] for block in content.get("blocks", ()) for cell in block["costs"])


# Texts ---------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Word by word what stayed, went and came; whole lines are matched first, so that long texts stay fast."""
    found: list[Piece] = []
    for is_same, old, new in _runs(_LINE.findall(before), _LINE.findall(after)):
        if is_same:
            found.append(Piece(SAME, old))
            continue
        for same, gone, come in _runs(_TOKEN.findall(old), _TOKEN.findall(new)):
            found += [Piece(SAME, gone)] if same else [Piece(REMOVED, gone), Piece(ADDED, come)]
    return tuple(_tidied(found))


AROUND = 160  # letters of what stayed that are shown on each side of a change


def _cut(text: str, *, keep_start: bool, keep_end: bool) -> str:
    """A long run without its middle (or its far end, first and last in a text), cut between words."""
    if len(text) <= 2 * AROUND + 80:
        return text
    start = text[:AROUND].rsplit(maxsplit=1)[0] + " " if keep_start else ""
    end = " " + text[-AROUND:].split(maxsplit=1)[-1] if keep_end else ""
    return f"{start}[…]{end}"


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """(the same?, what was, what is) in order."""
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new).get_opcodes():
        yield tag == "equal", "".join(old[i:j]), "".join(new[k:m])


def _tidied(found: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of a kind as one, and a lone space between two changes as part of both: whole phrases are read easier."""
    gone = come = held = ""
    for piece in [*found, Piece(SAME, "")]:
        if piece.kind == REMOVED:
            gone, come, held = gone + held + piece.text, come + held, ""
        elif piece.kind == ADDED:
            gone, come, held = gone + held, come + held + piece.text, ""
        elif piece.text.isspace() and "\n" not in piece.text and (gone or come) and not held:
            held = piece.text
        else:
            yield from (Piece(kind, text) for kind, text in ((REMOVED, gone), (ADDED, come)) if text)
            if held + piece.text:
                yield Piece(SAME, held + piece.text)
            gone = come = held = ""


def _texts(old: Content, new: Content, labels: Mapping[str, str]) -> Iterator[Change]:
    for name, label in labels.items():
        before, after = str(old.get(name) or ""), str(new.get(name) or "")
        if before != after:
            yield Change(TEXT, label, before, after, pieces(before, after))


# Rows ----------------------------------------------------------------------------------------------------


def _row(label: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(ROW, label, before, after)


def _each(label: str, before: Iterable[str], after: Iterable[str]) -> Iterator[Change]:
    """Things of a list that went, and things that came."""
    old, new = list(before), list(after)
    yield from (Change(ROW, label, text, "") for text in old if text not in new)
    yield from (Change(ROW, label, "", text) for text in new if text not in old)


def _word(choices: Any, value: Any) -> str:
    """What a code is called; a code that is not known any more stays as it is."""
    return str(choices(value).label) if value in choices.values else str(value)


Pair = tuple[Content, Content]


def _paired(old: Iterable[Content], new: Iterable[Content], *keys: Callable[[Content], Any]) -> list[Pair]:
    """Rows without numbers of their own, told apart by what they say: those alike in all first, then by each key.

    What is left over stands beside an empty row.
    """
    left, right, pairs = list(old), list(new), []
    for key in (dict, *keys):
        for row in list(left):
            match = next((other for other in right if key(other) == key(row)), None)
            if match is not None:
                left.remove(row)
                right.remove(match)
                pairs.append((row, match))
    none: Content = {}
    return [*pairs, *((row, none) for row in left), *((none, row) for row in right)]


# Sections ------------------------------------------------------------------------------------------------


def _common_labels() -> dict[str, str]:
    return {
        "economic_analysis": _("Ekonomiska förutsättningar"),
        "development_needs": _("Områden med stora utvecklingsbehov"),
    }


def _application(old: Content, new: Content) -> Iterator[Change]:
    labels = {
        "title": _("Titel"),
        "summary": _("Sammanfattning"),
        "description": _("Beskrivning"),
        "goals": _("Vad åtgärden ska leda till"),
        "spreading": _("Gott exempel för andra"),
        "plan_owner": _("Ägare efter bidraget"),
        "plan_budget": _("Budget efter bidraget"),
        "plan_lasting": _("Så består effekten"),
    }
    yield from _texts(old, new, labels)
    kinds = [[kind["name"] for kind in content.get("measure_types", ())] for content in (old, new)]
    yield from _each(_("Åtgärdstyp"), *kinds)


def _point(point: Content) -> str:
    if not point:
        return ""
    said = [f"{point['on']}: {point['indicator']}"]
    if point.get("baseline"):
        said.append(_("utgångsvärde %(value)s") % {"value": point["baseline"]})
    if point.get("target"):
        said.append(_("mål %(value)s") % {"value": point["target"]})
    return ", ".join(said)


def _points(old: Content, new: Content) -> Iterator[Change]:
    rows = [content.get("measuring_points", ()) for content in (old, new)]
    for before, after in _paired(*rows, lambda row: row["indicator"], lambda row: row["on"]):
        yield from _row(_("Mätpunkt"), _point(before), _point(after))


def _block(old: Content, new: Content, titles: Mapping[int, str]) -> Iterator[Change]:
    if not old or not new:
        yield from _row(_("Block"), str(old.get("title", "")), str(new.get("title", "")))
    labels = {"title": _("Blockets titel"), "purpose": _("Syfte"), "activities": _("Aktiviteter")}
    yield from _texts(old, new, labels if old and new else {name: labels[name] for name in ("purpose", "activities")})
    hindrances = [_word(ObstacleKind, block["obstacle"]) if block.get("obstacle") else "" for block in (old, new)]
    yield from _row(_("Hinder som blocket löser"), *hindrances)
    needs = [
        [f"{number} {titles.get(number, '')}".strip() for number in block.get("needs", ())] for block in (old, new)
    ]
    yield from _each(_("Behöver block"), *needs)


def _effect_name(effect: Content) -> str:
    words = (_word(EffectKind, effect["kind"]), _word(Horizon, effect["horizon"]))
    return f"{_word(Perspective, effect['perspective'])}: {', '.join(words)}"


def _effect_years(effect: Content) -> str:
    return f"{effect['from_year']}–{effect['to_year']}" if effect else ""


def _kind_of_effect(effect: Content) -> tuple[str, ...]:
    return effect["perspective"], effect["kind"], effect["horizon"]


def _effects(old: Content, new: Content) -> Iterator[Change]:
    amounts = {"low_sek": _("minst"), "likely_sek": _("troligast"), "high_sek": _("högst")}
    rows = [block.get("effects", ()) for block in (old, new)]
    for before, after in _paired(*rows, _kind_of_effect):
        name = _effect_name(after or before)
        if not before or not after:
            yield from _row(_("Effekt"), *(_effect_name(each) if each else "" for each in (before, after)))
        for key, label in amounts.items():
            if before.get(key) != after.get(key):
                yield Change(AMOUNT, f"{name}, {label}", before.get(key), after.get(key), unit="kr")
        yield from _row(_("%(effect)s, år") % {"effect": name}, _effect_years(before), _effect_years(after))
        yield from _texts(before, after, {"basis": _("%(effect)s, grund") % {"effect": name}})


def _costs(old: Content, new: Content, names: Mapping[str, str]) -> Iterator[Change]:
    """One change per number in a cell; a cell that is not there counts as empty."""
    cells = [{(c["region"], c["year"], c["kind"]): c for c in block.get("costs", ())} for block in (old, new)]
    order = [kind.value for kind in CostKind]
    what = {
        "requested_sek": (_("sökt"), "kr"),
        "cofinancing_sek": (_("medfinansiering"), "kr"),
        "hours": (_("timmar"), "h"),
        "hourly_cost_sek": (_("timkostnad"), "kr"),
    }

    def place(cell: tuple[str, int, str]) -> tuple[Any, ...]:
        region, year, kind = cell
        return region, order.index(kind) if kind in order else len(order), kind, year

    for region, year, kind in sorted({*cells[0], *cells[1]}, key=place):
        before, after = (found.get((region, year, kind), {}) for found in cells)
        for name, (label, unit) in what.items():
            old_value, new_value = (cell.get(name) or None for cell in (before, after))
            if old_value != new_value:
                where = f"{names.get(region, region)}, {_word(CostKind, kind)}, {year}: {label}"
                yield Change(AMOUNT, where, old_value, new_value, unit=unit)


def _minutes(row: Content) -> str:
    minutes = row.get("minutes")
    return f"{minutes['name']} ({minutes['sha256'][:12]})" if minutes else ""


def _confirmation(row: Content) -> str:
    """Who signed and when, in Swedish time to the second: two signatures are never told as one."""
    if not row.get("confirmed_at"):
        return ""
    at = dt.datetime.fromisoformat(row["confirmed_at"]).astimezone(clock.STOCKHOLM)
    return f"{row.get('confirmed_by') or '–'}, {in_words(at.date())} kl. {at:%H.%M.%S}"


def _participant(old: Content, new: Content) -> Iterator[Change]:
    if not old or not new:
        yield from _row(_("Deltagande region"), str(old.get("name", "")), str(new.get("name", "")))
    both = (old, new)
    yield from _row(_("Läge"), *(_word(ParticipantState, row["state"]) if row else "" for row in both))
    for name, label in {
        "decided_on": _("Beslutsdag"),
        "body": _("Beslutande organ"),
        "paragraph": _("Paragraf"),
    }.items():
        yield from _row(label, *(str(row.get(name) or "") for row in both))
    yield from _row(_("Protokoll"), _minutes(old), _minutes(new))
    support = [_word(OtherSupport, row["other_support"]) if row else "" for row in both]
    yield from _row(_("Annat statligt stöd"), *support)
    yield from _texts(old, new, {"other_support_text": _("Vilket annat statligt stöd")})
    yield from _row(_("Undertecknat av"), _confirmation(old), _confirmation(new))
