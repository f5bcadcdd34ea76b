"""Every address of the portal: each room and each action brings its own."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "portal.errors.bad_request"

urlpatterns = [
    path("", include("portal.home.urls")),
    path("", include("portal.health")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("portal.accounts.urls")),
    path("", include("portal.privacy.urls")),
    path("", include("portal.organisations.urls")),
    path("", include("portal.campaigns.urls")),
    path("", include("portal.submissions.urls")),
    path("", include("portal.qualifications.urls")),
    path("", include("portal.desk.urls")),
    path("", include("portal.notices.urls")),
    path("work/", include("portal.jobs.urls")),
    path("files/", include("portal.files.urls")),
    path("audit/", include("portal.audit.urls")),
    path("", include("portal.statements.urls")),
    path("", include("portal.sheets.urls")),
    path("", include("portal.api.urls")),
    path("", include("products.urls")),
    path("", include("tourism.urls")),
    path("", include("merchants.urls")),
    path("", include("creators.urls")),
    path("", include("training.urls")),
    path("", include("traffic.urls")),
]
