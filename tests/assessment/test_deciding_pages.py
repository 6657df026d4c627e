"""The pages of prioritisation, meetings and decisions through HTTP: who sees what, and that nothing typed is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hemtag.assessment.models import Decision, Meeting, Run
from hemtag.assessment.queries.deciding import editable
from hemtag.history.models import Event
from hemtag.organisations.models import Role
from tests.assessment.prepared import Prepared, add_block, prepared, the_day

__all__ = ["prepared", "the_day"]


def text(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u202f", " ").replace("\u00a0", " ").split())


def typed(decision: Decision, **changes: Any) -> dict[str, Any]:
    """The edit form as the browser would send it."""
    saved = editable(decision)
    data: dict[str, Any] = {"version": decision.version}
    for name, value in saved.items():
        if name not in {"blocks", "payments"}:
            data[name] = "" if value is None else str(value)
    for number, block in saved["blocks"].items():
        if block["is_granted"]:
            data[f"block-{number}-granted"] = "on"
        data[f"block-{number}-reason"] = block["reason"]
        data[f"block-{number}-departure_reason"] = block["departure_reason"]
        data |= {f"block-{number}-{year}": str(sek) for year, sek in block["amounts"].items()}
    for at, (day, sek) in enumerate(saved["payments"], start=1):
        data |= {f"payment-{at}-due_on": day.isoformat(), f"payment-{at}-amount": str(sek)}
    return {key: value for key, value in (data | changes).items() if value is not None}


# ----------------------------------------------------------------------------------------------- prioritisation


def test_prioritising_from_the_page(prepared: Prepared, client_as: Any) -> None:
    client = client_as(prepared.officer)
    url = reverse("prioritisation", args=["2026"])
    assert "Ingen prioritering är gjord än" in text(client.get(url))
    assert not Run.objects.exists()
    assert client.post(url).status_code == 302
    page = text(client.get(url))
    assert "3 av 4 block ryms" in page and "Bevisat optimum" in page
    assert "Ryms inte: 2026 (−3 000), 2027 (−3 000)" in page
    assert "Hela ansökningar, högst poäng först" in page
    assert "Underlaget har ändrats" not in page
    add_block(prepared.applications[0], {2026: 5_000}, 1_000_000)
    assert "Underlaget har ändrats sedan körningen" in text(client.get(url))


def test_reading_the_prioritisation_writes_and_computes_nothing(
    prepared: Prepared, client_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = prepared.run()
    events = Event.objects.count()

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("GET solves nothing")

    monkeypatch.setattr("hemtag.portfolio.select", refuse)
    client = client_as(prepared.chair)
    for url in (
        reverse("prioritisation", args=["2026"]),
        reverse("runs", args=["2026"]),
        reverse("run", args=["2026", run.number]),
        reverse("prioritisation", args=["2026"]) + "?visa=inte-valda",
    ):
        assert client.get(url).status_code == 200
    assert Run.objects.count() == 1 and Event.objects.count() == events


def test_the_filter_shows_only_the_blocks_asked_for(prepared: Prepared, client_as: Any) -> None:
    prepared.run()
    client = client_as(prepared.officer)
    url = reverse("prioritisation", args=["2026"])

    def listed(choice: str) -> str:
        return text(client.get(url, {"visa": choice})).split('class="bench-blocks"')[1].split("</table>")[0]

    assert "2026-003/1" not in listed("valda") and "2026-001/1" in listed("valda")
    assert "2026-001/1" not in listed("inte-valda") and "2026-003/1" in listed("inte-valda")


def test_the_files_are_downloaded_whole(prepared: Prepared, client_as: Any) -> None:
    import hashlib

    run = prepared.run()
    client = client_as(prepared.officer)
    file = client.get(reverse("run_round", args=["2026", 1]))
    assert hashlib.sha256(file.content).hexdigest() == run.round_sha256
    assert "attachment" in file["Content-Disposition"]
    result = json.loads(client.get(reverse("run_result", args=["2026", 1])).content)
    assert result["chosen"] == run.result["chosen"] and result["practice"] == run.practice
    assert client.get(reverse("run_round", args=["2026", 9])).status_code == 404


def test_the_prioritisation_page_asks_as_many_questions_at_any_size(
    prepared: Prepared, client_as: Any, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    prepared.run()
    client = client_as(prepared.officer)
    url = reverse("prioritisation", args=["2026"])
    with django_assert_max_num_queries(24) as asked:
        client.get(url)
    for code in ("17", "18", "20"):
        add_block(prepared.apply(code, 2), {2027: 5_000}, 1_000_000)
    prepared.run()
    with django_assert_num_queries(len(asked)):
        client.get(url)


INSIDE = ["prioritisation", "runs", "meetings", "arrange_meeting"]


@pytest.mark.parametrize("name", INSIDE)
@pytest.mark.parametrize("role", [Role.AUTHOR, Role.PAYMENTS_OFFICER, Role.CATALOGUE_EDITOR])
def test_the_preparation_is_for_those_who_prepare_and_decide(
    prepared: Prepared, client_as: Any, person: Any, name: str, role: Role
) -> None:
    someone = person(role, "14") if role == Role.AUTHOR else person(role)
    assert client_as(someone).get(reverse(name, args=["2026"])).status_code == 403
    assert Client().get(reverse(name, args=["2026"])).status_code == 302
    auditor = client_as(person(Role.AUDITOR))
    assert auditor.get(reverse(name, args=["2026"])).status_code == 200
    assert auditor.post(reverse(name, args=["2026"])).status_code == 403
    assert not Run.objects.exists()


# ----------------------------------------------------------------------------------------------------- meetings


def test_a_meeting_is_arranged_and_its_drafts_written(prepared: Prepared, client_as: Any) -> None:
    run = prepared.run()
    client = client_as(prepared.officer)
    data = {
        "held_on": "10 september 2026",
        "run": run.pk,
        "deciders": [prepared.chair.pk, prepared.decider.pk],
        "chair": prepared.chair.pk,
        "rapporteur": prepared.officer.pk,
        "others_present": "Sekreteraren",
    }
    url = reverse("arrange_meeting", args=["2026"])
    wrong = client.post(url, data | {"deciders": [prepared.decider.pk], "others_present": "Någon annan"})
    assert wrong.status_code == 422
    assert "Ordföranden ska vara en av dem som beslutar" in text(wrong) and "Någon annan" in text(wrong)
    assert client.post(url, data).status_code == 302
    meeting = Meeting.objects.get()
    page = reverse("meeting", args=["2026", meeting.pk])
    assert "Inga förslag är skrivna än" in text(client.get(page))
    assert client.post(reverse("draft_decisions", args=["2026", meeting.pk])).status_code == 302
    assert "0 beslut är fattade och 3 förslag återstår. Tillsammans beviljas 8,0 Mkr." in text(client.get(page))
    again = client.post(reverse("draft_decisions", args=["2026", meeting.pk]), follow=True)
    assert "redan ett förslag eller ett beslut" in text(again) and Decision.objects.count() == 3


def test_the_meeting_says_who_stands_aside_and_what_does_not_fit(prepared: Prepared, client_as: Any) -> None:
    from tests.assessment.making import say_conflict
    from tests.assessment.prepared import set_frame

    draft = prepared.drafts()[1]
    draft.application.conflict_declarations.filter(person=prepared.decider).delete()
    say_conflict(prepared.decider, draft.application)
    set_frame(2026, 3_999_999)
    page = text(client_as(prepared.officer).get(reverse("meeting", args=["2026", draft.meeting_id])))
    assert "Förslagen ryms inte tillsammans" in page and "2026: −1 kr" in page
    assert page.count("Lena Ledamot") == 2  # beside the decision, and among the deciders


def test_a_decider_is_led_to_the_next_decision(prepared: Prepared, client_as: Any) -> None:
    from tests.assessment.making import say_conflict

    first, second, _third = prepared.drafts()
    first.application.conflict_declarations.filter(person=prepared.decider).delete()
    say_conflict(prepared.decider, first.application)
    page = reverse("meeting", args=["2026", first.meeting_id])
    assert f"Till beslut {first.number}" in text(client_as(prepared.chair).get(page))
    assert f"Till beslut {second.number}" in text(client_as(prepared.decider).get(page))
    assert "Till beslut" not in text(client_as(prepared.officer).get(page))
    prepared.adopt(first)
    adopted = client_as(prepared.chair).get(reverse("decision", args=[first.number]))
    assert f'href="{page}"' in text(adopted)
    assert page not in text(Client().get(reverse("decision", args=[first.number])))
    assert f"Till beslut {second.number}" in text(client_as(prepared.chair).get(page))


def test_the_meeting_page_asks_as_many_questions_at_any_size(
    prepared: Prepared, client_as: Any, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    meeting = prepared.drafts()[0].meeting
    client = client_as(prepared.officer)
    with django_assert_max_num_queries(15) as asked:
        client.get(reverse("meeting", args=["2026", meeting.pk]))
    for code in ("17", "18"):
        add_block(prepared.apply(code, 4), {2027: 5_000}, 1_000_000)
    later = prepared.drafts()[0].meeting
    with django_assert_num_queries(len(asked)):
        client.get(reverse("meeting", args=["2026", later.pk]))


# ------------------------------------------------------------------------------------------------------ editing


def test_wrong_amounts_are_said_at_the_field_and_nothing_is_lost(prepared: Prepared, client_as: Any) -> None:
    draft = prepared.drafts()[1]
    client = client_as(prepared.officer)
    url = reverse("edit_decision", args=[draft.number])
    sent = typed(draft, **{"block-1-2026": "en miljon", "reasons": "Egna skäl som inte får försvinna."})
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "Skriv hela kronor med siffror" in text(answer)
    assert "en miljon" in text(answer) and "Egna skäl som inte får försvinna." in text(answer)
    answer = client.post(url, typed(draft, **{"block-1-2026": "1 000 001", "block-1-departure_reason": "Mer."}))
    assert "är mer än vad som söktes för 2026" in text(answer) and 'href="#id_block-1-2026"' in text(answer)
    answer = client.post(url, typed(draft, **{"payment-1-amount": "999 999"}))
    assert "Skillnaden är 1 kr" in text(answer) and 'href="#id_usual_plan"' in text(answer)
    answer = client.post(url, typed(draft, **{"payment-2-due_on": ""}))
    assert "Skriv vilken dag beloppet betalas ut" in text(answer)
    assert Decision.objects.get(pk=draft.pk).version == 1
    assert not Event.objects.filter(verb="edited_decision").exists()


def test_tampered_amounts_and_foreign_blocks_change_nothing(prepared: Prepared, client_as: Any) -> None:
    draft, other = prepared.drafts()[1:]
    client = client_as(prepared.officer)
    sent = typed(draft, **{"block-1-2028": "5000000", "block-9-granted": "on", "block-9-2026": "5000000"})
    assert client.post(reverse("edit_decision", args=[draft.number]), sent).status_code == 302
    assert editable(Decision.objects.get(pk=draft.pk))["blocks"] == {
        1: editable(draft)["blocks"][1] | {"amounts": {2026: 1_000_000, 2027: 1_000_000}}
    }
    for amount in ("-1", "99999999999999999999", "1e9", "<script>alert(1)</script>"):
        answer = client.post(
            reverse("edit_decision", args=[draft.number]),
            typed(Decision.objects.get(pk=draft.pk), **{"block-1-2026": amount}),
        )
        assert answer.status_code == 422 and "<script>alert" not in answer.content.decode()
    assert other.block_decisions.get().years.count() == 0


def test_a_departure_and_the_usual_plan_from_the_form(prepared: Prepared, client_as: Any) -> None:
    draft = prepared.drafts()[0]
    client = client_as(prepared.officer)
    url = reverse("edit_decision", args=[draft.number])
    without = typed(draft, **{"block-2-granted": None, "usual_plan": "on"})
    answer = client.post(url, without)
    assert answer.status_code == 422 and "Block 2 beviljas inte fast körningen valde det" in text(answer)
    done = client.post(url, without | {"block-2-departure_reason": "Redan gjort."}, follow=True)
    assert "Förslaget är sparat" in text(done) and "Avvikelse från prioriteringen: Redan gjort." in text(done)
    assert sum(sek for _day, sek in editable(Decision.objects.get(pk=draft.pk))["payments"]) == 2_000_000


def test_two_tabs_the_second_is_told_and_keeps_its_text(prepared: Prepared, client_as: Any) -> None:
    draft = prepared.drafts()[1]
    client = client_as(prepared.officer)
    url = reverse("edit_decision", args=[draft.number])
    assert client.post(url, typed(draft, reasons="Den första flikens skäl.")).status_code == 302
    late = client.post(url, typed(draft, reasons="Den andra flikens skäl."))
    assert late.status_code == 409
    assert "Den första flikens skäl." in text(late) and "Den andra flikens skäl." in text(late)
    assert Decision.objects.get(pk=draft.pk).reasons == "Den första flikens skäl."
    assert client.post(url, typed(draft, reasons="Den andra flikens skäl.", version=2)).status_code == 302


# ----------------------------------------------------------------------------------------------------- adopting


def test_deciding_shows_everything_once_and_then_publishes(prepared: Prepared, client_as: Any) -> None:
    draft = prepared.drafts()[0]
    client = client_as(prepared.chair)
    url = reverse("adopt_decision", args=[draft.number])
    page = text(client.get(url))
    assert "6 000 000 kr räknas av från ramarna" in page and "10. Vad som gäller om återkrav (19 §)" in page
    assert Decision.objects.get(pk=draft.pk).state == "draft"
    assert client.post(url, {"version": 1}).status_code == 302
    twice = client.post(url, {"version": 1})
    assert twice.status_code == 422 and "fattades redan" in text(twice)
    assert Event.objects.filter(verb="adopted_decision").count() == 1
    public = Client().get(reverse("decision", args=[draft.number]))
    assert public.status_code == 200 and "Utbetalningsplan" in text(public)
    pdf = Client().get(reverse("decision_pdf", args=[draft.number]))
    assert pdf.content.startswith(b"%PDF") and pdf["Content-Type"] == "application/pdf"


def test_a_draft_that_changed_is_shown_anew_before_it_is_decided(prepared: Prepared, client_as: Any) -> None:
    draft = prepared.drafts()[0]
    prepared.edit(draft, reasons="Skälen är ändrade medan du läste.")
    answer = client_as(prepared.chair).post(reverse("adopt_decision", args=[draft.number]), {"version": 1})
    assert answer.status_code == 409 and "Skälen är ändrade medan du läste." in text(answer)
    assert Decision.objects.get(pk=draft.pk).state == "draft"


def test_drafts_are_hidden_and_nothing_can_be_done_from_outside(
    prepared: Prepared, client_as: Any, person: Any
) -> None:
    draft = prepared.drafts()[0]
    outside = [Client(), client_as(person(Role.REPRESENTATIVE, "14")), client_as(person(Role.CATALOGUE_EDITOR))]
    for client in outside:
        assert client.get(reverse("decision", args=[draft.number])).status_code == 404
        assert client.get(reverse("decision_pdf", args=[draft.number])).status_code == 404
        assert draft.number not in text(client.get(reverse("decisions")))
    for client in outside[1:]:
        for name in ("edit_decision", "adopt_decision"):
            assert client.post(reverse(name, args=[draft.number]), {"version": 1}).status_code == 403
    assert client_as(prepared.officer).get(reverse("decision_pdf", args=[draft.number])).status_code == 404
    officer = client_as(prepared.officer).post(reverse("adopt_decision", args=[draft.number]), {"version": 1})
    assert officer.status_code == 403
    assert Decision.objects.filter(state="draft").count() == 3


def test_the_public_list_filters_and_sums(prepared: Prepared) -> None:
    assert "Inga beslut att visa" in text(Client().get(reverse("decisions")))
    for draft in prepared.drafts():
        prepared.adopt(draft)
    page = text(Client().get(reverse("decisions")))
    assert "3 beslut, varav 2 med bidrag: tillsammans 8,0 Mkr." in page
    page = text(Client().get(reverse("decisions"), {"q": "remiss", "utfall": "granted"}))
    assert "B2026-002" in page and "B2026-001" not in page
    assert Client().get(reverse("decisions"), {"ar": "abc", "utfall": "x", "sida": "99"}).status_code == 200


def test_the_public_list_asks_as_many_questions_at_any_size(prepared: Prepared, django_assert_num_queries: Any) -> None:
    first, *rest = prepared.drafts()
    prepared.adopt(first)
    with django_assert_num_queries(1):
        Client().get(reverse("decisions"))
    for draft in rest:
        prepared.adopt(draft)
    with django_assert_num_queries(1):
        Client().get(reverse("decisions"))


def test_a_decision_asks_as_many_questions_at_any_size(
    prepared: Prepared, client_as: Any, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    wide = prepared.apply("20", 5, others=[prepared.regions[code] for code in ("01", "03", "04", "05", "06")])
    for _more in range(3):
        add_block(wide, {2026: 5_000, 2027: 5_000}, 1_000_000)
    first, *_rest, last = prepared.drafts()
    assert last.application == wide
    pages = [(prepared.officer, "decision"), (prepared.officer, "edit_decision"), (prepared.chair, "adopt_decision")]
    for person, name in pages:
        client = client_as(person)
        with django_assert_max_num_queries(19) as asked:  # the price of a departure is read from the frozen run
            client.get(reverse(name, args=[first.number]))
        with django_assert_num_queries(len(asked)):
            client.get(reverse(name, args=[last.number]))
    for draft in (first, last):
        prepared.adopt(draft)
    with django_assert_max_num_queries(12) as asked:
        Client().get(reverse("decision", args=[first.number]))
    with django_assert_num_queries(len(asked)):
        Client().get(reverse("decision", args=[last.number]))


def test_scripts_in_what_people_write_stay_text(prepared: Prepared, client_as: Any) -> None:
    draft = prepared.drafts()[1]
    draft.application.title = "<script>alert(1)</script>"
    draft.application.save()
    prepared.edit(draft, reasons="<img src=x onerror=alert(1)>")
    prepared.adopt(draft)
    for url in (reverse("decisions"), reverse("decision", args=[draft.number])):
        body = Client().get(url).content.decode()
        assert "<script>alert" not in body and "<img src=x" not in body
