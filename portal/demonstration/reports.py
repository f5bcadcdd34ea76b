"""Thirty days of the platform's reports, landed and read as any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Sum

from portal import clock
from portal.accounts.actor import Actor
from portal.demonstration import (
    briefs,
    incidents,
    invented,
    people,
    platform_files,
    simulator,
)
from portal.demonstration.placements import CREATORS, MATERIALS, TOTALS, WORKS
from portal.demonstration.simulator import Work
from portal.jobs.domain import run_due
from portal.statements import raw
from portal.statements.domain import land
from portal.statements.models import READ, Part, Source
from traffic.alerts.domain import WORK as ALERTS
from traffic.days import CLOSE
from traffic.enums import Channel
from traffic.makegood.domain import WORK as MAKE_GOOD
from traffic.models import ExternalId

# What a landed report asks for, one after the other.
WORKS_DONE = (READ, CLOSE, MAKE_GOOD)
FIRST, LAST = date(2023, 9, 23), date(2023, 10, 22)
# When the newest report came: nothing of the told history is later.
LAST_LANDED = datetime(2023, 10, 23, 0, 20, tzinfo=clock.SHANGHAI)
# The platform struck off invalid traffic of this day two days later.
CORRECTED, LEFT_PERCENT = date(2023, 10, 5), 96
IN_GBK, IN_XLSX, DAMAGED = date(2023, 10, 9), date(2023, 10, 11), date(2023, 10, 16)
BY_HOUR = {date(2023, 9, 23), *(date(2023, 10, day) for day in (1, 2, 3, 14, 15))}
# The report of this day has not come yet.
LATE = LAST
# Works of counties that nobody has told the office about: id, first day, days, impressions.
STRANGERS = (
    ("某县农产品直播切片", date(2023, 9, 26), 6, 420_000),
    ("村播日常-待认领", date(2023, 10, 1), 12, 980_000),
    ("丰收节现场花絮", date(2023, 9, 23), 3, 260_000),
    ("乡村好物合集", date(2023, 10, 13), 10, 1_350_000),
    ("渔港早市", date(2023, 10, 18), 5, 310_000),
)
# Ids of placements as they came from a spreadsheet: the last digits of one lost, one digit of
# another mistyped, each on one day.
MISWRITTEN = date(2023, 10, 20)


@dataclass(frozen=True)
class File:
    """One report as it came: source, period, name, when, and its bytes."""

    source: str
    first_day: date
    last_day: date
    name: str
    landed_at: datetime
    data: bytes


def build() -> None:
    """Land the reports that are not there yet; read them and close their days, day by day."""
    office = people.actor("staff2")
    sources = Source.objects.in_bulk([MATERIALS, WORKS, CREATORS, TOTALS], field_name="name")
    there = set(Part.objects.values_list("statement__source__name", "name"))
    if any(wanted not in there for wanted in names()):
        briefs.ask()
        by_moment = sorted(files(promoted()), key=lambda file: (file.landed_at, file.source))
        for moment, group in groupby(by_moment, key=lambda file: file.landed_at):
            with clock.telling(moment):
                _land([f for f in group if (f.source, f.name) not in there], sources, office)
            incidents.night(moment.date())
            briefs.monday(moment.date())
    # What a build that was broken off left behind.
    run_due(kinds=WORKS_DONE)
    # What stands out is looked for once, on the morning the history ends with.
    run_due(kinds=(ALERTS,))


def _land(files: Sequence[File], sources: dict[str, Source], office: Actor) -> None:
    for file in files:
        if file.source == TOTALS:
            incidents.put(sources[TOTALS], file.name, file.data)
            continue
        land(
            source=sources[file.source],
            period=(file.first_day, file.last_day),
            parts=[raw.keep([file.data], name=file.name)],
            actor=office,
        )
    if files:
        run_due(kinds=WORKS_DONE)


def promoted() -> dict[str, list[Work]]:
    """Every promoted work by the report that counts it, in the order of ids."""
    rows = (
        ExternalId.objects.filter(placement__first_day__lte=LAST, placement__last_day__gte=FIRST)
        .select_related("placement__source")
        .annotate(promised=Sum("placement__account__balance"))
        .order_by("value")
    )
    found: dict[str, list[Work]] = {MATERIALS: [], WORKS: []}
    for row in rows:
        placement = row.placement
        found.setdefault(placement.source.name, []).append(
            Work(
                row.value,
                placement.name,
                placement.channel,
                placement.first_day,
                placement.last_day,
                row.promised,
            )
        )
    return found


def names() -> Iterator[tuple[str, str]]:
    """Source and name of every report there is to be."""
    for day in _days(FIRST, LAST):
        yield MATERIALS, _daily(MATERIALS, day)
        if day != LATE:
            yield WORKS, _daily(WORKS, day)
    yield MATERIALS, _daily(MATERIALS, CORRECTED, "_更正")
    for first, last in _weeks():
        yield CREATORS, _weekly(first, last)
    if settings.STATEMENT_INBOX:
        yield from ((TOTALS, name) for _day, name, _data in incidents.totals([]))


def _miswritten(works: list[Work]) -> list[Work]:
    """Two works that run on the day, under ids that are not quite theirs."""
    lost, mistyped = [w for w in works if w.first_day <= MISWRITTEN < w.last_day][:2]
    ids = (f"{lost.external_id[:15]}0000", mistyped.external_id[:-1] + _other(mistyped))
    return [
        replace(work, external_id=value, promised=90_000, first_day=MISWRITTEN, last_day=MISWRITTEN)
        for work, value in zip((lost, mistyped), ids, strict=True)
    ]


def _other(work: Work) -> str:
    """The digit after a work's last one."""
    return str((int(work.external_id[-1]) + 1) % 10)


def files(works: dict[str, list[Work]]) -> Iterator[File]:
    """Every report about `works`; the same works give the same bytes."""
    strangers = _miswritten(works[MATERIALS]) + [
        Work(
            invented.work_id(name),
            name,
            Channel.PRODUCT,
            first,
            first + timedelta(days=n - 1),
            sum_,
        )
        for name, first, n, sum_ in STRANGERS
    ]
    for day in _days(FIRST, LAST):
        yield _materials(_on(works[MATERIALS] + strangers, day), day)
        if day != LATE:
            yield _works(_on(works[WORKS], day), day)
    corrected = platform_files.materials(
        _on(works[MATERIALS] + strangers, CORRECTED), CORRECTED, percent=LEFT_PERCENT
    )
    yield File(
        MATERIALS,
        CORRECTED,
        CORRECTED,
        _daily(MATERIALS, CORRECTED, "_更正"),
        _morning(CORRECTED + timedelta(days=1), hour=16),
        platform_files.utf8(corrected),
    )
    for first, last in _weeks():
        yield _week([w for w in works[WORKS] if w.channel == Channel.CREATOR], first, last)
    for day, name, data in incidents.totals(works[WORKS]):
        yield File(TOTALS, day, day, name, _morning(day), data)


def _materials(shown: list[Work], day: date) -> File:
    table = platform_files.materials(shown, day)
    write: platform_files.Write = platform_files.utf8
    if day == IN_GBK:
        write = platform_files.gbk
    if day == IN_XLSX:
        write = platform_files.xlsx
    if day == DAMAGED:
        table = platform_files.damaged(table)
    name = _daily(MATERIALS, day)
    return File(MATERIALS, day, day, name, _morning(day), write(table))


def _works(shown: list[Work], day: date) -> File:
    make = platform_files.works_by_hour if day in BY_HOUR else platform_files.works
    data = platform_files.utf8(make(shown, day))
    return File(WORKS, day, day, _daily(WORKS, day), _morning(day), data)


def _week(shown: list[Work], first: date, last: date) -> File:
    tables = [platform_files.works(_on(shown, day), day) for day in _days(first, last)]
    whole = platform_files.joined(tables)
    data = platform_files.utf8(whole)
    return File(CREATORS, first, last, _weekly(first, last), _morning(last), data)


def _on(works: list[Work], day: date) -> list[Work]:
    return [work for work in works if simulator.shown(work, day)]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _weeks() -> list[tuple[date, date]]:
    """The whole weeks, Monday to Sunday."""
    mondays = [d for d in _days(FIRST, LAST - timedelta(days=6)) if d.weekday() == 0]
    return [(monday, monday + timedelta(days=6)) for monday in mondays]


def _daily(source: str, day: date, mark: str = "") -> str:
    ending = "xlsx" if (source, day) == (MATERIALS, IN_XLSX) else "csv"
    return f"{source}_{day:%Y%m%d}{mark}.{ending}"


def _weekly(first: date, last: date) -> str:
    return f"{CREATORS}_{first:%Y%m%d}-{last:%Y%m%d}.csv"


def _morning(day: date, hour: int = 0) -> datetime:
    """When the report of a day came: as soon as the day was over, so that this morning's reports
    are there however early somebody looks."""
    return datetime.combine(day + timedelta(days=1), time(hour, 20), clock.SHANGHAI)
