"""Addresses of the traffic room."""

from django.urls import path

from traffic import checks, comparing, origins, regional, tracing, unmatched, views
from traffic.pacing import asking
from traffic.pacing import views as pacing

urlpatterns = [
    path("board/", views.board, name="board"),
    path("board/open/", views.pool_open, name="pool-open"),
    path("board/<int:pk>/", views.account, name="account"),
    path("board/<int:pk>/export/", views.account_export, name="account-export"),
    path("board/<int:pk>/allot/", views.allot, name="allot"),
    path("board/<int:pk>/transfers/", views.transfers, name="transfers"),
    path("board/<int:pk>/transfers/export/", views.transfers_export, name="transfers-export"),
    path("board/<int:pk>/deliveries/", views.deliveries, name="deliveries"),
    path("board/<int:pk>/deliveries/export/", views.deliveries_export, name="deliveries-export"),
    path("transfers/<int:pk>/reverse/", views.transfer_reverse, name="transfer-reverse"),
    path("placements/", views.placements, name="placements"),
    path("placements/export/", views.placements_export, name="placements-export"),
    path("placements/new/", views.placement_new, name="placement-new"),
    path("placements/<int:pk>/", views.placement, name="placement"),
    path("placements/<int:pk>/plan/", pacing.plan, name="placement-plan"),
    path("campaigns/<slug:code>/pacing/", pacing.festivals, name="campaign-pacing"),
    path("pacing/", pacing.standings, name="pacing"),
    path("pacing/room/", asking.room, name="pacing-room"),
    path("pacing/what-if/", asking.what_if, name="pacing-what-if"),
    path("pacing/what-if/export/", asking.what_if_export, name="pacing-what-if-export"),
    path("pacing/export/", pacing.standings_export, name="pacing-export"),
    path("placements/<int:pk>/days/<str:day>/", tracing.placement_day, name="placement-day"),
    path(
        "placements/<int:pk>/days/<str:day>/export/",
        tracing.placement_day_export,
        name="placement-day-export",
    ),
    path("placements/<int:pk>/compared/", comparing.placement_compared, name="placement-compared"),
    path(
        "placements/<int:pk>/compared/export/",
        comparing.placement_compared_export,
        name="placement-compared-export",
    ),
    path("placements/<int:pk>/compared/<int:source>/", comparing.gap, name="gap"),
    path("compared/", comparing.overview, name="compared"),
    path("compared/export/", comparing.overview_export, name="compared-export"),
    path("deliveries/", regional.deliveries, name="region-deliveries"),
    path("deliveries/export/", regional.deliveries_export, name="region-deliveries-export"),
    path("allotments/", regional.allotments, name="allotments"),
    path("allotments/export/", regional.allotments_export, name="allotments-export"),
    path("days/", regional.days, name="days"),
    path("days/export/", regional.days_export, name="days-export"),
    path("campaigns/unplaced/", regional.unplaced, name="campaigns-unplaced"),
    path("unmatched/", unmatched.unmatched, name="unmatched"),
    path("unmatched/export/", unmatched.unmatched_export, name="unmatched-export"),
    path("unmatched/match-many/", unmatched.match_many, name="unmatched-match-many"),
    path("unmatched/where/", origins.where, name="unmatched-where"),
    path("unmatched/where/export/", origins.where_export, name="unmatched-where-export"),
    path("unmatched/match/", unmatched.match, name="unmatched-match"),
    path("reconciliation/", checks.checks, name="reconciliation"),
    path("reconciliation/export/", checks.checks_export, name="reconciliation-export"),
    path("reconciliation/now/", checks.check_now, name="reconciliation-now"),
    path("reconciliation/<int:pk>/", checks.check, name="reconciliation-check"),
    path(
        "reconciliation/<int:pk>/export/",
        checks.check_export,
        name="reconciliation-check-export",
    ),
]
