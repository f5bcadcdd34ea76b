"""What closing a day writes: the rows of each table, made of what was read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Model

from portal import bulk
from traffic.closing import Closing
from traffic.models import ComparedDay, DayFate, DaySum, PlacementDay, UnmatchedDay

# A row of each table that a close writes.
TABLES = (PlacementDay, DaySum, DayFate, UnmatchedDay, ComparedDay)
ROWS = {table: bulk.plain(table) for table in TABLES}


def rows_of(day: date, closing: Closing) -> dict[type[Model], list[Any]]:
    """The rows that stand of a day once it is closed so, by table; `plain` ones."""
    delivered = sorted(closing.delivered.items(), key=lambda pair: pair[0].pk)
    return {
        PlacementDay: [
            ROWS[PlacementDay](
                placement_id=placement.pk,
                date=day,
                count=row.count,
                hours=row.packed,
                approximate=row.approximate,
                clicks=row.clicks,
            )
            for placement, row in delivered
        ],
        DaySum: list(sums_of(day, closing)),
        DayFate: [
            ROWS[DayFate](date=day, statement_id=statement.pk, fate=fate, **vars(counts))
            for (statement, fate), counts in closing.fates.items()
        ],
        UnmatchedDay: [
            ROWS[UnmatchedDay](date=day, source_id=source, external_id=value, **vars(counts))
            for (source, value), counts in sorted(closing.unmatched.items())
        ],
        ComparedDay: list(_compared(day, closing)),
    }


def _compared(day: date, closing: Closing) -> Iterable[Any]:
    order = sorted(closing.compared.items(), key=lambda pair: (pair[0][0].pk, pair[0][1]))
    for (placement, source), (said, approximate) in order:
        counted = closing.delivered.get(placement)
        yield ROWS[ComparedDay](
            placement_id=placement.pk,
            source_id=source,
            date=day,
            said=said,
            counted=counted.count if counted else None,
            approximate=approximate or bool(counted and counted.approximate),
        )


def sums_of(day: date, closing: Closing) -> Iterable[Any]:
    """The day's sums by campaign, county and channel."""
    # Delivered; clicks, and what those who say them were delivered, where anybody does.
    sums: dict[tuple[int, str, str], list[Any]] = defaultdict(lambda: [0, None, None])
    for placement, row in closing.delivered.items():
        terms = placement.terms
        own = sums[terms.campaign_id, terms.county_id, terms.channel]
        own[0] += row.count
        if row.clicks is not None:
            own[1:] = [(own[1] or 0) + row.clicks, (own[2] or 0) + row.count]
    for (campaign, county, channel), (count, clicks, clicks_of) in sorted(sums.items()):
        yield ROWS[DaySum](
            date=day,
            campaign_id=campaign,
            county_id=county,
            channel=channel,
            count=count,
            clicks=clicks,
            clicks_of=clicks_of,
        )
