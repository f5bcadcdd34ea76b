"""Addresses of the product pool."""

from django.urls import include, path

from products import categories, views
from products.seasons import views as seasons

urlpatterns = [
    path("", include("products.brands.urls")),
    path("", include("products.calls.urls")),
    path("products/", views.catalogue, name="products"),
    path("products/quick/", views.quick, name="product-quick"),
    path("products/quick/<slug:code>/", views.quick_go_on, name="product-quick-go-on"),
    path("products/categories/", categories.categories, name="product-categories"),
    path(
        "products/categories/export/",
        categories.categories_export,
        name="product-categories-export",
    ),
    path("products/categories/new/", categories.category_new, name="product-category-new"),
    path("products/categories/<slug:code>/", categories.category, name="product-category"),
    path("products/harvest/", seasons.harvest, name="harvest"),
    path("products/harvest/export/", seasons.harvest_export, name="harvest-export"),
    path("products/<slug:code>/", views.product, name="product"),
]
