"""What one piece of evidence must say, and the level that several of them reach. Pure: a convention of the catalogue.

E0 a claim · E1 before and after, one place · E2 controlled or interrupted time series, one place · E3 the effect is
repeated in at least two independent organisations · E4 controlled in several places at once · E5 E3 or better, lasting
for 24 months and verified by someone other than the owner.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

LEVELS = ("E0", "E1", "E2", "E3", "E4", "E5")
ONE_PLACE = frozenset({"before_after"})
CONTROLLED = frozenset({"time_series", "controlled", "multi_site", "randomised"})
LASTING_DAYS = 730


@dataclass(frozen=True)
class Item:
    """A study or a follow-up, as the level needs to know it."""

    design: str
    organisation: str
    effect: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    no_effect: Decimal = Decimal(0)
    lower_is_better: bool = True
    n: int | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    verified_by: str = ""
    failed: bool = False


def _way(value: Decimal, item: Item) -> int:
    """1 on the better side of no effect, -1 on the worse, 0 on the line."""
    difference = value - item.no_effect
    sign = (difference > 0) - (difference < 0)
    return -sign if item.lower_is_better else sign


def points_right(item: Item) -> bool:
    """An effect on the better side, whatever its interval."""
    return not item.failed and item.effect is not None and _way(item.effect, item) > 0


def excludes_no_effect(item: Item) -> bool:
    """The whole interval lies on the better side."""
    ends = (item.low, item.high)
    return points_right(item) and all(end is not None and _way(end, item) > 0 for end in ends)


def points_wrong(item: Item) -> bool:
    """The whole interval lies on the worse side: a harm, not only a doubt."""
    ends = (item.low, item.high)
    return all(end is not None and _way(end, item) < 0 for end in ends)


@dataclass(frozen=True)
class Level:
    """The level that the evidence reaches, why, and what the next one needs."""

    code: str
    reasons: tuple[str, ...]
    missing: str = ""
    # Some measurement's whole interval is on the better side.
    is_clear: bool = False


def level_of(items: Sequence[Item], owner: str = "") -> Level:
    """`owner` is the name of the organisation that owns the solution: its own word verifies nothing."""
    good = [item for item in items if item.design in ONE_PLACE | CONTROLLED and points_right(item)]
    clear = [item for item in good if excludes_no_effect(item)]
    places = {item.organisation.strip().casefold() for item in clear}
    reasons = _what_speaks_against(items)
    if not good:
        return Level("E0", (*reasons, _("Ingen mätning visar en effekt åt rätt håll.")), _missing("E1"))
    level, why = "E1", _("En mätning före och efter visar en effekt åt rätt håll.")
    if any(item.design in CONTROLLED for item in good):
        level, why = "E2", _("En kontrollerad studie eller avbruten tidsserie visar en effekt åt rätt håll.")
    if any(points_wrong(item) for item in items):
        stop = _("Nivån stannar vid E2: en mätning visar en försämring utanför osäkerheten.")
        return Level(
            min(level, "E2"), (*reasons, why, stop), _("En förklaring till att resultaten går isär."), bool(clear)
        )
    if len(places) >= 2:
        level = "E3"
        why = _(
            "Effekten är upprepad i %(n)s oberoende organisationer, var och en med ett intervall som utesluter ingen effekt."
        )
        why %= {"n": len(places)}
    if any(item.design == "multi_site" for item in clear):
        level, why = (
            "E4",
            _("En kontrollerad studie i flera verksamheter har ett intervall som utesluter ingen effekt."),
        )
    lasting = [item for item in clear if _lasts(item) and _verified(item, owner)]
    if level >= "E3" and lasting:
        level = "E5"
        why = _("Effekten har varat i minst 24 månader och är bekräftad av någon annan än ägaren.")
    following = LEVELS[LEVELS.index(level) + 1] if level < "E5" else ""
    return Level(level, (*reasons, why), _missing(following), bool(clear))


def _lasts(item: Item) -> bool:
    return bool(item.starts_on and item.ends_on and (item.ends_on - item.starts_on).days >= LASTING_DAYS)


def _verified(item: Item, owner: str) -> bool:
    who = item.verified_by.strip().casefold()
    return bool(who) and who != owner.strip().casefold()


def _what_speaks_against(items: Iterable[Item]) -> tuple[str, ...]:
    failed = sum(item.failed for item in items)
    if not failed:
        return ()
    words = _("Misslyckade försök som visas med de andra: %(n)s.")
    return (words % {"n": failed},)


def _missing(level: str) -> str:
    return {
        "": "",
        "E1": _("För E1: en mätning före och efter, med effekt åt rätt håll."),
        "E2": _("För E2: en kontrollerad studie eller en avbruten tidsserie."),
        "E3": _("För E3: samma effekt i två oberoende organisationer, med intervall som utesluter ingen effekt."),
        "E4": _("För E4: en kontrollerad studie i flera verksamheter."),
        "E5": _("För E5: minst 24 månader, bekräftat av någon annan än ägaren."),
    }[level]


def level_is_reached(chosen: str, reached: str) -> list[Problem]:
    """A gate may set a lower level than the evidence reaches, with its reasons, but never a higher one."""
    if chosen <= reached:
        return []
    words = _("Underlaget räcker till %(reached)s. Lägg till evidens, eller välj högst den nivån.") % {
        "reached": reached
    }
    return [Problem(words, field="evidence", rule="level_is_reached")]


def evidence_holds(item: Item, today: dt.date) -> list[Problem]:
    """Numbers that can be true: an interval the right way round with the effect in it, someone studied, a past period."""
    rule, problems = "evidence_holds", []
    if (item.low is None) != (item.high is None):
        problems.append(Problem(_("Skriv båda ändarna av intervallet, eller ingen."), field="low", rule=rule))
    if item.low is not None and item.high is not None:
        if item.low > item.high:
            problems.append(Problem(_("Den låga gränsen är högre än den höga."), field="low", rule=rule))
        elif item.effect is None:
            problems.append(Problem(_("Skriv effekten som intervallet hör till."), field="effect", rule=rule))
        elif not item.low <= item.effect <= item.high:
            problems.append(Problem(_("Effekten ligger utanför sitt intervall."), field="effect", rule=rule))
    if item.n is not None and item.n < 1:
        problems.append(Problem(_("Antalet är minst 1. Lämna tomt när det inte är känt."), field="n", rule=rule))
    if item.starts_on and item.ends_on and item.starts_on > item.ends_on:
        problems.append(Problem(_("Perioden slutar innan den börjar."), field="ends_on", rule=rule))
    for field, day in (("starts_on", item.starts_on), ("ends_on", item.ends_on)):
        if day is not None and day > today:
            words = _("Dagen ligger i framtiden. Här anges bara det som redan är mätt.")
            problems.append(Problem(words, field=field, rule=rule))
    return problems
