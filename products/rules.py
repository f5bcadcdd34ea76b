"""Who may file a product, and when it may be promoted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.submissions.enums import State
from portal.verdict import YES, Verdict, no
from products.seasons.rules import in_season

if TYPE_CHECKING:
    from products.models import Product


def may_file(actor: Actor) -> Verdict:
    """County officials, and merchants for their organisation."""
    official = actor.hat(Role.OFFICIAL)
    if actor.has(Role.MERCHANT) or (official is not None and official.county_id):
        return YES
    return no(_("Products are filed by county offices and merchants."))


def readiness(product: Product, day: date) -> Verdict:
    """Whether the product may be promoted on `day`: published, in season, in stock."""
    if product.submission.state != State.PUBLISHED:
        return no(_("The product is not published."))
    if not in_season(product, day):
        return no(_("The product is out of season."))
    if not product.stock:
        return no(_("The product is out of stock."))
    return YES
