"""Addresses of the product pool."""

from django.urls import include, path

from products import views

urlpatterns = [
    path("", include("products.calls.urls")),
    path("products/", views.catalogue, name="products"),
    path("products/<slug:code>/", views.product, name="product"),
]
