"""What an application must say: § 9's parts, measure types, effect, plan and what comes after the grant."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

from .facts import ApplicationFact, SubmissionFact


def there_is_an_application(form: SubmissionFact) -> list[Problem]:
    """G3: a form holds at least one application."""
    if form.applications:
        return []
    message = _("Inlämningen har ingen ansökan. Starta en ansökan från utlysningens sida.")
    return [Problem(message, link=form.call_link, rule="there_is_an_application")]


def paragraph_nine_is_answered(form: SubmissionFact) -> list[Problem]:
    """L1, § 9: the economic conditions, the development needs, and each measure's description and aim.

    The third part's estimated cost is kept by `every_block_costs_something`.
    """
    rule = "paragraph_nine_is_answered"
    problems: list[Problem] = []
    if not form.economic_analysis.strip():
        message = _(
            "Analysen av de ekonomiska förutsättningarna saknas (9 § första delen). Skriv den under Regionens förutsättningar."
        )
        problems.append(Problem(message, "economic_analysis", f"{form.link}#id_economic_analysis", rule))
    if not form.development_needs.strip():
        message = _(
            "Områden med stora utvecklingsbehov saknas (9 § andra delen). Beskriv dem under Regionens förutsättningar."
        )
        problems.append(Problem(message, "development_needs", f"{form.link}#id_development_needs", rule))
    for application in form.applications:
        if not application.description.strip():
            message = _("Ansökan %(name)s saknar beskrivning av åtgärden (9 § tredje delen). Skriv den i ansökan.")
            problems.append(_in(application, message, "description", rule))
        if not application.goals.strip():
            message = _(
                "Ansökan %(name)s säger inte vad åtgärden ska leda till (9 § tredje delen). Skriv det i ansökan."
            )
            problems.append(_in(application, message, "goals", rule))
    return problems


def measure_type_chosen(form: SubmissionFact) -> list[Problem]:
    """G8: at least one of the call's measure types."""
    message = _("Ansökan %(name)s har ingen åtgärdstyp. Välj minst en i ansökan.")
    return [
        _in(application, message, "measure_types", "measure_type_chosen")
        for application in form.applications
        if not application.measure_types
    ]


def implementation_plan_is_complete(form: SubmissionFact) -> list[Problem]:
    """G10: who owns the result, what it costs to keep, what makes it last, and how others can use it."""
    missing = {
        "plan_owner": _("Ansökan %(name)s: implementeringsplanen saknar ägare. Ange vem som äger resultatet efteråt."),
        "plan_budget": _(
            "Ansökan %(name)s: implementeringsplanen saknar budget. Ange vad resultatet kostar efter bidraget och vem "
            "som betalar."
        ),
        "plan_lasting": _(
            "Ansökan %(name)s: implementeringsplanen säger inte vad som gör effekten varaktig. Beskriv det i planen."
        ),
        "spreading": _("Ansökan %(name)s säger inte hur andra regioner kan använda resultatet. Beskriv spridningen."),
    }
    return [
        _in(application, message, field, "implementation_plan_is_complete")
        for application in form.applications
        for field, message in missing.items()
        if not getattr(application, field).strip()
    ]


def measuring_point_after_the_grant(form: SubmissionFact) -> list[Problem]:
    """G10: the effect is measured at least once in a year after the last one with money."""
    problems = []
    for application in form.applications:
        last = application.last_year
        if any(last is None or point.on.year > last for point in application.points):
            continue
        if last is None:
            message = _("Ansökan %(name)s har ingen mätpunkt. Lägg till minst en efter bidragstiden.")
        else:
            message = _("Ansökan %(name)s har ingen mätpunkt efter bidragstiden. Lägg till minst en efter %(year)s.")
        text = message % {"name": application.name, "year": str(last)}
        rule = "measuring_point_after_the_grant"
        problems.append(Problem(text, field="measuring_points", link=application.points_link, rule=rule))
    return problems


def effect_is_claimed_from_the_region(form: SubmissionFact) -> list[Problem]:
    """G9: the result is shown from the region's perspective; society's is a merit beside it."""
    rule = "effect_is_claimed_from_the_region"
    problems = []
    for application in form.applications:
        effects = [(block, effect) for block in application.blocks for effect in block.effects]
        if not any(effect.perspective == "region" for _block, effect in effects):
            message = _(
                "Ansökan %(name)s anger ingen effekt ur regionens perspektiv. Ange en i minst ett block: samhällets "
                "effekt räcker inte."
            ) % {"name": application.name}
            link = application.blocks[0].effects_link if application.blocks else application.link
            problems.append(Problem(message, field="effects", link=link, rule=rule))
        for block in dict.fromkeys(block for block, effect in effects if not effect.basis.strip()):
            message = _(
                "Block %(block)s i %(number)s har en effekt utan motivering. Skriv vad siffrorna bygger på."
            ) % {
                "block": block.name,
                "number": application.number,
            }
            problems.append(Problem(message, field="effects", link=block.effects_link, rule=rule))
    return problems


def _in(application: ApplicationFact, message: str, field: str, rule: str) -> Problem:
    text = message % {"name": application.name}
    return Problem(text, field=field, link=f"{application.edit_link}#id_{field}", rule=rule)
