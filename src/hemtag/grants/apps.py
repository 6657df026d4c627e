from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "hemtag.grants"
    label = "grants"
