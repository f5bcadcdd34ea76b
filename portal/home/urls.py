"""Addresses of the home room."""

from django.urls import path

from portal.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("programme/", views.programme, name="programme"),
    path("effect/", views.effect, name="effect"),
    path("effect/export/", views.effect_export, name="effect-export"),
    path("about/", views.about, name="about"),
    path("design/", views.design, name="design"),
]
