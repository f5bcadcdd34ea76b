"""Addresses of the weekly brief."""

from django.urls import path

from traffic.briefs import views

urlpatterns = [
    path("briefs/", views.brief, name="brief"),
    path("briefs/pdf/", views.brief_pdf, name="brief-pdf"),
    path("briefs/export/", views.brief_export, name="brief-export"),
    path("briefs/sending/", views.brief_sending, name="brief-sending"),
]
