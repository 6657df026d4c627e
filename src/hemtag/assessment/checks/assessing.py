"""What must hold from conflict of interest to a handed-in assessment, and the sums over scores. Pure, on plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hemtag.refusals import Problem

ASSESSORS_WANTED = 3
LEVELS = range(6)


# Eligibility ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Condition:
    """One formal condition: what is asked, on which ground, and which checks of hand-in that speak of it."""

    key: str
    question: Any  # text in the language of the page
    ground: Any
    rules: tuple[str, ...]
    # Whether a call with this rule set has the condition at all.
    applies: Callable[[Mapping[str, Any]], bool] = lambda rule_set: True


def _demands(flag: str) -> Callable[[Mapping[str, Any]], bool]:
    """A condition that a rule set can turn off; one that says nothing keeps it."""
    return lambda rule_set: bool(rule_set.get(flag, True))


CONDITIONS = (
    Condition(
        "applicant_is_a_region",
        gettext_lazy("Är sökanden en region, eller en kommun som räknas som region?"),
        gettext_lazy("Utlysningen: vem som får söka"),
        ("responsible_region_takes_part",),
    ),
    Condition(
        "within_the_window",
        gettext_lazy("Kom ansökan in under ansökningstiden, eller med ett beviljat undantag?"),
        gettext_lazy("Utlysningen: ansökningstid"),
        ("window_is_open",),
    ),
    Condition(
        "one_form",
        gettext_lazy("Ligger den ansvariga regionens alla ansökningar i samma formulär?"),
        gettext_lazy("Utlysningen: ett formulär per ansvarig region"),
        ("there_is_an_application",),
        _demands("one_form_per_responsible_region"),
    ),
    Condition(
        "minuted_decisions",
        gettext_lazy("Finns ett protokollfört politiskt beslut i varje deltagande region, undertecknat av regionen?"),
        gettext_lazy("Utlysningen: politiskt beslut i varje region"),
        ("every_participant_has_a_minuted_decision", "every_participant_has_confirmed"),
        _demands("minuted_decision_per_participant"),
    ),
    Condition(
        "economic_analysis_and_needs",
        gettext_lazy("Finns analysen av de ekonomiska förutsättningarna och områdena med stora utvecklingsbehov?"),
        gettext_lazy("9 § första och andra delen"),
        ("paragraph_nine_is_answered",),
    ),
    Condition(
        "measure_and_cost",
        gettext_lazy("Är åtgärden beskriven, med vad den ska leda till och vad den beräknas kosta?"),
        gettext_lazy("9 § tredje delen"),
        (
            "paragraph_nine_is_answered",
            "every_block_has_purpose_and_activities",
            "every_block_costs_something",
            "years_are_within_the_call",
        ),
    ),
    Condition(
        "no_other_state_support",
        gettext_lazy("Är åtgärden fri från annat statligt stöd i alla deltagande regioner?"),
        gettext_lazy("5 §"),
        ("other_state_support_is_declared", "no_other_state_support"),
    ),
    Condition(
        "region_effect",
        gettext_lazy("Anges en effekt ur regionens perspektiv?"),
        gettext_lazy("Vägledningen: regionens perspektiv"),
        ("effect_is_claimed_from_the_region",),
    ),
    Condition(
        "lasting_plan",
        gettext_lazy("Finns en implementeringsplan med ägare, budget och mätning efter bidragstiden?"),
        gettext_lazy("Vägledningen: varaktig effekt"),
        ("implementation_plan_is_complete", "measuring_point_after_the_grant"),
    ),
)


def conditions_of(rule_set: Mapping[str, Any]) -> list[Condition]:
    return [condition for condition in CONDITIONS if condition.applies(rule_set)]


@dataclass(frozen=True)
class Answer:
    """Whether one condition is met, and what the case officer remarks."""

    key: str
    is_met: bool | None
    remark: str = ""


def every_condition_is_answered(conditions: Iterable[Condition], answers: Iterable[Answer]) -> list[Problem]:
    met = {answer.key: answer.is_met for answer in answers}
    message = _("Svara ja eller nej: %(question)s")
    return [
        Problem(message % {"question": condition.question}, field=condition.key, rule="every_condition_is_answered")
        for condition in conditions
        if met.get(condition.key) is None
    ]


def every_no_has_a_remark(answers: Iterable[Answer]) -> list[Problem]:
    return [
        Problem(_("Skriv vad som brister."), field=f"{answer.key}_remark", rule="every_no_has_a_remark")
        for answer in answers
        if answer.is_met is False and not answer.remark.strip()
    ]


def verdict_follows_from_the_answers(is_eligible: bool, answers: Iterable[Answer]) -> list[Problem]:
    """L1, L2: every condition has to be met; and who meets all of them cannot be turned away."""
    missed = [answer for answer in answers if answer.is_met is False]
    if is_eligible and missed:
        message = _("Ett villkor är besvarat med nej. Då kan ansökan inte vara behörig; ändra svaret eller utfallet.")
    elif not is_eligible and not missed:
        message = _("Alla villkor är besvarade med ja. Då kan ansökan inte avvisas; ändra svaret eller utfallet.")
    else:
        return []
    return [Problem(message, field="verdict", rule="verdict_follows_from_the_answers")]


def verdict_has_reasons(reasons: str) -> list[Problem]:
    """32 § förvaltningslagen: the rules applied and the facts that decided."""
    if reasons.strip():
        return []
    return [Problem(_("Skriv skälen för utfallet."), field="reasons", rule="verdict_has_reasons")]


# Completion ----------------------------------------------------------------------------------------------


def request_says_what_is_missing(text: str) -> list[Problem]:
    if text.strip():
        return []
    return [Problem(_("Skriv vad regionen ska komplettera."), field="text", rule="request_says_what_is_missing")]


def deadline_is_ahead(due_on: dt.date, today: dt.date) -> list[Problem]:
    if due_on > today:
        return []
    message = _("Sista dag måste ligga efter i dag, så att regionen hinner svara.")
    return [Problem(message, field="due_on", rule="deadline_is_ahead")]


def answer_says_something(answer: str) -> list[Problem]:
    if answer.strip():
        return []
    return [Problem(_("Skriv svaret på begäran."), field="answer", rule="answer_says_something")]


# Conflict of interest ------------------------------------------------------------------------------------


def shared_region_is_a_conflict(has_conflict: bool, regions: Sequence[str]) -> list[Problem]:
    """16 § förvaltningslagen: whoever holds a role in a participating region cannot answer no."""
    if has_conflict or not regions:
        return []
    message = _("Du har en roll i %(regions)s, som deltar i ansökan. Det är jäv; svara ja.")
    return [
        Problem(message % {"regions": ", ".join(regions)}, field="has_conflict", rule="shared_region_is_a_conflict")
    ]


def circumstances_are_stated(has_conflict: bool, circumstances: str) -> list[Problem]:
    if not has_conflict or circumstances.strip():
        return []
    message = _("Skriv vilken omständighet som är jäv, till exempel anställning, uppdrag eller närstående.")
    return [Problem(message, field="circumstances", rule="circumstances_are_stated")]


# Assessors -----------------------------------------------------------------------------------------------


def assessors_are_few_and_different(chosen: Sequence[int]) -> list[Problem]:
    if not chosen:
        message = _("Välj minst en bedömare.")
    elif len(set(chosen)) != len(chosen):
        message = _("Samma bedömare är vald flera gånger.")
    elif len(chosen) > ASSESSORS_WANTED:
        message = _("Högst %(most)s bedömare per ansökan. Ta bort någon.") % {"most": ASSESSORS_WANTED}
    else:
        return []
    return [Problem(message, field="assessors", rule="assessors_are_few_and_different")]


def shared_evenly(
    wanted: Mapping[int, int], barred: Mapping[int, Collection[int]], load: Mapping[int, int]
) -> dict[int, list[int]]:
    """Who assesses what, as evenly as one goes along: the one with fewest assignments is chosen first.

    `wanted`: application → how many assessors it lacks, in the order to fill; `barred`: application → assessors it
    cannot have; `load`: assessor → assignments already held. The same input gives the same answer; ties go to the
    lowest assessor number. An application with too few possible assessors gets those that there are.
    """
    carried = dict(load)
    shares: dict[int, list[int]] = {}
    for application, count in wanted.items():
        possible = sorted((carried[a], a) for a in carried if a not in barred.get(application, ()))
        shares[application] = [assessor for _load, assessor in possible[: max(count, 0)]]
        for assessor in shares[application]:
            carried[assessor] += 1
    return shares


# Scores --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """A level on one criterion and the reason in words. A draft may lack either."""

    level: int | None
    reason: str = ""


def levels_are_on_the_scale(marks: Mapping[str, Mark]) -> list[Problem]:
    message = _("Välj en nivå från 0 till 5.")
    return [
        Problem(message, field=f"{code}_level", rule="levels_are_on_the_scale")
        for code, mark in marks.items()
        if mark.level is not None and mark.level not in LEVELS
    ]


def every_criterion_has_a_level(marks: Mapping[str, Mark], criteria: Mapping[str, str]) -> list[Problem]:
    """`criteria`: code → name."""
    message = _("%(criterion)s: välj en nivå.")
    return [
        Problem(message % {"criterion": name}, field=f"{code}_level", rule="every_criterion_has_a_level")
        for code, name in criteria.items()
        if code not in marks or marks[code].level is None
    ]


def every_level_has_a_reason(marks: Mapping[str, Mark], criteria: Mapping[str, str]) -> list[Problem]:
    message = _("%(criterion)s: skriv varför du valde nivån.")
    return [
        Problem(message % {"criterion": name}, field=f"{code}_reason", rule="every_level_has_a_reason")
        for code, name in criteria.items()
        if code not in marks or not marks[code].reason.strip()
    ]


def weighted_mean(pairs: Iterable[tuple[int, int]]) -> Fraction | None:
    """Σ weight · level / Σ weight over (weight, level), exact; None when nothing weighs anything."""
    found = list(pairs)
    whole = sum(weight for weight, _level in found)
    return Fraction(sum(weight * level for weight, level in found), whole) if whole else None


def mean(values: Iterable[Fraction | int]) -> Fraction | None:
    found = list(values)
    return Fraction(sum(found)) / len(found) if found else None


def rounded(value: Fraction, decimals: int = 2) -> Decimal:
    """An exact mean as people read it, rounded half up."""
    step = Decimal(1).scaleb(-decimals)
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, rounding=ROUND_HALF_UP)


def spread(levels: Iterable[int]) -> int:
    """How far apart the assessors are: the highest level less the lowest."""
    found = list(levels)
    return max(found) - min(found) if found else 0
