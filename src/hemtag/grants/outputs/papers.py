"""The application as PDF: everything is put into Swedish words here, so that the typst templates only set it.

A PDF is a copy of a Swedish public document and is in Swedish whatever language the page is read in. The same reading
gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.knowledge.pdf import NOTHING, line, paragraphs, text, typeset
from hemtag.money import grouped, kronor, mkr

from .. import document
from ..document import Table
from ..queries import Sums
from .reading import Reading
from .summary import summary

# How much of the long texts the one page holds, fullest first: characters of text, rows of blocks, things missing.
LEVELS = ((900, 14, 6), (600, 12, 5), (400, 10, 4), (260, 8, 3), (160, 5, 2), (100, 3, 1))


def application_pdf(reading: Reading) -> bytes:
    with translation.override("sv"):
        return typeset("grants/application.typ", application_data(reading))


def summary_pdf(reading: Reading) -> bytes:
    """One page, however long the texts are: they are cut, and the page says where the whole stands."""
    with translation.override("sv"):
        return typeset("grants/summary.typ", summary_data(reading))


# Texts ---------------------------------------------------------------------------------------------------


def cut(written: str, most: int) -> str:
    """At the end of a sentence or else of a word, with … where something is left out."""
    whole = " ".join(written.split())
    if len(whole) <= most:
        return text(whole) or NOTHING
    part = whole[:most]
    end = max(part.rfind(". "), part.rfind("! "), part.rfind("? "))
    if end > most // 2:
        return text(part[: end + 1]) + " …"
    return text(part.rsplit(" ", 1)[0] if " " in part[most // 2 :] else part) + " …"


def day(value: dt.date | None) -> str:
    return str(date_format(value, "j F Y", use_l10n=False)) if value else NOTHING


# The document --------------------------------------------------------------------------------------------


def _head(reading: Reading) -> dict[str, Any]:
    content = reading.content
    local = reading.at.astimezone(clock.STOCKHOLM)
    return {
        "number": reading.number,
        "title": line(content["title"]),
        "mark": reading.mark,
        "is_handed_in": reading.is_handed_in,
        "is_invented": bool(content["is_invented"]),
        "responsible": line(content["responsible"]["name"]),
        "case_number": reading.case_number,
        "call": line(content["call"]["title"]),
        "at": reading.at_in_words,
        "date": [local.year, local.month, local.day],
        "sha256": reading.sha256,
    }


def application_data(reading: Reading) -> dict[str, Any]:
    content = reading.content
    shown = document.document(content)
    total = shown["budget"].total
    return {
        **_head(reading),
        "facts": _facts(reading),
        "figures": [
            [_("Sökt bidrag"), mkr(total.requested_sek), kronor(total.requested_sek)],
            [_("Medfinansiering"), mkr(total.cofinancing_sek), kronor(total.cofinancing_sek)],
            [_("Regioner"), str(len(shown["participants"])), _("%s block") % len(shown["blocks"])],
        ],
        "texts": [
            [_("Sammanfattning"), paragraphs(content["summary"])],
            [_("Beskrivning"), paragraphs(content["description"])],
            [_("Vad åtgärden ska leda till"), paragraphs(content["goals"])],
        ],
        "types": [line(kind["name"]) for kind in content["measure_types"]],
        "tables": [
            _table(shown["per_block"], _("Block"), numbered=True),
            _table(shown["per_kind"], _("Kostnadsslag")),
            _table(shown["per_region"], _("Region")),
        ],
        "blocks": [_block(block, shown["budget"].years) for block in shown["blocks"]],
        "plan": [
            [_("Ägare efter bidraget"), paragraphs(content["plan_owner"])],
            [_("Budget efter bidraget"), paragraphs(content["plan_budget"])],
            [_("Så består effekten"), paragraphs(content["plan_lasting"])],
            [_("Gott exempel för andra"), paragraphs(content["spreading"])],
        ],
        "points": [
            [day(point["on"]), line(point["indicator"]), line(point["baseline"]), line(point["target"])]
            for point in shown["measuring_points"]
        ],
        "participants": [_participant(participant) for participant in shown["participants"]],
        "support": [
            [line(participant["name"]), paragraphs(participant["other_support_text"])]
            for participant in shown["participants"]
            if participant["other_support_text"].strip()
        ],
        "participants_total": [grouped(total.requested_sek), grouped(total.cofinancing_sek)],
        "conditions": [
            [_("Ekonomiska förutsättningar"), paragraphs(content["economic_analysis"])],
            [_("Områden med stora utvecklingsbehov"), paragraphs(content["development_needs"])],
        ],
    }


def _facts(reading: Reading) -> list[list[str]]:
    content = reading.content
    responsible = content["responsible"]
    orgnr = f", organisationsnummer {responsible['orgnr']}" if responsible.get("orgnr") else ""
    rows = [
        [_("Ansvarig region"), line(responsible["name"]) + orgnr],
        [_("Utlysning"), line(content["call"]["title"])],
        [_("Ansökan"), reading.number],
    ]
    if reading.case_number:
        rows.append([_("Ärendenummer"), reading.case_number])
    if reading.is_handed_in:
        version = _(", version %s") % reading.version
        rows.append([_("Inlämnad"), reading.at_in_words + version])
    else:
        rows.append([_("Läge"), f"{reading.state_label}, {_('som det såg ut %s') % reading.at_in_words}"])
    return rows


def _row(label: str, years: Iterable[Sums], total: Sums) -> list[str]:
    """Requested per year, then requested and co-financing in all."""
    return [
        label,
        *(grouped(sums.requested_sek) for sums in years),
        grouped(total.requested_sek),
        grouped(total.cofinancing_sek),
    ]


def _table(table: Table, head: str, *, numbered: bool = False) -> dict[str, Any]:
    return {
        "head": head,
        "years": [str(year) for year in table.years],
        "rows": [
            _row(f"{row.key}. {line(row.label)}" if numbered else line(row.label), row.years, row.total)
            for row in table.rows
        ],
        "sums": _row(_("Summa"), table.sums, table.total),
    }


def _block(block: Mapping[str, Any], years: list[int]) -> dict[str, Any]:
    sums = block["sums"]
    return {
        "number": block["number"],
        "title": line(block["title"]),
        "requested": kronor(sums.requested_sek),
        "cofinancing": kronor(sums.cofinancing_sek),
        "needs": [_("block %(number)s, %(title)s") % {**need, "title": line(need["title"])} for need in block["needs"]],
        "obstacle": str(block["obstacle"]),
        "hours": grouped(block["hours"]) if block["hours"] else "",
        "purpose": paragraphs(block["purpose"]),
        "activities": [text(each) for each in block["activities"]],
        "per_kind": _table(block["table"], _("Kostnadsslag")),
        "per_region": _table(block["per_region"], _("Region")),
        "effects": [
            {
                "who": str(effect["perspective"]),
                "what": f"{effect['kind']}, {str(effect['horizon']).lower()}",
                "period": f"{effect['from_year']}–{effect['to_year']}",
                "amounts": [mkr(effect[name]) for name in ("low_sek", "likely_sek", "high_sek")],
                "words": effect["words"],
                "basis": paragraphs(effect["basis"]),
            }
            for effect in block["effects"]
        ],
    }


def _participant(participant: Mapping[str, Any]) -> list[str]:
    sums = participant["sums"]
    decided = participant["decided_on"]
    decision = f"{line(participant['body'])}, {day(decided)}, {line(participant['paragraph'])}" if decided else NOTHING
    return [
        line(participant["name"]),
        str(participant["state"].label),
        decision,
        str(participant["support"]).split(",")[0],
        grouped(sums.requested_sek),
        grouped(sums.cofinancing_sek),
    ]


# One page ------------------------------------------------------------------------------------------------


def summary_data(reading: Reading) -> dict[str, Any]:
    page = summary(reading)
    total: Sums = page["total"]
    return {
        **_head(reading),
        "figures": [
            [_("Sökt bidrag"), mkr(total.requested_sek), kronor(total.requested_sek)],
            [_("Medfinansiering"), mkr(total.cofinancing_sek), kronor(total.cofinancing_sek)],
            [_("Regioner"), str(len(page["regions"])), _("%s block") % len(page["blocks"])],
        ],
        "title": cut(page["title"], 160),
        "years": [
            {
                "year": str(row["year"]),
                "requested": grouped(row["sums"].requested_sek),
                "cofinancing": grouped(row["sums"].cofinancing_sek),
                "requested_share": row["requested_share"],
                "cofinancing_share": row["cofinancing_share"],
            }
            for row in page["years"][:8]
        ],
        "total": [grouped(total.requested_sek), grouped(total.cofinancing_sek)],
        "effects": [
            {
                "who": str(effect["perspective"]),
                "words": effect["words"],
                "period": f"{effect['from_year']}–{effect['to_year']}",
            }
            for effect in page["effects"]
        ],
        "status": page["status"],
        "levels": [_level(page, *level) for level in LEVELS],
    }


def _level(page: Mapping[str, Any], length: int, rows: int, things: int) -> dict[str, Any]:
    """What the page holds when the long texts have this much room."""
    missing = [str(problem.message) for problem in page["missing"]]
    return {
        "what": cut(page["what"], length),
        "why": cut(page["why"], length),
        "types": cut("; ".join(page["types"]), length),
        "regions": cut(", ".join(page["regions"]), max(length, 260)),
        "after": cut(page["after"], length // 2),
        "support": cut(", ".join(page["other_support"]), length // 2) if page["other_support"] else "",
        "blocks": [
            [
                f"{block['number']}. {cut(block['title'], 90 if length > 300 else 56)}",
                grouped(block["sums"].requested_sek),
                block["effect"]["words"] if block["effect"] else NOTHING,
            ]
            for block in page["blocks"][:rows]
        ],
        "more_blocks": max(0, len(page["blocks"]) - rows),
        "missing": [cut(message, 160) for message in missing[:things]],
        "more_missing": max(0, len(missing) - things),
    }
