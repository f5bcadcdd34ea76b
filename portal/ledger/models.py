"""Double entry in a unit: impressions or fen; allotments and budgets are the same machine.

Law of each account: received from above − returned = balance + net given to children; over all
accounts of a unit the balances add up to zero, because the root of a tree goes below zero by
exactly what it promised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import rows_of

if TYPE_CHECKING:
    from portal.accounts.models import User


class Unit(models.TextChoices):
    """What an account counts; amounts are whole numbers of it."""

    IMPRESSIONS = "impressions", _("impressions")
    FEN = "fen", _("fen")


class Level(models.TextChoices):
    """Where in its tree an account stands."""

    PLEDGE = "pledge", _("Pledge")
    POOL = "pool", _("Pool")
    ACTION = "action", _("Action")
    CAMPAIGN = "campaign", _("Campaign")
    COUNTY = "county", _("County")
    PLACEMENT = "placement", _("Placement")
    BUDGET = "budget", _("Budget")
    SHARE = "share", _("County share")
    APPLICATION = "application", _("Application")


class AccountQuerySet(models.QuerySet["Account"]):
    """Reads of accounts."""

    def visible_to(self, user: User) -> AccountQuerySet:
        """All for province roles; those of the own county for its officials."""
        return self.filter(rows_of(user))


class Account(models.Model):
    """One place in the tree; `balance` is what it holds and has not passed on.

    `balance` is the one figure of the ledger changed in place, in the transfer's transaction.
    """

    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children", verbose_name=_("above")
    )
    # What stands for the account below its parent: an action, a campaign's code, a county's code.
    key = models.CharField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    county = models.ForeignKey(
        "regions.County", models.PROTECT, null=True, verbose_name=_("county-level unit")
    )
    balance = models.BigIntegerField(_("balance"), default=0)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["unit", "level", "key", "id"], name="account_of_level")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parent", "key"], name="account_key_below_parent"),
            models.UniqueConstraint(
                fields=["unit", "key"], condition=Q(parent__isnull=True), name="account_root_key"
            ),
            models.CheckConstraint(
                condition=Q(balance__gte=0) | Q(parent__isnull=True),
                name="account_never_overdrawn",
                violation_error_message=_("More would be passed on than the account holds."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Transfer(models.Model):
    """One movement between an account and its parent or child; never edited, never deleted.

    Transfers of one act share `act`; a reversal names the transfer it undoes.
    """

    source = models.ForeignKey(
        Account, models.PROTECT, related_name="given", verbose_name=_("from")
    )
    target = models.ForeignKey(
        Account, models.PROTECT, related_name="received", verbose_name=_("to")
    )
    amount = models.BigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=200)
    act = models.UUIDField(_("act"), db_index=True)
    # The form that asked for the act, on its first transfer: a second click books nothing.
    form_key = models.UUIDField(null=True, editable=False)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name=_("reverses")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["source", "target"], name="transfer_given"),
            models.Index(fields=["target", "source"], name="transfer_received"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="transfer_moves_something",
                violation_error_message=_("The amount is more than zero."),
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="transfer_between_two_accounts"
            ),
            models.UniqueConstraint(
                fields=["form_key"],
                condition=Q(form_key__isnull=False),
                name="transfer_once_a_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}: {self.amount}"
