"""Wanting and closing days: derived figures are rebuilt and replaced, never incremented."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial

from django.db import transaction

from portal import bulk, clock
from portal.jobs.models import Work, WorkState
from portal.statements import days as derived
from traffic.closing import Closing, read_day
from traffic.models import Correction, Day, Placement, PlacementDay
from traffic.written import rows_of

CLOSE = "traffic.close"
_CORRECTION = bulk.plain(Correction)
# Whoever is to hear that a day's figures stand, in the transaction of the close.
_on_close: list[Callable[[date], None]] = []


def register_on_close(listener: Callable[[date], None]) -> None:
    """Add one who hears of every close; called once from an AppConfig."""
    _on_close.append(listener)


def want_closed(days: list[date]) -> None:
    """Ask for days to be closed again, in the transaction that brings new facts."""
    derived.want_closed(Day, days, kind=CLOSE)


def reported(placements: Iterable[Placement]) -> list[date]:
    """The days of the placements' windows on which something was reported."""
    windows = {(row.first_day, row.last_day) for row in placements}
    if not windows:
        return []
    first, last = min(first for first, _last in windows), max(last for _first, last in windows)
    known = Day.objects.filter(date__gte=first, date__lte=last).order_by("date")
    return [
        day
        for day in known.values_list("date", flat=True)
        if any(first <= day <= last for first, last in windows)
    ]


def behind() -> list[date]:
    """The days that are to be closed again, one that is being closed at this moment among them."""
    return derived.behind(Day)


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
        derived.ask_to_close(day, kind=CLOSE)
    return len(days)


@transaction.atomic
def close_day(*, day: date) -> bool:
    """Rebuild the day's figures from the current statements; True when anything was written.

    Locks the day, as `portal.statements.days.close` says.
    """

    def read() -> tuple[str, Closing]:
        closing = read_day(day)
        return closing.inputs, closing

    changed = derived.close(Day, day, read=read, replace=partial(_replace, day))
    for listener in _on_close:
        listener(day)
    return changed


def _replace(day: date, closing: Closing, first_close: bool) -> None:
    before = dict(PlacementDay.objects.filter(date=day).values_list("placement_id", "count"))
    after = {placement.pk: row.count for placement, row in closing.delivered.items()}
    if not first_close:
        now = clock.now()
        changes = [
            _CORRECTION(pk, day, before.get(pk, 0), after.get(pk, 0), now)
            for pk in sorted(before.keys() | after.keys())
            if before.get(pk, 0) != after.get(pk, 0)
        ]
        bulk.write(Correction, changes)
    for table, rows in rows_of(day, closing).items():
        table._default_manager.filter(date=day).delete()
        bulk.write(table, rows)
