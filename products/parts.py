"""What a product adds to its dossier's page once it was published: shelves, sales, views."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode

from portal import clock
from portal.submissions.kinds import Part
from products.listings import queries as listings
from products.listings import rules
from products.sales import queries as sales
from products.seen import queries as seen

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.models import Submission


def of(row: Submission, actor: Actor) -> list[Part]:
    """Three queries; nothing before the product was ever published."""
    if row.published_at is None:
        return []
    since = clock.today() - timedelta(days=sales.PART_DAYS - 1)
    days = {"since": since.isoformat(), "until": clock.today().isoformat()}
    views = seen.last_days(row.pk)
    return [
        Part(
            "products/_listings.html",
            {
                "row": row,
                "listings": listings.of_product(row.pk),
                "may_keep": bool(rules.keeps_listings(actor)),
                "may_add": bool(rules.may_list(row, actor)),
            },
        ),
        Part(
            "products/_selling.html",
            {
                "row": row,
                "days": sales.PART_DAYS,
                "sums": sales.sums(sales.last_days(sales.of_product(row.pk))),
                "sales_url": f"{reverse('product-sales', args=[row.code])}?{urlencode(days)}",
                "views": [{"label": day, "value": count} for day, count in views],
                "counts": [count for _day, count in views],
                "seen": sum(count for _day, count in views),
            },
        ),
    ]
