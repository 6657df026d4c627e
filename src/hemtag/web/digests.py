"""What waits for a person, counted for a mail: how many of each kind and where, never what they say.

A mail goes when something is new since the last one, when few days are left, or when a week has passed with things
waiting; so that a mail means something, and silence means that nothing has happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hemtag import clock
from hemtag.assessment.models import CompletionRequest
from hemtag.grants import rules
from hemtag.grants.models import (
    Application,
    Block,
    Participant,
    ParticipantState,
    Remark,
    RemarkKind,
    RemarkState,
    Submission,
    SubmissionState,
)
from hemtag.grants.queries import applications_for
from hemtag.grants.queries.regions import offers_to
from hemtag.grants.queries.signing import is_outdated
from hemtag.history.models import Event
from hemtag.history.queries import kind_of
from hemtag.organisations.letters import Letter, absolute, settings_url, stop_token
from hemtag.organisations.models import Digest, Often, Organisation, Person, Role
from hemtag.organisations.rules import REGION_ROLES, regions_of
from hemtag.solutions.queries import asking, following

WRITERS = (Role.AUTHOR, Role.REPRESENTATIVE)
# Days left on which a mail goes though nothing is new.
REMINDED = {14, 7, 3, 2, 1, 0}
# Told of, but nothing that anybody must do.
TOLD = {"changes", "news"}
# At most this many links of a kind; the rest is found on the own page.
LINKS = 5


@dataclass(frozen=True)
class Item:
    """One kind of thing that waits: how many, in words, and addresses without a word of content."""

    kind: str
    count: int
    words: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waiting:
    items: tuple[Item, ...]
    days_left: int | None = None

    @property
    def counts(self) -> dict[str, int]:
        return {item.kind: item.count for item in self.items}


def people() -> list[Person]:
    """Those who may have a mail: active, with a role in a region, and not having said no. In order."""
    found = Person.objects.filter(is_active=True, memberships__role__in=[role.value for role in REGION_ROLES])
    return list(found.exclude(digest=Often.NONE).exclude(email="").distinct().order_by("pk"))


def last_of(person: Person) -> Digest | None:
    return person.digests.filter(sent_at__isnull=False).order_by("-on").first()


def is_due(person: Person, last: Digest | None, today: dt.date) -> bool:
    """Whether the person's choice lets a mail go today."""
    if person.digest == Often.NONE or person.digests.filter(on=today, sent_at__isnull=False).exists():
        return False
    return person.digest == Often.DAILY or last is None or (today - last.on).days >= 7


def is_worth_it(waiting: Waiting, last: Digest | None, today: dt.date) -> bool:
    """Something waits, and it is new, or urgent, or a week old."""
    if not waiting.items:
        return False
    if last is None or waiting.counts.get("changes"):
        return True
    before = {kind: count for kind, count in last.counts.items() if kind != "changes"}
    is_new = {kind: count for kind, count in waiting.counts.items() if kind != "changes"} != before
    return is_new or waiting.days_left in REMINDED or (today - last.on).days >= 7


def waiting_for(person: Person, today: dt.date, since: dt.datetime) -> Waiting:
    """What waits for the person today, and how many changes others have made since a moment."""
    own = regions_of(person, *WRITERS)
    drafts = list(applications_for(person).filter(submission__state=SubmissionState.DRAFT))
    items = [*_own_part(person, own), *_asked(person), *_to_write(person, drafts, own), *_solutions(person)]
    changes = _changes(person, drafts, since)
    if changes:
        words = ngettext("%(n)s ändring i era ansökningar", "%(n)s ändringar i era ansökningar", changes)
        items.append(Item("changes", changes, words % {"n": changes}, (reverse("applications"),)))
    days = [left for draft in drafts if (left := _days_left(draft.submission, today)) is not None]
    return Waiting(tuple(items), min(days, default=None))


def _own_part(person: Person, own: list[Organisation]) -> Iterator[Item]:
    """Invitations to answer, decisions that are begun, and signatures that no longer cover the amounts."""
    rows = Participant.objects.filter(region__in=own, application__submission__state=SubmissionState.DRAFT)
    rows = rows.exclude(state=ParticipantState.DECLINED).select_related("application__submission", "region", "minutes")
    invited, begun, outdated = [], [], []
    signs = {region.pk for region in regions_of(person, Role.REPRESENTATIVE)}
    for row in rows.order_by("application__number"):
        path = reverse("participation", args=[row.application.number, row.region.code])
        if row.state == ParticipantState.CONFIRMED:
            if row.region_id in signs and is_outdated(row):
                outdated.append(path)
        elif row.region_id == row.application.submission.responsible_id or row.decided_on or row.body or row.minutes_id:
            begun.append(path)
        else:
            invited.append(path)
    yield from _item(
        "invitations", invited, ngettext("%(n)s inbjudan att svara på", "%(n)s inbjudningar att svara på", len(invited))
    )
    yield from _item(
        "decisions",
        begun,
        ngettext(
            "%(n)s ansökan där er regions eget beslut saknas",
            "%(n)s ansökningar där er regions eget beslut saknas",
            len(begun),
        ),
    )
    yield from _item(
        "outdated",
        outdated,
        ngettext(
            "%(n)s underskrift som gjordes före en ändring",
            "%(n)s underskrifter som gjordes före en ändring",
            len(outdated),
        ),
    )


def _asked(person: Person) -> Iterator[Item]:
    """Completion requests to answer, and the responsibility that somebody offers."""
    requests = CompletionRequest.objects.filter(
        application__submission__responsible__in=regions_of(person, *WRITERS), answered_at=None
    ).order_by("pk")
    numbers = list(dict.fromkeys(requests.values_list("application__number", flat=True)))
    paths = [reverse("completions", args=[number]) for number in numbers]
    words = ngettext(
        "%(n)s ansökan med en begäran om komplettering",
        "%(n)s ansökningar med en begäran om komplettering",
        len(paths),
    )
    yield from _item("completions", paths, words)
    offered = [reverse("transfer", args=[offer.application.number]) for offer in offers_to(person)]
    words = ngettext(
        "%(n)s erbjudande om att ta över ansvaret", "%(n)s erbjudanden om att ta över ansvaret", len(offered)
    )
    yield from _item("transfers", offered, words)


def _solutions(person: Person) -> Iterator[Item]:
    """Recalls that concern the person's regions, what is asked and reported there, and how much is new of what is followed."""
    urgent = following.urgent_to(person)
    paths = [reverse("solution", args=[each.news.solution.slug]) for each in urgent]
    words = ngettext("%(n)s lösning som ni måste se över", "%(n)s lösningar som ni måste se över", len(paths))
    yield from _item("recalls", list(dict.fromkeys(paths)), words)
    questions = asking.questions_to(person)
    paths = [reverse("question", args=[row.solution.slug, row.pk]) for row in questions]
    words = ngettext("%(n)s fråga om en lösning att svara på", "%(n)s frågor om lösningar att svara på", len(paths))
    yield from _item("questions", paths, words)
    paths = [reverse("settle_fault", args=[row.solution.slug, row.pk]) for row in asking.faults_to(person)]
    words = ngettext("%(n)s anmält fel att svara på", "%(n)s anmälda fel att svara på", len(paths))
    yield from _item("faults", paths, words)
    if new := len(following.unseen(person)):
        words = ngettext("%(n)s nyhet i det du bevakar", "%(n)s nyheter i det du bevakar", new) % {"n": new}
        yield Item("news", new, words, (reverse("solution_news"),))


def _to_write(person: Person, drafts: list[Application], own: list[Organisation]) -> Iterator[Item]:
    """Drafts of the own region that are not handed in, and to-dos that stand open in what the person may write."""
    today = clock.today()
    codes = {region.pk for region in own}
    unsent = [draft for draft in drafts if draft.submission.responsible_id in codes]
    still = [draft for draft in unsent if (_days_left(draft.submission, today) or 0) >= 0]
    paths = [reverse("application", args=[draft.number]) for draft in still]
    words = ngettext("%(n)s ansökan som inte är inlämnad", "%(n)s ansökningar som inte är inlämnade", len(paths))
    yield from _item("drafts", paths, words)
    todos = Remark.objects.filter(
        Q(region__isnull=True) | Q(region__in=regions_of(person)),
        application__in=[draft.pk for draft in drafts],
        kind=RemarkKind.TODO,
        state=RemarkState.OPEN,
    )
    numbers = list(todos.order_by("application__number").values_list("application__number", flat=True))
    if numbers:
        words = ngettext("%(n)s uppgift att göra", "%(n)s uppgifter att göra", len(numbers)) % {"n": len(numbers)}
        paths = [reverse("application", args=[number]) for number in dict.fromkeys(numbers)]
        yield Item("todos", len(numbers), words, tuple(paths[:LINKS]))


def _item(kind: str, paths: list[str], words: str) -> Iterator[Item]:
    if paths:
        yield Item(kind, len(paths), words % {"n": len(paths)}, tuple(paths[:LINKS]))


def _changes(person: Person, drafts: list[Application], since: dt.datetime) -> int:
    """How many things others have done with the drafts since then."""
    if not drafts:
        return 0
    keys = {
        kind_of(Application()): [str(draft.pk) for draft in drafts],
        kind_of(Submission()): [str(draft.submission_id) for draft in drafts],
        kind_of(Block()): _keys(Block.objects.filter(application__in=drafts).values_list("pk", flat=True)),
        kind_of(Participant()): _keys(Participant.objects.filter(application__in=drafts).values_list("pk", flat=True)),
    }
    subjects = Q()
    for kind, ids in keys.items():
        subjects |= Q(subject_type=kind, subject_id__in=ids)
    return Event.objects.filter(subjects, at__gt=since).exclude(actor_id=str(person.pk)).count()


def _keys(pks: Iterable[int]) -> list[str]:
    return [str(pk) for pk in pks]


def _days_left(submission: Submission, today: dt.date) -> int | None:
    """Days to the region's last day; None before the call has opened."""
    if today < submission.call.opens_on:
        return None
    late = rules.late_until(submission.call, submission.responsible)
    return (max(submission.call.closes_on, late or dt.date.min) - today).days


def letter(person: Person, waiting: Waiting, *, is_first: bool) -> Letter:
    """Counts, days and links. The first one says why it comes; every one says how to stop it."""
    lines = [_("Det här väntar på dig i Hemtag:"), ""]
    for item in waiting.items:
        lines.append(f"– {item.words}")
        lines += [f"  {absolute(path)}" for path in item.paths]
        if item.count > len(item.paths) == LINKS:
            lines.append("  " + _("Fler finns på din sida: %(url)s") % {"url": absolute(reverse("my_page"))})
    if waiting.days_left is not None and waiting.days_left >= 0:
        days = ngettext("%(n)s dag kvar att lämna in.", "%(n)s dagar kvar att lämna in.", waiting.days_left)
        lines += ["", days % {"n": waiting.days_left}]
    if is_first:
        text = _(
            "Du får det här för att du har en roll i en region i Hemtag. Utskicken räknar det som väntar och visar vägen "
            "dit; vad som står i ansökningarna skickas aldrig med e-post."
        )
        lines += ["", text]
    stop = absolute(reverse("stop_digest", args=[stop_token(person)]))
    choose = _("Välj hur ofta du vill ha utskick: %(url)s") % {"url": settings_url()}
    lines += ["", choose, _("Sluta få utskick: %(url)s") % {"url": stop}]
    total = sum(item.count for item in waiting.items if item.kind not in TOLD)
    if not total and any(item.kind == "news" for item in waiting.items):
        subject = _("Hemtag: det är nytt i det du bevakar")
    elif total:
        subject = ngettext("Hemtag: %(n)s sak väntar på dig", "Hemtag: %(n)s saker väntar på dig", total) % {"n": total}
    else:
        subject = _("Hemtag: det har hänt något i era ansökningar")
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Letter(subject, tuple(lines), headers)


def since_of(last: Digest | None, often: str, now: dt.datetime) -> dt.datetime:
    """From when changes are counted: the last mail, or the time that the choice spans."""
    if last is not None and last.sent_at is not None:
        return last.sent_at
    return now - dt.timedelta(days=7 if often == Often.WEEKLY else 1)


def told(counts: Mapping[str, int]) -> str:
    """For the log of a run: kinds and figures."""
    return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
