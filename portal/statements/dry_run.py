"""What landing files would do, shown before it is done. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings

from portal import clock
from portal.statements import facts, forecast, queries
from portal.statements.forecast import Forecast, OnPaper
from portal.statements.labels import METRICS, is_money
from portal.statements.models import Source, Statement
from portal.statements.reading import Reading, SeenColumn, Unreadable


@dataclass(frozen=True)
class Change:
    """One metric before and after; money in fen."""

    metric: str
    before: int
    after: int

    @property
    def label(self) -> str:
        """The metric in the words of the reader."""
        return str(METRICS[self.metric])

    @property
    def difference(self) -> int:
        """What is added; negative when something is taken away."""
        return self.after - self.before

    @property
    def is_money(self) -> bool:
        """True for amounts in fen."""
        return is_money(self.metric)


@dataclass(frozen=True)
class ReadFile:
    """A file and what it says; None for one that is too large to be read while somebody waits."""

    name: str
    size: int
    reading: Reading | None
    # Why it cannot be read as it is.
    refused: Unreadable | None = None

    @property
    def seen(self) -> Sequence[SeenColumn]:
        """Its columns; none where they are not known or always the same."""
        return self.reading.seen if self.reading else self.refused.seen if self.refused else ()


@dataclass(frozen=True)
class DryRun:
    """What landing would do.

    `replaces` are the statements that count for the period now, each with its days; `changes` are
    the period's sums before and after when the files replace, `additions` when they are a further
    part of `extends`. `outside` are the rows and impressions that fall on no day of the period.
    """

    source: Source
    first_day: date
    last_day: date
    files: Sequence[ReadFile]
    came_before: Statement | None
    # The same files of a version that was read with other meanings of columns.
    read_otherwise: Statement | None
    replaces: list[tuple[Statement, list[date]]]
    changes: list[Change]
    additions: list[Change]
    extends: Statement | None
    outside: Counter[str]
    latest: int
    # What the rooms above would show then: of a replacement, and of an addition.
    forecasts: list[Forecast]
    forecasts_added: list[Forecast]

    @property
    def is_complete(self) -> bool:
        """True when every file could be read, so that all sums are there."""
        return all(file.reading is not None for file in self.files)

    @property
    def has_columns(self) -> bool:
        """True when somebody may say what columns of the files mean."""
        return any(file.seen for file in self.files)

    @property
    def empties(self) -> bool:
        """True when something counts for the period now and the files have no row for it."""
        rows = [change for change in self.changes if change.metric == "rows"]
        return self.is_complete and any(c.before and not c.after for c in rows)


def fits(size: int, read: Iterable[ReadFile]) -> bool:
    """Whether one more file may be read while somebody waits, after those read already."""
    so_far = sum(file.size for file in read if file.reading is not None)
    return so_far + size <= settings.STATEMENT_SHOWN_BYTES


def look(
    *,
    source: Source,
    first_day: date,
    last_day: date,
    files: Sequence[ReadFile],
    hashes: set[str],
    mapping: Mapping[str, str],
) -> DryRun:
    """Say what landing these files for this period would do."""
    replaces = queries.standing(source, first_day, last_day)
    before: Counter[str] = Counter()
    for statement, days in replaces:
        before += facts.sums(facts.tables_of(statement), days)
    mine, everything = _said(files, first_day, last_day)
    whole = replaces[0][0] if len(replaces) == 1 else None
    if whole and not _has_period(whole, first_day, last_day):
        whole = None
    came = (source, first_day, last_day, hashes)
    came_before = queries.came_before(*came, mapping)
    read_otherwise = None if came_before else queries.came_before(*came, None)
    # A file is a part of a report once: read otherwise, it comes anew with the whole.
    extends = whole if whole != read_otherwise else None
    paper = OnPaper(
        source=source,
        days=clock.days_between(first_day, last_day),
        now=replaces,
        tables=[
            facts.dated(file.reading.partial.table, first_day, last_day)
            for file in files
            if file.reading
        ],
    )
    return DryRun(
        source=source,
        first_day=first_day,
        last_day=last_day,
        files=files,
        came_before=came_before,
        read_otherwise=read_otherwise,
        replaces=replaces,
        changes=changes(before, mine),
        additions=changes(before, before + mine),
        extends=extends,
        outside=everything - mine,
        latest=queries.next_version(source) - 1,
        forecasts=_forecasts(paper, files),
        forecasts_added=_forecasts(replace(paper, adds=True), files) if extends else [],
    )


def _forecasts(paper: OnPaper, files: Sequence[ReadFile]) -> list[Forecast]:
    """What the rooms above tell; nothing while a file is not read."""
    return forecast.of(paper) if all(file.reading for file in files) else []


def _has_period(statement: Statement, first_day: date, last_day: date) -> bool:
    return (statement.first_day, statement.last_day) == (first_day, last_day)


def _said(
    files: Iterable[ReadFile], first_day: date, last_day: date
) -> tuple[Counter[str], Counter[str]]:
    """Sums of the files on the days of the period, and over all their rows."""
    days = clock.days_between(first_day, last_day)
    mine: Counter[str] = Counter()
    everything: Counter[str] = Counter()
    for file in files:
        if file.reading is not None:
            table = file.reading.partial.table
            mine += facts.sums([facts.dated(table, first_day, last_day)], days)
            everything += Counter({metric: file.reading.partial.sum(metric) for metric in METRICS})
    return mine, everything


def changes(before: Counter[str], after: Counter[str]) -> list[Change]:
    """Every metric that either side has, in the order of `METRICS`."""
    return [
        Change(metric, before[metric], after[metric])
        for metric in METRICS
        if before[metric] or after[metric] or metric == "rows"
    ]


def replaced(statement: Statement) -> list[tuple[Statement, list[date], list[Change]]]:
    """What counted before a statement on its days, and the sums of those days before and after."""
    found = []
    standing = queries.standing(
        statement.source, statement.first_day, statement.last_day, before=statement.version
    )
    for earlier, days in standing:
        before = facts.sums(facts.tables_of(earlier), days)
        found.append((earlier, days, changes(before, facts.sums(facts.tables_of(statement), days))))
    return found
