"""Input to conflict of interest, eligibility, completion, assignment and assessment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hemtag.organisations.fields import VersionedForm
from hemtag.refusals import Problem

from ..checks.assessing import LEVELS, Answer, Condition, Mark
from ..queries.assessing import Candidate, Suggestion
from ..queries.preparing import Stage

TEXT_MAX = 20_000
REMARK_MAX = 2_000


def _text(rows: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        **{"max_length": TEXT_MAX, "widget": forms.Textarea({"rows": rows}), "strip": True} | kwargs  # type: ignore[arg-type]
    )


def _yes_or_no(value: str) -> bool:
    return value == "ja"


# The round -----------------------------------------------------------------------------------------------


class PreparationFilter(forms.Form):
    """What the list shows; lives in the address, so that it can be sent to a colleague. Nonsense is passed over."""

    sok = forms.CharField(required=False, max_length=100)
    lage = forms.ChoiceField(required=False, choices=[("", _("Alla lägen")), *Stage.choices])
    sortera = forms.CharField(required=False, max_length=20)

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        clean = self.cleaned_data
        return {
            "text": clean.get("sok", ""),
            "stage": clean.get("lage", ""),
            "order": clean.get("sortera", "") or "nummer",
        }


# Conflict of interest ------------------------------------------------------------------------------------


class ConflictForm(forms.Form):
    """One application. Nothing is chosen beforehand: the answer is the person's own."""

    has_conflict = forms.TypedChoiceField(
        label=_("Är du jävig i ansökan?"),
        choices=[("nej", _("Nej, jag känner inte till något som kan göra mig jävig")), ("ja", _("Ja, jag är jävig"))],
        coerce=_yes_or_no,
        widget=forms.RadioSelect,
        error_messages={"required": _("Svara ja eller nej.")},
    )
    circumstances = _text(
        3,
        max_length=REMARK_MAX,
        required=False,
        label=_("Omständighet, om du svarar ja"),
        help_text=_("Till exempel anställning, uppdrag, närstående eller tidigare arbete med ansökan."),
    )


@dataclass
class ConflictRow:
    """One application in the list of declarations, with what was answered and what is wrong with it."""

    number: str
    title: str
    responsible: str
    shared: str = ""
    answer: str = ""
    circumstances: str = ""
    errors: list[str] = field(default_factory=list)


class ConflictsForm:
    """Declarations for many applications: rows of plain inputs, light enough for three hundred of them."""

    def __init__(self, rows: Sequence[ConflictRow], data: Mapping[str, Any] | None = None) -> None:
        self.rows = list(rows)
        self.is_bound = data is not None
        self.fields: dict[str, Any] = {}
        self.general: list[str] = []
        for row in self.rows if data is not None else ():
            answer = str((data or {}).get(f"svar_{row.number}", ""))
            row.answer = answer if answer in {"ja", "nej"} else ""
            row.circumstances = str((data or {}).get(f"skal_{row.number}", ""))[:REMARK_MAX]

    def is_valid(self) -> bool:
        if any(row.answer for row in self.rows):
            return True
        self.general = [str(_("Svara ja eller nej för minst en ansökan."))]
        return False

    def answers(self) -> dict[str, tuple[bool, str]]:
        """Rows that were answered; the others can wait."""
        return {row.number: (_yes_or_no(row.answer), row.circumstances) for row in self.rows if row.answer}

    def add_error(self, name: str | None, message: str) -> None:
        self.general.append(message)

    def attach(self, problems: Iterable[Problem]) -> None:
        """Each problem at the application whose number ends its field."""
        for problem in problems:
            row = next((row for row in self.rows if problem.field.endswith(f"_{row.number}")), None)
            (row.errors if row else self.general).append(str(problem))

    @property
    def errors(self) -> list[dict[str, str]]:
        listed = [{"message": message, "link": ""} for message in self.general]
        return listed + [
            {"message": message, "link": f"#svar_{row.number}"} for row in self.rows for message in row.errors
        ]


# Eligibility ---------------------------------------------------------------------------------------------


class EligibilityForm(VersionedForm):
    """One yes or no with a remark per condition, then the verdict and its reasons."""

    VERDICTS = (("eligible", _("Behörig: ansökan går vidare till bedömning")), ("ineligible", _("Avvisas")))

    def __init__(self, *args: Any, suggestions: Sequence[Suggestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suggestions = list(suggestions)
        for suggestion in self.suggestions:
            condition = suggestion.condition
            self.fields[condition.key] = forms.TypedChoiceField(
                label=condition.question,
                help_text=condition.ground,
                choices=[("ja", _("Ja")), ("nej", _("Nej"))],
                coerce=_yes_or_no,
                widget=forms.RadioSelect,
                error_messages={"required": _("Svara ja eller nej.")},
            )
            self.fields[f"{condition.key}_remark"] = forms.CharField(
                label=_("Anmärkning"), required=False, max_length=REMARK_MAX, widget=forms.Textarea({"rows": 1})
            )
        self.fields["verdict"] = forms.ChoiceField(
            label=_("Utfall"),
            choices=self.VERDICTS,
            widget=forms.RadioSelect,
            error_messages={"required": _("Välj utfall.")},
        )
        self.fields["reasons"] = _text(
            4,
            label=_("Skäl"),
            help_text=_("Vilka regler som tillämpats och vilka omständigheter som avgjort."),
            error_messages={"required": _("Skriv skälen för utfallet.")},
        )

    def questions(self) -> list[tuple[Suggestion, forms.BoundField, forms.BoundField]]:
        return [(s, self[s.condition.key], self[f"{s.condition.key}_remark"]) for s in self.suggestions]

    def given(self) -> dict[str, Any]:
        """As `actions.try_eligibility` takes it."""
        clean = self.cleaned_data
        return {
            "version": clean["version"],
            "answers": [
                Answer(key, clean[key], clean[f"{key}_remark"]) for key in (s.condition.key for s in self.suggestions)
            ],
            "is_eligible": clean["verdict"] == "eligible",
            "reasons": clean["reasons"],
        }


def eligibility_initial(suggestions: Iterable[Suggestion], eligibility: Any, version: int) -> dict[str, Any]:
    """What was answered last time, else what the checks of hand-in said."""
    said = {row["key"]: row for row in eligibility.answers} if eligibility else {}
    initial: dict[str, Any] = {"version": version}
    for suggestion in suggestions:
        condition: Condition = suggestion.condition
        before = said.get(condition.key)
        is_met = before["is_met"] if before else suggestion.is_met
        initial[condition.key] = "ja" if is_met else "nej"
        initial[f"{condition.key}_remark"] = before["remark"] if before else " ".join(suggestion.said)
    if eligibility:
        initial |= {"verdict": eligibility.verdict, "reasons": eligibility.reasons}
    return initial


# Assessors and assessments -------------------------------------------------------------------------------


class AssignForm(forms.Form):
    """Who assesses: those with a conflict are not offered, those who have handed in stay."""

    assessors = forms.MultipleChoiceField(
        label=pgettext_lazy("flera", "Bedömare"),
        help_text=_("Välj tre. Den som har lämnat in sin bedömning är kvar."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Välj minst en bedömare.")},
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(c.person.pk): c.person for c in candidates if not c.is_barred and not c.is_fixed}
        choices = [
            (str(c.person.pk), _("%(name)s (%(load)s tilldelade)") % {"name": c.person.name, "load": c.load})
            for c in candidates
            if str(c.person.pk) in self.offered
        ]
        assessors = self.fields["assessors"]
        assert isinstance(assessors, forms.MultipleChoiceField)
        assessors.choices = choices
        assessors.initial = [str(c.person.pk) for c in candidates if c.assessment and not c.is_fixed]

    def chosen(self) -> list[Any]:
        return [self.offered[pk] for pk in self.cleaned_data["assessors"]]


class AssessmentForm(VersionedForm):
    """A level and a reason per criterion. A draft may lack any of them; what hand-in needs, the action checks."""

    def __init__(self, *args: Any, criteria: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        self.use_required_attribute = False
        for criterion in self.criteria:
            anchors = {row["level"]: row["anchor"] for row in criterion.levels}
            self.fields[f"{criterion.code}_level"] = forms.TypedChoiceField(
                label=criterion.name,
                help_text=criterion.question,
                choices=[
                    (str(level), f"{level}. {anchors[level]}" if anchors.get(level) else str(level)) for level in LEVELS
                ],
                coerce=int,
                empty_value=None,
                widget=forms.RadioSelect,
            )
            self.fields[f"{criterion.code}_reason"] = _text(
                3, label=_("Motivering: %(criterion)s") % {"criterion": criterion.name}
            )

    def full_clean(self) -> None:
        """Everything is asked for, nothing is refused for being missing."""
        for one in self.fields.values():
            one.required = one is self.fields["version"]
        super().full_clean()
        for one in self.fields.values():
            one.required = True

    def questions(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        return [(c, self[f"{c.code}_level"], self[f"{c.code}_reason"]) for c in self.criteria]

    def marks(self) -> dict[str, Mark]:
        clean = self.cleaned_data
        return {c.code: Mark(clean[f"{c.code}_level"], clean[f"{c.code}_reason"]) for c in self.criteria}


def assessment_initial(marks: Mapping[str, Mark], version: int) -> dict[str, Any]:
    initial: dict[str, Any] = {"version": version}
    for code, mark in marks.items():
        initial[f"{code}_level"] = "" if mark.level is None else str(mark.level)
        initial[f"{code}_reason"] = mark.reason
    return initial
