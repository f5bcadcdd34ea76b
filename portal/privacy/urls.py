"""Addresses of the privacy text, of one's own data, and of showing a masked value."""

from django.urls import path

from portal.privacy import views

urlpatterns = [
    path("privacy/", views.text, name="privacy"),
    path("privacy/consent/", views.consent, name="consent"),
    path("privacy/<slug:number>/", views.earlier_text, name="privacy-version"),
    path("my-data/", views.my_data, name="my-data"),
    path("my-data/name/", views.name, name="my-data-name"),
    path("my-data/export/", views.export, name="my-data-export"),
    path("my-data/export/<int:pk>/", views.download, name="my-data-download"),
    path("my-data/close/", views.close, name="my-data-close"),
    path("show/<str:subject>/<str:pk>/<slug:field>/", views.show, name="show-value"),
]
