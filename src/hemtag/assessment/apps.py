from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "hemtag.assessment"
    label = "assessment"

    def ready(self) -> None:
        from hemtag.benefits.guards import guarded_by

        from .queries.seeing import declared_free_of_conflict

        guarded_by(declared_free_of_conflict)
