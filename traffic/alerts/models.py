"""An alert: one condition that somebody should know of, for as long as it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.scope import rows_of
from portal.campaigns.models import Action
from traffic.alerts.enums import AlertState, Kind

if TYPE_CHECKING:
    from portal.accounts.models import User

NAMES = ("county__city", "campaign", "placement", "account__parent", "source")


class AlertQuerySet(models.QuerySet["Alert"]):
    """Reads of alerts."""

    def visible_to(self, user: User) -> AlertQuerySet:
        """All for province roles; those of the own county for its officials."""
        return self.filter(rows_of(user))

    def with_state(self) -> AlertQuerySet:
        """Add `state`: a snoozed one is open again by itself on its day."""
        return self.annotate(
            state=Case(
                When(ended_on__isnull=False, then=Value(AlertState.ENDED)),
                When(acknowledged_at__isnull=False, then=Value(AlertState.ACKNOWLEDGED)),
                When(snoozed_until__gt=clock.today(), then=Value(AlertState.SNOOZED)),
                default=Value(AlertState.OPEN),
            )
        )


class Alert(models.Model):
    """One condition, from the day it was seen until it no longer holds; one row each time.

    `key` names the condition: of one only one row has no end. `figures` are the numbers of its
    sentence as they were seen last, in impressions; days in them are ISO texts.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=80, editable=False)
    county = models.ForeignKey(
        "regions.County", models.PROTECT, null=True, verbose_name=_("county-level unit")
    )
    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, null=True, related_name="+")
    placement = models.ForeignKey("traffic.Placement", models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey("ledger.Account", models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey("statements.Source", models.PROTECT, null=True, related_name="+")
    action = models.CharField(_("action"), max_length=20, choices=Action.choices, blank=True)
    figures = models.JSONField(default=dict)
    since = models.DateField(_("since"))
    raised_at = models.DateTimeField(_("raised at"))
    # The round that raised it: of two at once only one tells people.
    raised_in = models.UUIDField(editable=False, db_index=True)
    ended_on = models.DateField(_("ended on"), null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True)
    snoozed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    snoozed_until = models.DateField(_("snoozed until"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(ended_on__isnull=True), name="one_alert_a_condition"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | (Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False) & ~Q(note="")),
                name="alert_acknowledged_with_a_note",
                violation_error_message=_("Say what is done about it."),
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until=None, snoozed_by=None)
                | Q(snoozed_until__isnull=False, snoozed_by__isnull=False),
                name="alert_snoozed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.subject}"

    def get_absolute_url(self) -> str:
        """The alert's page."""
        return reverse("alert", args=[self.pk])

    @property
    def subject(self) -> str:
        """What it is about, by name, in the reader's language."""
        from traffic.alerts.sentences import subject_of

        return subject_of(self)

    @property
    def reason(self) -> str:
        """Why, in one sentence with its figures, in the reader's language."""
        from traffic.alerts.sentences import reason_of

        return reason_of(self)

    @property
    def acts_at(self) -> str:
        """The page where something can be done about it."""
        from traffic.alerts.sentences import page_of

        return page_of(self)

    @property
    def standing(self) -> Any:
        """The state in the reader's words; of rows read `with_state`."""
        return AlertState(self.state).label  # type: ignore[attr-defined]
