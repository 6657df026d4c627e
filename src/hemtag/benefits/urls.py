"""Addresses of the room."""

from django.urls import path

from .views import acting, comparing, following, listing, reading, running, saving, starting

urlpatterns = [
    path("kalkyler/", listing.benefit_cases, name="benefit_cases"),
    path("kalkyler/ny/", starting.start_case, name="start_case"),
    path("kalkyler/ny/fil/", starting.start_case_from_file, name="start_case_from_file"),
    path("kalkyler/ny/mall.xlsx", starting.case_template, name="case_template"),
    path("kalkyler/ny/<slug:key>/", starting.start_case_from, name="start_case_from"),
    path("kalkyler/<slug:slug>/", reading.benefit_case, name="benefit_case"),
    path("kalkyler/<slug:slug>/antaganden/", reading.assumptions, name="assumptions"),
    path("kalkyler/<slug:slug>/antaganden/<slug:name>/", saving.edit_input, name="edit_input"),
    path("kalkyler/<slug:slug>/rader/", reading.case_lines, name="case_lines"),
    path("kalkyler/<slug:slug>/om/", saving.edit_details, name="edit_details"),
    path("kalkyler/<slug:slug>/fil/", saving.replace_data, name="replace_data"),
    path("kalkyler/<slug:slug>/region/<slug:code>/", reading.region_case, name="region_case"),
    path("kalkyler/<slug:slug>/region/<slug:code>/storlek/", saving.set_sizes, name="set_sizes"),
    path("kalkyler/<slug:slug>/region/<slug:code>/<slug:name>/", saving.adjust_region, name="adjust_region"),
    path("kalkyler/<slug:slug>/svar.json", reading.case_answer, name="case_answer"),
    path("kalkyler/<slug:slug>/korningar/", running.case_runs, name="case_runs"),
    path("kalkyler/<slug:slug>/korningar/<int:number>/", running.case_run, name="case_run"),
    path("kalkyler/<slug:slug>/jamfor/", comparing.compare_cases, name="compare_cases"),
    path("kalkyler/<slug:slug>/jamfor.xlsx", comparing.comparison_sheet, name="comparison_sheet"),
    path("kalkyler/<slug:slug>/frys/", acting.freeze_case, name="freeze_case"),
    path("kalkyler/<slug:slug>/dela/", acting.share_case, name="share_case"),
    path("kalkyler/<slug:slug>/kopiera/", acting.copy_case, name="copy_case"),
    path("kalkyler/<slug:slug>/utfall/", following.realised, name="realised"),
    path("kalkyler/<slug:slug>/kalkyl.pdf", reading.benefit_pdf, name="benefit_pdf"),
    path("kalkyler/<slug:slug>/kalkyl.xlsx", reading.benefit_sheet, name="benefit_sheet"),
    path("kalkyler/<slug:slug>/kalkyl.json", reading.benefit_json, name="benefit_json"),
]
