"""Reads that look across rooms: the start page, what waits for a person, the ledger, a region."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hemtag import clock
from hemtag.assessment.queries.assessing import Waiting
from hemtag.assessment.queries.assessing import next_for as waits_in_preparation
from hemtag.assessment.queries.ledger import adopted_decisions, authorisation_left
from hemtag.assessment.queries.standing import Outcome, outcomes_of
from hemtag.assessment.queries.waiting import waits_for_decision
from hemtag.followup.models import PaymentState, Share
from hemtag.followup.queries import ledger
from hemtag.followup.queries import next_for as waits_after_decision
from hemtag.grants.models import EarlierCommitment, Frame, Participant, ParticipantState, SubmissionState
from hemtag.grants.queries import applications_for, calls
from hemtag.grants.queries.regions import offers_to
from hemtag.history.models import Event
from hemtag.knowledge.models import Underlag, UnderlagState
from hemtag.knowledge.queries import total_gain
from hemtag.organisations.models import Kind, Membership, Organisation, Person, Role
from hemtag.organisations.queries import people_by_organisation
from hemtag.organisations.rules import has_role, memberships_of, regions_of
from hemtag.solutions.models import SHOWN_FIRST
from hemtag.solutions.news import without_title
from hemtag.solutions.queries import adopting, adoptions_in, asking, catalogue, following
from hemtag.solutions.queries.processing import tasks_for as catalogue_tasks

# The demo's start page offers one person per role, in the order in which the way is walked.
WAY = (
    Role.AUTHOR,
    Role.REPRESENTATIVE,
    Role.ECONOMIST,
    Role.CASE_OFFICER,
    Role.ASSESSOR,
    Role.DECISION_MAKER,
    Role.PAYMENTS_OFFICER,
    Role.CATALOGUE_EDITOR,
    Role.AUDITOR,
)


def what_they_do(role: Role) -> str:
    return {
        Role.AUTHOR: _("skriver ansökan och blockens texter"),
        Role.REPRESENTATIVE: _("undertecknar regionens beslut och lämnar in"),
        Role.ECONOMIST: _("fyller i budgeten och fördelar pengarna"),
        Role.CASE_OFFICER: _("prövar, begär komplettering, prioriterar"),
        Role.ASSESSOR: _("anger jäv och bedömer mot kriterierna"),
        Role.DECISION_MAKER: _("beslutar block för block"),
        Role.PAYMENTS_OFFICER: _("betalar ut, två tillsammans"),
        Role.CATALOGUE_EDITOR: _("sköter katalogen över lösningar"),
        Role.AUDITOR: _("läser allt och skriver ingenting"),
    }[role]


def one_of_each_role() -> list[tuple[Role, Person, str]]:
    """One person for each role, for the demo's one-click log-in: of region 14 where the role is a region's."""
    members = (
        Membership.objects.filter(Q(organisation__code="14") | ~Q(organisation__kind=Kind.REGION))
        .filter(person__is_active=True)
        .select_related("person")
        .order_by("pk")
    )
    first: dict[str, Person] = {}
    for member in members:
        first.setdefault(member.role, member.person)
    return [(role, first[role], what_they_do(role)) for role in WAY if role in first]


def people_to_try() -> list[tuple[Organisation, list[Person]]]:
    return people_by_organisation()


def start_page(person: Any) -> dict[str, Any]:
    today = clock.today()
    decisions: Any = adopted_decisions()
    published: Any = catalogue(person, states=SHOWN_FIRST)
    return {
        "calls": [(call, standing(call, today)) for call in calls()[:3]],
        "decisions": decisions.prefetch_related(None).filter(granted_sek__gt=0)[:5],
        "solutions": published.order_by(F("in_use").desc(nulls_last=True), "title")[:5],
        "gain": total_gain(),
        "roles": one_of_each_role() if settings.DEMO and not getattr(person, "is_authenticated", False) else [],
    }


def standing(call: Any, today: dt.date) -> str:
    """'opens', 'open' or 'closed': the window includes both its days."""
    if today < call.opens_on:
        return "opens"
    return "open" if today <= call.closes_on else "closed"


def my_page(person: Any) -> dict[str, Any]:
    """What waits, what is late, and what has happened lately with what the person may see."""
    waiting = _grants_waiting(person) + waits_in_preparation(person)
    waiting += waits_for_decision(person) + waits_after_decision(person) + _solutions_waiting(person)
    waiting += _introductions_waiting(person)
    waiting += [Waiting(task.text, task.url, task.due_on, number=task.number) for task in catalogue_tasks(person)]
    today = clock.today()
    late = [task for task in waiting if task.due_on and task.due_on < today]
    return {
        "late": late,
        "waiting": [task for task in waiting if task not in late],
        "memberships": memberships_of(person),
        "own_events": Event.objects.filter(actor_id=str(person.pk)).order_by("-at", "-number")[:10],
        "applications": _own_applications(person),
        "regions": regions_of(person),
    }


def _introductions_waiting(person: Any) -> list[Waiting]:
    """What the person's regions are asked whether they use, and what they have not confirmed for 180 days."""
    late, asked = adopting.waits_to_be_said(person, clock.today())
    found = [
        Waiting(
            _("Svara: använder %(region)s ”%(title)s”?")
            % {"region": row.region.short_name, "title": row.solution.title},
            reverse("answer_suggestion", args=[row.solution.slug, row.pk]),
        )
        for row in asked
    ]
    for row in late:
        text = _("Stämmer det fortfarande? ”%(title)s” i %(region)s")
        text %= {"region": row.region.short_name, "title": row.solution.title}
        found.append(Waiting(text, reverse("confirm_adoption", args=[row.solution.slug, row.region.code])))
    return found


def _solutions_waiting(person: Any) -> list[Waiting]:
    """Recalls and silent links that concern the person's regions, questions and faults to answer, and what is new."""
    found = []
    for urgent in following.urgent_to(person):
        solution = urgent.news.solution
        news = without_title(urgent.news.text, solution.title)
        text = _("%(title)s: %(news)s") % {"title": solution.title, "news": news}
        page = "faults" if urgent.news.what == "link" else "solution"
        found.append(Waiting(text, reverse(page, args=[solution.slug])))
    for question in asking.questions_to(person):
        text = _("Svara på en fråga om %(title)s") % {"title": question.solution.title}
        url = reverse("question", args=[question.solution.slug, question.pk])
        found.append(Waiting(text, url, question.due_on))
    for fault in asking.faults_to(person):
        text = _("Svara på ett anmält fel i %(title)s") % {"title": fault.solution.title}
        found.append(Waiting(text, reverse("settle_fault", args=[fault.solution.slug, fault.pk]), fault.due_on))
    if new := len(following.unseen(person)):
        text = ngettext("Läs %(n)s nyhet i det du bevakar", "Läs %(n)s nyheter i det du bevakar", new) % {"n": new}
        found.append(Waiting(text, reverse("solution_news"), number=new))
    return found


def _own_applications(person: Any) -> list[tuple[Any, Outcome | None]]:
    """The newest of the person's regions' applications, each with what was decided when it is."""
    rows = list(applications_for(person).filter(submission__responsible__in=regions_of(person))[:10])
    outcomes = outcomes_of([row.pk for row in rows]) if rows else {}
    return [(row, outcomes.get(row.pk)) for row in rows]


def _grants_waiting(person: Any) -> list[Waiting]:
    found = [
        Waiting(
            _("Svara på om %(region)s tar över ansvaret för %(title)s")
            % {"region": offer.to_region.name, "title": offer.application.title},
            reverse("transfer", args=[offer.application.number]),
            offer.application.submission.call.closes_on,
        )
        for offer in offers_to(person)
    ]
    if has_role(person, Role.REPRESENTATIVE, Role.AUTHOR):
        invited = Participant.objects.filter(
            region__in=regions_of(person, Role.REPRESENTATIVE, Role.AUTHOR),
            state=ParticipantState.INVITED,
            application__submission__state=SubmissionState.DRAFT,
        ).select_related("application__submission__call", "region")
        for participant in invited:
            text = _("Underteckna för %(region)s: %(title)s") % {
                "region": participant.region.name,
                "title": participant.application.title,
            }
            url = reverse("participation", args=[participant.application.number, participant.region.code])
            found.append(Waiting(text, url, participant.application.submission.call.closes_on))
        for application in applications_for(person).filter(
            submission__state=SubmissionState.DRAFT, submission__responsible__in=regions_of(person)
        ):
            text = _("Skriv klart och lämna in %(title)s") % {"title": application.title}
            closes = application.submission.call.closes_on
            found.append(Waiting(text, reverse("application", args=[application.number]), closes))
    return found


def frames_page() -> dict[str, Any]:
    rows = ledger()
    newest = calls().first()
    return {
        "rows": rows,
        "total": {
            "frame": sum(row.frame for row in rows),
            "earlier": sum(row.committed for row in rows),
            "decided": sum(row.chosen for row in rows),
            "paid": sum(row.paid_sek for row in rows),
            "free": sum(row.free_year.free_sek for row in rows),
        },
        "sources": Frame.objects.all(),
        "earlier": EarlierCommitment.objects.all(),
        "call": newest,
        "authorisation_left": authorisation_left(newest) if newest else None,
    }


def regions_at_a_glance() -> list[Organisation]:
    """All 21 with how many granted applications and solutions in some stage each has."""
    return list(
        Organisation.objects.filter(kind=Kind.REGION)
        .annotate(
            granted=Count(
                "participations",
                filter=Q(
                    participations__state=ParticipantState.CONFIRMED,
                    participations__application__decision__state="adopted",
                    participations__application__decision__block_decisions__is_granted=True,
                ),
                distinct=True,
            ),
            introduced=Count("adoptions", distinct=True),
            made=Count("underlag", filter=Q(underlag__state=UnderlagState.PUBLISHED), distinct=True),
        )
        .order_by("code")
    )


def region_page(person: Any, region: Organisation) -> dict[str, Any]:
    """What a region has been granted, got, introduced and shared; its own applications for those who may see them."""
    decisions: Any = adopted_decisions()
    shares = Share.objects.filter(region=region, distribution__payment__state=PaymentState.PAID)
    return {
        "region": region,
        "decisions": decisions.filter(
            application__in=Participant.objects.filter(region=region, state=ParticipantState.CONFIRMED).values(
                "application"
            ),
            granted_sek__gt=0,
        ),
        "received_sek": sum(share.amount_sek for share in shares),
        "adoptions": adoptions_in(region),
        "underlag": Underlag.objects.filter(owner=region).exclude(state=UnderlagState.DRAFT),
        "reuses": region.reuses.select_related("underlag"),
        "applications": applications_for(person).filter(submission__responsible=region) if _may_look(person) else [],
    }


def _may_look(person: Any) -> bool:
    return bool(getattr(person, "is_authenticated", False))
