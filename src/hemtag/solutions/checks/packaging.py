"""What must hold for a package and its parts: pure functions on plain data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

from ..packages.dossier import BENEFIT_CASE, CORE_FUNCTIONS, FILES, Dossier, Part, Question

LONGEST_ANSWER = 20_000
LONGEST_REASON = 2_000
SHORT = {"responsible": 160}
MOST_FILES_IN_A_PART = 30
MOST_BYTES_IN_A_PACKAGE = 200 * 1_000_000
MOST_CORE_FUNCTIONS = 15
LONGEST_REVIEW = 366  # days: a package is looked at again within a year
MOST_HOURS = 100_000
EMPTY, PARTLY, COMPLETE = 0.0, 0.5, 1.0
_NUMBER = re.compile(r"(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})")
_HOURS = re.compile(r"(?P<role>[^:]{2,80}):\s*(?P<hours>[0-9]{1,6})(?:\s*(?:h|tim|timmar))?\.?")


# ---------------------------------------------------------------- how complete a part is


@dataclass(frozen=True)
class Standing:
    """How complete one part is: `share` is 0, ½ or 1, None when it does not apply; always with the reason."""

    share: float | None
    reason: str
    missing: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return self.share is None or self.share == COMPLETE

    @property
    def kind(self) -> str:
        """Of the mark on the page."""
        if self.share is None:
            return "neutral"
        return {EMPTY: "bad", PARTLY: "waiting"}.get(self.share, "good")

    @property
    def word(self) -> str:
        if self.share is None:
            return _("Ej tillämplig")
        return {EMPTY: _("Tom"), PARTLY: _("Delvis")}.get(self.share, _("Fullständig"))


def is_answered(question: Question, answer: object) -> bool:
    """A dash or a dot is no answer; hours need at least one role; a choice is one of the choices."""
    text = answer if isinstance(answer, str) else ""
    if question.kind == "choice":
        return text in {code for code, _swedish, _english in question.options}
    if question.kind == "hours":
        return bool(hours_of(text)) and not hours_are_readable(text, "")
    return sum(character.isalnum() for character in text) >= 3


def standing(
    part: Part,
    *,
    text: str,
    answers: Mapping[str, object],
    not_applicable: str,
    met: frozenset[str] | set[str],
    is_ai: bool,
) -> Standing:
    """`met` holds what there is beside the answers, of the words in `Part.needs`."""
    if not_applicable.strip() and not part.is_mandatory(is_ai):
        return Standing(None, not_applicable.strip())
    missing = [question.label for question in part.questions if not is_answered(question, answers.get(question.key))]
    answered = len(part.questions) - len(missing)
    if part.needs and part.needs not in met:
        missing.append(needed_in_words(part.needs))
    if not missing:
        return Standing(COMPLETE, _("Alla frågor är besvarade."))
    if not answered and not text.strip() and part.needs not in met:
        return Standing(EMPTY, _("Inget är skrivet än."), tuple(missing))
    return Standing(
        PARTLY, _("%(n)s av %(all)s saknas.") % {"n": len(missing), "all": answered + len(missing)}, tuple(missing)
    )


def needed_in_words(need: str) -> str:
    return {
        CORE_FUNCTIONS: _("Minst en kärnfunktion"),
        FILES: _("Minst en fil eller ett knutet underlag"),
        BENEFIT_CASE: _("En nyttokalkyl för lösningen"),
    }[need]


def tidier_left(dossier: Dossier, answers: Mapping[str, Mapping[str, object]], is_ai: bool) -> dict[int, list[str]]:
    """Per TIDieR item, the codes of the parts where a question that covers it is not answered; empty is covered."""
    left: dict[int, list[str]] = {item: [] for item in dossier.tidier_sv}
    for part in dossier.asked(is_ai):
        for question in part.questions:
            if not is_answered(question, answers.get(part.code, {}).get(question.key)):
                for item in question.tidier:
                    if part.code not in left[item]:
                        left[item].append(part.code)
    return left


# ---------------------------------------------------------------- what is written


def hours_of(text: str) -> list[tuple[str, int]]:
    """The lines "role: hours" of an introduction plan that can be read."""
    found = (_HOURS.fullmatch(line.strip()) for line in text.splitlines() if line.strip())
    return [(match["role"].strip(), int(match["hours"])) for match in found if match]


def hours_are_readable(text: str, field: str) -> list[Problem]:
    rule = "hours_are_readable"
    for number, line in enumerate(text.splitlines(), start=1):
        match = _HOURS.fullmatch(line.strip()) if line.strip() else None
        if line.strip() and not match:
            message = _("Rad %(n)s: skriv rollen, kolon och hela timmar, till exempel Projektledare: 120.")
            return [Problem(message % {"n": number}, field=field, rule=rule)]
        if match and int(match["hours"]) > MOST_HOURS:
            message = _("Rad %(n)s: fler än %(most)s timmar är orimligt för en region.")
            return [Problem(message % {"n": number, "most": MOST_HOURS}, field=field, rule=rule)]
    return []


def part_is_well_written(part: Part, values: Mapping[str, str], is_ai: bool) -> list[Problem]:
    """Texts of a length that can be read, choices that exist, hours as hours; a mandatory part always applies."""
    rule = "part_is_well_written"
    problems = []
    for field, text in values.items():
        most = LONGEST_ANSWER if field == "text" or field.startswith("q_") else SHORT.get(field, LONGEST_REASON)
        if len(text) > most:
            message = _("Texten är %(n)s tecken; högst %(most)s. Lägg det längre i en fil.")
            problems.append(Problem(message % {"n": len(text), "most": most}, field=field, rule=rule))
    for question in part.questions:
        answer, field = values.get(f"q_{question.key}", ""), f"q_{question.key}"
        if question.kind == "hours":
            problems += hours_are_readable(answer, field)
        if question.kind == "choice" and answer and not is_answered(question, answer):
            problems.append(Problem(_("Välj ett av alternativen."), field=field, rule=rule))
    reason = values.get("not_applicable", "")
    if reason and part.is_mandatory(is_ai):
        message = _("%(code)s ska alltid finnas och kan inte lämnas som ej tillämplig.")
        problems.append(Problem(message % {"code": part.code}, field="not_applicable", rule=rule))
    elif reason and len(reason) < 20:
        message = _("Skriv i en mening varför delen inte gäller, så att andra ser om det stämmer för dem.")
        problems.append(Problem(message, field="not_applicable", rule=rule))
    return problems


def licence_is_known(licence: str, known: Iterable[str]) -> list[Problem]:
    if not licence or licence in known:
        return []
    message = _("Välj en av licenserna. Andra villkor: LicenseRef-egen, och skriv dem i P14.")
    return [Problem(message, field="licence", rule="licence_is_known")]


def core_function_is_given(text: str, others: Iterable[str]) -> list[Problem]:
    rule, others = "core_function_is_given", list(others)
    if len(text) < 5:
        return [Problem(_("Skriv vad som måste finnas kvar, i en mening."), field="function", rule=rule)]
    if text.casefold() in {other.casefold() for other in others}:
        return [Problem(_("Kärnfunktionen finns redan."), field="function", rule=rule)]
    if len(others) >= MOST_CORE_FUNCTIONS:
        message = _("Högst %(most)s kärnfunktioner: är allt kärna är inget det. Stryk en först.")
        return [Problem(message % {"most": MOST_CORE_FUNCTIONS}, field="function", rule=rule)]
    return []


def file_fits_the_package(in_part: int, in_package: int, size: int) -> list[Problem]:
    """`in_part` files there already, `in_package` bytes in all parts together."""
    rule = "file_fits_the_package"
    if in_part >= MOST_FILES_IN_A_PART:
        message = _("Delen har redan %(n)s filer, som är högsta antalet. Ta bort en, eller slå ihop dem.")
        return [Problem(message % {"n": in_part}, field="file", rule=rule)]
    if in_package + size > MOST_BYTES_IN_A_PACKAGE:
        message = _("Paketet skulle bli större än %(most)s MB. Ta bort eller förminska filer.")
        return [Problem(message % {"most": MOST_BYTES_IN_A_PACKAGE // 1_000_000}, field="file", rule=rule)]
    return []


# ---------------------------------------------------------------- numbers and dates


def number_of(text: str) -> tuple[int, int, int] | None:
    match = _NUMBER.fullmatch(text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def number_follows(number: str, earlier: Iterable[str]) -> list[Problem]:
    """Three numbers, greater than every version before."""
    rule, got = "number_follows", number_of(number)
    if got is None:
        message = _("Skriv versionen som tre tal med punkt emellan, till exempel 1.2.0.")
        return [Problem(message, field="number", rule=rule)]
    last = max((found for one in earlier if (found := number_of(one))), default=None)
    if last is not None and got <= last:
        message = _("Versionen måste vara högre än %(last)s.") % {"last": ".".join(map(str, last))}
        return [Problem(message, field="number", rule=rule)]
    return []


def next_numbers(earlier: Iterable[str]) -> dict[str, str]:
    """The next patch, minor and major number; the first version is 1.0.0."""
    last = max((found for one in earlier if (found := number_of(one))), default=None)
    if last is None:
        return {"major": "1.0.0"}
    major, minor, patch = last
    return {
        "patch": f"{major}.{minor}.{patch + 1}",
        "minor": f"{major}.{minor + 1}.0",
        "major": f"{major + 1}.0.0",
    }


def review_is_within_a_year(review_due: dt.date | None, today: dt.date) -> list[Problem]:
    rule = "review_is_within_a_year"
    if review_due is None:
        return [Problem(_("Ange när paketet ska ses över, senast om ett år."), field="review_due", rule=rule)]
    if review_due <= today:
        return [Problem(_("Dagen för översyn har redan varit."), field="review_due", rule=rule)]
    if (review_due - today).days > LONGEST_REVIEW:
        message = _("Paketet ska ses över inom ett år. Ange en dag senast %(day)s.")
        last = today + dt.timedelta(days=LONGEST_REVIEW)
        return [Problem(message % {"day": last.isoformat()}, field="review_due", rule=rule)]
    return []


def recall_is_explained(reason: str, advice: str, until: dt.date | None, today: dt.date) -> list[Problem]:
    """Adopters must know why, and what to do now."""
    rule, problems = "recall_is_explained", []
    if len(reason.strip()) < 20:
        message = _("Skriv vad som är fel, så att den som använder lösningen förstår risken.")
        problems.append(Problem(message, field="reason", rule=rule))
    if advice == "until" and (until is None or until <= today):
        message = _("Ange till vilken dag den får användas; dagen ska ligga framåt.")
        problems.append(Problem(message, field="until", rule=rule))
    return problems


def walk_is_told(
    *, started_on: dt.date, ended_on: dt.date, today: dt.date, hours: float, passed: bool, missing: Iterable[object]
) -> list[Problem]:
    """A cold start ends with its hours, and a failed one with what was missing."""
    rule, problems = "walk_is_told", []
    if not started_on <= ended_on <= today:
        message = _("Ange en dag från och med starten %(day)s till i dag.")
        problems.append(Problem(message % {"day": started_on.isoformat()}, field="ended_on", rule=rule))
    if not 0 < hours <= 5_000:
        problems.append(Problem(_("Ange timmarna som ett tal större än 0."), field="hours", rule=rule))
    if not passed and not list(missing):
        message = _("Skriv i minst en del vad som saknades, så att ägaren kan rätta det.")
        problems.append(Problem(message, rule=rule))
    return problems
