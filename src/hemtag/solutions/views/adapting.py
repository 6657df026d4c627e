"""The page of one region's introduction, and what the region says of it: changes, fidelity, volumes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hemtag import clock
from hemtag.organisations.access import ANYONE, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import REGION_ROLES

from .. import queries, showing
from ..actions import adapting as actions
from ..forms.adopting import AdaptationForm, FidelityForm, UndoForm, VariantForm, VolumeForm
from ..queries import adopting


@reachable(ANYONE)
def introduction(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    context = found(showing.introduction, request.user, row, code, clock.today())
    return render(request, "solutions/introduction.html", context)


def _written(
    request: HttpRequest, adoption: Any, form: Any, act: Callable[[], Any], words: tuple[Any, Any], **more: Any
) -> HttpResponse:
    """One form about one introduction: `words` are the page's heading and what is said when it is saved."""
    if request.method == "POST" and carry_out(form, act):
        messages.success(request, words[1])
        return redirect("introduction", adoption.solution.slug, adoption.region.code)
    context = {"adoption": adoption, "solution": adoption.solution, "form": form, "heading": words[0], **more}
    return render(request, "solutions/write_introduction.html", context, status=status_of(form))


def _own(request: HttpRequest, slug: str, code: str) -> Any:
    row = found(queries.solution_called, request.user, slug)
    return found(adopting.own_adoption, request.user, row, code)


@reachable(*REGION_ROLES)
def record_adaptation(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    own = _own(request, slug, code)
    form = AdaptationForm(posted(request), core=adopting.core_of(own.solution), is_ai=own.solution.kind == "ai")
    return _written(
        request,
        own,
        form,
        lambda: actions.record_adaptation(by=request.user, adoption=own, **form.values()),
        (_("Ange en lokal anpassning"), _("Anpassningen är sparad.")),
        asks="adaptation",
    )


@reachable(*REGION_ROLES)
def undo_adaptation(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    own = _own(request, slug, code)
    adaptation = found(adopting.adaptation_of, own.solution, code, pk)
    form = UndoForm(posted(request))
    return _written(
        request,
        own,
        form,
        lambda: actions.undo_adaptation(by=request.user, adaptation=adaptation, **form.cleaned_data),
        (_("Avsluta anpassningen"), _("Anpassningen är avslutad och står kvar i listan.")),
        text=adaptation.text,
    )


@reachable(*REGION_ROLES)
def make_variant(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponse:
    own = _own(request, slug, code)
    adaptation = found(adopting.adaptation_of, own.solution, code, pk)
    form = VariantForm(posted(request), initial={"summary": adaptation.text})
    return _written(
        request,
        own,
        form,
        lambda: actions.make_variant(by=request.user, adaptation=adaptation, **form.cleaned_data),
        (_("Gör varianten till en egen lösning"), _("Varianten står nu i katalogen och prövas från början.")),
        asks="variant",
    )


@reachable(*REGION_ROLES)
def check_fidelity(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    own = _own(request, slug, code)
    form = FidelityForm(posted(request), core=adopting.core_of(own.solution))
    return _written(
        request,
        own,
        form,
        lambda: actions.check_fidelity(by=request.user, adoption=own, **form.cleaned_data),
        (_("Pröva följsamheten"), _("Prövningen är sparad.")),
        asks="fidelity",
    )


@reachable(*REGION_ROLES)
def record_volume(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    own = _own(request, slug, code)
    form = VolumeForm(posted(request))
    return _written(
        request,
        own,
        form,
        lambda: actions.record_volume(by=request.user, adoption=own, **form.cleaned_data),
        (_("Ange volym"), _("Volymen är sparad.")),
        asks="volume",
    )
