from django.apps import AppConfig
from django.conf import settings


class WebConfig(AppConfig):
    name = "hemtag.web"
    label = "web"

    def ready(self) -> None:
        if settings.DEMO:
            from hemtag import clock

            from .demo.clockwork import kept_shift

            clock.shift_by(kept_shift)
