"""Subsidy schemes for small merchants: schemes, rounds with county shares, applications."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import MOBILE_PHONE
from portal.submissions.models import Submission

FEN = 100


class Scheme(models.Model):
    """What is subsidised, and for whom."""

    name = models.CharField(_("scheme name"), max_length=60, unique=True)
    form_key = models.UUIDField(null=True, unique=True, editable=False)
    summary = models.TextField(
        _("what is subsidised"),
        max_length=1000,
        help_text=_("Who may apply, for what, and how much at most; applicants read this."),
    )

    class Meta:
        verbose_name = _("subsidy scheme")
        verbose_name_plural = _("subsidy schemes")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Round(models.Model):
    """One call of a scheme; both days included.

    The money is in the ledger: `budget` holds what is not given to a county yet, each county's
    share stands below it, each approved application below its share.
    """

    scheme = models.ForeignKey(
        Scheme, models.PROTECT, related_name="rounds", verbose_name=_("scheme")
    )
    name = models.CharField(_("round name"), max_length=60)
    opens = models.DateField(_("opens"))
    closes = models.DateField(_("closes"))
    promised_days = models.PositiveSmallIntegerField(
        _("paid within working days"),
        default=10,
        validators=[MinValueValidator(1)],
        help_text=_("Counted from the approval; the applicant is told the day."),
    )
    budget = models.OneToOneField(
        "ledger.Account", models.PROTECT, related_name="subsidy_round", verbose_name=_("budget")
    )
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("subsidy round")
        verbose_name_plural = _("subsidy rounds")
        ordering: ClassVar = ["-opens", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closes__gte=F("opens")),
                name="round_closes_after_it_opens",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(promised_days__gte=1),
                name="round_promises_a_day",
                violation_error_message=_("Promise at least one working day."),
            ),
            models.UniqueConstraint(
                fields=["scheme", "name"],
                name="round_name_once_a_scheme",
                violation_error_message=_("This scheme has a round of that name already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} · {self.name}"


class Application(models.Model):
    """What one merchant asks for in one round; state, county and owner stand in its dossier.

    `amount` is in yuan; `account` holds it in fen from the approval on, `pay_by` is the day the
    applicant is promised.
    """

    submission = models.OneToOneField(
        Submission, models.PROTECT, primary_key=True, related_name="application"
    )
    round = models.ForeignKey(
        Round,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("subsidy round"),
    )
    name = models.CharField(
        _("what for"), max_length=60, help_text=_("For example: cold store for tea leaves.")
    )
    amount = models.DecimalField(
        _("amount asked for, in yuan"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), _("The amount is more than zero."))],
    )
    purpose = models.TextField(
        _("what the money is spent on"),
        max_length=1000,
        blank=True,
        help_text=_("What is bought or done, where, and until when."),
    )
    contact_name = models.CharField(_("contact person"), max_length=40, blank=True)
    contact_phone = models.CharField(
        _("contact mobile number"), max_length=11, blank=True, validators=[MOBILE_PHONE]
    )
    account = models.OneToOneField(
        "ledger.Account", models.PROTECT, null=True, editable=False, related_name="application"
    )
    pay_by = models.DateField(_("to be paid by"), null=True, editable=False)

    class Meta:
        verbose_name = _("subsidy application")
        verbose_name_plural = _("subsidy applications")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0),
                name="application_amount_is_positive",
                violation_error_message=_("The amount is more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True, pay_by__isnull=True)
                | Q(account__isnull=False, pay_by__isnull=False),
                name="application_committed_has_day",
                violation_error_message=_("Committed money has a day by which it is paid."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fen(self) -> int:
        """The amount in fen; 0 while it is not filled in."""
        return int(self.amount * FEN) if self.amount else 0
