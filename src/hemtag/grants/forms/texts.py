"""The written parts: § 9's shared parts, the application, its plan, a block."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from hemtag.grants.models import Application, Block, Submission
from hemtag.knowledge.models import ObstacleKind
from hemtag.organisations.fields import VersionedForm


def text(label: Any, help_text: Any = "", rows: int = 6, **kwargs: Any) -> forms.CharField:
    """A text of any length; long enough for what is asked, and no longer than the database of a call can bear."""
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, help_text=help_text, widget=widget, max_length=20_000, **kwargs)


class MayWait(forms.Form):
    """Asks for what must be there in the end, and saves whatever is there now: only `needed_now` is demanded."""

    needed_now: ClassVar[tuple[str, ...]] = ()
    use_required_attribute = False

    def _clean_fields(self) -> None:
        later = [field for name, field in self.fields.items() if field.required and name not in self.needed_now]
        for field in later:
            field.required = False
        super()._clean_fields()
        for field in later:
            field.required = True


class DraftForm(MayWait, VersionedForm):
    needed_now = ("version", "title")


class SubmissionForm(DraftForm):
    economic_analysis = text(
        _("Ekonomiska förutsättningar"),
        _("Analys av de ekonomiska förutsättningarna i regionens hälso- och sjukvård (9 § första delen)."),
        rows=12,
    )
    development_needs = text(
        _("Områden med stora utvecklingsbehov"),
        _("Vilka områden som har stora utvecklingsbehov, och varför (9 § andra delen)."),
        rows=12,
    )

    @staticmethod
    def start(submission: Submission) -> dict[str, Any]:
        return {
            "version": submission.version,
            "economic_analysis": submission.economic_analysis,
            "development_needs": submission.development_needs,
        }


class ApplicationForm(DraftForm):
    title = forms.CharField(label=_("Titel"), max_length=160)
    summary = text(_("Sammanfattning"), _("Några meningar som en beslutsfattare kan läsa på en minut."), rows=4)
    description = text(_("Beskrivning av åtgärden"), _("Vad som ska göras, av vem och i vilken ordning."), rows=10)
    goals = text(_("Vad åtgärden ska leda till"), _("Vad som är annorlunda i vården när åtgärden är genomförd."))
    measure_types = forms.ModelMultipleChoiceField(
        queryset=None, label=_("Åtgärdstyper"), help_text=_("Välj en eller flera."), widget=forms.CheckboxSelectMultiple
    )
    spreading = text(
        _("Gott exempel för andra regioner"),
        _("Hur andra regioner kan ta del av resultatet och göra likadant."),
        rows=5,
    )
    plan_owner = forms.CharField(
        label=_("Ägare"), help_text=_("Den funktion eller person som ansvarar när bidraget är slut."), max_length=160
    )
    plan_budget = text(
        _("Budget efter bidraget"),
        _("Vad fortsättningen kostar per år, och vem som har åtagit sig att betala."),
        rows=4,
    )
    plan_lasting = text(_("Så består effekten"), _("Vad som gör att effekten finns kvar efter bidragsperioden."))

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["measure_types"]
        field.queryset = application.submission.call.measure_types.all()
        field.label_from_instance = lambda kind: (
            _("%(name)s (delegationen ser gärna detta)") % {"name": kind.name} if kind.is_wish else kind.name
        )

    TEXTS = (
        "title",
        "summary",
        "description",
        "goals",
        "spreading",
        "plan_owner",
        "plan_budget",
        "plan_lasting",
    )

    @classmethod
    def start(cls, application: Application) -> dict[str, Any]:
        return {
            **{name: getattr(application, name) for name in ("version", *cls.TEXTS)},
            "measure_types": [kind.pk for kind in application.measure_types.all()],
        }


class NewBlockForm(forms.Form):
    title = forms.CharField(
        label=_("Blockets titel"), help_text=_("Ett block är en del som kan beviljas för sig."), max_length=160
    )


class BlockForm(DraftForm):
    title = forms.CharField(label=_("Blockets titel"), max_length=160)
    purpose = text(_("Syfte"), _("Vad blocket löser, och för vem."), rows=5)
    activities = text(_("Aktiviteter"), _("Vad som görs. En aktivitet per rad."), rows=7)
    obstacle = forms.ChoiceField(
        label=_("Hinder som blocket löser"),
        choices=[("", _("Inget särskilt hinder")), *ObstacleKind.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    needs = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("Block som det här blocket behöver"),
        help_text=_("Blocket kan bara beviljas om de block som kryssas här också beviljas."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, block: Block, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["needs"]
        field.queryset = block.application.blocks.exclude(pk=block.pk)
        field.label_from_instance = lambda other: f"{other.number}. {other.title}"

    @staticmethod
    def start(block: Block) -> dict[str, Any]:
        return {
            **{name: getattr(block, name) for name in ("version", "title", "purpose", "activities", "obstacle")},
            "needs": [other.pk for other in block.needs.all()],
        }
