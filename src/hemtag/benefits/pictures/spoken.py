"""What the engine and the ready patterns say in Swedish, marked so that a page can say it in another language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ..languages import page_language
from . import labels, words

LIKELY_ENOUGH = 0.5
# Each ready pattern's name and what it is about.
PATTERNS = {
    gettext_noop("Gemensamt en gång i stället för 21"): gettext_noop(
        "Ett underlag, en utredning eller en mall görs av en och används av många."
    ),
    gettext_noop("Färre besök"): gettext_noop("Besök ersätts av egenvård, distanskontakt eller bättre samordning."),
    gettext_noop("Frigjord administrativ tid"): gettext_noop(
        "Något görs snabbare eller slipper göras: dokumentation, svar, bokning, registrering."
    ),
    gettext_noop("Stöd vid granskning eller screening"): gettext_noop(
        "Bilder, prover eller remisser granskas av färre ögon, eller med stöd."
    ),
    gettext_noop("Kortare vårdtid"): gettext_noop(
        "Patienter kan gå hem tidigare. En tom plats är pengar först när den stängs."
    ),
    gettext_noop("Undviken upphandling eller utveckling"): gettext_noop(
        "Regionen slipper köpa eller bygga eget, därför att någon redan har gjort det."
    ),
    gettext_noop("Utmönstring av sådant som inte hjälper"): gettext_noop(
        "En åtgärd, ett prov eller en rutin slutar göras."
    ),
}


def answer(page: Mapping[str, Any]) -> str:
    """The page's one sentence: the engine's own in Swedish, the same made anew in another language."""
    return str(page["sentence"]) if page_language() == "sv" else made_anew(page)


def made_anew(page: Mapping[str, Any]) -> str:
    """The sentence of `valuation.sentence` from the figures of its page."""
    who = labels.who(page) if labels.is_one_region(page) else _("Regionerna tillsammans")
    own, cash = page["recoup"]["region"], page["recoup"]["region_cash"]["probability"]
    last = page["first_year"] + page["years"] - 1
    known = {"who": who, "last": last, "share": words.percent(own["probability"])}
    if own["probability"] > LIKELY_ENOUGH:
        years = own["median_year"] - page["first_year"]
        known |= {"n": years + 1, "year": own["median_year"], "share": words.percent(own["by_year"][years])}
        first = _("%(who)s räknar hem kostnaden senast år %(n)s (%(year)s) med %(share)s sannolikhet") % known
    elif own["probability"] > 0:
        first = _("%(who)s räknar hem kostnaden senast %(last)s med bara %(share)s sannolikhet") % known
    else:
        first = _("%(who)s räknar inte hem kostnaden till och med %(last)s") % known
    parts = {"first": first, "share": words.percent(cash), "last": last}
    if cash > LIKELY_ENOUGH:
        return _("%(first)s; kassaeffekten ensam täcker den med %(share)s sannolikhet till och med %(last)s.") % parts
    return _("%(first)s; kassaeffekten ensam täcker den inte (sannolikhet %(share)s till och med %(last)s).") % parts
