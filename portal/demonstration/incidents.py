"""What goes wrong with reports, and how it was put right: totals that a watched folder takes in, a
file it refused, a file the disk lost, checks of all figures, gaps that somebody looks into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import F, Sum

from portal import clock
from portal.accounts.actor import Actor
from portal.demonstration import people, platform_files
from portal.demonstration.placements import CREATORS, MATERIALS, TOTALS
from portal.demonstration.simulator import Work
from portal.jobs.domain import run_due
from portal.statements import inbox, queries, raw
from portal.statements.domain import land
from portal.statements.models import READ, SCAN, Part, Source
from traffic import gaps
from traffic.days import CLOSE
from traffic.models import ComparedDay, Gap, Placement, Reconciliation
from traffic.reconciling import keeping

# Totals of some works: one day never came, the newest are late, and what one work had reached by
# mistake was struck off.
FIRST_TOTALS, LAST_TOTALS = date(2023, 10, 12), date(2023, 10, 19)
NEVER_CAME = date(2023, 10, 15)
STRUCK_OFF, LEFT_PERCENT = date(2023, 10, 17), 85
SOME_WORKS = 6
# Neither the file nor its name says which day it is of.
NAMELESS = f"{TOTALS}_最新.csv"
# Nights on which all figures were checked while there were few, and the one before which the disk
# had lost a file; it was landed again in the morning. The newest check is of everything.
NIGHTS = (date(2023, 9, 24), date(2023, 9, 25), date(2023, 9, 26))
LOST_BEFORE = NIGHTS[1]
CHECKED_AT = datetime(2023, 10, 23, 0, 30, tzinfo=clock.SHANGHAI)
EXPLAINED = "累计报表缺10月15日，两天的增量都记在16日；投放以作品日报为准，无需调整。"
WAITED_FOR = "10月22日的作品日报还没到，补报入库后再核对。"


def totals(works: Sequence[Work]) -> Iterator[tuple[date, str, bytes]]:
    """Day, name and bytes of each report of totals, about works that run on all of these days."""
    whole = [w for w in works if w.first_day <= FIRST_TOTALS and w.last_day >= LAST_TOTALS]
    for day in clock.days_between(FIRST_TOTALS, LAST_TOTALS):
        if day != NEVER_CAME:
            left = LEFT_PERCENT if day >= STRUCK_OFF else 100
            table = platform_files.totals(whole[:SOME_WORKS], day, percent_of_first=left)
            yield day, f"{TOTALS}_{day:%Y%m%d}.csv", platform_files.utf8(table)


def put(source: Source, name: str, data: bytes) -> None:
    """Write a file and its mark into the watched folder, as a machine does, and let it be found.

    Without a watched folder nothing happens.
    """
    folder = inbox.store()
    if folder is None:
        return
    folder.create_dir(source.key)
    for path, content in ((name, data), (f"{name}{inbox.DONE}", b"")):
        with folder.open_output_stream(f"{source.key}/{path}") as stream:
            stream.write(content)
    inbox.look()
    run_due(kinds=(SCAN,))


def night(day: date) -> None:
    """Check all figures in the night of a day that is among `NIGHTS`."""
    moment = datetime.combine(day, time(4, 10), clock.SHANGHAI)
    if day not in NIGHTS or Reconciliation.objects.filter(started_at__gte=moment).exists():
        return
    with clock.telling(moment):
        if day != LOST_BEFORE:
            _check(Actor.system())
            return
        part = Part.objects.filter(statement__source__name=MATERIALS).order_by("-pk")[0]
        file = raw.raw_path(part.sha256)
        data = file.read_bytes()
        file.store.delete_file(file.name)
        try:
            _check(Actor.system())
        finally:
            _land_again(part, data)


def _check(actor: Actor) -> None:
    with transaction.atomic():
        keeping.ask(actor=actor)
    run_due(kinds=(keeping.RECONCILE,))


def _land_again(part: Part, data: bytes) -> None:
    """The same file once more: it is put in the place of the one that was lost."""
    statement = part.statement
    land(
        source=statement.source,
        period=(statement.first_day, statement.last_day),
        parts=[raw.keep([data], name=part.name)],
        actor=people.actor("staff2"),
    )
    run_due(kinds=(READ, CLOSE))


def build() -> None:
    """Let the folder refuse a file, look into two gaps, check all figures; each once."""
    source = Source.objects.get(name=TOTALS)
    with clock.telling(CHECKED_AT):
        if inbox.store() is not None and not queries.refused():
            put(source, NAMELESS, platform_files.utf8(platform_files.totals([], LAST_TOTALS)))
        if not Gap.objects.exists():
            _look_into_gaps(source)
        if not Reconciliation.objects.filter(started_at__gte=CHECKED_AT).exists():
            _check(people.actor("staff2"))


@transaction.atomic
def _look_into_gaps(source: Source) -> None:
    """The largest gap of the totals is explained; that of the weekly reports is looked into."""
    office, other = people.actor("staff1"), people.actor("staff2")
    for report, note in ((source, ""), (Source.objects.get(name=CREATORS), WAITED_FOR)):
        rows = ComparedDay.objects.filter(source=report).order_by().values("placement")
        found = rows.annotate(n=Sum(F("said") - F("counted"))).order_by("-n", "placement").first()
        if found is None:
            continue
        row = gaps.assign_gap(
            placement=Placement.objects.get(pk=found["placement"]),
            source=report,
            owner=other.person,
            actor=office,
            note=note,
        )
        if report == source:
            gaps.move_gap(gap=row, move="settle_gap", actor=other, seen=row.version, note=EXPLAINED)
