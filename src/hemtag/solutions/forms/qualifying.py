"""Input to trials and evidence. A trial's fields come from its version of the criteria."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _

from hemtag.organisations.fields import DateField, InTheNameOf

from ..checks.judging import Fact
from ..criteria import Criterion
from ..queries.evidencing import DESIGNS
from ..queries.qualifying import MARKS, expert_fields
from .identifying import long_text

EVIDENCE_LEVELS = [(f"E{n}", f"E{n}") for n in range(6)]


@dataclass(frozen=True)
class Asked:
    """One criterion on the form, with its fields and what the data says of it."""

    criterion: Criterion
    fact: Fact | None
    mark: Any
    comment: Any
    link: Any
    evidence: Any


class JudgeForm(forms.Form):
    """A mark, a comment and what it rests on for each criterion."""

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[Criterion],
        evidence: Iterable[Any] = (),
        facts: Mapping[str, Fact] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria, self.facts = criteria, facts or {}
        self.items = {str(row.pk): row for row in evidence}
        choices = [("", _("Ingen post")), *((key, str(row)) for key, row in self.items.items())]
        for one in criteria:
            mark = forms.ChoiceField(
                label=_("Bedömning av %(id)s") % {"id": one.id}, choices=MARKS, widget=forms.RadioSelect, required=False
            )
            self.fields[f"mark_{one.id}"] = mark
            self.fields[f"comment_{one.id}"] = forms.CharField(
                label=_("Kommentar till %(id)s") % {"id": one.id},
                required=False,
                max_length=10_000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"link_{one.id}"] = forms.CharField(
                label=_("Länk till belägg för %(id)s") % {"id": one.id}, required=False, max_length=300
            )
            if self.items:
                self.fields[f"evidence_{one.id}"] = forms.ChoiceField(
                    label=_("Evidenspost för %(id)s") % {"id": one.id}, choices=choices, required=False
                )

    def rows(self) -> Iterator[Asked]:
        for one in self.criteria:
            evidence = self[f"evidence_{one.id}"] if self.items else None
            fact = self.facts.get(one.computed) if one.computed else None
            yield Asked(one, fact, self[f"mark_{one.id}"], self[f"comment_{one.id}"], self[f"link_{one.id}"], evidence)

    def rest(self) -> list[Any]:
        """The fields that belong to no criterion, in order."""
        own = {f"{what}_{one.id}" for one in self.criteria for what in ("mark", "comment", "link", "evidence")}
        return [self[name] for name in self.fields if name not in own]

    def said(self) -> list[dict[str, Any]]:
        data = self.cleaned_data
        return [
            {
                "criterion": one.id,
                "mark": data.get(f"mark_{one.id}", ""),
                "comment": data.get(f"comment_{one.id}", ""),
                "link": data.get(f"link_{one.id}", ""),
                "evidence": self.items.get(data.get(f"evidence_{one.id}", "")),
            }
            for one in self.criteria
        ]


def initial_of(judgements: Iterable[Any], recommends: str, reasons: str) -> dict[str, Any]:
    """What has been saved so far, as a form begins from it."""
    found: dict[str, Any] = {"recommends": recommends, "reasons": reasons}
    for row in judgements:
        found[f"mark_{row.criterion}"] = row.mark
        found[f"comment_{row.criterion}"] = row.comment
        found[f"link_{row.criterion}"] = row.link
        found[f"evidence_{row.criterion}"] = str(row.evidence_id or "")
    return found


class ReviewerForm(JudgeForm):
    """What one of several reviewers says; `recommends` and `reasons` end it."""

    def __init__(self, *args: Any, outcomes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recommends"] = forms.ChoiceField(
            label=_("Vad rekommenderar du?"), choices=outcomes, widget=forms.RadioSelect, required=False
        )
        self.fields["reasons"] = long_text(_("Skälen i korthet"), rows=4, required=False)


class AloneForm(JudgeForm):
    """An editor's whole trial at a gate that one judges."""

    def __init__(self, *args: Any, outcomes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["has_conflict"] = forms.ChoiceField(
            label=_("Har du jäv?"),
            choices=[("no", _("Nej, inget hindrar mig")), ("yes", _("Ja, jag bedömer inte den här"))],
            widget=forms.RadioSelect,
        )
        self.fields["outcome"] = forms.ChoiceField(label=_("Utfall"), choices=outcomes, widget=forms.RadioSelect)
        self.fields["reasons"] = long_text(_("Skäl"), _("Visas på lösningens sida."), rows=3)
        self.fields["conditions"] = long_text(
            _("Villkor"),
            _("Vad som ska vara gjort, och till när. Bara när utfallet är med villkor."),
            rows=2,
            required=False,
        )

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        kept = {name: data[name] for name in ("outcome", "reasons", "conditions")}
        return {**kept, "has_conflict": data["has_conflict"] == "yes", "said": self.said()}


class CloseForm(forms.Form):
    """The editor's decision when several have judged."""

    outcome = forms.ChoiceField(label=_("Utfall"), choices=(), widget=forms.RadioSelect)
    evidence = forms.ChoiceField(
        label=_("Evidensnivå"),
        choices=EVIDENCE_LEVELS,
        help_text=_("Högst den nivå som evidensposterna räcker till. Sätt den lägre när bedömarna har skäl för det."),
    )
    reasons = long_text(_("Skäl"), _("Visas på lösningens sida."), rows=5)
    conditions = long_text(
        _("Villkor"),
        _("Vad som ska vara gjort, och till när. Bara när utfallet är med villkor."),
        rows=3,
        required=False,
    )

    def __init__(self, *args: Any, outcomes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(outcomes)


class OpenReviewForm(forms.Form):
    due_on = DateField(label=_("Bedöm senast"), help_text=_("Föreslaget: 15 arbetsdagar från i dag."))


class AskReviewerForm(forms.Form):
    person = forms.ChoiceField(label=_("Vem?"), choices=())
    field = forms.ChoiceField(
        label=_("Sakkunnig i"),
        choices=lambda: [("", _("Inget särskilt område")), *expert_fields()],
        required=False,
        help_text=_("En sakkunnigs nej i sitt eget område stoppar lösningen."),
    )

    def __init__(self, *args: Any, people: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Välj person")), *people]


class DeclareForm(forms.Form):
    has_conflict = forms.ChoiceField(
        label=_("Har du jäv?"),
        choices=[("no", _("Nej, inget hindrar mig")), ("yes", _("Ja"))],
        widget=forms.RadioSelect,
        help_text=_(
            "Jäv är till exempel att du har tagit fram lösningen, säljer den, eller tjänar eller förlorar på utfallet."
        ),
    )
    note = long_text(_("Vad gäller jävet?"), rows=2, required=False)

    def values(self) -> dict[str, Any]:
        return {"has_conflict": self.cleaned_data["has_conflict"] == "yes", "note": self.cleaned_data["note"]}


def _number(label: Any, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=16,
        decimal_places=4,
        localize=True,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short", "autocomplete": "off"}),
    )


class EvidenceForm(InTheNameOf):
    """One study or follow-up. An editor adds in nobody's name."""

    title = forms.CharField(label=_("Namn på studien eller uppföljningen"), max_length=200)
    design = forms.ChoiceField(label=_("Upplägg"), choices=DESIGNS)
    organisation = forms.CharField(
        label=_("Organisation där det mättes"), max_length=160, help_text=_("Till exempel Region Skåne.")
    )
    setting = forms.CharField(
        label=_("Verksamhet"), max_length=200, help_text=_("Till exempel tolv vårdcentraler, alla läkare.")
    )
    measure = forms.CharField(
        label=_("Vad mättes, och i vilken enhet?"),
        max_length=160,
        help_text=_("Till exempel minuter dokumentation per läkare och dag."),
    )
    n = forms.IntegerField(
        label=_("Antal"),
        required=False,
        max_value=2_000_000_000,
        help_text=_("Hur många som ingick. Lämna tomt om det inte är känt."),
    )
    effect = _number(_("Effekt"), _("Skillnaden mot jämförelsen, till exempel −12,5."))
    low = _number(_("Intervallets låga gräns"))
    high = _number(_("Intervallets höga gräns"))
    no_effect = forms.ChoiceField(
        label=_("Ingen effekt är"), choices=[("0", _("0: effekten är en skillnad")), ("1", _("1: effekten är en kvot"))]
    )
    better = forms.ChoiceField(label=_("Bättre är"), choices=[("lower", _("lägre")), ("higher", _("högre"))])
    starts_on = DateField(label=_("Från"), required=False)
    ends_on = DateField(label=_("Till"), required=False)
    verified_by = forms.CharField(
        label=_("Bekräftad av"),
        max_length=160,
        required=False,
        help_text=_("Någon annan än den som äger lösningen, till exempel en högskola eller en annan region."),
    )
    bias = long_text(_("Vad kan vara skevt?"), _("Bortfall, urval, andra ändringar samtidigt."), rows=2, required=False)
    failed = forms.BooleanField(label=_("Försöket misslyckades"), required=False)
    source = long_text(_("Källa"), _("Rapport, artikel eller diarienummer, så att någon annan kan läsa den."), rows=2)
    file = forms.FileField(
        label=_("Fil"),
        required=False,
        validators=[FileExtensionValidator(["pdf", "png", "jpg", "jpeg", "docx", "xlsx"])],
        help_text=_("PDF, PNG, JPG, DOCX eller XLSX, högst 20 MB."),
    )

    def __init__(self, *args: Any, regions: Iterable[Any], **kwargs: Any) -> None:
        own = list(regions)
        super().__init__(*args, regions=own, **kwargs)
        if not own:
            del self.fields["region"]

    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        upload = data.pop("file", None)
        data["lower_is_better"] = data.pop("better") == "lower"
        data["no_effect"] = Decimal(data["no_effect"])
        data["upload"] = upload
        return data


class AddedForm(forms.Form):
    added = long_text(_("Vad är tillagt?"), _("Sedan väntar lösningen på kvalificering igen."), rows=3)
