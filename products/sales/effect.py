"""Orders as a stage of the effect: out of reports of sales, which name a product and a day."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from django.db.models import Max, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import registry
from portal.campaigns.models import Action
from portal.stages import Amount, By, Cut, Key, Reading, Stage, nothing
from products.sales import queries

if TYPE_CHECKING:
    from portal.accounts.actor import Actor

FILTERS = ("city", "county", "since", "until")
# Where the products' counties stand, as seen from a day of sales.
PATHS = {"city": "product__submission__city", "county": "product__submission__county"}


def register() -> None:
    """Plug orders into the house."""
    registry.register_stages(stages)


def stages(actor: Actor, cut: Cut) -> Mapping[Stage, Reading]:
    """Orders paid by county, by product, or those of rural e-commerce; two queries.

    No rate: they are all orders of a product, from these clicks or not.
    """
    if cut.by in (By.CAMPAIGN, By.CREATOR) or cut.campaign:
        why = _("Reports of sales name a product and a day, neither a campaign nor a work.")
        return {Stage.ORDERS: nothing(why)}
    if cut.action not in ("", Action.PRODUCTS):
        return {Stage.ORDERS: nothing(_("Orders are those of rural e-commerce."))}
    behind = cut.days(queries.days_behind()).count()
    return {
        Stage.ORDERS: Reading(
            _amounts(actor, cut),
            partial(_url, cut),
            note=_(
                "All orders of these products in reports of sales, whether or not they came from "
                "these clicks: so there is no conversion rate."
            ),
            behind=behind,
        )
    }


def _amounts(actor: Actor, cut: Cut) -> dict[Key, Amount]:
    rows = cut.days(queries.sold(actor.person)).order_by()
    rows = rows.filter(**{path: getattr(cut, at) for at, path in PATHS.items() if getattr(cut, at)})
    figures = {"n": Sum("orders"), "last": Max("date")}
    if cut.by == By.DOSSIER:
        by_product = rows.values_list("product__submission__code").annotate(**figures)
        return {code: Amount(int(n), last) for code, n, last in by_product}
    if cut.by == By.ACTION:
        found = rows.aggregate(**figures)
        if found["last"] is None:
            return {}
        return {Action.PRODUCTS.value: Amount(int(found["n"]), found["last"])}
    grouped = rows.values_list(PATHS["county"]).annotate(**figures)
    return {county: Amount(int(n), last) for county, n, last in grouped if county}


def _url(cut: Cut, key: Key | None) -> str:
    """The products an amount is the sum of, each of which opens its days; the days of one."""
    if cut.by == By.DOSSIER and key is not None:
        return f"{reverse('product-sales', args=[key])}?{cut.address(None, ('since', 'until'))}"
    return f"{reverse('sales')}?{cut.address(key, FILTERS)}"
