"""Merchants, cooperatives, offices: one file per unified social credit code, typed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import MOBILE_PHONE
from portal.accounts.scope import rows_of
from portal.organisations.validators import validate_credit_code

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.accounts.models import User


class OrganisationKind(models.TextChoices):
    """What an organisation is."""

    ENTERPRISE = "enterprise", _("Enterprise")
    COOPERATIVE = "cooperative", _("Farmers' cooperative")
    FAMILY_FARM = "family_farm", _("Family farm")
    INDIVIDUAL = "individual", _("Individual business")
    OFFICE = "office", _("Office or public body")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Reads of organisations."""

    def visible_to(self, user: User | AnonymousUser) -> OrganisationQuerySet:
        """Those of the user's regions or own organisations; all for province roles."""
        return self.filter(rows_of(user, organisation="pk"))


class Organisation(models.Model):
    """The file of one organisation."""

    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        unique=True,
        validators=[validate_credit_code],
        help_text=_("18 characters, as printed on the business licence."),
        error_messages={
            "unique": _("This code is already on file: pick the organisation from the list.")
        },
    )
    name = models.CharField(_("organisation name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=OrganisationKind.choices)
    county = models.ForeignKey(
        "regions.County", models.PROTECT, verbose_name=_("county-level unit")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    legal_person = models.CharField(_("legal representative"), max_length=40, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=40, blank=True)
    contact_phone = models.CharField(
        _("contact mobile number"), max_length=11, blank=True, validators=[MOBILE_PHONE]
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar = ["name", "pk"]
        indexes: ClassVar = [models.Index(fields=["name", "id"], name="organisation_by_name")]

    def __str__(self) -> str:
        return self.name
