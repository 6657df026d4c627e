"""The application in one page: what, why, for whom, what it costs and gives, how far it has come, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import document
from ..models import OtherSupport, Perspective
from .reading import Reading


def short_name(region: str) -> str:
    return region.removeprefix("Region ")


def together(effects: Iterable[Mapping[str, Any]], perspective: str) -> dict[str, Any] | None:
    """What the blocks' claims come to in one perspective; None when there are none. Perspectives are never added."""
    own = [effect for effect in effects if effect["perspective"] == perspective]
    if not own:
        return None
    low, likely, high = (sum(effect[name] for effect in own) for name in ("low_sek", "likely_sek", "high_sek"))
    return {
        "perspective": Perspective(perspective).label,
        "low_sek": low,
        "likely_sek": likely,
        "high_sek": high,
        "words": document.interval(low, likely, high),
        "from_year": min(effect["from_year"] for effect in own),
        "to_year": max(effect["to_year"] for effect in own),
        "count": len(own),
    }


def summary(reading: Reading) -> dict[str, Any]:
    """Figures as whole kronor and words in the page's language; texts are whole."""
    content = reading.content
    budget = document.budget_of(content)
    effects = [effect for block in content["blocks"] for effect in block["effects"]]
    perspectives = [together(effects, perspective) for perspective in Perspective.values]
    participants = content["participants"]
    per_year = budget.per_year
    most = max((sums.total_sek for sums in per_year.values()), default=0) or 1
    return {
        "number": content["number"],
        "title": content["title"],
        "responsible": content["responsible"],
        "call": content["call"],
        "is_invented": content["is_invented"],
        "what": content["summary"] or content["description"],
        "why": content["goals"],
        "types": [kind["name"] for kind in content["measure_types"]],
        "regions": [short_name(participant["name"]) for participant in participants],
        "total": budget.total,
        "years": [
            {
                "year": year,
                "sums": sums,
                "requested_share": sums.requested_sek / most,
                "cofinancing_share": sums.cofinancing_sek / most,
                # Widths in hundredths, as whole numbers that no language writes with a comma.
                "requested_width": round(100 * sums.requested_sek / most),
                "cofinancing_width": round(100 * sums.cofinancing_sek / most),
            }
            for year, sums in per_year.items()
        ],
        "blocks": [_block(block, budget) for block in content["blocks"]],
        "effects": [found for found in perspectives if found],
        "decided": sum(1 for participant in participants if participant["decided_on"]),
        "confirmed": document.confirmed(participants),
        "other_support": [
            short_name(participant["name"])
            for participant in participants
            if participant["other_support"] == OtherSupport.SOME
        ],
        "after": content["plan_owner"],
        "status": _status(reading),
        "missing": list(reading.missing),
    }


def _block(block: Mapping[str, Any], budget: Any) -> dict[str, Any]:
    return {
        "number": block["number"],
        "title": block["title"],
        "needs": block["needs"],
        "sums": budget.in_block(block["number"]).total,
        "effect": together(block["effects"], Perspective.REGION),
    }


def _status(reading: Reading) -> list[str]:
    """How far the application has come, sentence by sentence."""
    participants = reading.content["participants"]
    all_regions, confirmed = len(participants), document.confirmed(participants)
    if reading.is_handed_in:
        first = _("Inlämnad %(at)s med ärendenummer %(case)s.") % {
            "at": reading.at_in_words,
            "case": reading.case_number,
        }
    elif reading.state == "draft":
        first = _("Utkast, som det såg ut %(at)s. Inte inlämnad.") % {"at": reading.at_in_words}
    else:
        first = _("Återtagen. Som innehållet såg ut %(at)s.") % {"at": reading.at_in_words}
    second = ngettext(
        "%(confirmed)s av %(n)s region har undertecknat sitt protokollförda beslut.",
        "%(confirmed)s av %(n)s regioner har undertecknat sitt protokollförda beslut.",
        all_regions,
    )
    return [first, second % {"confirmed": confirmed, "n": all_regions}]
