"""Days of figures that rooms above make of statements, made once more to be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from portal import clock
from portal.statements import queries
from portal.statements.models import DerivedDay, Source

# Values by what names a row.
ByKey = dict[tuple[Any, ...], tuple[Any, ...]]


@dataclass(frozen=True)
class Table:
    """A derived table: what names a row of a day, and what it says, each with its word."""

    model: type[Model]
    label: str | Promise
    keys: Mapping[str, str | Promise]
    values: Mapping[str, str | Promise]

    def standing(self, day: date) -> ByKey:
        """The rows that stand of a day."""
        rows = self.model._default_manager.filter(date=day).order_by()
        return self._by_key(rows.values_list(*self.keys, *self.values).iterator(chunk_size=5000))

    def true(self, rows: Iterable[Any]) -> ByKey:
        """The rows as a close would write them."""
        names = (*self.keys, *self.values)
        return self._by_key([getattr(row, name) for name in names] for row in rows)

    def _by_key(self, rows: Iterable[Any]) -> ByKey:
        """Rows are keys and values in turn."""
        width = len(self.keys)
        return {tuple(row[:width]): tuple(map(_plain, row[width:])) for row in rows}


def _plain(value: Any) -> Any:
    """A value as it is compared."""
    return bytes(value) if isinstance(value, memoryview) else value


@dataclass(frozen=True)
class Figures:
    """Figures by day that one room makes of statements.

    `days` is locked and says what is behind; `read(day)` gives under that lock the rows of every
    table as a close would write them; `counts(source)`: whether a source's reports are counted
    here. `checked` says that `days` of them were made once more and `rows` compared.
    """

    days: type[DerivedDay]
    tables: Sequence[Table]
    read: Callable[[date], Mapping[type[Model], Iterable[Any]]]
    counts: Callable[[Source], bool]
    checked: str | Promise

    def dates(self) -> list[date]:
        """Every day that has a figure, or that a report which counts here speaks of."""
        found: set[date] = set()
        for model in (self.days, *(table.model for table in self.tables)):
            found |= set(
                model._default_manager.order_by().values_list("date", flat=True).distinct()
            )
        rows = queries.countable().select_related("source").order_by("pk")
        for row in rows.iterator(chunk_size=500):
            if self.counts(row.source):
                found |= set(clock.days_between(row.first_day, row.last_day))
        return sorted(found)


_figures: list[Figures] = []


def register(figures: Figures) -> None:
    """Have a room's days compared with its reports; call it once the app is ready."""
    _figures.append(figures)


def registered() -> Sequence[Figures]:
    """What rooms have registered."""
    return _figures
