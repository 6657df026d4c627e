"""Addresses of the pages that look across rooms."""

from django.urls import path

from . import views
from .sending_page import digest_settings, stop_digest
from .style_page import style_page

urlpatterns = [
    path("", views.start, name="start"),
    path("logga-in/", views.log_in, name="log_in"),
    path("logga-in/demo/", views.demo_log_in, name="demo_log_in"),
    path("logga-ut/", views.log_out, name="log_out"),
    path("sprak/", views.set_language, name="set_language"),
    path("min-sida/", views.my_page, name="my_page"),
    path("min-sida/utskick/", digest_settings, name="digest_settings"),
    path("min-sida/utskick/sluta/<str:token>/", stop_digest, name="stop_digest"),
    path("ramar/", views.frames, name="frames"),
    path("regioner/", views.regions, name="regions"),
    path("regioner/<str:code>/", views.region, name="region"),
    path("diarium/", views.register, name="register"),
    path("om/", views.about, name="about"),
    path("om/stilguide/", style_page, name="style_page"),
    path("tillganglighet/", views.accessibility, name="accessibility"),
    path("docs/", views.documentation, name="documentation"),
]
