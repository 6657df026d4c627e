"""What may be right but seldom is: told while one writes, with what it is compared with, and never a stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from django.utils.translation import gettext as _

from hemtag.money import grouped, kronor
from hemtag.refusals import Problem

from .facts import ApplicationFact, SubmissionFact

# A region whose working time per inhabitant is this many times the middle region's, or the inverse, is asked about.
MANY_TIMES = 4
# Titles that share at least this part of their words speak of the same measure, as far as words can tell.
ALIKE = 0.6
SHORTEST_WORD = 4


def hourly_cost_is_believable(form: SubmissionFact) -> list[Problem]:
    """Own working time is priced within the interval of the dated hourly cost."""
    known, found = form.hourly_cost, []
    if known is None:
        return []
    for application in form.applications:
        for block in application.blocks:
            outside = sorted(
                {
                    (cost.hourly_cost_sek, cost.region)
                    for cost in block.costs
                    if cost.hourly_cost_sek is not None and not known.low <= cost.hourly_cost_sek <= known.high
                }
            )
            for amount, region in outside:
                message = _(
                    "Block %(block)s i %(number)s räknar med timkostnaden %(cost)s i %(region)s. Vanligt är mellan "
                    "%(low)s och %(high)s (från %(day)s). Kontrollera timkostnaden."
                ) % {
                    "block": block.name,
                    "number": application.number,
                    "cost": kronor(amount or 0),
                    "region": application.region_name(region),
                    "low": kronor(known.low),
                    "high": kronor(known.high),
                    "day": known.valid_from.isoformat(),
                }
                found.append(Problem(message, "costs", block.costs_link, "hourly_cost_is_believable"))
    return found


def shares_follow_population(form: SubmissionFact) -> list[Problem]:
    """Own working time per inhabitant is of the same size in all regions, or the same amount in most of them.

    The two ways in which joint work is usually shared. Needs three regions with known population to say anything.
    """
    found = []
    for application in form.applications:
        people = {each.code: each.population for each in application.participants if each.population}
        hours: Counter[str] = Counter()
        for block in application.blocks:
            for cost in block.costs:
                if cost.kind == "own_time" and cost.region in people:
                    hours[cost.region] += cost.requested_sek + cost.cofinancing_sek
        amounts = {code: amount for code, amount in hours.items() if amount > 0}
        if len(amounts) < 3:
            continue
        commonest, times = Counter(amounts.values()).most_common(1)[0]
        usual = commonest if 2 * times >= len(amounts) else None
        middle = median(amount / people[code] for code, amount in amounts.items())
        for code, amount in sorted(amounts.items()):
            each = amount / people[code]
            if amount == usual or middle / MANY_TIMES <= each <= middle * MANY_TIMES:
                continue
            message = _(
                "%(region)s har %(amount)s i egen arbetstid i %(number)s, %(each)s kr per 1 000 invånare. Hos den "
                "mellersta regionen är det %(middle)s kr. Kontrollera att beloppet ligger i rätt region och rätt enhet."
            ) % {
                "region": application.region_name(code),
                "amount": kronor(amount),
                "number": application.number,
                "each": grouped(round(1_000 * each)),
                "middle": grouped(round(1_000 * middle)),
            }
            found.append(Problem(message, "costs", application.budget_link, "shares_follow_population"))
    return found


def measure_is_applied_for_once(form: SubmissionFact) -> list[Problem]:
    """G11: nearly the same title with a region in common, in this form or in one that is already handed in."""
    problems = []
    for place, application in enumerate(form.applications):
        regions = {participant.code for participant in application.participants}
        beside = [
            (other.number, other.title, {participant.code for participant in other.participants})
            for other in form.applications[:place]
        ]
        beside += [(other.number, other.title, set(other.regions)) for other in form.others]
        for number, title, others in beside:
            if not regions & others or not alike(title, application.title):
                continue
            message = _(
                "Ansökan %(name)s liknar %(other)s och minst en region deltar i båda. Kontrollera att samma åtgärd inte "
                "söks två gånger."
            ) % {"name": application.name, "other": f"{number} {title}"}
            problems.append(_about_title(application, message, "measure_is_applied_for_once"))
    return problems


def no_recorded_state_support(form: SubmissionFact) -> list[Problem]:
    """G11, § 5: what a region answers agrees with the other state support that the delegation has recorded."""
    problems = []
    for application in form.applications:
        for participant in application.participants:
            for support in form.supports:
                is_met = support.region == participant.code and alike(support.measure, application.title)
                if not is_met or participant.other_support == "some":
                    continue
                message = _(
                    "%(region)s har ett antecknat statsbidrag som liknar %(number)s: %(measure)s (%(grantor)s, "
                    "%(years)s). Regionen svarar om det är samma åtgärd."
                ) % {
                    "region": participant.region,
                    "number": application.number,
                    "measure": support.measure,
                    "grantor": support.grantor,
                    "years": support.years,
                }
                link = f"{participant.link}#id_other_support" if participant.link else ""
                problems.append(Problem(message, "other_support", link, "no_recorded_state_support"))
    return problems


def alike(title: str, other: str) -> bool:
    """The same title but for case and spaces, or most of the longer words in common."""
    if " ".join(title.casefold().split()) == " ".join(other.casefold().split()):
        return True
    mine, theirs = set(_words(title)), set(_words(other))
    return len(mine & theirs) >= 2 and len(mine & theirs) >= ALIKE * len(mine | theirs)


def _words(title: str) -> Iterator[str]:
    for word in "".join(c if c.isalnum() else " " for c in title.casefold()).split():
        if len(word) >= SHORTEST_WORD:
            yield word


def _about_title(application: ApplicationFact, message: str, rule: str) -> Problem:
    return Problem(message, "title", f"{application.edit_link}#id_title", rule)
