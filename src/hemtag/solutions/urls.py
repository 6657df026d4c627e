"""Addresses of the room."""

from django.urls import path

from . import views

urlpatterns = [
    path("losningar/", views.solutions, name="solutions"),
    path("losningar/foresla/", views.propose_solution, name="propose_solution"),
    path("losningar/liknande/", views.similar_solutions, name="similar_solutions"),
    path("losningar/<slug:slug>/", views.solution, name="solution"),
    path("losningar/<slug:slug>/avgor/", views.settle_solution, name="settle_solution"),
    path("losningar/<slug:slug>/inforanden/nytt/", views.record_step, name="record_step"),
    path("losningar/<slug:slug>/inforanden/<int:step>/belagg/", views.step_file, name="step_file"),
]
