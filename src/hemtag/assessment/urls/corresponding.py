"""Addresses of what is written between the delegation and an applicant."""

from django.urls import URLPattern, path

from ..views import applicants, corresponding

CASE = "beredning/<slug:slug>/ansokan/<slug:number>/"
OWN = "ansokningar/<slug:number>/"

urlpatterns: list[URLPattern] = [
    path("beredning/<slug:slug>/kommunicering/", corresponding.communications, name="communications"),
    path(CASE + "komplettering/", corresponding.ask_completion, name="ask_completion"),
    path(CASE + "oppning/<int:pk>/aterkalla/", corresponding.take_back_opening, name="take_back_opening"),
    path(CASE + "andringar/", corresponding.case_changes, name="case_changes"),
    path(CASE + "lampligare-atgarder/", corresponding.measure_reviews, name="measure_reviews"),
    path(CASE + "lampligare-atgarder/<int:pk>/justera/", corresponding.let_adjust, name="let_adjust"),
    path(CASE + "lampligare-atgarder/<int:pk>/avsluta/", corresponding.close_review, name="close_review"),
    path(CASE + "dialog/", corresponding.case_dialogue, name="case_dialogue"),
    path(CASE + "dialog/fil/<int:pk>/", corresponding.case_dialogue_file, name="case_dialogue_file"),
    path(CASE + "kommunicering/", corresponding.communicate, name="communicate"),
    path(CASE + "avskrivning/", corresponding.grant_withdrawal, name="grant_withdrawal"),
    path(OWN + "komplettering/", applicants.completions, name="completions"),
    path(OWN + "komplettering/<int:pk>/", applicants.answer_completion, name="answer_completion"),
    path(OWN + "lampligare-atgarder/", applicants.answer_review, name="answer_review"),
    path(OWN + "dialog/", applicants.dialogue, name="dialogue"),
    path(OWN + "dialog/fil/<int:pk>/", applicants.dialogue_file, name="dialogue_file"),
    path(OWN + "kommunicering/", applicants.answer_communication, name="answer_communication"),
    path(OWN + "avskrivning/", applicants.ask_withdrawal, name="ask_withdrawal"),
]
