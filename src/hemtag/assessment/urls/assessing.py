"""Addresses of eligibility, conflict of interest and assessment."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
