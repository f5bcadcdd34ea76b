"""Addresses of notices, of the message log, and of the demonstration's texts and mails."""

from django.urls import path

from portal.notices import views
from portal.notices.enums import Channel

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="notices-read"),
    path("notices/<int:pk>/open/", views.open_notice, name="notice-open"),
    path("notices/preferences/", views.preferences, name="notice-preferences"),
    path("notices/email/", views.email, name="notice-email"),
    path("notices/email/drop/", views.email_drop, name="notice-email-drop"),
    path("notices/email/<str:token>/", views.email_confirm, name="notice-email-confirm"),
    path("notices/sent/", views.own_messages, name="own-messages"),
    path("messages/", views.message_log, name="message-log"),
    path("messages/export/", views.message_log_export, name="message-log-export"),
    path(
        "demonstration/messages/",
        views.messages_sent,
        {"channel": Channel.SMS},
        name="demonstration-messages",
    ),
    path(
        "demonstration/mails/",
        views.messages_sent,
        {"channel": Channel.EMAIL},
        name="demonstration-mails",
    ),
]
