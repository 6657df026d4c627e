from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    name = "hemtag.benefits"
    label = "benefits"
