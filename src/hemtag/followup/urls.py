"""Addresses of the room."""

from django.urls import path

from .views import paying, recovering, reporting

urlpatterns = [
    path("uppfoljning/", paying.follow_ups, name="follow_ups"),
    path("uppfoljning/<str:number>/", paying.follow_up, name="follow_up"),
    path("uppfoljning/<str:number>/arbetstid/", reporting.report_hours, name="report_hours"),
    path("uppfoljning/<str:number>/redovisning/<str:kind>/", reporting.open_report, name="open_report"),
    path("uppfoljning/<str:number>/aterkrav/", recovering.open_recovery, name="open_recovery"),
    path("uppfoljning/<str:number>/block/<int:block>/katalog/", paying.propose_block, name="propose_block"),
    path("utbetalningar/", paying.payments, name="payments"),
    path("utbetalningar/export/", paying.payments_export, name="payments_export"),
    path("utbetalningar/plan/<int:pk>/", paying.prepare_payment, name="prepare_payment"),
    path("utbetalningar/<int:pk>/", paying.payment, name="payment"),
    path("utbetalningar/<int:pk>/attestera/", paying.approve_payment, name="approve_payment"),
    path("utbetalningar/<int:pk>/betald/", paying.mark_paid, name="mark_paid"),
    path("utbetalningar/<int:pk>/hall-inne/", paying.withhold_payment, name="withhold_payment"),
    path("utbetalningar/<int:pk>/fordela/", paying.distribute, name="distribute"),
    path("avrakningar/<int:pk>/", paying.share, name="share"),
    path("avrakningar/<int:pk>/bekrafta/", paying.confirm_share, name="confirm_share"),
    path("redovisningar/<int:pk>/", reporting.report, name="report"),
    path("redovisningar/<int:pk>/del/", reporting.write_part, name="write_part"),
    path("redovisningar/<int:pk>/helhet/", reporting.write_progress, name="write_progress"),
    path("redovisningar/<int:pk>/lamna-in/", reporting.submit_report, name="submit_report"),
    path("redovisningar/<int:pk>/godta/", reporting.accept_report, name="accept_report"),
    path("redovisningar/<int:pk>/komplettera/", reporting.return_report, name="return_report"),
    path("aterkrav/<int:pk>/", recovering.recovery, name="recovery"),
    path("aterkrav/<int:pk>/kommunicera/", recovering.hear, name="hear_recovery"),
    path("aterkrav/<int:pk>/yttrande/", recovering.give_statement, name="give_statement"),
    path("aterkrav/<int:pk>/besluta/", recovering.decide_recovery, name="decide_recovery"),
    path("aterkrav/<int:pk>/avsluta/", recovering.close_recovery, name="close_recovery"),
    path("aterkrav/<int:pk>/betalt/", recovering.record_repayment, name="record_repayment"),
]
