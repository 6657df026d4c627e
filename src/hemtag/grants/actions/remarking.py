"""Comments and to-dos on the sections of an application: between the regions that write it, never for the delegation."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import rules
from ..checks.editing import remark_is_given, section_is_known
from ..models import REMARK_NEXT, Application, Participant, ParticipantState, Remark, RemarkKind, RemarkState


@transaction.atomic
def add_remark(
    *,
    by: Person,
    application: Application,
    section: str,
    text: str,
    kind: str = RemarkKind.COMMENT,
    region: Organisation | None = None,
    parent: Remark | None = None,
) -> Remark:
    """A comment or a to-do; an answer belongs to the section and the kind of what it answers.

    What is said stays out of the history: it is working material. The event tells that something was said, and where.
    """
    require(rules.may_write_together(by, application))
    if parent is not None:
        if parent.application_id != application.pk or parent.parent_id is not None:
            message = _("Det går bara att svara på en kommentar i samma ansökan.")
            raise DoesNotHold([Problem(message, rule="answer_has_its_remark")])
        section, kind, region = parent.section, RemarkKind.COMMENT, None
    taking = Participant.objects.filter(application=application).exclude(state=ParticipantState.DECLINED)
    codes = dict(taking.values_list("region__pk", "region__code"))
    blocks = application.blocks.values_list("number", flat=True)
    holds([*remark_is_given(text, kind, RemarkKind.values), *section_is_known(section, blocks, codes.values())])
    if region is not None and region.pk not in codes:
        message = _("%(region)s deltar inte i ansökan. Välj en region som deltar.") % {"region": region.name}
        raise DoesNotHold([Problem(message, "region", rule="remark_is_for_a_participant")])
    remark = Remark.objects.create(
        application=application,
        section=section,
        kind=kind,
        text=text.strip(),
        region=region,
        parent=parent,
        by=by,
        at=clock.now(),
    )
    details = {"remark": remark.pk, "section": section, "kind": str(kind), "answers": parent.pk if parent else None}
    record(by=by, verb="remarked", subject=application, details=details)
    return remark


@transaction.atomic
def settle_remark(*, by: Person, remark: Remark, to: str) -> Remark:
    """Resolve a remark, or open it again."""
    require(rules.may_write_together(by, remark.application))
    fresh = Remark.objects.select_for_update(of=("self",)).select_related("application").get(pk=remark.pk)
    if to not in REMARK_NEXT[fresh.state]:
        raise WrongState(_("Kommentaren är redan %(state)s.") % {"state": fresh.get_state_display().lower()})
    fresh.state = to
    fresh.resolved_by, fresh.resolved_at = (by, clock.now()) if to == RemarkState.RESOLVED else (None, None)
    fresh.save(update_fields=["state", "resolved_by", "resolved_at"])
    details = {"remark": fresh.pk, "section": fresh.section, "state": str(to)}
    record(by=by, verb="remark_settled", subject=fresh.application, details=details)
    return fresh
