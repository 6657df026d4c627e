"""Addresses of the room."""

from . import assessing, deciding

urlpatterns = [*assessing.urlpatterns, *deciding.urlpatterns]
