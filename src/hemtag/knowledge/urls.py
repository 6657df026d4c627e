"""Addresses of the room."""

from django.urls import path

from . import views

urlpatterns = [
    path("hinder/", views.obstacles, name="obstacles"),
    path("hinder/anmal/", views.report_obstacle, name="report_obstacle"),
    path("hinder/<int:pk>/", views.obstacle, name="obstacle"),
    path("underlag/", views.underlag_list, name="underlag_list"),
    path("underlag/nytt/", views.write_underlag, name="write_underlag"),
    path("underlag/<slug:slug>/", views.underlag, name="underlag"),
    path("underlag/<slug:slug>/andra/", views.edit_underlag, name="edit_underlag"),
    path("underlag/<slug:slug>/publicera/", views.publish_underlag, name="publish_underlag"),
    path("underlag/<slug:slug>/aterkalla/", views.withdraw_underlag, name="withdraw_underlag"),
    path("underlag/<slug:slug>/anvand/", views.reuse_underlag, name="reuse_underlag"),
]
