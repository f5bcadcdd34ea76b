"""Addresses of dossiers."""

from django.urls import path

from portal.submissions import views

urlpatterns = [
    path("dossiers/", views.dossier_list, name="dossiers"),
    path("dossiers/export/", views.dossier_export, name="dossiers-export"),
    path("dossiers/new/<slug:kind>/", views.dossier_new, name="dossier-new"),
    path("dossiers/<slug:code>/", views.dossier, name="dossier"),
    path("dossiers/<slug:code>/edit/", views.dossier_edit, name="dossier-edit"),
    path("dossiers/<slug:code>/move/<slug:move>/", views.dossier_move, name="dossier-move"),
    path("dossiers/<slug:code>/reason/<slug:move>/", views.dossier_reason, name="dossier-reason"),
    path("revisions/<int:pk>/", views.revision, name="revision"),
    path("revisions/<int:pk>/move/<slug:move>/", views.revision_move, name="revision-move"),
]
