"""Regions that are invited, that leave, and that take over: what each act asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import DateField
from hemtag.organisations.models import Organisation

LONGEST = 2_000


def _text(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    widget = forms.Textarea({"rows": 3})
    return forms.CharField(label=label, help_text=help_text, widget=widget, max_length=LONGEST, required=required)


class OneOf(forms.ModelChoiceField):
    """One of the given regions, by county code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Organisation.objects.none(), to_field_name="code", **kwargs)

    def offer(self, regions: Sequence[Organisation]) -> None:
        self.queryset = Organisation.objects.filter(pk__in=[region.pk for region in regions])


class InviteForm(forms.Form):
    regions = forms.ModelMultipleChoiceField(
        queryset=None,
        to_field_name="code",
        label=_("Regioner att bjuda in"),
        help_text=_("Regionen ser ansökan så snart den är inbjuden, och fyller själv i sitt beslut."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kryssa för minst en region.")},
    )
    message = _text(
        _("Meddelande till regionerna"),
        _("Visas för dem på deras sida i ansökan. Skickas aldrig med e-post."),
        required=False,
    )
    wished_on = DateField(
        label=_("Önskat svar senast"),
        help_text=_("Ett önskemål, inget slutdatum. Utan dag gäller utlysningens sista dag."),
        required=False,
    )

    def __init__(self, *args: Any, regions: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regions"].queryset = Organisation.objects.filter(pk__in=[region.pk for region in regions])

    def words(self) -> dict[str, Any]:
        """What goes with every invitation."""
        return {name: self.cleaned_data[name] for name in ("message", "wished_on")}


class LeavingForm(forms.Form):
    """What happens to the costs of a region that leaves: asked only when it has some, and then always."""

    KEEP = ("keep", _("Låt kostnaderna stå. Den ansvariga regionen avgör vad som händer med dem."))
    REMOVE = ("remove", _("Ta bort kostnaderna. Summorna i ansökan blir lägre."))
    MOVE = ("move", _("Flytta kostnaderna till en annan region. Summorna i ansökan blir desamma."))

    costs = forms.ChoiceField(label=_("Regionens kostnader"), widget=forms.RadioSelect)
    to = OneOf(
        label=_("Region som tar över kostnaderna"),
        empty_label=_("Välj region"),
        required=False,
        help_text=_("En region som redan har undertecknat får underteckna igen."),
    )

    def __init__(
        self, *args: Any, heirs: Sequence[Organisation], has_costs: bool, may_keep: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not has_costs:
            del self.fields["costs"], self.fields["to"]
            return
        choices = [*([self.KEEP] if may_keep else []), self.REMOVE, *([self.MOVE] if heirs else [])]
        self.fields["costs"].choices = choices  # type: ignore[attr-defined]
        self.fields["to"].offer(heirs)  # type: ignore[attr-defined]
        if not heirs:
            del self.fields["to"]

    def settled(self) -> dict[str, Any]:
        """`costs` and `to` as the actions take them."""
        chosen = self.cleaned_data.get("costs", "")
        return {"costs": chosen, "to": self.cleaned_data.get("to") if chosen == "move" else None} if chosen else {}


class DeclineForm(LeavingForm):
    reason = _text(_("Skäl"), _("Den ansvariga regionen ser skälet."))
    field_order = ("reason", "costs", "to")


class UninviteForm(LeavingForm):
    """Nothing more to fill in; shows what stands in the way."""


class TransferForm(forms.Form):
    to = OneOf(label=_("Region som tar över ansvaret"), empty_label=_("Välj region"))
    message = _text(_("Meddelande"), _("Visas för regionen tillsammans med erbjudandet."), required=False)

    def __init__(self, *args: Any, regions: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].offer(regions)  # type: ignore[attr-defined]


class NoToTransferForm(forms.Form):
    reason = _text(_("Skäl att avböja"), _("Den region som erbjuder ser skälet."))
