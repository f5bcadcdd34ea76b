"""Rebuilding everything from its facts and comparing; reads only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import F, Model, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from portal.ledger import queries as ledger
from portal.statements import queries as statements
from portal.statements.facts import table_of
from portal.statements.models import Part, RejectedRow, Statement
from portal.statements.raw import raw_path
from portal.templatetags.figures import NOTHING
from traffic.closing import Closing, Counts, counts_by_day, read_day, rows_of
from traffic.enums import Aside, Fate
from traffic.models import (
    HOURS,
    Day,
    DayFate,
    DaySum,
    Placement,
    PlacementDay,
    UnmatchedDay,
)


class Line(NamedTuple):
    """Rows of the files that met the same; impressions None where they are not to be summed."""

    label: str
    rows: int
    impressions: int | None


@dataclass
class Report:
    """What reconciling found: rows in their places, what was checked, and differences in words."""

    lines: list[Line] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def differs(self, sentence: str, **words: object) -> None:
        """Add a difference."""
        self.differences.append(sentence % words)


@dataclass(frozen=True)
class Table:
    """A derived table: what names a row of a day, and what it says, each with its word."""

    model: type[Model]
    label: str | Promise
    keys: Mapping[str, str | Promise]
    values: Mapping[str, str | Promise]

    def by_key(self, rows: Iterable[Model]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """What each row says, by what names it."""
        return {
            tuple(getattr(row, name) for name in self.keys): tuple(
                _plain(getattr(row, name)) for name in self.values
            )
            for row in rows
        }

    def name(self, key: tuple[Any, ...]) -> str:
        """A row's key in words."""
        words = " · ".join(
            f"{label} {value}" for label, value in zip(self.keys.values(), key, strict=True)
        )
        return f"{self.label}（{words}）"

    def say(self, values: tuple[Any, ...] | None) -> str:
        """A row's values in words."""
        if values is None:
            return _("nothing")
        return " · ".join(
            f"{label} {NOTHING if value is None else value}"
            for label, value in zip(self.values.values(), values, strict=True)
        )


COUNTS = {
    "rows": gettext_lazy("rows"),
    "impressions": gettext_lazy("impressions"),
    "plays": gettext_lazy("plays"),
}
# Every table a close writes.
TABLES = (
    Table(
        PlacementDay,
        gettext_lazy("placement day"),
        {"placement_id": gettext_lazy("placement")},
        {
            "count": gettext_lazy("delivered"),
            "hours": gettext_lazy("by hour"),
            "approximate": gettext_lazy("rounded"),
            "clicks": gettext_lazy("clicks"),
        },
    ),
    Table(
        DaySum,
        gettext_lazy("sum of a day"),
        {
            "campaign_id": gettext_lazy("campaign"),
            "county_id": gettext_lazy("county-level unit"),
            "channel": gettext_lazy("channel"),
        },
        {
            "count": gettext_lazy("delivered"),
            "clicks": gettext_lazy("clicks"),
            "clicks_of": gettext_lazy("delivered with clicks"),
        },
    ),
    Table(
        DayFate,
        gettext_lazy("fate of rows"),
        {"statement_id": gettext_lazy("statement"), "fate": gettext_lazy("fate")},
        COUNTS,
    ),
    Table(
        UnmatchedDay,
        gettext_lazy("unmatched id"),
        {"source_id": gettext_lazy("source"), "external_id": gettext_lazy("id")},
        COUNTS,
    ),
)


def _plain(value: Any) -> Any:
    """A value as it is compared and said; the 24 hours of a day as text."""
    if isinstance(value, bytes | memoryview):
        return " ".join(str(count) for count in HOURS.unpack(bytes(value)))
    return value


def reconcile() -> Report:
    """Compare every figure with what it is made of.

    rows in = counted + unmatched + outside the window + compared + what counts for no day and why
    (`Aside`) + ignored + rejected. Impressions in are those of the data rows and of rejected rows
    whose number could be read; ignored rows repeat figures or hold none, so theirs are not summed.
    """
    report = Report()
    if _files(report):
        _rows(report)
        _days(report)
    _reports(report)
    _ledger(report)
    return report


def _files(report: Report) -> bool:
    """Whether every file that was read lies where it must, with the bytes it came with."""
    found = len(report.differences)
    for sha256, name in sorted(set(_read_parts().values_list("sha256", "name"))):
        path = raw_path(sha256)
        if not path.exists():
            report.differs(_("The file “%(name)s” is lost: %(path)s."), name=name, path=path)
        elif _sha256(path) != sha256:
            report.differs(_("The file “%(name)s” was changed: %(path)s."), name=name, path=path)
    return len(report.differences) == found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_parts() -> Any:
    return Part.objects.filter(read_at__isnull=False).order_by("pk")


# --- Rows ------------------------------------------------------------------------------------


def _rows(report: Report) -> None:
    """Give every row of every file its place, and check that none is left over."""
    parts = list(_read_parts())
    readable, unreadable = _rejected()
    said = sum(part.totals.get("impressions", 0) for part in parts) + (readable.impressions or 0)
    report.lines.append(Line(_("Rows in"), sum(part.rows_in for part in parts), said))
    for fate in Fate:
        sums = DayFate.objects.filter(fate=fate).aggregate(r=Sum("rows"), i=Sum("impressions"))
        report.lines.append(Line(str(fate.label), sums["r"] or 0, int(sums["i"] or 0)))
    for reason, counts in _aside(report).items():
        report.lines.append(Line(str(reason.label), counts.rows, counts.impressions))
    report.lines.append(Line(_("Ignored"), sum(part.rows_ignored for part in parts), None))
    report.lines += [readable, unreadable]
    first, *others = report.lines
    if first.rows != sum(line.rows for line in others):
        report.differs(_("The rows in are not the sum of what became of them."))
    if first.impressions != sum(line.impressions or 0 for line in others):
        report.differs(_("The impressions in are not the sum of what became of them."))


def _rejected() -> tuple[Line, Line]:
    """Rejected rows whose impressions could be read, and those where no number could be."""
    kept = RejectedRow.objects.order_by("pk").values_list("impressions", "rows")
    known = [count for count, _one in kept if count is not None]
    unknown = sum(rows for count, rows in kept if count is None)
    return (
        Line(_("Rejected, with a number"), len(known), sum(known)),
        Line(_("Rejected, without a number"), unknown, None),
    )


def _aside(report: Report) -> dict[Aside, Counts]:
    """Count from the partials what counts for no day, and compare the rest with the fates."""
    found = {reason: Counts() for reason in Aside}
    current: dict[date, dict[int, Statement]] = {}
    rows = Statement.objects.select_related("source").prefetch_related("parts")
    for statement in rows.order_by("pk"):
        counting = Counts()
        for part in statement.parts.all():
            if part.read_at is None:
                continue
            whole = statement.is_whole and part in statement.counting_parts
            by_day = counts_by_day(table_of(part, statement))
            _compare_part(report, part, by_day.values())
            for day, counts in by_day.items():
                reason = _why_not(statement, day, current, whole=whole)
                (found[reason] if reason else counting).add(counts)
        _compare_fates(report, statement, counting)
    return found


def _why_not(
    statement: Statement,
    day: date | None,
    current: dict[date, dict[int, Statement]],
    *,
    whole: bool,
) -> Aside | None:
    """Why rows of a statement count for no day; None when they count for theirs."""
    if day is None or not statement.covers(day):
        return Aside.OUTSIDE
    if statement.set_aside:
        return Aside.SET_ASIDE
    if not whole:
        return Aside.HALF
    if day not in current:
        current[day] = {row.source_id: row for row in statements.current(day)}
    stands = current[day].get(statement.source_id)
    if stands == statement:
        return None
    return Aside.REPLACED if stands and stands.version > statement.version else Aside.HELD


def _compare_part(report: Report, part: Part, by_day: Iterable[Counts]) -> None:
    """What is written down of a file is what its partial says."""
    true = Counts()
    for counts in by_day:
        true.add(counts)
    said = Counts(part.rows_data, part.totals.get("impressions", 0), part.totals.get("plays", 0))
    if said != true:
        report.differs(
            _("File “%(name)s”: %(said)s stand on its record, %(true)s in it."),
            name=part.name,
            said=_said(said),
            true=_said(true),
        )


def _compare_fates(report: Report, statement: Statement, counting: Counts) -> None:
    """All rows of a statement that count for a day have a fate on one."""
    sums = DayFate.objects.filter(statement=statement).aggregate(
        rows=Sum("rows"), impressions=Sum("impressions"), plays=Sum("plays")
    )
    kept = Counts(**{name: int(value or 0) for name, value in sums.items()})
    if kept != counting:
        report.differs(
            _("Report %(statement)s: %(true)s count, %(kept)s stand on its days."),
            statement=statement,
            true=_said(counting),
            kept=_said(kept),
        )


def _said(counts: Counts) -> str:
    return " · ".join(f"{label} {getattr(counts, name):,}" for name, label in COUNTS.items())


# --- Days ------------------------------------------------------------------------------------


def _days(report: Report) -> None:
    """Close every day once more on paper and compare with what stands, row by row."""
    known = {row.date: row for row in Day.objects.order_by("date")}
    rows = 0
    dates = _dates()
    for day in dates:
        row = known.get(day)
        if row is None:
            report.differs(_("%(day)s was never asked to be closed."), day=day)
        elif row.wanted > row.closed:
            report.differs(_("%(day)s is not closed yet."), day=day)
            continue
        rows += _compare(report, day, read_day(day))
    report.checked.append(
        _("Days: %(days)d closed once more on paper, %(rows)d rows compared.")
        % {"days": len(dates), "rows": rows}
    )


def _dates() -> list[date]:
    """Every day that has a figure, or that a report which counts speaks of."""
    found: set[date] = set()
    for model in (Day, *(table.model for table in TABLES)):
        found |= set(model._default_manager.order_by().values_list("date", flat=True).distinct())
    for row in statements.countable().order_by("pk"):
        found |= set(clock.days_between(row.first_day, row.last_day))
    return sorted(found)


def _compare(report: Report, day: date, closing: Closing) -> int:
    """Compare a day's rows of every table with what its reports give; how many were compared."""
    rows = rows_of(day, closing)
    compared = 0
    for table in TABLES:
        kept = table.by_key(table.model._default_manager.filter(date=day))
        true = table.by_key(rows[table.model])
        keys = sorted(kept.keys() | true.keys())
        compared += len(keys)
        for key in keys:
            if kept.get(key) != true.get(key):
                report.differs(
                    _("%(day)s, %(row)s: %(kept)s stands, %(true)s follows from the reports."),
                    day=day,
                    row=table.name(key),
                    kept=table.say(kept.get(key)),
                    true=table.say(true.get(key)),
                )
    return compared


# --- Reports and ledger ----------------------------------------------------------------------


def _reports(report: Report) -> None:
    """Every row of a file is one with figures, an ignored or a rejected one."""
    for wrong in statements.imbalances():
        report.differs(
            _("Report %(name)s: %(rows)d rows are unaccounted for."),
            name=wrong.part.name,
            rows=wrong.rows,
        )


def _ledger(report: Report) -> None:
    """Rebuild every balance from the transfers, and see that placements stand in their place."""
    for law in ledger.laws():
        report.checked.append(
            _(
                "Ledger, %(unit)s: %(accounts)d accounts and %(transfers)d transfers checked, "
                "the balances add up to %(total)d."
            )
            % {**vars(law), "unit": law.unit.label}
        )
    for broken in ledger.breaks():
        report.differs(
            _("Ledger, %(account)s: expected %(expected)s, found %(found)s."), **vars(broken)
        )
    # What is delivered is summed by campaign and county, what is promised along the accounts.
    strayed = Placement.objects.exclude(
        account__parent__key=F("county_id"),
        account__parent__parent__key=F("campaign__code"),
        account__parent__parent__parent__key=F("campaign__action"),
    )
    for placement in strayed.order_by("pk"):
        report.differs(
            _("Placement %(pk)d: its account stands below another county, campaign or action."),
            pk=placement.pk,
        )
