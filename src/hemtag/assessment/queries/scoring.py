"""What the assessors said of one application, side by side, and what that sums up to over a call."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Sum

from hemtag.grants.models import Application, Call, SubmissionState

from ..checks.assessing import ASSESSORS_WANTED, mean, rounded, spread, weighted_mean
from ..models import Assessment, AssessmentState, ConflictDeclaration, EligibilityVerdict, Score


def counting() -> QuerySet[Assessment]:
    """Assessments that count: their assessor has not declared a conflict, before or after."""
    conflict = ConflictDeclaration.objects.filter(
        application=OuterRef("application"), person=OuterRef("assessor"), has_conflict=True
    )
    return Assessment.objects.filter(~Exists(conflict), application__submission__state=SubmissionState.SUBMITTED)


@dataclass(frozen=True)
class CriterionLine:
    """One criterion across the assessors, in their order."""

    name: str
    question: str
    weight: int
    assessors: tuple[str, ...]
    scores: tuple[Score | None, ...]
    mean: Fraction | None
    spread: int

    @property
    def mean_value(self) -> Decimal | None:
        return None if self.mean is None else rounded(self.mean)

    @property
    def by_assessor(self) -> list[tuple[str, Score | None]]:
        return list(zip(self.assessors, self.scores, strict=True))


@dataclass(frozen=True)
class Comparison:
    """Handed-in assessments of one application side by side."""

    assessors: tuple[str, ...]
    lines: tuple[CriterionLine, ...]
    totals: tuple[Fraction | None, ...]
    mean: Fraction | None
    wanted: int = ASSESSORS_WANTED

    @property
    def mean_value(self) -> Decimal | None:
        return None if self.mean is None else rounded(self.mean)

    @property
    def total_values(self) -> list[Decimal | None]:
        return [None if total is None else rounded(total) for total in self.totals]

    @property
    def widest(self) -> list[CriterionLine]:
        """Where the assessors are two levels apart or more: what to talk about."""
        return [line for line in self.lines if line.spread >= 2]


def comparison_of(application: Application) -> Comparison:
    """Three queries. Assessments of someone with a conflict do not count and are not shown."""
    criteria = list(application.submission.call.criteria.all())
    scores = Prefetch("scores", Score.objects.order_by("criterion"))
    assessments = list(
        counting()
        .filter(application=application, state=AssessmentState.SUBMITTED)
        .select_related("assessor")
        .prefetch_related(scores)
        .order_by("submitted_at", "pk")
    )
    by_criterion = [{score.criterion_id: score for score in assessment.scores.all()} for assessment in assessments]
    names = tuple(assessment.assessor.name for assessment in assessments)
    found = []
    for criterion in criteria:
        row = tuple(scores_of.get(criterion.pk) for scores_of in by_criterion)
        levels = [score.level for score in row if score is not None and score.level is not None]
        found.append(
            CriterionLine(
                criterion.name, criterion.question, criterion.weight, names, row, mean(levels), spread(levels)
            )
        )
    weight = {criterion.pk: criterion.weight for criterion in criteria}
    sums = tuple(
        weighted_mean((weight[pk], score.level) for pk, score in scores_of.items() if score.level is not None)
        for scores_of in by_criterion
    )
    return Comparison(
        names,
        tuple(found),
        sums,
        mean(value for value in sums if value is not None),
    )


def judged(call: Call) -> tuple[dict[int, Fraction], set[int]]:
    """(application → mean score, those that are eligible and handed in by at least three who count). One query.

    The mean is 0–5 over an application's handed-in assessments of Σ weight · level / Σ weight; exact. Applications
    without any are left out. Assessments by someone who has declared a conflict do not count.
    """
    rows = (
        counting()
        .filter(application__submission__call=call, state=AssessmentState.SUBMITTED)
        .order_by("pk")
        .annotate(
            points=Sum(F("scores__criterion__weight") * F("scores__level")), weight=Sum("scores__criterion__weight")
        )
        .values_list("application_id", "application__eligibility__verdict", "points", "weight")
    )
    found: defaultdict[int, list[Fraction]] = defaultdict(list)
    done: Counter[int] = Counter()
    for application, verdict, points, weight in rows:
        done[application] += verdict == EligibilityVerdict.ELIGIBLE
        if weight:
            found[application].append(Fraction(points, weight))
    means = {application: sum(values, Fraction()) / len(values) for application, values in found.items()}
    return means, {application for application, count in done.items() if count >= ASSESSORS_WANTED}


def mean_scores(call: Call) -> dict[int, Fraction]:
    """Application → the mean that `judged` says."""
    return judged(call)[0]


def assessed(call: Call) -> set[int]:
    """Eligible applications that all their assessors (at least three who count) have handed in."""
    return judged(call)[1]
