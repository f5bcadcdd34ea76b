"""Counting views: noted one by one, folded once a minute."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F

from portal import clock
from products.models import Product
from products.seen.models import Hit, SeenDay

# Programs that say so of themselves; also what fetches a page to show a preview of it.
PROGRAMS = re.compile(
    r"bot|spider|crawl|slurp|archiver|preview|fetch|monitor|check|scan|headless|lighthouse|"
    r"curl|wget|python|httpx|okhttp|java/|go-http|libwww|scrapy|facebookexternalhit|bytespider",
    re.IGNORECASE,
)
AT_ONCE = 5_000


def is_person(*, method: str, agent: str, purpose: str) -> bool:
    """Whether a request looks like somebody who reads: not a program, not a page fetched ahead."""
    return method == "GET" and bool(agent) and not PROGRAMS.search(agent) and not purpose


def note(*, product: Product) -> None:
    """Note one view of a product's page."""
    Hit.objects.create(product=product, date=clock.today())


def fold() -> int:
    """Count what was noted since the last time; return how many views.

    Hits are locked and passed over where another fold holds them, so that each is counted once.
    """
    done = 0
    while folded := _fold_some():
        done += folded
    return done


@transaction.atomic
def _fold_some() -> int:
    rows = list(Hit.objects.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE])
    counts = Counter((row.product_id, row.date) for row in rows)
    for (product, day), count in sorted(counts.items()):
        _add(product, day, count)
    Hit.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _add(product: int, day: date, count: int) -> None:
    """Raise the day's row, or write it; of two that write it first the second raises it."""
    rows = SeenDay.objects.filter(product=product, date=day)
    if rows.update(count=F("count") + count):
        return
    try:
        with transaction.atomic():
            SeenDay.objects.create(product_id=product, date=day, count=count)
    except IntegrityError:
        rows.update(count=F("count") + count)
