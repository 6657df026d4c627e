"""What the pages of asking, following and reporting need in the demo: a question, a fault, and news."""

from __future__ import annotations

from typing import Any


def talked_of() -> tuple[Any, ...]:
    """The first solution in the catalogue that somebody has looked at."""
    from hemtag.solutions.models import Solution

    slug = Solution.objects.filter(state="screened").order_by("pk").values_list("slug", flat=True).first()
    assert slug is not None, "the demo has no solution that is looked at and no more"
    return (slug,)


def newest(model: str) -> int:
    from django.apps import apps

    return int(apps.get_model("solutions", model).objects.order_by("-pk").values_list("pk", flat=True)[0])


def asked_and_followed() -> None:
    """A question with its answer, a fault from outside, and urgent news, for a person who follows."""
    from django.db import transaction

    from hemtag.organisations.models import Organisation, Person
    from hemtag.solutions.actions import asking, following, news
    from hemtag.solutions.models import Solution, Subscription

    solution = Solution.objects.get(slug=talked_of()[0])
    if solution.questions.filter(text__startswith="Hur lång tid tog det?").exists():
        return
    region = Organisation.objects.get(code="14")
    members = {"memberships__role": "author", "memberships__organisation": region}
    author = Person.objects.filter(**members).order_by("pk")[0]
    if not Subscription.objects.filter(person=author, solution=solution, ended_at=None).exists():
        following.follow(by=author, solution=solution)
    question = asking.ask(by=author, solution=solution, text="Hur lång tid tog det?", region=region)
    asking.answer(by=author, question=question, text="Det frågar vi oss själva.", region=region)
    asking.report_fault(by=None, solution=solution, place="effect", text="Siffran gäller ett annat år.")
    with transaction.atomic():
        news.tell(solution, "recalled", "Återkallad i ett test.", urgent_to=[region])
