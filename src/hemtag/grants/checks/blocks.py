"""What must hold for blocks and their money, and for what blocks need from each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

from .cells import CellValue, hours_and_amounts, hours_make_the_amounts
from .facts import ApplicationFact, BlockFact, SubmissionFact


def every_block_has_purpose_and_activities(form: SubmissionFact) -> list[Problem]:
    """A1: at least one block, and each says why it is and what is done in it."""
    rule = "every_block_has_purpose_and_activities"
    problems = []
    for application in form.applications:
        if not application.blocks:
            message = _("Ansökan %(name)s har inget block. Lägg till minst ett.") % {"name": application.name}
            problems.append(Problem(message, field="blocks", link=f"{application.link}#block", rule=rule))
        for block in application.blocks:
            if not block.purpose.strip():
                message = _("Block %(block)s i %(number)s saknar syfte. Skriv varför blocket behövs.")
                problems.append(_at(application, block, message, "purpose", rule))
            if not block.activities.strip():
                message = _("Block %(block)s i %(number)s saknar aktiviteter. Skriv vad som ska göras.")
                problems.append(_at(application, block, message, "activities", rule))
    return problems


def every_block_costs_something(form: SubmissionFact) -> list[Problem]:
    """L1, § 9 third part: every block has an estimated cost that money is asked for."""
    rule = "every_block_costs_something"
    message = _("Block %(block)s i %(number)s har inget sökt bidrag. Fyll i blockets kostnader, eller ta bort blocket.")
    return [
        _at(application, block, message, "costs", rule, link=block.costs_link)
        for application in form.applications
        for block in application.blocks
        if sum(cost.requested_sek for cost in block.costs) <= 0
    ]


def years_are_within_the_call(form: SubmissionFact) -> list[Problem]:
    """G6: money only in the years that the call has frames for."""
    rule = "years_are_within_the_call"
    problems = []
    for application in form.applications:
        for block in application.blocks:
            outside = sorted({c.year for c in block.costs if not form.first_year <= c.year <= form.last_year})
            if outside:
                message = _(
                    "Block %(block)s i %(number)s har kostnader %(years)s, men utlysningen gäller %(first)s–%(last)s. "
                    "Flytta eller ta bort dem."
                )
                words = {
                    "years": ", ".join(map(str, outside)),
                    "first": str(form.first_year),
                    "last": str(form.last_year),
                }
                problems.append(_at(application, block, message, "costs", rule, link=block.costs_link, **words))
    return problems


def costs_are_in_participants_regions(form: SubmissionFact) -> list[Problem]:
    """G2: only regions that take part have costs; one that has declined has none."""
    rule = "costs_are_in_participants_regions"
    problems = []
    for application in form.applications:
        codes = {participant.code for participant in application.participants}
        for block in application.blocks:
            outside = sorted({cost.region for cost in block.costs} - codes)
            if outside:
                message = _(
                    "Block %(block)s i %(number)s har kostnader i regioner som inte deltar (länskod %(codes)s). "
                    "Ta bort kostnaderna eller bjud in regionen."
                )
                words = {"codes": ", ".join(outside)}
                problems.append(_at(application, block, message, "costs", rule, link=block.costs_link, **words))
    return problems


def every_hour_is_in_the_amounts(form: SubmissionFact) -> list[Problem]:
    """G7: hours × hourly cost = requested + co-financing in every cell, as when it was typed."""
    rule = "every_hour_is_in_the_amounts"
    problems = []
    for application in form.applications:
        for block in application.blocks:
            for cost in block.costs:
                cell = CellValue(cost.requested_sek, cost.cofinancing_sek, cost.hours, cost.hourly_cost_sek)
                if not hours_make_the_amounts(cell):
                    place = _("Block %(block)s i %(number)s, %(region)s %(year)s") % {
                        "block": block.name,
                        "number": application.number,
                        "region": application.region_name(cost.region),
                        "year": str(cost.year),
                    }
                    message = hours_and_amounts(place, cell)
                    problems.append(Problem(message, field="costs", link=block.costs_link, rule=rule))
    return problems


def needed_blocks_exist_and_do_not_circle(form: SubmissionFact) -> list[Problem]:
    """G15: a block needs blocks of its own application, and never itself, not even by way of others."""
    rule = "needed_blocks_exist_and_do_not_circle"
    problems = []
    for application in form.applications:
        known = {block.number: block for block in application.blocks}
        for block in application.blocks:
            unknown = [number for number in block.needs if number not in known]
            if unknown:
                message = _("Block %(block)s i %(number)s behöver block %(needs)s, som inte finns. Välj om behoven.")
                words = {"needs": ", ".join(map(str, unknown))}
                problems.append(_at(application, block, message, "needs", rule, **words))
        circle = circle_among({block.number: block.needs for block in application.blocks})
        if circle:
            message = _(
                "Blocken i %(number)s behöver varandra i en cirkel (%(circle)s), så inget av dem kan finansieras för "
                "sig. Ta bort ett av behoven."
            )
            words = {"circle": " → ".join(map(str, circle))}
            problems.append(_at(application, known[circle[0]], message, "needs", rule, **words))
    return problems


def circle_among(needs: Mapping[int, Sequence[int]]) -> list[int]:
    """The numbers along one circle of needs, first and last the same; empty when there is none."""
    done: set[int] = set()

    def walk(number: int, trail: list[int]) -> list[int]:
        if number in trail:
            return [*trail[trail.index(number) :], number]
        if number in done or number not in needs:
            return []
        for needed in needs[number]:
            if found := walk(needed, [*trail, number]):
                return found
        done.add(number)
        return []

    return next((found for number in needs if (found := walk(number, []))), [])


def _at(
    application: ApplicationFact, block: BlockFact, message: str, field: str, rule: str, link: str = "", **words: str
) -> Problem:
    text = message % {"block": block.name, "number": application.number, **words}
    return Problem(text, field=field, link=link or f"{block.link}#id_{field}", rule=rule)
