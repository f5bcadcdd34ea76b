"""Addresses of the calendar."""

from django.urls import path

from portal.campaigns import views

urlpatterns = [
    path("campaigns/", views.campaigns, name="campaigns"),
    path("campaigns/export/", views.campaigns_export, name="campaigns-export"),
    path("campaigns/new/", views.new, name="campaign-new"),
]
