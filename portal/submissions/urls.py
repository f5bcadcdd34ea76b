"""Addresses of dossiers."""

from django.urls import path

from portal.submissions.views import deciding, filing, merging, record

urlpatterns = [
    path("dossiers/", record.dossier_list, name="dossiers"),
    path("dossiers/export/", record.dossier_export, name="dossiers-export"),
    path("dossiers/new/<slug:kind>/", filing.dossier_new, name="dossier-new"),
    path("dossiers/<slug:code>/", record.dossier, name="dossier"),
    path("dossiers/<slug:code>/edit/", filing.dossier_edit, name="dossier-edit"),
    path("dossiers/<slug:code>/move/<slug:move>/", deciding.dossier_move, name="dossier-move"),
    path(
        "dossiers/<slug:code>/reason/<slug:move>/", deciding.dossier_reason, name="dossier-reason"
    ),
    path("dossiers/<slug:code>/merge/<slug:other>/", merging.dossier_merge, name="dossier-merge"),
    path("revisions/<int:pk>/", deciding.revision, name="revision"),
    path("revisions/<int:pk>/move/<slug:move>/", deciding.revision_move, name="revision-move"),
]
