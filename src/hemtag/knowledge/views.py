"""Pages of obstacles and of underlag made once for all regions."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag.history.queries import events_about
from hemtag.organisations.access import ANYONE, Role, found, reachable
from hemtag.organisations.fields import carry_out, status_of
from hemtag.organisations.rules import regions_of

from . import actions, queries, rules
from .forms import EditUnderlagForm, NewUnderlagForm, ObstacleForm, ReasonForm, ReuseForm

WRITERS = rules.WRITERS


@reachable(ANYONE)
def obstacles(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "knowledge/obstacles.html",
        {"groups": queries.obstacles_by_kind(), "may_report": bool(regions_of(request.user))},
    )


@reachable(ANYONE)
def obstacle(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(queries.obstacle_with, pk)
    return render(request, "knowledge/obstacle.html", {"obstacle": row, "underlag": queries.solving(request.user, row)})


@reachable(*WRITERS)
def report_obstacle(request: HttpRequest) -> HttpResponse:
    form = ObstacleForm(request.POST or None, regions=regions_of(request.user))
    if request.method == "POST" and carry_out(
        form, lambda: actions.report_obstacle(by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Hindret är anmält och syns för alla regioner."))
        return redirect("obstacles")
    return render(request, "knowledge/report_obstacle.html", {"form": form}, status=status_of(form))


@reachable(ANYONE)
def underlag_list(request: HttpRequest) -> HttpResponse:
    text, kind = request.GET.get("q", "").strip(), request.GET.get("slag", "")
    return render(
        request,
        "knowledge/underlag_list.html",
        {
            "rows": queries.underlag_list(request.user, text=text, kind=kind),
            "gain": queries.total_gain(),
            "kinds": queries.KINDS,
            "text": text,
            "kind": kind,
            "may_write": bool(regions_of(request.user)),
        },
    )


@reachable(ANYONE)
def underlag(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.underlag_called, request.user, slug)
    own = [region for region in regions_of(request.user) if rules.may_write(request.user, region)]
    return render(
        request,
        "knowledge/underlag.html",
        {
            "underlag": row,
            "gain": queries.gain_of([row], queries.hourly_cost()),
            "regions": queries.reuse_by_region(row),
            "may_edit": any(region.pk == row.owner_id for region in own),
            "may_publish": rules.may_publish(request.user, row),
            "may_reuse": [region for region in own if region.pk != row.owner_id],
            "is_expired": queries.is_expired(row),
            "withdrawn_because": queries.why_withdrawn(row),
            "events": events_about(row)[:20] if own else [],
        },
    )


@reachable(*WRITERS)
def write_underlag(request: HttpRequest) -> HttpResponse:
    form = NewUnderlagForm(request.POST or None, regions=regions_of(request.user))
    made = []
    if request.method == "POST" and carry_out(
        form, lambda: made.append(actions.write_underlag(by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("Utkastet är sparat. Bara er region ser det tills det publiceras."))
        return redirect("underlag", made[0].slug)
    return render(request, "knowledge/write_underlag.html", {"form": form}, status=status_of(form))


@reachable(*WRITERS)
def edit_underlag(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.own_underlag_called, request.user, slug)
    initial = {name: getattr(row, name) for name in actions.EDITABLE} | {
        "obstacles": row.obstacles.all(),
        "version": row.version,
    }
    form = EditUnderlagForm(request.POST or None, initial=initial)
    if request.method == "POST" and carry_out(
        form,
        lambda: actions.edit_underlag(
            by=request.user, underlag=row, version=form.cleaned_data["version"], **form.values()
        ),
    ):
        messages.success(request, _("Utkastet är sparat."))
        return redirect("underlag", row.slug)
    return render(request, "knowledge/write_underlag.html", {"form": form, "underlag": row}, status=status_of(form))


@reachable(Role.REPRESENTATIVE)
def publish_underlag(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.own_underlag_called, request.user, slug)
    if request.method == "POST":
        actions.publish_underlag(by=request.user, underlag=row)
        messages.success(request, _("Underlaget är publicerat för alla regioner."))
        return redirect("underlag", row.slug)
    return render(
        request, "knowledge/publish_underlag.html", {"underlag": row, "problems": queries.what_is_missing(row)}
    )


@reachable(Role.REPRESENTATIVE)
def withdraw_underlag(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.own_underlag_called, request.user, slug)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and carry_out(
        form, lambda: actions.withdraw_underlag(by=request.user, underlag=row, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, _("Underlaget är återkallat. Det går att läsa, med skälet överst."))
        return redirect("underlag", row.slug)
    return render(request, "knowledge/withdraw_underlag.html", {"form": form, "underlag": row}, status=status_of(form))


@reachable(*WRITERS)
def reuse_underlag(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.underlag_called, request.user, slug)
    own = [region for region in regions_of(request.user) if region.pk != row.owner_id]
    form = ReuseForm(request.POST or None, regions=own, initial=queries.reuse_so_far(row, own))
    if request.method == "POST" and carry_out(
        form, lambda: actions.record_reuse(by=request.user, underlag=row, **form.cleaned_data)
    ):
        messages.success(request, _("Återanvändningen är sparad och räknas in i vinsten."))
        return redirect("underlag", row.slug)
    return render(
        request,
        "knowledge/reuse_underlag.html",
        {"form": form, "underlag": row, "own": own},
        status=status_of(form),
    )
