"""Addresses of the room."""

from django.urls import path

from . import views
from .views import asking, browsing, fitting, following, packaging, writing

urlpatterns = [
    path("losningar/", browsing.solutions, name="solutions"),
    path("losningar/lista.csv", browsing.solutions_csv, name="solutions_csv"),
    path("losningar/lista.xlsx", browsing.solutions_sheet, name="solutions_sheet"),
    path("losningar/foresla/", views.propose_solution, name="propose_solution"),
    path("losningar/liknande/", views.similar_solutions, name="similar_solutions"),
    path("losningar/nyheter.atom", following.news_feed, name="news_feed"),
    path("losningar/nytt/", following.news, name="solution_news"),
    path("losningar/nytt/last/", following.read_news, name="read_news"),
    path("losningar/bevaka/", following.follow_area, name="follow_area"),
    path("min-sida/bevakningar/", following.followed, name="followed"),
    path("min-sida/bevakningar/<int:pk>/sluta/", following.unfollow, name="unfollow"),
    path("losningar/<slug:slug>/", views.solution, name="solution"),
    path("losningar/<slug:slug>/kort/", writing.short, name="short"),
    path("losningar/<slug:slug>/kort/skriv/", writing.edit_texts, name="edit_texts"),
    path("losningar/<slug:slug>/nyheter.atom", following.solution_feed, name="solution_feed"),
    path("losningar/<slug:slug>/bevaka/", following.follow_solution, name="follow_solution"),
    path("losningar/<slug:slug>/fragor/", asking.questions, name="questions"),
    path("losningar/<slug:slug>/fragor/stall/", asking.ask_question, name="ask_question"),
    path("losningar/<slug:slug>/fragor/<int:pk>/", asking.question, name="question"),
    path("losningar/<slug:slug>/fragor/<int:pk>/svara/", asking.answer_question, name="answer_question"),
    path("losningar/<slug:slug>/fragor/<int:pk>/avsluta/", asking.close_question, name="close_question"),
    path("losningar/<slug:slug>/fel/", asking.faults, name="faults"),
    path("losningar/<slug:slug>/fel/<int:pk>/", asking.settle_fault, name="settle_fault"),
    path("losningar/<slug:slug>/passar/", fitting.fit, name="fit"),
    path("losningar/<slug:slug>/passar/prova/", fitting.try_fit, name="try_fit"),
    path("losningar/<slug:slug>/krav/", fitting.requirements, name="requirements"),
    path("losningar/<slug:slug>/krav/<int:requirement>/ta-bort/", fitting.drop_requirement, name="drop_requirement"),
    path("regioner/<str:code>/profil/", fitting.region_profile, name="region_profile"),
    path("regioner/<str:code>/profil/andra/", fitting.edit_profile, name="edit_profile"),
    path("losningar/<slug:slug>/paket/", packaging.package, name="package"),
    path("losningar/<slug:slug>/paket/borja/", packaging.start_package, name="start_package"),
    path("losningar/<slug:slug>/paket/version/<str:number>.zip", packaging.package_zip, name="package_zip"),
    path("losningar/<slug:slug>/paket/version/<str:number>.pdf", packaging.package_pdf, name="package_pdf"),
    path("losningar/<slug:slug>/paket/version/<str:number>/", packaging.package_version, name="package_version"),
    path("losningar/<slug:slug>/paket/version/<str:number>/hamta/", packaging.fetch_package, name="fetch_package"),
    path(
        "losningar/<slug:slug>/paket/version/<str:number>/aterkalla/", packaging.recall_package, name="recall_package"
    ),
    path("losningar/<slug:slug>/paket/utkast/", packaging.draft_package, name="draft_package"),
    path("losningar/<slug:slug>/paket/utkast/las-in/", packaging.import_package, name="import_package"),
    path("losningar/<slug:slug>/paket/utkast/publicera/", packaging.publish_package, name="publish_package"),
    path("losningar/<slug:slug>/paket/utkast/karna/", packaging.add_core_function, name="add_core_function"),
    path(
        "losningar/<slug:slug>/paket/utkast/karna/<int:pk>/stryk/",
        packaging.drop_core_function,
        name="drop_core_function",
    ),
    path("losningar/<slug:slug>/paket/utkast/<slug:code>/", packaging.edit_part, name="edit_part"),
    path("losningar/<slug:slug>/paket/utkast/<slug:code>/filer/", packaging.add_part_file, name="add_part_file"),
    path(
        "losningar/<slug:slug>/paket/utkast/<slug:code>/filer/<int:pk>/ta-bort/",
        packaging.remove_part_file,
        name="remove_part_file",
    ),
    path("losningar/<slug:slug>/paket/filer/<int:pk>/", packaging.part_file, name="part_file"),
    path("losningar/<slug:slug>/paket/prova/", packaging.cold_start, name="cold_start"),
    path("losningar/<slug:slug>/paket/prova/<int:pk>/", packaging.end_cold, name="end_cold"),
    path("losningar/<slug:slug>/avgor/", views.settle_solution, name="settle_solution"),
    path("losningar/<slug:slug>/inforanden/nytt/", views.record_step, name="record_step"),
    path("losningar/<slug:slug>/inforanden/<int:step>/belagg/", views.step_file, name="step_file"),
]
