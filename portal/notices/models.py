"""One event, several channels."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.jobs.models import Work, WorkState
from portal.notices import events
from portal.notices.enums import OVERSEER_ROLES, Channel, Digest, MessageState, Way


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reads of notices."""

    def visible_to(self, user: Any) -> NoticeQuerySet:
        """Those addressed to `user`: nobody reads another person's notices."""
        return self.filter(recipient=user) if user.is_authenticated else self.none()

    def unread(self) -> NoticeQuerySet:
        """Those not opened yet; quiet ones ask for nothing."""
        return self.filter(read_at__isnull=True, quiet=False)


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
    # The reader had this kind quieted: it stands in the list and is never counted as new.
    quiet = models.BooleanField(_("quiet"), default=False)
    created_at = models.DateTimeField(_("when"), default=clock.now)
    read_at = models.DateTimeField(_("read at"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "id"], name="notice_of_person"),
            # Counted on every page.
            models.Index(
                fields=["recipient"], condition=Q(read_at=None, quiet=False), name="notice_new"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The sentence in the language of the present reader."""
        return gettext(self.msgid) % self.params

    @property
    def act(self) -> str:
        """What the notice leads to, in the language of the present reader."""
        return events.act_of(self.event)

    @property
    def is_new(self) -> bool:
        """True while the reader has not opened it, unless it came quietly."""
        return self.read_at is None and not self.quiet


class Preferences(models.Model):
    """How one person wants to be reached. Who never chose has no row.

    The address lives here and not on the account: there the sign-in library would copy it and
    tie password links to it. Nothing but the link that confirms it is sent to an address before
    its owner has followed that link.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        primary_key=True,
        related_name="+",
        verbose_name=_("user"),
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    # Real time: this is security, not the programme.
    email_confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    digest = models.CharField(_("digest"), max_length=5, choices=Digest.choices, default=Digest.OFF)
    # Event code to Way; an event that is missing keeps the way its room gave it.
    ways = models.JSONField(_("ways"), default=dict)

    class Meta:
        verbose_name = _("message preferences")
        verbose_name_plural = _("message preferences")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(email_confirmed_at__isnull=True) | ~Q(email=""),
                name="confirmed_email_is_there",
                violation_error_message=_("Only an address that is there can be confirmed."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user_id)

    @property
    def confirmed_email(self) -> str:
        """The address, once its owner has confirmed it; else nothing."""
        return self.email if self.email_confirmed_at else ""

    def way_of(self, event: events.Event) -> Way:
        """How the person wants to hear of an event that may be quieted."""
        return Way(self.ways.get(event.code, event.way))


class MessageQuerySet(models.QuerySet["Message"]):
    """Reads of messages."""

    def visible_to(self, user: Any) -> MessageQuerySet:
        """All for staff, administrators and auditors; for others what was sent to themselves."""
        if not user.is_authenticated:
            return self.none()
        if user.wears(*OVERSEER_ROLES):
            return self
        return self.filter(recipient=user)

    def in_state(self, state: str) -> MessageQuerySet:
        """Those that stand so; see `Message.state`."""
        if state == MessageState.SENT:
            return self.filter(sent_at__isnull=False)
        parked = Q(sent_at__isnull=True, work__state=WorkState.PARKED)
        if state == MessageState.FAILED:
            return self.filter(parked)
        return self.filter(sent_at__isnull=True).exclude(parked)


class Message(models.Model):
    """One text or mail on its way out; delivered by a row of work, which knows how that went.

    The row stays as the message log. In production its body is emptied once it is sent.
    """

    channel = models.CharField(
        _("channel"), max_length=5, choices=Channel.choices, default=Channel.SMS
    )
    phone = models.CharField(_("mobile number"), max_length=11, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    # None for codes to numbers that belong to nobody yet.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("to")
    )
    event = models.CharField(_("event"), max_length=60, blank=True)
    notice = models.ForeignKey(
        Notice, models.SET_NULL, null=True, related_name="messages", verbose_name=_("notice")
    )
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    # What may leave only once, whoever asks and how often: a person's digest of a day.
    once = models.CharField(max_length=80, null=True, unique=True, editable=False)  # noqa: DJ001
    work = models.ForeignKey(
        Work, models.SET_NULL, null=True, related_name="+", verbose_name=_("work")
    )
    created_at = models.DateTimeField(_("when"), default=clock.now)
    sent_at = models.DateTimeField(_("sent at"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="message_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(channel=Channel.SMS, email="") & ~Q(phone=""))
                | (Q(channel=Channel.EMAIL, phone="") & ~Q(email="")),
                name="message_has_the_address_of_its_channel",
                violation_error_message=_("A text needs a number, a mail an address."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.masked_address}"

    @property
    def masked_address(self) -> str:
        """Number or address as lists and logs may show it."""
        return masked_email(self.email) if self.channel == Channel.EMAIL else masked(self.phone)

    @property
    def about(self) -> str:
        """What it tells of, in the language of the present reader."""
        return events.label_of(self.event) if self.event else self.get_channel_display()

    @property
    def state(self) -> MessageState:
        """Sent, failed (the work is parked) or still waiting."""
        if self.sent_at is not None:
            return MessageState.SENT
        if self.work is not None and self.work.state == WorkState.PARKED:
            return MessageState.FAILED
        return MessageState.WAITING

    @property
    def attempts(self) -> int:
        """How often a worker has tried."""
        return self.work.attempts if self.work is not None else 0

    @property
    def reason(self) -> str:
        """Why it failed, in the language of the present reader; else nothing."""
        if self.work is None or self.state != MessageState.FAILED:
            return ""
        return self.work.reason_text


def masked(phone: str) -> str:
    """A phone number with its middle hidden; one too short to hide is hidden whole."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"


def masked_email(email: str) -> str:
    """w***@163.com: enough to recognise one's own address."""
    name, _at, host = email.rpartition("@")
    return f"{name[:1]}***@{host}" if name else "****"
