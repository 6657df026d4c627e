"""The least that Django can answer: the yardstick beside which our pages are measured in the same run."""

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    SECRET_KEY="yardstick",  # noqa: S106
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    USE_TZ=True,
)
django.setup()


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><html lang='sv'><title>Hej</title><p>Hej</p></html>")


urlpatterns = [path("", page)]

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
