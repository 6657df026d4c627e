"""What a meeting calls the things of a round: blocks by title, regions, criteria and types of measure by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hemtag import portfolio
from hemtag.assessment import whatif
from hemtag.assessment.models import Run
from hemtag.grants.models import Criterion, MeasureType
from hemtag.money import mkr
from hemtag.organisations.queries import regions

from .answering import Conflict

THOUSAND = 1000


def is_english() -> bool:
    return (get_language() or "sv").startswith("en")


def decimal(text: str) -> str:
    return text if is_english() else text.replace(".", ",")


def number(value: Any) -> str:
    """A number as it was written: 1,2 and not 1,20."""
    return decimal(f"{value.normalize():f}")


class Names:
    """The words of one run's round. A code that nothing is called by stands for itself. Three queries at most."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @cached_property
    def titles(self) -> dict[str, str]:
        return {block["id"]: block["title"] for row in self.run.round["applications"] for block in row["blocks"]}

    @cached_property
    def _regions(self) -> dict[str, str]:
        return {region.code: region.name for region in regions()}

    @cached_property
    def _criteria(self) -> dict[str, str]:
        return dict(Criterion.objects.filter(call=self.run.call_id).values_list("code", "name"))

    @cached_property
    def _tags(self) -> dict[str, str]:
        return dict(MeasureType.objects.filter(call=self.run.call_id).values_list("code", "name"))

    def block(self, name: str) -> str:
        return f"{name} {self.titles[name]}" if self.titles.get(name) else name

    def region(self, code: str) -> str:
        return self._regions.get(code, code)

    def criterion(self, code: str) -> str:
        return self._criteria.get(code, code)

    def tag(self, code: str) -> str:
        return self._tags.get(code, code)

    # What is tried ---------------------------------------------------------------------------------------

    def change(self, change: whatif.Change) -> str:
        """One change as a meeting says it."""
        subject = change.subject
        if change.kind in whatif.LOCKS:
            known = {"block": self.block(subject), "reason": change.value}
            said = _("%(block)s låses in: %(reason)s"), _("%(block)s låses ut: %(reason)s")
            return said[change.kind == whatif.LOCK_OUT] % known
        if change.kind == whatif.REGIONS:
            return _("Varje region som har sökt ska få minst ett block")
        per_cent = number(change.number)
        amount = mkr(int(change.number) * THOUSAND)
        if change.kind == whatif.FRAME:
            return _("Ramen %(year)s är %(amount)s") % {"year": subject, "amount": self._was(change, amount)}
        if change.kind == whatif.CARRY:
            known = {"year": subject, "share": per_cent}
            return _("Av ramen %(year)s får %(share)s %% föras över till nästa år") % known
        if change.kind == whatif.AUTHORISATION:
            return _("Bemyndiganderamen är %(amount)s") % {"amount": self._was(change, amount)}
        if change.kind == whatif.HURDLE:
            return _("Tröskeln per beviljad krona är %(number)s") % {"number": self._was(change, per_cent)}
        if change.kind == whatif.WEIGHT:
            known = {"criterion": self.criterion(subject), "number": self._was(change, per_cent)}
            return _("Kriteriet %(criterion)s väger %(number)s") % known
        if change.kind == whatif.CAP:
            return _("%(region)s får högst %(amount)s") % {"region": self.region(subject), "amount": amount}
        if change.kind == whatif.SHARE:
            return _("Minst %(share)s %% till %(tag)s") % {"share": per_cent, "tag": self.tag(subject)}
        return _("Minst %(share)s %% medfinansiering") % {"share": per_cent}

    def _was(self, change: whatif.Change, now: str) -> str:
        """The new number, and the run's own beside it where it has one."""
        data = self.run.round
        before = {
            whatif.FRAME: lambda: data["frames"].get(change.subject),
            whatif.AUTHORISATION: lambda: data.get("commitment_authorisation"),
            whatif.HURDLE: lambda: data.get("hurdle", 0),
            whatif.WEIGHT: lambda: data.get("criteria", {}).get(change.subject, {}).get("weight"),
        }[change.kind]()
        if before is None:
            return now
        is_money = change.kind in (whatif.FRAME, whatif.AUTHORISATION)
        written = mkr(before * THOUSAND) if is_money else decimal(f"{before:g}")
        return _("%(now)s (i körningen %(before)s)") % {"now": now, "before": written}

    # What stands in the way ------------------------------------------------------------------------------

    def conflict(self, conflict: Conflict) -> list[str]:
        """The demands that cannot all hold with the numbers that make it so, or what is wrong with the round."""
        if conflict.demands:
            return [self.demand(row, conflict.data) for row in conflict.demands]
        if conflict.faults:
            return [self.fault(fault) for fault in conflict.faults]
        return [_("Inget tillåtet urval hittades i tid. Ta bort något krav och försök igen.")]

    def demand(self, row: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> str:
        """One demand of the round in words; `data` is the round that it stands in."""
        data = data or self.run.round
        kind, subject = row["kind"], [str(part) for part in row["subject"]]
        if kind in ("in", "out"):
            cost = _costs(data, subject[0]) if kind == "in" else ""
            words = {"in": _("%(block)s är inlåst"), "out": _("%(block)s är utlåst")}[kind]
            said = words % {"block": self.block(subject[0])}
            return f"{said} ({cost})" if cost else said
        if kind == "frame":
            return self._frame(subject[0], data)
        if kind == "authorisation":
            return _("Bemyndiganderamen: %(amount)s") % {"amount": mkr(data["commitment_authorisation"] * THOUSAND)}
        if kind == "needs":
            return _("%(block)s behöver %(need)s") % {"block": self.block(subject[0]), "need": self.block(subject[1])}
        if kind == "cap":
            cap = data["policies"]["region_caps"][subject[0]]
            return _("%(region)s får högst %(amount)s") % {
                "region": self.region(subject[0]),
                "amount": mkr(cap * THOUSAND),
            }
        if kind == "region":
            return _("%(region)s ska få minst ett block") % {"region": self.region(subject[0])}
        if kind == "share":
            share = next(one["share"] for one in data["policies"]["shares"] if one["tag"] == subject[0])
            return _("Minst %(share)s %% till %(tag)s") % {"share": _per_cent(share), "tag": self.tag(subject[0])}
        if kind == "cofinancing":
            share = data["policies"]["cofinancing_share"]
            return _("Minst %(share)s %% medfinansiering") % {"share": _per_cent(share)}
        text = str(row["text"])
        return text[:1].upper() + text[1:]

    def _frame(self, name: str, data: Mapping[str, Any]) -> str:
        """“2026”, or “2026-2028” where carry-over joins the years."""
        first, _dash, last = name.partition("-")
        years = [year for year in data["frames"] if first <= year <= (last or first)]
        frame = mkr(sum(data["frames"][year] for year in years) * THOUSAND)
        held = sum(data.get("committed", {}).get(year, 0) for year in years)
        known = {"years": f"{first}–{last}" if last else first, "frame": frame, "held": mkr(held * THOUSAND)}
        if held:
            return _("Ramen %(years)s: %(frame)s, varav %(held)s redan är bundet") % known
        return _("Ramen %(years)s: %(frame)s") % known

    def fault(self, fault: portfolio.Fault) -> str:
        """A change that cannot be computed with. The others' words are the round file's own."""
        known = dict(fault.params)
        if fault.code == "committed_above_frame":
            amounts = {name: mkr(int(known[name]) * THOUSAND) for name in ("committed", "frame")}
            return _(
                "Ramen %(year)s kan inte vara %(frame)s: %(committed)s är redan bundet. Skriv minst så mycket."
            ) % {"year": known["year"], **amounts}
        if fault.code == "committed_above_authorisation":
            amounts = {name: mkr(int(known[name]) * THOUSAND) for name in ("committed", "frame")}
            return (
                _("Bemyndiganderamen kan inte vara %(frame)s: %(committed)s är redan bundet. Skriv minst så mycket.")
                % amounts
            )
        if fault.code == "not_weight":
            return _("En vikt ska vara större än noll.")
        if fault.code == "not_share":
            return _("En andel ska vara mellan 0 och 100 procent.")
        if fault.code == "unknown_block":
            return _("Blocket %(block)s är inte med i körningen.") % {"block": known["block"]}
        return f"{fault.message} {fault.mend}"


def _costs(data: Mapping[str, Any], name: str) -> str:
    """“9,0 Mkr 2026, 4,5 Mkr 2027”."""
    blocks = (block for row in data["applications"] for block in row["blocks"])
    cost: Mapping[str, int] = next((block["cost"] for block in blocks if block["id"] == name), {})
    return ", ".join(f"{mkr(tkr * THOUSAND)} {year}" for year, tkr in sorted(cost.items()) if tkr)


def _per_cent(share: Any) -> str:
    return decimal(f"{100 * float(share):.6g}")
