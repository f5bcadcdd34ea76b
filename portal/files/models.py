"""Uploads: checked, re-encoded, stored under their own hash, served through rights."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User


class FileKind(models.TextChoices):
    """What an upload may be."""

    PHOTO = "photo", _("Photo")
    PDF = "pdf", _("PDF")


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Reads of files."""

    def visible_to(self, user: User | AnonymousUser) -> StoredFileQuerySet:
        """What the user uploaded; what others attached is opened one by one, through gates."""
        return self.filter(owner=user) if user.is_authenticated else self.none()


class StoredFile(models.Model):
    """One accepted upload; the bytes lie in storage at `path`, the small picture at `thumb_path`.

    Rows are never edited: a new picture is a new row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=FileKind.choices)
    name = models.CharField(_("file name"), max_length=120)
    sha256 = models.CharField(max_length=64, db_index=True)
    path = models.CharField(max_length=120)
    thumb_path = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"))
    width = models.PositiveIntegerField(_("width in pixels"), null=True)
    height = models.PositiveIntegerField(_("height in pixels"), null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.name
