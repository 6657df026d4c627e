"""How often somebody wants mail of what waits; and the link in every mail that stops it without log-in."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from hemtag.organisations.access import ANYONE, SIGNED_IN, found, reachable
from hemtag.organisations.actions import choose_digest
from hemtag.organisations.fields import carry_out, posted, status_of
from hemtag.organisations.letters import language_of, person_of
from hemtag.organisations.queries import how_often


class DigestForm(forms.Form):
    digest = forms.ChoiceField(
        label=gettext_lazy("Utskick med e-post"),
        help_text=gettext_lazy(
            "Ett utskick räknar det som väntar och länkar dit. Det innehåller aldrig text ur ansökningar."
        ),
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(label=gettext_lazy("Språk i utskicken"), choices=settings.LANGUAGES)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["digest"].choices = how_often()  # type: ignore[attr-defined]


@reachable(SIGNED_IN)
def digest_settings(request: HttpRequest) -> HttpResponse:
    person = request.user
    start = {"digest": person.digest, "language": language_of(person)}  # type: ignore[union-attr, arg-type]
    form = DigestForm(posted(request), initial=start)
    if request.method == "POST" and carry_out(form, lambda: choose_digest(by=person, **form.cleaned_data)):  # type: ignore[arg-type]
        messages.success(request, _("Ditt val är sparat."))
        return redirect("digest_settings")
    return render(request, "web/digest_settings.html", {"form": form}, status=status_of(form))


@reachable(ANYONE)
@csrf_exempt  # a mail program posts here by itself; the signed token, which only the mail holds, is the proof
def stop_digest(request: HttpRequest, token: str) -> HttpResponse:
    person = found(person_of, token)
    if request.method == "POST":
        person = choose_digest(by=person, digest="none")
    return render(request, "web/stop_digest.html", {"is_stopped": person.digest == "none", "token": token})
