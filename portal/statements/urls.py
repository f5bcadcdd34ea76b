"""Addresses of platform reports and their sources."""

from django.urls import path

from portal.statements import freshness, incoming, views

urlpatterns = [
    path("platform-reports/", views.statements, name="statements"),
    path("platform-reports/export/", views.statements_export, name="statements-export"),
    path("platform-reports/days/", incoming.days, name="statement-days"),
    path("platform-reports/days/export/", incoming.days_export, name="statement-days-export"),
    path("platform-reports/land/", views.land, name="statement-land"),
    path("platform-reports/take-in/", views.take_in, name="statement-take-in"),
    path("platform-reports/<int:pk>/", views.statement, name="statement"),
    path("platform-reports/<int:pk>/rejected/", views.rejected_export, name="statement-rejected"),
    path("platform-reports/<int:pk>/confirm/", views.confirm, name="statement-confirm"),
    path("platform-reports/<int:pk>/set-aside/", views.set_aside, name="statement-set-aside"),
    path("freshz", freshness.freshz, name="freshz"),
    path("report-sources/", views.sources, name="sources"),
    path("report-sources/export/", views.sources_export, name="sources-export"),
    path("report-sources/new/", views.source_new, name="source-new"),
]
