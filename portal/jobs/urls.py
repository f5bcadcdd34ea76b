"""Addresses under `work/`."""

from django.urls import path

from portal.jobs import views

urlpatterns = [
    path("", views.work_list, name="work-list"),
    path("<int:pk>/", views.work_detail, name="work-detail"),
    path("<int:pk>/retry/", views.work_retry, name="work-retry"),
]
