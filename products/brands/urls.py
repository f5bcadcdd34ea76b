"""Addresses of brands and standards."""

from django.urls import path

from products.brands.views import brands, standards

urlpatterns = [
    path("brands/", brands.brands, name="brands"),
    path("brands/export/", brands.export, name="brands-export"),
    path("brands/new/", brands.new, name="brand-new"),
    path("brands/<slug:code>/", brands.brand, name="brand"),
    path("brands/<slug:code>/export/", brands.brand_export, name="brand-export"),
    path("brands/<slug:code>/edit/", brands.edit, name="brand-edit"),
    path("brands/<slug:code>/products/", brands.members, name="brand-members"),
    path("brands/<slug:code>/products/export/", brands.members_export, name="brand-members-export"),
    path("brands/<slug:code>/products/<int:pk>/end/", brands.leave, name="brand-leave"),
    path("standards/", standards.standards, name="standards"),
    path("standards/export/", standards.export, name="standards-export"),
    path("standards/new/", standards.new, name="standard-new"),
    path("standards/<int:pk>/", standards.standard, name="standard"),
    path("standards/<int:pk>/versions/new/", standards.version_new, name="standard-version-new"),
    path("products/<slug:code>/standards/", standards.of_product, name="product-standards"),
    path(
        "products/<slug:code>/standards/<int:pk>/end/",
        standards.unfollow,
        name="product-standard-end",
    ),
]
