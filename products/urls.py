"""Addresses of the product pool."""

from django.urls import include, path

from products import categories, quick
from products.counties import views as counties
from products.exports import views as exports
from products.listings import views as listings
from products.public import views as public
from products.sales import views as sales
from products.seasons import views as seasons

urlpatterns = [
    path("", include("products.brands.urls")),
    path("", include("products.calls.urls")),
    path("products/", public.catalogue, name="products"),
    path("products/export/", public.catalogue_export, name="products-export"),
    path("products/quick/", quick.quick, name="product-quick"),
    path("products/quick/<slug:code>/", quick.quick_go_on, name="product-quick-go-on"),
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
    path("products/exports/", exports.profiles, name="export-profiles"),
    path("products/exports/new/", exports.profile_new, name="export-profile-new"),
    path("products/exports/<int:pk>/", exports.profile, name="export-profile"),
    path("products/exports/<int:pk>/run/", exports.export_run, name="export-run"),
    path("products/exports/sent/<int:pk>/", exports.export, name="export"),
    path("products/exports/sent/<int:pk>/<slug:form>/", exports.export_file, name="export-file"),
    path("products/sales/", sales.sales, name="sales"),
    path("products/sales/export/", sales.sales_export, name="sales-export"),
    path("products/sales/unmatched/", sales.unmatched_sales, name="unmatched-sales"),
    path(
        "products/sales/unmatched/export/",
        sales.unmatched_sales_export,
        name="unmatched-sales-export",
    ),
    path("products/counties/", counties.counties, name="product-counties"),
    path("products/counties/export/", counties.counties_export, name="product-counties-export"),
    path("products/counties/<slug:code>/", counties.county, name="product-county"),
    path("products/listings/<int:pk>/", listings.listing, name="listing"),
    path(
        "products/listings/<int:pk>/withdraw/", listings.listing_withdraw, name="listing-withdraw"
    ),
    path("products/<slug:code>/", public.product, name="product"),
    path("products/<slug:code>/list/", listings.listing_new, name="listing-new"),
    path("products/<slug:code>/qr/", public.qr, name="product-qr"),
    path("products/<slug:code>/poster/", public.poster, name="product-poster"),
    path("products/<slug:code>/share/<int:version>/", public.share, name="product-share"),
    path("products/<slug:code>/sales/", sales.product_sales, name="product-sales"),
    path(
        "products/<slug:code>/sales/export/",
        sales.product_sales_export,
        name="product-sales-export",
    ),
]
