"""Wanting and closing days: derived figures are rebuilt and replaced, never incremented."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import F

from portal import clock
from portal.jobs.domain import enqueue
from traffic.closing import Closing, Counts, Delivered, read_day
from traffic.models import (
    HOURS,
    Correction,
    Day,
    DayFate,
    DaySum,
    Placement,
    PlacementDay,
    UnmatchedDay,
)

CLOSE = "traffic.close"


@transaction.atomic
def want_closed(days: list[date]) -> None:
    """Ask for days to be closed again, in the transaction that brings new facts."""
    for day in sorted(set(days)):
        Day.objects.get_or_create(date=day)
        Day.objects.filter(pk=day).update(wanted=F("wanted") + 1)
        enqueue(kind=CLOSE, key=day.isoformat(), payload={"day": day.isoformat()})


def reported(placement: Placement) -> list[date]:
    """The days of a placement's window on which something was reported."""
    window = Day.objects.filter(date__gte=placement.first_day, date__lte=placement.last_day)
    return list(window.order_by("date").values_list("date", flat=True))


def behind() -> list[date]:
    """The days that are to be closed again, one that is being closed at this moment among them."""
    rows = Day.objects.filter(wanted__gt=F("closed"))
    return list(rows.order_by("date").values_list("date", flat=True))


def sweep() -> int:
    """Ask for every day that is behind; return how many there are."""
    days = behind()
    for day in days:
        enqueue(kind=CLOSE, key=day.isoformat(), payload={"day": day.isoformat()})
    return len(days)


@transaction.atomic
def close_day(*, day: date) -> bool:
    """Rebuild the day's figures from the current statements; True when anything was written.

    Locks the day; `wanted` is read under the lock, before the facts, so that nothing that lands
    meanwhile is missed. The same inputs write nothing but `closed`.
    """
    row, _new = Day.objects.get_or_create(date=day)
    row = Day.objects.select_for_update().get(pk=row.pk)
    wanted = row.wanted
    closing = read_day(day)
    changed = closing.inputs != row.inputs
    if changed:
        _replace(day, closing, first_close=not row.inputs)
        row.inputs = closing.inputs
    row.closed = wanted
    row.closed_at = clock.now()
    row.save(update_fields=["inputs", "closed", "closed_at"])
    return changed


def _replace(day: date, closing: Closing, *, first_close: bool) -> None:
    before = dict(PlacementDay.objects.filter(date=day).values_list("placement_id", "count"))
    after = {placement.pk: row.count for placement, row in closing.delivered.items()}
    if not first_close:
        Correction.objects.bulk_create(
            Correction(
                placement_id=pk,
                date=day,
                before=before.get(pk, 0),
                after=after.get(pk, 0),
                at=clock.now(),
            )
            for pk in sorted(before.keys() | after.keys())
            if before.get(pk, 0) != after.get(pk, 0)
        )
    PlacementDay.objects.filter(date=day).delete()
    PlacementDay.objects.bulk_create(
        (_placement_day(day, placement, row) for placement, row in _ordered(closing)),
        batch_size=1000,
    )
    DaySum.objects.filter(date=day).delete()
    DaySum.objects.bulk_create(_sums(day, closing), batch_size=1000)
    DayFate.objects.filter(date=day).delete()
    DayFate.objects.bulk_create(
        DayFate(date=day, statement=statement, fate=fate, **_counted(counts))
        for (statement, fate), counts in closing.fates.items()
    )
    UnmatchedDay.objects.filter(date=day).delete()
    UnmatchedDay.objects.bulk_create(
        (
            UnmatchedDay(date=day, source_id=source, external_id=value, **_counted(counts))
            for (source, value), counts in sorted(closing.unmatched.items())
        ),
        batch_size=1000,
    )


def _ordered(closing: Closing) -> list[tuple[Placement, Delivered]]:
    return sorted(closing.delivered.items(), key=lambda pair: pair[0].pk)


def _placement_day(day: date, placement: Placement, row: Delivered) -> PlacementDay:
    return PlacementDay(
        placement=placement,
        date=day,
        count=row.count,
        hours=HOURS.pack(*row.hours) if row.has_hours else None,
        approximate=row.approximate,
    )


def _sums(day: date, closing: Closing) -> Iterable[DaySum]:
    sums: dict[tuple[int, str, str], int] = defaultdict(int)
    for placement, row in closing.delivered.items():
        sums[placement.campaign_id, placement.county_id, placement.channel] += row.count
    for (campaign, county, channel), count in sorted(sums.items()):
        yield DaySum(date=day, campaign_id=campaign, county_id=county, channel=channel, count=count)


def _counted(counts: Counts) -> dict[str, int]:
    return {"rows": counts.rows, "impressions": counts.impressions, "plays": counts.plays}
