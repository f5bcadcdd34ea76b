"""What the product pool adds to what a reader may do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.registry import Link
from products import rules

if TYPE_CHECKING:
    from portal.accounts.actor import Actor


def links(actor: Actor) -> Iterable[Link]:
    """The quick entry for who files products, the categories for who keeps them."""
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
