"""Addresses of calls and live sessions."""

from django.urls import path

from products.calls.views import calls, entries, live

urlpatterns = [
    path("calls/", calls.calls, name="calls"),
    path("calls/export/", calls.calls_export, name="calls-export"),
    path("calls/new/", calls.call_new, name="call-new"),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("calls/<int:pk>/quotas/", calls.call_quotas, name="call-quotas"),
    path("calls/<int:pk>/put-forward/", entries.put_forward, name="call-put-forward"),
    path("calls/<int:pk>/entries/", entries.entries, name="call-entries"),
    path("calls/<int:pk>/entries/export/", entries.entries_export, name="call-entries-export"),
    path("calls/entries/<int:pk>/<slug:move>/", entries.entry_move, name="call-entry-move"),
    path("live-sessions/", live.sessions, name="live-sessions"),
    path("live-sessions/export/", live.sessions_export, name="live-sessions-export"),
    path("live-sessions/run-sheets/", live.run_sheets_pdf, name="live-sessions-run-sheets"),
    path("live-sessions/new/", live.session_new, name="live-session-new"),
    path("live-sessions/<int:pk>/", live.session, name="live-session"),
    path("live-sessions/<int:pk>/change/", live.session_change, name="live-session-change"),
    path("live-sessions/<int:pk>/cancel/", live.session_cancel, name="live-session-cancel"),
    path("live-sessions/<int:pk>/order/", live.running_order, name="running-order"),
    path("live-sessions/<int:pk>/order/add/", live.order_add, name="running-order-add"),
    path("live-sessions/<int:pk>/run-sheet/", live.run_sheet_pdf, name="run-sheet"),
    path("live-sessions/<int:pk>/run-sheet/xlsx/", live.run_sheet_xlsx, name="run-sheet-xlsx"),
]
