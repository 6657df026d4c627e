"""The pages of preparation over HTTP: who reaches what, what is shown and hidden, bad input, the number of queries."""

import datetime as dt
import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hemtag import clock
from hemtag.assessment.models import Assessment, CompletionRequest, ConflictDeclaration, Eligibility
from hemtag.grants.models import Application, Submission, SubmissionState
from hemtag.history.models import Event
from hemtag.organisations.models import Membership, Role
from tests.assessment.making import (
    assign,
    freeze,
    hand_in,
    make_application,
    make_eligible,
    say_conflict,
    say_no_conflict,
)

SOON = clock.today() + dt.timedelta(days=10)
SCRIPT = "<script>alert(1)</script>"
PAGES = ("read_application", "try_eligibility", "ask_completion", "assign_assessors")


def text_of(response: Any) -> str:
    return str(response.content.decode())


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["2026", *args])


def eligibility_data(call: Any, **changes: str) -> dict[str, str]:
    from hemtag.assessment.checks.assessing import conditions_of

    met = {condition.key: "ja" for condition in conditions_of(call.rule_set)}
    return {"version": "1", **met, "verdict": "eligible", "reasons": "Allt är uppfyllt.", **changes}


def assessment_data(**changes: str) -> dict[str, str]:
    data = {"version": "1", "gor": "lamna-in"}
    for code in ("effect", "lasting", "example"):
        data |= {f"{code}_level": "3", f"{code}_reason": "Rimligt."}
    return data | changes


# ---------------------------------------------------------------- who reaches what


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.REPRESENTATIVE, Role.ECONOMIST, Role.CATALOGUE_EDITOR])
def test_preparation_is_closed_to_regions_and_others(
    client_as: Callable[..., Any], person: Any, application: Any, role: Role
) -> None:
    client = client_as(person(role, "" if role == Role.CATALOGUE_EDITOR else "14"))
    for url in (
        reverse("preparation"),
        at("preparation_round"),
        at("declare_conflicts"),
        *(at(name, application.number) for name in (*PAGES, "declare_conflict", "assess")),
        at("read_minutes", application.number, "01"),
    ):
        assert client.get(url).status_code == 403, url


def test_the_auditor_reads_everything_and_writes_nothing(
    client_as: Callable[..., Any], person: Any, application: Any, three: Any
) -> None:
    make_eligible(application)
    hand_in(assign(application, *three)[0], 1, 2, 3)
    client = client_as(person(Role.AUDITOR))
    for url in (
        reverse("preparation"),
        at("preparation_round"),
        at("declare_conflicts"),
        at("assign_round"),
        at("assessments"),
        *(at(name, application.number) for name in (*PAGES, "declare_conflict")),
    ):
        assert client.get(url).status_code == 200, url
        assert client.post(url, {}).status_code == 403, url
    assert "Bedömare A" in text_of(client.get(at("read_application", application.number)))
    assert not Event.objects.exists()


def test_drafts_and_unknown_numbers_do_not_exist(
    client_as: Callable[..., Any], officer: Any, call: Any, regions: Any
) -> None:
    draft = make_application(call, regions["05"], title="Ett utkast", state=SubmissionState.DRAFT)
    client = client_as(officer)
    for number in (draft.number, "2026-999"):
        for name in (*PAGES, "declare_conflict"):
            assert client.get(at(name, number)).status_code == 404, name
    assert client.get(reverse("preparation_round", args=["1999"])).status_code == 404
    assert draft.title not in text_of(client.get(at("declare_conflicts")))


# ---------------------------------------------------------------- conflict of interest


def test_reading_leads_by_way_of_the_declaration(client_as: Callable[..., Any], person: Any, application: Any) -> None:
    client = client_as(person(Role.DECISION_MAKER))
    page = at("read_application", application.number)
    answer = client.get(page)
    declare = at("declare_conflict", application.number)
    assert answer.status_code == 302 and answer["Location"] == f"{declare}?vidare={page.replace('/', '%2F')}"
    shown = text_of(client.get(answer["Location"]))
    assert application.title in shown and application.description not in shown
    assert client.post(answer["Location"], {}).status_code == 422
    done = client.post(answer["Location"], {"has_conflict": "nej"})
    assert done.status_code == 302 and done["Location"] == page
    assert application.description in text_of(client.get(page))


def test_nobody_is_led_to_another_site(client_as: Callable[..., Any], person: Any, application: Any) -> None:
    client = client_as(person(Role.DECISION_MAKER))
    url = at("declare_conflict", application.number) + "?vidare=https://evil.example/"
    assert client.post(url, {"has_conflict": "nej"})["Location"] == at("read_application", application.number)


def test_a_conflict_hides_everything_but_the_title(
    client_as: Callable[..., Any], person: Any, call: Any, application: Any, regions: Any, three: Any
) -> None:
    other = make_application(call, regions["05"], title="Egen ansökan", requested_sek=3_000_000)
    someone = person(Role.CASE_OFFICER)
    say_conflict(someone, application, "Min syster leder projektet")
    say_no_conflict(someone, other)
    make_eligible(application)
    for assessment, level in zip(assign(application, *three), (5, 4, 3), strict=True):
        hand_in(assessment, level, level, level)
    client = client_as(someone)
    shown = text_of(client.get(at("preparation_round")))
    assert application.title in shown and "Dold: jäv" in shown
    row = shown.split(f">{application.number}</th>")[1].split("</tr>")[0]
    assert "4,00" not in row and "3/3" not in row and "Behörig" not in row and "2\u202f000\u202f000" not in row
    assert "6,0\xa0Mkr" in shown, "sums are of what may be read"
    for name in PAGES:
        answer = client.get(at(name, application.number))
        assert answer.status_code == 403 and "Min syster leder projektet" in text_of(answer), name
        assert application.description not in text_of(answer)
    assert client.get(at("read_minutes", application.number, "01")).status_code == 403


def test_a_forged_post_by_a_conflicted_or_undeclared_person_changes_nothing(
    client_as: Callable[..., Any], person: Any, call: Any, application: Any, three: Any
) -> None:
    make_eligible(application)
    barred, undeclared = person(Role.CASE_OFFICER), person(Role.CASE_OFFICER)
    say_conflict(barred, application)
    for someone in (barred, undeclared):
        client = client_as(someone)
        for name, data in (
            ("try_eligibility", eligibility_data(call)),
            ("ask_completion", {"text": "Vad?", "due_on": SOON.isoformat()}),
            ("assign_assessors", {"assessors": [three[0].pk]}),
        ):
            assert client.post(at(name, application.number), data).status_code == 403, name
    say = ConflictDeclaration.objects.get(person=three[0])
    say.has_conflict = True
    say.save()
    assign(application, three[0])
    answer = client_as(three[0]).post(at("assess", application.number), assessment_data())
    assert answer.status_code == 403
    assert not Event.objects.exists() and Assessment.objects.get().state == "assigned"


def test_a_role_in_a_participating_region_cannot_answer_no(
    client_as: Callable[..., Any], person: Any, application: Any, regions: Any
) -> None:
    someone = person(Role.ASSESSOR)
    Membership.objects.create(
        person=someone, organisation=regions["01"], role=Role.ECONOMIST, starts_on=dt.date(2020, 1, 1)
    )
    client = client_as(someone)
    answer = client.get(at("read_application", application.number))
    assert answer.status_code == 403 and "Region Stockholm" in text_of(answer)
    shown = text_of(client.get(at("declare_conflicts")))
    assert f'id="ja_{application.number}"' in shown and f'id="nej_{application.number}"' not in shown
    answer = client.post(at("declare_conflicts"), {f"svar_{application.number}": "nej"})
    assert answer.status_code == 422 and "Det är jäv" in text_of(answer)
    assert not ConflictDeclaration.objects.exists()


def test_many_are_declared_in_one_go(
    client_as: Callable[..., Any], person: Any, call: Any, application: Any, regions: Any
) -> None:
    others = [make_application(call, regions[code]) for code in ("05", "06")]
    someone = person(Role.PAYMENTS_OFFICER)
    client = client_as(someone)
    url = at("declare_conflicts")
    assert client.post(url, {}).status_code == 422
    data = {f"svar_{application.number}": "nej", f"svar_{others[0].number}": "ja"}
    answer = client.post(url, data)
    assert answer.status_code == 422 and "vilken omständighet" in text_of(answer)
    assert f'id="nej_{application.number}" checked' in text_of(answer), "what was answered is kept"
    assert not ConflictDeclaration.objects.exists()
    answer = client.post(url, data | {f"skal_{others[0].number}": SCRIPT})
    assert answer.status_code == 302 and ConflictDeclaration.objects.count() == 2
    shown = text_of(client.get(url))
    assert f"svar_{others[1].number}" in shown and f"svar_{application.number}" not in shown
    assert SCRIPT not in shown and "&lt;script&gt;" in shown
    assert f"svar_{others[1].number}" not in data


# ---------------------------------------------------------------- the round


def fill(call: Any, regions: Any, three: Any, officer: Any, count: int) -> None:
    """More applications in the round, at various stages."""
    codes = [code for code in regions if code.isdigit() and code not in {"14", "01"}]
    for number in range(count):
        case = make_application(call, regions[codes[number % len(codes)]], title=f"Åtgärd {number}")
        say_no_conflict(officer, case)
        if number % 3:
            make_eligible(case, officer)
            assessments = assign(case, *three)
            if number % 2:
                for assessment in assessments:
                    hand_in(assessment, number % 6, 1, 2)
        else:
            CompletionRequest.objects.create(
                application=case, text="Vad?", due_on=SOON, asked_by=officer, asked_at=clock.now()
            )


def test_the_round_says_how_far_it_has_come(
    client_as: Callable[..., Any], officer: Any, call: Any, application: Any, regions: Any, three: Any
) -> None:
    fill(call, regions, three, officer, 6)
    shown = text_of(client_as(officer).get(at("preparation_round")))
    for words in ("Pröva behörigheten", "Vänta på komplettering", "Klar för prioritering", "Vänta på 3 bedömningar"):
        assert words in shown
    assert "3/3" in shown and "Väntar svar" in shown and "Det som har stått längst" in shown
    assert "14,0\xa0Mkr" in shown


def test_the_round_is_filtered_and_sorted_by_the_address(
    client_as: Callable[..., Any], officer: Any, call: Any, application: Any, regions: Any, three: Any
) -> None:
    fill(call, regions, three, officer, 6)
    client = client_as(officer)

    def numbers(query: str) -> list[str]:
        table = text_of(client.get(at("preparation_round") + query)).split('id="ansokningar"')[1]
        return [part.split("</a>")[0].split(">")[-1] for part in table.split('<th scope="row" class="nowrap">')[1:]]

    everything = numbers("")
    assert everything == sorted(everything) and len(everything) == 7
    assert numbers("?sortera=-nummer") == everything[::-1]
    assert numbers("?sok=åtgärd+4") == ["2026-006"]
    assert numbers("?lage=kompletteras") == ["2026-002", "2026-005"]
    # Weighted means: number 5 has level 5 on the criterion of weight 30, number 1 has level 1; the rest have none.
    assert numbers("?sortera=-poang")[:2] == ["2026-007", "2026-003"]
    assert numbers("?sortera=poang")[:2] == ["2026-003", "2026-007"]
    assert numbers("?lage=nonsens&sortera=nonsens") == everything
    assert 'aria-sort="descending"' in text_of(client.get(at("preparation_round") + "?sortera=-sokt"))


def test_an_assessors_list_does_not_tell_the_mean_before_the_own_is_handed_in(
    client_as: Callable[..., Any], application: Any, three: Any
) -> None:
    make_eligible(application)
    first, second, _third = assign(application, *three)
    hand_in(second, 5, 5, 5)
    assert "5,00" not in text_of(client_as(three[0]).get(at("preparation_round")))
    shown = text_of(client_as(three[0]).get(at("read_application", application.number)))
    assert "din egen" in shown and "Därför 5." not in shown
    hand_in(first, 1, 1, 1)
    assert "3,00" in text_of(client_as(three[0]).get(at("preparation_round")))
    assert "Därför 5." in text_of(client_as(three[0]).get(at("read_application", application.number)))


def test_the_round_costs_the_same_queries_at_three_and_thirty(
    client_as: Callable[..., Any],
    officer: Any,
    call: Any,
    application: Any,
    regions: Any,
    three: Any,
) -> None:
    client = client_as(officer)
    client.get(at("preparation_round"))

    def queries(url: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    pages = {name: at(name) for name in ("preparation_round", "declare_conflicts", "assign_round")}
    fill(call, regions, three, officer, 3)
    few = {name: queries(url) for name, url in pages.items()}
    fill(call, regions, three, officer, 27)
    many = {name: queries(url) for name, url in pages.items()}
    assert few == many
    assert many["preparation_round"] <= 12, many


def test_three_hundred_applications_are_a_light_page(
    client_as: Callable[..., Any], officer: Any, call: Any, application: Any, regions: Any
) -> None:
    submissions = list(Submission.objects.all())
    made = Application.objects.bulk_create(
        Application(
            submission=submissions[0],
            number=f"2026-{number:03d}",
            title=f"En åtgärd med ett nummer {number * 7919 % 1000} som skiljer den från andra",
            updated_at=clock.now(),
        )
        for number in range(2, 301)
    )
    say_no_conflict(officer, *made)
    response = client_as(officer).get(at("preparation_round"))
    assert response.content.count(b"<tr>") > 300
    assert len(gzip.compress(response.content)) < 40_000


# ---------------------------------------------------------------- reading


def test_exactly_what_was_handed_in_is_read(client_as: Callable[..., Any], officer: Any, application: Any) -> None:
    application.title = SCRIPT
    application.save()
    freeze(application.submission)
    Application.objects.update(title="Ändrad efteråt", description="Ändrad efteråt")
    shown = text_of(client_as(officer).get(at("read_application", application.number)))
    assert "&lt;script&gt;alert(1)" in shown and SCRIPT not in shown
    assert "Vi inför en gemensam tidbok." in shown and "Ändrad efteråt" not in shown.split("<main")[1]
    assert at("read_minutes", application.number, "01") in shown
    assert reverse("minutes", args=[application.number, "01"]) not in shown


def test_the_reading_page_has_a_fixed_number_of_queries(
    client_as: Callable[..., Any], officer: Any, application: Any, three: Any
) -> None:
    make_eligible(application)
    client = client_as(officer)
    url = at("read_application", application.number)
    client.get(url)
    counts = []
    for assessment in assign(application, *three):
        hand_in(assessment, 1, 2, 3)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        counts.append(len(captured))
    assert len(set(counts)) == 1 and counts[0] <= 20, counts


def test_minutes_are_served_as_a_file(
    client_as: Callable[..., Any], officer: Any, application: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    minutes = application.participants.get(region__code="01").minutes
    (tmp_path / minutes.sha256[:2]).mkdir()
    (tmp_path / minutes.sha256[:2] / minutes.sha256).write_bytes(b"pdf")
    client = client_as(officer)
    answer = client.get(at("read_minutes", application.number, "01"))
    assert answer.content == b"pdf" and answer["Content-Disposition"].startswith("attachment")
    assert client.get(at("read_minutes", application.number, "05")).status_code == 404


# ---------------------------------------------------------------- eligibility and completion


def test_eligibility_is_tried_on_its_page(
    client_as: Callable[..., Any], officer: Any, call: Any, application: Any
) -> None:
    client = client_as(officer)
    url = at("try_eligibility", application.number)
    shown = text_of(client.get(url))
    assert "Kontrollen vid inlämningen: uppfyllt." in shown and shown.count('value="ja" ') >= 8
    answer = client.post(url, eligibility_data(call, minuted_decisions="nej", reasons=SCRIPT))
    assert answer.status_code == 422 and "Skriv vad som brister" in text_of(answer) and SCRIPT not in text_of(answer)
    answer = client.post(url, eligibility_data(call, minuted_decisions="", verdict="", reasons=""))
    assert answer.status_code == 422 and "Svara ja eller nej." in text_of(answer)
    assert client.post(url, eligibility_data(call)).status_code == 302
    assert Eligibility.objects.get().reasons == "Allt är uppfyllt."
    answer = client.post(url, eligibility_data(call, reasons="Sent ute."))
    assert answer.status_code == 409 and "Allt är uppfyllt." in text_of(answer) and "Sent ute." in text_of(answer)
    assert Event.objects.count() == 1


def test_a_completion_goes_out_and_comes_back(
    client_as: Callable[..., Any], officer: Any, person: Any, application: Any
) -> None:
    client = client_as(officer)
    url = at("ask_completion", application.number)
    answer = client.post(url, {"text": "", "due_on": "i morgon"})
    assert answer.status_code == 422 and "Skriv vad regionen ska komplettera." in text_of(answer)
    assert client.post(url, {"text": SCRIPT, "due_on": "2020-01-01"}).status_code == 422
    assert client.post(url, {"text": SCRIPT, "due_on": SOON.isoformat()}).status_code == 302
    request = CompletionRequest.objects.get()
    blocked = client.post(at("try_eligibility", application.number), eligibility_data(application.submission.call))
    assert blocked.status_code == 422 and "Pröva behörigheten därefter" in text_of(blocked)

    page = reverse("answer_completion", args=[application.number, request.pk])
    for someone in (person(Role.AUTHOR, "05"), person(Role.AUTHOR, "01")):
        foreign = client_as(someone)
        assert foreign.get(page).status_code == foreign.post(page, {"answer": "Hej"}).status_code == 404
        assert foreign.get(reverse("completions", args=[application.number])).status_code == 404
    economist = client_as(person(Role.ECONOMIST, "14"))
    assert economist.get(page).status_code == 200
    assert economist.post(page, {"answer": "Hej"}).status_code == 403
    writer = client_as(person(Role.REPRESENTATIVE, "14"))
    shown = text_of(writer.get(page))
    assert SCRIPT not in shown and "&lt;script&gt;" in shown
    assert page in text_of(writer.get(reverse("completions", args=[application.number])))
    assert writer.post(page, {"answer": " "}).status_code == 422
    assert writer.post(page, {"answer": "Protokollet är justerat."}).status_code == 302
    again = writer.post(page, {"answer": "En gång till."})
    assert again.status_code == 422 and "besvarades" in text_of(again)
    assert "Protokollet är justerat." in text_of(client.get(at("read_application", application.number)))


def test_an_answer_after_the_deadline_is_refused(client_as: Callable[..., Any], person: Any, application: Any) -> None:
    request = CompletionRequest.objects.create(
        application=application, text="Vad?", due_on=dt.date(2026, 1, 1), asked_at=clock.now()
    )
    client = client_as(person(Role.REPRESENTATIVE, "14"))
    page = reverse("answer_completion", args=[application.number, request.pk])
    assert "prövas i befintligt skick" in text_of(client.get(page))
    answer = client.post(page, {"answer": "Sent."})
    assert answer.status_code == 422 and "gick ut" in text_of(answer)


# ---------------------------------------------------------------- assessors and assessments


def test_assessors_are_chosen_on_the_page(
    client_as: Callable[..., Any], officer: Any, person: Any, application: Any, three: Any
) -> None:
    client = client_as(officer)
    url = at("assign_assessors", application.number)
    assert "inte prövad som behörig" in text_of(client.get(url))
    make_eligible(application)
    barred = person(Role.ASSESSOR, name="Jäv Jävig")
    say_conflict(barred, application)
    shown = text_of(client.get(url))
    assert f'value="{three[0].pk}"' in shown and f'value="{barred.pk}"' not in shown
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"assessors": [barred.pk]}).status_code == 422
    assert client.post(url, {"assessors": [p.pk for p in three]}).status_code == 302
    assert application.assessments.count() == 3


def test_the_round_is_assigned_with_one_button(
    client_as: Callable[..., Any], officer: Any, application: Any, three: Any
) -> None:
    make_eligible(application)
    client = client_as(officer)
    assert application.number in text_of(client.get(at("assign_round")))
    assert client.post(at("assign_round")).status_code == 302
    assert application.assessments.count() == 3
    assert "har tre bedömare" in text_of(client.get(at("assign_round")))
    assert client_as(three[0]).post(at("assign_round")).status_code == 403


@pytest.fixture
def assessment(application: Any, three: Any) -> Assessment:
    make_eligible(application)
    return assign(application, *three)[0]


def test_an_assessment_is_drafted_and_handed_in_once(
    client_as: Callable[..., Any], application: Any, assessment: Any, three: Any
) -> None:
    client = client_as(three[0])
    url = at("assess", application.number)
    assert url in text_of(client.get(at("assessments")))
    shown = text_of(client.get(url))
    assert "checked" not in shown.split('id="bedomning"')[1], "no level is chosen beforehand"
    assert "(frivilligt)" not in shown.split('id="bedomning"')[1]
    assert "Så ser nivå 3 ut för effect." in shown and application.description in shown
    draft = assessment_data(gor="spara", lasting_level="", lasting_reason=SCRIPT, example_reason="")
    assert client.post(url, draft).status_code == 302
    shown = text_of(client.get(url))
    assert "&lt;script&gt;" in shown and SCRIPT not in shown and 'name="version" value="2"' in shown
    assert "2 av 3" not in text_of(client.get(at("assessments"))) and "1 av 3" in text_of(client.get(at("assessments")))
    answer = client.post(url, assessment_data(version="2", lasting_reason="", example_level=""))
    assert answer.status_code == 422
    assert "skriv varför" in text_of(answer) and "välj en nivå" in text_of(answer)
    assert client.post(url, assessment_data(version="2")).status_code == 302
    again = client.post(url, assessment_data(version="3", effect_level="5"))
    assert again.status_code == 422 and "lämnades in" in text_of(again)
    assert list(assessment.scores.values_list("level", flat=True)) == [3, 3, 3]
    assert client.get(url)["Location"] == at("read_application", application.number)


def test_the_second_tab_is_told_and_keeps_its_text(
    client_as: Callable[..., Any], application: Any, assessment: Any, three: Any
) -> None:
    client = client_as(three[0])
    url = at("assess", application.number)
    client.post(url, assessment_data(gor="spara", effect_reason="Från första fliken."))
    answer = client.post(url, assessment_data(gor="spara", effect_reason="Från andra fliken."))
    shown = text_of(answer)
    assert answer.status_code == 409 and "Från första fliken." in shown and "Från andra fliken." in shown
    assert 'name="version" value="2"' in shown
    assert assessment.scores.get(criterion__code="effect").reason == "Från första fliken."


@pytest.mark.parametrize("level", ["6", "-1", "tre", "3.5"])
def test_a_level_off_the_scale_is_refused_at_its_field(
    client_as: Callable[..., Any], application: Any, assessment: Any, three: Any, level: str
) -> None:
    answer = client_as(three[0]).post(at("assess", application.number), assessment_data(effect_level=level))
    assert answer.status_code == 422 and not assessment.scores.exists()


def test_only_ones_own_assessment_exists(
    client_as: Callable[..., Any], application: Any, assessment: Any, person: Any
) -> None:
    other = person(Role.ASSESSOR)
    say_no_conflict(other, application)
    client = client_as(other)
    assert client.get(at("assess", application.number)).status_code == 404
    assert client.post(at("assess", application.number), assessment_data()).status_code == 404
    assert "Inga tilldelade" in text_of(client.get(at("assessments")))


def test_an_undeclared_assessor_is_led_to_the_declaration(
    client_as: Callable[..., Any], application: Any, person: Any
) -> None:
    make_eligible(application)
    newcomer = person(Role.ASSESSOR)
    assign(application, newcomer)
    client = client_as(newcomer)
    assert client.get(at("assess", application.number))["Location"].startswith(
        at("declare_conflict", application.number)
    )
    assert client.post(at("assess", application.number), assessment_data()).status_code == 403
    assert "Du svarar om jäv" in text_of(client.get(at("assessments")))
