from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "hemtag.history"
    label = "history"
