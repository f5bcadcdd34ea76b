"""Placements, what platforms call them, and who looks into what reports say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import rows_of
from portal.statements.models import IdKind, Metric, Platform, ProvinceQuerySet
from portal.statements.reading import LONGEST_ID
from traffic.enums import Channel, GapState

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.moves.table import Moves


class PlacementQuerySet(models.QuerySet["Placement"]):
    """Reads of placements."""

    def visible_to(self, user: User) -> PlacementQuerySet:
        """All for province roles; those of the own county or organisation for others."""
        scope = rows_of(
            user, organisation="submission__organisation", personal=Q(submission__owner=user)
        )
        return self.filter(scope)


class Placement(models.Model):
    """One thing the platform promotes: a published dossier in a campaign, a channel, a window.

    It counts by one metric of one source; other reports of the same delivery are compared.
    """

    submission = models.ForeignKey(
        "submissions.Submission",
        models.PROTECT,
        related_name="placements",
        verbose_name=_("dossier"),
    )
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        models.PROTECT,
        related_name="placements",
        verbose_name=_("campaign"),
    )
    county = models.ForeignKey(
        "regions.County", models.PROTECT, verbose_name=_("county-level unit")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    name = models.CharField(_("name"), max_length=120)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    source = models.ForeignKey(
        "statements.Source", models.PROTECT, verbose_name=_("counted by the report")
    )
    metric = models.CharField(_("counted by"), max_length=12, choices=Metric.choices)
    account = models.OneToOneField(
        "ledger.Account", models.PROTECT, related_name="placement", verbose_name=_("account")
    )
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "county"], name="placement_of_campaign"),
            models.Index(fields=["county", "id"], name="placement_of_county"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="placement_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The placement's page."""
        return reverse("placement", args=[self.pk])


class ExternalId(models.Model):
    """What a platform calls a placement; always text (19 digits do not fit a double)."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="external_ids")
    platform = models.CharField(_("platform"), max_length=16, choices=Platform.choices)
    kind = models.CharField(_("kind of id"), max_length=16, choices=IdKind.choices)
    value = models.CharField(_("id"), max_length=LONGEST_ID)

    class Meta:
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        ordering: ClassVar = ["pk"]
        # Looked for without its platform and kind: whatever has it, or one like it.
        indexes: ClassVar = [models.Index(fields=["value"], name="external_id_by_value")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["platform", "kind", "value"],
                name="external_id_names_one_placement",
                violation_error_message=_("This id belongs to another placement already."),
            )
        ]

    def __str__(self) -> str:
        return self.value


class Gap(models.Model):
    """The gap between what counts for a placement and what another report says: somebody of the
    office looks into it until it is settled with a reason."""

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="gaps")
    source = models.ForeignKey(
        "statements.Source", models.PROTECT, related_name="+", verbose_name=_("compared report")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("who looks into it"),
    )
    state = models.CharField(
        _("state"), max_length=8, choices=GapState.choices, default=GapState.OPEN, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    # How large it was when it was settled: what grows afterwards is seen.
    settled_at_difference = models.BigIntegerField(null=True, editable=False)
    opened_at = models.DateTimeField(_("since"), editable=False)

    objects = ProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["placement", "source"],
                name="one_gap_per_placement_and_source",
                violation_error_message=_("Somebody looks into this gap already."),
            ),
            models.CheckConstraint(
                condition=Q(state="settled", settled_at_difference__isnull=False)
                | Q(state="open", settled_at_difference__isnull=True),
                name="gap_settled_at_a_difference",
                violation_error_message=_("A settled gap says how large it was."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement} · {self.source}"

    @property
    def moves(self) -> Moves:
        """The table of its moves."""
        from traffic.moves import GAP_MOVES

        return GAP_MOVES

    def get_absolute_url(self) -> str:
        """The page on which it is looked into."""
        return reverse("gap", args=[self.placement_id, self.source_id])
