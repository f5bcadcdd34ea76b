"""What machines hold and are told: keys, references, remembered answers, changes, webhooks."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.enums import Role
from portal.api.enums import DeliveryState, Event, KeyState, Scope
from portal.submissions.models import Submission

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User


class KeyQuerySet(models.QuerySet["Key"]):
    """Reads of keys. Times are real ones: this is security, not programme."""

    def visible_to(self, user: User | AnonymousUser) -> KeyQuerySet:
        """All for system administrators, one's own for everybody else."""
        if not user.is_authenticated:
            return self.none()
        return self if user.wears(Role.ADMIN) else self.filter(owner=user)

    def valid(self, at: datetime) -> KeyQuerySet:
        """Keys that open something at that moment."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at, owner__is_active=True)

    def in_state(self, state: str, at: datetime) -> KeyQuerySet:
        """Keys in one state at that moment."""
        if state == KeyState.REVOKED:
            return self.filter(revoked_at__isnull=False)
        rows = self.filter(revoked_at__isnull=True)
        return rows.filter(**{f"expires_at__{'lte' if state == KeyState.EXPIRED else 'gt'}": at})


class Key(models.Model):
    """With which a machine acts for its owner, within scopes and a region, until a day.

    The secret itself is shown once and stands nowhere: `digest` is the SHA-256 of 256 random bits,
    which nobody can guess, so that no slow hash is needed. `prefix` tells keys apart.
    """

    name = models.CharField(_("name"), max_length=60, help_text=_("Which system uses it."))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="keys", verbose_name=_("acts for")
    )
    scopes = models.JSONField(_("may"), default=list)
    city = models.ForeignKey(
        "regions.City", models.PROTECT, null=True, blank=True, verbose_name=_("city")
    )
    county = models.ForeignKey(
        "regions.County", models.PROTECT, null=True, blank=True, verbose_name=_("county-level unit")
    )
    prefix = models.CharField(_("begins with"), max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("issued at"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("issued by"),
    )
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = KeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(city__isnull=True) | Q(county__isnull=True),
                name="key_is_bound_to_one_region",
                violation_error_message=_("A key is bound to one county, one city or neither."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="key_ends_after_it_begins",
                violation_error_message=_("The key would end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def get_absolute_url(self) -> str:
        """The page of the key."""
        return reverse("key", args=[self.pk])

    @property
    def state(self) -> KeyState:
        """Whether it opens anything now."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        return KeyState.EXPIRED if self.expires_at <= timezone.now() else KeyState.VALID

    @property
    def last_day(self) -> date:
        """The last day on which it opens anything."""
        return (self.expires_at - timedelta(seconds=1)).astimezone(clock.SHANGHAI).date()

    @property
    def state_label(self) -> str:
        """The same in words."""
        return str(KeyState(self.state).label)

    @property
    def scope_words(self) -> list[str]:
        """What it opens, in words."""
        words = dict(Scope.choices)
        return [str(words.get(scope, scope)) for scope in self.scopes]

    @property
    def region_words(self) -> str:
        """Where it opens that."""
        return str(self.county or self.city or _("The whole province"))

    def region(self, *, path: str = "") -> Q:
        """The condition of a dossier, or of what has one at `path`, to lie in the region."""
        if self.county_id:
            return Q(**{f"{path}county": self.county_id})
        if self.city_id:
            return Q(**{f"{path}city": self.city_id})
        return Q()


class Reference(models.Model):
    """What an outside system calls a dossier; its own for each owner of keys."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20)
    text = models.CharField(_("reference"), max_length=64)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="references")

    class Meta:
        verbose_name = _("reference of an outside system")
        verbose_name_plural = _("references of outside systems")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "kind", "text"],
                name="one_dossier_of_a_reference",
                violation_error_message=_("This reference is taken already."),
            ),
            models.UniqueConstraint(
                fields=["owner", "submission"],
                name="one_reference_of_a_dossier",
                violation_error_message=_("This record has another reference already."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class RememberedAnswer(models.Model):
    """What a request with an Idempotency-Key was answered; the same request gets it again."""

    caller = models.CharField(max_length=40)
    token = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    body = models.JSONField(default=dict)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("remembered answer")
        verbose_name_plural = _("remembered answers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["caller", "token"], name="one_answer_of_a_token")
        ]

    def __str__(self) -> str:
        return self.token


class Touched(models.Model):
    """A dossier whose public face an act has changed: written by the act, not numbered yet."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("change without a number")
        verbose_name_plural = _("changes without a number")

    def __str__(self) -> str:
        return str(self.submission_id)


class Numbering(models.Model):
    """The last number given to a change: one row, whose lock lets one giver of numbers in."""

    last = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("numbering of changes")
        verbose_name_plural = _("numbering of changes")

    def __str__(self) -> str:
        return str(self.last)


class Change(models.Model):
    """The latest change of a dossier that is or was published; the feed goes by its number."""

    number = models.BigIntegerField(_("number"), primary_key=True)
    submission = models.OneToOneField(Submission, models.CASCADE, related_name="change")

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class Subscription(models.Model):
    """Where a machine wants to be told of changes, within the region of its key."""

    key = models.ForeignKey(Key, models.PROTECT, related_name="subscriptions")
    kind = models.CharField(_("kind"), max_length=20)
    url = models.URLField(_("address"), max_length=500)
    events = models.JSONField(_("events"), default=list)
    # Encrypted: it has to be read to sign with it.
    secret = models.CharField(max_length=255, editable=False)
    created_at = models.DateTimeField(_("since"), editable=False)
    ended_at = models.DateTimeField(_("until"), null=True, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.url


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Reads of deliveries."""

    def visible_to(self, user: User | AnonymousUser) -> DeliveryQuerySet:
        """Those of the keys one sees."""
        return self.filter(subscription__key__in=Key.objects.visible_to(user))


class Delivery(models.Model):
    """One message to one subscriber, written in the transaction of the act it tells of.

    `body` is made at the first sending, of what stands then, and never again: a retry and a replay
    bring the same bytes under the same id.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="+")
    event = models.CharField(_("event"), max_length=10, choices=Event.choices, blank=True)
    body = models.TextField(_("message"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    tries = models.PositiveSmallIntegerField(_("times tried"), default=0)
    created_at = models.DateTimeField(_("when"))
    next_at = models.DateTimeField(_("next try"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="delivery_newest"),
            models.Index(fields=["state", "-created_at"], name="delivery_by_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING) | Q(next_at__isnull=True),
                name="only_waiting_delivery_has_next_try",
                violation_error_message=_("Only what waits is tried again."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        """The page of the delivery."""
        return reverse("webhook-delivery", args=[self.pk])


class Attempt(models.Model):
    """One try to deliver: what the other side answered, or why nothing came back."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(_("when"))
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    fault = models.CharField(_("error"), max_length=120, blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"))

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status or self.fault}"

    @property
    def fault_text(self) -> str:
        """What went wrong, in the reader's language."""
        return gettext(self.fault) if self.fault else ""
