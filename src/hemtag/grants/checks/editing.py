"""What must hold for what is saved while a form is a draft. Being unfinished is allowed, being impossible is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

from .. import sections
from .cells import LARGEST_CELL_SEK

LONGEST_TEXT = 20_000


def texts_fit(values: Mapping[str, str], limits: Mapping[str, int], labels: Mapping[str, str]) -> list[Problem]:
    """No text is longer than its column or, for running text, than anyone reads."""
    message = _("%(label)s är %(length)s tecken lång. Korta den till högst %(limit)s.")
    return [
        Problem(
            message % {"label": labels[name], "length": len(value), "limit": limits[name]}, field=name, rule="texts_fit"
        )
        for name, value in values.items()
        if len(value) > limits[name]
    ]


def title_is_given(values: Mapping[str, str]) -> list[Problem]:
    if values.get("title", "x"):
        return []
    return [Problem(_("Rubriken är tom. Skriv en rubrik."), field="title", rule="title_is_given")]


def reason_is_given(reason: str) -> list[Problem]:
    if reason.strip():
        return []
    return [Problem(_("Skälet är tomt. Skriv varför."), field="reason", rule="reason_is_given")]


def point_is_whole(place: int, row: Mapping[str, Any]) -> list[Problem]:
    """A measuring point has a day and something that is measured."""
    problems = []
    if not isinstance(row.get("on"), dt.date):
        problems.append((_("Mätpunkt %(n)s saknar dag. Ange när det mäts."), "on"))
    if not str(row.get("indicator", "")).strip():
        problems.append((_("Mätpunkt %(n)s säger inte vad som mäts. Ange en indikator."), "indicator"))
    return _rows(problems, place, "point_is_whole")


def effect_is_whole(
    place: int, row: Mapping[str, Any], kinds: Iterable[str], horizons: Iterable[str], perspectives: Iterable[str]
) -> list[Problem]:
    """Low ≤ likely ≤ high in whole kronor, years in order, and a reason for the figures."""
    problems = []
    for name, known in (("kind", kinds), ("horizon", horizons), ("perspective", perspectives)):
        if row.get(name) not in set(known):
            problems.append((_("Effekt %(n)s: valet finns inte. Välj ett i listan."), name))
    amounts = [row.get(name) for name in ("low_sek", "likely_sek", "high_sek")]
    if not all(isinstance(amount, int) and abs(amount) <= 10 * LARGEST_CELL_SEK for amount in amounts):
        problems.append((_("Effekt %(n)s: ange lågt, troligt och högt utfall i hela kronor."), "likely_sek"))
    elif not amounts[0] <= amounts[1] <= amounts[2]:  # type: ignore[operator]
        problems.append((_("Effekt %(n)s: lågt utfall ska vara minst och högt utfall störst."), "likely_sek"))
    years = [row.get(name) for name in ("from_year", "to_year")]
    if not all(isinstance(year, int) and 1900 < year < 2200 for year in years):
        problems.append((_("Effekt %(n)s: ange första och sista år."), "from_year"))
    elif years[0] > years[1]:  # type: ignore[operator]
        problems.append((_("Effekt %(n)s: perioden slutar före sitt första år."), "to_year"))
    if not str(row.get("basis", "")).strip():
        problems.append((_("Effekt %(n)s saknar motivering. Skriv vad siffrorna bygger på."), "basis"))
    return _rows(problems, place, "effect_is_whole")


def decision_day_has_been(decided_on: dt.date | None, today: dt.date) -> list[Problem]:
    if decided_on is None or decided_on <= today:
        return []
    message = _("Beslutsdagen ligger framåt i tiden. Ange dagen då beslutet fattades.")
    return [Problem(message, field="decided_on", rule="decision_day_has_been")]


def invitation_is_acceptable(message: str, wished_on: dt.date | None, today: dt.date, longest: int) -> list[Problem]:
    """A day to answer by has not been, and the message is one that people read."""
    problems = []
    if len(message.strip()) > longest:
        text = _("Meddelandet är %(length)s tecken långt. Korta det till högst %(limit)s.")
        words = {"length": len(message.strip()), "limit": longest}
        problems.append(Problem(text % words, field="message", rule="invitation_is_acceptable"))
    if wished_on is not None and wished_on < today:
        text = _("Dagen för svar har redan varit. Välj en dag som kommer, eller lämna den tom.")
        problems.append(Problem(text, field="wished_on", rule="invitation_is_acceptable"))
    return problems


def _rows(problems: Iterable[tuple[str, str]], place: int, rule: str) -> list[Problem]:
    """`place` counts from 0; the field is "place.name", as forms of rows know it."""
    return [Problem(message % {"n": place + 1}, field=f"{place}.{name}", rule=rule) for message, name in problems]


def support_is_whole(
    *, measure: str, grantor: str, source: str, from_year: int, to_year: int, amount_sek: int | None
) -> list[Problem]:
    """What is recorded of other state support can be understood and traced by somebody else."""
    rule = "support_is_whole"
    problems = [
        Problem(message, field, rule=rule)
        for field, text, message in (
            ("measure", measure, _("Skriv vad stödet gäller, så att det går att jämföra med ansökningarna.")),
            ("grantor", grantor, _("Skriv vem som har beviljat stödet.")),
            ("source", source, _("Skriv var uppgiften är hämtad: beslut, diarienummer eller adress.")),
        )
        if not text
    ]
    if from_year > to_year:
        problems.append(Problem(_("Det första året är senare än det sista. Byt plats på dem."), "to_year", rule=rule))
    if amount_sek is not None and not 0 <= amount_sek <= LARGEST_CELL_SEK:
        problems.append(Problem(_("Beloppet ska vara noll eller mer, i hela kronor."), "amount_sek", rule=rule))
    limits = {"measure": 200, "grantor": 120}
    labels = {"measure": _("Åtgärden"), "grantor": _("Bidragsgivaren")}
    return [*problems, *texts_fit({"measure": measure, "grantor": grantor}, limits, labels)]


def name_is_given(name: str) -> list[Problem]:
    if not name.strip():
        return [Problem(_("Namnet är tomt. Skriv vad versionen ska heta."), field="name", rule="name_is_given")]
    return texts_fit({"name": name.strip()}, {"name": 120}, {"name": _("Namnet")})


def remark_is_given(text: str, kind: str, kinds: Collection[str]) -> list[Problem]:
    rule = "remark_is_given"
    if kind not in kinds:
        return [Problem(_("Välj om det är en kommentar eller något att göra."), field="kind", rule=rule)]
    if not text.strip():
        return [Problem(_("Kommentaren är tom. Skriv vad du vill säga."), field="text", rule=rule)]
    return texts_fit({"text": text.strip()}, {"text": 5_000}, {"text": _("Kommentaren")})


def section_is_known(key: str, blocks: Collection[int], regions: Collection[str]) -> list[Problem]:
    if key in sections.keys(blocks, regions):
        return []
    message = _("Delen finns inte i ansökan. Välj en av delarna i listan.")
    return [Problem(message, field="section", rule="section_is_known")]
