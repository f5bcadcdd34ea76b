"""One event, several channels."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import clock


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reads of notices."""

    def visible_to(self, user: Any) -> NoticeQuerySet:
        """Those addressed to `user`: nobody reads another person's notices."""
        return self.filter(recipient=user) if user.is_authenticated else self.none()

    def unread(self) -> NoticeQuerySet:
        """Those not opened yet."""
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """What one reader is told: an English msgid with its values, shown in the reader's language.

    Its times are the programme's, like those of the acts it tells about.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices", verbose_name=_("to")
    )
    event = models.CharField(_("event"), max_length=60)
    msgid = models.CharField(_("text"), max_length=300)
    params = models.JSONField(_("values"), default=dict)
    url = models.CharField(_("link"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("when"), default=clock.now)
    read_at = models.DateTimeField(_("read at"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["recipient", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The sentence in the language of the present reader."""
        return gettext(self.msgid) % self.params


class Message(models.Model):
    """One text sent to a phone through the SMS adapter; delivered by a row of work."""

    phone = models.CharField(_("mobile number"), max_length=11)
    body = models.CharField(_("text"), max_length=500)
    created_at = models.DateTimeField(_("when"), default=clock.now)
    sent_at = models.DateTimeField(_("sent at"), null=True)

    class Meta:
        verbose_name = _("text message")
        verbose_name_plural = _("text messages")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk} {self.masked_phone}"

    @property
    def masked_phone(self) -> str:
        """The number as lists and logs may show it: 138****8000."""
        return masked(self.phone)


def masked(phone: str) -> str:
    """A phone number with its middle hidden; one too short to hide is hidden whole."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"
