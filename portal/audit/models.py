"""The append-only record of who did what.

Triggers (see migration 0002) refuse UPDATE, DELETE and INSERT OR REPLACE on both tables. An entry
is written in the transaction of its act; the sealer numbers and hashes committed entries later,
so writers never wait for each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.audit.enums import READER_ROLES

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads of the record."""

    def visible_to(self, user: User | AnonymousUser) -> EntryQuerySet:
        """Everything for auditors and system administrators, nothing for anybody else."""
        if user.is_authenticated and user.wears(*READER_ROLES):
            return self.all()
        return self.none()

    def unsealed(self) -> EntryQuerySet:
        """Entries that have no place in the chain yet."""
        return self.filter(seal__isnull=True)


class Entry(models.Model):
    """One thing that was done. Personal values stand here only as keyed digests."""

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("who"),
    )
    role = models.CharField(_("role"), max_length=12, blank=True)
    on_behalf_of = models.CharField(_("on behalf of (digest)"), max_length=64, blank=True)
    address = models.GenericIPAddressField(_("from where"), null=True)
    act = models.CharField(_("act"), max_length=60)
    subject_type = models.CharField(_("kind of subject"), max_length=60)
    subject_id = models.CharField(_("subject"), max_length=40)
    data = models.JSONField(_("details"), default=dict)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_entry_of_subject"),
            models.Index(fields=["at", "id"], name="audit_entry_in_time"),
            models.Index(fields=["act", "at"], name="audit_entry_of_act"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.subject_type}:{self.subject_id}"


class Seal(models.Model):
    """The place of one committed entry in the hash chain."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, verbose_name=_("entry"))
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.hash[:12]}"
