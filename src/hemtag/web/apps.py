from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "hemtag.web"
    label = "web"
