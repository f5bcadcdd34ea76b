"""Addresses under `files/`."""

from django.urls import path

from portal.files import views

urlpatterns = [
    path("<uuid:pk>/", views.file, name="file"),
    path("<uuid:pk>/thumb/", views.thumb, name="file-thumb"),
]
