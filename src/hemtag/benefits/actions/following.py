"""What a frozen case has given, as the regions say it."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import checks, queries, rules
from ..models import BenefitCase, CaseState, RealisedValue


@transaction.atomic
def record_realised(
    *,
    by: Person,
    case: BenefitCase,
    region: Organisation,
    line: str,
    year: int,
    value_sek: int,
    uncertainty: Decimal,
    source: str,
) -> RealisedValue:
    """What one line has given in one region in one year, with how exactly it is known; said again, it replaces itself."""
    require(rules.may_record(by, case, region))
    if case.state != CaseState.FROZEN:
        raise WrongState(_("Utfall följs mot en fryst kalkyl. Frys kalkylen först."))
    if line not in dict(queries.money_lines(case)):
        raise DoesNotHold([Problem(_("Välj en rad i kalkylen."), field="line", rule="realised_line_is_known")])
    first = int(case.data["first_year"])
    last = min(first + int(case.data["years"]) - 1, clock.today().year)
    holds(checks.realised_year_is_over(year, last, first))
    before = RealisedValue.objects.filter(case=case, line=line, region=region, year=year).first()
    row, _is_new = RealisedValue.objects.update_or_create(
        case=case,
        line=line,
        region=region,
        year=year,
        defaults={
            "value_sek": value_sek,
            "uncertainty": uncertainty,
            "source": source.strip(),
            "recorded_by": by,
            "recorded_at": clock.now(),
        },
    )
    details = {
        "line": line,
        "region": region.code,
        "year": year,
        "value_sek": value_sek,
        "before_sek": before.value_sek if before else None,
    }
    record(by=by, verb="realised_recorded", subject=case, details=details)
    return row
