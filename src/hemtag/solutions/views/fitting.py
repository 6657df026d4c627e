"""Does it suit us? A region's profile, a solution's requirements, and the trial of the one against the other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.organisations.access import ANYONE, SIGNED_IN, Role, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.queries import regions
from hemtag.organisations.rules import REGION_ROLES, regions_of
from hemtag.refusals import require

from .. import rules
from ..actions import fitting as actions
from ..forms.fitting import FitForm, ProfileForm, RequirementForm
from ..queries import fitting as queries
from ..queries import solution_called


@reachable(ANYONE)
def fit(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked for, where the own region stands, and what other regions found."""
    solution = found(solution_called, request.user, slug)
    return render(
        request,
        "solutions/fit.html",
        {
            "solution": solution,
            "may_set": rules.may_set_requirements(request.user, solution),
            "own": regions_of(request.user),
            **queries.fit_page(request.user, solution, request.GET.get("region", ""), clock.today()),
        },
    )


@reachable(*REGION_ROLES)
def try_fit(request: HttpRequest, slug: str) -> HttpResponse:
    solution = found(solution_called, request.user, slug)
    region = queries.chosen_region(request.user, request.GET.get("region", ""))
    form = FitForm(posted(request), regions=regions_of(request.user), **queries.starting_point(solution, region))
    if request.method == "POST" and carry_out(
        form, lambda: actions.assess_fit(by=request.user, solution=solution, **form.values())
    ):
        messages.success(request, _("Prövningen är sparad."))
        code = form.cleaned_data["region"].code
        return redirect(reverse("fit", args=[solution.slug]) + f"?region={code}")
    context = {"form": form, "solution": solution, "region": region}
    return render(request, "solutions/try_fit.html", context, status=status_of(form))


@reachable(*REGION_ROLES, Role.CATALOGUE_EDITOR)
def requirements(request: HttpRequest, slug: str) -> HttpResponse:
    solution = found(solution_called, request.user, slug)
    require(rules.may_set_requirements(request.user, solution))
    form = RequirementForm(posted(request))
    if request.method == "POST" and carry_out(
        form,
        lambda: actions.add_requirement(by=request.user, solution=solution, **form.values()),
        {"profile_key": "profile", "accepted": "profile"},
    ):
        messages.success(request, _("Kravet är tillagt."))
        return redirect("requirements", solution.slug)
    context = {"form": form, "solution": solution, "rows": queries.standings(queries.requirements_of(solution), None)}
    return render(request, "solutions/requirements.html", context, status=status_of(form))


@reachable(*REGION_ROLES, Role.CATALOGUE_EDITOR)
def drop_requirement(request: HttpRequest, slug: str, requirement: int) -> HttpResponse:
    solution = found(solution_called, request.user, slug)
    row = found(queries.requirement_of, solution, requirement)
    if request.method != "POST":
        return redirect("requirements", solution.slug)
    actions.drop_requirement(by=request.user, requirement=row)
    messages.success(request, _("Kravet är borttaget. Prövningar som har gjorts mot det behåller det."))
    return redirect("requirements", solution.slug)


@reachable(SIGNED_IN)
def region_profile(request: HttpRequest, code: str) -> HttpResponse:
    region = _region(code)
    versions = queries.profile_versions(region)
    return render(
        request,
        "solutions/region_profile.html",
        {
            "region": region,
            "groups": queries.profile_in_words(versions[0] if versions else None),
            "versions": versions,
            "may_edit": rules.may_describe_region(request.user, region),
        },
    )


@reachable(*REGION_ROLES)
def edit_profile(request: HttpRequest, code: str) -> HttpResponse:
    region = _region(code)
    require(rules.may_describe_region(request.user, region))
    last = queries.profile_of(region)
    form = ProfileForm(
        posted(request),
        answers=last.answers if last else {},
        initial={"seen": last.number if last else 0},
    )
    if request.method == "POST" and carry_out(
        form,
        lambda: actions.record_profile(
            by=request.user,
            region=region,
            answers=form.answers(),
            note=form.cleaned_data["note"],
            seen=form.cleaned_data["seen"],
        ),
    ):
        messages.success(request, _("Profilen är sparad som en ny version."))
        return redirect("region_profile", region.code)
    return render(request, "solutions/edit_profile.html", {"form": form, "region": region}, status=status_of(form))


def _region(code: str) -> Any:
    """One of the 21, by its county code."""
    for region in regions():
        if region.code == code:
            return region
    raise Http404
