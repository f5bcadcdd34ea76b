"""What the pages show of statements and files, in the shape their templates take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from portal.accounts.actor import Actor
from portal.jobs.models import Work, WorkState
from portal.jobs.rules import looks_after_work
from portal.statements import queries
from portal.statements.dry_run import ReadFile
from portal.statements.labels import METRICS, is_money, meaning, row_class
from portal.statements.models import ColumnMeaning, Part, Statement, StatementState
from portal.statements.reading import RowClass

if TYPE_CHECKING:
    from portal.statements.reading import Reading

# The colour of each state's tag, by the states the stylesheet knows.
COLOURS = {
    StatementState.READING: "running",
    StatementState.HELD: "returned",
    StatementState.READ: "done",
    StatementState.REPLACED: "replaced",
    StatementState.SET_ASIDE: "withdrawn",
}
REJECTED_SAMPLE = 10


def lines(
    rows: Iterable[Statement], works: Mapping[int, Work], actor: Actor
) -> list[dict[str, Any]]:
    """Each statement with its state in words, and the work to look at while it is not read."""
    return [_line(row, works, actor) for row in rows]


def _line(row: Statement, works: Mapping[int, Work], actor: Actor) -> dict[str, Any]:
    state = StatementState(row.state)  # type: ignore[attr-defined]
    word = str(state.label)
    colour = COLOURS[state]
    unread = [works[part.pk] for part in row.parts.all() if not part.read_at and part.pk in works]
    if state == StatementState.READING:
        stopped = any(work.state == WorkState.PARKED for work in unread)
        word = _("Could not be read") if stopped else _("Being read")
        colour = "parked" if stopped else colour
    elif state == StatementState.REPLACED:
        word = _("Replaced by version %(version)d") % {"version": row.replaced_by_version}  # type: ignore[attr-defined]
    elif state == StatementState.READ and row.partly:  # type: ignore[attr-defined]
        word = _("Read; some of its days are replaced")
    return {
        "row": row,
        "word": word,
        "colour": colour,
        "work": next((work for work in unread if _may_see(work, actor)), None),
        "files": len(row.parts.all()),
        "rejected": sum(part.rows_rejected for part in row.parts.all()),
        "totals": row.totals,
        "approximate": any(part.approximate for part in row.parts.all()),
    }


def _may_see(work: Work, actor: Actor) -> bool:
    """Auditors read reports, but work belongs to who asked for it and to the office."""
    asked = actor.user is not None and work.asked_by_id == actor.user.pk
    return asked or looks_after_work(actor)


def part(row: Part, work: Work | None, actor: Actor) -> dict[str, Any]:
    """One file of a statement with every row of it accounted for."""
    return {
        "pk": row.pk,
        "name": row.name,
        "size": row.size,
        "read_at": row.read_at,
        "work": work if work is not None and _may_see(work, actor) else None,
        "stopped": row.read_at is None and work is not None and work.state == WorkState.PARKED,
        "reason": work.reason_text if work is not None else "",
        "rows": _accounting(row.rows_in, row.rows_data, row.rows_rejected, row.ignored),
        "columns": columns(row.columns),
        "sums": _sums(row.totals, row.own_totals),
        "approximate": row.approximate,
    }


def read_file(file: ReadFile) -> dict[str, Any]:
    """One file of a dry run; only name and size when it is too large to be read at once."""
    found = file.reading
    if found is None:
        return {"name": file.name, "size": file.size, "reading": None}
    data = found.partial.sum("rows")
    return {
        "name": file.name,
        "size": file.size,
        "reading": found,
        "rows": _accounting(found.rows_in, data, found.rows_rejected, found.ignored),
        "columns": columns(found.columns),
        "unknown": found.unknown_headings,
        "passed_over": _passed_over(found),
        "sums": _sums(found.totals, found.own_totals),
        "samples": _samples(found),
        "rejected": found.rejected[:REJECTED_SAMPLE],
        "rejected_count": found.rows_rejected,
        "approximate": found.approximate,
    }


def _samples(found: Reading) -> list[dict[str, Any]]:
    """A few rows of each class, in the order of the classes; blank rows show nothing."""
    return [
        {"label": kind.label, "rows": found.samples[kind]}
        for kind in RowClass
        if kind in found.samples and kind != RowClass.BLANK
    ]


def _accounting(
    rows_in: int, data: int, rejected: int, ignored: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "rows_in": rows_in,
        "lines": [
            {"label": _("Rows with figures"), "value": data},
            {"label": _("Rejected rows"), "value": rejected},
            *(
                {"label": _("Left out: %(what)s") % {"what": row_class(name)}, "value": count}
                for name, count in sorted(ignored.items())
            ),
        ],
    }


def columns(found: Mapping[str, str]) -> list[dict[str, str]]:
    """Which heading was taken for what; `found` is field → heading."""
    return [{"heading": heading, "meaning": meaning(name)} for name, heading in found.items()]


def meanings(rows: Iterable[ColumnMeaning]) -> list[dict[str, Any]]:
    """What a source remembers of its columns, in words."""
    return [
        {"heading": row.heading, "meaning": meaning(row.field), "by": row.set_by, "at": row.set_at}
        for row in rows
    ]


def _passed_over(found: Reading) -> list[str]:
    return [heading for headings in found.passed_over.values() for heading in headings]


def _sums(totals: Mapping[str, int], own: Mapping[str, int] | None) -> list[dict[str, Any]]:
    """Our sum of each metric beside the file's own; `differs` when both are there and differ."""
    said = own or {}
    return [
        {
            "label": str(label),
            "ours": totals[metric],
            "own": said.get(metric),
            "differs": metric in said and said[metric] != totals[metric],
            "is_money": is_money(metric),
        }
        for metric, label in METRICS.items()
        if metric in totals
    ]


def repeated(statement: Statement) -> str:
    """Say that the same files came before, and what stands of them."""
    later = queries.replacing(statement)
    if later:
        return _(
            "Nothing was changed: these files came in before as version %(version)d, which version "
            "%(later)d has replaced since."
        ) % {"version": statement.version, "later": later[-1].version}
    return _("Nothing was changed: these files came in before as version %(version)d.") % {
        "version": statement.version
    }
