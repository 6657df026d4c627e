"""The running panel: what is missing, doubtful and complete, the same as at hand-in, each with a page that mends it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from hemtag import clock
from hemtag.grants import actions, queries, rules
from hemtag.grants.checks import HAND_IN
from hemtag.grants.models import Application
from hemtag.history.models import Event
from hemtag.organisations.models import Role
from hemtag.refusals import DoesNotHold, NotAllowed, WrongState

from .making import a_call, a_person, an_application, complete, in_the_window, organisation
from .test_checks import BROKEN, form

pytestmark = pytest.mark.django_db

FIELDS = {
    "economic_analysis": "edit_submission",
    "development_needs": "edit_submission",
    "description": "edit_application",
    "goals": "edit_application",
    "measure_types": "edit_application",
    "plan_owner": "edit_application",
    "plan_budget": "edit_application",
    "plan_lasting": "edit_application",
    "spreading": "edit_application",
}


def browser(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def application() -> Any:
    with in_the_window():
        call = a_call()
        yield an_application(call, organisation("14"), participants=[organisation("12")], title="En åtgärd")


def test_the_panel_says_what_hand_in_says(application: Application) -> None:
    shown = queries.panel(application, clock.today())
    missing = queries.what_is_missing(application.submission, clock.today(), only=application)
    stops = [p for line in missing if not line.is_warning and line.rule != "window_is_open" for p in line.problems]
    assert shown.missing == stops and len(stops) > 5
    assert shown.doubtful == []
    assert "Utlysningen är öppen" not in shown.complete


def test_every_message_of_the_panel_leads_to_a_page_that_exists_and_to_its_field(application: Application) -> None:
    """A new application lacks everything: each message's address answers, and holds the field that it names."""
    client = browser(a_person(Role.REPRESENTATIVE, "14"))
    seen = set()
    for problem in queries.panel(application, clock.today()).missing:
        address, _hash, anchor = problem.link.partition("#")
        match = resolve(address)
        answer = client.get(address)
        assert answer.status_code == 200, problem
        if problem.field in FIELDS:
            assert match.url_name == FIELDS[problem.field]
            assert f'id="{anchor}' in answer.content.decode(), (problem.link, "no such place on the page")
        seen.add(problem.rule)
    assert {"paragraph_nine_is_answered", "measure_type_chosen", "every_participant_has_confirmed"} <= seen


@pytest.mark.parametrize(
    ("rule", "changes"), [pytest.param(*each[:2], id=f"{n}-{each[0]}") for n, each in enumerate(BROKEN)]
)
def test_every_message_says_what_where_and_how(rule: str, changes: dict[str, Any]) -> None:
    """One sentence on what is wrong, one on how it is mended, and a link to where."""
    for check in HAND_IN:
        for problem in check.rule(form(**changes)):
            assert problem.rule == rule and problem.link
            text = str(problem.message)
            assert len(text) > 30 and text.endswith(".") and "%(" not in text


def test_the_links_of_a_form_are_addresses_of_the_site(application: Application) -> None:
    facts = queries.facts_of(application.submission, queries.content_of(application.submission), clock.today())
    (own,) = facts.applications
    links = [facts.link, facts.call_link, own.link, own.edit_link, own.points_link, own.participations_link]
    links += [own.budget_link, *(participant.link for participant in own.participants)]
    for link in links:
        try:
            resolve(link)
        except Resolver404:
            pytest.fail(f"{link} is no address")


def test_the_panel_as_page_part_and_json(application: Application, django_assert_max_num_queries: Any) -> None:
    client = browser(a_person(Role.AUTHOR, "14"))
    page = client.get(reverse("checks", args=[application.number]))
    part = client.get(reverse("checks_panel", args=[application.number]))
    plain = client.get(reverse("checks_json", args=[application.number])).json()
    assert page.status_code == part.status_code == 200
    assert "<html" not in part.content.decode()
    assert plain["application"] == application.number and plain["doubtful"] == []
    assert all(each["link"] and each["message"] for each in plain["missing"])
    with django_assert_max_num_queries(30):
        client.get(reverse("checks_panel", args=[application.number]))


def test_a_foreign_region_sees_no_panel(application: Application) -> None:
    client = browser(a_person(Role.AUTHOR, "01"))
    assert client.get(reverse("checks_json", args=[application.number])).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_regions_and_blocks(django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with in_the_window():
        call = a_call()
        counts = []
        for code, others in (("14", ["12"]), ("01", ["03", "04", "05", "06"])):
            row = an_application(call, organisation(code), participants=[organisation(c) for c in others], title=code)
            complete(row)
            fresh = Application.objects.select_related("submission__call", "submission__responsible").get(pk=row.pk)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                queries.panel(fresh, clock.today())
            counts.append(len(seen))
    assert counts[0] == counts[1]


def test_recorded_support_is_compared_while_one_writes(application: Application) -> None:
    officer = a_person(Role.CASE_OFFICER)
    support = actions.record_state_support(
        by=officer,
        region=organisation("12"),
        measure="En åtgärd",
        grantor="Vinnova",
        from_year=2024,
        to_year=2025,
        amount_sek=900_000,
        source="Beslut 2024-01234",
    )
    (problem,) = queries.panel(application, clock.today()).doubtful
    assert problem.rule == "no_recorded_state_support" and "Vinnova, 2024–2025" in problem.message
    assert Event.objects.latest("number").verb == "state_support_recorded"
    actions.strike_state_support(by=officer, support=support, reason="Avsåg en annan region")
    assert queries.panel(application, clock.today()).doubtful == []
    with pytest.raises(WrongState):
        actions.strike_state_support(by=officer, support=support, reason="igen")


def test_support_that_nobody_could_trace_is_refused_at_each_field() -> None:
    with pytest.raises(DoesNotHold) as refusal:
        actions.record_state_support(
            by=a_person(Role.CASE_OFFICER),
            region=organisation("12"),
            measure=" ",
            grantor="",
            from_year=2026,
            to_year=2025,
            amount_sek=-1,
            source="",
        )
    assert [problem.field for problem in refusal.value.problems] == [
        "measure",
        "grantor",
        "source",
        "to_year",
        "amount_sek",
    ]


def test_only_case_officers_record_and_a_region_sees_its_own(application: Application) -> None:
    officer, author = a_person(Role.CASE_OFFICER), a_person(Role.AUTHOR, "14")
    values = {"measure": "X", "grantor": "Y", "from_year": 2025, "to_year": 2025, "source": "Z"}
    with pytest.raises(NotAllowed):
        actions.record_state_support(by=author, region=organisation("14"), **values)
    own = actions.record_state_support(by=officer, region=organisation("14"), **values)
    actions.record_state_support(by=officer, region=organisation("01"), **values)
    assert list(queries.state_supports_for(author)) == [own]
    assert queries.state_supports_for(officer).count() == 2
    assert not rules.may_record_state_support(author)
    client = browser(officer)
    sent = {"region": "12", "measure": "En", "grantor": "Vi", "from_year": 2025, "to_year": 2024, "source": "x"}
    assert client.post(reverse("state_supports"), sent).status_code == 422
    assert client.post(reverse("state_supports"), {**sent, "to_year": 2026}).status_code == 302
    assert client.post(reverse("strike_state_support", args=[own.pk]), {"reason": "Fel"}).status_code == 302
    assert b"Fel" in browser(author).get(reverse("state_supports")).content


def test_a_warning_never_stops_hand_in() -> None:
    assert {check.rule.__name__ for check in HAND_IN if check.is_warning} == {
        "every_minutes_file_is_scanned",
        "no_other_state_support",
        "measure_is_applied_for_once",
        "no_recorded_state_support",
        "hourly_cost_is_believable",
        "shares_follow_population",
    }
