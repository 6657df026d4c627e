"""Every page of the site with somebody who stands there: what is looked at, measured and read by rule.

A page is named by its URL name and seen at a stage of the demo round where it has something to do. `Seen.args` finds
the address' parts in the demo's database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser import gates, introducing, packaging
from tests.browser.asking import asked_and_followed, newest, talked_of
from tests.browser.no_pages import ACTS, FILES

__all__ = ["ACTS", "FILES", "PAGES", "Seen", "patterns"]


@dataclass(frozen=True)
class Seen:
    role: str = ""  # "" is somebody who has not logged in
    code: str = "delegation"
    args: Callable[[], tuple[Any, ...]] = tuple
    stage: str = "following"
    prepare: Callable[[], None] | None = None


def patterns(items: Any = None) -> Iterator[URLPattern]:
    for item in items if items is not None else get_resolver().url_patterns:
        if isinstance(item, URLResolver):
            yield from patterns(item.url_patterns)
        else:
            yield item


def _application(title: str) -> Any:
    from hemtag.grants.models import Application

    return Application.objects.get(title__startswith=title)


AI, SPREAD, DRAFT, DECLINED = "Regiongemensamt", "Skalning", "Digital patologi", "Självtest"
REVIEWED = "Digitalt stödd sårvård"  # § 11, a dialogue, and communicated before the decision


def number(title: str = AI) -> Callable[[], tuple[Any, ...]]:
    return lambda: (_application(title).number,)


def in_round(title: str = AI) -> Callable[[], tuple[Any, ...]]:
    return lambda: ("2026", _application(title).number)


def block(title: str = AI, of: int = 1) -> Callable[[], tuple[Any, ...]]:
    return lambda: (_application(title).number, of)


def first(model: str, *, slug: str = "pk", **conditions: Any) -> Callable[[], tuple[Any, ...]]:
    def find() -> tuple[Any, ...]:
        from django.apps import apps

        row = apps.get_model(model).objects.filter(**conditions).order_by("pk").first()
        assert row is not None, f"the demo has no {model} with {conditions}"
        return (getattr(row, slug),)

    return find


def after(*before: Any, then: Callable[[], tuple[Any, ...]]) -> Callable[[], tuple[Any, ...]]:
    return lambda: (*before, *then())


def _three_assessors() -> None:
    """At the stage `assessed` everything is handed in: give one application back a fresh assessment to do."""
    from hemtag.assessment.models import Assessment

    row = Assessment.objects.filter(application=_application(AI)).order_by("pk").first()
    assert row is not None
    Assessment.objects.filter(pk=row.pk).update(state="assigned", submitted_at=None)


def _within_the_window() -> None:
    import datetime as dt

    from hemtag.web.demo.clockwork import keep_shift

    keep_shift(dt.date(2026, 6, 14))


def _a_run_and_a_meeting() -> None:
    import datetime as dt

    from hemtag.assessment.actions import meetings, prioritising
    from hemtag.grants.models import Call
    from hemtag.organisations.models import Role
    from hemtag.web.demo.people import Cast

    cast, call = Cast(), Call.objects.get()
    officer, makers = cast.one(Role.CASE_OFFICER), cast.all(Role.DECISION_MAKER)
    run = prioritising.prioritise(by=officer, call=call)
    meeting = meetings.arrange_meeting(
        by=officer,
        call=call,
        held_on=dt.date(2026, 9, 18),
        run=run,
        chair=makers[0],
        deciders=makers,
        rapporteur=officer,
    )
    meetings.draft_decisions(by=officer, meeting=meeting)


def _an_offer() -> None:
    from hemtag.grants.actions import offer_transfer
    from hemtag.organisations.models import Role
    from hemtag.web.demo.people import Cast

    cast = Cast()
    offer_transfer(
        by=cast.one(Role.REPRESENTATIVE, "14"),
        application=_application(AI),
        to=cast.organisations["09"],
        message="Ni leder redan arbetet.",
    )


def _a_withdrawal() -> None:
    from hemtag.assessment.actions.withdrawing import ask_withdrawal
    from hemtag.organisations.models import Role
    from hemtag.web.demo.people import Cast

    by = Cast().one(Role.REPRESENTATIVE, "14")
    ask_withdrawal(by=by, application=_application(AI), reason="Regionerna gör åtgärden med egna medel.")


def _ask_completion() -> None:
    import datetime as dt

    from hemtag import clock
    from hemtag.assessment.actions.completing import ask_completion
    from hemtag.organisations.models import Role
    from hemtag.web.demo.people import Cast

    ask_completion(
        by=Cast().one(Role.CASE_OFFICER),
        application=_application(AI),
        text="Beskriv vem som äger lösningen.",
        due_on=clock.today() + dt.timedelta(days=10),
        sections=["text", "matpunkter"],
    )


def _an_open_completion() -> tuple[Any, ...]:
    from hemtag.assessment.models import CompletionRequest

    row = CompletionRequest.objects.select_related("application").get(application=_application(AI))
    return (row.application.number, row.pk)


def _an_opening() -> tuple[Any, ...]:
    return (*in_round()(), _application(AI).openings.get(state="open").pk)


def _an_open_adjustment() -> None:
    import datetime as dt

    from hemtag import clock
    from hemtag.assessment.actions import reviewing
    from hemtag.organisations.models import Role
    from hemtag.web.demo.people import Cast

    cast, soon = Cast(), clock.today() + dt.timedelta(days=10)
    review = reviewing.notify_measures(
        by=cast.one(Role.CASE_OFFICER),
        application=_application(AI),
        measures="Ett gemensamt underlag.",
        reasons="Det räcker längre.",
        due_on=soon,
    )
    by = cast.one(Role.REPRESENTATIVE, "14")
    review = reviewing.state_on_measures(by=by, review=review, statement="Vi håller med.")
    reviewing.let_adjust(
        by=cast.one(Role.CASE_OFFICER), review=review, adjustment="Block 1.", sections=["block-1"], due_on=soon
    )


def _an_underlag_draft() -> None:
    from hemtag.knowledge import actions
    from hemtag.knowledge.models import Obstacle, UnderlagKind
    from hemtag.organisations.models import Role
    from hemtag.web.demo.people import Cast

    cast = Cast()
    actions.write_underlag(
        by=cast.one(Role.REPRESENTATIVE, "14"),
        region=cast.organisations["14"],
        kind=UnderlagKind.METHOD,
        title="Metod för baslinjemätning",
        summary="Så mäts utgångsläget.",
        body="Mät i fyra veckor. " * 20,
        conditions="Gäller mottagningar.",
        hours_to_make=40,
        obstacles=Obstacle.objects.all()[:1],
    )


def _a_remark() -> tuple[Any, ...]:
    from hemtag.grants.models import Remark

    row = Remark.objects.select_related("application").filter(parent=None).first()
    assert row is not None, "the demo has no remark"
    return (row.application.number, row.pk)


def _a_solution() -> tuple[Any, ...]:
    from hemtag.solutions.models import Solution

    row = Solution.objects.filter(state="screened").order_by("pk").first()
    assert row is not None
    return (_application(AI).number, row.slug)


REAL_CASE, OPEN_CASE = (
    "Område 1: regiongemensamt arbete med AI",
    "Område 1: regiongemensamt arbete med AI, med bidraget",
)


def case(title: str = REAL_CASE, *more: Any) -> Callable[[], tuple[Any, ...]]:
    def find() -> tuple[Any, ...]:
        from hemtag.benefits.models import BenefitCase

        return (BenefitCase.objects.get(title=title).slug, *more)

    return find


def _a_frozen_run() -> tuple[Any, ...]:
    from hemtag.assessment.models import Freeze

    return ("2026", Freeze.objects.select_related("run").order_by("-pk")[0].run.number)


def _freeze_another() -> None:
    from hemtag.assessment.actions.workbench import freeze_run
    from hemtag.assessment.queries.workbench import base_run
    from hemtag.grants.models import Call
    from hemtag.organisations.models import Role
    from hemtag.web.demo.people import Cast

    run = base_run(Call.objects.get(slug="2026"))
    assert run is not None
    freeze_run(by=Cast().one(Role.CASE_OFFICER), run=run, changes=[], note="Vi står fast vid körningen.")


AUTHOR, REPRESENTATIVE, ECONOMIST = "author", "representative", "economist"
OFFICER, ASSESSOR, MAKER, PAYER = "case_officer", "assessor", "decision_maker", "payments_officer"
DRAFTING = {"role": REPRESENTATIVE, "code": "14", "stage": "open"}

PAGES: dict[str, list[Seen]] = {
    "start": [Seen(), Seen(AUTHOR, "14")],
    "log_in": [Seen()],
    "my_page": [Seen(REPRESENTATIVE, "14", stage="open"), Seen(OFFICER, stage="submitted"), Seen(PAYER), Seen(MAKER)],
    "digest_settings": [Seen(REPRESENTATIVE, "14", stage="open")],
    "stop_digest": [Seen(args=lambda: (_stop_token(),), stage="open")],
    "frames": [Seen()],
    "regions": [Seen()],
    "region": [Seen(args=lambda: ("14",)), Seen(AUTHOR, "14", args=lambda: ("14",))],
    "register": [Seen()],
    "about": [Seen()],
    "style_page": [Seen()],
    "accessibility": [Seen()],
    "documentation": [Seen()],
    "calls": [Seen(), Seen(AUTHOR, "14", stage="open")],
    "call": [Seen(args=lambda: ("2026",)), Seen(AUTHOR, "14", args=lambda: ("2026",), stage="open")],
    "start_application": [Seen(**DRAFTING, args=lambda: ("2026",))],
    "late_access": [Seen(OFFICER, args=lambda: ("2026",), stage="submitted")],
    "versions": [Seen(**DRAFTING, args=number()), Seen(AUTHOR, "14", number())],
    "compare_versions": [Seen(AUTHOR, "14", number())],
    "changes": [Seen(**DRAFTING, args=number())],
    "remarks": [Seen(**DRAFTING, args=number())],
    "remark": [Seen(**DRAFTING, args=_a_remark)],
    "copy_application": [Seen(**DRAFTING, args=number())],
    "copy_block": [Seen(**DRAFTING, args=block())],
    "choose_solution": [Seen(**DRAFTING, args=number())],
    "start_block_from": [Seen(**DRAFTING, args=_a_solution)],
    "checks": [Seen(**DRAFTING, args=number()), Seen(AUTHOR, "24", number(DRAFT), stage="open")],
    "state_supports": [Seen(OFFICER, stage="open"), Seen(AUTHOR, "22", stage="open")],
    "strike_state_support": [Seen(OFFICER, args=first("grants.StateSupport"), stage="open")],
    "applications": [Seen(AUTHOR, "14"), Seen(AUTHOR, "14", stage="open")],
    "application": [Seen(AUTHOR, "14", number(AI), stage="open"), Seen(AUTHOR, "14", number(AI))],
    "read_document": [Seen(AUTHOR, "14", number(AI), stage="open"), Seen(AUTHOR, "14", number(AI))],
    "read_summary": [Seen(REPRESENTATIVE, "24", number(DRAFT), stage="open"), Seen(AUTHOR, "14", number(AI))],
    "remove_application": [Seen(**DRAFTING, args=number())],
    "edit_application": [Seen(**DRAFTING, args=number())],
    "edit_measuring_points": [Seen(**DRAFTING, args=number())],
    "edit_submission": [Seen(**DRAFTING, args=number())],
    "budget": [Seen(AUTHOR, "14", number())],
    "import_budget": [Seen(**DRAFTING, args=number())],
    "add_block": [Seen(**DRAFTING, args=number())],
    "block": [Seen(**DRAFTING, args=block()), Seen(AUTHOR, "14", block())],
    "edit_effects": [Seen(**DRAFTING, args=block())],
    "edit_costs": [Seen(**DRAFTING, args=block())],
    "remove_block": [Seen(**DRAFTING, args=block(of=2))],
    "participations": [Seen(**DRAFTING, args=number()), Seen(AUTHOR, "14", number())],
    "invite": [Seen(REPRESENTATIVE, "24", number(DRAFT), stage="open")],
    "participation": [Seen(REPRESENTATIVE, "09", after(then=lambda: (*number()(), "09")), stage="open")],
    "confirm_participation": [],
    "reopen_participation": [],
    "decline_participation": [Seen(REPRESENTATIVE, "09", lambda: (*number()(), "09"), stage="open")],
    "uninvite": [Seen(**DRAFTING, args=lambda: (*number()(), "09"))],
    "transfer": [
        Seen(**DRAFTING, args=number()),
        Seen(REPRESENTATIVE, "09", number(), stage="open", prepare=_an_offer),
    ],
    "hand_in": [Seen(**DRAFTING, args=number()), Seen(AUTHOR, "14", number())],
    "withdraw": [Seen(REPRESENTATIVE, "14", number(), stage="submitted", prepare=_within_the_window)],
    "reopen_submission": [],
    "receipt": [Seen(REPRESENTATIVE, "14", number())],
    "preparation": [Seen(OFFICER)],
    "preparation_round": [
        Seen(OFFICER, args=lambda: ("2026",)),
        Seen(OFFICER, args=lambda: ("2026",), stage="assessed"),
    ],
    "declare_conflicts": [Seen(OFFICER, args=lambda: ("2026",), stage="submitted")],
    "assign_round": [Seen(OFFICER, args=lambda: ("2026",), stage="assessed")],
    "assessments": [Seen(ASSESSOR, args=lambda: ("2026",), stage="assessed")],
    "assess": [
        Seen(ASSESSOR, args=in_round(), stage="assessed", prepare=_three_assessors),
        Seen(ASSESSOR, args=in_round()),
    ],
    "read_application": [Seen(OFFICER, args=in_round())],
    "case_summary": [Seen(OFFICER, args=in_round())],
    "declare_conflict": [Seen(OFFICER, args=in_round(), stage="submitted")],
    "try_eligibility": [Seen(OFFICER, args=in_round(), stage="assessed")],
    "ask_completion": [Seen(OFFICER, args=in_round(), stage="assessed")],
    "take_back_opening": [Seen(OFFICER, args=lambda: _an_opening(), stage="assessed", prepare=_ask_completion)],
    "case_changes": [Seen(ASSESSOR, args=in_round(REVIEWED), stage="assessed")],
    "measure_reviews": [
        Seen(OFFICER, args=in_round(), stage="assessed"),
        Seen(OFFICER, args=in_round(REVIEWED), stage="assessed"),
    ],
    "case_dialogue": [
        Seen(OFFICER, args=in_round(REVIEWED), stage="assessed"),
        Seen(MAKER, args=in_round(REVIEWED), stage="assessed"),
    ],
    "communicate": [
        Seen(OFFICER, args=in_round(REVIEWED), stage="assessed"),
        Seen(OFFICER, args=in_round(REVIEWED)),
    ],
    "communications": [Seen(OFFICER, args=lambda: ("2026",), stage="assessed")],
    "grant_withdrawal": [Seen(OFFICER, args=in_round(), stage="assessed", prepare=_a_withdrawal)],
    "dialogue": [Seen(REPRESENTATIVE, "10", number(REVIEWED), stage="assessed")],
    "answer_review": [
        Seen(REPRESENTATIVE, "10", number(REVIEWED), stage="assessed"),
        Seen(REPRESENTATIVE, "14", number(), stage="assessed", prepare=_an_open_adjustment),
    ],
    "answer_communication": [Seen(REPRESENTATIVE, "10", number(REVIEWED))],
    "ask_withdrawal": [Seen(REPRESENTATIVE, "14", number(), stage="assessed")],
    "assign_assessors": [Seen(OFFICER, args=in_round(), stage="assessed")],
    "completions": [Seen("auditor", "audit", lambda: _a_completion()[:1])],
    "answer_completion": [
        Seen("auditor", "audit", lambda: _a_completion()),
        Seen(REPRESENTATIVE, "14", lambda: _an_open_completion(), stage="assessed", prepare=_ask_completion),
    ],
    "prioritisation": [
        Seen(OFFICER, args=lambda: ("2026",)),
        Seen(MAKER, args=lambda: ("2026",)),
        Seen(OFFICER, args=lambda: ("2026",), stage="assessed"),
    ],
    "scenarios": [Seen(OFFICER, args=lambda: ("2026",)), Seen(ASSESSOR, args=lambda: ("2026",), stage="assessed")],
    "freeze_run": [Seen(OFFICER, args=lambda: ("2026",), stage="assessed")],
    "publish_run": [Seen(OFFICER, args=_a_frozen_run, stage="assessed", prepare=_freeze_another)],
    "repeat_run": [Seen(OFFICER, args=_a_frozen_run, stage="assessed")],
    "published_runs": [Seen()],
    "published_run": [Seen(args=lambda: (1,), stage="assessed")],
    "runs": [Seen(OFFICER, args=lambda: ("2026",))],
    "run": [Seen(OFFICER, args=lambda: ("2026", 1))],
    "meetings": [Seen(OFFICER, args=lambda: ("2026",))],
    "arrange_meeting": [Seen(OFFICER, args=lambda: ("2026",))],
    "meeting": [
        Seen(MAKER, args=after("2026", then=first("assessment.Meeting"))),
        Seen(
            MAKER,
            args=after("2026", then=first("assessment.Meeting")),
            stage="assessed",
            prepare=_a_run_and_a_meeting,
        ),
    ],
    "decisions": [Seen()],
    "decision": [Seen(args=lambda: (_decision(),))],
    "edit_decision": [Seen(OFFICER, args=lambda: (_decision(),), stage="assessed", prepare=_a_run_and_a_meeting)],
    "adopt_decision": [Seen(MAKER, args=lambda: (_decision(),), stage="assessed", prepare=_a_run_and_a_meeting)],
    "follow_ups": [Seen(PAYER)],
    "follow_up": [Seen(ECONOMIST, "14", number()), Seen(OFFICER, args=number())],
    "report_hours": [Seen(AUTHOR, "14", number())],
    "open_recovery": [Seen(OFFICER, args=number())],
    "propose_block": [Seen(OFFICER, args=block())],
    "payments": [Seen(PAYER)],
    "prepare_payment": [Seen(PAYER, args=first("assessment.PlannedPayment", payment__isnull=True))],
    "payment": [
        Seen(PAYER, args=first("followup.Payment", state="prepared")),
        Seen(PAYER, args=first("followup.Payment")),
    ],
    "distribute": [
        Seen(
            REPRESENTATIVE,
            "05",
            first(
                "followup.Payment",
                state="paid",
                distribution__isnull=True,
                planned__decision__application__submission__responsible__code="05",
            ),
        )
    ],
    "share": [Seen(ECONOMIST, "14", first("followup.Share", region__code="14"))],
    "report": [Seen(REPRESENTATIVE, "14", first("followup.Report")), Seen(OFFICER, args=first("followup.Report"))],
    "recovery": [Seen(OFFICER, args=first("followup.RecoveryCase")), Seen(MAKER, args=first("followup.RecoveryCase"))],
    "solutions": [Seen(), Seen(AUTHOR, "14")],
    "propose_solution": [Seen(AUTHOR, "14")],
    "edit_tip": [Seen(AUTHOR, "14", gates.own_tip, prepare=gates.a_tip)],
    "merge_solution": [
        Seen("catalogue_editor", "catalogue", first("solutions.Solution", slug="slug", state="identified"))
    ],
    "needs": [Seen(AUTHOR, "14", prepare=gates.a_need)],
    "post_need": [Seen(AUTHOR, "14")],
    "need": [Seen(AUTHOR, "14", gates.the_need, prepare=gates.a_need)],
    "solution_process": [Seen()],
    "catalogue_queue": [Seen("catalogue_editor", "catalogue")],
    "qualification": [
        Seen(args=gates.on_trial, prepare=gates.a_trial),
        Seen("catalogue_editor", "catalogue", first("solutions.Solution", slug="slug", state="identified")),
    ],
    "try_gate": [
        Seen(
            "catalogue_editor",
            "catalogue",
            lambda: (*first("solutions.Solution", slug="slug", state="identified")(), "g1"),
        )
    ],
    "open_review": [Seen("catalogue_editor", "catalogue", gates.screened)],
    "gate_review": [
        Seen("catalogue_editor", "catalogue", gates.the_trial, prepare=gates.a_trial),
    ],
    "judge_gate": [
        Seen(AUTHOR, "01", gates.the_trial, prepare=gates.a_trial),
        Seen(AUTHOR, "12", gates.the_trial, prepare=gates.a_declared_trial),
    ],
    "hand_in_more": [Seen(AUTHOR, "14", gates.screened)],
    "add_evidence": [Seen(AUTHOR, "14", gates.screened)],
    "retract_evidence": [Seen("catalogue_editor", "catalogue", gates.the_evidence, prepare=gates.a_trial)],
    "solution": [
        Seen(args=first("solutions.Solution", slug="slug")),
        Seen(AUTHOR, "14", first("solutions.Solution", slug="slug")),
    ],
    "short": [Seen(args=first("solutions.Solution", slug="slug", state="screened"))],
    "edit_texts": [Seen("catalogue_editor", "catalogue", first("solutions.Solution", slug="slug", state="screened"))],
    "solution_news": [Seen(AUTHOR, "14", prepare=asked_and_followed)],
    "followed": [Seen(AUTHOR, "14", prepare=asked_and_followed)],
    "questions": [Seen(args=talked_of, prepare=asked_and_followed)],
    "ask_question": [Seen(AUTHOR, "14", talked_of)],
    "question": [
        Seen(AUTHOR, "14", lambda: (*talked_of(), newest("Question")), prepare=asked_and_followed),
    ],
    "faults": [Seen(args=talked_of), Seen("catalogue_editor", "catalogue", talked_of, prepare=asked_and_followed)],
    "settle_fault": [
        Seen(
            "catalogue_editor",
            "catalogue",
            lambda: (*talked_of(), newest("Fault")),
            prepare=asked_and_followed,
        )
    ],
    "settle_solution": [
        Seen("catalogue_editor", "catalogue", first("solutions.Solution", slug="slug", state="identified"))
    ],
    "package": [
        Seen(args=packaging.at(packaging.OUT), prepare=packaging.is_out),
        Seen(AUTHOR, "01", packaging.at(packaging.RECALLED), prepare=packaging.is_recalled),
    ],
    "package_version": [Seen(AUTHOR, "14", packaging.at(packaging.WRITTEN, "1.0.0"), prepare=packaging.being_written)],
    "draft_package": [Seen(AUTHOR, "14", packaging.at(packaging.WRITTEN), prepare=packaging.being_written)],
    "edit_part": [Seen(AUTHOR, "14", packaging.at(packaging.WRITTEN, "P12"), prepare=packaging.being_written)],
    "publish_package": [
        Seen("catalogue_editor", "catalogue", packaging.at(packaging.WRITTEN), prepare=packaging.being_written)
    ],
    "recall_package": [
        Seen("catalogue_editor", "catalogue", packaging.at(packaging.OUT, "1.0.0"), prepare=packaging.is_out)
    ],
    "cold_start": [Seen(AUTHOR, "01", packaging.at(packaging.WRITTEN), prepare=packaging.being_written)],
    "end_cold": [Seen(AUTHOR, "01", packaging.the_walk, prepare=packaging.being_written)],
    "fit": [Seen(args=first("solutions.Solution", slug="slug", state="screened"))],
    "try_fit": [Seen(AUTHOR, "14", first("solutions.Solution", slug="slug", state="screened"))],
    "requirements": [Seen("catalogue_editor", "catalogue", first("solutions.Solution", slug="slug", state="screened"))],
    "region_profile": [Seen(AUTHOR, "14", lambda: ("14",))],
    "edit_profile": [Seen(AUTHOR, "14", lambda: ("14",))],
    "record_step": [
        Seen(AUTHOR, "14", first("solutions.Solution", slug="slug", state="screened")),
    ],
    "introductions": [
        Seen(args=introducing.solution_titled("Självprovtagning")),
        Seen(AUTHOR, "14", introducing.own_introduction()),
    ],
    "introduction": [Seen(AUTHOR, "14", introducing.own_introduction("14"), prepare=introducing.an_adaptation)],
    "spread_over_all": [Seen()],
    "confirm_adoption": [Seen(AUTHOR, "14", introducing.own_introduction("14"))],
    "suggest_adoption": [Seen("catalogue_editor", "catalogue", introducing.own_introduction())],
    "answer_suggestion": [Seen(AUTHOR, "14", introducing.the_suggestion, prepare=introducing.a_suggestion)],
    "correct_step": [
        Seen(
            AUTHOR,
            "14",
            introducing.a_step,
        )
    ],
    "record_adaptation": [Seen(AUTHOR, "14", introducing.own_introduction("14"))],
    "undo_adaptation": [Seen(AUTHOR, "14", introducing.the_adaptation, prepare=introducing.an_adaptation)],
    "make_variant": [Seen(AUTHOR, "14", introducing.the_adaptation, prepare=introducing.an_adaptation)],
    "check_fidelity": [Seen(AUTHOR, "14", introducing.own_introduction("14"))],
    "record_volume": [Seen(AUTHOR, "14", introducing.own_introduction("14"))],
    "benefit_cases": [Seen(), Seen(AUTHOR, "14")],
    "start_case": [Seen(AUTHOR, "14")],
    "start_case_from": [Seen(AUTHOR, "14", lambda: ("farre-besok",))],
    "start_case_from_file": [Seen(AUTHOR, "14")],
    "benefit_case": [Seen(args=case()), Seen(AUTHOR, "14", case(OPEN_CASE))],
    "assumptions": [Seen(args=case()), Seen(AUTHOR, "14", case(OPEN_CASE))],
    "edit_input": [Seen(AUTHOR, "14", case(OPEN_CASE, "doc_hours"))],
    "edit_details": [Seen(AUTHOR, "14", case(OPEN_CASE))],
    "replace_data": [Seen(AUTHOR, "14", case(OPEN_CASE))],
    "case_lines": [Seen(args=case())],
    "region_case": [Seen(args=case(REAL_CASE, "09")), Seen(AUTHOR, "14", case(OPEN_CASE, "14"))],
    "adjust_region": [Seen(AUTHOR, "14", case(OPEN_CASE, "14", "doc_hours"))],
    "set_sizes": [Seen(AUTHOR, "14", case(OPEN_CASE, "14"))],
    "case_runs": [Seen(AUTHOR, "14", case())],
    "case_run": [Seen(args=case(REAL_CASE, 1))],
    "compare_cases": [Seen(args=case())],
    "freeze_case": [Seen(REPRESENTATIVE, "14", case(OPEN_CASE))],
    "share_case": [Seen(AUTHOR, "14", case(OPEN_CASE))],
    "copy_case": [Seen(AUTHOR, "14", case())],
    "realised": [Seen(args=case()), Seen(AUTHOR, "14", case())],
    "obstacles": [Seen()],
    "report_obstacle": [Seen(AUTHOR, "14")],
    "obstacle": [Seen(args=first("knowledge.Obstacle"))],
    "underlag_list": [Seen()],
    "write_underlag": [Seen(AUTHOR, "14")],
    "underlag": [Seen(args=first("knowledge.Underlag", slug="slug"))],
    "edit_underlag": [
        Seen(
            REPRESENTATIVE,
            "14",
            first("knowledge.Underlag", slug="slug", state="draft"),
            prepare=_an_underlag_draft,
        )
    ],
    "publish_underlag": [
        Seen(
            REPRESENTATIVE,
            "14",
            first("knowledge.Underlag", slug="slug", state="draft"),
            prepare=_an_underlag_draft,
        )
    ],
    "withdraw_underlag": [
        Seen(
            REPRESENTATIVE,
            "14",
            first("knowledge.Underlag", slug="slug", state="draft"),
            prepare=_an_underlag_draft,
        )
    ],
    "reuse_underlag": [Seen(AUTHOR, "12", first("knowledge.Underlag", slug="slug", state="published"))],
}


def _decision() -> str:
    from hemtag.assessment.models import Decision

    return str(Decision.objects.get(application=_application(AI)).number)


def _stop_token() -> str:
    from hemtag.organisations.letters import stop_token
    from hemtag.organisations.models import Person

    return stop_token(Person.objects.order_by("pk")[0])


def _a_completion() -> tuple[Any, ...]:
    from hemtag.assessment.models import CompletionRequest

    row = CompletionRequest.objects.select_related("application").get(answered_at__isnull=False)
    return (row.application.number, row.pk)
