"""Addresses of papers."""

from django.urls import path

from portal.qualifications import views

urlpatterns = [
    path("qualifications/", views.papers, name="qualifications"),
    path("qualifications/export/", views.export, name="qualifications-export"),
    path("qualifications/<int:pk>/", views.paper, name="qualification"),
    path("qualifications/<int:pk>/renew/", views.renew, name="qualification-renew"),
    path("qualifications/<int:pk>/verify/", views.verify, name="qualification-verify"),
    path("qualifications/<int:pk>/check/", views.note_check, name="qualification-check"),
    path("qualifications/<int:pk>/off/", views.take_off, name="qualification-off"),
    path(
        "organisations/<int:pk>/qualifications/new/",
        views.organisation_new,
        name="organisation-qualification-new",
    ),
    path(
        "dossiers/<slug:code>/qualifications/new/",
        views.dossier_new,
        name="dossier-qualification-new",
    ),
]
