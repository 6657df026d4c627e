"""What every participating region must have done by itself: decided, declared and confirmed."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from hemtag.refusals import Problem

from .facts import ApplicationFact, ParticipantFact, SubmissionFact


def decision_is_minuted(participant: ParticipantFact, number: str) -> list[Problem]:
    """G4 for one region: date, body, paragraph and the file with the minutes, in one message."""
    missing = [
        word
        for word, there in (
            (_("datum"), participant.decided_on is not None),
            (_("beslutande organ"), bool(participant.body.strip())),
            (_("paragraf"), bool(participant.paragraph.strip())),
            (_("protokollet som fil"), participant.has_minutes),
            (_("ett protokoll utan virus (den uppladdade filen är smittad)"), participant.minutes_scan != "infected"),
        )
        if not there
    ]
    if not missing:
        return []
    message = _(
        "%(region)s: det protokollförda beslutet om %(number)s saknar %(missing)s. Regionen fyller i det själv."
    )
    words = {"region": participant.region, "number": number, "missing": ", ".join(missing)}
    return [
        Problem(
            message % words, field="decision", link=participant.link, rule="every_participant_has_a_minuted_decision"
        )
    ]


def support_is_declared(participant: ParticipantFact, number: str) -> list[Problem]:
    """G11 for one region: the question is answered, and a yes says which support."""
    words = {"region": participant.region, "number": number}
    if not participant.other_support:
        message = _("%(region)s har inte svarat på om %(number)s får annat statligt stöd. Regionen svarar själv.")
    elif participant.other_support == "some" and not participant.other_support_text.strip():
        message = _("%(region)s har svarat att %(number)s får annat statligt stöd men inte vilket. Beskriv stödet.")
    else:
        return []
    rule = "other_state_support_is_declared"
    return [Problem(message % words, field="other_support", link=participant.link, rule=rule)]


def every_participant_has_a_minuted_decision(form: SubmissionFact) -> list[Problem]:
    """G4: a minuted political decision in every participating region."""
    return _each(form, lambda application, participant: decision_is_minuted(participant, application.number))


def every_minutes_file_is_scanned(form: SubmissionFact) -> list[Problem]:
    """A warning: the scanner may be gone on the last day, and the region is not to blame for it."""
    message = _(
        "Protokollet från %(region)s i %(number)s väntar på viruskontroll. Det räknas, men delegationen kan läsa det först "
        "när kontrollen är gjord."
    )
    return _each(
        form,
        lambda application, participant: (
            [
                Problem(
                    message % {"region": participant.region, "number": application.number},
                    field="minutes",
                    link=participant.link,
                    rule="every_minutes_file_is_scanned",
                )
            ]
            if participant.minutes_scan == "waiting"
            else []
        ),
    )


def every_participant_has_confirmed(form: SubmissionFact) -> list[Problem]:
    """G4: the region's own authorised representative has signed its decision, its declaration and its amounts, and
    they are still what was signed."""
    unsigned = _("%(region)s har inte undertecknat %(number)s. Regionens behöriga företrädare undertecknar.")
    changed = _(
        "%(region)s undertecknade %(number)s före en ändring av regionens belopp. Regionens behöriga företrädare "
        "undertecknar det som står nu."
    )
    return _each(
        form,
        lambda application, participant: (
            []
            if participant.is_confirmed and not participant.is_outdated
            else [
                Problem(
                    (changed if participant.is_confirmed else unsigned)
                    % {"region": participant.region, "number": application.number},
                    field="state",
                    link=participant.link,
                    rule="every_participant_has_confirmed",
                )
            ]
        ),
    )


def other_state_support_is_declared(form: SubmissionFact) -> list[Problem]:
    """G11: one declaration per measure and participant."""
    return _each(form, lambda application, participant: support_is_declared(participant, application.number))


def no_other_state_support(form: SubmissionFact) -> list[Problem]:
    """L2, § 5, a warning: no grant for a measure that has other state support, as the delegation will find."""
    message = _(
        "%(region)s uppger annat statligt stöd för %(number)s. Bidrag lämnas inte till en sådan åtgärd (5 §). Ta bort "
        "den delen eller regionen ur ansökan, eller rätta uppgiften om den är fel; annars prövar delegationen den så."
    )
    return _each(
        form,
        lambda application, participant: (
            [
                Problem(
                    message % {"region": participant.region, "number": application.number},
                    field="other_support",
                    link=participant.link,
                    rule="no_other_state_support",
                )
            ]
            if participant.other_support == "some"
            else []
        ),
    )


def responsible_region_takes_part(form: SubmissionFact) -> list[Problem]:
    """G2: the region that receives the money and answers for it is one of those that apply."""
    return [
        Problem(
            _("Den ansvariga regionen deltar inte i %(number)s. Bjud in den egna regionen.")
            % {"number": application.number},
            field="participants",
            link=application.participations_link,
            rule="responsible_region_takes_part",
        )
        for application in form.applications
        if form.responsible not in {participant.code for participant in application.participants}
    ]


def _each(form: SubmissionFact, check: Callable[[ApplicationFact, ParticipantFact], list[Problem]]) -> list[Problem]:
    return [
        problem
        for application in form.applications
        for participant in application.participants
        for problem in check(application, participant)
    ]
