"""What must hold when a solution is tried at a gate. Pure, on plain data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

REVIEWERS_WANTED = 3
REGIONS_WANTED = 2
POSITIVE = frozenset({"passed", "with_conditions"})

OUTCOMES: dict[str, tuple[str, ...]] = {
    "G1": ("passed", "with_conditions", "back", "declined"),
    "G2": ("passed", "with_conditions", "back", "declined"),
    "G3": ("passed", "with_conditions", "back"),
    "G4": ("passed", "with_conditions", "back"),
    "G5": ("passed", "with_conditions", "back"),
}
"""What a trial can come to. From packaging on, what does not pass stays where it is and is tried again."""

STATE_AT: dict[str, str] = {
    "G1": "identified",
    "G2": "screened",
    "G3": "packaging",
    "G4": "packaged",
    "G5": "spreading",
}
"""Where a solution stands when it is tried at each gate."""

LEADS_TO: dict[tuple[str, str], str] = {
    ("G1", "passed"): "screened",
    ("G2", "passed"): "qualified",
    ("G3", "passed"): "packaged",
    ("G4", "passed"): "communicated",
    ("G5", "passed"): "established",
    ("G2", "back"): "needs_evidence",
    ("G1", "declined"): "declined",
    ("G2", "declined"): "declined",
}
"""The state that an outcome leads to; `with_conditions` goes where `passed` does. The rest stays and is handed back."""


def state_after(gate: str, outcome: str) -> str:
    """Empty when the solution stays where it is."""
    return LEADS_TO.get((gate, "passed" if outcome == "with_conditions" else outcome), "")


@dataclass(frozen=True)
class Fact:
    """What the data itself says of a criterion: whether it holds, in words, and how to mend it when it does not."""

    key: str
    holds: bool
    says: str
    mend: str = ""
    link: str = ""


@dataclass(frozen=True)
class Said:
    """One reviewer's judgement of one criterion."""

    criterion: str
    mark: str
    comment: str = ""


@dataclass(frozen=True)
class Seat:
    """One reviewer of a trial: for which organisation, in which field, and what came of it."""

    who: str
    organisation: str
    is_region: bool
    field: str = ""
    has_conflict: bool | None = None
    handed_in: bool = False
    recommends: str = ""
    said: tuple[Said, ...] = ()

    @property
    def counts(self) -> bool:
        return self.handed_in and not self.has_conflict


def everything_is_judged(criteria: Iterable[str], said: Iterable[Said]) -> list[Problem]:
    """Every criterion has a mark, and what is not simply met has a comment."""
    marks = {one.criterion: one for one in said}
    problems = []
    for criterion in criteria:
        one = marks.get(criterion)
        if one is None or not one.mark:
            words = _("Bedöm %(criterion)s.") % {"criterion": criterion}
            problems.append(Problem(words, field=f"mark_{criterion}", rule="everything_is_judged"))
        elif one.mark != "met" and not one.comment.strip():
            words = _("Skriv varför %(criterion)s inte är helt uppfyllt.") % {"criterion": criterion}
            problems.append(Problem(words, field=f"comment_{criterion}", rule="everything_is_judged"))
    return problems


def recommendation_has_reasons(recommends: str, reasons: str, gate: str) -> list[Problem]:
    problems = []
    if recommends not in OUTCOMES[gate]:
        problems.append(Problem(_("Välj vad du rekommenderar."), field="recommends", rule="recommendation_has_reasons"))
    if not reasons.strip():
        problems.append(Problem(_("Skriv skälen i korthet."), field="reasons", rule="recommendation_has_reasons"))
    return problems


def enough_reviewers(seats: Sequence[Seat]) -> list[Problem]:
    """At least three who have handed in without a conflict of interest, from at least two regions."""
    counting = [seat for seat in seats if seat.counts]
    regions = {seat.organisation for seat in counting if seat.is_region}
    problems = []
    if len(counting) < REVIEWERS_WANTED:
        words = _("%(is)s bedömare har lämnat in utan jäv; det behövs %(wanted)s.")
        words %= {"is": len(counting), "wanted": REVIEWERS_WANTED}
        problems.append(Problem(words, rule="enough_reviewers"))
    if len(regions) < REGIONS_WANTED:
        words = _("Bedömningarna kommer från %(is)s regioner; det behövs %(wanted)s, och ägarens egen räknas inte.")
        problems.append(Problem(words % {"is": len(regions), "wanted": REGIONS_WANTED}, rule="enough_reviewers"))
    return problems


def vetoes(seats: Iterable[Seat], field_of: Mapping[str, str]) -> list[tuple[Seat, str]]:
    """Each expert's no to a criterion of the own field; a no in another's field is a judgement, not a veto."""
    return [
        (seat, one.criterion)
        for seat in seats
        if seat.counts and seat.field
        for one in seat.said
        if one.mark == "not_met" and field_of.get(one.criterion) == seat.field
    ]


def outcome_respects_vetoes(outcome: str, found: Iterable[tuple[Seat, str]]) -> list[Problem]:
    if outcome not in POSITIVE:
        return []
    message = _("%(who)s, som är sakkunnig, har bedömt %(criterion)s som ej uppfyllt. Då kan grinden inte passeras.")
    return [
        Problem(message % {"who": seat.who, "criterion": criterion}, field="outcome", rule="outcome_respects_vetoes")
        for seat, criterion in found
    ]


def computed_musts_hold(outcome: str, musts: Mapping[str, str], facts: Mapping[str, Fact], gate: str) -> list[Problem]:
    """No gate passes while something that the data can tell does not hold. `musts`: the criterion to its fact."""
    if outcome not in POSITIVE:
        return []
    problems = []
    for criterion, key in musts.items():
        fact = facts.get(key)
        if fact is not None and fact.holds:
            continue
        says = f"{fact.says} {fact.mend}".strip() if fact else _("Uppgiften finns inte ännu.")
        words = _("%(gate)s kan inte passeras: %(criterion)s håller inte. %(says)s")
        words %= {"gate": gate, "criterion": criterion, "says": says}
        problems.append(Problem(words, field="outcome", link=fact.link if fact else "", rule="computed_musts_hold"))
    return problems


def outcome_holds(gate: str, outcome: str, reasons: str, conditions: str) -> list[Problem]:
    """An outcome of the gate, with its reasons, and conditions exactly when it passes with them."""
    rule, problems = "outcome_holds", []
    if outcome not in OUTCOMES[gate]:
        problems.append(Problem(_("Välj ett utfall."), field="outcome", rule=rule))
    if not reasons.strip():
        problems.append(Problem(_("Skriv skälen; de visas på lösningens sida."), field="reasons", rule=rule))
    if outcome == "with_conditions" and not conditions.strip():
        problems.append(
            Problem(_("Skriv villkoren, och till när de ska vara uppfyllda."), field="conditions", rule=rule)
        )
    if outcome != "with_conditions" and conditions.strip():
        words = _("Villkor hör till utfallet ”uppfylld med villkor”.")
        problems.append(Problem(words, field="conditions", rule=rule))
    return problems


def reviewer_is_independent(organisation: str, owner: str, already: Collection[str], who: str) -> list[Problem]:
    """Nobody judges the own region's solution, and nobody twice."""
    if organisation == owner:
        words = _("%(who)s hör till regionen som äger lösningen och kan inte bedöma den.") % {"who": who}
        return [Problem(words, field="person", rule="reviewer_is_independent")]
    if who in already:
        words = _("%(who)s är redan tillfrågad.") % {"who": who}
        return [Problem(words, field="person", rule="reviewer_is_independent")]
    return []
