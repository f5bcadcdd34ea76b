"""What a product adds to the end of its dossier's page once it was published: shelves, sales,
views."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode

from portal import clock, registry
from products.listings import queries as listings
from products.listings import rules
from products.sales import queries as sales
from products.seen import queries as seen

if TYPE_CHECKING:
    from portal.accounts.actor import Actor
    from portal.submissions.models import Submission


def register() -> None:
    """Add both; called once from the AppConfig."""
    for source in (shelves, selling):
        registry.register_panel("submissions.submission", source, last=True)


def _was_published(row: Submission) -> bool:
    return row.kind == "product" and row.published_at is not None


def shelves(actor: Actor, row: Submission) -> registry.Panel | None:
    """Where it is sold; one query."""
    if not _was_published(row):
        return None
    context = {
        "row": row,
        "listings": listings.of_product(row.pk),
        "may_keep": bool(rules.keeps_listings(actor)),
        "may_read_changes": bool(rules.may_read_changes(actor)),
        "may_add": bool(rules.may_list(row, actor)),
    }
    return registry.Panel("products/_listings.html", context)


def selling(actor: Actor, row: Submission) -> registry.Panel | None:
    """Sales and views of the last days; two queries."""
    if not _was_published(row):
        return None
    since = clock.today() - timedelta(days=sales.PART_DAYS - 1)
    days = {"since": since.isoformat(), "until": clock.today().isoformat()}
    views = seen.last_days(row.pk)
    context = {
        "row": row,
        "days": sales.PART_DAYS,
        "sums": sales.sums(sales.last_days(sales.of_product(row.pk))),
        "sales_url": f"{reverse('product-sales', args=[row.code])}?{urlencode(days)}",
        "views": [{"label": day, "value": count} for day, count in views],
        "counts": [count for _day, count in views],
        "seen": sum(count for _day, count in views),
    }
    return registry.Panel("products/_selling.html", context)
