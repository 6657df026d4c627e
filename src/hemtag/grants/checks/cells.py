"""The rules of a cell of the budget, the same for the page, the workbook, the API and the hand-in. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.utils.translation import gettext as _

from hemtag.money import digits, kronor
from hemtag.refusals import Problem

LARGEST_CELL_SEK = 100_000_000_000
MOST_HOURS = 1_000_000
LARGEST_HOURLY_COST_SEK = 100_000
OWN_TIME = "own_time"


class CellValue(NamedTuple):
    """What a cell holds, in whole kronor and whole hours. A pair of amounts is a cell without hours."""

    requested_sek: int = 0
    cofinancing_sek: int = 0
    hours: int | None = None
    hourly_cost_sek: int | None = None

    @property
    def is_empty(self) -> bool:
        """An hourly cost by itself is nothing."""
        return not (self.requested_sek or self.cofinancing_sek or self.hours)


def typed_over(
    saved: CellValue,
    *,
    requested: int | None = None,
    cofinancing: int | None = None,
    hours: int | None = None,
    hourly_cost: int | None = None,
    usual_cost: int | None = None,
) -> CellValue:
    """What becomes of a cell when some of its numbers are typed over; None is not typed, zero hours are no hours.

    Hours × hourly cost is the whole cost: of requested and co-financing, the one that was not typed takes the rest.
    `usual_cost` is the hourly cost of hours that came without one.
    """
    new_hours = saved.hours if hours is None else hours
    if not new_hours:
        pair = saved.requested_sek if requested is None else requested
        return CellValue(pair, saved.cofinancing_sek if cofinancing is None else cofinancing)
    cost = hourly_cost or saved.hourly_cost_sek or usual_cost
    whole = new_hours * (cost or 0)
    if requested is not None and cofinancing is not None:
        return CellValue(requested, cofinancing, new_hours, cost)
    if requested is not None:
        return CellValue(requested, whole - requested, new_hours, cost)
    own = saved.cofinancing_sek if cofinancing is None else cofinancing
    return CellValue(whole - own, own, new_hours, cost)


def with_amounts(saved: CellValue, requested: int, cofinancing: int) -> CellValue:
    """A cell whose amounts alone are set keeps its hours for as long as they make the amounts."""
    kept = CellValue(requested, cofinancing, saved.hours, saved.hourly_cost_sek)
    return kept if saved.hours and hours_make_the_amounts(kept) else CellValue(requested, cofinancing)


def hours_make_the_amounts(cell: CellValue) -> bool:
    """Hours × hourly cost = requested + co-financing; a cell without hours has nothing to prove."""
    if not cell.hours:
        return True
    return cell.hours * (cell.hourly_cost_sek or 0) == cell.requested_sek + cell.cofinancing_sek


def cell_is_acceptable(
    *,
    place: str,
    where: str,
    year: int,
    kind: str,
    amounts: tuple[object, object],
    is_participant: bool,
    years: range,
    kinds: Collection[str],
    hours: object = None,
    hourly_cost: object = None,
) -> list[Problem]:
    """A cell lies with a participating region, in a year of the call, and holds believable whole kronor.

    Hours are given for own working time only, with an hourly cost, and make the amounts. `place` is the cell's name in
    a form, `where` what people call it.
    """
    messages = []
    if not is_participant:
        messages.append(_("%(where)s: regionen deltar inte i ansökan. Bjud in den först, eller ta bort beloppet."))
    if year not in years:
        messages.append(_("%(where)s: utlysningen gäller %(first)s–%(last)s. Flytta beloppet till ett av de åren."))
    if kind not in kinds:
        messages.append(_("%(where)s: kostnadsslaget finns inte. Välj ett av dem i listan."))
    overdrawn = _overdrawn(amounts, hours, hourly_cost)
    for amount in () if overdrawn else amounts:
        if not _is_whole(amount):
            messages.append(_("%(where)s: beloppet är inte ett helt antal kronor. Skriv det utan decimaler."))
        elif amount < 0:  # type: ignore[operator]
            messages.append(_("%(where)s: beloppet är negativt. Skriv noll eller mer."))
        elif amount > LARGEST_CELL_SEK:  # type: ignore[operator]
            messages.append(_("%(where)s: beloppet är större än %(largest)s. Kontrollera antalet nollor."))
    words = {
        "where": where,
        "first": str(years.start),
        "last": str(years.stop - 1),
        "largest": kronor(LARGEST_CELL_SEK),
        "most": digits(MOST_HOURS),
        "dearest": kronor(LARGEST_HOURLY_COST_SEK),
    }
    if overdrawn:
        messages.append(overdrawn)
    elif hours:
        messages += _of_hours(kind, hours, hourly_cost)
    found = [Problem(message % words, field=place, rule="cell_is_acceptable") for message in dict.fromkeys(messages)]
    return found or _of_product(place, where, amounts, hours, hourly_cost)


def _of_hours(kind: str, hours: object, hourly_cost: object) -> list[str]:
    messages = []
    if kind != OWN_TIME:
        messages.append(_("%(where)s: timmar anges bara för egen arbetstid. Ta bort dem, eller skriv ett belopp."))
    if not _is_whole(hours):
        messages.append(_("%(where)s: timmarna är inte ett helt antal. Skriv dem utan decimaler."))
    elif not 0 < hours <= MOST_HOURS:  # type: ignore[operator]
        messages.append(_("%(where)s: skriv mellan 0 och %(most)s timmar."))
    if not hourly_cost:
        messages.append(_("%(where)s: timkostnaden saknas. Skriv vad en timme kostar, i hela kronor."))
    elif not _is_whole(hourly_cost):
        messages.append(_("%(where)s: timkostnaden är inte ett helt antal kronor. Skriv den utan decimaler."))
    elif not 0 < hourly_cost <= LARGEST_HOURLY_COST_SEK:  # type: ignore[operator]
        messages.append(_("%(where)s: timkostnaden ska vara mellan 1 kr och %(dearest)s. Kontrollera talet."))
    return messages


def _overdrawn(amounts: tuple[object, object], hours: object, hourly_cost: object) -> str:
    """Own hours paid for by more co-financing, or more grant, than they cost."""
    if not (hours and all(_is_whole(each) for each in (*amounts, hours, hourly_cost))):
        return ""
    requested, own = amounts
    if requested + own != hours * hourly_cost:  # type: ignore[operator]
        return ""
    if requested < 0:  # type: ignore[operator]
        return _("%(where)s: medfinansieringen är större än timmar × timkostnad. Sänk den, eller öka timmarna.")
    if own < 0:  # type: ignore[operator]
        return _("%(where)s: sökt bidrag är större än timmar × timkostnad. Sänk det, eller öka timmarna.")
    return ""


def _of_product(
    place: str, where: str, amounts: tuple[object, object], hours: object, hourly_cost: object
) -> list[Problem]:
    """The amounts, hours and hourly cost are each believable: do they agree?"""
    if not hours:
        return []
    cell = CellValue(*amounts, hours, hourly_cost)  # type: ignore[arg-type]
    if hours_make_the_amounts(cell):
        return []
    return [Problem(hours_and_amounts(where, cell), field=place, rule="hours_make_the_amounts")]


def hours_and_amounts(where: str, cell: CellValue) -> str:
    """What to say of a cell whose hours do not make its amounts."""
    message = _(
        "%(where)s: %(hours)s timmar à %(cost)s är %(product)s, men sökt och medfinansiering är tillsammans %(sum)s. "
        "Ändra beloppen, timmarna eller timkostnaden."
    )
    words = {
        "where": where,
        "hours": digits(cell.hours or 0),
        "cost": kronor(cell.hourly_cost_sek or 0),
        "product": kronor((cell.hours or 0) * (cell.hourly_cost_sek or 0)),
        "sum": kronor(cell.requested_sek + cell.cofinancing_sek),
    }
    return message % words


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)
