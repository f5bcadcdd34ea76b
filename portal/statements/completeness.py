"""Which source and day is here, late or missing: composed reads of the completeness board."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, TextChoices
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.statements import outcomes, queries
from portal.statements.models import Part, Source, Statement

ONE_DAY = timedelta(days=1)


class Standing(TextChoices):
    """How a source stands on a day; derived, never stored."""

    HERE = "here", _("Report here")
    REPLACED = "corrected", _("Corrected")
    WAITS = "waits", _("Waits to count")
    SET_ASIDE = "set_aside", _("Set aside")
    MISSING = "missing", _("Report missing")
    LATE = "late", _("Report late")
    # Nobody expects a report of the day: it is not due yet, or lies before the first or behind
    # the last.
    AHEAD = "ahead", _("Not due yet")
    ENDED = "ended", _("No more expected")
    BEFORE = "before", _("Before its first report")


OPEN = {Standing.MISSING, Standing.LATE, Standing.WAITS}


@dataclass(frozen=True)
class Cell:
    """One source on one day.

    `statement`: what counts, or what waits or was set aside; None where nothing came.
    `share`: how much of the day is unmatched, None while it is not added up.
    `first_day`, `last_day`: the period of the report that should come.
    """

    day: date
    standing: Standing
    statement: Any = None
    share: outcomes.Share | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def version(self) -> int | None:
        """The version of what counts, waits or was set aside."""
        return self.statement.version if self.statement is not None else None

    @property
    def is_gap(self) -> bool:
        """Whether somebody must see to it: figures of the day are due and do not count."""
        return self.standing in OPEN or (
            self.standing == Standing.SET_ASIDE and self.first_day is not None
        )

    @property
    def approximate(self) -> bool:
        """Whether the report holds rounded figures."""
        return self.statement is not None and self.statement.approximate

    @property
    def unmatched(self) -> Decimal | None:
        """Percent of the day's impressions that belong to nobody yet, with one decimal.

        What is not nothing is never shown as nothing, nor what is not all as all.
        """
        if self.share is None or not self.share.whole:
            return None
        exact = Decimal(100 * self.share.unmatched) / self.share.whole
        rounded = exact.quantize(Decimal("0.1"))
        if 0 < exact < 100:
            return min(max(rounded, Decimal("0.1")), Decimal("99.9"))
        return rounded


@dataclass(frozen=True)
class Line:
    """One source and its days, oldest first."""

    source: Any
    cells: list[Cell]

    @property
    def has_gap(self) -> bool:
        """Whether a day lacks its figures."""
        return any(cell.is_gap for cell in self.cells)


def lines(sources: Iterable[Any], first_day: date, last_day: date) -> list[Line]:
    """How each source stands on every day, both included, in the order given; two queries.

    `sources` are rows of `queries.expecting`.
    """
    rows = list(sources)
    said = _said(rows, first_day, last_day)
    counting = {
        statement.pk for several in said.values() for statement in several if statement.counts
    }
    shares = outcomes.shares(counting, first_day, last_day)
    return [
        Line(
            row,
            [
                _cell(row, day, said.get((row.pk, day), []), shares)
                for day in clock.days_between(first_day, last_day)
            ],
        )
        for row in rows
    ]


def _said(
    sources: Collection[Source], first_day: date, last_day: date
) -> dict[tuple[int, date], list[Any]]:
    """The statements that declare each day of each source, in the order of their versions."""
    rows = Statement.objects.filter(
        source__in=sources, first_day__lte=last_day, last_day__gte=first_day
    ).annotate(
        counts=Exists(queries.countable().filter(pk=OuterRef("pk"))),
        approximate=Exists(Part.objects.filter(statement=OuterRef("pk"), approximate=True)),
    )
    found: dict[tuple[int, date], list[Any]] = defaultdict(list)
    for row in rows.order_by("version"):
        for day in clock.days_between(max(first_day, row.first_day), min(last_day, row.last_day)):
            found[row.source_id, day].append(row)
    return found


def _cell(source: Any, day: date, said: list[Any], shares: outcomes.Shares) -> Cell:
    counting = [row for row in said if row.counts]
    open_ = [row for row in said if not row.set_aside]
    if open_ and not open_[-1].counts:
        return Cell(day, Standing.WAITS, open_[-1])
    if counting:
        standing = Standing.REPLACED if len(counting) > 1 else Standing.HERE
        return Cell(day, standing, counting[-1], shares.get((counting[-1].pk, day)))
    expected = _expected(source, day)
    if said:
        return Cell(day, Standing.SET_ASIDE, said[-1], None, expected.first_day, expected.last_day)
    return expected


def _expected(source: Any, day: date) -> Cell:
    """A day of which nothing counts: should there be a report?"""
    first, last = source.latest_first, source.latest_last
    if last is None or day < source.begins:
        return Cell(day, Standing.BEFORE)
    until = source.expected_until
    if until is not None and day > until:
        return Cell(day, Standing.ENDED)
    if day <= last:
        return Cell(day, Standing.MISSING, None, None, day, day)
    if day > queries.expected_until(first, last):
        return Cell(day, Standing.AHEAD)
    length = (last - first).days + 1
    begins = last + ONE_DAY + (day - last - ONE_DAY) // (length * ONE_DAY) * length * ONE_DAY
    ends = begins + (length - 1) * ONE_DAY
    return Cell(day, Standing.LATE, None, None, begins, min(ends, until) if until else ends)
