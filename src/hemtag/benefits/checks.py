"""What must hold of a case: faults of the engine as problems at their fields, and the room's own few rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hemtag.refusals import Problem
from hemtag.valuation import Fault

from .values import FIELD_OF

MOST_BYTES = 2_000_000
# Names that only the system gives a run: when the case is frozen, and when what it is about is handed in.
FROZEN_RUN, HANDED_IN_RUN = "Fryst", "Inlämnad"
SYSTEM_RUNS: Mapping[str, Any] = {FROZEN_RUN: gettext_lazy("Fryst"), HANDED_IN_RUN: gettext_lazy("Inlämnad")}
# Faults of a whole belief that are mended at its low value.
AT_LOW = {"low_above_high", "no_spread"}


def fault_in_words(fault: Fault) -> str:
    return f"{fault.message} {fault.mend}"


def faults_at_fields(faults: Iterable[Fault], places: Mapping[str, str]) -> list[Problem]:
    """`places`: where something lies in the data → the beginning of its fields' names in the form.

    A fault elsewhere in the case is shown above the form with its place.
    """
    found = []
    for fault in faults:
        at = next((place for place in places if fault.place == place or fault.place.startswith(f"{place}/")), None)
        if at is None:
            found.append(Problem(f"{fault.place or '/'}: {fault_in_words(fault)}", rule=fault.code))
            continue
        if fault.code in AT_LOW:
            found.append(Problem(fault_in_words(fault), field=f"{places[at]}low", rule=fault.code))
            continue
        last = fault.place.removeprefix(at).strip("/").split("/")[-1]
        name = FIELD_OF.get(last, last if last in {"unit", "source", "date", "kind", "judged_by", "note"} else "likely")
        found.append(Problem(fault_in_words(fault), field=f"{places[at]}{name}", rule=fault.code))
    return found


def case_is_named(title: str) -> list[Problem]:
    return [] if title.strip() else [Problem(_("Ge kalkylen ett namn."), field="title", rule="case_is_named")]


def run_name_is_free(name: str) -> list[Problem]:
    """The run that outcomes are held against is found by its name: nobody else may give it."""
    if name.strip().casefold() not in {taken.casefold() for taken in SYSTEM_RUNS}:
        return []
    message = _("Namnet ges av systemet när kalkylen fryses eller lämnas in. Välj ett annat.")
    return [Problem(message, field="name", rule="run_name_is_free")]


def file_is_no_larger_than_a_case(content: bytes) -> list[Problem]:
    if len(content) <= MOST_BYTES:
        return []
    message = _("Filen är större än en kalkyl kan vara (2 MB). Kontrollera att det är rätt fil.")
    return [Problem(message, field="file", rule="file_is_no_larger_than_a_case")]


def realised_year_is_over(year: int, last: int, first: int) -> list[Problem]:
    """An outcome is known when its year has begun to be booked: not before the case begins, and never ahead of today."""
    if first <= year <= last:
        return []
    message = _("Året ska ligga mellan %(first)s och %(last)s: kalkylens första år och i år.")
    return [Problem(message % {"first": first, "last": last}, field="year", rule="realised_year_is_over")]
