"""Hours by the own region, reports with every region's own part."""

import datetime as dt

import pytest

from hemtag.followup import queries
from hemtag.followup.actions import paying, reporting
from hemtag.followup.models import Contribution, ReportKind, ReportPart, ReportState
from hemtag.history.models import Event, RegisterEntry
from hemtag.refusals import Clash, DoesNotHold, NotAllowed, WrongState
from tests.followup.making import Events

HALF = dt.date(2026, 7, 1)


# ---------------------------------------------------------------- hours


def test_a_region_reports_and_corrects_its_own_hours(after):
    with Events() as events:
        after.hours("01", 100)
        after.hours("01", 120)
    assert events.verbs == ["reported_hours"] * 2
    row = Contribution.objects.get()
    assert (row.hours, row.starts_on, row.ends_on) == (120, HALF, dt.date(2026, 12, 31))
    last = Event.objects.order_by("-number")[0]
    assert last.details["before"] == {"1": 100}
    assert last.details["region"] == "01"


@pytest.mark.parametrize("who", ["author", "economist", "skane", "stranger", "officer", "first", "auditor"])
def test_nobody_reports_for_another_region(after, who):
    with pytest.raises(NotAllowed), Events() as events:
        reporting.report_hours(
            by=getattr(after, who),
            decision=after.decision,
            region=after.regions["01"],
            starts_on=HALF,
            hours={after.block.pk: 10},
        )
    assert events.verbs == []


def test_a_region_outside_the_application_has_nothing_to_report(after):
    with pytest.raises(DoesNotHold, match="deltar inte"):
        reporting.report_hours(
            by=after.stranger,
            decision=after.decision,
            region=after.regions["25"],
            starts_on=HALF,
            hours={after.block.pk: 10},
        )


@pytest.mark.parametrize(
    "starts_on, hours, field",
    [
        (dt.date(2026, 8, 1), 1, "starts_on"),
        (dt.date(2027, 7, 1), 1, "starts_on"),
        (dt.date(2026, 1, 1), 1, "starts_on"),
        (HALF, -1, "block"),
        (HALF, 200_001, "block"),
    ],
)
def test_hours_that_cannot_be_are_refused(after, starts_on, hours, field):
    with pytest.raises(DoesNotHold) as refusal:
        after.hours("01", hours, starts_on)
    assert refusal.value.problems[0].field.startswith(field)
    assert not Contribution.objects.exists()


def test_a_block_of_another_application_is_refused(after):
    with pytest.raises(DoesNotHold, match="hör inte till"):
        reporting.report_hours(
            by=after.stockholm,
            decision=after.decision,
            region=after.regions["01"],
            starts_on=HALF,
            hours={after.block.pk + 999: 10},
        )


def test_hours_stand_once_money_has_been_shared_by_them(after):
    after.hours("01", 100)
    after.distributed()
    with pytest.raises(WrongState, match="redan fördelad"):
        after.hours("01", 1)
    after.hours("01", 7, starts_on=dt.date(2027, 1, 1))
    table = queries.hours_table(after.decision)
    assert table.total == 107
    assert table.sums == [100, 7]


def test_the_hours_page_takes_one_half_year_at_a_time(after, client_as):
    client, url = client_as(after.stockholm), f"/uppfoljning/{after.application.number}/arbetstid/"
    after.hours("01", 41)
    newest = client.get(url).content.decode()
    assert 'value="2027-01-01"' in newest
    assert 'value="41"' not in newest
    earlier = client.get(url + "?period=2026-07-01").content.decode()
    assert 'value="2026-07-01"' in earlier
    assert 'value="41"' in earlier
    data = {"region": "01", "starts_on": "2026-07-01", f"block_{after.block.pk}": "många"}
    wrong = client.post(url, data)
    assert wrong.status_code == 422
    assert "många" in wrong.content.decode()
    assert client.post(url, {**data, f"block_{after.block.pk}": "42", "region": "12"}).status_code == 422
    assert client.post(url, {**data, f"block_{after.block.pk}": "42"}).status_code == 302
    assert Contribution.objects.get().hours == 42
    assert client_as(after.stranger).get(url).status_code == 404


# ---------------------------------------------------------------- reports


def test_a_report_is_begun_once(after):
    with Events() as events:
        report = after.report()
    assert events.verbs == ["opened_report"]
    assert report.due_on == dt.date(2027, 3, 1)
    with pytest.raises(WrongState, match="redan påbörjad"):
        after.report()
    assert queries.reports_to_open(after.decision) == [ReportKind.FINAL]


def test_a_report_that_the_decision_does_not_ask_for(after):
    after.decision.interim_due_on = None
    after.decision.save()
    with pytest.raises(DoesNotHold, match="ingen delredovisning"):
        after.report()


@pytest.mark.parametrize("who", ["author", "economist", "representative", "skane", "stranger", "officer", "auditor"])
def test_nobody_writes_another_regions_part(after, who):
    report = after.report()
    after.part(report, "01", text="Vårt eget.")
    with pytest.raises(NotAllowed):
        reporting.write_part(
            by=getattr(after, who),
            report=report,
            region=after.regions["01"],
            version=1,
            text="Överskrivet.",
            cost_sek=0,
        )
    assert ReportPart.objects.get().text == "Vårt eget."


def test_the_whole_is_written_by_the_responsible_region(after):
    report = after.report()
    for person in (after.stockholm, after.economist, after.officer, after.auditor):
        with pytest.raises(NotAllowed):
            reporting.write_progress(by=person, report=report, version=1, progress="Nej.")
    reporting.write_progress(by=after.author, report=report, version=1, progress="Ja.")


def test_two_tabs_on_a_part_are_told_who_saved(after):
    report = after.report()
    after.part(report, "01", text="Först.", cost_sek=1000)
    with pytest.raises(Clash) as clash:
        after.part(report, "01", version=0, text="Sedan.", cost_sek=1000)
    assert clash.value.who == "Stina Stockholm"
    assert [(d.field, d.theirs) for d in clash.value.differences] == [("text", "Först.")]
    assert after.part(report, "01", version=clash.value.version, text="Ihop.").text == "Ihop."


def test_two_tabs_on_the_whole_are_told_who_saved(after):
    report = after.report()
    reporting.write_progress(by=after.author, report=report, version=1, progress="Först.")
    with pytest.raises(Clash) as clash:
        reporting.write_progress(by=after.representative, report=report, version=1, progress="Sedan.")
    assert clash.value.who == "Sara Skribent"
    assert clash.value.version == 2


@pytest.mark.parametrize("text, cost, field", [(" ", 0, "text"), ("Ja.", -1, "cost")])
def test_a_part_says_what_was_done_and_cost(after, text, cost, field):
    report = after.report()
    with pytest.raises(DoesNotHold) as refusal:
        after.part(report, "01", text=text, cost_sek=cost)
    assert refusal.value.problems[0].field == field


def test_hand_in_needs_every_part_and_the_whole(after):
    report = after.report()
    after.part(report, "14")
    with pytest.raises(DoesNotHold) as refusal:
        reporting.submit_report(by=after.representative, report=report)
    said = str(refusal.value)
    assert after.regions["01"].name in said
    assert after.regions["12"].name in said
    assert after.regions["14"].name not in said
    assert len(refusal.value.problems) == 2


def test_a_report_is_handed_in_frozen_returned_and_accepted(after):
    report = after.written()
    for person in (after.author, after.stockholm, after.officer):
        with pytest.raises(NotAllowed):
            reporting.submit_report(by=person, report=report)
    with Events() as events:
        report = reporting.submit_report(by=after.representative, report=report)
    assert events.verbs == ["submitted_report"]
    content = Event.objects.order_by("-number")[0].details["content"]
    assert content["parts"]["12"] == {"text": "Gjort.", "cost_sek": 100_000}
    assert content["progress"] == "Det går bra."
    assert RegisterEntry.objects.get().sha256 == Event.objects.order_by("-number")[0].details["sha256"]
    for act in (
        lambda: reporting.submit_report(by=after.representative, report=report),
        lambda: after.part(report, "01", version=1),
        lambda: reporting.write_progress(by=after.author, report=report, version=2, progress="x"),
    ):
        with pytest.raises(WrongState, match="inlämnad"):
            act()
    with pytest.raises(NotAllowed):
        reporting.settle_report(by=after.representative, report=report, accept=True)
    with pytest.raises(DoesNotHold):
        reporting.settle_report(by=after.officer, report=report, accept=False, reason=" ")
    with Events() as events:
        reporting.settle_report(by=after.officer, report=report, accept=False, reason="Kostnaden?")
    assert events.verbs == ["returned_report"]
    after.part(report, "01", version=1, text="Rättat.")
    reporting.submit_report(by=after.representative, report=report)
    with Events() as events:
        report = reporting.settle_report(by=after.officer, report=report, accept=True)
    assert events.verbs == ["accepted_report"]
    assert report.state == ReportState.ACCEPTED
    with pytest.raises(WrongState, match="godtagen"):
        reporting.settle_report(by=after.officer, report=report, accept=True)


def test_planned_stands_beside_actual(after):
    report = after.written()
    parts = queries.parts_of(report)
    # The report of 1 March 2027 speaks of 2026: 1 Mkr own time in 14, technology 100 000 and 200 000.
    assert parts.until == 2026
    assert {region.code: planned for region, _part, planned in parts.rows} == {
        "01": 100_000,
        "12": 200_000,
        "14": 1_000_000,
    }
    assert (parts.planned_sek, parts.cost_sek) == (1_300_000, 300_000)


def test_a_report_through_the_pages(after, client_as):
    author, stockholm = client_as(after.author), client_as(after.stockholm)
    url = f"/uppfoljning/{after.application.number}/redovisning/interim/"
    assert stockholm.post(url).status_code == 403
    opened = author.post(url)
    assert opened.status_code == 302
    assert author.post(url).status_code == 409
    assert author.post(f"/uppfoljning/{after.application.number}/redovisning/annan/").status_code == 404
    page = opened["Location"]
    text = "<script>alert(1)</script> vi har börjat"
    data = {"region": "01", "version": "0", "text": text, "cost": "tusen"}
    wrong = stockholm.post(f"{page}del/", data)
    assert wrong.status_code == 422
    assert "tusen" in wrong.content.decode()
    assert "&lt;script&gt;alert(1)" in wrong.content.decode()
    assert stockholm.post(f"{page}del/", {**data, "cost": "1 000"}).status_code == 302
    clash = stockholm.post(f"{page}del/", {**data, "text": "min andra flik", "cost": "2 000"})
    assert clash.status_code == 409
    shown = clash.content.decode()
    assert "Stina Stockholm sparade före dig" in shown
    assert "min andra flik" in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert(1)" not in shown
    assert stockholm.post(f"{page}del/", {**data, "region": "12", "cost": "1"}).status_code == 422
    assert stockholm.post(f"{page}helhet/", {"version": "1", "progress": "x"}).status_code == 403
    assert author.post(f"{page}helhet/", {"version": "1", "progress": "Bra."}).status_code == 302
    late = author.post(f"{page}helhet/", {"version": "1", "progress": "Sämre."})
    assert late.status_code == 409
    assert "Sara Skribent sparade före dig" in late.content.decode()
    assert "Sämre." in late.content.decode()
    missing = client_as(after.representative).post(f"{page}lamna-in/")
    assert missing.status_code == 422
    assert after.regions["12"].name in missing.content.decode()
    assert client_as(after.stranger).get(page).status_code == 404
    assert client_as(after.auditor).get(page).status_code == 200
    assert client_as(after.auditor).post(f"{page}godta/").status_code == 403
    after.part(queries.report_for(after.author, int(page.split("/")[2])), "12")
    after.part(queries.report_for(after.author, int(page.split("/")[2])), "14")
    assert client_as(after.representative).post(f"{page}lamna-in/").status_code == 302
    assert client_as(after.representative).post(f"{page}lamna-in/").status_code == 409
    officer = client_as(after.officer)
    assert officer.post(f"{page}komplettera/", {"reason": ""}).status_code == 422
    assert officer.post(f"{page}godta/").status_code == 302
    assert officer.post(f"{page}godta/").status_code == 409


def test_payments_that_wait_to_be_shared_are_said(after):
    payment = after.paid()
    texts = [row.text for row in queries.next_for(after.economist)]
    assert any("Fördela utbetalningen" in text for text in texts)
    assert not any("Fördela" in row.text for row in queries.next_for(after.author))
    after.hours("14", 1)
    paying.distribute(by=after.economist, payment=payment, basis_from=HALF, basis_to=dt.date(2026, 12, 31))
    assert not any("Fördela" in row.text for row in queries.next_for(after.economist))
    assert any("Bekräfta" in row.text for row in queries.next_for(after.skane))
