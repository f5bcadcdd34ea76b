"""Orders, sales and refunds by product and day: derived from reports, replaced, never added up."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import PROVINCE_ROLES
from portal.statements.models import DerivedDay
from portal.statements.reading import LONGEST_ID
from portal.submissions.models import Submission

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User

# What a report of sales says of a product and day; money in fen.
FIGURES = ("orders", "sales", "refunds", "refunded")
NOT_NEGATIVE = Q(orders__gte=0, sales__gte=0, refunds__gte=0, refunded__gte=0)


class SalesFigures(models.Model):
    """The four figures; 64 bits each, money in fen."""

    orders = models.BigIntegerField(_("orders paid"))
    sales = models.BigIntegerField(_("sales"))
    refunds = models.BigIntegerField(_("orders refunded"))
    refunded = models.BigIntegerField(_("money refunded"))

    class Meta:
        abstract = True


class ReportedDay(DerivedDay):
    """A day of sales."""

    class Meta:
        verbose_name = _("day of sales")
        verbose_name_plural = _("days of sales")
        ordering: ClassVar = ["-date"]


class SalesDayQuerySet(models.QuerySet["SalesDay"]):
    """Reads of sales; rights come from the dossier alone."""

    def visible_to(self, user: User | AnonymousUser) -> SalesDayQuerySet:
        """Sales of the dossiers `user` may see."""
        return self.filter(product__submission__in=Submission.objects.visible_to(user))


class SalesDay(SalesFigures):
    """What was sold of one product on one day, over all its ids and shelves."""

    product = models.ForeignKey("products.Product", models.PROTECT, related_name="sales_days")
    date = models.DateField(_("day"))
    approximate = models.BooleanField(_("rounded"), default=False)

    objects = SalesDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("sales of a day")
        verbose_name_plural = _("sales of days")
        ordering: ClassVar = ["-date", "product"]
        indexes: ClassVar = [models.Index(fields=["date", "product"], name="sales_of_date")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "date"], name="one_row_a_product_day"),
            models.CheckConstraint(condition=NOT_NEGATIVE, name="sales_day_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.date}: {self.orders}"


class UnmatchedSaleQuerySet(models.QuerySet["UnmatchedSale"]):
    """Reads of sales nobody knows the product of."""

    def visible_to(self, user: User | AnonymousUser) -> UnmatchedSaleQuerySet:
        """All for province roles, nothing for everyone else."""
        if user.is_authenticated and user.wears(*PROVINCE_ROLES):
            return self
        return self.none()


class UnmatchedSale(SalesFigures):
    """An id of a report that is no product's here, on one day; waits for staff."""

    date = models.DateField(_("day"))
    source = models.ForeignKey("statements.Source", models.PROTECT, related_name="+")
    external_id = models.CharField(_("id"), max_length=LONGEST_ID)

    objects = UnmatchedSaleQuerySet.as_manager()

    class Meta:
        verbose_name = _("unmatched sale")
        verbose_name_plural = _("unmatched sales")
        ordering: ClassVar = ["-date", "pk"]
        indexes: ClassVar = [models.Index(fields=["external_id"], name="unmatched_sale_of_id")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["date", "source", "external_id"], name="one_unmatched_sale_a_day"
            ),
            models.CheckConstraint(condition=NOT_NEGATIVE, name="unmatched_sale_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.external_id}"
