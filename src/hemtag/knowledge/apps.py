from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "hemtag.knowledge"
    label = "knowledge"
