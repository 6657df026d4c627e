"""What must hold when a form is handed in: one rule, one function, one sentence. Pure functions on plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hemtag.refusals import Problem

from .blocks import (
    circle_among,
    costs_are_in_participants_regions,
    every_block_costs_something,
    every_block_has_purpose_and_activities,
    every_hour_is_in_the_amounts,
    needed_blocks_exist_and_do_not_circle,
    years_are_within_the_call,
)
from .content import (
    effect_is_claimed_from_the_region,
    implementation_plan_is_complete,
    measure_type_chosen,
    measuring_point_after_the_grant,
    paragraph_nine_is_answered,
    there_is_an_application,
)
from .doubts import (
    alike,
    hourly_cost_is_believable,
    measure_is_applied_for_once,
    no_recorded_state_support,
    shares_follow_population,
)
from .facts import (
    ApplicationFact,
    BlockFact,
    CostFact,
    EffectFact,
    HourlyCostFact,
    OtherApplication,
    ParticipantFact,
    PointFact,
    SubmissionFact,
    SupportFact,
)
from .regions import (
    decision_is_minuted,
    every_minutes_file_is_scanned,
    every_participant_has_a_minuted_decision,
    every_participant_has_confirmed,
    no_other_state_support,
    other_state_support_is_declared,
    responsible_region_takes_part,
    support_is_declared,
)
from .window import closed_because, in_words, window_is_open


@dataclass(frozen=True)
class Check:
    """A rule of hand-in with what it says when it holds. A warning is shown but stops nothing."""

    rule: Callable[[SubmissionFact], list[Problem]]
    label: str | Promise
    is_warning: bool = False


HAND_IN = (
    Check(window_is_open, _("Utlysningen är öppen")),
    Check(there_is_an_application, _("Minst en ansökan finns")),
    Check(paragraph_nine_is_answered, _("Delarna enligt 9 § är besvarade")),
    Check(measure_type_chosen, _("Åtgärdstyp är vald")),
    Check(every_block_has_purpose_and_activities, _("Varje block har syfte och aktiviteter")),
    Check(every_block_costs_something, _("Varje block har sökt bidrag")),
    Check(years_are_within_the_call, _("Kostnaderna ligger inom utlysningens år")),
    Check(costs_are_in_participants_regions, _("Kostnaderna ligger hos deltagande regioner")),
    Check(every_hour_is_in_the_amounts, _("Timmar gånger timkostnad är beloppen")),
    Check(needed_blocks_exist_and_do_not_circle, _("Blockens behov av varandra går ihop")),
    Check(effect_is_claimed_from_the_region, _("Effekt är angiven ur regionens perspektiv")),
    Check(implementation_plan_is_complete, _("Implementeringsplanen är fullständig")),
    Check(measuring_point_after_the_grant, _("Effekten mäts efter bidragstiden")),
    Check(responsible_region_takes_part, _("Den ansvariga regionen deltar")),
    Check(every_participant_has_a_minuted_decision, _("Varje deltagande region har ett protokollfört beslut")),
    Check(every_minutes_file_is_scanned, _("Protokollen är viruskontrollerade"), is_warning=True),
    Check(other_state_support_is_declared, _("Varje region har svarat om annat statligt stöd")),
    # The delegation tries § 5, not the form: a region that tells the truth is warned, and may still be tried.
    Check(no_other_state_support, _("Ingen åtgärd får annat statligt stöd"), is_warning=True),
    Check(every_participant_has_confirmed, _("Varje deltagande region har undertecknat")),
    Check(measure_is_applied_for_once, _("Samma åtgärd söks bara en gång"), is_warning=True),
    Check(no_recorded_state_support, _("Inget annat statsbidrag är antecknat för åtgärden"), is_warning=True),
    Check(hourly_cost_is_believable, _("Timkostnaderna ligger inom det vanliga"), is_warning=True),
    Check(shares_follow_population, _("Regionernas arbetstid står i rimlig proportion till varandra"), is_warning=True),
)

__all__ = [
    "ApplicationFact",
    "BlockFact",
    "Check",
    "CostFact",
    "EffectFact",
    "HourlyCostFact",
    "HAND_IN",
    "OtherApplication",
    "ParticipantFact",
    "PointFact",
    "SubmissionFact",
    "SupportFact",
    "alike",
    "circle_among",
    "closed_because",
    "costs_are_in_participants_regions",
    "decision_is_minuted",
    "effect_is_claimed_from_the_region",
    "every_block_costs_something",
    "every_block_has_purpose_and_activities",
    "every_hour_is_in_the_amounts",
    "every_minutes_file_is_scanned",
    "every_participant_has_a_minuted_decision",
    "every_participant_has_confirmed",
    "hourly_cost_is_believable",
    "implementation_plan_is_complete",
    "in_words",
    "measure_is_applied_for_once",
    "measure_type_chosen",
    "measuring_point_after_the_grant",
    "needed_blocks_exist_and_do_not_circle",
    "no_other_state_support",
    "no_recorded_state_support",
    "other_state_support_is_declared",
    "paragraph_nine_is_answered",
    "responsible_region_takes_part",
    "shares_follow_population",
    "support_is_declared",
    "there_is_an_application",
    "window_is_open",
    "years_are_within_the_call",
]
