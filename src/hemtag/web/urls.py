"""Addresses of the pages that look across rooms."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
