"""Campaign calls, what counties put forward, live sessions and their running order."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.scope import rows_of
from portal.moves.table import Moves
from products.calls.enums import COUNTED, EntryState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User

LONGEST_SLOT = 240


class CallQuerySet(models.QuerySet["Call"]):
    """Reads of calls; they are open to all who take part."""

    def open_on(self, day: date) -> CallQuerySet:
        """Calls in which counties may put products forward on a day."""
        return self.filter(opens__lte=day, closes__gte=day)


class Call(models.Model):
    """The office asks counties for products for a campaign; both days included.

    `quota` is how many products each county may put forward; `CountyQuota` says otherwise for
    single counties. The deadline is midnight in Asia/Shanghai after `closes`.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", models.PROTECT, related_name="calls", verbose_name=_("campaign")
    )
    name = models.CharField(_("name"), max_length=60)
    asks = models.TextField(
        _("what is asked for"),
        max_length=1000,
        help_text=_("Which products, what they must have, what counties should look at."),
    )
    opens = models.DateField(_("opens"))
    closes = models.DateField(
        _("closes"), help_text=_("The last day itself is included: until midnight, Beijing time.")
    )
    quota = models.PositiveSmallIntegerField(
        _("products per county"),
        default=3,
        validators=[MaxValueValidator(999)],
        help_text=_("For every county; single counties may get another number afterwards."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign call")
        verbose_name_plural = _("campaign calls")
        ordering: ClassVar = ["-closes", "-pk"]
        indexes: ClassVar = [models.Index(fields=["closes", "id"], name="call_by_deadline")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closes__gte=F("opens")),
                name="call_closes_after_it_opens",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.UniqueConstraint(
                fields=["campaign", "name"],
                name="call_name_once_a_campaign",
                violation_error_message=_("This campaign has a call of that name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The call's page."""
        return reverse("call", args=[self.pk])

    @property
    def deadline(self) -> datetime:
        """The moment from which nothing can be put forward any more."""
        return clock.end_of(self.closes)

    @property
    def is_open(self) -> bool:
        """True while counties may put products forward."""
        return clock.start_of(self.opens) <= clock.now() < self.deadline

    @property
    def is_over(self) -> bool:
        """True once the deadline has passed."""
        return clock.now() >= self.deadline


class CountyQuota(models.Model):
    """How many products one county may put forward, where it is not the call's own number."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="quotas")
    county = models.ForeignKey(
        "regions.County", models.PROTECT, verbose_name=_("county-level unit")
    )
    quota = models.PositiveSmallIntegerField(_("products"), validators=[MaxValueValidator(999)])

    class Meta:
        verbose_name = _("quota of a county")
        verbose_name_plural = _("quotas of counties")
        ordering: ClassVar = ["call", "county"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call", "county"],
                name="one_quota_a_county",
                violation_error_message=_("This county has its quota already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.county_id}: {self.quota}"


class CallEntryQuerySet(models.QuerySet["Entry"]):
    """Reads of entries."""

    def visible_to(self, user: User | AnonymousUser) -> CallEntryQuerySet:
        """All for province roles; those of the own county, city or organisation for others."""
        return self.filter(rows_of(user, organisation="product__submission__organisation"))

    def counted(self) -> CallEntryQuerySet:
        """Those that count against their county's quota."""
        return self.filter(state__in=COUNTED)


class Entry(models.Model):
    """One product that its county put forward; `state` is written by the one door alone.

    `county` is the dossier's own: the quota is counted by it. `reason` is the office's, in the
    words the county reads.
    """

    call = models.ForeignKey(
        Call, models.PROTECT, related_name="entries", verbose_name=_("campaign call")
    )
    product = models.ForeignKey(
        "products.Product",
        models.PROTECT,
        related_name="entries",
        verbose_name=_("specialty product"),
    )
    county = models.ForeignKey(
        "regions.County", models.PROTECT, verbose_name=_("county-level unit")
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=EntryState.choices,
        default=EntryState.PUT,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    put_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    put_at = models.DateTimeField(_("put forward"), editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, editable=False)

    objects = CallEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a call")
        verbose_name_plural = _("entries of calls")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["call", "county", "state"], name="entry_of_county"),
            models.Index(fields=["county", "id"], name="entry_at_county"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call", "product"],
                condition=Q(state__in=COUNTED),
                name="one_entry_a_product",
                violation_error_message=_("This product was put forward already."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[EntryState.SELECTED, EntryState.NOT_SELECTED],
                    decided_at__isnull=False,
                )
                | Q(state__in=[EntryState.PUT, EntryState.WITHDRAWN], decided_at__isnull=True),
                name="entry_decided_has_day",
                violation_error_message=_("A decision has a day, and only a decision."),
            ),
            models.CheckConstraint(
                condition=~Q(state=EntryState.NOT_SELECTED) | ~Q(reason=""),
                name="entry_not_selected_has_reason",
                violation_error_message=_("What was not selected has a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call} · {self.product}"

    @property
    def moves(self) -> Moves:
        """The table of moves of an entry."""
        from products.calls.moves import ENTRY_MOVES

        return ENTRY_MOVES


class LiveSessionQuerySet(models.QuerySet["LiveSession"]):
    """Reads of sessions; they are open to all who take part."""

    def on(self) -> LiveSessionQuerySet:
        """Those that take place: what was cancelled reserves nothing and is in nobody's way."""
        return self.filter(cancelled_because="")


class LiveSession(models.Model):
    """A live session (专场直播) of a campaign: when, where, with whom.

    Its day is the one in Asia/Shanghai on which it begins: what it reserves leaves that day's
    capacity. `version` grows with every change of the session or its running order.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign",
        models.PROTECT,
        related_name="live_sessions",
        verbose_name=_("campaign"),
    )
    name = models.CharField(_("name"), max_length=60)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    host = models.CharField(
        _("host"), max_length=60, help_text=_("The name under which the host appears.")
    )
    channel = models.CharField(
        _("live room"), max_length=60, help_text=_("The account that goes live.")
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    # Why it does not take place; empty while it does. Its running order stays to be read.
    cancelled_because = models.CharField(
        _("cancelled because"), max_length=500, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = LiveSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("live session")
        verbose_name_plural = _("live sessions")
        ordering: ClassVar = ["starts_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["starts_at", "id"], name="session_by_start")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_begins",
                violation_error_message=_("The session ends before it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The session's page."""
        return reverse("live-session", args=[self.pk])

    @property
    def day(self) -> date:
        """The day whose capacity it uses."""
        return self.starts_at.astimezone(clock.SHANGHAI).date()

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))


class SlotQuerySet(models.QuerySet["Slot"]):
    """Reads of running orders."""

    def visible_to(self, user: User | AnonymousUser) -> SlotQuerySet:
        """All for province roles; those of own products for others."""
        return self.filter(
            rows_of(
                user,
                county="entry__county",
                city="entry__county__city",
                organisation="entry__product__submission__organisation",
            )
        )


class Slot(models.Model):
    """A selected product's place in a session: how long, how many units, at which price.

    Its time follows from the minutes before it. `units` are reserved of the product's capacity of
    the session's day; `price` is in yuan per unit, None for the usual one.
    """

    session = models.ForeignKey(LiveSession, models.CASCADE, related_name="slots")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="slots")
    position = models.PositiveSmallIntegerField(_("position"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_SLOT)],
    )
    units = models.PositiveIntegerField(_("units reserved"), default=0)
    price = models.DecimalField(
        _("price in the session, in yuan"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), _("The price is more than zero."))],
    )

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in the running order")
        verbose_name_plural = _("running order")
        ordering: ClassVar = ["session", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "position"], name="one_slot_a_position"),
            models.UniqueConstraint(
                fields=["session", "entry"],
                name="one_slot_a_product",
                violation_error_message=_("This product stands in the running order already."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(1, LONGEST_SLOT)),
                name="slot_takes_a_minute",
                violation_error_message=_("A product gets 1 to 240 minutes."),
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gt=0),
                name="slot_price_is_positive",
                violation_error_message=_("The price is more than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.entry_id}"
