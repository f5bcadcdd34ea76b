"""Addresses of alerts."""

from django.urls import path

from traffic.alerts import views

urlpatterns = [
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/export/", views.alerts_export, name="alerts-export"),
    path("alerts/<int:pk>/", views.alert, name="alert"),
    path("alerts/<int:pk>/acknowledge/", views.acknowledge, name="alert-acknowledge"),
    path("alerts/<int:pk>/snooze/", views.snooze, name="alert-snooze"),
]
