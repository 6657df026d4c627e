from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "hemtag.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from . import system_checks  # noqa: F401 (registers itself)
