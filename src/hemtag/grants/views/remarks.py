"""Comments and to-dos on the sections of an application."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hemtag.organisations.access import found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of

from .. import actions, queries, rules
from ..forms import AnswerForm, RemarkForm
from .applications import READERS


@reachable(*READERS)
def remarks(request: HttpRequest, number: str) -> HttpResponse:
    row = found(queries.application_for, request.user, number)
    section, resolved = request.GET.get("del", ""), request.GET.get("visa") == "losta"
    choices = queries.section_choices(row)
    form = RemarkForm(
        posted(request),
        sections=choices,
        regions=[participant.region_id for participant in queries.participants_of(row)],
        initial={"section": section, "kind": "comment"},
    )
    if request.method == "POST" and carry_out(
        form, lambda: actions.add_remark(by=request.user, application=row, **form.cleaned_data)
    ):
        messages.success(request, _("Kommentaren är tillagd."))
        return redirect("remarks", number)
    context = {
        "application": row,
        "form": form,
        "section": section if section in dict(choices) else "",
        "choices": choices,
        "shows_resolved": resolved,
        "talks": queries.remarks_of(row, section=section, shows_resolved=resolved),
        "may_remark": rules.may_write_together(request.user, row),
    }
    return render(request, "grants/remarks.html", context, status=status_of(form))


@reachable(*READERS)
def remark(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One remark with its answers: answer here; resolving and opening again are posts of their own."""
    row = found(queries.remark_for, request.user, number, pk)
    form = AnswerForm(posted(request))
    if request.method == "POST" and "to" in request.POST:
        to = queries.OPEN if request.POST["to"] == queries.OPEN else queries.RESOLVED
        actions.settle_remark(by=request.user, remark=row, to=to)
        messages.success(
            request, _("Kommentaren är löst.") if to == queries.RESOLVED else _("Kommentaren är öppen igen.")
        )
        return redirect(f"{reverse('remarks', args=[number])}#kommentar-{pk}")
    if request.method == "POST" and carry_out(
        form,
        lambda: actions.add_remark(
            by=request.user, application=row.application, section=row.section, parent=row, **form.cleaned_data
        ),
    ):
        messages.success(request, _("Svaret är tillagt."))
        return redirect("remark", number, pk)
    context = {
        "application": row.application,
        "remark": row,
        "answers": row.answers.select_related("by"),
        "form": form,
        "may_remark": rules.may_write_together(request.user, row.application),
    }
    return render(request, "grants/remark.html", context, status=status_of(form))
