"""Days: each is closed once more on paper and compared with what stands, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.statements import queries as statements
from traffic.closing import Closing, read_day
from traffic.models import HOURS, ComparedDay, Day, DayFate, DaySum, PlacementDay, UnmatchedDay
from traffic.reconciling.files import COUNTS, NOT_READABLE, why
from traffic.reconciling.report import About, Report, Steps, msgid, pairs
from traffic.written import rows_of


@dataclass(frozen=True)
class Table:
    """A derived table: what names a row of a day, and what it says, each with its word."""

    model: type[Model]
    label: str | Promise
    keys: Mapping[str, str | Promise]
    values: Mapping[str, str | Promise]

    def by_key(self, rows: Iterable[Any]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """What each row says, by what names it; rows are keys and values in turn."""
        width = len(self.keys)
        return {tuple(row[:width]): tuple(map(_plain, row[width:])) for row in rows}

    def standing(self, day: date) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """The rows that stand of a day."""
        rows = self.model._default_manager.filter(date=day).order_by()
        return self.by_key(rows.values_list(*self.keys, *self.values).iterator(chunk_size=5000))

    def true(self, rows: Iterable[Model]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """The rows as a close would write them."""
        names = (*self.keys, *self.values)
        return self.by_key([getattr(row, name) for name in names] for row in rows)

    def name(self, key: tuple[Any, ...]) -> dict[str, Any]:
        """A row's key in words."""
        return {"msgid": msgid(self.label), "of": pairs(self.keys, key)}

    def say(self, values: tuple[Any, ...] | None) -> Any:
        """A row's values in words."""
        if values is None:
            return _("nothing")
        return pairs(self.values, map(_said, values))


# Every table a close writes.
TABLES = (
    Table(
        PlacementDay,
        _("placement day"),
        {"placement_id": _("placement")},
        {
            "count": _("delivered"),
            "hours": _("by hour"),
            "approximate": _("rounded"),
            "clicks": _("clicks"),
        },
    ),
    Table(
        DaySum,
        _("sum of a day"),
        {
            "campaign_id": _("campaign"),
            "county_id": _("county-level unit"),
            "channel": _("channel"),
        },
        {
            "count": _("delivered"),
            "clicks": _("clicks"),
            "clicks_of": _("delivered with clicks"),
        },
    ),
    Table(
        DayFate,
        _("fate of rows"),
        {"statement_id": _("statement"), "fate": _("fate")},
        COUNTS,
    ),
    Table(
        ComparedDay,
        _("compared day"),
        {"placement_id": _("placement"), "source_id": _("source")},
        {"said": _("said"), "counted": _("counted"), "approximate": _("rounded")},
    ),
    Table(
        UnmatchedDay,
        _("unmatched id"),
        {"source_id": _("source"), "external_id": _("id")},
        COUNTS,
    ),
)


def _plain(value: Any) -> Any:
    """A value as it is compared."""
    return bytes(value) if isinstance(value, memoryview) else value


def _said(value: Any) -> str | Promise:
    """A value as it is said; the 24 hours of a day one by one."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None:
        return "—"
    if isinstance(value, bytes):
        return " ".join(str(count) for count in HOURS.unpack(value))
    return str(value)


def dates() -> list[date]:
    """Every day that has a figure, or that a report which counts speaks of."""
    found: set[date] = set()
    for model in (Day, *(table.model for table in TABLES)):
        found |= set(model._default_manager.order_by().values_list("date", flat=True).distinct())
    for row in statements.countable().order_by("pk").iterator(chunk_size=500):
        found |= set(clock.days_between(row.first_day, row.last_day))
    return sorted(found)


def closed_again(report: Report, every: list[date], steps: Steps) -> None:
    """Close every day once more on paper and compare with what stands.

    A day that is behind is looked at once more at the end: it may have been closed meanwhile.
    """
    rows, behind = 0, []
    for day in every:
        compared = _look(report, day)
        if compared is None:
            behind.append(day)
        rows += compared or 0
        steps.one()
    for day in behind:
        compared = _look(report, day)
        if compared is None:
            report.differs(_("%(day)s is not closed yet."), About(day=day), day=day)
        rows += compared or 0
    report.checks(
        _("Days: %(days)d closed once more on paper, %(rows)d rows compared."),
        days=len(every),
        rows=rows,
    )


@transaction.atomic
def _look(report: Report, day: date) -> int | None:
    """Compare one day; how many rows were compared, None when it is to be closed again.

    Locks the day, so that it is not closed while it is looked at.
    """
    row = Day.objects.select_for_update().filter(pk=day).first()
    if row is None:
        report.differs(_("%(day)s was never asked to be closed."), About(day=day), day=day)
    elif row.wanted > row.closed:
        return None
    try:
        closing = read_day(day)
    except NOT_READABLE as error:
        report.differs(
            _("%(day)s cannot be closed once more: %(reason)s"),
            About(day=day),
            day=day,
            reason=why(error),
        )
        return 0
    return _compare(report, day, closing)


def _compare(report: Report, day: date, closing: Closing) -> int:
    """Compare a day's rows of every table with what its reports give; how many were compared."""
    rows = rows_of(day, closing)
    compared = 0
    for table in TABLES:
        kept, true = table.standing(day), table.true(rows.pop(table.model))
        compared += len(kept.keys() | true.keys())
        if kept == true:
            continue
        for key in sorted(kept.keys() | true.keys()):
            if kept.get(key) != true.get(key):
                report.differs(
                    _("%(day)s, %(row)s: %(kept)s stands, %(true)s follows from the reports."),
                    _about(table, key, day),
                    day=day,
                    row=table.name(key),
                    kept=table.say(kept.get(key)),
                    true=table.say(true.get(key)),
                )
    return compared


def _about(table: Table, key: tuple[Any, ...], day: date) -> About:
    """What a difference of a row concerns."""
    return About(
        day=day,
        placement=key[0] if table.model is PlacementDay else None,
        statement=key[0] if table.model is DayFate else None,
    )
