"""Addresses of people; of allauth only what works without e-mail."""

from allauth.account import views as allauth_views
from django.urls import include, path, re_path

from portal.accounts.views import account as views
from portal.accounts.views import people

account = [
    path("login/", allauth_views.login, name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("signup/", allauth_views.signup, name="account_signup"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("password/reset/", views.forgotten_password, name="account_reset_password"),
    path("password/reset/done/", views.link_sent, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("phone/verify/", allauth_views.verify_phone, name="account_verify_phone"),
    path("phone/change/", allauth_views.change_phone, name="account_change_phone"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("profile/", views.profile, name="profile"),
    path("profile/role/", views.take_role, name="profile-role"),
]

urlpatterns = [
    path("account/", include(account)),
    path("elder-mode/", views.elder_mode, name="elder-mode"),
    path("people/", people.people, name="people"),
    path("people/export/", people.people_export, name="people-export"),
    path("people/invite/", people.invite, name="people-invite"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/role/", people.person_role, name="person-role"),
    path("people/<int:pk>/role/<int:role>/end/", people.role_end, name="person-role-end"),
    path("people/<int:pk>/<slug:act>/", people.person_act, name="person-act"),
]
