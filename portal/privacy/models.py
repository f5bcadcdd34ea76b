"""Consents, exports of one's own data, and what was cleared away when its time was over."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.privacy.enums import ConsentKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Reads of consents."""

    def visible_to(self, user: User | AnonymousUser) -> ConsentQuerySet:
        """One's own."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class Consent(models.Model):
    """What one person said to one version of the privacy text, and when; only ever added to."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="consents", verbose_name=_("who")
    )
    version = models.CharField(_("version of the privacy text"), max_length=20)
    kind = models.CharField(_("consent"), max_length=10, choices=ConsentKind.choices)
    # Real time, as in the record.
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(version=""), name="consent_names_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.version}"


class DataExportQuerySet(models.QuerySet["DataExport"]):
    """Reads of exports."""

    def visible_to(self, user: User | AnonymousUser) -> DataExportQuerySet:
        """One's own: nobody else opens it, whatever role is held."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def ready(self) -> DataExportQuerySet:
        """Those that can be downloaded now."""
        return self.filter(ready_at__isnull=False, expires_at__gt=timezone.now())


class DataExport(models.Model):
    """One copy of everything kept of a person, made by a row of work; gone when it expires.

    The file's name is made of `token` before it is written, so no file is left without its row.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports", verbose_name=_("who")
    )
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    ready_at = models.DateTimeField(_("ready at"), null=True)
    expires_at = models.DateTimeField(_("can be downloaded until"), null=True)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of own data")
        verbose_name_plural = _("exports of own data")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True, expires_at__isnull=True)
                | Q(ready_at__isnull=False, expires_at__gt=models.F("ready_at")),
                name="ready_export_expires",
                violation_error_message=_("An export that is ready has a day on which it goes."),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ready_at__isnull=True),
                name="one_export_in_the_making",
                violation_error_message=_("Your data is being put together already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.asked_at:%Y-%m-%d}"

    @property
    def path(self) -> str:
        """Where the file lies in storage."""
        return f"exports/{self.token}.xlsx"


class Clearance(models.Model):
    """What the daily sweep deleted or blanked of one kind because its time was over."""

    kind = models.CharField(_("kind"), max_length=30)
    rows = models.PositiveIntegerField(_("rows"))
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("clearance of what is over")
        verbose_name_plural = _("clearances of what is over")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rows__gt=0), name="clearance_cleared_something"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.rows}"
