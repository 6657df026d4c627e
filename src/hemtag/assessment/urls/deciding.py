"""Addresses of prioritisation, meetings and decisions."""

from django.urls import URLPattern, path

from ..views import deciding, meetings, prioritising

ROUND = "beredning/<slug:slug>/"
RUNS = ROUND + "prioritering/korningar/"
MEETING = ROUND + "sammantrade/<int:pk>/"
DECISION = "beslut/<slug:number>/"

urlpatterns: list[URLPattern] = [
    path(ROUND + "prioritering/", prioritising.prioritisation, name="prioritisation"),
    path(RUNS, prioritising.runs, name="runs"),
    path(RUNS + "<int:number>/", prioritising.run, name="run"),
    path(RUNS + "<int:number>/omgang.json", prioritising.run_round, name="run_round"),
    path(RUNS + "<int:number>/resultat.json", prioritising.run_result, name="run_result"),
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
