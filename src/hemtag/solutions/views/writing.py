"""The short description that anyone understands, and where its owner writes it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hemtag.organisations.access import ANYONE, SIGNED_IN, found, reachable
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.rules import is_auditor
from hemtag.refusals import require

from .. import queries, reading, rules
from ..actions import writing as acts
from ..forms.writing import TextsForm
from ..queries import asking


@reachable(ANYONE)
def short(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    in_english = (get_language() or "").startswith("en") and bool(row.plain_en)
    text = row.plain_en if in_english else row.plain
    context = {
        "solution": row,
        "text": text,
        "text_language": "en" if in_english else "sv",
        "reading": reading.readability(text),
        "using": asking.using(row),
        "may_edit": request.user.is_authenticated and rules.may_edit_texts(request.user, row),
    }
    return render(request, "solutions/short.html", context)


@reachable(SIGNED_IN)
def edit_texts(request: HttpRequest, slug: str) -> HttpResponse:
    row = found(queries.solution_called, request.user, slug)
    may_edit = rules.may_edit_texts(request.user, row)
    if not is_auditor(request.user):
        require(may_edit)
    given = {name: getattr(row, name) for name in (*acts.EDITABLE, "version")}
    form = TextsForm(posted(request), initial=given)
    if request.method == "POST" and carry_out(
        form,
        lambda: acts.edit_texts(by=request.user, solution=row, version=form.cleaned_data["version"], **form.values()),
    ):
        messages.success(request, _("Texterna är sparade."))
        return redirect("short", row.slug)
    readable = [
        (label, language, reading.readability(form[name].value() or ""))
        for name, label, language in (("plain", _("Kort beskrivning"), "sv"), ("plain_en", _("På engelska"), "en"))
    ]
    context = {"solution": row, "form": form, "may_edit": may_edit, "readable": readable}
    return render(request, "solutions/edit_texts.html", context, status=status_of(form))
