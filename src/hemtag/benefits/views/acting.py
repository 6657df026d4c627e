"""Freezing, sharing and copying."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag.organisations.access import found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import REGION_ROLES, regions_of
from hemtag.refusals import WrongState, require

from .. import actions, queries, rules
from ..forms import CopyForm, ShareForm
from .reading import around
from .starting import about_of


@reachable(*REGION_ROLES)
def freeze_case(request: HttpRequest, slug: str) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    require(rules.may_freeze(request.user, case))
    if request.method == "POST":
        actions.freeze_case(by=request.user, case=case)
        messages.success(request, _("Kalkylen är fryst. Utfall följs mot den."))
        return redirect("benefit_case", slug)
    if not rules.not_frozen(case):
        raise WrongState(rules.not_frozen(case).reason)
    return render(request, "benefits/freeze_case.html", around(request, case))


@reachable(*REGION_ROLES)
def share_case(request: HttpRequest, slug: str) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    require(rules.may_write(request.user, case))
    start = {"regions": [row.code for row in case.regions.all()], "is_public": case.is_public}
    form = ShareForm(posted(request), regions=queries.shareable(case), initial=start)
    if request.method == "POST" and carry_out(form, lambda: _share(request, case, form)):
        messages.success(request, _("Sparat. De regioner som är valda läser kalkylen och anger egna värden."))
        return redirect("benefit_case", slug)
    return render(request, "benefits/share_case.html", {**around(request, case), "form": form}, status=status_of(form))


def _share(request: HttpRequest, case: Any, form: ShareForm) -> None:
    if rules.not_frozen(case):
        actions.share_case(by=request.user, case=case, regions=form.chosen())
    if form.cleaned_data["is_public"] != case.is_public:
        actions.publish_case(by=request.user, case=case, is_public=form.cleaned_data["is_public"])


@reachable(*REGION_ROLES)
def copy_case(request: HttpRequest, slug: str) -> HttpResponse:
    case = found(queries.case_called, request.user, slug)
    start = {"title": _("%(title)s, kopia") % {"title": case.title}}
    form = CopyForm(posted(request), regions=regions_of(request.user), initial=start)
    made: list[Any] = []
    if request.method == "POST" and carry_out(form, lambda: made.append(_copy(request, case, form))):
        messages.success(request, _("Kopian är gjord och er egen att ändra."))
        return redirect("benefit_case", made[0].slug)
    return render(request, "benefits/copy_case.html", {**around(request, case), "form": form}, status=status_of(form))


def _copy(request: HttpRequest, case: Any, form: CopyForm) -> Any:
    values = form.cleaned_data
    about = about_of(request)
    words = case.about if about["about_kind"] == "" else ""
    return actions.copy_case(
        by=request.user, case=case, owner=values["region"], title=values["title"], about=words, **about
    )
