"""The calendar: the five actions and their dated campaigns."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """The five actions of the programme."""

    PRODUCTS = "products", _("Rural e-commerce")
    TOURISM = "tourism", _("Rural tourism")
    MERCHANTS = "merchants", _("Merchant growth")
    CREATORS = "creators", _("Rural image")
    TRAINING = "training", _("Rural talent")


class Campaign(models.Model):
    """One dated campaign of one action, such as 丰收节; both days included."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    action = models.CharField(_("action"), max_length=12, choices=Action.choices)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    form_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering: ClassVar = ["first_day", "code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="campaign_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.name
