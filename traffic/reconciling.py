"""Rebuilding everything from its facts and comparing; reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from portal.ledger import queries as ledger
from portal.statements import queries as statements
from portal.statements.models import Part, Statement
from traffic.closing import Closing, Counts, counts_by_day, read_day
from traffic.enums import Fate
from traffic.models import Day, DayFate, DaySum, PlacementDay


@dataclass
class Report:
    """What reconciling found: (label, rows, impressions) lines, and differences in words."""

    lines: list[tuple[str, int, int]] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def reconcile() -> Report:
    """Compare every figure with what it is made of.

    rows in = counted + unmatched + outside + compared + replaced + outside the period + ignored +
    rejected.
    """
    report = Report()
    _rows(report)
    _days(report)
    for wrong in statements.imbalances():
        report.differences.append(
            _("Report %(name)s: %(rows)d rows are unaccounted for.")
            % {"name": wrong.part.name, "rows": wrong.rows}
        )
    for broken in ledger.breaks():
        report.differences.append(
            _("Ledger, %(account)s: expected %(expected)s, found %(found)s.") % vars(broken)
        )
    return report


def _rows(report: Report) -> None:
    """Give every row of every file its place, and check that none is left over."""
    parts = list(Part.objects.filter(read_at__isnull=False))
    said = sum(part.totals.get("impressions", 0) for part in parts)
    report.lines.append((_("Rows in"), sum(part.rows_in for part in parts), said))
    for fate in Fate:
        sums = DayFate.objects.filter(fate=fate).aggregate(r=Sum("rows"), i=Sum("impressions"))
        report.lines.append((str(fate.label), sums["r"] or 0, sums["i"] or 0))
    aside = _aside(report)
    report.lines.append(
        (_("Replaced by a later version"), aside.replaced.rows, aside.replaced.impressions)
    )
    report.lines.append((_("Outside the period"), aside.undated.rows, aside.undated.impressions))
    report.lines.append((_("Ignored"), sum(part.rows_ignored for part in parts), 0))
    report.lines.append((_("Rejected"), sum(part.rows_rejected for part in parts), 0))
    _balance(report, said)


def _balance(report: Report, said: int) -> None:
    """What came in is what was placed: the first line is the sum of all others."""
    first, *others = report.lines
    if first[1] != sum(rows for _label, rows, _count in others):
        report.differences.append(_("The rows in are not the sum of what became of them."))
    if said != sum(count for _label, _rows, count in others):
        report.differences.append(_("The impressions in are not the sum of what became of them."))


@dataclass
class _Aside:
    """Data rows that count for no day: of replaced or held versions, or outside their period."""

    replaced: Counts = field(default_factory=Counts)
    undated: Counts = field(default_factory=Counts)


def _aside(report: Report) -> _Aside:
    """Count from the partials what counts for no day, and compare the rest with the fates."""
    aside = _Aside()
    current: dict[date, set[int]] = {}
    for statement in Statement.objects.select_related("source").prefetch_related("parts"):
        counting = Counts()
        for day, counts in counts_by_day(statement).items():
            if day is None or not statement.covers(day):
                aside.undated.add(counts)
                continue
            if day not in current:
                current[day] = {row.pk for row in statements.current(day)}
            (counting if statement.pk in current[day] else aside.replaced).add(counts)
        kept = DayFate.objects.filter(statement=statement).aggregate(
            r=Sum("rows"), i=Sum("impressions")
        )
        if (kept["r"] or 0, kept["i"] or 0) != (counting.rows, counting.impressions):
            report.differences.append(
                _("Report %(statement)s: %(true)d rows count, %(kept)d stand on its days.")
                % {"statement": statement, "true": counting.rows, "kept": kept["r"] or 0}
            )
    return aside


def _days(report: Report) -> None:
    """Close every day once more on paper and compare with what stands."""
    for day in Day.objects.filter(wanted__gt=F("closed")).order_by("date"):
        report.differences.append(_("%(day)s is not closed yet.") % {"day": day.date.isoformat()})
    for day in Day.objects.filter(wanted=F("closed")).order_by("date"):
        _compare(report, day, read_day(day.date))


def _compare(report: Report, day: Day, closing: Closing) -> None:
    kept = dict(PlacementDay.objects.filter(date=day.date).values_list("placement_id", "count"))
    true = {placement.pk: row.count for placement, row in closing.delivered.items()}
    for pk in sorted(kept.keys() | true.keys()):
        if kept.get(pk, 0) != true.get(pk, 0):
            report.differences.append(
                _("%(day)s, placement %(pk)d: %(kept)s stands, %(true)s follows from the reports.")
                % {
                    "day": day.date.isoformat(),
                    "pk": pk,
                    "kept": kept.get(pk, 0),
                    "true": true.get(pk, 0),
                }
            )
    sums = DaySum.objects.filter(date=day.date).aggregate(n=Sum("count"))["n"] or 0
    if sums != sum(true.values()):
        report.differences.append(
            _("%(day)s: the sums by county say %(sums)s, the placements %(true)s.")
            % {"day": day.date.isoformat(), "sums": sums, "true": sum(true.values())}
        )
