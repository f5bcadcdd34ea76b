"""Days of figures that are derived from statements: wanted again with every new fact, and rebuilt
under the day's lock; replaced, never incremented."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from portal import clock
from portal.jobs.domain import enqueue
from portal.statements.models import DerivedDay


def ask_to_close(day: date, *, kind: str) -> None:
    """Ask for work of `kind` on the day; asking while some waits asks once."""
    enqueue(kind=kind, key=day.isoformat(), payload={"day": day.isoformat()})


@transaction.atomic
def want_closed(model: type[DerivedDay], days: Collection[date], *, kind: str) -> None:
    """Ask for days to be closed again, in the transaction that brings new facts."""
    rows = model._default_manager
    for day in sorted(set(days)):
        rows.get_or_create(date=day)
        rows.filter(pk=day).update(wanted=F("wanted") + 1)
        ask_to_close(day, kind=kind)


def behind(model: type[DerivedDay]) -> list[date]:
    """The days that are to be closed again, one that is being closed at this moment among them."""
    rows = model._default_manager.filter(wanted__gt=F("closed")).order_by("date")
    return list(rows.values_list("date", flat=True))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let nobody look for cycles meanwhile: a close makes rows by the hundred thousand, and to look
    through all of them whenever there are some more costs as much as to make them."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()


@_uncollected()
@transaction.atomic
def close(
    model: type[DerivedDay],
    day: date,
    *,
    read: Callable[[], tuple[str, Any]],
    replace: Callable[[Any, bool], None],
) -> bool:
    """Rebuild a day from the current statements; True when anything was written.

    `read()` returns a digest of what the figures are made of, and the figures; `replace(figures,
    is_first)` writes them. Locks the day; `wanted` is read under the lock, before the facts, so
    that nothing that lands meanwhile is missed. The same inputs write nothing but `closed`.
    """
    rows = model._default_manager
    rows.get_or_create(date=day)
    row = rows.select_for_update().get(pk=day)
    wanted = row.wanted
    inputs, figures = read()
    changed = inputs != row.inputs
    if changed:
        replace(figures, not row.inputs)
    row.inputs, row.closed, row.closed_at = inputs, wanted, clock.now()
    row.save(update_fields=["inputs", "closed", "closed_at"])
    return changed
