"""Addresses of the room."""

from django.urls import path

from . import views
from .views import asking, fitting, following, writing

urlpatterns = [
    path("losningar/", views.solutions, name="solutions"),
    path("losningar/foresla/", views.propose_solution, name="propose_solution"),
    path("losningar/liknande/", views.similar_solutions, name="similar_solutions"),
    path("losningar/nyheter.atom", following.news_feed, name="news_feed"),
    path("losningar/nytt/", following.news, name="solution_news"),
    path("losningar/nytt/last/", following.read_news, name="read_news"),
    path("losningar/bevaka/", following.follow_area, name="follow_area"),
    path("min-sida/bevakningar/", following.followed, name="followed"),
    path("min-sida/bevakningar/<int:pk>/sluta/", following.unfollow, name="unfollow"),
    path("losningar/<slug:slug>/", views.solution, name="solution"),
    path("losningar/<slug:slug>/kort/", writing.short, name="short"),
    path("losningar/<slug:slug>/kort/skriv/", writing.edit_texts, name="edit_texts"),
    path("losningar/<slug:slug>/nyheter.atom", following.solution_feed, name="solution_feed"),
    path("losningar/<slug:slug>/bevaka/", following.follow_solution, name="follow_solution"),
    path("losningar/<slug:slug>/fragor/", asking.questions, name="questions"),
    path("losningar/<slug:slug>/fragor/stall/", asking.ask_question, name="ask_question"),
    path("losningar/<slug:slug>/fragor/<int:pk>/", asking.question, name="question"),
    path("losningar/<slug:slug>/fragor/<int:pk>/svara/", asking.answer_question, name="answer_question"),
    path("losningar/<slug:slug>/fragor/<int:pk>/avsluta/", asking.close_question, name="close_question"),
    path("losningar/<slug:slug>/fel/", asking.faults, name="faults"),
    path("losningar/<slug:slug>/fel/<int:pk>/", asking.settle_fault, name="settle_fault"),
    path("losningar/<slug:slug>/passar/", fitting.fit, name="fit"),
    path("losningar/<slug:slug>/passar/prova/", fitting.try_fit, name="try_fit"),
    path("losningar/<slug:slug>/krav/", fitting.requirements, name="requirements"),
    path("losningar/<slug:slug>/krav/<int:requirement>/ta-bort/", fitting.drop_requirement, name="drop_requirement"),
    path("regioner/<str:code>/profil/", fitting.region_profile, name="region_profile"),
    path("regioner/<str:code>/profil/andra/", fitting.edit_profile, name="edit_profile"),
    path("losningar/<slug:slug>/avgor/", views.settle_solution, name="settle_solution"),
    path("losningar/<slug:slug>/inforanden/nytt/", views.record_step, name="record_step"),
    path("losningar/<slug:slug>/inforanden/<int:step>/belagg/", views.step_file, name="step_file"),
]
