"""Addresses of rural tourism."""

from django.urls import path

from tourism import views

urlpatterns = [
    path("spots/", views.spots, name="spots"),
    path("spots/export/", views.spots_export, name="spots-export"),
    path("spots/<slug:code>/", views.spot, name="spot"),
    path("routes/", views.routes, name="routes"),
    path("routes/export/", views.routes_export, name="routes-export"),
    path("routes/<slug:code>/", views.route, name="route"),
]
