"""Reading the catalogue and how far each solution has spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from hemtag.knowledge.models import Document
from hemtag.organisations.models import Organisation, Role
from hemtag.organisations.queries import regions
from hemtag.organisations.rules import has_role, is_auditor, is_delegation, regions_of

from ..models import (
    CLOSED,
    SOLUTION_NEXT,
    STAGE_NEXT,
    USED,
    Adoption,
    AdoptionStep,
    Solution,
    SolutionKind,
    SolutionState,
    Stage,
)

KINDS = SolutionKind.choices
STATES = SolutionState.choices

_NEWEST_STAGE = Subquery(AdoptionStep.objects.filter(adoption=OuterRef("pk")).order_by("-pk").values("stage")[:1])


def newest_stage() -> Subquery:
    """For annotating adoptions with how far they have come."""
    return _NEWEST_STAGE


def solutions_for(person: Any) -> QuerySet[Solution]:
    """All for anyone, but declined ones only for the owner, the editors, the delegation and the auditor."""
    rows = Solution.objects.select_related("owner")
    if is_auditor(person) or is_delegation(person) or has_role(person, Role.CATALOGUE_EDITOR):
        return rows
    return rows.filter(~Q(state=SolutionState.DECLINED) | Q(owner__in=regions_of(person)))


def catalogue(person: Any, *, text: str = "", states: Iterable[str] = ()) -> QuerySet[Solution]:
    """The catalogue page's list, with how many regions have it in use."""
    rows = solutions_for(person)
    for word in text.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(problem__icontains=word)
            | Q(summary__icontains=word)
            | Q(specialty__icontains=word)
        )
    if wanted := list(states):
        rows = rows.filter(state__in=wanted)
    newest = Adoption.objects.filter(solution=OuterRef("pk")).annotate(stage=_NEWEST_STAGE).order_by()
    in_use = newest.filter(stage__in=USED).values("solution").annotate(n=Count("pk")).values("n")
    never = [Stage.DECLINED, Stage.NOT_APPLICABLE]
    begun = newest.exclude(stage__in=never).values("solution").annotate(n=Count("pk")).values("n")
    return rows.annotate(in_use=Subquery(in_use), begun=Subquery(begun)).order_by("title")


def solution_called(person: Any, slug: str) -> Solution:
    """Raises Solution.DoesNotExist for an unknown and for a forbidden one alike."""
    return solutions_for(person).get(slug=slug)


@dataclass(frozen=True)
class RegionStage:
    """One of the 21 regions, and how far it has come with a solution."""

    region: Organisation
    adoption: Adoption | None
    step: AdoptionStep | None

    steps: Sequence[AdoptionStep] = ()

    @property
    def stage(self) -> str:
        return self.step.stage if self.step else ""


def stages_of(solution: Solution) -> list[RegionStage]:
    """Always all 21 regions, also those that have not begun; two queries."""
    rows = solution.adoptions.select_related("region").prefetch_related("steps__recorded_by", "steps__document")
    by_region = {adoption.region_id: adoption for adoption in rows}
    found = []
    for region in regions():
        adoption = by_region.get(region.pk)
        steps = list(adoption.steps.all()) if adoption else []
        found.append(RegionStage(region, adoption, steps[-1] if steps else None, steps))
    return found


def adoptions_in(region: Organisation) -> list[Adoption]:
    """What one region has done with solutions, newest step first in each."""
    return list(
        Adoption.objects.filter(region=region)
        .select_related("solution")
        .annotate(stage=_NEWEST_STAGE)
        .order_by("solution__title")
    )


def solution_from(origin_key: str) -> Solution | None:
    return Solution.objects.filter(origin_key=origin_key).first()


def spread(stages: Iterable[RegionStage]) -> list[tuple[str, str, int]]:
    """How many of the 21 regions stand at each stage, also the stages nobody stands at: (code, word, number)."""
    counted = Counter(row.stage for row in stages)
    begun = [(stage.value, str(stage.label), counted[stage.value]) for stage in Stage]
    return [("", _("Ej påbörjat"), counted[""]), *begun]


def next_states(solution: Solution) -> list[SolutionState]:
    return [state for state in SolutionState if state in SOLUTION_NEXT[solution.state]]


def possible_stages(solution: Solution, own: Iterable[Organisation]) -> list[Stage]:
    """The stages that any of the own regions can go to from where it stands."""
    wanted = {region.pk for region in own}
    standing = {row.stage for row in stages_of(solution) if row.region.pk in wanted}
    return [stage for stage in Stage if any(stage in STAGE_NEXT[at] for at in standing)]


def next_steps(person: Any, solution: Solution, stages: Iterable[RegionStage]) -> list[RegionStage]:
    """The person's own regions with where they stand, when the solution can be introduced."""
    if solution.state in CLOSED:
        return []
    own = {region.pk for region in regions_of(person)}
    return [row for row in stages if row.region.pk in own]


def proof_of(solution: Solution, step: int) -> Document | None:
    row = AdoptionStep.objects.filter(pk=step, adoption__solution=solution).select_related("document").first()
    return row.document if row else None
