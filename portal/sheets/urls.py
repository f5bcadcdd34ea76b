"""Addresses of workbooks."""

from django.urls import path

from portal.sheets import views

urlpatterns = [
    path("sheets/new/<slug:kind>/", views.sheet_new, name="sheet-new"),
    path("sheets/template/<slug:kind>/", views.sheet_template, name="sheet-template"),
    path("sheets/export/<slug:kind>/", views.sheet_export, name="sheet-export"),
    path("sheets/list/", views.sheet_list, name="sheet-list"),
    path("sheets/<int:pk>/", views.sheet, name="sheet"),
    path("sheets/<int:pk>/columns/", views.sheet_columns, name="sheet-columns"),
    path("sheets/<int:pk>/mend/", views.sheet_mend, name="sheet-mend"),
    path("sheets/<int:pk>/wrong-rows/", views.sheet_wrong_rows, name="sheet-wrong-rows"),
    path("sheets/<int:pk>/<slug:act>/", views.sheet_act, name="sheet-act"),
]
