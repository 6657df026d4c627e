"""What must hold for a step, an adaptation, a check of fidelity and a volume: pure functions on plain data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

from .catalogue import EARLIEST

CONFIRMED_FOR = 180
"""Days that a region's word holds without being said again."""
MONTHS_TO_LAST = 12
DRIFT = Fraction(15, 100)
"""A fall in fidelity since the check before that is an alarm."""
LEAST_WORDS = 10

Period = tuple[dt.date, dt.date]


def is_confirmed(said_on: dt.date | None, today: dt.date) -> bool:
    """Said within 180 days; the 180th day is still good."""
    return said_on is not None and (today - said_on).days <= CONFIRMED_FOR


def decision_is_named(reference: str, rule: str = "decision_is_named") -> list[Problem]:
    """Who decided, and under which § or diary number: somebody must be able to look the decision up."""
    if re.search(r"[^\W\d_]{3}", reference) and re.search(r"\d", reference):
        return []
    message = _(
        "Skriv vem som beslutade och beslutets paragraf eller diarienummer, till exempel Regionstyrelsen § 148."
    )
    return [Problem(message, field="decision_reference", rule=rule)]


def stop_has_its_reason(reason: str, known: Collection[str]) -> list[Problem]:
    if reason in known:
        return []
    message = _("Välj skälet. Det räknas, så att det syns vad som hindrar många.")
    return [Problem(message, field="reason", rule="stop_has_its_reason")]


def coverage_is_a_share(covered: int | None, out_of: int | None, unit: str) -> list[Problem]:
    """How much of what is meant to use it does: a number, of how many, counted in what."""
    rule = "coverage_is_a_share"
    problems = []
    if covered is None or covered < 0:
        problems.append(Problem(_("Skriv hur många som använder lösningen."), field="covered", rule=rule))
    if out_of is None or out_of < 1:
        problems.append(Problem(_("Skriv hur många det är tänkt att bli."), field="out_of", rule=rule))
    if not unit.strip():
        problems.append(
            Problem(_("Skriv vad som räknas, till exempel vårdcentraler."), field="covered_unit", rule=rule)
        )
    if not problems and covered is not None and out_of is not None and covered > out_of:
        message = _("Fler kan inte använda lösningen än det är tänkt: %(covered)s av %(out_of)s.")
        problems.append(Problem(message % {"covered": covered, "out_of": out_of}, field="covered", rule=rule))
    return problems


def a_year_later(day: dt.date) -> dt.date:
    """The same day next year; 28 February for the 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def use_has_lasted(used_on: dt.date | None, on: dt.date, checked: Sequence[dt.date]) -> list[Problem]:
    """Lasting: in use for twelve months at least, and the core functions followed up in that time."""
    rule = "use_has_lasted"
    problems = []
    if used_on is None or on < a_year_later(used_on):
        day = a_year_later(used_on).isoformat() if used_on else "–"
        message = _("Varaktig är lösningen tidigast tolv månader efter driftstart: %(day)s.") % {"day": day}
        problems.append(Problem(message, field="occurred_on", rule=rule))
    if used_on is None or not any(used_on <= day <= on for day in checked):
        message = _("Gör först en följsamhetskontroll: hur många av kärnfunktionerna som ges i dag.")
        problems.append(Problem(message, field="stage", rule=rule))
    return problems


def steps_follow(
    steps: Sequence[tuple[str, dt.date]], onward: Mapping[str, Collection[str]], words: Mapping[str, str]
) -> list[Problem]:
    """The steps of a region, with a correction in its place, still make a way that can be walked."""
    at, day = "", EARLIEST
    for stage, on in steps:
        if on < day:
            message = _("Stegen ligger då i fel ordning: %(day)s kommer efter %(later)s.")
            return [
                Problem(
                    message % {"day": on.isoformat(), "later": day.isoformat()},
                    field="occurred_on",
                    rule="steps_follow",
                )
            ]
        if stage not in onward[at]:
            message = _("Från ”%(at)s” kommer man inte till ”%(to)s”. Rätta först det senare steget.")
            return [
                Problem(
                    message % {"at": words.get(at, _("ej påbörjat")), "to": words[stage]},
                    field="stage",
                    rule="steps_follow",
                )
            ]
        at, day = stage, on
    return []


def has_happened(day: dt.date, today: dt.date, field: str, rule: str = "has_happened") -> list[Problem]:
    """No day that is written down lies ahead: plans are written in words."""
    if day > today:
        message = _("Datumet ligger i framtiden. Här anges bara det som har hänt; ange planen i texten.")
        return [Problem(message, field=field, rule=rule)]
    if day < EARLIEST:
        return [Problem(_("Datumet ligger för långt tillbaka i tiden."), field=field, rule=rule)]
    return []


def is_told(text: str, field: str, message: str) -> list[Problem]:
    return [] if len(text.strip()) >= LEAST_WORDS else [Problem(message, field=field, rule="is_told")]


def terms_are_known(values: Mapping[str, str], known: Mapping[str, Mapping[str, object]]) -> list[Problem]:
    """Every answer is a key of its own list in FRAME."""
    return [
        Problem(_("Välj ett av svaren."), field=name, rule="terms_are_known")
        for name, answers in known.items()
        if values.get(name) not in answers
    ]


def share_is_possible(delivered: int | None, planned: int | None) -> list[Problem]:
    rule = "share_is_possible"
    if planned is None or planned < 1:
        return [Problem(_("Skriv hur många kärnfunktioner som ska ges, minst 1."), field="planned", rule=rule)]
    if delivered is None or not 0 <= delivered <= planned:
        message = _("Skriv hur många av dem som ges, från 0 till %(planned)s.") % {"planned": planned}
        return [Problem(message, field="delivered", rule=rule)]
    return []


def drifts(delivered: int, planned: int, before: tuple[int, int] | None) -> bool:
    """Fidelity has fallen by 0.15 or more since the check before (delivered, planned)."""
    return before is not None and Fraction(*before) - Fraction(delivered, planned) >= DRIFT


def volume_fits(
    period: Period, is_before: bool, unit: str, others: Sequence[tuple[Period, bool, str]], today: dt.date
) -> list[Problem]:
    """A period that has ended, in the unit of the region's others, overlapping none; before lies before after."""
    rule, (starts, ends) = "volume_fits", period
    problems = has_happened(starts, today, "starts_on", rule) or has_happened(ends, today, "ends_on", rule)
    if ends < starts:
        problems.append(Problem(_("Perioden slutar innan den börjar."), field="ends_on", rule=rule))
    if not unit.strip():
        problems.append(Problem(_("Skriv vad som räknas, till exempel undersökningar."), field="unit", rule=rule))
    for _days, _side, their_unit in others:
        if their_unit.strip().casefold() != unit.strip().casefold() and unit.strip():
            message = _("Regionens andra perioder räknas i %(unit)s; räkna i samma.") % {"unit": their_unit}
            problems.append(Problem(message, field="unit", rule=rule))
            break
    for (first, last), was_before, _their in others:
        named = {"first": first.isoformat(), "last": last.isoformat()}
        if starts <= last and first <= ends:
            message = _("Perioden överlappar en som redan finns: %(first)s–%(last)s.") % named
        elif (is_before and not was_before and starts > last) or (was_before and not is_before and starts < first):
            message = _("En period före utmönstringen måste ligga före dem efter: se %(first)s–%(last)s.") % named
        else:
            continue
        problems.append(Problem(message, field="starts_on", rule=rule))
        break
    return problems


def change(periods: Sequence[tuple[Period, bool, int]]) -> Fraction | None:
    """The change of volume a day, after against before: -1 is all gone. None until both sides are known, or from nothing.

    Periods of different length are compared by the day.
    """
    total = {True: 0, False: 0}
    days = {True: 0, False: 0}
    for (first, last), is_before, number in periods:
        total[is_before] += number
        days[is_before] += (last - first).days + 1
    if not days[True] or not days[False] or not total[True]:
        return None
    return Fraction(total[False], days[False]) / Fraction(total[True], days[True]) - 1
