"""Tips that are mended before they are screened, duplicates that become one, and needs that regions post."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import checks, rules
from ..checks import identifying, limits
from ..models import (
    CLOSED,
    Adoption,
    AdoptionStep,
    Need,
    NeedAnswer,
    Solution,
    SolutionKind,
    SolutionState,
    Subscription,
)
from ..search.indexing import index
from .moving import hand_over, move

TIP = ("title", "specialty", "problem", "summary", "effect", "contact", "link")


@transaction.atomic
def edit_tip(*, by: Person, solution: Solution, kind: SolutionKind, version: int, **texts: str) -> Solution:
    """The region mends its own tip, until it is screened. A tip that was handed back waits for the editors again.

    Raises Clash when somebody has saved since `version`.
    """
    solution = Solution.objects.select_for_update(of=("self",)).select_related("owner", "waits_for").get(pk=solution.pk)
    require(rules.may_edit_tip(by, solution))
    if solution.state != SolutionState.IDENTIFIED:
        raise WrongState(_("Tipset är redan sållat. Texterna ändras nu på lösningens sida."))
    if solution.version != version:
        raise WrongState(
            _("Någon annan har sparat under tiden. Läs in sidan igen; din text finns kvar här att kopiera.")
        )
    values = {name: texts.get(name, "").strip() for name in TIP}
    problems = checks.solution_is_described(values) + identifying.texts_fit(values)
    holds(problems + identifying.link_leads_to_the_web(values["link"]))
    changed = [name for name, value in values.items() if getattr(solution, name) != value]
    changed += ["kind"] if solution.kind != kind else []
    if not changed:
        return solution
    for name, value in values.items():
        setattr(solution, name, value)
    solution.kind, solution.version = kind, solution.version + 1
    solution.save(update_fields=[*TIP, "kind", "version"])
    index(solution)
    record(by=by, verb="edited_tip", subject=solution, details={"changed": sorted(changed)})
    if solution.waits_for_id is not None:
        return hand_over(by=by, solution=solution, waits_for=None, reason=_("Tipset är kompletterat."))
    return solution


@transaction.atomic
def merge(*, by: Person, solution: Solution, into: Solution, reason: str) -> Solution:
    """A duplicate becomes one with another: its address leads there, and what regions have said of it counts there.

    Steps are never moved. A region that has introduced the duplicate and not the other gets copies of its steps at
    the other, each with a line of where it was first written; the steps at the duplicate stay as they are, to be read.
    Needs and followers come along. Returns the other.
    """
    require(rules.may_settle(by))
    both = Solution.objects.select_for_update().in_bulk(sorted({solution.pk, into.pk}))
    solution, into = both[solution.pk], both[into.pk]
    if solution.pk == into.pk:
        raise DoesNotHold([Problem(_("Välj en annan lösning än den själv."), field="into")])
    if into.state in CLOSED:
        words = _("”%(title)s” är i läget %(state)s. Slå samman med en lösning som lever.")
        words %= {"title": into.title, "state": into.get_state_display().lower()}
        raise DoesNotHold([Problem(words, field="into")])
    holds(identifying.has_reason(reason, _("Skriv hur det syns att det är samma lösning.")))
    if solution.gate_reviews.filter(state="open").exists():
        raise WrongState(_("En prövning pågår. Avgör eller avbryt den först."))
    solution.leads_to = into
    solution.save(update_fields=["leads_to"])
    Solution.objects.filter(leads_to=solution).update(leads_to=into)  # what led here leads on: never a chain
    regions = _adoptions_along(solution, into)
    _needs_and_followers_along(solution, into)
    move(by=by, solution=solution, to=SolutionState.MERGED, reason=reason)
    index(into)
    details = {"merged": solution.slug, "regions": regions, "reason": reason}
    record(by=by, verb="merged_solution", subject=into, details=details)
    return into


def _adoptions_along(solution: Solution, into: Solution) -> list[str]:
    """The codes of the regions whose steps were copied."""
    known = set(into.adoptions.values_list("region_id", flat=True))
    codes = []
    rows = solution.adoptions.select_related("region").prefetch_related("steps", "confirmations")
    for adoption in rows:
        if adoption.region_id in known:
            continue
        copied = Adoption.objects.create(solution=into, region=adoption.region)
        _steps_along(adoption.steps.all(), copied, solution)
        for said in adoption.confirmations.all():
            said.pk, said.adoption = None, copied
            said.save(force_insert=True)
        codes.append(adoption.region.code)
    return codes


def _steps_along(steps: Iterable[AdoptionStep], copied: Adoption, solution: Solution) -> None:
    note = _("Först angivet för ”%(title)s”, som är sammanslagen med den här.") % {"title": solution.title}
    made: dict[int, AdoptionStep] = {}
    for step in steps:
        first, corrected = step.pk, step.corrects_id
        step.pk, step.adoption, step.package = None, copied, None
        step.corrects = made.get(corrected) if corrected else None
        step.proof = f"{step.proof}\n{note}"
        step.save(force_insert=True)
        made[first] = step


def _needs_and_followers_along(solution: Solution, into: Solution) -> None:
    answered = set(into.needs.values_list("need_id", flat=True))
    for answer in solution.needs.exclude(need_id__in=answered):
        answer.pk, answer.solution = None, into
        answer.save(force_insert=True)
    following = set(into.subscriptions.filter(ended_at=None).values_list("person_id", flat=True))
    for row in solution.subscriptions.filter(ended_at=None).exclude(person_id__in=following):
        Subscription.objects.create(
            person_id=row.person_id, solution=into, started_at=row.started_at, told_until=row.told_until
        )


# Needs ---------------------------------------------------------------------------------------------------


@transaction.atomic
def post_need(
    *, by: Person, region: Organisation, title: str, specialty: str, problem: str, baseline: str = ""
) -> Need:
    """A region says what it needs and nobody has solved for it."""
    require(rules.may_propose(by, region))
    values = {name: text.strip() for name, text in (
        ("title", title), ("specialty", specialty), ("problem", problem), ("baseline", baseline))}  # fmt: skip
    day = clock.now() - dt.timedelta(days=1)
    Person.objects.select_for_update().get(pk=by.pk)
    holds(limits.there_is_room_today("need", Need.objects.filter(posted_by=by, posted_at__gt=day).count()))
    holds(identifying.need_is_described(values) + identifying.texts_fit(values))
    need = Need.objects.create(region=region, posted_by=by, posted_at=clock.now(), **values)
    record(by=by, verb="posted_need", subject=need, details={"region": region.code})
    return need


def _open(need: Need) -> Need:
    need = Need.objects.select_for_update(of=("self",)).select_related("region").get(pk=need.pk)
    if need.closed_at is not None:
        raise WrongState(_("Behovet är avslutat."))
    return need


@transaction.atomic
def share_need(*, by: Person, need: Need, region: Organisation, note: str = "") -> NeedAnswer:
    """Another region has the same need; once a region."""
    require(rules.may_propose(by, region))
    need = _open(need)
    if region.pk == need.region_id or need.answers.filter(region=region, solution=None).exists():
        raise WrongState(_("%(region)s har redan angett behovet.") % {"region": region.name})
    row = NeedAnswer.objects.create(need=need, region=region, note=note, answered_by=by, answered_at=clock.now())
    record(by=by, verb="shared_need", subject=need, details={"region": region.code})
    return row


@transaction.atomic
def answer_need(*, by: Person, need: Need, region: Organisation, solution: Solution, note: str) -> NeedAnswer:
    """Somebody says that a solution in the catalogue answers the need, and how."""
    require(rules.may_propose(by, region))
    need = _open(need)
    holds(identifying.has_reason(note, _("Skriv hur lösningen svarar på behovet.")))
    solution = Solution.objects.select_for_update().get(pk=solution.pk)
    if solution.state in CLOSED:
        raise DoesNotHold([Problem(_("Lösningen tar inte emot nya införanden."), field="solution")])
    if need.answers.filter(solution=solution).exists():
        raise DoesNotHold([Problem(_("Lösningen är redan angiven som svar."), field="solution")])
    row = NeedAnswer.objects.create(
        need=need, region=region, solution=solution, note=note, answered_by=by, answered_at=clock.now()
    )
    details = {"region": region.code, "solution": solution.slug}
    record(by=by, verb="answered_need", subject=need, details=details)
    return row


@transaction.atomic
def close_need(*, by: Person, need: Need, reason: str) -> Need:
    """The region that posted it, or an editor, closes it and says why; it stays to be read."""
    need = _open(need)
    require(rules.may_close_need(by, need))
    holds(identifying.has_reason(reason, _("Skriv varför behovet avslutas.")))
    need.closed_at, need.closed_reason = clock.now(), reason.strip()
    need.save(update_fields=["closed_at", "closed_reason"])
    record(by=by, verb="closed_need", subject=need, details={"reason": reason})
    return need
