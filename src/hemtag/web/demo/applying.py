"""The applications of the round: written, with every region's minuted decision, and handed in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from hemtag.grants import actions
from hemtag.grants.models import Application, Call
from hemtag.grants.reference import ApplicationData, Minutes, Reference
from hemtag.knowledge.pdf import typeset
from hemtag.organisations.models import Organisation, Role

from .clockwork import on
from .people import Cast

WRITTEN_ON = dt.date(2026, 5, 11)
CONFIRMED_ON = dt.date(2026, 6, 5)
HANDED_IN_ON = dt.date(2026, 6, 12)

Applications = dict[str, Application]


def write_all(data: Reference, call: Call, cast: Cast) -> Applications:
    """Every application as its authors wrote it; by the key of its data."""
    written = {}
    with on(WRITTEN_ON):
        for application in data.applications:
            written[application.id] = _write(application, call, cast)
        for submission in data.submissions:
            forms = [
                row.submission for row in written.values() if row.submission.responsible.code == submission.responsible
            ]
            if forms:
                forms[0].refresh_from_db()
                actions.edit_submission(
                    by=cast.writer(submission.responsible),
                    submission=forms[0],
                    version=forms[0].version,
                    values={"economic_analysis": submission.economy, "development_needs": submission.needs},
                )
    return written


def _write(data: ApplicationData, call: Call, cast: Cast) -> Application:
    responsible = cast.organisations[data.responsible]
    by = cast.writer(data.responsible)
    row = actions.start_application(by=by, call=call, region=responsible, title=data.title, is_invented=data.invented)
    row = actions.edit_application(
        by=by,
        application=row,
        version=row.version,
        values={
            "summary": data.lead,
            "description": _with_grounds(data),
            "goals": data.goal,
            "spreading": data.example_for_others,
            "measure_types": data.measure_types,
            "plan_owner": data.plan.owner,
            "plan_budget": data.plan.budget_after_text,
            "plan_lasting": data.plan.lasting,
        },
    )
    points = [
        {"on": point.on, "indicator": point.indicator, "baseline": point.baseline, "target": point.target}
        for point in data.plan.measuring_points
    ]
    row = actions.set_measuring_points(by=by, application=row, version=row.version, rows=points)
    for code in data.participants:
        if code != data.responsible:
            actions.invite(by=by, application=row, region=cast.organisations[code])
    _write_blocks(data, row, cast)
    return row


def _with_grounds(data: ApplicationData) -> str:
    """The description, with where its figures come from: quoted documents and assumptions stand in the open."""
    parts = [data.summary, data.participants_note, data.years_note]
    parts += [f"{line.source}: ”{line.quote}”" for line in data.stated if line.is_quoted]
    if data.assumption:
        parts.append(f"Antagande: {data.assumption}")
    return "\n\n".join(dict.fromkeys(part for part in parts if part))


def _write_blocks(data: ApplicationData, row: Application, cast: Cast) -> None:
    by = cast.writer(data.responsible)
    cells: dict[str, dict[tuple[int, int, str], list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for cell in data.cells():
        amounts = cells[cell.block][cast.organisations[cell.region].pk, cell.year, cell.kind]
        amounts[0] += cell.requested_sek
        amounts[1] += cell.cofinanced_sek
    made = {block.key: actions.add_block(by=by, application=row, title=block.title) for block in data.blocks}
    for block in data.blocks:
        saved = made[block.key]
        values = {
            "purpose": block.purpose,
            "activities": "\n".join(f"• {activity}" for activity in block.activities),
            "obstacle": block.obstacle,
            "needs": [made[key] for key in block.needs],
        }
        saved = actions.edit_block(by=by, block=saved, version=saved.version, values=values)
        effects = [
            {
                "kind": effect.kind,
                "horizon": effect.horizon,
                "perspective": effect.perspective,
                "low_sek": effect.low_sek,
                "likely_sek": effect.likely_sek,
                "high_sek": effect.high_sek,
                "from_year": effect.from_year,
                "to_year": effect.to_year,
                "basis": "\n".join(
                    part for part in (effect.claim, effect.assumption and f"Antagande: {effect.assumption}") if part
                ),
            }
            for effect in block.effects
        ]
        saved = actions.set_effects(by=by, block=saved, version=saved.version, rows=effects)
        amounts_of = {key: (asked, own) for key, (asked, own) in cells[block.key].items()}
        actions.set_costs(by=by, block=saved, version=saved.costs_version, cells=amounts_of)


def confirm_all(data: Reference, written: Applications, cast: Cast, leave_out: set[tuple[str, str]]) -> None:
    """Every region's own minuted decision, uploaded and confirmed by its representative.

    `leave_out` holds (application, region) that somebody in the demo still has to do.
    """
    decided = {(minutes.region, key): minutes for minutes in data.minutes for key in minutes.applications}
    pdfs: dict[tuple[str, str], tuple[str, bytes]] = {}
    with on(CONFIRMED_ON):
        for application in data.applications:
            support = {row.region: row for row in application.other_support}
            for participant in written[application.id].participants.select_related("region"):
                code = participant.region.code
                minutes = decided.get((code, application.id))
                if minutes is None or (application.id, code) in leave_out:
                    continue
                by = cast.one(Role.REPRESENTATIVE, code)
                other = support.get(code)
                key = (code, minutes.reference)
                if key not in pdfs:
                    pdfs[key] = _minutes_file(participant.region, minutes, data)
                participant = actions.edit_participation(
                    by=by,
                    participant=participant,
                    values={
                        "body": minutes.body,
                        "paragraph": minutes.paragraph,
                        "decided_on": minutes.decided_on,
                        "other_support": "some" if other else "none",
                        "other_support_text": other.text if other else "",
                    },
                    minutes=pdfs[key],
                )
                actions.confirm_participation(by=by, participant=participant)


def _minutes_file(region: Organisation, minutes: Minutes, data: Reference) -> tuple[str, bytes]:
    titles = [data.application(key).title for key in minutes.applications]
    content = {
        "region": region.name,
        "body": minutes.body,
        "paragraph": minutes.paragraph,
        "reference": minutes.reference,
        "date": [minutes.decided_on.year, minutes.decided_on.month, minutes.decided_on.day],
        "day": minutes.decided_on.isoformat(),
        "applications": titles,
    }
    return f"protokoll-{region.code}-{minutes.decided_on}.pdf", typeset("web/demo_minutes.typ", content)


def record_supports(cast: Cast) -> None:
    """State support that one region has had for what resembles the draft of the round: invented, as it says."""
    with on(WRITTEN_ON):
        actions.record_state_support(
            by=cast.one(Role.CASE_OFFICER),
            region=cast.organisations["22"],
            measure="Digital patologi med bildstöd, förstudie",
            grantor="Påhittad bidragsgivare",
            from_year=2024,
            to_year=2025,
            amount_sek=1_800_000,
            source="Påhittat för demonstrationen.",
        )


def look(written: Applications, cast: Cast) -> None:
    """One writer has read everything before the regions' decisions came in."""
    with on(dt.date(2026, 5, 20)):
        actions.mark_seen(by=cast.writer("14"), application=written["ai"])


def talk(written: Applications, cast: Cast) -> None:
    """What the regions say to each other while they write: invented, on the first of the real applications."""
    row = written["ai"]
    with on(dt.date(2026, 6, 4)):
        actions.keep_version(by=cast.writer("14"), application=row, name="Före styrgruppens möte den 4 juni")
        asked = actions.add_remark(
            by=cast.writer("12"),
            application=row,
            section="block-2",
            text="Ska granskningen av personuppgiftsbiträdesavtal ligga här eller i blocket om risk?",
        )
        actions.add_remark(
            by=cast.writer("14"),
            application=row,
            section="block-2",
            parent=asked,
            text="Här, så att juristerna håller ihop den. Riskblocket hänvisar hit.",
        )
        actions.add_remark(
            by=cast.writer("14"),
            application=row,
            section="region-09",
            kind="todo",
            region=cast.organisations["09"],
            text="Protokollet från regionstyrelsen behövs senast den 12 juni.",
        )


def hand_in_all(data: Reference, written: Applications, cast: Cast) -> None:
    """Every form all of whose applications are to be handed in; one that is not complete stays a draft."""
    drafts = {application.responsible for application in data.applications if application.course == "draft"}
    forms = {row.submission.responsible.code: row.submission for row in written.values()}
    with on(HANDED_IN_ON):
        for code, submission in sorted(forms.items()):
            if code not in drafts:
                actions.submit(by=cast.one(Role.REPRESENTATIVE, code), submission=submission)
