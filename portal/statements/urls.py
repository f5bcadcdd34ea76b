"""Addresses of platform reports and their sources."""

from django.urls import path

from portal.statements import freshness, incoming
from portal.statements.views import landing, records

urlpatterns = [
    path("platform-reports/", records.statements, name="statements"),
    path("platform-reports/export/", records.statements_export, name="statements-export"),
    path("platform-reports/days/", incoming.days, name="statement-days"),
    path("platform-reports/days/export/", incoming.days_export, name="statement-days-export"),
    path("platform-reports/land/", landing.land, name="statement-land"),
    path("platform-reports/columns/", landing.columns, name="statement-columns"),
    path("platform-reports/take-in/", landing.take_in, name="statement-take-in"),
    path("platform-reports/<int:pk>/", records.statement, name="statement"),
    path("platform-reports/<int:pk>/rejected/", records.rejected_export, name="statement-rejected"),
    path("platform-reports/<int:pk>/files/<int:part>/", records.file, name="statement-file"),
    path("platform-reports/<int:pk>/confirm/", records.confirm, name="statement-confirm"),
    path("platform-reports/<int:pk>/set-aside/", records.set_aside, name="statement-set-aside"),
    path("freshz", freshness.freshz, name="freshz"),
    path("report-sources/", records.sources, name="sources"),
    path("report-sources/export/", records.sources_export, name="sources-export"),
    path("report-sources/new/", records.source_new, name="source-new"),
    path("report-sources/<int:pk>/", records.source, name="source"),
    path("report-sources/<int:pk>/expected/", records.source_expected, name="source-expected"),
    path("report-sources/<int:pk>/columns/", records.source_columns, name="source-columns"),
]
