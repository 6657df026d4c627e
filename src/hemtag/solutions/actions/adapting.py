"""What a region has changed, how much of the core it delivers, and how much it still does of what it phases out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.knowledge.actions import free_slug
from hemtag.organisations.models import Person
from hemtag.refusals import Problem, WrongState, holds, require

from .. import checks, rules
from ..checks import adopting as adoption_checks
from ..frame import KNOWN
from ..models import (
    CLOSED,
    Adaptation,
    Adoption,
    CoreFunction,
    FidelityCheck,
    PhasedVolume,
    Solution,
    SolutionKind,
    that_count,
)
from ..queries.adopting import core_of
from ..search.indexing import index
from .news import tell


def _own(by: Person, adoption: Adoption) -> Adoption:
    """The adoption, with its row held, when the person may speak for its region and it has begun."""
    adoption = Adoption.objects.select_for_update().get(pk=adoption.pk)
    require(rules.may_record_step(by, adoption.region))
    if not that_count(adoption.steps.all()):
        raise WrongState(_("Regionen har inte angett något steg än."))
    return adoption


def _are_core(functions: Sequence[CoreFunction], core: Sequence[CoreFunction], field: str) -> list[Problem]:
    if set(functions) <= set(core):
        return []
    return [Problem(_("Välj bland lösningens egna kärnfunktioner."), field=field)]


@transaction.atomic
def record_adaptation(
    *,
    by: Person,
    adoption: Adoption,
    occurred_on: dt.date,
    terms: Mapping[str, str],
    text: str,
    touches: Sequence[CoreFunction] = (),
    becomes_provider: bool = False,
) -> Adaptation:
    """A local change in the terms of FRAME. Touching a core function makes the region's use a variant of its own.

    `terms`: a key of its list for each heading of `frame.FRAME`. `becomes_provider` is asked only of AI: whether the
    change makes the region its provider.
    """
    adoption = _own(by, adoption)
    solution = adoption.solution
    words = _("Skriv vad som är annorlunda hos er, så att en annan region förstår det.")
    holds(
        adoption_checks.has_happened(occurred_on, clock.today(), "occurred_on")
        + adoption_checks.terms_are_known(terms, KNOWN)
        + adoption_checks.is_told(text, "text", words)
        + _are_core(touches, core_of(solution), "touches")
    )
    steps = that_count(adoption.steps.all())
    row = Adaptation.objects.create(
        adoption=adoption,
        occurred_on=occurred_on,
        text=text,
        is_variant=bool(touches),
        becomes_provider=becomes_provider and solution.kind == SolutionKind.AI,
        package=steps[-1].package,
        recorded_by=by,
        recorded_at=clock.now(),
        **{name: terms[name] for name in KNOWN},
    )
    row.touches.set(touches)
    index(solution)
    what = _("%(title)s: %(region)s har anpassat lösningen.")
    if row.is_variant:
        what = _("%(title)s: %(region)s använder en egen variant.")
    tell(solution, "adaptation", what % {"title": solution.title, "region": adoption.region.name})
    record(
        by=by,
        verb="recorded_adaptation",
        subject=adoption,
        details={
            "text": text,
            "touches": [one.text for one in touches],
            "is_variant": row.is_variant,
            "becomes_provider": row.becomes_provider,
        },
    )
    return row


@transaction.atomic
def undo_adaptation(*, by: Person, adaptation: Adaptation, note: str) -> Adaptation:
    """The region is back to what the package says; the adaptation stays in the list with the reason."""
    adoption = _own(by, adaptation.adoption)
    adaptation = Adaptation.objects.select_for_update().get(pk=adaptation.pk)
    if adaptation.undone_at:
        raise WrongState(_("Anpassningen är redan avslutad."))
    holds(adoption_checks.is_told(note, "note", _("Skriv varför anpassningen inte längre gäller.")))
    adaptation.undone_at, adaptation.undone_note = clock.now(), note
    adaptation.save(update_fields=["undone_at", "undone_note"])
    index(adoption.solution)
    record(by=by, verb="undid_adaptation", subject=adoption, details={"text": adaptation.text, "note": note})
    return adaptation


@transaction.atomic
def make_variant(*, by: Person, adaptation: Adaptation, title: str, summary: str) -> Solution:
    """What a region has made of a solution becomes a solution of its own, tried from the beginning."""
    adoption = _own(by, adaptation.adoption)
    adaptation = Adaptation.objects.get(pk=adaptation.pk)
    parent = Solution.objects.select_for_update().get(pk=adoption.solution_id)
    if not adaptation.is_variant or adaptation.undone_at:
        raise WrongState(_("Bara en ändrad kärnfunktion gör lösningen till en annan."))
    if parent.variants.filter(owner=adoption.region).exclude(state__in=CLOSED).exists():
        raise WrongState(_("Regionen har redan en egen variant av lösningen i katalogen."))
    values = {"title": title, "specialty": parent.specialty, "problem": parent.problem, "summary": summary}
    holds(checks.solution_is_described(values))
    made = Solution.objects.create(
        slug=free_slug(title, Solution.objects.values_list("slug", flat=True)),
        kind=parent.kind,
        owner=adoption.region,
        variant_of=parent,
        proposed_by=by,
        proposed_at=clock.now(),
        state_since=clock.now(),
        **values,
    )
    index(made)
    tell(parent, "variant", f"{parent.title}: {made.title} ({adoption.region.name}).")
    record(by=by, verb="made_variant", subject=made, details={"variant_of": parent.slug, "text": adaptation.text})
    return made


@transaction.atomic
def check_fidelity(
    *,
    by: Person,
    adoption: Adoption,
    checked_on: dt.date,
    method: str,
    functions: Sequence[CoreFunction] = (),
    planned: int | None = None,
    delivered: int | None = None,
    note: str = "",
) -> FidelityCheck:
    """How many of the core functions the region delivers, on a day, by a stated method.

    When the solution's core functions are written, `functions` are the ones delivered; else the two numbers are given.
    """
    adoption = _own(by, adoption)
    core = core_of(adoption.solution)
    if core:
        planned, delivered = len(core), len({one.pk for one in functions})
    holds(
        adoption_checks.has_happened(checked_on, clock.today(), "checked_on")
        + adoption_checks.is_told(method, "method", _("Skriv hur det prövades: vem som såg efter, och hos hur många."))
        + ([] if core else adoption_checks.share_is_possible(delivered, planned))
        + _are_core(functions, core, "functions")
    )
    assert planned is not None
    assert delivered is not None
    row = FidelityCheck.objects.create(
        adoption=adoption,
        checked_on=checked_on,
        method=method,
        planned=planned,
        delivered=delivered,
        note=note,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    row.functions.set(functions)
    details = {"checked_on": checked_on.isoformat(), "delivered": delivered, "planned": planned, "method": method}
    record(by=by, verb="checked_fidelity", subject=adoption, details=details)
    return row


@transaction.atomic
def record_volume(
    *,
    by: Person,
    adoption: Adoption,
    starts_on: dt.date,
    ends_on: dt.date,
    number: int,
    unit: str,
    is_before: bool,
    source: str,
) -> PhasedVolume:
    """How much the region did, over a period that has ended, of what is being phased out."""
    adoption = _own(by, adoption)
    if adoption.solution.kind != SolutionKind.PHASING_OUT:
        raise WrongState(_("Volymer anges bara för det som utmönstras."))
    others = [((row.starts_on, row.ends_on), row.is_before, row.unit) for row in adoption.volumes.all()]
    holds(
        adoption_checks.volume_fits((starts_on, ends_on), is_before, unit, others, clock.today())
        + adoption_checks.is_told(source, "source", _("Skriv varifrån siffran kommer: register, system och urval."))
    )
    row = PhasedVolume.objects.create(
        adoption=adoption,
        starts_on=starts_on,
        ends_on=ends_on,
        number=number,
        unit=others[0][2] if others else unit.strip(),
        is_before=is_before,
        source=source,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    period = f"{starts_on.isoformat()}–{ends_on.isoformat()}"
    details = {"period": period, "number": number, "unit": row.unit, "is_before": is_before}
    record(by=by, verb="recorded_volume", subject=adoption, details=details)
    return row
