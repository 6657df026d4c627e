from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "hemtag.organisations"
    label = "organisations"
