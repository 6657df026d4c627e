"""Addresses of prioritisation, meetings and decisions."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
