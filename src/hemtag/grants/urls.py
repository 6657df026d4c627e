"""Addresses of the room: what can be applied for, and the way of an application to hand-in."""

from django.urls import path

from . import views

APPLICATION = "ansokningar/<str:number>/"
BLOCK = APPLICATION + "block/<int:block>/"
REGIONS = APPLICATION + "beslut-i-regionerna/"
REGION = REGIONS + "<str:code>/"

urlpatterns = [
    path("utlysningar/", views.calls, name="calls"),
    path("utlysningar/<slug:slug>/", views.call, name="call"),
    path("utlysningar/<slug:slug>/starta/", views.start_application, name="start_application"),
    path("utlysningar/<slug:slug>/sen-inlamning/", views.late_access, name="late_access"),
    path("ansokningar/", views.applications, name="applications"),
    path(APPLICATION, views.application, name="application"),
    path(APPLICATION + "lasning/", views.read_document, name="read_document"),
    path(APPLICATION + "sammanfattning/", views.read_summary, name="read_summary"),
    path(APPLICATION + "ansokan.pdf", views.application_pdf, name="application_pdf"),
    path(APPLICATION + "sammanfattning.pdf", views.summary_pdf, name="summary_pdf"),
    path(APPLICATION + "ansokan.json", views.application_json, name="application_json"),
    path(APPLICATION + "ansokan.xlsx", views.application_sheet, name="application_sheet"),
    path(APPLICATION + "ta-bort/", views.remove_application, name="remove_application"),
    path(APPLICATION + "text/", views.edit_application, name="edit_application"),
    path(APPLICATION + "spara/", views.save_field, name="save_field"),
    path(APPLICATION + "narvaro/", views.give_sign, name="give_sign"),
    path(APPLICATION + "matpunkter/", views.edit_measuring_points, name="edit_measuring_points"),
    path(APPLICATION + "forutsattningar/", views.edit_submission, name="edit_submission"),
    path(APPLICATION + "budget/", views.budget, name="budget"),
    path(APPLICATION + "budget/celler/", views.budget_cells, name="budget_cells"),
    path(APPLICATION + "budget/kalkylblad.xlsx", views.budget_sheet, name="budget_sheet"),
    path(APPLICATION + "budget/las-in/", views.import_budget, name="import_budget"),
    path(APPLICATION + "block/nytt/", views.add_block, name="add_block"),
    path(BLOCK, views.block, name="block"),
    path(BLOCK + "effekter/", views.edit_effects, name="edit_effects"),
    path(BLOCK + "kostnader/", views.edit_costs, name="edit_costs"),
    path(BLOCK + "ta-bort/", views.remove_block, name="remove_block"),
    path(REGIONS, views.participations, name="participations"),
    path(REGIONS + "bjud-in/", views.invite, name="invite"),
    path(REGION, views.participation, name="participation"),
    path(REGION + "protokoll/", views.minutes, name="minutes"),
    path(REGION + "bekrafta/", views.confirm_participation, name="confirm_participation"),
    path(REGION + "oppna/", views.reopen_participation, name="reopen_participation"),
    path(REGION + "avboj/", views.decline_participation, name="decline_participation"),
    path(REGION + "ta-bort/", views.uninvite, name="uninvite"),
    path(APPLICATION + "ansvar/", views.transfer, name="transfer"),
    path(APPLICATION + "ansvar/<int:pk>/ta-over/", views.accept_transfer, name="accept_transfer"),
    path(APPLICATION + "ansvar/<int:pk>/avboj/", views.decline_transfer, name="decline_transfer"),
    path(APPLICATION + "ansvar/<int:pk>/aterta/", views.cancel_transfer, name="cancel_transfer"),
    path(APPLICATION + "lamna-in/", views.hand_in, name="hand_in"),
    path(APPLICATION + "kontroller/", views.checks, name="checks"),
    path(APPLICATION + "kontroller/panel/", views.checks_panel, name="checks_panel"),
    path(APPLICATION + "kontroller.json", views.checks_json, name="checks_json"),
    path("statsstod/", views.state_supports, name="state_supports"),
    path("statsstod/<int:pk>/stryk/", views.strike_state_support, name="strike_state_support"),
    path(APPLICATION + "aterta/", views.withdraw, name="withdraw"),
    path(APPLICATION + "ateroppna/", views.reopen_submission, name="reopen_submission"),
    path(APPLICATION + "kvitto/", views.receipt, name="receipt"),
    path(APPLICATION + "kvitto.pdf", views.receipt_pdf, name="receipt_pdf"),
]
