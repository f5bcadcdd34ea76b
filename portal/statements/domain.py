"""Landing and reading statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.accounts.actor import Actor
from portal.audit.domain import record
from portal.jobs.domain import enqueue
from portal.statements import landing, queries, raw, rules
from portal.statements.landing import Period
from portal.statements.models import (
    FIRST_LANDING,
    READ,
    Part,
    RejectedRow,
    Source,
    Statement,
)
from portal.statements.reading import Reading
from portal.verdict import RuleBroken, require

_Row = TypeVar("_Row", Source, Statement)
# Rooms above that close days are told which days have new facts, in the same transaction.
_on_change: list[Callable[[list[date]], None]] = []


def register_on_change(listener: Callable[[list[date]], None]) -> None:
    """Add a listener to changed days; called once from an AppConfig."""
    _on_change.append(listener)


class Outdated(RuleBroken):
    """Another statement of the source landed since its page was shown."""


@dataclass(frozen=True)
class Landing:
    """The parts that hold the files; `repeated` when the same files had come before."""

    parts: list[Part]
    repeated: bool

    @property
    def part(self) -> Part:
        """The first part."""
        return self.parts[0]

    @property
    def statement(self) -> Statement:
        """The statement they belong to."""
        return self.parts[0].statement


@transaction.atomic
def create_source(*, name: str, platform: str, id_kind: str, actor: Actor) -> Source:
    """Add one platform account × one report type. Raises: RuleBroken when the name is taken."""
    require(rules.may_land(actor))
    try:
        with transaction.atomic():
            source = Source.objects.create(name=name, platform=platform, id_kind=id_kind)
    except IntegrityError:
        raise RuleBroken(_("There is a source of this name already.")) from None
    record(actor=actor, act="source.create", subject=source, name=name, id_kind=id_kind)
    return source


def land(
    *,
    source: Source,
    period: Period | None,
    parts: Sequence[raw.RawFile],
    actor: Actor,
    adds_to: Statement | None = None,
    seen: int | None = None,
) -> Landing:
    """Take stored files in as what the source says of a period; the one act behind every door.

    `period` is first and last day, both included; None means the one that stands in the files'
    own headings, which are read for it, outside of any transaction. What a door lets in it has
    settled with `landing.settle`. `adds_to` and `seen` as in `_land`.
    Raises: NotLandable, Outdated, RuleBroken.
    """
    require(rules.may_land(actor))
    if not parts:
        raise RuleBroken(_("Choose at least one file."))
    if period is None:
        files = landing.look_at_all([(part.read, part.name, part.size) for part in parts], source)
        period = landing.settle(files, first=None, last=None)
    landing.check_period(*period)
    return _land(source, period, parts, actor, adds_to, seen)


@transaction.atomic
def _land(
    source: Source,
    period: Period,
    files: Sequence[raw.RawFile],
    actor: Actor,
    adds_to: Statement | None,
    seen: int | None,
) -> Landing:
    """Write statement, parts and the work of reading them, all or nothing.

    Files are a new version of their period, unless they add to a statement as further parts. The
    same bytes for the same source and period do nothing. Locks the source, so that versions have
    one order. `seen` is the source's latest version as its sender saw it.
    Raises: Outdated when there is a later one, RuleBroken.
    """
    first_day, last_day = period
    source = Source.objects.select_for_update().get(pk=source.pk)
    files = list({file.sha256: file for file in files}.values())
    if adds_to is not None:
        adds_to = Statement.objects.select_for_update().get(pk=adds_to.pk)
        _check_part(adds_to, source, first_day, last_day)
    before = adds_to or queries.came_before(
        source, first_day, last_day, {file.sha256 for file in files}
    )
    known = {part.sha256: part for part in before.parts.all()} if before is not None else {}
    if all(file.sha256 in known for file in files):
        return Landing([known[file.sha256] for file in files], repeated=True)
    if seen is not None and queries.next_version(source) != seen + 1:
        raise Outdated(
            _("Another report of this source came in meanwhile. Look at the figures once more.")
        )
    statement = adds_to or Statement.objects.create(
        source=source,
        first_day=first_day,
        last_day=last_day,
        version=queries.next_version(source),
        landed_by=actor.user,
        landed_at=clock.now(),
    )
    new = [file for file in files if adds_to is None or file.sha256 not in known]
    number = queries.next_landing(statement)
    return Landing([_add_part(statement, file, number, actor) for file in new], repeated=False)


def _check_part(statement: Statement, source: Source, first_day: date, last_day: date) -> None:
    """Refuse a part of a statement it cannot belong to."""
    period = (statement.first_day, statement.last_day)
    if statement.source_id != source.pk or period != (first_day, last_day):
        raise RuleBroken(_("A further part has the same source and period as its statement."))
    if statement.set_aside:
        raise RuleBroken(_("This report is set aside; land the file as a new version."))


def _add_part(statement: Statement, file: raw.RawFile, landing: int, actor: Actor) -> Part:
    part = Part.objects.create(
        statement=statement,
        sha256=file.sha256,
        name=file.name[:200],
        size=file.size,
        landing=landing,
    )
    enqueue(kind=READ, key=part.work_key, payload={"part": part.pk}, asked_by=actor.user)
    record(
        actor=actor,
        act="statement.land",
        subject=statement,
        file=part.name,
        sha256=file.sha256,
        version=statement.version,
    )
    return part


def read_part(*, part: Part) -> Part:
    """Read a landed file and keep its partial and its rejected rows; the last one of its landing
    lets all of them count.

    Reading happens outside any transaction; writing is one. Reading again gives the same.
    Locks the source, the part and the statement.
    """
    source = part.statement.source
    found = raw.read_again(sha256=part.sha256, name=part.name, id_kind=source.id_kind)
    with transaction.atomic():
        _hold(Source, pk=source.pk)
        locked = Part.objects.select_for_update().get(pk=part.pk)
        if locked.read_at is not None:
            return locked
        _keep(locked, found)
        (statement,) = _hold(Statement, pk=locked.statement_id)
        whole = all(queries.is_whole(statement, n) for n in {FIRST_LANDING, locked.landing})
        if whole and not statement.set_aside:
            _let_count(statement, locked.landing)
    return locked


def _let_count(statement: Statement, landing: int) -> None:
    """Want the days closed, or ask first when the version would remove everything there is.

    A further landing may bring the rows the first one lacked; to what counts it only adds.
    """
    counts = landing > FIRST_LANDING and not statement.held
    held = not counts and queries.would_remove(statement)
    if held != statement.held:
        statement.held = held
        statement.save(update_fields=["held"])
    if not held:
        tell_changed(statement)


def hold_sources(which: Q) -> None:
    """Lock the sources that name things by such ids until the caller's transaction ends: those of
    a platform and a kind of id, or of one kind on all platforms.

    Who gives an id its meaning holds them first: facts that come meanwhile wait, and are counted
    with that meaning.
    """
    _hold(Source, which)


def _hold(model: type[_Row], *which: Q, **fields: Any) -> list[_Row]:
    """Lock rows, in one order, without keeping others from referring to them.

    A close holds its day and then refers to sources and statements, while who holds one of these
    may wait for the day: a lock against references would let both wait for each other.
    """
    rows = model._default_manager.select_for_update(no_key=True).filter(*which, **fields)
    return list(rows.order_by("pk"))


def _keep(part: Part, found: Reading) -> None:
    part.read_at = clock.now()
    part.rows_in = found.rows_in
    part.rows_data = found.partial.sum("rows")
    part.rows_rejected = found.rows_rejected
    part.ignored = dict(found.ignored)
    part.totals = dict(found.totals)
    part.own_totals = found.own_totals
    part.columns = dict(found.columns)
    part.has_hour = found.has_hour
    part.approximate = found.approximate
    part.save()
    RejectedRow.objects.bulk_create(
        [
            RejectedRow(
                part=part,
                row=row.row,
                reason=str(row.reason)[:300],
                cells=row.cells,
                impressions=row.impressions,
                rows=row.rows,
            )
            for row in found.rejected
        ],
        batch_size=500,
    )


def tell_changed(statement: Statement) -> None:
    """Let the rooms above know that the statement's days have new facts."""
    days = clock.days_between(statement.first_day, statement.last_day)
    for listener in _on_change:
        listener(days)


@transaction.atomic
def confirm_removal(*, statement: Statement, actor: Actor) -> Statement:
    """Let a version count that has no rows where the one before had some.

    Locks the source and the statement.
    """
    require(rules.may_land(actor))
    _hold(Source, pk=statement.source_id)
    (row,) = _hold(Statement, pk=statement.pk)
    if row.held:
        row.held = False
        row.save(update_fields=["held"])
        record(actor=actor, act="statement.confirm_removal", subject=row)
        tell_changed(row)
    return row


@transaction.atomic
def set_aside(*, statement: Statement, actor: Actor) -> Statement:
    """Never count a version that came by mistake; what stood before counts again.

    Locks the source and the statement.
    """
    require(rules.may_land(actor))
    _hold(Source, pk=statement.source_id)
    (row,) = _hold(Statement, pk=statement.pk)
    if not row.set_aside:
        row.set_aside, row.held = True, False
        row.save(update_fields=["set_aside", "held"])
        record(actor=actor, act="statement.set_aside", subject=row, version=row.version)
        tell_changed(row)
    return row
