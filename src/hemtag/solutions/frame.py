"""What a region can say of an adaptation: the headings of FRAME, in our own words.

After Stirman, Baumann and Miller, "The FRAME: an expanded framework for reporting adaptations and modifications to
evidence-based interventions", Implementation Science 14:58 (2019). Keys are kept in rows and never change their meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Heading:
    """One heading of FRAME: its question, and the answers one may choose between."""

    question: Words
    answers: Mapping[str, Words]


FRAME: dict[str, Heading] = {
    "phase": Heading(
        _("När i införandet?"),
        {
            "before": _("Före införandet"),
            "pilot": _("Under piloten"),
            "rollout": _("Under breddinförandet"),
            "use": _("I drift"),
        },
    ),
    "planned": Heading(
        _("Var det planerat?"),
        {
            "planned": _("Planerat från början"),
            "proactive": _("Planerat under vägen, innan något gick fel"),
            "reactive": _("Som svar på något som inte fungerade"),
        },
    ),
    "decided_by": Heading(
        _("Vem beslutade?"),
        {
            "politicians": _("Politisk nämnd eller styrelse"),
            "management": _("Regionens eller förvaltningens ledning"),
            "unit": _("Verksamhetens chef"),
            "team": _("Teamet som arbetar med lösningen"),
            "individual": _("En enskild medarbetare"),
            "owner": _("Lösningens ägare eller leverantör"),
            "patients": _("Patienter eller brukare"),
            "many": _("Flera tillsammans"),
        },
    ),
    "what": Heading(
        _("Vad har ändrats?"),
        {
            "content": _("Innehållet"),
            "context": _("Sammanhanget: var, av vem eller för vem"),
            "training": _("Utbildningen eller uppföljningen"),
            "implementation": _("Sättet att införa"),
        },
    ),
    "level": Heading(
        _("För vem gäller ändringen?"),
        {
            "patient": _("Enskilda patienter"),
            "group": _("En patientgrupp"),
            "professional": _("En yrkesgrupp eller enskild behandlare"),
            "unit": _("En enhet"),
            "organisation": _("Hela förvaltningen eller regionen"),
            "system": _("Flera regioner"),
        },
    ),
    "nature": Heading(
        _("Hur har det ändrats?"),
        {
            "tailored": _("Anpassat i språk, form eller utseende"),
            "added": _("Något har lagts till"),
            "removed": _("Något har tagits bort"),
            "shortened": _("Kortare eller glesare"),
            "lengthened": _("Längre eller tätare"),
            "reordered": _("Annan ordning"),
            "substituted": _("Något har bytts ut"),
            "spread": _("Bara delar används"),
            "integrated": _("Ihopsatt med en annan lösning"),
            "departed": _("Något annat görs i stället"),
        },
    ),
    "goal": Heading(
        _("Varför?"),
        {
            "reach": _("Nå fler"),
            "effect": _("Bättre resultat"),
            "fit": _("Passa de egna arbetssätten eller systemen"),
            "cost": _("Lägre kostnad eller mindre tid"),
            "satisfaction": _("Nöjdare patienter eller medarbetare"),
            "equity": _("Mer jämlik vård"),
            "law": _("Följa lag, avtal eller säkerhetskrav"),
            "other": _("Annat"),
        },
    ),
}


def answers_of(heading: str) -> list[tuple[str, Words]]:
    return list(FRAME[heading].answers.items())


def word_of(heading: str, key: str) -> str:
    return str(FRAME[heading].answers.get(key, key))


KNOWN: dict[str, Mapping[str, object]] = {name: heading.answers for name, heading in FRAME.items()}
