"""A new case: from data (a pattern's answers, a file) or as a copy of another."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.history.actions import record
from hemtag.knowledge.actions import free_slug
from hemtag.organisations.models import Organisation, Person
from hemtag.refusals import NotAllowed, holds, require

from .. import checks, queries, rules, running
from ..models import BenefitCase

# Addresses of the list's own pages.
TAKEN = {"ny"}


@transaction.atomic
def start_case(
    *,
    by: Person,
    owner: Organisation,
    title: str,
    data: Mapping[str, Any],
    about_kind: str = "",
    about_key: str = "",
    about: str = "",
    pattern: str = "",
    answers: Mapping[str, Any] | None = None,
    places: Mapping[str, str] | None = None,
    is_invented: bool = False,
) -> BenefitCase:
    """A draft in the name of a region. Raises DoesNotHold with every fault of the data, each at its place; `places` maps
    places in the data to the form's fields."""
    require(rules.may_start(by, owner))
    holds(checks.case_is_named(title))
    made = {**data, "name": title.strip()}
    holds(checks.faults_at_fields(running.faults_of(made, queries.register()), places or {}))
    return _made(
        by,
        owner,
        title,
        made,
        about_kind=about_kind,
        about_key=about_key,
        about=about[:200],
        pattern=pattern,
        answers=dict(answers or {}),
        is_invented=is_invented,
    )


@transaction.atomic
def copy_case(
    *,
    by: Person,
    case: BenefitCase,
    owner: Organisation,
    title: str,
    about_kind: str = "",
    about_key: str = "",
    about: str = "",
) -> BenefitCase:
    """A draft with the case's values, the regions' own among them; runs, sharing and outcomes stay where they are."""
    require(rules.may_start(by, owner))
    if not queries.cases_for(by).filter(pk=case.pk).exists():
        raise NotAllowed(_("Du kan bara kopiera kalkyler som du får läsa."))
    holds(checks.case_is_named(title))
    return _made(
        by,
        owner,
        title,
        {**copy.deepcopy(case.data), "name": title.strip()},
        about_kind=about_kind,
        about_key=about_key,
        about=about[:200],
        pattern=case.pattern,
        answers=case.answers,
        copied_from=case.slug,
        is_invented=case.is_invented,
    )


def _made(by: Person, owner: Organisation, title: str, data: Mapping[str, Any], **columns: Any) -> BenefitCase:
    at = clock.now()
    slug = free_slug(title, {*TAKEN, *BenefitCase.objects.values_list("slug", flat=True)})
    case = BenefitCase.objects.create(
        slug=slug,
        title=title.strip()[:160],
        owner=owner,
        data=data,
        made_by=by,
        made_at=at,
        updated_by=by,
        updated_at=at,
        **columns,
    )
    details = {
        "pattern": case.pattern,
        "copied_from": case.copied_from,
        "about": f"{case.about_kind}/{case.about_key}" if case.about_kind else "",
        "sha256": running.sha256_of(case.data),
    }
    record(by=by, verb="case_copied" if case.copied_from else "case_started", subject=case, details=details)
    return case
