"""The style page: every component with invented content, so that the look can be seen and tested in one place."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.access import ANYONE, reachable
from hemtag.organisations.fields import DateField, MoneyField
from hemtag.refusals import Clash, Difference, Problem

MOMENT = dt.datetime(2026, 6, 15, 8, 42, tzinfo=dt.UTC)
REGIONS = [("01", "Stockholm"), ("05", "Östergötland"), ("09", "Gotland"), ("24", "Västerbotten")]
YEARS = range(2025, 2031)


class ExampleForm(forms.Form):
    title = forms.CharField(label=_("Rubrik"), help_text=_("En mening som en utomstående förstår."))
    purpose = forms.CharField(label=_("Syfte"), widget=forms.Textarea({"rows": 4}))
    cost = MoneyField(label=_("Beräknad kostnad"), help_text=_("Hela kronor för alla år."))
    starts_on = DateField(label=_("Startdatum"))
    region = forms.ChoiceField(label=_("Ansvarig region"), choices=REGIONS)
    kind = forms.ChoiceField(
        label=_("Slag av åtgärd"),
        widget=forms.RadioSelect,
        choices=[("production", _("Ändrat produktionssätt")), ("phase_out", _("Utfasning av ineffektiv vård"))],
    )
    wishes = forms.MultipleChoiceField(
        label=_("Berör också"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("continuity", _("Kontinuitet")), ("access", _("Tillgänglighet"))],
    )
    minutes = forms.FileField(label=_("Protokoll"), required=False, help_text=_("PDF, högst 20 MB."))
    declared = forms.BooleanField(label=_("Åtgärden har inget annat statligt stöd"))


class GridForm(forms.Form):
    """A piece of the budget grid: one cell per region and year, named for screen readers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, region in REGIONS:
            for year in YEARS:
                self.fields[f"{code}_{year}"] = MoneyField(label=f"{region} {year}", initial=1_000_000)

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"region": region, "cells": [self[f"{code}_{year}"] for year in YEARS], "total": 1_000_000 * len(YEARS)}
            for code, region in REGIONS
        ]


@reachable(ANYONE)
def style_page(request: HttpRequest) -> HttpResponse:
    wrong = ExampleForm({"cost": "en miljon", "region": "01", "starts_on": "2026-06-15"}, auto_id="wrong_%s")
    bars = [
        {"year": year, "frame": 250_000_000, "committed": committed, "chosen": chosen}
        for year, committed, chosen in zip(
            YEARS,
            (180_000_000, 120_500_000, 61_000_000, 20_000_000, 0, 0),
            (65_300_000, 128_250_000, 180_750_000, 245_000_000, 53_000_000, 28_000_000),
            strict=True,
        )
    ]
    for row in bars:
        row["free"] = row["frame"] - row["committed"] - row["chosen"]
    return render(
        request,
        "web/stilguide.html",
        {
            "form": ExampleForm(),
            "wrong": wrong,
            "grid": GridForm(prefix="grid"),
            "years": YEARS,
            "bars": bars,
            "amount": 28_000_000,
            "small_amount": -1_234_567,
            "moment": MOMENT,
            "share": 0.125,
            "page": Paginator(range(300), 50).page(2),
            "problems": [
                Problem(str(_("Region Gotland har inget protokollfört beslut.")), link="#tabeller"),
                Problem(str(_("Budgeten för 2027 är 200 000 kr större än sökt bidrag.")), field="cost", link="#rutnat"),
            ],
            "holds": [_("Alla block har syfte, aktiviteter och kostnad.")],
            "clash": Clash(
                who="Anna Berg",
                at=MOMENT,
                version=3,
                differences=[Difference("title", "Rubrik", str(_("Gemensam rättslig analys av AI-stöd")))],
            ),
            "applications": [
                (
                    "H-2026-014",
                    "Region Östergötland",
                    _("Skalning av digital triagering"),
                    28_000_000,
                    "submitted",
                    _("Inlämnad"),
                ),
                ("H-2026-015", "Region Gotland", _("Gemensamt arbete med AI"), 1_250_000, "granted", _("Beviljad")),
                (
                    "H-2026-016",
                    "Region Västerbotten",
                    _("Utfasning av titthålskirurgi vid artros"),
                    640_000,
                    "rejected",
                    _("Avslagen"),
                ),
                (
                    "H-2026-017",
                    "Region Skåne",
                    _("Tid för vård i stället för administration"),
                    112_000_000,
                    "draft",
                    _("Utkast"),
                ),
            ],
        },
    )
