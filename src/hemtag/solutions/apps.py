from django.apps import AppConfig


class SolutionsConfig(AppConfig):
    name = "hemtag.solutions"
    label = "solutions"

    def ready(self) -> None:
        from . import system_checks  # noqa: F401 (registers itself)
