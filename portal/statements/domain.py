"""Landing and reading statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from portal.statements import landing, meanings, queries, raw, rules, snapshots
from portal.statements.landing import Period
from portal.statements.models import (
    FIRST_LANDING,
    READ,
    IdKind,
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
    """Another statement of the source landed since its page was shown, or its columns were given
    other meanings."""


@dataclass(frozen=True)
class Seen:
    """What the sender of files saw of their source: its latest version, and the digest of the
    meanings of columns that they were read with."""

    latest: int
    mapping: str


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
def create_source(
    *, name: str, platform: str, id_kind: str, actor: Actor, is_cumulative: bool = False
) -> Source:
    """Add one platform account × one report type. Raises: RuleBroken when the name is taken."""
    require(rules.may_land(actor))
    if is_cumulative and id_kind == IdKind.PRODUCT:
        raise RuleBroken(_("A report of sales says what was sold each day."))
    try:
        with transaction.atomic():
            source = Source.objects.create(
                name=name, platform=platform, id_kind=id_kind, is_cumulative=is_cumulative
            )
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
    mended: Mapping[str, str] | None = None,
    seen: Seen | None = None,
) -> Landing:
    """Take stored files in as what the source says of a period; the one act behind every door.

    `period` is first and last day, both included; None means the one that stands in the files'
    own headings, which are read for it, outside of any transaction. What a door lets in it has
    settled with `landing.settle`. `adds_to`, `mended` and `seen` as in `_land`.
    Raises: NotLandable, Outdated, RuleBroken.
    """
    require(rules.may_land(actor))
    if not parts:
        raise RuleBroken(_("Choose at least one file."))
    if period is None:
        known = meanings.with_mended(source, mended)
        files = [(part.read, part.name, part.size) for part in parts]
        period = landing.settle(landing.look_at_all(files, source, known), first=None, last=None)
    landing.check_period(*period)
    landing.check_totals(source, *period)
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=source.pk)
        meanings.remember(source, mended or {}, actor)
        return _land(source, period, parts, actor, adds_to, seen)


def _land(
    source: Source,
    period: Period,
    files: Sequence[raw.RawFile],
    actor: Actor,
    adds_to: Statement | None,
    seen: Seen | None,
) -> Landing:
    """Write statement, parts and the work of reading them, all or nothing.

    Files are a new version of their period, unless they add to a statement as further parts. The
    same bytes for the same source and period, read with the same meanings of columns, do nothing.
    The caller holds the source, so that versions have one order.
    Raises: Outdated when the source is no longer as `seen`, RuleBroken.
    """
    first_day, last_day = period
    mapping = source.mapping
    files = list({file.sha256: file for file in files}.values())
    if adds_to is not None:
        adds_to = Statement.objects.select_for_update().get(pk=adds_to.pk)
        _check_part(adds_to, source, first_day, last_day)
    before = adds_to or queries.came_before(
        source, first_day, last_day, {file.sha256 for file in files}, mapping
    )
    known = {part.sha256: part for part in before.parts.all()} if before is not None else {}
    if seen is not None and seen.mapping != raw.mapping_digest(mapping):
        raise Outdated(
            _("The columns of this source were changed meanwhile. Look at the figures once more.")
        )
    _check_readings(files, known, mapping)
    if all(file.sha256 in known for file in files):
        parts = [known[file.sha256] for file in files]
        _mend(parts, actor)
        return Landing(parts, repeated=True)
    if seen is not None and queries.next_version(source) != seen.latest + 1:
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
    landed = [_add_part(statement, file, number, mapping, actor) for file in new]
    return Landing(landed, repeated=False)


def _check_readings(
    files: Sequence[raw.RawFile], known: Mapping[str, Part], mapping: Mapping[str, str]
) -> None:
    """Refuse to add a file to a report that has it, read otherwise: it would count twice."""
    for file in files:
        if file.sha256 in known and known[file.sha256].mapping != mapping:
            raise RuleBroken(
                _(
                    "“%(name)s” is a part of this report already, read with other columns. Land "
                    "all its files as the whole report anew."
                )
                % {"name": file.name}
            )


def _mend(parts: Sequence[Part], actor: Actor) -> None:
    """Their bytes came once more: ask for what a lost or damaged file may have stopped."""
    works = queries.works(parts)
    for part in parts:
        if part.read_at is None:
            if part.pk in works and works[part.pk].is_open:
                continue
            enqueue(kind=READ, key=part.work_key, payload={"part": part.pk}, asked_by=actor.user)
        elif not raw.has_partial(part):
            tell_changed(part.statement)


def _check_part(statement: Statement, source: Source, first_day: date, last_day: date) -> None:
    """Refuse a part of a statement it cannot belong to."""
    period = (statement.first_day, statement.last_day)
    if statement.source_id != source.pk or period != (first_day, last_day):
        raise RuleBroken(_("A further part has the same source and period as its statement."))
    if statement.set_aside:
        raise RuleBroken(_("This report is set aside; land the file as a new version."))


def _add_part(
    statement: Statement,
    file: raw.RawFile,
    landing: int,
    mapping: Mapping[str, str],
    actor: Actor,
) -> Part:
    part = Part.objects.create(
        statement=statement,
        sha256=file.sha256,
        name=file.name[:200],
        size=file.size,
        landing=landing,
        mapping=dict(mapping),
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
    found = raw.read_again(
        sha256=part.sha256, name=part.name, id_kind=source.id_kind, mapping=part.mapping
    )
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
    """Let the rooms above know that the statement's days have new facts.

    Of a report of totals all later days too: each is the difference to what was reached before.
    """
    days = clock.days_between(statement.first_day, statement.last_day)
    if statement.source.is_cumulative:
        days = sorted({*days, *snapshots.following(statement)})
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
