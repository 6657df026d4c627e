"""Where somebody stands on the pages of tips, needs and gates, for `pages.py`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

NEED = "Svar på bilddiagnostik inom en vecka"
TIP = "Tal till journal på jouren"


def _solutions(**conditions: Any) -> Any:
    from hemtag.solutions.models import Solution

    return Solution.objects.filter(**conditions)


def _of_others() -> Any:
    """Screened, and of no region that somebody on these pages comes from."""
    return _solutions(state="screened").exclude(owner__code__in=["01", "12", "14"]).order_by("-pk")


def _cast() -> Any:
    from hemtag.web.demo.people import Cast

    return Cast()


def screened() -> tuple[Any, ...]:
    return (_of_others()[1].slug,)


def a_tip() -> None:
    from hemtag.solutions.actions import propose
    from hemtag.solutions.models import SolutionKind

    if _solutions(title=TIP).exists():
        return
    cast = _cast()
    propose(
        by=cast.writer("14"),
        region=cast.organisations["14"],
        kind=SolutionKind.AI,
        title=TIP,
        specialty="Akutsjukvård",
        problem="Jourläkare skriver efter passet.",
        summary="Samtalet blir ett utkast som läkaren rättar.",
    )


def own_tip() -> tuple[Any, ...]:
    return (_solutions(title=TIP).get().slug,)


def a_need() -> None:
    from hemtag.solutions.actions import identifying
    from hemtag.solutions.models import Need

    if Need.objects.filter(title=NEED).exists():
        return
    cast = _cast()
    need = identifying.post_need(
        by=cast.writer("01"),
        region=cast.organisations["01"],
        title=NEED,
        specialty="Bilddiagnostik",
        problem="Svaren dröjer nio dagar i medeltal.",
        baseline="9,2 dagar, medelvärde 2026, ur remissystemet.",
    )
    other = {"by": cast.writer("12"), "need": need, "region": cast.organisations["12"]}
    identifying.share_need(**other)
    identifying.answer_need(**other, solution=_of_others()[0], note="Svaren granskas samma dag.")


def the_need() -> tuple[Any, ...]:
    from hemtag.solutions.models import Need

    return (Need.objects.get(title=NEED).pk,)


def on_trial() -> tuple[Any, ...]:
    from hemtag.solutions.models import GateReview

    return (GateReview.objects.get(gate="G2", state="open").solution.slug,)


def the_trial() -> tuple[Any, ...]:
    from hemtag.solutions.models import GateReview

    return (*on_trial(), GateReview.objects.get(gate="G2", state="open").pk)


def the_evidence() -> tuple[Any, ...]:
    from hemtag.solutions.models import EvidenceItem

    return (*on_trial(), EvidenceItem.objects.filter(solution__slug=on_trial()[0]).order_by("pk")[0].pk)


def a_trial() -> None:
    """Opened, with evidence of three kinds and three who are asked; one has handed in."""
    from hemtag.organisations.models import Role
    from hemtag.solutions.actions import evidencing, qualifying
    from hemtag.solutions.criteria import newest
    from hemtag.solutions.models import GateReview

    if GateReview.objects.filter(gate="G2", state="open").exists():
        return
    cast, solution = _cast(), _of_others()[0]
    editor = cast.one(Role.CATALOGUE_EDITOR, "catalogue")
    words = {"setting": "Tolv vårdcentraler", "measure": "minuter per läkare och dag", "source": "Rapport (påhittad)"}
    for design, code, low, effect, high, failed in (
        ("before_after", "14", -18, -12, -7, False),
        ("time_series", "12", -30, -11, 4, False),
        ("before_after", "01", None, 2, None, True),
    ):
        region = cast.organisations[code]
        numbers = {"low": low, "effect": effect, "high": high}
        evidencing.add_evidence(
            by=cast.writer(code),
            solution=solution,
            region=region,
            title=f"Uppföljning i {region.short_name}",
            organisation=region.name,
            design=design,
            failed=failed,
            n=140,
            **words,
            **{name: None if value is None else Decimal(value) for name, value in numbers.items()},
        )
    review = qualifying.open_review(by=editor, solution=solution)
    for person, field in ((cast.writer("01"), ""), (cast.writer("12"), "law"), (cast.one(Role.ASSESSOR), "method")):
        seat = qualifying.ask_reviewer(by=editor, review=review, person=person, field=field)
    qualifying.declare_at_gate(by=seat.person, reviewer=seat, has_conflict=False)
    said = [{"criterion": one.id, "mark": "met", "comment": "Väl visat."} for one in newest("G2").criteria]
    qualifying.judge_at_gate(
        by=seat.person, reviewer=seat, said=said, recommends="passed", reasons="Väl visat.", hand_in=True
    )


def a_declared_trial() -> None:
    from hemtag.solutions.actions import qualifying
    from hemtag.solutions.models import Reviewer

    a_trial()
    seat = Reviewer.objects.get(review__gate="G2", review__state="open", person=_cast().writer("12"))
    if seat.has_conflict is None:
        qualifying.declare_at_gate(by=seat.person, reviewer=seat, has_conflict=False)
