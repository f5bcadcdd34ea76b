"""Days: each is closed once more on paper and compared with what stands, row by row."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.statements import rebuilding
from portal.statements.rebuilding import ByKey, Figures, Table
from traffic.closing import read_day
from traffic.models import HOURS, ComparedDay, Day, DayFate, DaySum, PlacementDay, UnmatchedDay
from traffic.reconciling.files import COUNTS, NOT_READABLE, why
from traffic.reconciling.report import About, Report, Steps, msgid, pairs
from traffic.written import rows_of

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
FIGURES = Figures(
    days=Day,
    tables=TABLES,
    read=lambda day: rows_of(day, read_day(day)),
    counts=lambda source: True,
    checked=_("Days: %(days)d closed once more on paper, %(rows)d rows compared."),
)


def _name(table: Table, key: tuple[Any, ...]) -> dict[str, Any]:
    """A row's key in words."""
    return {"msgid": msgid(table.label), "of": pairs(table.keys, key)}


def _say(table: Table, values: tuple[Any, ...] | None) -> Any:
    """A row's values in words."""
    if values is None:
        return _("nothing")
    return pairs(table.values, map(_said, values))


def _said(value: Any) -> str | Promise:
    """A value as it is said; the 24 hours of a day one by one."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None:
        return "—"
    if isinstance(value, bytes):
        return " ".join(str(count) for count in HOURS.unpack(value))
    return str(value)


def dates() -> list[tuple[Figures, list[date]]]:
    """The days of every room's figures, deliveries first."""
    rooms = sorted(rebuilding.registered(), key=lambda figures: figures is not FIGURES)
    return [(figures, figures.dates()) for figures in rooms]


def closed_again(report: Report, figures: Figures, every: list[date], steps: Steps) -> None:
    """Close every day once more on paper and compare with what stands.

    A day that is behind is looked at once more at the end: it may have been closed meanwhile.
    """
    rows, behind = 0, []
    for day in every:
        compared = _look(report, figures, day)
        if compared is None:
            behind.append(day)
        rows += compared or 0
        steps.one()
    for day in behind:
        compared = _look(report, figures, day)
        if compared is None:
            report.differs(
                _("%(day)s is not closed yet."), _of(figures, day), day=_called(figures, day)
            )
        rows += compared or 0
    report.checks(figures.checked, days=len(every), rows=rows)


def _called(figures: Figures, day: date) -> Any:
    """A day in words: of other figures than deliveries it says of what."""
    if figures is FIGURES:
        return day
    return {"msgid": msgid(figures.days._meta.verbose_name), "of": day.isoformat()}


def _of(figures: Figures, day: date) -> About:
    """The page of days is about deliveries."""
    return About(day=day) if figures is FIGURES else About()


@transaction.atomic
def _look(report: Report, figures: Figures, day: date) -> int | None:
    """Compare one day; how many rows were compared, None when it is to be closed again.

    Locks the day, so that it is not closed while it is looked at.
    """
    row = figures.days._default_manager.select_for_update().filter(pk=day).first()
    about, called = _of(figures, day), _called(figures, day)
    if row is None:
        report.differs(_("%(day)s was never asked to be closed."), about, day=called)
    elif row.wanted > row.closed:
        return None
    try:
        rows = dict(figures.read(day))
    except NOT_READABLE as error:
        report.differs(
            _("%(day)s cannot be closed once more: %(reason)s"),
            about,
            day=called,
            reason=why(error),
        )
        return 0
    return sum(
        _compare(report, about, day, table, table.true(rows[table.model]))
        for table in figures.tables
    )


def _compare(report: Report, about: About, day: date, table: Table, true: ByKey) -> int:
    """Compare a day's rows of a table with what its reports give; how many were compared."""
    kept = table.standing(day)
    for key in sorted(kept.keys() | true.keys()) if kept != true else ():
        if kept.get(key) != true.get(key):
            report.differs(
                _("%(day)s, %(row)s: %(kept)s stands, %(true)s follows from the reports."),
                _about(table, key, about),
                day=day,
                row=_name(table, key),
                kept=_say(table, kept.get(key)),
                true=_say(table, true.get(key)),
            )
    return len(kept.keys() | true.keys())


def _about(table: Table, key: tuple[Any, ...], about: About) -> About:
    """What a difference of a row concerns."""
    return about._replace(
        placement=key[0] if table.model is PlacementDay else None,
        statement=key[0] if table.model is DayFate else None,
    )
