"""Addresses of notices, and the demonstration's texts."""

from django.urls import path

from portal.notices import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="notices-read"),
    path("notices/<int:pk>/open/", views.open_notice, name="notice-open"),
    path("demonstration/messages/", views.messages_sent, name="demonstration-messages"),
]
