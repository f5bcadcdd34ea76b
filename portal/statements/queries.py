"""Composed reads of statements."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    Count,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from portal import clock
from portal.jobs.models import Work, WorkState
from portal.statements.models import (
    FIRST_LANDING,
    READ,
    SCAN,
    ColumnMeaning,
    IdKind,
    Part,
    RejectedRow,
    Source,
    Statement,
    StatementState,
    Upload,
)

if TYPE_CHECKING:
    from portal.accounts.models import User


def next_version(source: Source) -> int:
    """The number of the next statement of a source; call under the source's lock."""
    latest = Statement.objects.filter(source=source).aggregate(latest=Max("version"))["latest"]
    return (latest or 0) + 1


def statements(user: User) -> QuerySet[Any]:
    """Statements `user` may see, with what a list shows: state, and what replaced them."""
    return with_state(Statement.objects.visible_to(user)).select_related("source", "landed_by")


def with_state(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add `state`, `replaced_by_version` and `partly` (a later version covers some of its days)."""
    unread = Part.objects.filter(statement=OuterRef("pk"), read_at__isnull=True)
    later = countable().filter(source=OuterRef("source"), version__gt=OuterRef("version"))
    over = later.filter(first_day__lte=OuterRef("first_day"), last_day__gte=OuterRef("last_day"))
    touching = later.filter(
        first_day__lte=OuterRef("last_day"), last_day__gte=OuterRef("first_day")
    )
    return rows.annotate(
        replaced_by_version=Subquery(over.order_by("-version").values("version")[:1]),
        partly=Exists(touching),
        state=Case(
            When(set_aside=True, then=Value(StatementState.SET_ASIDE)),
            When(Exists(unread), then=Value(StatementState.READING)),
            When(replaced_by_version__isnull=False, then=Value(StatementState.REPLACED)),
            When(held=True, then=Value(StatementState.HELD)),
            default=Value(StatementState.READ),
        ),
    )


def sources(user: User) -> QuerySet[Any]:
    """Sources `user` may see, with the number of their statements and the last day they cover."""
    return Source.objects.visible_to(user).annotate(
        landed=Count("statement"), last_covered=Max("statement__last_day")
    )


def expecting(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add to sources the period of their latest report (`latest_first`, `latest_last`) and the
    first day any of theirs declares (`begins`); None where all are set aside, or there is none."""
    latest = Statement.objects.filter(source=OuterRef("pk"), set_aside=False)
    by_day = latest.order_by("-last_day", "-version")
    return rows.annotate(
        latest_first=Subquery(by_day.values("first_day")[:1]),
        latest_last=Subquery(by_day.values("last_day")[:1]),
        begins=Subquery(latest.order_by("first_day").values("first_day")[:1]),
    )


def meanings(source: Source) -> QuerySet[ColumnMeaning]:
    """What the source remembers of its columns, each with who said so."""
    return source.meanings.select_related("set_by").order_by("heading", "pk")


def late(user: User) -> list[Source]:
    """Sources whose next report should be here by now; one query besides `sources`.

    A source is expected to go on as it does: a report of seven days comes again after seven days,
    and has a day to arrive. One without any report is expected by nobody yet.
    """
    return late_among(sources(user))


def late_among(rows: QuerySet[Any]) -> list[Source]:
    """The same of these sources; one query."""
    begun = expecting(rows).filter(latest_last__isnull=False).order_by("pk")
    return [row for row in begun if is_late(row)]


def is_late(source: Any) -> bool:
    """Whether the next report of a source should be here by now; `source` is a row of `expecting`
    that has a report. None is due once the last day that is expected is covered."""
    until = source.expected_until
    if until is not None and source.latest_last >= until:
        return False
    return _expected(source.latest_first, source.latest_last) < clock.today()


def expected_until(first_day: date, last_day: date) -> date:
    """The last day that reports should have reached by now, when the latest has this period.

    Each one after it declares as many days, and has a day to arrive.
    """
    length = (last_day - first_day).days + 1
    over = (clock.today() - last_day).days - 2
    return last_day + timedelta(days=max(over // length, 0) * length)


def _expected(first_day: date, last_day: date) -> date:
    """The last day on which the report after this one may arrive."""
    return last_day + (last_day - first_day) + 2 * timedelta(days=1)


def held() -> QuerySet[Any]:
    """Statements that wait for a confirmation, and that nothing later has replaced."""
    return with_state(Statement.objects.filter(held=True)).filter(state=StatementState.HELD)


def countable() -> QuerySet[Statement]:
    """Statements that may count: all files they came with are read, none asks for a confirmation.

    Half a version would replace a whole one. Files added later hold nothing up: they count once
    their own landing is read whole.
    """
    unread = Part.objects.filter(
        statement=OuterRef("pk"), landing=FIRST_LANDING, read_at__isnull=True
    )
    return Statement.objects.filter(~Exists(unread), held=False, set_aside=False)


def is_whole(statement: Statement, landing: int) -> bool:
    """True when every file of one landing is read."""
    return not Part.objects.filter(
        statement=statement, landing=landing, read_at__isnull=True
    ).exists()


def next_landing(statement: Statement) -> int:
    """The number of the next files to be added; call under the statement's lock."""
    latest = Part.objects.filter(statement=statement).aggregate(latest=Max("landing"))["latest"]
    return (latest or 0) + 1


def came_before(
    source: Source,
    first_day: date,
    last_day: date,
    hashes: set[str],
    mapping: Mapping[str, str] | None,
) -> Statement | None:
    """The latest statement of the same source and period that holds all these files already, read
    with the same meanings of columns; None for any."""
    rows = (
        Statement.objects.filter(
            source=source, first_day=first_day, last_day=last_day, set_aside=False
        )
        .annotate(same=Count("parts", filter=Q(parts__sha256__in=hashes)))
        .filter(same=len(hashes))
        .prefetch_related("parts")
        .order_by("-version")
    )
    for row in rows:
        mine = [part.mapping for part in row.parts.all() if part.sha256 in hashes]
        if mapping is None or all(each == mapping for each in mine):
            return row
    return None


def refused() -> dict[str, list[dict[str, str]]]:
    """By the key of each source the files of the inbox that lie refused, as its last scan found
    them: name and why; one query."""
    ended = Work.objects.filter(kind=SCAN, state=WorkState.DONE)
    latest = ended.filter(pk__in=ended.order_by().values("key").annotate(n=Max("pk")).values("n"))
    found = {row.key: (row.result or {}).get("lying", []) for row in latest.order_by("key")}
    return {key: files for key, files in found.items() if files}


def refused_files() -> list[tuple[Source, str, str]]:
    """The same as a list: source, name and why, by source and name; two queries."""
    found = refused()
    rows = Source.objects.filter(key__in=found).order_by("name")
    return [(row, file["name"], file["why"]) for row in rows for file in found[row.key]]


def uploads(caller: str) -> QuerySet[Upload]:
    """What `caller` sends, piece by piece."""
    return Upload.objects.filter(caller=caller).select_related("source", "statement")


def upload_keys(names: Iterable[str]) -> QuerySet[Upload, uuid.UUID]:
    """Those of these ids that are uploads."""
    keys = []
    for name in names:
        with suppress(ValueError):
            keys.append(uuid.UUID(name))
    return Upload.objects.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True)


def works(parts: Iterable[Part]) -> dict[int, Work]:
    """The latest work of reading each of these parts, by the part's id."""
    keys = {part.work_key: part.pk for part in parts}
    rows = Work.objects.filter(kind=READ, key__in=keys).order_by("pk")
    return {keys[row.key]: row for row in rows}


def current(day: date) -> list[Statement]:
    """The statement of each source that counts for `day`: the latest version that declares it."""
    latest: dict[int, Statement] = {}
    rows = (
        countable()
        .filter(first_day__lte=day, last_day__gte=day)
        .select_related("source")
        .prefetch_related("parts")
        .order_by("source", "version")
    )
    for row in rows:
        latest[row.source_id] = row
    return list(latest.values())


def tells_sales(first_day: date, last_day: date) -> bool:
    """Whether any report of sales, counting or not, ever spoke of one of these days."""
    return Statement.objects.filter(
        source__id_kind=IdKind.PRODUCT, first_day__lte=last_day, last_day__gte=first_day
    ).exists()


def standing(
    source: Source, first_day: date, last_day: date, *, before: int | None = None
) -> list[tuple[Statement, list[date]]]:
    """The statements of a source that count for these days, each with its days, oldest first.

    `before` leaves out that version and all later ones. Two queries.
    """
    rows = countable().filter(source=source, first_day__lte=last_day, last_day__gte=first_day)
    if before is not None:
        rows = rows.filter(version__lt=before)
    latest: dict[date, Statement] = {}
    for row in rows.select_related("source").prefetch_related("parts").order_by("version"):
        for day in clock.days_between(max(first_day, row.first_day), min(last_day, row.last_day)):
            latest[day] = row
    found: dict[Statement, list[date]] = {}
    for day, row in sorted(latest.items(), key=lambda pair: pair[0]):
        found.setdefault(row, []).append(day)
    return sorted(found.items(), key=lambda pair: pair[0].version)


def counting(source: Source, day: date) -> Statement | None:
    """The statement of a source that counts for a day; two queries."""
    found = standing(source, day, day)
    return found[0][0] if found else None


def would_remove(statement: Statement) -> bool:
    """True when an earlier version has rows for the statement's period and this one has none.

    One that is not read yet may have some: which is read first is chance.
    """
    if any(part.rows_data for part in statement.counting_parts):
        return False
    earlier = Statement.objects.filter(
        source=statement.source,
        version__lt=statement.version,
        first_day__lte=statement.last_day,
        last_day__gte=statement.first_day,
        held=False,
        set_aside=False,
    )
    rows = Q(parts__rows_data__gt=0) | Q(parts__read_at__isnull=True)
    return earlier.filter(rows).exists()


def replacing(statement: Statement) -> list[Statement]:
    """Later versions that count for some of the statement's days, oldest first."""
    rows = countable().filter(
        source=statement.source_id,
        version__gt=statement.version,
        first_day__lte=statement.last_day,
        last_day__gte=statement.first_day,
    )
    return list(rows.order_by("version"))


def rejected(statement: Statement) -> QuerySet[RejectedRow]:
    """Rejected rows of every part."""
    return RejectedRow.objects.filter(part__statement=statement).select_related("part")


def rows_rejected(rows: QuerySet[RejectedRow]) -> int:
    """How many rows of files they stand for."""
    return rows.aggregate(rows=Coalesce(Sum("rows"), 0))["rows"]


@dataclass(frozen=True)
class Imbalance:
    """A part whose rows do not add up."""

    part: Part
    rows: int


def imbalances() -> list[Imbalance]:
    """Parts whose data, ignored and rejected rows, as they are kept, are not all its rows."""
    found = []
    rows = Part.objects.filter(read_at__isnull=False).annotate(
        kept=Coalesce(Sum("rejected__rows"), 0)
    )
    for part in rows.order_by("pk"):
        missing = part.rows_in - part.rows_data - part.rows_ignored - part.kept
        if missing or part.kept != part.rows_rejected:
            found.append(Imbalance(part, missing or part.rows_rejected - part.kept))
    return found
