"""Addresses of the product pool."""

from django.urls import include, path

from products import views
from products.seasons import views as seasons

urlpatterns = [
    path("", include("products.calls.urls")),
    path("products/", views.catalogue, name="products"),
    path("products/harvest/", seasons.harvest, name="harvest"),
    path("products/harvest/export/", seasons.harvest_export, name="harvest-export"),
    path("products/<slug:code>/", views.product, name="product"),
]
