"""What must hold in a decision and in the meeting that makes it: one rule, one function, one sentence for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hemtag.money import kronor
from hemtag.refusals import Problem


@dataclass(frozen=True)
class ProposedBlock:
    """What a decision says about one block, beside what was requested and what the run chose. Kronor per year."""

    key: str
    number: int
    title: str
    is_granted: bool
    was_proposed: bool
    requested: Mapping[int, int]
    granted: Mapping[int, int]
    needs: tuple[str, ...] = ()
    reason: str = ""
    departure_reason: str = ""

    @property
    def field(self) -> str:
        """What the block's fields are called: `block-2-granted`, `block-2-2027`."""
        return f"block-{self.number}"

    @property
    def departs(self) -> bool:
        """Whether the decision differs from the run: another choice, or the chosen block with less money."""
        if self.is_granted != self.was_proposed:
            return True
        return self.is_granted and any(self.granted.get(year, 0) != sek for year, sek in self.requested.items())


def per_year_of(blocks: Iterable[ProposedBlock]) -> dict[int, int]:
    """The kronor granted per year: the sum of the granted blocks' cells."""
    total: dict[int, int] = {}
    for block in blocks:
        if block.is_granted:
            for year, sek in block.granted.items():
                total[year] = total.get(year, 0) + sek
    return dict(sorted(total.items()))


# -------------------------------------------------------------------------------------------------- the blocks


def departures_are_explained(blocks: Iterable[ProposedBlock]) -> list[Problem]:
    """The optimum proposes and people decide; a departure from it needs its reason."""
    said = {
        (True, False): _("Block %(number)s beviljas fast körningen inte valde det. Skriv varför."),
        (False, True): _("Block %(number)s beviljas inte fast körningen valde det. Skriv varför."),
        (True, True): _("Block %(number)s får ett lägre belopp än körningen räknade med. Skriv varför."),
    }
    return [
        Problem(
            said[block.is_granted, block.was_proposed] % {"number": block.number},
            field=f"{block.field}-departure_reason",
            rule="departures_are_explained",
        )
        for block in blocks
        if block.departs and not block.departure_reason.strip()
    ]


def every_block_has_a_reason(blocks: Iterable[ProposedBlock]) -> list[Problem]:
    """32 § förvaltningslagen: the decisive facts, for each part that is granted or not."""
    return [
        Problem(
            _("Skriv skälet för block %(number)s.") % {"number": block.number},
            field=f"{block.field}-reason",
            rule="every_block_has_a_reason",
        )
        for block in blocks
        if not block.reason.strip()
    ]


def amounts_are_within_the_request(blocks: Iterable[ProposedBlock]) -> list[Problem]:
    problems = []
    for block in blocks:
        for year, sek in block.granted.items() if block.is_granted else ():
            place = f"{block.field}-{year}"
            requested = block.requested.get(year, 0)
            if sek < 0:
                message = _("Beloppet kan inte vara mindre än noll.")
            elif sek > requested:
                message = _("%(sek)s är mer än vad som söktes för %(year)s. Skriv högst %(requested)s.") % {
                    "sek": kronor(sek),
                    "year": year,
                    "requested": kronor(requested),
                }
            else:
                continue
            problems.append(Problem(message, field=place, rule="amounts_are_within_the_request"))
    return problems


def granted_blocks_get_money(blocks: Iterable[ProposedBlock]) -> list[Problem]:
    return [
        Problem(
            _("Block %(number)s beviljas men får inga pengar. Skriv belopp, eller välj att inte bevilja det.")
            % {"number": block.number},
            field=f"{block.field}-granted",
            rule="granted_blocks_get_money",
        )
        for block in blocks
        if block.is_granted and not sum(block.granted.values())
    ]


def needed_blocks_are_granted(blocks: Sequence[ProposedBlock], granted_elsewhere: Collection[str]) -> list[Problem]:
    """A granted block's needs are granted too: here, or in the decision on another application."""
    granted = {block.key for block in blocks if block.is_granted} | set(granted_elsewhere)
    return [
        Problem(
            _("Block %(number)s behöver block %(needs)s, som inte beviljas. Bevilja båda eller inget av dem.")
            % {"number": block.number, "needs": ", ".join(need for need in block.needs if need not in granted)},
            field=f"{block.field}-granted",
            rule="needed_blocks_are_granted",
        )
        for block in blocks
        if block.is_granted and not set(block.needs) <= granted
    ]


def only_eligible_applications_are_granted(blocks: Iterable[ProposedBlock], is_eligible: bool) -> list[Problem]:
    return [
        Problem(
            _("Ansökan har avvisats i behörighetsprövningen. Inget av dess block kan beviljas."),
            field=f"{block.field}-granted",
            rule="only_eligible_applications_are_granted",
        )
        for block in blocks
        if block.is_granted and not is_eligible
    ]


def no_money_for_past_years(blocks: Iterable[ProposedBlock], decided_on: dt.date) -> list[Problem]:
    """An appropriation year that has ended can pay nothing more."""
    return [
        Problem(
            _("Året %(year)s har gått. Skriv 0 för det året.") % {"year": year},
            field=f"{block.field}-{year}",
            rule="no_money_for_past_years",
        )
        for block in blocks
        if block.is_granted
        for year, sek in block.granted.items()
        if sek and year < decided_on.year
    ]


# --------------------------------------------------------------------------------------------------- the money


def every_year_is_within_its_frame(granted: Mapping[int, int], free: Mapping[int, int]) -> list[Problem]:
    """Kronor per year against what is free of that year's frame before this decision."""
    return [
        Problem(
            _("%(year)s: beslutet på %(sek)s ryms inte. Av årets ram är %(free)s fritt; %(over)s för mycket.")
            % {
                "year": year,
                "sek": kronor(sek),
                "free": kronor(free.get(year, 0)),
                "over": kronor(sek - free.get(year, 0)),
            },
            rule="every_year_is_within_its_frame",
        )
        for year, sek in sorted(granted.items())
        if sek > free.get(year, 0)
    ]


def beyond_the_first_year_is_authorised(granted: Mapping[int, int], first_year: int, left: int) -> list[Problem]:
    """What decisions bind for the years after the first, against what is left of the commitment authorisation."""
    beyond = sum(sek for year, sek in granted.items() if year > first_year)
    if beyond <= left:
        return []
    return [
        Problem(
            _("För åren efter %(year)s binder beslutet %(sek)s, men av bemyndiganderamen är %(left)s kvar.")
            % {"year": first_year, "sek": kronor(beyond), "left": kronor(left)},
            rule="beyond_the_first_year_is_authorised",
        )
    ]


def instalments_equal_the_grant_of_every_year(
    granted: Mapping[int, int], instalments: Sequence[tuple[dt.date, int]]
) -> list[Problem]:
    """Every krona granted for a year is paid in that year, and nothing else is."""
    planned: dict[int, int] = {}
    for day, sek in instalments:
        planned[day.year] = planned.get(day.year, 0) + sek
    return [
        Problem(
            _("%(year)s: utbetalningarna är tillsammans %(planned)s, men %(granted)s beviljas. Skillnaden är %(off)s.")
            % {
                "year": year,
                "planned": kronor(planned.get(year, 0)),
                "granted": kronor(granted.get(year, 0)),
                "off": kronor(abs(planned.get(year, 0) - granted.get(year, 0))),
            },
            field="payments",
            rule="instalments_equal_the_grant_of_every_year",
        )
        for year in sorted({*planned, *granted})
        if planned.get(year, 0) != granted.get(year, 0)
    ]


def instalments_come_after_the_decision(
    instalments: Sequence[tuple[dt.date, int]], decided_on: dt.date
) -> list[Problem]:
    return [
        Problem(
            _("Utbetalningen %(day)s ligger före sammanträdet %(decided)s. Välj en senare dag.")
            % {"day": day.isoformat(), "decided": decided_on.isoformat()},
            field=f"payment-{at}-due_on",
            rule="instalments_come_after_the_decision",
        )
        for at, (day, _sek) in enumerate(instalments, start=1)
        if day < decided_on
    ]


# ------------------------------------------------------------------------------------------ period and reporting


def granted_years_are_within_the_period(
    granted: Mapping[int, int], period_from: dt.date | None, period_to: dt.date | None
) -> list[Problem]:
    years = [year for year, sek in granted.items() if sek]
    if not years:
        return []
    rule = "granted_years_are_within_the_period"
    if period_from is None:
        return [Problem(_("Skriv vilken dag perioden börjar."), field="period_from", rule=rule)]
    if period_to is None or period_to < period_from:
        return [Problem(_("Skriv en sista dag som kommer efter den första."), field="period_to", rule=rule)]
    if min(years) < period_from.year:
        message = _("Pengar beviljas för %(year)s, före periodens första dag.") % {"year": min(years)}
        return [Problem(message, field="period_from", rule=rule)]
    if max(years) > period_to.year:
        message = _("Pengar beviljas för %(year)s, efter periodens sista dag.") % {"year": max(years)}
        return [Problem(message, field="period_to", rule=rule)]
    return []


def reports_are_due_in_order(
    is_granting: bool, period_to: dt.date | None, interim_due_on: dt.date | None, final_due_on: dt.date | None
) -> list[Problem]:
    """§ 14: how and when to report. The final report comes after the period, an interim report before the final one."""
    rule = "reports_are_due_in_order"
    if not is_granting:
        return []
    if final_due_on is None:
        return [Problem(_("Skriv när slutredovisningen senast ska lämnas."), field="final_due_on", rule=rule)]
    problems = []
    if period_to is not None and final_due_on <= period_to:
        message = _("Slutredovisningen kan lämnas först när perioden är slut.")
        problems.append(Problem(message, field="final_due_on", rule=rule))
    if interim_due_on is not None and interim_due_on >= final_due_on:
        message = _("Delredovisningen ska lämnas före slutredovisningen.")
        problems.append(Problem(message, field="interim_due_on", rule=rule))
    return problems


def reasons_are_given(is_granting: bool, reasons: str, reporting: str) -> list[Problem]:
    problems = []
    if not reasons.strip():
        message = _("Skriv skälen: vilka regler som har tillämpats och vad som har avgjort.")
        problems.append(Problem(message, field="reasons", rule="reasons_are_given"))
    if is_granting and not reporting.strip():
        message = _("Skriv hur redovisningen ska lämnas.")
        problems.append(Problem(message, field="reporting", rule="reasons_are_given"))
    return problems


# ------------------------------------------------------------------------------------------------- the meeting


def chair_is_a_decider(chair: int | None, deciders: Collection[int]) -> list[Problem]:
    if chair in deciders:
        return []
    message = _("Ordföranden ska vara en av dem som beslutar.")
    return [Problem(message, field="chair", rule="chair_is_a_decider")]


def deciders_may_decide(deciders: Collection[int], holders: Collection[int]) -> list[Problem]:
    """`holders` are those who hold the decision-maker's role."""
    if deciders and set(deciders) <= set(holders):
        return []
    message = _("Välj minst en som beslutar, bland dem som har rollen beslutsfattare.")
    return [Problem(message, field="deciders", rule="deciders_may_decide")]


def rapporteur_does_not_decide(
    rapporteur: int | None, deciders: Collection[int], holders: Collection[int]
) -> list[Problem]:
    """31 § förvaltningslagen names who decides and who reports the case; here they are different people."""
    if rapporteur in holders and rapporteur not in deciders:
        return []
    message = _("Föredraganden ska vara handläggare och inte en av dem som beslutar.")
    return [Problem(message, field="rapporteur", rule="rapporteur_does_not_decide")]
