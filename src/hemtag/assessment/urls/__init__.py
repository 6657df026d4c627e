"""Addresses of the room."""

from . import assessing, corresponding, deciding

urlpatterns = [*assessing.urlpatterns, *corresponding.urlpatterns, *deciding.urlpatterns]
