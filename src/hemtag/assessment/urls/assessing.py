"""Addresses of eligibility, conflict of interest and assessment."""

from django.urls import URLPattern, path

from ..views import assessing as views
from ..views import reading_out

urlpatterns: list[URLPattern] = [
    path("beredning/", views.preparation, name="preparation"),
    path("beredning/<slug:slug>/", views.preparation_round, name="preparation_round"),
    path("beredning/<slug:slug>/jav/", views.declare_conflicts, name="declare_conflicts"),
    path("beredning/<slug:slug>/bedomare/", views.assign_round, name="assign_round"),
    path("beredning/<slug:slug>/bedomningar/", views.assessments, name="assessments"),
    path("beredning/<slug:slug>/bedomning/<slug:number>/", views.assess, name="assess"),
    path("beredning/<slug:slug>/ansokan/<slug:number>/", views.read_application, name="read_application"),
    path("beredning/<slug:slug>/ansokan/<slug:number>/sammanfattning/", reading_out.case_summary, name="case_summary"),
    path(
        "beredning/<slug:slug>/ansokan/<slug:number>/sammanfattning.pdf",
        reading_out.case_summary_pdf,
        name="case_summary_pdf",
    ),
    path("beredning/<slug:slug>/ansokan/<slug:number>/ansokan.pdf", reading_out.case_pdf, name="case_pdf"),
    path("beredning/<slug:slug>/ansokan/<slug:number>/ansokan.json", reading_out.case_json, name="case_json"),
    path("beredning/<slug:slug>/ansokan/<slug:number>/ansokan.xlsx", reading_out.case_sheet, name="case_sheet"),
    path("beredning/<slug:slug>/ansokan/<slug:number>/jav/", views.declare_conflict, name="declare_conflict"),
    path("beredning/<slug:slug>/ansokan/<slug:number>/behorighet/", views.try_eligibility, name="try_eligibility"),
    path("beredning/<slug:slug>/ansokan/<slug:number>/bedomare/", views.assign_assessors, name="assign_assessors"),
    path("beredning/<slug:slug>/ansokan/<slug:number>/protokoll/<slug:code>/", views.read_minutes, name="read_minutes"),
]
