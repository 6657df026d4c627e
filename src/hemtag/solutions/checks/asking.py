"""What must hold for what people ask, answer, report and write for others: pure functions on plain data."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

LONGEST = 4_000
"""Letters in a question, an answer or a reported fault."""
PLAIN_WORDS = 400
"""Two minutes' reading at 200 words a minute."""
_WORD = re.compile(r"[\w’'-]*\w")


def words_in(text: str) -> int:
    return len(_WORD.findall(text))


def is_written(text: str, field: str = "text") -> list[Problem]:
    """There is something to read, and not more than somebody reads."""
    if not text.strip():
        return [Problem(_("Skriv något här."), field=field, rule="is_written")]
    if len(text) > LONGEST:
        return [
            Problem(
                _("Texten är %(n)s tecken; den får vara högst %(most)s.") % {"n": len(text), "most": LONGEST},
                field=field,
                rule="is_written",
            )
        ]
    return []


def a_refusal_has_its_answer(text: str) -> list[Problem]:
    """Whoever reported is told what was found."""
    if text.strip():
        return []
    return [
        Problem(
            _("Skriv vad ni har kommit fram till; den som anmälde läser det."),
            field="answer",
            rule="a_refusal_has_its_answer",
        )
    ]


def place_is_known(place: str, places: Collection[str]) -> list[Problem]:
    if place in places:
        return []
    return [Problem(_("Välj vilken uppgift det gäller."), field="place", rule="place_is_known")]


def plain_text_is_short_enough(values: Mapping[str, str]) -> list[Problem]:
    """A plain text is read in two minutes."""
    found = []
    for field in ("plain", "plain_en"):
        number = words_in(values.get(field, ""))
        if number > PLAIN_WORDS:
            found.append(
                Problem(
                    _("Texten är %(n)s ord. Två minuters läsning är högst %(most)s ord.")
                    % {"n": number, "most": PLAIN_WORDS},
                    field=field,
                    rule="plain_text_is_short_enough",
                )
            )
    return found


def link_is_an_address(link: str) -> list[Problem]:
    """Only http and https: anything else is no page to read."""
    if not link.strip():
        return []
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in {"http", "https"} and parts.hostname:
        return []
    return [Problem(_("Skriv adressen med http:// eller https:// först."), field="link", rule="link_is_an_address")]


def something_is_followed(has_solution: bool, specialty: str, kind: str, kinds: Collection[str]) -> list[Problem]:
    """One solution, or an area: never both, and a kind that exists."""
    if has_solution != bool(specialty or kind) and (not kind or kind in kinds):
        return []
    return [Problem(_("Välj en lösning, ett område eller ett slag att bevaka."), rule="something_is_followed")]
