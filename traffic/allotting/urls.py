"""Addresses of statements of account and of workbooks of allotments."""

from django.urls import path

from traffic.allotting import views

urlpatterns = [
    path("board/<int:pk>/statement/", views.account_statement, name="account-statement"),
    path(
        "board/<int:pk>/statement/export/",
        views.account_statement_export,
        name="account-statement-export",
    ),
    path("board/<int:pk>/sheets/new/", views.sheet_new, name="allotment-sheet-new"),
    path("board/<int:pk>/sheets/template/", views.sheet_template, name="allotment-sheet-template"),
    path("allotments/sheets/<int:pk>/", views.sheet, name="allotment-sheet"),
    path("allotments/sheets/<int:pk>/book/", views.sheet_book, name="allotment-sheet-book"),
    path("allotments/sheets/<int:pk>/undo/", views.sheet_undo, name="allotment-sheet-undo"),
    path("allotments/sheets/<int:pk>/drop/", views.sheet_drop, name="allotment-sheet-drop"),
]
