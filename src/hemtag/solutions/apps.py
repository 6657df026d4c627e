from django.apps import AppConfig


class SolutionsConfig(AppConfig):
    name = "hemtag.solutions"
    label = "solutions"
