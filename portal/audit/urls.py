"""Addresses under `audit/`."""

from django.urls import path

from portal.audit import views

urlpatterns = [
    path("", views.entries, name="audit-list"),
    path("export/", views.export, name="audit-export"),
]
