from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "hemtag.followup"
    label = "followup"
