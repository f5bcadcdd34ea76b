"""How often public pages of products were opened: a number a day, and nothing of who it was."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Hit(models.Model):
    """One view that is not counted yet: no address, no cookie, no account, no time of day.

    Views only ever insert here, so that they never wait for each other; `fold` counts and
    deletes.
    """

    product = models.ForeignKey("products.Product", models.CASCADE, related_name="+")
    date = models.DateField(_("day"))

    class Meta:
        verbose_name = _("view to be counted")
        verbose_name_plural = _("views to be counted")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.product_id} {self.date}"


class SeenDay(models.Model):
    """How often the page of a product was opened on one day."""

    product = models.ForeignKey("products.Product", models.PROTECT, related_name="seen_days")
    date = models.DateField(_("day"))
    count = models.PositiveBigIntegerField(_("views"))

    class Meta:
        verbose_name = _("views of a day")
        verbose_name_plural = _("views of days")
        ordering: ClassVar = ["-date", "product"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "date"], name="one_count_a_product_day")
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.date}: {self.count}"
