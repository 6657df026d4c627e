"""Addresses of the room."""

from django.urls import path

from . import views
from .views import fitting

urlpatterns = [
    path("losningar/", views.solutions, name="solutions"),
    path("losningar/foresla/", views.propose_solution, name="propose_solution"),
    path("losningar/liknande/", views.similar_solutions, name="similar_solutions"),
    path("losningar/<slug:slug>/", views.solution, name="solution"),
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
