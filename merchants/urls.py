"""Addresses of subsidies."""

from django.urls import path

from merchants import views

urlpatterns = [
    path("subsidies/", views.schemes, name="subsidies"),
    path("subsidies/supported/", views.supported, name="subsidies-supported"),
    path("subsidies/supported/export/", views.supported_export, name="subsidies-supported-export"),
    path("subsidies/new/", views.scheme_new, name="subsidy-scheme-new"),
    path("subsidies/<int:pk>/rounds/new/", views.round_new, name="subsidy-round-new"),
    path("subsidies/rounds/<int:pk>/", views.round_page, name="subsidy-round"),
    path("subsidies/rounds/<int:pk>/export/", views.round_export, name="subsidy-round-export"),
]
