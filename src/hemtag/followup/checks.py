"""What must hold after the decision: pure functions on plain data, one per rule."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from hemtag.money import kronor, share_out
from hemtag.refusals import Problem

# A full-time year is about 1 700 hours; a region has thousands of people, but not in one block of one half-year.
MOST_HOURS = 200_000


@dataclass(frozen=True)
class Parts:
    """How one payment is shared: the two pools and each region's part of both, in whole kronor."""

    by_hours: Mapping[int, int]
    by_budget: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.by_hours.values()) + sum(self.by_budget.values())


def share_payment(amount_sek: int, own_time_sek: int, budget_sek: Mapping[int, int], hours: Mapping[int, int]) -> Parts:
    """Share a payment between regions so that the parts sum exactly to it.

    `own_time_sek` is the decided budget for own working time of the year and `budget_sek` the decided budget for all
    else per region (keys are regions, in the order of their county codes). The payment is first divided in these two
    pools in proportion to the budget; the first pool is shared by contributed `hours`, the second by `budget_sek`.
    Every division is by largest remainder, ties in the order of county codes.

    Source: "Medel fördelas mellan regionerna utifrån omfattning som de bidrar med kompetens."
    Raises ValueError when a pool has money and nothing to share it by.
    """
    pools = share_out(amount_sek, {"hours": own_time_sek, "budget": sum(budget_sek.values())})
    return Parts(
        by_hours=share_out(pools["hours"], hours) if pools["hours"] else {},
        by_budget=share_out(pools["budget"], budget_sek) if pools["budget"] else {},
    )


def there_is_something_to_share_by(own_time_sek: int, budget_sek: int, hours: int) -> list[Problem]:
    if own_time_sek > 0 and hours == 0:
        return [
            Problem(
                _(
                    "Ingen region har redovisat arbetstid för perioden. Be regionerna redovisa sina timmar, "
                    "eller välj en period där timmar finns."
                ),
                field="basis_from",
                rule="there_is_something_to_share_by",
            )
        ]
    if own_time_sek + budget_sek == 0:
        return [
            Problem(
                _("Beslutet har ingen budget för utbetalningens år, så det finns inget att fördela efter."),
                rule="there_is_something_to_share_by",
            )
        ]
    return []


def payment_is_within_the_plan(amount_sek: int, planned_sek: int, reason: str) -> list[Problem]:
    """Never more than the plan says; less only with the reason for withholding (§ 17)."""
    if amount_sek <= 0:
        return [Problem(_("Beloppet ska vara större än 0 kr."), field="amount", rule="payment_is_within_the_plan")]
    if amount_sek > planned_sek:
        return [
            Problem(
                _("Beloppet är högre än utbetalningsplanens %(planned)s. Högst det beloppet kan betalas ut.")
                % {"planned": kronor(planned_sek)},
                field="amount",
                rule="payment_is_within_the_plan",
            )
        ]
    if amount_sek < planned_sek and not reason.strip():
        return [
            Problem(
                _("Ett lägre belopp än planens %(planned)s innebär att medel hålls inne (17 §). Skriv skälet.")
                % {"planned": kronor(planned_sek)},
                field="reason",
                rule="payment_is_within_the_plan",
            )
        ]
    return []


def payment_follows_plan(
    on: dt.date, reference: str, due_on: dt.date, approved_on: dt.date, today: dt.date
) -> list[Problem]:
    """Money leaves on the decided day or after it (§ 16), when two have approved.

    The payer's own reference says which transfer it was.
    """
    rule = "payment_follows_plan"
    problems = []
    if on > today:
        problems.append(Problem(_("Betalningsdagen kan inte ligga i framtiden."), field="on", rule=rule))
    if on < due_on:
        problems.append(
            Problem(
                _("Utbetalningen förfaller %(day)s och betalas inte före det (16 §).") % {"day": due_on.isoformat()},
                field="on",
                rule=rule,
            )
        )
    elif on < approved_on:
        problems.append(
            Problem(
                _("Betalningsdagen ligger före den andra attesten, %(day)s.") % {"day": approved_on.isoformat()},
                field="on",
                rule=rule,
            )
        )
    if not reference.strip():
        problems.append(Problem(_("Skriv betalningens referens."), field="reference", rule=rule))
    return problems


def hours_are_reasonable(hours: int) -> list[Problem]:
    if 0 <= hours <= MOST_HOURS:
        return []
    return [
        Problem(
            _("Timmar anges som ett helt tal mellan 0 och %(most)s.") % {"most": MOST_HOURS},
            field="hours",
            rule="hours_are_reasonable",
        )
    ]


def half_year_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """The calendar half-year that a day falls in: the period in which contributed work is reported."""
    if day.month <= 6:
        return dt.date(day.year, 1, 1), dt.date(day.year, 6, 30)
    return dt.date(day.year, 7, 1), dt.date(day.year, 12, 31)


def period_is_a_half_year(
    starts_on: dt.date, today: dt.date, decided_from: dt.date | None = None, decided_to: dt.date | None = None
) -> list[Problem]:
    """A half-year that has begun and that the grant's period reaches into."""
    rule = "period_is_a_half_year"
    if half_year_of(starts_on)[0] != starts_on:
        return [Problem(_("Perioden börjar den 1 januari eller den 1 juli."), field="starts_on", rule=rule)]
    if starts_on > today:
        return [Problem(_("Perioden har inte börjat än; redovisa när arbetet är gjort."), field="starts_on", rule=rule)]
    is_before = decided_from is not None and half_year_of(starts_on)[1] < decided_from
    is_after = decided_to is not None and starts_on > decided_to
    if is_before or is_after:
        return [Problem(_("Halvåret ligger utanför den period som bidraget gäller."), field="starts_on", rule=rule)]
    return []


def basis_is_whole_half_years(basis_from: dt.date, basis_to: dt.date) -> list[Problem]:
    """Hours are reported per half-year: a period that cuts one in two would leave its hours out without a word."""
    rule = "basis_is_whole_half_years"
    problems = []
    if half_year_of(basis_from)[0] != basis_from:
        message = _("Perioden börjar den 1 januari eller den 1 juli, som redovisningen av timmar.")
        problems.append(Problem(message, field="basis_from", rule=rule))
    if half_year_of(basis_to)[1] != basis_to:
        message = _("Perioden slutar den 30 juni eller den 31 december, som redovisningen av timmar.")
        problems.append(Problem(message, field="basis_to", rule=rule))
    if basis_from > basis_to:
        problems.append(Problem(_("Periodens första dag ligger efter dess sista."), field="basis_to", rule=rule))
    return problems


def every_region_has_reported(missing: Iterable[str]) -> list[Problem]:
    names = list(missing)
    if not names:
        return []
    return [
        Problem(
            _("Redovisning saknas från %(regions)s. Varje region skriver sin egen del.")
            % {"regions": ", ".join(names)},
            rule="every_region_has_reported",
        )
    ]


def the_whole_is_described(progress: str) -> list[Problem]:
    if progress.strip():
        return []
    return [
        Problem(
            _("Beskriv hur arbetet som helhet har gått (15 §) innan redovisningen lämnas."),
            field="progress",
            rule="the_whole_is_described",
        )
    ]


def claim_is_within_what_was_paid(claimed_sek: int, paid_sek: int) -> list[Problem]:
    rule = "claim_is_within_what_was_paid"
    if claimed_sek <= 0:
        return [Problem(_("Beloppet ska vara större än 0 kr."), field="claimed", rule=rule)]
    if claimed_sek > paid_sek:
        return [
            Problem(
                _("Högst det som är utbetalt och inte redan återkrävt, %(paid)s, kan återkrävas.")
                % {"paid": kronor(paid_sek)},
                field="claimed",
                rule=rule,
            )
        ]
    return []


def hearing_is_over(has_statement: bool, due_on: dt.date | None, today: dt.date) -> list[Problem]:
    """The party has been heard (25 § förvaltningslagen): it has answered, or its time has passed."""
    if has_statement or (due_on is not None and today > due_on):
        return []
    return [
        Problem(
            _("Regionen har till och med %(day)s på sig att yttra sig. Beslut kan fattas när yttrandet kommit.")
            % {"day": due_on.isoformat() if due_on else _("den dag som anges")},
            rule="hearing_is_over",
        )
    ]


def relief_has_its_reason(decided_sek: int, claimed_sek: int, relief_reason: str) -> list[Problem]:
    rule = "relief_has_its_reason"
    if not 0 <= decided_sek <= claimed_sek:
        return [
            Problem(
                _("Beloppet ska ligga mellan 0 kr och %(claimed)s som regionen har hörts om.")
                % {"claimed": kronor(claimed_sek)},
                field="decided",
                rule=rule,
            )
        ]
    if decided_sek < claimed_sek and not relief_reason.strip():
        return [
            Problem(
                _("Att sätta ned kravet fordrar särskilda skäl (19 §). Skriv dem."), field="relief_reason", rule=rule
            )
        ]
    return []


def a_month_after(day: dt.date) -> dt.date:
    """The same day next month, or that month's last day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def interest_sek(amount_sek: int, percent_a_year: Decimal, from_: dt.date, paid_on: dt.date) -> int:
    """Interest on a recovered amount (§ 20): simple, by day of a year of 365 days, whole kronor, half up.

    Nothing when paid on the first interest day or before.
    """
    days = max(0, (paid_on - from_).days)
    exact = Decimal(amount_sek) * percent_a_year / 100 * days / 365
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
