"""What the product pool adds to “what you may do”, and the names of its acts."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.actor import Actor
from portal.accounts.enums import Role
from portal.registry import Link
from products import rules
from products.exports import rules as exports

ACTS = {
    "products.category": _("Product category written"),
    "listing.add": _("Product put on sale"),
    "listing.change": _("Price or stock of a listing changed"),
    "listing.withdraw": _("Product taken off sale"),
    "export.profile": _("Export profile made"),
    "export.make": _("Products exported"),
}


def product_links(actor: Actor) -> Iterator[Link]:
    """The quick entry for who files, categories for who keeps them; exports for the province;
    sales and review for its counties too."""
    if rules.may_file(actor):
        yield Link(
            _("Quick entry of a product"),
            reverse("product-quick"),
            _("Five fields on a phone, the photo first; finished at a desk."),
        )
    if rules.may_keep_categories(actor):
        yield Link(
            _("Product categories"),
            reverse("product-categories"),
            _("What each asks for, and which words it refuses."),
        )
    if exports.may_read(actor):
        yield Link(
            _("Export profiles"),
            reverse("export-profiles"),
            _("Send products to the platform, and see what was sent."),
        )
    if exports.may_read(actor) or actor.has(Role.OFFICIAL):
        yield Link(
            _("Products by county"),
            reverse("product-counties"),
            _("How many go through at the first try, what was sold, what to improve."),
        )
    if exports.may_read(actor) or actor.has(Role.OFFICIAL, Role.MERCHANT):
        yield Link(
            _("Sales by product"),
            reverse("sales"),
            _("Orders, sales and refunds day by day, from the platform's reports."),
        )
