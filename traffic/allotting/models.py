"""A workbook of allotments on its way into the ledger."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.statements.models import ProvinceQuerySet


class AllotmentSheet(models.Model):
    """The lines of one workbook, and what became of them.

    A line: `row` (its number in the file), `code`, `county`, `amount`, `reason`, `source`, all as
    they stood there. What each would come to is read anew whenever it is looked at, and again
    under the accounts' locks when it is booked. `booked` is row → ids of its transfers.
    """

    account = models.ForeignKey(
        "ledger.Account", models.PROTECT, related_name="+", verbose_name=_("account")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    name = models.CharField(_("file"), max_length=255)
    # Of what the lines say: the same lines saved anew are the same workbook.
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("uploaded at"))
    lines = models.JSONField(_("rows"))
    booked = models.JSONField(_("transfers of each row"), default=dict)
    act = models.UUIDField(null=True, unique=True, editable=False)
    booked_at = models.DateTimeField(_("booked at"), null=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True)

    objects = ProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = _("workbook of allotments")
        verbose_name_plural = _("workbooks of allotments")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["account", "-id"], name="allotment_sheets_of_account")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "digest"],
                condition=Q(undone_at=None),
                name="allotment_sheet_once",
                violation_error_message=_("This workbook was brought in already."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(booked_at=None, act=None, undone_at=None)
                    | Q(booked_at__isnull=False, act__isnull=False)
                ),
                name="allotment_sheet_booked_then_undone",
                violation_error_message=_("A workbook is booked, then taken back."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of what it would do and did."""
        return reverse("allotment-sheet", args=[self.pk])
