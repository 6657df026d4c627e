"""All addresses, in Swedish and permanent. Each room keeps its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("hemtag.web.urls")),
    path("", include("hemtag.grants.urls")),
    path("", include("hemtag.assessment.urls")),
    path("", include("hemtag.followup.urls")),
    path("", include("hemtag.solutions.urls")),
    path("", include("hemtag.benefits.urls")),
    path("", include("hemtag.knowledge.urls")),
]

handler403 = "hemtag.web.views.not_allowed"
handler404 = "hemtag.web.views.not_found"
handler500 = "hemtag.web.views.broken"
