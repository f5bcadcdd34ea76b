"""Addresses of rural tourism."""

from django.urls import path

from tourism import views

urlpatterns = [
    path("spots/", views.spots, name="spots"),
    path("spots/<slug:code>/", views.spot, name="spot"),
    path("routes/", views.routes, name="routes"),
    path("routes/<slug:code>/", views.route, name="route"),
]
