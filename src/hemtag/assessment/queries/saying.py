"""Why each block is chosen or not, in a sentence of exact numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hemtag import portfolio
from hemtag.money import mkr

from .naming import decimal, is_english
from .reading_runs import THOUSAND
from .workbench import Bench

FEW = 3
MILLION = 1_000_000


def sek(tkr: Any) -> int:
    """Effect units or thousands, with decimals where the hurdle has them, as the nearest whole kronor."""
    return round(Fraction(str(tkr)) * THOUSAND)


def amount(kronor: int) -> str:
    """Below a million two decimals: a small price is still a price."""
    return mkr(kronor, 1 if abs(kronor) >= MILLION else 2)


def permille(number: int | Fraction) -> str:
    """Thousandths as per cent with one decimal, rounded up: what is promised then suffices."""
    whole, tenth = divmod(math.ceil(number), 10)
    return per_cent(f"{whole}.{tenth}")


def times(number: Fraction) -> str:
    """A factor with one decimal, rounded up."""
    whole, tenth = divmod(math.ceil(10 * number), 10)
    return decimal(f"{whole}.{tenth}")


def per_cent(text: str) -> str:
    return f"{decimal(text)}%" if is_english() else f"{decimal(text)}\u00a0%"


class Sentences:
    """Why each block is chosen or not, in a sentence of exact numbers. Blocks are links to their rows."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.names = bench, bench.names
        self.locked = {**bench.round.locked_in, **bench.round.locked_out}
        self.query = urlencode([("a", change.text) for change in bench.changes])

    def _linked(self, ids: Sequence[str]) -> SafeString:
        rows = ((self.query, slugify(name), self.names.titles.get(name, ""), name) for name in ids[:FEW])
        shown = format_html_join(", ", '<a data-live href="?{}#b-{}" title="{}">{}</a>', rows)
        more = len(ids) - FEW
        return shown if more <= 0 else format_html(_("{shown} och {more} till"), shown=shown, more=more)

    def said(self, found: Mapping[str, Any]) -> SafeString:
        """From `portfolio.explain`: what it costs to decide otherwise, or what the block lacks."""
        block = self.bench.round.by_id[found["block"]]
        reason = self.locked.get(block.id)
        if found["chosen"]:
            said = self._chosen(found)
            return format_html(_("Inlåst: {reason} {said}"), reason=_stopped(reason), said=said) if reason else said
        if reason:
            return format_html(_("Utlåst: {reason}"), reason=_stopped(reason))
        if found["price"] is None:
            return escape(_("Ryms inte i något tillåtet urval."))
        return self._lacking(found, block)

    def _chosen(self, found: Mapping[str, Any]) -> SafeString:
        if found["price"] is None:
            return escape(_("Kan inte tas bort utan att bryta ett annat krav."))
        price = sek(found["price"])
        if price < 0:
            return format_html(_("Utan det blir effekten {price} större."), price=amount(-price))
        known = {
            "price": amount(price),
            "leaves": self._linked(found["leaves"]),
            "enters": self._linked(found["enters"]),
        }
        if price == 0:
            text = _("Att ta bort det kostar ingenting i effekt.")
        elif found["leaves"] and found["enters"]:
            text = _("Att ta bort det kostar {price} i effekt: då går också {leaves} bort, och {enters} kommer in.")
        elif found["leaves"]:
            text = _("Att ta bort det kostar {price} i effekt: då går också {leaves} bort.")
        elif found["enters"]:
            text = _("Att ta bort det kostar {price} i effekt: då kommer {enters} in i stället.")
        else:
            text = _("Att ta bort det kostar {price} i effekt.")
        return format_html(text, **known)

    def _lacking(self, found: Mapping[str, Any], block: portfolio.Block) -> SafeString:
        conditions = []
        if found["cut_in_permille"] is not None:
            conditions.append(_("kostnaden vore %(cut)s lägre") % {"cut": permille(found["cut_in_permille"])})
        gain = found["gain_in_effect"]
        if gain and block.effect > 0 and gain < block.effect:
            share = permille(Fraction(1000 * gain, block.effect))
            conditions.append(_("effekten vore %(gain)s högre") % {"gain": share})
        elif gain and block.effect > 0:
            factor = times(Fraction(block.effect + gain, block.effect))
            conditions.append(_("effekten vore %(times)s gånger så hög") % {"times": factor})
        elif gain:
            conditions.append(_("effekten vore %(gain)s högre") % {"gain": amount(sek(gain))})
        needed = [name for name in found["enters"] if name in block.needs]
        known = {
            "when": _(" eller ").join(conditions),
            "needed": self._linked(needed),
            "names": self._linked(found["leaves"]),
        }
        if needed and found["leaves"]:
            text = _("Skulle finansieras tillsammans med {needed} om {when}; i dag trängs det ut av {names}.")
        elif needed:
            text = _("Skulle finansieras tillsammans med {needed} om {when}.")
        elif found["leaves"]:
            text = _("Skulle finansieras om {when}; i dag trängs det ut av {names}.")
        else:
            text = _("Skulle finansieras om {when}.")
        return format_html(text, **known)


def _stopped(reason: str) -> str:
    """A reason as people write it, with the full stop that the next sentence needs."""
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."
