"""A make-good: impressions from the reserve for what a placement was promised and did not get."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import rows_of
from traffic.makegood.enums import MakeGoodState

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.moves.table import Moves

GIVEN = Q(state=MakeGoodState.APPROVED)
DECIDED = Q(state__in=[MakeGoodState.APPROVED, MakeGoodState.REFUSED])


class MakeGoodQuerySet(models.QuerySet["MakeGood"]):
    """Reads of make-goods."""

    def visible_to(self, user: User) -> MakeGoodQuerySet:
        """Those of the placements `user` may see."""
        scope = rows_of(
            user,
            county="placement__county",
            city="placement__county__city",
            organisation="placement__submission__organisation",
            personal=Q(placement__submission__owner=user),
        )
        return self.filter(scope)


class MakeGood(models.Model):
    """What is proposed, and decided, for the shortfall of one placement; one row for ever.

    Amounts in impressions. `promised`, `delivered` and `short` are the figures it was proposed,
    or last adjusted to, by; once it is decided they stay as they were. `short` is what may be made
    good: promised − delivered, less what of that was itself a make-good.
    """

    placement = models.OneToOneField(
        "traffic.Placement", models.PROTECT, related_name="make_good", verbose_name=_("placement")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=MakeGoodState, default=MakeGoodState.PROPOSED
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    promised = models.BigIntegerField(_("promised"))
    delivered = models.BigIntegerField(_("delivered"))
    short = models.BigIntegerField(_("shortfall"))
    amount = models.BigIntegerField(_("impressions"))
    target = models.ForeignKey(
        "traffic.Placement",
        models.PROTECT,
        null=True,
        related_name="made_good",
        verbose_name=_("placement that gets it"),
    )
    reserve = models.ForeignKey(
        "ledger.Account", models.PROTECT, related_name="+", verbose_name=_("reserve")
    )
    due_on = models.DateField(_("to be decided by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    # Who set amount, target, reserve or day last; nobody while they are the portal's own.
    adjusted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    # The act under which its transfers stand in the ledger.
    act = models.UUIDField(null=True, unique=True, editable=False)

    objects = MakeGoodQuerySet.as_manager()

    class Meta:
        verbose_name = _("make-good")
        verbose_name_plural = _("make-goods")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_on"], name="make_good_of_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="make_good_gives_something",
                violation_error_message=_("The amount is more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(amount__lte=F("short")) & Q(short__lte=F("promised") - F("delivered")),
                name="make_good_within_shortfall",
                violation_error_message=_("More would be made good than is short."),
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=True) | ~Q(target=F("placement")),
                name="make_good_goes_elsewhere",
                violation_error_message=_("The window of this placement is over."),
            ),
            models.CheckConstraint(
                condition=(
                    GIVEN & Q(act__isnull=False, target__isnull=False) | ~GIVEN & Q(act=None)
                ),
                name="make_good_booked_when_approved",
                violation_error_message=_("A make-good is booked when it is approved."),
            ),
            models.CheckConstraint(
                condition=(
                    DECIDED & Q(decided_by__isnull=False, decided_at__isnull=False)
                    | ~DECIDED & Q(decided_by=None, decided_at=None)
                ),
                name="make_good_decided_by_somebody",
                violation_error_message=_("Who decided, and when, belongs to a decision."),
            ),
            models.CheckConstraint(
                condition=~GIVEN | Q(adjusted_by=None) | ~Q(adjusted_by=F("decided_by")),
                name="make_good_approved_by_another",
                violation_error_message=_("Who set the amount does not approve it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement}"

    def get_absolute_url(self) -> str:
        """The make-good's page."""
        return reverse("make-good", args=[self.pk])

    @property
    def moves(self) -> Moves:
        """The table of its moves."""
        from traffic.makegood.moves import MOVES

        return MOVES

    @property
    def is_open(self) -> bool:
        """True while somebody has to decide."""
        return self.state == MakeGoodState.PROPOSED
