"""Addresses of organisations."""

from django.urls import path

from portal.organisations import views

urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/new/", views.new, name="organisation-new"),
    path("organisations/export/", views.export, name="organisations-export"),
    path("organisations/<int:pk>/", views.record, name="organisation-record"),
    path("organisations/<int:pk>/edit/", views.edit, name="organisation-edit"),
    path("organisations/<int:pk>/people/", views.name_person, name="organisation-person"),
    path(
        "organisations/<int:pk>/people/<int:role>/end/",
        views.end_person,
        name="organisation-person-end",
    ),
]
