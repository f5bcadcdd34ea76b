"""Addresses of the product pool."""

from django.urls import path

from products import views

urlpatterns = [
    path("products/", views.catalogue, name="products"),
    path("products/<slug:code>/", views.product, name="product"),
]
