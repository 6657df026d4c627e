"""Addresses of prioritisation, meetings and decisions."""

from django.urls import URLPattern, path

from ..views import deciding, meetings, prioritising, published, workbench

ROUND = "beredning/<slug:slug>/"
RUNS = ROUND + "prioritering/korningar/"
MEETING = ROUND + "sammantrade/<int:pk>/"
PRIORITISING = ROUND + "prioritering/"
PUBLISHED = "prioritering/<int:number>/"
DECISION = "beslut/<slug:number>/"

urlpatterns: list[URLPattern] = [
    path(ROUND + "prioritering/", prioritising.prioritisation, name="prioritisation"),
    path(PRIORITISING + "svar/scenarier/", workbench.bench_scenarios, name="bench_scenarios"),
    path(PRIORITISING + "svar/block/", workbench.bench_sentences, name="bench_sentences"),
    path(PRIORITISING + "svar/<slug:part>/", workbench.bench_part, name="bench_part"),
    path(PRIORITISING + "scenarier/", workbench.scenarios, name="scenarios"),
    path(PRIORITISING + "scenarier/<int:pk>/ta-bort/", workbench.remove_scenario, name="remove_scenario"),
    path(PRIORITISING + "frys/", workbench.freeze_run, name="freeze_run"),
    path(RUNS, prioritising.runs, name="runs"),
    path(RUNS + "<int:number>/", prioritising.run, name="run"),
    path(RUNS + "<int:number>/omgang.json", prioritising.run_round, name="run_round"),
    path(RUNS + "<int:number>/resultat.json", prioritising.run_result, name="run_result"),
    path(RUNS + "<int:number>/publicera/", workbench.publish_run, name="publish_run"),
    path(RUNS + "<int:number>/omrakning/", workbench.repeat_run, name="repeat_run"),
    path("prioritering/", published.published_runs, name="published_runs"),
    path(PUBLISHED, published.published_run, name="published_run"),
    path(PUBLISHED + "round.json", published.published_round, name="published_round"),
    path(PUBLISHED + "result.json", published.published_result, name="published_result"),
    path(PUBLISHED + "check.py", published.published_checker, name="published_checker"),
    path(PUBLISHED + "prioritering.zip", published.published_archive, name="published_archive"),
    path(ROUND + "sammantrade/", meetings.meetings, name="meetings"),
    path(ROUND + "sammantrade/nytt/", meetings.arrange_meeting, name="arrange_meeting"),
    path(MEETING, meetings.meeting, name="meeting"),
    path(MEETING + "forslag/", meetings.draft_decisions, name="draft_decisions"),
    path("beslut/", deciding.decisions, name="decisions"),
    path(DECISION, deciding.decision, name="decision"),
    path(DECISION + "beslut.pdf", deciding.decision_pdf, name="decision_pdf"),
    path(DECISION + "redigera/", deciding.edit_decision, name="edit_decision"),
    path(DECISION + "besluta/", deciding.adopt_decision, name="adopt_decision"),
]
