"""Reading how far each region has come with a solution."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from hemtag.knowledge.models import Document
from hemtag.organisations.models import Organisation
from hemtag.organisations.queries import regions
from hemtag.organisations.rules import regions_of

from ..checks.adopting import CONFIRMED_FOR, drifts, is_confirmed
from ..models import (
    CLOSED,
    NEEDS_REASON,
    STAGE_NEXT,
    USED,
    Adaptation,
    Adoption,
    AdoptionStep,
    CoreFunction,
    FidelityCheck,
    PackageState,
    PackageVersion,
    PhasedVolume,
    Solution,
    SolutionState,
    Stage,
    StopReason,
    Suggestion,
    newest,
    that_count,
    varied,
)

WINDING_DOWN = frozenset({Stage.PAUSED, Stage.DISCONTINUED, Stage.REPLACED})
"""What a region may still say of a solution that takes no new introductions."""
STANDING_FIRM = frozenset(Stage) - NEEDS_REASON | {Stage.PAUSED}
"""Where a region has something that can be confirmed still to hold."""


@dataclass(frozen=True)
class RegionStage:
    """One of the 21 regions, and how far it has come with a solution.

    `steps` are those that count, oldest first; `every` has the corrected and the correcting ones too, as written.
    """

    region: Organisation
    adoption: Adoption | None
    step: AdoptionStep | None
    steps: Sequence[AdoptionStep] = ()
    every: Sequence[AdoptionStep] = ()
    is_owner: bool = False
    is_variant: bool = False
    said_on: dt.date | None = None
    """When the region last said anything of it: its newest step that counts, or a confirmation."""

    @property
    def stage(self) -> str:
        return self.step.stage if self.step else ""

    @property
    def is_used(self) -> bool:
        return self.stage in USED

    @property
    def counts(self) -> bool:
        """In use as the package says: a variant is counted apart."""
        return self.is_used and not self.is_variant

    @property
    def can_be_confirmed(self) -> bool:
        return self.stage in STANDING_FIRM

    def is_confirmed(self, today: dt.date) -> bool:
        return is_confirmed(self.said_on, today)

    @property
    def confirm_by(self) -> dt.date | None:
        return self.said_on + dt.timedelta(days=CONFIRMED_FOR) if self.said_on and self.can_be_confirmed else None

    @property
    def gone(self) -> frozenset[int]:
        """The steps that a later one has corrected."""
        return frozenset(step.corrects_id for step in self.every if step.corrects_id)


def _state_of(region: Organisation, adoption: Adoption | None, owner: int) -> RegionStage:
    if adoption is None:
        return RegionStage(region, None, None, is_owner=region.pk == owner)
    every = list(adoption.steps.all())
    steps = that_count(every)
    said = [step.recorded_at for step in steps[-1:]]
    said += [at for at in [getattr(adoption, "confirmed_at", None)] if at]
    return RegionStage(
        region,
        adoption,
        steps[-1] if steps else None,
        steps,
        every,
        region.pk == owner,
        bool(getattr(adoption, "is_variant", False)),
        timezone.localdate(max(said)) if said and steps else None,
    )


def _annotated(rows: Any) -> Any:
    rows = rows.annotate(is_variant=varied(), confirmed_at=Max("confirmations__confirmed_at"))
    return rows.select_related("region").prefetch_related("steps__recorded_by", "steps__document", "steps__package")


def stages_of(solution: Solution) -> list[RegionStage]:
    """Always all 21 regions, also those that have not begun; a fixed number of queries."""
    by_region = {adoption.region_id: adoption for adoption in _annotated(solution.adoptions.all())}
    return [_state_of(region, by_region.get(region.pk), solution.owner_id) for region in regions()]


def stage_in(solution: Solution, code: str) -> RegionStage:
    """One region's. Raises Organisation.DoesNotExist for a code that is no region."""
    region = regions().get(code=code)
    return _state_of(region, _annotated(solution.adoptions.filter(region=region)).first(), solution.owner_id)


@dataclass(frozen=True)
class Counts:
    """How far a solution has come. The owner is the first to use it and is never counted as reuse."""

    in_use: int
    confirmed: int
    variants: int
    reuse: int
    reuse_confirmed: int
    begun: int
    stopped: int
    not_applicable: int
    total: int = 21

    @property
    def eligible(self) -> int:
        return self.total - self.not_applicable


def counts(stages: Iterable[RegionStage], today: dt.date) -> Counts:
    rows = list(stages)
    used = [row for row in rows if row.counts]
    reused = [row for row in used if not row.is_owner]
    under_way = frozenset(Stage) - NEEDS_REASON - USED | {Stage.PAUSED}
    return Counts(
        in_use=len(used),
        confirmed=sum(row.is_confirmed(today) for row in used),
        variants=sum(row.is_used and row.is_variant for row in rows),
        reuse=len(reused),
        reuse_confirmed=sum(row.is_confirmed(today) for row in reused),
        begun=sum(row.stage in under_way for row in rows),
        stopped=sum(row.stage in {Stage.DECLINED, Stage.DISCONTINUED, Stage.REPLACED} for row in rows),
        not_applicable=sum(row.stage == Stage.NOT_APPLICABLE for row in rows),
        total=len(rows),
    )


def adoptions_in(region: Organisation) -> list[Adoption]:
    """What one region has done with solutions, each with its newest step: stage, day, reason and words."""
    found = {name: newest(name) for name in ("stage", "occurred_on", "reason", "proof")}
    rows = Adoption.objects.filter(region=region).select_related("solution").annotate(is_variant=varied(), **found)
    return list(rows.order_by("solution__title"))


def reason_in_words(reason: str) -> str:
    return str(StopReason(reason).label) if reason else ""


def spread(stages: Iterable[RegionStage]) -> list[tuple[str, str, int]]:
    """How many of the 21 regions stand at each stage, also the stages nobody stands at: (code, word, number)."""
    counted = Counter(row.stage for row in stages)
    begun = [(stage.value, str(stage.label), counted[stage.value]) for stage in Stage]
    return [("", _("Ej påbörjat"), counted[""]), *begun]


def allowed_from(solution: Solution, stage: str) -> set[str]:
    """Where a region at this stage may go: only out of it when the solution is closed."""
    onward = STAGE_NEXT[stage]
    return onward & set(WINDING_DOWN) if solution.state in CLOSED else set(onward)


def possible_stages(solution: Solution, own: Iterable[Organisation]) -> list[Stage]:
    """The stages that any of the own regions can go to from where it stands."""
    wanted = {region.pk for region in own}
    standing = {row.stage for row in stages_of(solution) if row.region.pk in wanted}
    return [stage for stage in Stage if any(stage in allowed_from(solution, at) for at in standing)]


def next_steps(person: Any, solution: Solution, stages: Iterable[RegionStage]) -> list[RegionStage]:
    """The person's own regions with where they stand, as long as there is a step to take."""
    own = {region.pk for region in regions_of(person)}
    return [row for row in stages if row.region.pk in own and allowed_from(solution, row.stage)]


def is_varied(adoption: Adoption) -> bool:
    """The region uses a variant of its own."""
    return adoption.adaptations.filter(is_variant=True, undone_at=None).exists()


def core_of(solution: Solution) -> list[CoreFunction]:
    """What must not change, as it stands today."""
    return list(solution.core_functions.filter(dropped_at=None))


def packages_to_use(solution: Solution) -> list[PackageVersion]:
    """Versions that a region can say it has introduced, the newest first."""
    rows = PackageVersion.objects.filter(solution=solution, state__in=[PackageState.PUBLISHED, PackageState.SUPERSEDED])
    return list(rows.order_by("-published_at", "-pk"))


def proof_of(solution: Solution, step: int) -> Document | None:
    row = AdoptionStep.objects.filter(pk=step, adoption__solution=solution).select_related("document").first()
    return row.document if row else None


# What belongs to an introduction ---------------------------------------------------------------------------


def adaptations_of(solution: Solution) -> list[Adaptation]:
    """All of them, also the undone; three queries."""
    rows = Adaptation.objects.filter(adoption__solution=solution).select_related("adoption__region")
    return list(rows.prefetch_related("touches").order_by("adoption__region__code", "occurred_on", "pk"))


def adaptation_of(solution: Solution, code: str, pk: int) -> Adaptation:
    """Raises Adaptation.DoesNotExist."""
    rows = Adaptation.objects.select_related("adoption__region", "adoption__solution")
    return rows.get(pk=pk, adoption__solution=solution, adoption__region__code=code)


@dataclass(frozen=True)
class Checked:
    """A check of fidelity, and whether it had fallen by the alarm's measure since the one before."""

    check: FidelityCheck
    drifts: bool

    @property
    def share(self) -> float:
        return self.check.delivered / self.check.planned


def checked(adoptions: Iterable[Adoption]) -> dict[int, list[Checked]]:
    """Every check of each adoption, oldest first; two queries."""
    found: dict[int, list[Checked]] = {}
    rows = FidelityCheck.objects.filter(adoption__in=list(adoptions)).prefetch_related("functions")
    for row in rows.select_related("recorded_by").order_by("checked_on", "pk"):
        own = found.setdefault(row.adoption_id, [])
        before = (own[-1].check.delivered, own[-1].check.planned) if own else None
        own.append(Checked(row, drifts(row.delivered, row.planned, before)))
    return found


def volumes_of(adoptions: Iterable[Adoption]) -> dict[int, list[PhasedVolume]]:
    found: dict[int, list[PhasedVolume]] = {}
    for row in PhasedVolume.objects.filter(adoption__in=list(adoptions)).order_by("starts_on", "pk"):
        found.setdefault(row.adoption_id, []).append(row)
    return found


def step_of(person: Any, solution: Solution, pk: int) -> AdoptionStep:
    """A step of one of the person's own regions. Raises AdoptionStep.DoesNotExist."""
    rows = AdoptionStep.objects.select_related("adoption__region", "package").exclude(stage="")
    return rows.get(pk=pk, adoption__solution=solution, adoption__region__in=regions_of(person))


def own_adoption(person: Any, solution: Solution, code: str) -> Adoption:
    """Raises Adoption.DoesNotExist, also for somebody else's region."""
    rows = Adoption.objects.select_related("region", "solution")
    return rows.get(solution=solution, region__code=code, region__in=regions_of(person))


def variants_of(solution: Solution) -> list[Solution]:
    rows = solution.variants.exclude(state__in=[SolutionState.DECLINED, SolutionState.MERGED])
    return list(rows.select_related("owner").order_by("title"))


def open_suggestions(solution: Solution) -> list[Suggestion]:
    rows = Suggestion.objects.filter(solution=solution, answered_at=None)
    return list(rows.select_related("region", "suggested_by"))


def suggestion_for(person: Any, solution: Solution, pk: int) -> Suggestion:
    """One that waits for the person's region. Raises Suggestion.DoesNotExist."""
    rows = Suggestion.objects.select_related("region", "suggested_by")
    return rows.get(pk=pk, solution=solution, region__in=regions_of(person), answered_at=None)


def waits_to_be_said(person: Any, today: dt.date) -> tuple[list[Adoption], list[Suggestion]]:
    """For a region's people: introductions that nobody has confirmed for so long, and suggestions to answer."""
    own = regions_of(person)
    if not own:
        return [], []
    rows = Adoption.objects.filter(region__in=own).select_related("solution", "region")
    rows = rows.annotate(
        stage=newest(), recorded_at=newest("recorded_at"), confirmed_at=Max("confirmations__confirmed_at")
    )
    late: list[Adoption] = []
    for row in rows.filter(stage__in=STANDING_FIRM).order_by("solution__title"):
        said = max(at for at in (row.recorded_at, row.confirmed_at) if at)
        if not is_confirmed(timezone.localdate(said), today):
            late.append(row)
    asked = Suggestion.objects.filter(region__in=own, answered_at=None).select_related("solution", "region")
    return late, list(asked)
