"""Evidence is added and, when it does not hold, retracted with the reason; never changed and never deleted."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.knowledge.documents import store
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import Problem, WrongState, holds, require

from .. import rules
from ..checks import evidence, identifying
from ..models import EvidenceItem, Solution
from ..queries.evidencing import item_of
from .news import tell

NEEDED = ("title", "organisation", "setting", "measure", "source")


@transaction.atomic
def add_evidence(
    *,
    by: Person,
    solution: Solution,
    region: Organisation | None = None,
    file: tuple[str, bytes] | None = None,
    **values: Any,
) -> EvidenceItem:
    """One study or follow-up, also one that failed. `region` is whose word it is; None for the editors'.

    `values` are the fields of EvidenceItem. Raises DoesNotHold with all that is wrong.
    """
    require(rules.may_add_evidence(by, solution))
    if region is not None:
        require(rules.may_propose(by, region))
    else:
        require(rules.may_try(by))
    row = EvidenceItem(solution=solution, region=region, added_by=by, added_at=clock.now(), **values)
    problems = [
        Problem(_("Fyll i fältet."), field=name, rule="evidence_is_described")
        for name in NEEDED
        if not str(values.get(name, "")).strip()
    ]
    problems += identifying.link_leads_to_the_web(row.source) if row.source.startswith("http") else []
    holds(problems + evidence.evidence_holds(item_of(row), clock.today()))
    if file:
        owner = region or solution.owner
        row.document = store(by=by, owner=owner, name=file[0], content=file[1])
    row.save()
    what = _("misslyckat försök") if row.failed else row.get_design_display().lower()
    tell(solution, "evidence", f"{solution.title}: {row.title} ({what})")
    details = {"title": row.title, "design": row.design, "organisation": row.organisation, "failed": row.failed}
    record(by=by, verb="added_evidence", subject=solution, details={**details, "evidence": row.pk})
    return row


@transaction.atomic
def retract_evidence(*, by: Person, item: EvidenceItem, reason: str) -> EvidenceItem:
    """It no longer counts, and stays to be read with the reason."""
    item = EvidenceItem.objects.select_for_update(of=("self",)).select_related("solution", "region").get(pk=item.pk)
    require(rules.may_retract_evidence(by, item))
    if item.retracted_at is not None:
        raise WrongState(_("Posten är redan återkallad."))
    holds(identifying.has_reason(reason, _("Skriv varför posten inte längre gäller.")))
    item.retracted_at, item.retracted_reason = clock.now(), reason.strip()
    item.save(update_fields=["retracted_at", "retracted_reason"])
    tell(item.solution, "evidence", f"{item.solution.title}: {item.title} är återkallad. {reason}")
    record(by=by, verb="retracted_evidence", subject=item.solution, details={"evidence": item.pk, "reason": reason})
    return item
