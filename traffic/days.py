"""Wanting and closing days: derived figures are rebuilt and replaced, never incremented."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F

from portal import clock
from portal.jobs.domain import enqueue
from portal.jobs.models import Work, WorkState
from traffic.closing import Closing, read_day, rows_of
from traffic.models import Correction, Day, Placement, PlacementDay

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
    """Ask for every day that is behind; return how many were asked for.

    A day whose newest work is parked waits for a person, or for new facts, which ask for it again.
    """
    found = behind()
    newest = dict(
        Work.objects.filter(kind=CLOSE, key__in=[day.isoformat() for day in found])
        .order_by("pk")
        .values_list("key", "state")
    )
    days = [day for day in found if newest.get(day.isoformat()) != WorkState.PARKED]
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
    for table, rows in rows_of(day, closing).items():
        table._default_manager.filter(date=day).delete()
        table._default_manager.bulk_create(rows, batch_size=1000)
