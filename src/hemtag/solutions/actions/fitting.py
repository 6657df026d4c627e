"""A region's profile, a solution's requirements, and whether the one meets the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import DoesNotHold, Problem, WrongState, holds, require

from .. import rules
from ..checks import fitting as checks
from ..fit_questions import VERSION, complexity_questions, profile_questions
from ..models import CLOSED, FitAssessment, RegionProfile, Requirement, Solution, Weight
from ..queries import fitting as queries

MOST_REQUIREMENTS = 60


@transaction.atomic
def record_profile(
    *, by: Person, region: Organisation, answers: Mapping[str, Sequence[str]], note: str, seen: int
) -> RegionProfile:
    """A new version of what a region has. `seen` is the number of the version that the person started from, 0 for none.

    Raises:
        WrongState: somebody has saved a version in between; what it says is to be read first.
        DoesNotHold: an answer that does not exist, or nothing that differs.
    """
    require(rules.may_describe_region(by, region))
    region = Organisation.objects.select_for_update().get(pk=region.pk)
    last = queries.profile_of(region)
    if (last.number if last else 0) != seen:
        assert last is not None
        raise WrongState(
            _("%(who)s sparade version %(number)s medan du skrev. Läs den och spara igen om ditt ska gälla.")
            % {"who": last.recorded_by or _("Någon"), "number": last.number}
        )
    given = {key: list(chosen) for key, chosen in answers.items() if chosen}
    holds(checks.answers_exist(given, queries.known_answers(profile_questions())))
    if last and last.answers == given:
        raise DoesNotHold([Problem(_("Inget är ändrat sedan den förra versionen."))])
    profile = RegionProfile.objects.create(
        region=region,
        number=seen + 1,
        answers=given,
        note=note.strip(),
        recorded_by=by,
        recorded_at=clock.now(),
    )
    before = last.answers if last else {}
    changed = sorted(key for key in {*given, *before} if given.get(key) != before.get(key))
    record(by=by, verb="recorded_profile", subject=profile, details={"region": region.code, "changed": changed})
    return profile


@transaction.atomic
def add_requirement(
    *,
    by: Person,
    solution: Solution,
    text: str,
    weight: Weight,
    profile_key: str = "",
    accepted: Sequence[str] = (),
    weeks_low: int | None = None,
    weeks_likely: int | None = None,
    weeks_high: int | None = None,
    cost_sek: int | None = None,
    owner: str = "",
) -> Requirement:
    """What a region must or should have before it can introduce the solution, and what closing a gap takes."""
    solution = Solution.objects.select_for_update().get(pk=solution.pk)
    require(rules.may_set_requirements(by, solution))
    if solution.state in CLOSED:
        raise WrongState(_("Lösningen är i läget ”%(state)s”.") % {"state": solution.get_state_display().lower()})
    standing = queries.requirements_of(solution)
    if len(standing) >= MOST_REQUIREMENTS:
        raise WrongState(_("Det finns redan %(count)s krav. Ta bort något först.") % {"count": len(standing)})
    holds(
        checks.requirement_is_clear(text, profile_key, accepted, queries.known_answers(profile_questions()))
        + checks.weeks_are_ordered(weeks_low, weeks_likely, weeks_high)
    )
    row = Requirement.objects.create(
        solution=solution,
        position=max((one.position for one in standing), default=0) + 1,
        text=text.strip(),
        weight=weight,
        profile_key=profile_key,
        accepted=list(accepted),
        weeks_low=weeks_low,
        weeks_likely=weeks_likely,
        weeks_high=weeks_high,
        cost_sek=cost_sek,
        owner=owner.strip(),
    )
    record(by=by, verb="added_requirement", subject=solution, details={"requirement": row.pk, "text": row.text})
    return row


@transaction.atomic
def drop_requirement(*, by: Person, requirement: Requirement) -> Requirement:
    """Asked no longer; the trials that were made against it keep it."""
    requirement = Requirement.objects.select_for_update().select_related("solution").get(pk=requirement.pk)
    require(rules.may_set_requirements(by, requirement.solution))
    if requirement.dropped_at:
        raise WrongState(_("Kravet är redan borttaget."))
    requirement.dropped_at = clock.now()
    requirement.save(update_fields=["dropped_at"])
    record(
        by=by,
        verb="dropped_requirement",
        subject=requirement.solution,
        details={"requirement": requirement.pk, "text": requirement.text},
    )
    return requirement


@transaction.atomic
def assess_fit(
    *,
    by: Person,
    solution: Solution,
    region: Organisation,
    met: Mapping[str, str],
    complexity: Mapping[str, str],
    notes: Mapping[str, str],
) -> FitAssessment:
    """One region's trial. `met` is {requirement's key: standing}, `complexity` {question: level}; notes by either key.

    Every requirement that stands gets a standing: one that is left out counts as not known.
    """
    require(rules.may_record_step(by, region))
    solution = Solution.objects.select_for_update().get(pk=solution.pk)
    if solution.state in CLOSED:
        raise WrongState(_("Lösningen är i läget ”%(state)s”.") % {"state": solution.get_state_display().lower()})
    requirements = queries.requirements_of(solution)
    keys = {str(row.pk) for row in requirements}
    asked = {one.key for one in complexity_questions().questions}
    problems = checks.answers_exist(
        {key: [value] for key, value in met.items()}, dict.fromkeys(keys, checks.STANDINGS)
    ) + checks.answers_exist(
        {key: [value] for key, value in complexity.items()}, dict.fromkeys(asked, (*checks.LEVELS, checks.UNKNOWN))
    )
    holds(problems)
    profile = queries.profile_of(region)
    said = {key: met.get(key, checks.UNKNOWN) for key in sorted(keys)}
    fit = queries.fit_of(queries.standings(requirements, profile, said))
    row = FitAssessment.objects.create(
        solution=solution,
        region=region,
        profile=profile,
        questions_version=VERSION,
        met=said,
        complexity={key: complexity.get(key, checks.UNKNOWN) for key in sorted(asked)},
        notes={key: text.strip() for key, text in notes.items() if text.strip() and key in keys | asked},
        weeks_low=min(fit.weeks[0], 32_767),
        weeks_likely=min(fit.weeks[1], 32_767),
        weeks_high=min(fit.weeks[2], 32_767),
        recorded_by=by,
        recorded_at=clock.now(),
    )
    record(
        by=by,
        verb="assessed_fit",
        subject=row,
        details={"solution": solution.slug, "region": region.code, "gaps": fit.gaps, "blockers": fit.blockers},
    )
    return row
