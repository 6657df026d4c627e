"""The pages of introductions: what they say, how much they weigh and ask, what they forecast and give out."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hemtag import uptake
from hemtag.solutions import showing
from hemtag.solutions.actions import adopting
from hemtag.solutions.models import (
    NEEDS_REASON,
    AdoptionStep,
    Stage,
    Suggestion,
)
from hemtag.solutions.queries import spreading
from tests.solutions.steps import NOW, TERMS, TODAY, asked_at, placed


@pytest.fixture(autouse=True)
def _the_day():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


# ---------------------------------------------------------------- pages


def spread_out(solution, regions, used, begun=()):
    for number, code in enumerate(used):
        placed(solution, regions[code], "decided", dt.date(2026, 1, 10))
        placed(solution, regions[code], "in_use", dt.date(2026, 3, 1) + dt.timedelta(days=10 * number))
    for code in begun:
        placed(solution, regions[code], "decided", dt.date(2026, 1, 10))
    AdoptionStep.objects.update(recorded_at=NOW)


def test_the_page_says_it_first_shows_all_21_and_is_light(solution, regions, client):
    every = [code for code in regions if code.isdigit()]
    spread_out(solution, regions, every[:20], every[20:])
    answer = client.get(f"/losningar/{solution.slug}/inforanden/")
    shown = answer.content.decode()
    assert "I drift i 20 av 21 regioner, 20 bekräftade. Mediantid från beslut till drift" in shown
    assert all(region.short_name in shown for code, region in regions.items() if code.isdigit())
    assert shown.count("<path class=") >= 21
    assert "Ingen prognos" in shown or "nio av tio utfall" in shown
    assert "style=" not in shown
    assert len(answer.content) < 100_000, len(answer.content)


def test_the_page_asks_as_much_for_one_as_for_many(make, regions, client):
    counts = []
    urls = []
    for slug, used in (("en", ["01"]), ("fler", ["01", "03", "04", "05", "12"])):
        row = make(slug, title=slug)
        spread_out(row, regions, used)
        urls = [f"/losningar/{slug}/inforanden/", f"/losningar/{slug}/inforanden/region/01/", "/losningar/spridning/"]
        for url in urls:
            client.get(url)
        asked = []
        for url in urls:
            with CaptureQueriesContext(connection) as held:
                assert client.get(url).status_code == 200
            asked.append(len(held))
        counts.append(asked)
    assert counts[0] == counts[1], counts
    assert max(counts[0]) <= 26, counts


def test_no_forecast_before_three_and_one_after(make, regions, client):
    few, many = make("fa", title="Få"), make("manga", title="Många")
    spread_out(few, regions, ["01", "03", "14"])
    spread_out(many, regions, ["01", "03", "04"])
    found = spreading.pooled(TODAY)
    assert found.refused["fa"] == "too_few_adopters"
    assert set(found.of) == {"manga"}
    fan = found.of["manga"].fan
    assert len(fan) == 5
    assert all(low <= high for low, high in zip(fan[0], fan[4], strict=True))
    assert "Ingen prognos än" in client.get("/losningar/fa/inforanden/").content.decode()
    assert "nio av tio utfall" in client.get("/losningar/manga/inforanden/").content.decode()


def test_the_models_are_fitted_once_until_something_happens(solution, regions, step, monkeypatch):
    spread_out(solution, regions, ["01", "03", "04"])
    fitted = []
    whole = uptake.forecast
    monkeypatch.setattr(uptake, "forecast", lambda *given: fitted.append(1) or whole(*given), raising=False)
    first = spreading.pooled(TODAY)
    assert spreading.pooled(TODAY) == first
    assert len(fitted) == 1
    step(solution, "12", "interested")
    spreading.pooled(TODAY)
    assert len(fitted) == 2


def test_the_numbers_are_those_of_the_pure_package(solution, regions):
    spread_out(solution, regions, ["01", "03", "04"], ["12"])
    found = spreading.spread_of(solution, TODAY)
    whole, _faults = uptake.examine(spreading.file_for(solution, TODAY), TODAY)
    one = whole.solutions[0]
    for own, pure in zip(found.rungs, uptake.funnel((one,), TODAY), strict=True):
        assert (own.stage, own.reached, own.here, own.left) == (pure.stage, pure.reached, pure.here, pure.left)
        assert (own.days and own.days.quantile()) == (pure.days and pure.days.quantile())
    assert found.curve.waiting.tolist() == uptake.waiting_curve(one, TODAY).waiting.tolist()
    assert found.curve.times.tolist() == [50.0, 60.0, 70.0]
    assert found.decided_to_use.quantile() == 60
    rungs = showing.rungs_of(found.rungs, spreading.names(), {})
    assert [(row.stage, row.reached) for row in rungs] == [
        ("interested", 4),
        ("decided", 4),
        ("piloting", 3),
        ("rolling_out", 3),
        ("in_use", 3),
    ]
    assert rungs[1].median == 60
    assert rungs[1].stuck == ((regions["12"].short_name, (TODAY - dt.date(2026, 1, 10)).days),)


def test_the_export_is_what_hemtag_uptake_reads(solution, regions, client, tmp_path):
    spread_out(solution, regions, ["01", "03"])
    answer = client.get(f"/losningar/{solution.slug}/inforanden.json")
    file = tmp_path / "inforanden.json"
    file.write_bytes(answer.content)
    spread = uptake.load_spread(file, TODAY)
    assert spread.solution(solution.slug).origin == ("14",)
    assert len(spread.solution(solution.slug).steps) == 4
    import jsonschema

    with open("data/schemas/uptake.schema.json", encoding="utf-8") as schema:
        jsonschema.validate(json.loads(answer.content), json.load(schema))


def test_the_sheets_have_every_step_and_no_formula(solution, regions, step, people, client):
    wrong = step(solution, "01", "in_use", proof="=1+1 är en formel")
    adopting.correct_step(by=people["01"], step=wrong, stage="", occurred_on=TODAY, proof="Fel lösning.")
    text = client.get(f"/losningar/{solution.slug}/inforanden.csv").content.decode("utf-8-sig")
    lines = text.strip().splitlines()
    assert len(lines) == 3
    assert "'=1+1 är en formel" in lines[1]
    assert ";nej;" in lines[1]
    book = client.get(f"/losningar/{solution.slug}/inforanden.xlsx")
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_filelike(__import__("io").BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert rows[1][9] == "=1+1 är en formel"


def test_a_region_walks_through_the_pages(make, regions, people, client_as, client):
    solution = make(kind="phasing_out")
    core = solution.core_functions.create(position=1, text="<b>Kärnan</b>")
    own, url = client_as(people["01"]), f"/losningar/{solution.slug}/inforanden/"
    first = own.get(f"{url}nytt/").content.decode()
    assert 'value="decided"' in first
    asked = own.get(f"{url}nytt/?steg=decided").content.decode()
    assert "Vem beslutade?" in asked
    assert "Hur många använder lösningen?" not in asked
    data = {"region": "01", "stage": "decided", "occurred_on": "2027-03-01", "proof": "<script>alert(1)</script>"}
    lacking = own.post(f"{url}nytt/", {**data, "decision_body": "Nämnden", "decision_number": "vet ej"})
    assert lacking.status_code == 422
    assert "paragraf eller diarienummer" in lacking.content.decode()
    done = own.post(f"{url}nytt/", {**data, "decision_body": "Nämnden", "decision_number": "§ 4"})
    assert done["Location"] == url
    step = AdoptionStep.objects.get()
    assert step.decision_reference == "Nämnden, § 4"
    region = f"{url}region/01/"
    for page in (region, url, f"/losningar/{solution.slug}/"):
        shown = client.get(page).content.decode()
        assert "<script>alert(1)" not in shown
    adaptation = {"occurred_on": "2027-03-02", "text": "Annat sätt att göra det", "touches": [core.pk], **TERMS}
    assert own.post(f"{region}anpassning/", {**adaptation, "goal": ""}).status_code == 422
    assert own.post(f"{region}anpassning/", adaptation).status_code == 302
    pk = step.adoption.adaptations.get().pk
    assert own.post(f"{region}anpassning/{pk}/variant/", {"title": "Egen", "summary": "Så."}).status_code == 302
    assert own.post(f"{region}anpassning/{pk}/avsluta/", {"note": "Gäller inte mer"}).status_code == 302
    checked = {"checked_on": "2027-03-02", "functions": [core.pk], "method": "Journalgranskning"}
    assert own.post(f"{region}foljsamhet/", checked).status_code == 302
    volume = {"is_before": "yes", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "number": "40", "unit": "st"}
    assert own.post(f"{region}volym/", {**volume, "source": "Registret, alla"}).status_code == 302
    assert own.post(f"{region}bekrafta/", {}).status_code == 302
    shown = own.get(region).content.decode()
    for words in ("&lt;b&gt;Kärnan", "Journalgranskning", "1 av 1", "40", "Nämnden, § 4", "avslutad", "Rätta"):
        assert words in shown
    corrected = own.post(f"{url}{step.pk}/ratta/", {"stage": "taken_back", "proof": "Det gällde en annan."})
    assert corrected.status_code == 302
    assert "<del>" in client.get(region).content.decode()
    assert client_as(people["03"]).get(f"{url}{step.pk}/ratta/").status_code == 404
    assert client_as(people["03"]).get(f"{region}anpassning/").status_code == 404
    assert client.get(f"{url}region/99/").status_code == 404
    owner = client_as(people["14"])
    assert owner.post(f"{url}foresla/", {"region": "03", "text": "Vi har sett den där"}).status_code == 302
    pk = Suggestion.objects.get().pk
    home = client_as(people["03"])
    assert f"fraga/{pk}/" in home.get("/min-sida/").content.decode()
    assert home.post(f"{url}fraga/{pk}/", {"answer": "no", "note": ""}).status_code == 422
    assert home.post(f"{url}fraga/{pk}/", {"answer": "yes"})["Location"] == f"{url}nytt/"


def test_the_regions_page_tells_what_it_stopped_and_why(solution, step, client):
    step(solution, "01", "declined", reason="integration", proof="Kopplingen blev för dyr.")
    shown = client.get("/regioner/01/").content.decode()
    assert "Går inte att koppla till våra system" in shown
    assert "Kopplingen blev för dyr." in shown
    page = client.get(f"/losningar/{solution.slug}/inforanden/").content.decode()
    assert re.search(r"Går inte att koppla till våra system</th><td class=\"num\">1<", page)


def test_reasons_are_asked_exactly_where_somebody_goes_out():
    assert {stage for stage in Stage if "reason" in asked_at(stage)} == set(NEEDS_REASON)
