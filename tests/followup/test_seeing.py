"""Who sees what after the decision, at how many queries; and the pages as a whole."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hemtag.followup import queries
from hemtag.followup.actions.spreading import propose_block
from hemtag.followup.models import PaymentState
from hemtag.refusals import NotAllowed, WrongState
from hemtag.solutions.models import Solution, SolutionKind
from tests.assessment.making import make_application
from tests.followup.making import Events, adopt

VALUES = {
    "kind": SolutionKind.AI,
    "title": "Gemensam tidbok",
    "specialty": "primärvård",
    "problem": "Luckor i tidboken.",
    "summary": "En tidbok för alla.",
}


def more(after, count):
    for number in range(count):
        application = make_application(
            after.call, after.regions["14"], others=[after.regions["01"]], title=f"Åtgärd {number}"
        )
        after.others.append(adopt(application, after.chair))


def test_who_sees_a_follow_up(after):
    number = after.application.number
    for person in (after.author, after.stockholm, after.skane, after.officer, after.first, after.auditor):
        assert queries.follow_up_for(person, number) == after.decision
    assert not queries.follow_ups_for(after.stranger).exists()
    with pytest.raises(after.decision.DoesNotExist):
        queries.follow_up_for(after.stranger, number)


def test_a_region_that_declined_sees_nothing(after):
    after.application.participants.filter(region=after.regions["01"]).update(state="declined")
    assert not queries.follow_ups_for(after.stockholm).exists()


def test_a_draft_decision_is_not_followed_up(after):
    after.decision.state = "draft"
    after.decision.save()
    assert not queries.follow_ups_for(after.officer).exists()
    assert queries.payments_to_handle() == []


def test_foreign_rows_do_not_exist(after, client_as):
    after.hours("14", 1)
    share = after.distributed().shares.get(region=after.regions["14"])
    report, stranger = after.report(), client_as(after.stranger)
    for url in (
        f"/uppfoljning/{after.application.number}/",
        f"/uppfoljning/{after.application.number}/arbetstid/",
        f"/avrakningar/{share.pk}/",
        f"/redovisningar/{report.pk}/",
        f"/utbetalningar/{share.distribution.payment_id}/fordela/",
        "/redovisningar/999999/",
        "/aterkrav/999999/",
    ):
        assert stranger.get(url).status_code == 404, url
    assert stranger.post(f"/avrakningar/{share.pk}/bekrafta/").status_code == 404
    assert stranger.post(f"/redovisningar/{report.pk}/del/", {}).status_code == 404
    assert stranger.get("/uppfoljning/").status_code == 200


@pytest.mark.parametrize("url", ["/uppfoljning/", "/utbetalningar/", "/utbetalningar/export/", "/avrakningar/1/"])
def test_a_stranger_is_sent_to_log_in(after, client, url):
    answer = client.get(url)
    assert answer.status_code == 302
    assert "next=" in answer["Location"]


def test_payments_are_the_payments_officers_pages(after, client_as):
    payment = after.approved()
    for person in (after.officer, after.economist, after.stranger):
        for url in ("/utbetalningar/", "/utbetalningar/export/", f"/utbetalningar/{payment.pk}/"):
            assert client_as(person).get(url).status_code == 403
    auditor = client_as(after.auditor)
    for url in ("/utbetalningar/", f"/utbetalningar/{payment.pk}/", f"/uppfoljning/{after.application.number}/"):
        page = auditor.get(url)
        assert page.status_code == 200
        assert f'action="/utbetalningar/{payment.pk}/' not in page.content.decode()
    assert (
        auditor.post(f"/utbetalningar/{payment.pk}/betald/", {"on": "2027-03-15", "reference": "x"}).status_code == 403
    )
    payment.refresh_from_db()
    assert payment.state == PaymentState.APPROVED


def test_the_lists_ask_as_much_for_one_as_for_four(after, client_as):
    after.hours("14", 5)
    after.distributed()
    for person, url in (
        (after.officer, "/uppfoljning/"),
        (after.stockholm, "/uppfoljning/"),
        (after.first, "/utbetalningar/"),
        (after.stockholm, f"/uppfoljning/{after.application.number}/"),
    ):
        client, counts = client_as(person), []
        for rows in (0, 3):
            more(after, rows)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(url).status_code == 200
            counts.append(len(asked))
        assert counts[0] == counts[1], url
        assert counts[0] <= 25, url


def test_money_adds_up(after):
    after.hours("14", 5)
    after.distributed()
    money = queries.money_of(queries.follow_ups_for(after.officer))[0]
    assert (money.granted_sek, money.paid_sek, money.shared_sek) == (2_000_000, 1_000_000, 1_000_000)
    assert money.next_due == after.decision.planned_payments.get(due_on__year=2026).due_on
    years = {row.year: (row.frame, row.chosen, row.paid_sek) for row in queries.ledger()}
    assert years[2027] == (250_000_000, 1_000_000, 1_000_000)
    assert years[2026] == (250_000_000, 1_000_000, 0)


def test_a_title_with_a_script_stays_text(after, client_as):
    after.application.title = "<script>alert(1)</script>"
    after.application.save()
    payment = after.prepared()
    for person, url in (
        (after.officer, "/uppfoljning/"),
        (after.officer, f"/uppfoljning/{after.application.number}/"),
        (after.first, "/utbetalningar/"),
        (after.first, f"/utbetalningar/{payment.pk}/"),
    ):
        shown = client_as(person).get(url).content.decode()
        assert "&lt;script&gt;alert(1)" in shown
        assert "<script>alert(1)" not in shown


# ---------------------------------------------------------------- to the catalogue


def test_a_granted_block_is_proposed_once(after):
    granted = queries.granted_block_for(after.officer, after.application.number, 1)
    with Events() as events:
        solution = propose_block(by=after.officer, granted=granted, **VALUES)
    assert events.verbs == ["proposed_solution"]
    assert solution.owner == after.regions["14"]
    assert solution.origin == "D-2026-001, block 1: Tidboken"
    with pytest.raises(WrongState, match="finns redan"):
        propose_block(by=after.officer, granted=granted, **VALUES)
    assert Solution.objects.count() == 1
    assert queries.granted_blocks_of(after.decision)[0].solution == solution


def test_only_the_delegations_case_officer_proposes_blocks(after, client_as):
    granted = queries.granted_block_for(after.officer, after.application.number, 1)
    for person in (after.author, after.representative, after.chair, after.auditor):
        with pytest.raises(NotAllowed):
            propose_block(by=person, granted=granted, **VALUES)
    url = f"/uppfoljning/{after.application.number}/block/1/katalog/"
    officer = client_as(after.officer)
    page = officer.get(url).content.decode()
    assert "Färre luckor" in page
    assert officer.post(url, {"title": "Min titel"}).status_code == 422
    done = officer.post(url, {**VALUES, "kind": "ai"}, follow=True)
    assert "Gemensam tidbok" in done.content.decode()
    assert officer.post(url, {**VALUES, "kind": "ai"}).status_code == 422
    assert officer.get(f"/uppfoljning/{after.application.number}/block/9/katalog/").status_code == 404
