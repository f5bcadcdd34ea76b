"""What the product pool adds to “what you may do”, and the names of its acts."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.registry import Link
from products.exports import rules

ACTS = {
    "listing.add": _("Product put on sale"),
    "listing.withdraw": _("Product taken off sale"),
    "export.profile": _("Export profile made"),
    "export.make": _("Products exported"),
}


def product_links(actor: Actor) -> Iterator[Link]:
    """Exports for the province; sales and review for its counties too."""
    if rules.may_read(actor):
        yield Link(
            _("Export profiles"),
            reverse("export-profiles"),
            _("Send products to the platform, and see what was sent."),
        )
    if rules.may_read(actor) or actor.has(Role.OFFICIAL):
        yield Link(
            _("Products by county"),
            reverse("product-counties"),
            _("How many go through at the first try, what was sold, what to improve."),
        )
    if rules.may_read(actor) or actor.has(Role.OFFICIAL, Role.MERCHANT):
        yield Link(
            _("Sales by product"),
            reverse("sales"),
            _("Orders, sales and refunds day by day, from the platform's reports."),
        )
