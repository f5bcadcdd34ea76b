"""Addresses of the desk."""

from django.urls import path

from portal.desk.views import queue, review, upkeep

urlpatterns = [
    path("desk/", queue.desk, name="desk"),
    path("desk/export/", queue.desk_export, name="desk-export"),
    path("desk/views/", queue.view_keep, name="desk-view-keep"),
    path("desk/views/<int:pk>/drop/", queue.view_drop, name="desk-view-drop"),
    path("desk/bulk/", queue.desk_bulk, name="desk-bulk"),
    path("desk/bulk/<int:pk>/", queue.bulk_result, name="desk-bulk-result"),
    path("desk/statistics/", upkeep.statistics, name="desk-statistics"),
    path("desk/statistics/export/", upkeep.statistics_export, name="desk-statistics-export"),
    path("desk/letters/", upkeep.letters, name="desk-letters"),
    path("desk/letters/<int:pk>/", upkeep.letter, name="desk-letter"),
    path("desk/away/", upkeep.away, name="desk-away"),
    path("desk/away/<int:pk>/", upkeep.away, name="desk-away-person"),
    path("desk/away/<int:pk>/end/", upkeep.stand_in_end, name="desk-stand-in-end"),
    path("desk/handover/", upkeep.hand_over, name="desk-hand-over"),
    path("desk/handover/<int:pk>/", upkeep.hand_over, name="desk-hand-over-person"),
    path("desk/dossiers/<slug:code>/", review.review, name="desk-review"),
    path("desk/dossiers/<slug:code>/interest/", review.interest, name="desk-interest"),
]
