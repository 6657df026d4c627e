from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "hemtag.assessment"
    label = "assessment"
